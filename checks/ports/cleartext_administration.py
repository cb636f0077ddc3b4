"""ports.cleartext_administration: nobody administers a server over a line that can be read along.

Telnet (RFC 854), the r-commands (RFC 1282) and FTP (RFC 959; RFC 2577 on its security) send passwords in cleartext, and
so does an administration console over HTTP (RFC 7617 section 4). A service is known by
what version detection found; where it found nothing, a port number of Telnet, FTP or the r-commands stands for its
service (IANA Service Name and Transport Protocol Port Number Registry). A console is known by its number alone,
since every website answers in HTTP.
"""

from typing import Literal

from checks.check import Check, Params, Subject
from checks.model.evidence import OpenPort, PortsObservation
from checks.model.finding import Outcome, met_unless, not_assessable
from checks.model.ports import PortItem, canonical_ports, members
from checks.ports.services import SERVICE_REASONS, ServiceName, is_named, lowered, speaks_tls, unfinished
from checks.ports.states import STATE_REASONS, not_asked, open_instance, unreadable

Kind = Literal["telnet", "ftp", "remote_shell"]


class CleartextAdministration(Params):
    """Where to look for which kind; an empty list switches a kind off at numbers, not at names."""

    telnet: tuple[PortItem, ...] = (23, 2323)
    ftp: tuple[PortItem, ...] = (21,)
    remote_shell: tuple[PortItem, ...] = (512, 513, 514)
    consoles: tuple[PortItem, ...] = (2082, 2086, 2095, 4848, 7001, 8161, 9090, 10000)
    """Consoles of hosting panels, application servers and brokers: HTTP without TLS there fails."""
    telnet_names: tuple[ServiceName, ...] = ("telnet",)
    ftp_names: tuple[ServiceName, ...] = ("ftp",)
    remote_shell_names: tuple[ServiceName, ...] = ("exec", "login", "shell")
    console_names: tuple[ServiceName, ...] = ("http", "http-proxy")


def judge(subject: Subject[PortsObservation], params: CleartextAdministration) -> Outcome:
    """Fail for every open port that takes administration without TLS."""
    seen = subject.observation
    gap = unreadable(seen)
    if gap:
        return gap
    wrong, doubtful = [], []
    for each in seen.open:
        kind = _kind(each, params)
        if kind is None or speaks_tls(subject, each):
            continue
        if kind != "unknown":
            wrong.append(open_instance(subject, each, f"cleartext_{kind}"))
        else:
            doubtful.append(each.port)
    doubtful += unfinished(seen) - {each.params["port"] for each in wrong}
    gap = not_asked(seen, _ports(params))
    if doubtful and not gap:
        gap = not_assessable("service_unknown", ports=canonical_ports(doubtful))
    return gap if gap and not wrong else met_unless(wrong)


def asked(params: CleartextAdministration) -> tuple[str, ...]:
    """The ports that the scan must ask for."""
    ports = canonical_ports(_ports(params))
    return tuple(ports.split(",")) if ports else ()


def _ports(params: CleartextAdministration) -> tuple[PortItem, ...]:
    return (*params.telnet, *params.ftp, *params.remote_shell, *params.consoles)


def _kind(found: OpenPort, params: CleartextAdministration) -> str | None:
    """What administers there: telnet, ftp, remote_shell, console; "unknown": it may be one; None: none."""
    kinds: tuple[tuple[Kind, tuple[PortItem, ...], tuple[ServiceName, ...]], ...] = (
        ("telnet", params.telnet, params.telnet_names),
        ("ftp", params.ftp, params.ftp_names),
        ("remote_shell", params.remote_shell, params.remote_shell_names),
    )
    for kind, ports, names in kinds:
        if is_named(found, lowered(names)) or (found.service is None and found.port in members(ports)):
            return kind
    if found.port not in members(params.consoles):
        return None
    if found.service is None:
        return "unknown"
    return "console" if is_named(found, lowered(params.console_names)) else None


CHECK = Check(
    id="ports.cleartext_administration",
    version=1,
    reads="ports",
    params=CleartextAdministration,
    judge=judge,
    reasons=STATE_REASONS
    | SERVICE_REASONS
    | {"cleartext_telnet", "cleartext_ftp", "cleartext_remote_shell", "cleartext_console"},
    ports=asked,
)
