"""One question to one resolver, with dnspython: bounded in time, and an answer or a reason.

Only resolvers are asked, with recursion desired: those of the configuration, or those of this machine. Nobody else is.
A datagram that does not fit the question (another id, sender or name, or no message at all) is passed over, since
anybody can send one; an answer that is cut off is asked for again over TCP (RFC 7766 section 5).
"""

import ipaddress
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.query
import dns.rcode
import dns.rdatatype
import dns.resolver

from scanner.probes.interface import Deadline, ProbeError

RESOLV_CONF: Final = Path("/etc/resolv.conf")
"""Where this machine names its resolvers (resolv.conf(5))."""
SERVERS: Final = 3
"""No more of them are asked, as by the C library."""
TRIES: Final = 2
TRY_SECONDS: Final = 3.0
"""One datagram and its answer, or one TCP connection."""
PAYLOAD: Final = 1232
"""Largest datagram that is asked for, which no path has to fragment."""

Server = tuple[str, int]
"""Address and port."""


class ServerFailure(ProbeError):
    """The resolver answers, and says that it cannot: SERVFAIL (RFC 1035 section 4.1.1)."""

    def __init__(self) -> None:
        super().__init__("dns_failed", "SERVFAIL")


def server_of(text: str) -> Server:
    """An address, or one with a port: "192.0.2.53:5353", "[2001:db8::53]:5353". Raises ValueError for anything else."""
    host, port = text, "53"
    if text.startswith("["):
        host, bracket, port = text[1:].partition("]:")
        if not bracket:
            raise ValueError("a bracket without its port")
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    if not (port.isascii() and port.isdigit() and 1 <= int(port) <= 65535):
        raise ValueError("not a port")
    return str(ipaddress.ip_address(host)), int(port)


def servers(configured: Sequence[str], machine: Path = RESOLV_CONF) -> tuple[Server, ...]:
    """Who is asked, in order. Raises ProbeError where there is nobody."""
    if configured:
        return tuple(server_of(each) for each in configured)[:SERVERS]
    try:
        found = dns.resolver.Resolver(str(machine)).nameservers
        return tuple((str(each), 53) for each in found)[:SERVERS]
    except (dns.exception.DNSException, OSError, ValueError) as error:
        raise ProbeError("tool_failed", "this machine names no resolver") from error


class Asker:
    """Asks one resolver; the same question is asked once."""

    def __init__(self, server: Server, deadline: Deadline) -> None:
        self._server = server
        self._deadline = deadline
        self._known: dict[tuple[dns.name.Name, dns.rdatatype.RdataType, bool, bool], dns.message.Message] = {}

    def ask(
        self, name: dns.name.Name, kind: dns.rdatatype.RdataType, *, signatures: bool = False, checking: bool = True
    ) -> dns.message.Message:
        """The answer, which has NOERROR or NXDOMAIN. `signatures`: the DO flag; not `checking`: the CD flag.

        Raises ServerFailure, and ProbeError for no answer in time, an error, or what is no answer.
        """
        key = name, kind, signatures, checking
        if key not in self._known:
            self._known[key] = self._ask(name, kind, signatures, checking)
        return self._known[key]

    def _ask(
        self, name: dns.name.Name, kind: dns.rdatatype.RdataType, signatures: bool, checking: bool
    ) -> dns.message.Message:
        query = dns.message.make_query(name, kind, use_edns=0, payload=PAYLOAD, want_dnssec=signatures)
        query.flags |= dns.flags.AD if signatures else 0
        query.flags |= 0 if checking else dns.flags.CD
        answer = self._exchange(query)
        if answer.rcode() == dns.rcode.SERVFAIL:
            raise ServerFailure
        if answer.rcode() not in (dns.rcode.NOERROR, dns.rcode.NXDOMAIN):
            raise ProbeError("dns_failed", dns.rcode.to_text(answer.rcode()))
        if not answer.flags & dns.flags.RA:
            # What it leaves out, it may only not have looked for.
            raise ProbeError("dns_failed", "the server asked is no resolver")
        return answer

    def _exchange(self, query: dns.message.Message) -> dns.message.Message:
        address, port = self._server
        for _ in range(TRIES):
            try:
                return dns.query.udp(
                    query,
                    address,
                    self._seconds(),
                    port,
                    ignore_unexpected=True,
                    ignore_errors=True,
                    raise_on_truncation=True,
                )
            except dns.message.Truncated:
                return self._over_tcp(query)
            except dns.exception.Timeout:
                continue
            except (dns.exception.DNSException, OSError, ValueError) as error:
                raise ProbeError("dns_failed", "the resolver cannot be reached") from error
        raise ProbeError("dns_failed", "no answer in time")

    def _over_tcp(self, query: dns.message.Message) -> dns.message.Message:
        address, port = self._server
        try:
            return dns.query.tcp(query, address, self._seconds(), port)
        except dns.exception.Timeout as error:
            raise ProbeError("dns_failed", "no answer in time") from error
        except (dns.exception.DNSException, EOFError, OSError, ValueError) as error:
            raise ProbeError("dns_failed", "no whole answer over TCP") from error

    def _seconds(self) -> float:
        return min(TRY_SECONDS, self._deadline.left())
