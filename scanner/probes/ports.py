"""Which TCP ports of an address accept connections, and what answers there: nmap, by way of python-nmap.

One nmap looks at many addresses, each at a rate of its own, so that the time is known beforehand and nobody is flooded.
Others ask the open ports what they are, one an address, a few ports at a time. Only literal addresses reach a command
line.
"""

import ctypes
import functools
import ipaddress
import math
import os
import re
import shutil
import socket
import struct
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from importlib import metadata
from typing import Final

import nmap

from checks.model.evidence import OpenPort, PortsObservation, ProbeFailure
from checks.model.ports import canonical_ports, expand
from checks.model.target import PortsTarget, Target
from scanner.probes import nmap_xml
from scanner.probes.interface import Deadline, Probe, ProbeContext, ProbeError, Seen
from scanner.probes.nmap_process import Processes, Scanner

GROUP: Final = 256
"""Addresses of one nmap at most."""
PROBES_PER_CONNECTION: Final = 5
"""Port probes that an address gets within a second for each connection that it may get. A probe is one packet, which
the system answers and no service hears of; without raw sockets it is a whole connection where the port is open."""
OUTSTANDING: Final = 500
"""Probes that one nmap has under way together. It would go down to a few where nothing answers, and take hours."""
HOST_SECONDS: Final = 600
"""After this long nmap gives an address up, and says so."""
ROUNDS: Final = 2
"""Or after the time that so many probes of every port take, where that is longer."""
VERSION_SECONDS: Final = 90
"""The same for version detection: one silent port alone may take half of it."""
ALL_VERSIONS_SECONDS: Final = 300
"""The same for all ports of one address."""
OWN_SHARE: Final = 0.8
"""Share of the bound after which nmap gives up by itself: then the addresses that answered are not lost."""
PLAIN_WEB: Final = frozenset({80, 443})
"""Open ports that are not asked what they are: the HTTP and TLS probes look at them."""
VERSIONED_PORTS: Final = 100
"""An address with more open ports is a tarpit or a proxy; its ports are not asked one by one."""
NMAP_VERSION_SECONDS: Final = 10
CAP_NET_RAW: Final = 13
"""Number of the capability (linux/capability.h)."""
PR_GET_NO_NEW_PRIVS: Final = 39
"""Of prctl(2) (linux/prctl.h)."""


