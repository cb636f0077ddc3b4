"""ports.expected: no TCP port is open but those that the inventory declares for the address.

What nobody declared, nobody looks after, so it is to be off. Ports are declared by
the asset and by the assets that share its address. Filtered and closed ports are not open.
"""

from pydantic import Field

from checks.check import Check, Params, Subject
from checks.model.evidence import PortsObservation
from checks.model.finding import Outcome, met_unless
from checks.model.ports import PortItem, canonical_ports, members
from checks.ports.states import STATE_REASONS, not_asked, open_instance, unreadable


class Expected(Params):
    """Which ports to ask for, and which to leave to other rules."""

    scan: tuple[PortItem, ...] = Field(min_length=1)
    """Each of them must have been asked for; a port that is seen open counts even if another rule asked."""
    ignore: tuple[PortItem, ...] = ()
    """May be open on any asset, declared or not."""


def judge(subject: Subject[PortsObservation], params: Expected) -> Outcome:
    """Fail for every open port that nobody declared."""
    seen = subject.observation
    gap = unreadable(seen)
    if gap:
        return gap
    allowed = subject.expected_ports | members(params.ignore)
    wrong = [
        open_instance(subject, each, "unexpected_service" if each.service or each.product else "unexpected_port")
        for each in seen.open
        if each.port not in allowed
    ]
    gap = not_asked(seen, params.scan)
    return gap if gap and not wrong else met_unless(wrong)


def asked(params: Expected) -> tuple[str, ...]:
    """The ports that the scan must ask for."""
    return tuple(canonical_ports(params.scan).split(","))


CHECK = Check(
    id="ports.expected",
    version=1,
    reads="ports",
    params=Expected,
    judge=judge,
    reasons=STATE_REASONS | {"unexpected_port", "unexpected_service"},
    ports=asked,
)
