"""What nmap's XML says, and whether it says it of everything that was asked. Pure: bytes in, values out.

python-nmap's own reading of the XML is not used: a host that nmap gave up looks there like one whose ports are
all filtered. The form is that of nmap.dtd (version 1.05), written by nmap 7.92 and newer.
"""

import ipaddress
import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from checks.model.evidence import OpenPort, PortsObservation, ProbeFailure
from checks.model.ports import canonical_ports, expand
from scanner.probes.interface import ProbeError

TEXT_LENGTH: Final = 100
"""Characters kept of what a service says of itself."""

_BAD_REFERENCE: Final = re.compile(
    rb"&#(?:x0*(?:[0-8bcef]|1[0-9a-f])|0*(?:[0-8]|1[124-9]|2[0-9]|3[01]));", re.IGNORECASE
)
"""Characters that XML 1.0 section 2.2 does not know: nmap may write them where a banner holds them."""
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]")
"""Control characters, and those that turn the direction of writing."""


_SSH_PROTOCOL: Final = re.compile(r"\bprotocol ([0-9]{1,2}\.[0-9]{1,3})\b", re.ASCII)


@dataclass(frozen=True, slots=True)
class Host:
    """One address as nmap saw it."""

    complete: bool
    """False where nmap gave the host up before its end (--host-timeout)."""
    states: Mapping[int, str]
    """TCP port to state, in nmap's words."""
    services: Mapping[int, OpenPort]
    """Open ports; with a service where version detection (method "probed") found one."""


def parse(xml: bytes | str) -> dict[str, Host]:
    """The hosts of a finished scan, by address in canonical form.

    Raises ProbeError: "tool_failed" for what is not nmap's XML, "incomplete" where nmap did not end in success.
    """
    data = xml.encode() if isinstance(xml, str) else xml
    try:
        root = ET.fromstring(_BAD_REFERENCE.sub(b" ", data))  # noqa: S314  (nmap writes it on this machine, what servers say is escaped)
        finished = root.find("runstats/finished")
        if finished is None or finished.get("exit") != "success":
            raise ProbeError("incomplete", "nmap did not end in success")
        return {_address(host): _host(host) for host in root.iter("host")}
    except (ET.ParseError, ValueError) as error:
        raise ProbeError("tool_failed", "the output of nmap is not its XML") from error


def observation(host: Host | None, asked: frozenset[int]) -> PortsObservation | ProbeFailure:
    """What was seen of one address; a failure unless every port that was asked for is accounted for.

    Only "open" is open and only "closed" is closed. Whatever else nmap says (filtered, unfiltered, open|filtered)
    means that no answer told the two apart, and counts as filtered.
    """
    if host is None:
        return ProbeFailure("incomplete", "nmap says nothing of the address")
    if not host.complete:
        return ProbeFailure("incomplete", "nmap gave the address up before its end")
    missing = asked - host.states.keys()
    if missing:
        return ProbeFailure("incomplete", f"nmap does not account for {len(missing)} of {len(asked)} ports")
    closed = [port for port in asked if host.states[port] == "closed"]
    filtered = [port for port in asked if host.states[port] not in ("open", "closed")]
    return PortsObservation(
        open=tuple(host.services.get(port, OpenPort(port)) for port in sorted(asked) if host.states[port] == "open"),
        closed=canonical_ports(closed),
        filtered=canonical_ports(filtered),
    )


def _address(host: ET.Element) -> str:
    for address in host.iter("address"):
        if address.get("addrtype") in ("ipv4", "ipv6"):
            return str(ipaddress.ip_address(address.get("addr", "")))
    raise ValueError("a host without an address")


def _host(host: ET.Element) -> Host:
    states = dict(_states(host))
    services = {}
    for port in host.iterfind("ports/port"):
        number = int(port.get("portid", ""))
        if states.get(number) == "open":
            services[number] = _open_port(number, port.find("service"))
    return Host(host.get("timedout") != "true", states, services)


def _states(host: ET.Element) -> Iterator[tuple[int, str]]:
    """The state of every TCP port, first of those that nmap sums up, then of those that it lists."""
    for extra in host.iterfind("ports/extraports"):
        for reason in extra.iterfind("extrareasons"):
            if reason.get("proto", "tcp") == "tcp":
                for number in expand(reason.get("ports", "")):
                    yield number, extra.get("state", "unknown")
    for port in host.iterfind("ports/port"):
        state = port.find("state")
        if port.get("protocol") == "tcp" and state is not None:
            yield int(port.get("portid", "")), state.get("state", "unknown")


def _open_port(number: int, service: ET.Element | None) -> OpenPort:
    """An open port. A service that nmap took from its table of numbers is no evidence and is left out, and so is
    "tcpwrapped", which means that the port was closed again without a word."""
    if service is None or service.get("method") != "probed" or service.get("name") == "tcpwrapped":
        return OpenPort(number)
    return OpenPort(
        port=number,
        service=_text(service.get("name")),
        product=_text(service.get("product")),
        version=_text(service.get("version")),
        tls=service.get("tunnel") == "ssl",
        ssh_protocol=_ssh_protocol(service),
    )


def _ssh_protocol(service: ET.Element) -> str | None:
    """The version in an SSH server's first line (RFC 4253 section 4.2), which nmap puts into words: "protocol 2.0"."""
    if service.get("name") != "ssh":
        return None
    found = _SSH_PROTOCOL.search(service.get("extrainfo", ""))
    return found[1] if found else None


def _text(value: str | None) -> str | None:
    """What a service says of itself, cut and without control characters; None for nothing."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", value)[:TEXT_LENGTH] if value else None
