"""ports.forbidden: services that must not be reachable, declared or not.

A service is known by the number of its port (IANA Service Name and Transport Protocol Port Number Registry), and by
what version detection found on any other port. A declaration in the inventory does not help: an exception is a
waiver, with a name under it and an end.
"""

from typing import Annotated, Literal, get_args

from pydantic import Field

from checks.check import Check, Params, Subject
from checks.model.evidence import OpenPort, PortsObservation
from checks.model.finding import Outcome, met_unless, not_assessable
from checks.model.ports import PortItem, canonical_ports, members
from checks.ports.states import STATE_REASONS, not_asked, open_instance, unreadable

Service = Literal[
    "telnet",  # terminal in cleartext
    "ftp",  # files in cleartext
    "rsh",  # the r-commands: rexec, rlogin, rsh
    "ssh",  # administration over SSH, where it must not face this vantage
    "remote_desktop",  # RDP, VNC, X11
    "management",  # administration consoles and agents: WinRM, Webmin, cPanel, JMX, IPMI ...
    "container",  # Docker, Kubernetes and etcd interfaces
    "database",  # relational databases
    "store",  # document, key-value and search stores, caches
    "queue",  # message brokers
    "smb",  # Windows file sharing, NetBIOS, MS-RPC
    "nfs",  # NFS, rsync, AFP
    "rpc",  # portmapper
    "snmp",
    "ldap",  # directory in cleartext
    "mail",  # mail protocols in cleartext
    "proxy",  # open proxies: HTTP, SOCKS
    "printer",
]
"""What the ports of one control have in common; the reason code is "<service>_open"."""
SERVICES: tuple[Service, ...] = get_args(Service)


class Forbidden(Params):
    """A group of services, by numbers and by names."""

    service: Service
    ports: tuple[PortItem, ...] = Field(min_length=1)
    """None of them may be open, whatever answers there."""
    names: tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+/-]*$")], ...] = ()
    """Service names in nmap's words, in any case: what is detected under one of them fails at any port. A port
    that answered under no known name is judged by its number alone; one whose detection did not finish could be
    any of them, and there is no pass then."""


def judge(subject: Subject[PortsObservation], params: Forbidden) -> Outcome:
    """Fail for every open port that has a number or a detected service of the group."""
    seen = subject.observation
    gap = unreadable(seen)
    if gap:
        return gap
    numbers, names = members(params.ports), frozenset(each.lower() for each in params.names)
    wrong = [
        open_instance(subject, each, f"{params.service}_open") for each in seen.open if _is_one(each, numbers, names)
    ]
    gap = not_asked(seen, params.ports) or _unknown(seen, names)
    return gap if gap and not wrong else met_unless(wrong)


def asked(params: Forbidden) -> tuple[str, ...]:
    """The ports that the scan must ask for."""
    return tuple(canonical_ports(params.ports).split(","))


def _unknown(seen: PortsObservation, names: frozenset[str]) -> Outcome | None:
    """That an open port may have one of the names, for all that version detection got to know, if so."""
    return not_assessable("service_unknown", ports=seen.unidentified) if names and seen.unidentified else None


def _is_one(found: OpenPort, numbers: frozenset[int], names: frozenset[str]) -> bool:
    return found.port in numbers or (found.service is not None and found.service.lower() in names)


CHECK = Check(
    id="ports.forbidden",
    version=2,
    reads="ports",
    params=Forbidden,
    judge=judge,
    reasons=STATE_REASONS | {"service_unknown"} | {f"{service}_open" for service in SERVICES},
    ports=asked,
)