class PortsProbe(Probe):
    """Asks every port of a list at every address of a batch.

    `raw` chooses between half-open connections, which need raw sockets, and whole ones; None: half-open ones if
    this process may (root, or the capability CAP_NET_RAW). `command` is nmap's name or path.
    """

    kind = PortsTarget

    def __init__(self, context: ProbeContext, raw: bool | None = None, command: str = "nmap") -> None:
        super().__init__(context)
        self._raw = raw_sockets(command) if raw is None else raw
        self._command = command
        self._processes = Processes()

    def close(self) -> None:
        """End every nmap; looks under way fail."""
        self._processes.close()

    def tools(self) -> Mapping[str, str]:
        """The versions of nmap ("missing" where there is none) and of python-nmap."""
        try:
            version = _installed(self._command)[1]
        except ProbeError:
            version = "missing"
        return {"nmap": version, "python-nmap": metadata.version("python-nmap")}

    def batches(self, targets: Sequence[Target]) -> Iterator[tuple[Target, ...]]:
        """Addresses of one family that are asked for the same ports, at most GROUP at once."""
        groups: dict[tuple[str, bool], list[Target]] = {}
        for target in targets:
            if isinstance(target, PortsTarget):
                groups.setdefault((target.ports, ":" in target.address), []).append(target)
        for group in groups.values():
            for start in range(0, len(group), GROUP):
                yield tuple(group[start : start + GROUP])

    def _look(self, batch: Sequence[Target]) -> Mapping[str, Seen]:
        seen: dict[str, Seen] = {}
        targets = []
        for target in batch:
            if isinstance(target, PortsTarget):
                refusal = _refusal(target)
                if refusal is None:
                    targets.append(target)
                else:
                    seen[target.key] = Seen(ProbeFailure("tool_failed", refusal))
        for group in self.batches(targets):
            seen |= self._group([target for target in group if isinstance(target, PortsTarget)])
        return seen

    def _group(self, targets: Sequence[PortsTarget]) -> dict[str, Seen]:
        """One list of ports at addresses of one family. Raises ProbeError, which then stands for all of them."""
        deadline = Deadline(self.context.limits.ports_seconds)
        asked = expand(targets[0].ports)
        hosts = self._scan([target.address for target in targets], asked, deadline)
        seen = {target.address: nmap_xml.observation(hosts.get(target.address), asked) for target in targets}
        unknown = {target.address: _to_ask(seen[target.address], expand(target.known)) for target in targets}
        named = self._versions({address: ports for address, ports in unknown.items() if ports}, deadline)
        return {
            target.key: Seen(
                _with_versions(seen[target.address], unknown[target.address], named.get(target.address, {})),
                len(asked) + len(unknown[target.address]),
            )
            for target in targets
        }

    def _versions(self, chosen: Mapping[str, frozenset[int]], deadline: Deadline) -> dict[str, Mapping[int, OpenPort]]:
        """What answers at the open ports of each address, as far as nmap can tell.

        Raises ProbeError only when the probe is closed meanwhile: the look then is not worth keeping.
        """
        if not chosen:
            return {}
        with ThreadPoolExecutor(self.context.limits.scan_at_once, thread_name_prefix="versions") as pool:
            named = pool.map(lambda address: self._named(address, sorted(chosen[address]), deadline), chosen)
            return dict(zip(chosen, named, strict=True))

    def _named(self, address: str, ports: Sequence[int], deadline: Deadline) -> Mapping[int, OpenPort]:
        """What answers at open ports of one address. A few are asked at a time, since nmap talks to all at once."""
        at_once = self.context.politeness.per_address
        found: dict[int, OpenPort] = {}
        try:
            own = Deadline(min(ALL_VERSIONS_SECONDS, deadline.left()))
            for start in range(0, len(ports), at_once):
                part = ports[start : start + at_once]
                with ExitStack() as turns:
                    for port in part:
                        turns.enter_context(self.context.turn(address, port))
                    host = self._scan([address], frozenset(part), own, versions=True).get(address)
                services = {} if host is None else host.services
                found |= {
                    port: each
                    for port, each in services.items()
                    if each.service is not None or (host and host.complete)
                }
        except ProbeError:
            if self._processes.closed:
                raise
        return found

    def _scan(
        self, addresses: Sequence[str], ports: frozenset[int], deadline: Deadline, versions: bool = False
    ) -> dict[str, nmap_xml.Host]:
        """One run of nmap. Raises ProbeError."""
        path, _ = _installed(self._command)
        scanner = Scanner(path, self._processes)
        left = deadline.left()
        politeness = self.context.politeness
        pace = PROBES_PER_CONNECTION * politeness.per_second
        longest = VERSION_SECONDS if versions else max(HOST_SECONDS, ROUNDS * len(ports) // pace)
        host_seconds = max(1, min(longest, int(left * OWN_SHARE)))
        at_once = politeness.per_address if versions else None
        line = " ".join(arguments(self._raw, len(addresses), ":" in addresses[0], pace, host_seconds, at_once))
        try:
            scanner.scan(" ".join(addresses), canonical_ports(ports), line, timeout=left)
        except (nmap.PortScannerError, AttributeError):
            # python-nmap could not read the XML. What nmap wrote is judged below, by itself.
            pass
        return nmap_xml.parse(scanner.get_nmap_last_output())


def arguments(
    raw: bool, hosts: int, six: bool, pace: int, host_seconds: int, versions: int | None = None
) -> tuple[str, ...]:
    """The options of one nmap: no names, no ping, and enough repetitions for a lossy line.

    `pace`: probes a second to one address, repetitions included. --scan-delay keeps to it at each address, whatever
    becomes of the others; a --min-rate would push all of it onto the last ones that are left, since it comes first.
    `versions`: ask the ports what they are, with so many connections at once; None: do not ask.
    Never --open: a closed port is an answer, too. Never -T5: it gives up too early.
    """
    return (
        *(("-6",) if six else ()),
        *(("-sS", "--privileged") if raw else ("-sT", "--unprivileged")),
        *("-n", "-Pn", "-T4"),
        *("--max-retries", "3" if raw else "2"),
        *("--scan-delay", f"{max(1, math.ceil(1000 / pace))}ms"),
        *("--max-rate", str(min(1000 if raw else 600, pace * hosts))),
        *(
            ("--min-parallelism", str(min(OUTSTANDING, pace * hosts)))
            if versions is None
            else ("-sV", "--version-light", "--max-parallelism", str(versions))
        ),
        *("--max-hostgroup", str(GROUP)),
        *("--host-timeout", f"{host_seconds}s"),
        "--noninteractive",
    )


def raw_sockets(command: str = "nmap") -> bool:
    """Whether an nmap that this process starts may open raw sockets (raw(7)): as this process may itself, or by the
    capabilities of its file, where the process may gain any."""
    try:
        socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_TCP).close()
    except OSError:
        path = shutil.which(command)
        return path is not None and file_grants_raw(path) and not _no_new_privileges()
    return True


