"""ports.tls_expected: a port that is there for TLS speaks TLS.

Ports such as 465, 993 and 995 begin with TLS (RFC 8314 section 3). Whether one does is known from the look at the
endpoint where the inventory names it, and otherwise from version detection.
"""

from pydantic import Field

from checks.check import Check, Params, Subject
from checks.model.evidence import PortsObservation
from checks.model.finding import Outcome, met_unless, not_applicable, not_assessable
from checks.model.ports import PortItem, canonical_ports, members
from checks.ports.services import speaks_tls
from checks.ports.states import STATE_REASONS, not_asked, open_instance, unreadable


class TlsExpected(Params):
    """Which ports are there for TLS."""

    ports: tuple[PortItem, ...] = Field(default=(443, 465, 636, 990, 993, 995), min_length=1)
    """One that is closed or filtered is no fault."""


def judge(subject: Subject[PortsObservation], params: TlsExpected) -> Outcome:
    """Fail for every one of the ports that is open and does not speak TLS."""
    seen = subject.observation
    gap = unreadable(seen)
    if gap:
        return gap
    numbers = members(params.ports)
    chosen = {each: speaks_tls(subject, each) for each in seen.open if each.port in numbers}
    wrong = [open_instance(subject, each, "tls_missing") for each, answer in chosen.items() if answer is False]
    doubtful = [each.port for each, answer in chosen.items() if answer is None]
    gap = not_asked(seen, params.ports)
    if doubtful and not gap:
        gap = not_assessable("tls_not_told", ports=canonical_ports(doubtful))
    if gap and not wrong:
        return gap
    return met_unless(wrong) if chosen else not_applicable("no_tls_port")


def asked(params: TlsExpected) -> tuple[str, ...]:
    """The ports that the scan must ask for."""
    return tuple(canonical_ports(params.ports).split(","))


CHECK = Check(
    id="ports.tls_expected",
    version=1,
    reads="ports",
    params=TlsExpected,
    judge=judge,
    reasons=STATE_REASONS | {"tls_missing", "tls_not_told", "no_tls_port"},
    ports=asked,
)
