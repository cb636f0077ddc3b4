"""The addresses of a name, asked for once a run: the hosts file, then DNS, and no search domains.

Where a policy asks for more than addresses, a resolver is asked for records: see `scanner.probes.dns_records`.
"""

import ipaddress
import socket
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any

from checks.model.evidence import DnsObservation, ProbeFailure
from checks.model.target import DnsTarget, Target
from scanner.probes import dns_records
from scanner.probes.interface import Deadline, Probe, ProbeContext, ProbeError, Seen
from scanner.probes.names import is_host_name

HOSTS = Path("/etc/hosts")
"""Names that the operator of this machine has pinned (hosts(5))."""
HOSTS_BYTES = 1024 * 1024
"""No more of the hosts file is read."""

_NO_SUCH_NAME = frozenset({socket.EAI_NONAME, getattr(socket, "EAI_NODATA", socket.EAI_NONAME)})
"""RFC 3493 section 6.1: the name does not exist, or has no address."""

Resolve = Callable[[str], Sequence[tuple[Any, ...]]]
"""A name in, the rows of getaddrinfo(3) out. May raise socket.gaierror."""


def ask_system(name: str) -> Sequence[tuple[Any, ...]]:
    """What the resolver of this machine answers; one row an address."""
    return socket.getaddrinfo(name, None, type=socket.SOCK_STREAM)


class DnsProbe(Probe):
    """Asks for all IPv4 and IPv6 addresses of a name. Which of them may be touched is for the scope to say."""

    kind = DnsTarget

    def __init__(self, context: ProbeContext, resolve: Resolve = ask_system, hosts: Path = HOSTS) -> None:
        super().__init__(context)
        self._resolve = resolve
        self._hosts = hosts

    def tools(self) -> Mapping[str, str]:
        """The resolver is the C library's, which has no version of its own that can be asked for."""
        python = f"python {sys.version_info.major}.{sys.version_info.minor}"
        return {"getaddrinfo": python, "dnspython": metadata.version("dnspython")}

    def _look(self, batch: Sequence[Target]) -> Mapping[str, Seen]:
        return {target.key: Seen(self._one(target)) for target in batch if isinstance(target, DnsTarget)}

    def _one(self, target: DnsTarget) -> DnsObservation | ProbeFailure:
        deadline = Deadline(self.context.limits.dns_seconds)
        found = self._addresses(target.name, deadline)
        if not target.asks or not is_host_name(target.name) or _is_local(target.name):
            return found
        if isinstance(found, DnsObservation):
            return self._records(target, found, deadline)
        if found.reason == "dns_failed" and "dnssec" in target.asks:
            # A resolver that validates gives no address of a name whose signatures are wrong: that is worth telling.
            more = self._records(target, DnsObservation(()), deadline)
            return more if more.dnssec is not None and more.dnssec.bogus else found
        return found

    def _records(self, target: DnsTarget, found: DnsObservation, deadline: Deadline) -> DnsObservation:
        return replace(found, **dns_records.ask(target.name, target.asks, self.context.resolvers, deadline))

    def _addresses(self, name: str, deadline: Deadline) -> DnsObservation | ProbeFailure:
        if not is_host_name(name):
            return ProbeFailure("name_not_found", "not a host name")
        try:
            # A full stop at the end asks for this very name: without it, the search domains of resolv.conf(5)
            # can turn a name that is gone into the name of a stranger's machine. The hosts file has no such form.
            found = _pinned(name, self._hosts) or self._ask(name + ".", deadline)
        except ProbeError as error:
            return ProbeFailure(error.reason, error.detail)
        if not found:
            return ProbeFailure("name_not_found", "no address")
        return DnsObservation(tuple(sorted(found)))

    def _ask(self, name: str, deadline: Deadline) -> frozenset[str]:
        """The answer within the bound; getaddrinfo cannot be ended, so a late one is left to its daemon thread.

        Raises ProbeError.
        """
        answer: list[frozenset[str] | ProbeError] = []
        thread = threading.Thread(target=lambda: answer.append(self._answer(name)), daemon=True)
        thread.start()
        thread.join(deadline.left())
        if not answer:
            raise ProbeError("dns_failed", "no answer in time")
        if isinstance(answer[0], ProbeError):
            raise answer[0]
        return answer[0]

    def _answer(self, name: str) -> frozenset[str] | ProbeError:
        """Never raises: an exception in a thread would be lost."""
        try:
            return frozenset(filter(None, (_canonical(row[4][0]) for row in self._resolve(name))))
        except socket.gaierror as error:
            if error.errno in _NO_SUCH_NAME:
                return ProbeError("name_not_found", "no such name")
            return ProbeError("dns_failed", f"getaddrinfo error {error.errno}")
        except Exception as error:
            return ProbeError("tool_failed", type(error).__name__)


def _is_local(name: str) -> bool:
    """Names that DNS is never asked for (RFC 6761 section 6.3)."""
    return name == "localhost" or name.endswith(".localhost")


def _pinned(name: str, hosts: Path) -> frozenset[str]:
    """The addresses that the hosts file gives to a name; a file that is missing or broken gives none."""
    try:
        with hosts.open(encoding="utf-8", errors="replace") as file:
            lines = file.read(HOSTS_BYTES).splitlines()
    except OSError:
        return frozenset()
    rows = [line.split("#", 1)[0].split() for line in lines]
    return frozenset(filter(None, (_canonical(row[0]) for row in rows if name in map(str.lower, row[1:]))))


def _canonical(address: object) -> str:
    """An address in canonical text form, without an IPv6 zone; empty for anything else."""
    try:
        return str(ipaddress.ip_address(str(address).partition("%")[0]))
    except ValueError:
        return ""