def file_grants_raw(path: str) -> bool:
    """Whether whoever runs a file may open raw sockets by it: `setcap cap_net_raw,cap_net_admin+eip` (capabilities(7)).

    struct vfs_cap_data: the effective bit in the first word, then what is permitted, lowest bits first.
    """
    try:
        told = os.getxattr(path, "security.capability")
    except OSError:
        return False
    if len(told) < 8:
        return False
    magic, permitted = struct.unpack_from("<II", told)
    return bool(magic & 1 and permitted & 1 << CAP_NET_RAW)


def _no_new_privileges() -> bool:
    """Whether this process and what it starts can gain nothing by the file that they run (prctl(2))."""
    return bool(ctypes.CDLL(None).prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) != 0)


def _refusal(target: PortsTarget) -> str | None:
    """Why a target must not come near a command line, which python-nmap splits like a shell; None if it may."""
    try:
        literal = ipaddress.ip_address(target.address)
        asked = expand(target.ports)
    except ValueError:
        return "not a literal address, or not a list of ports"
    # A zone ("fe80::1%...") may hold any text.
    if str(literal) != target.address or "%" in target.address:
        return "not a literal address in canonical form"
    return None if asked else "no ports were asked for"


def _to_ask(found: PortsObservation | ProbeFailure, known: frozenset[int]) -> frozenset[int]:
    """The open ports that version detection asks."""
    if isinstance(found, ProbeFailure) or len(found.open) > VERSIONED_PORTS:
        return frozenset()
    return frozenset(each.port for each in found.open) - PLAIN_WEB - known


def _with_versions(
    found: PortsObservation | ProbeFailure, asked: frozenset[int], named: Mapping[int, OpenPort]
) -> PortsObservation | ProbeFailure:
    """The first look, with what was told of the same ports afterwards, and those of which nothing was told.

    A port that was not found open again has not been asked to the end, either.
    """
    if isinstance(found, ProbeFailure):
        return found
    return replace(
        found,
        open=tuple(named.get(each.port, each) for each in found.open),
        unidentified=canonical_ports(asked - named.keys()),
    )


@functools.cache
def _installed(command: str) -> tuple[str, str]:
    """nmap's path and version. Raises ProbeError, which is not kept, so that nmap may be installed meanwhile."""
    path = shutil.which(command)
    if path is None:
        raise ProbeError("tool_failed", "nmap is not installed")
    try:
        said = subprocess.run([path, "--version"], capture_output=True, timeout=NMAP_VERSION_SECONDS, check=True).stdout  # noqa: S603  (a path of this machine, and a fixed word)
    except (OSError, subprocess.SubprocessError) as error:
        raise ProbeError("tool_failed", "nmap does not start") from error
    found = re.search(rb"Nmap version (\S{1,20})", said)
    if found is None:
        raise ProbeError("tool_failed", "what is called nmap is not nmap")
    return path, found[1].decode("ascii", "replace")
