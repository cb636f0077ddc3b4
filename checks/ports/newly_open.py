"""ports.newly_open: no port has been opened since the earlier look without being declared.

NIST SP 800-128 section 3.4: a change that nobody planned is to be noticed. A port that was closed or filtered at the
earlier look from the same vantage and is open now is new; one that was not asked for then cannot be told. The finding
lasts until the next look: whether the port may stay open is for ports.expected to say.
"""

from pydantic import Field

from checks.check import Check, Params, Subject
from checks.model.evidence import PortsObservation
from checks.model.finding import Outcome, met_unless, not_applicable, not_assessable
from checks.model.ports import PortItem, canonical_ports, expand, members
from checks.ports.states import STATE_REASONS, not_asked, open_instance, unreadable


class NewlyOpen(Params):
    """Which ports to compare."""

    scan: tuple[PortItem, ...] = Field(min_length=1)
    """Each of them must have been asked for; a port that is seen open counts even if another rule asked."""
    ignore: tuple[PortItem, ...] = ()
    declared: bool = False
    """Whether ports that the inventory declares count, too."""


def judge(subject: Subject[PortsObservation], params: NewlyOpen) -> Outcome:
    """Fail for every open port that was closed or filtered before."""
    seen, before = subject.observation, subject.before
    gap = unreadable(seen)
    if gap:
        return gap
    if before is None:
        return not_applicable("no_earlier_look")  # nothing is new at a first look
    if not isinstance(before, PortsObservation) or unreadable(before):
        return not_assessable("earlier_look_unreadable")
    allowed = members(params.ignore) | (frozenset() if params.declared else subject.expected_ports)
    shut = expand(before.closed) | expand(before.filtered)
    known = shut | {each.port for each in before.open}
    chosen = [each for each in seen.open if each.port not in allowed]
    wrong = [open_instance(subject, each, "newly_open") for each in chosen if each.port in shut]
    unasked = [each.port for each in chosen if each.port not in known]
    gap = not_asked(seen, params.scan)
    if unasked and not gap:
        gap = not_assessable("not_asked_before", ports=canonical_ports(unasked))
    return gap if gap and not wrong else met_unless(wrong)


def asked(params: NewlyOpen) -> tuple[str, ...]:
    """The ports that the scan must ask for."""
    return tuple(canonical_ports(params.scan).split(","))


CHECK = Check(
    id="ports.newly_open",
    version=1,
    reads="ports",
    params=NewlyOpen,
    judge=judge,
    reasons=STATE_REASONS | {"newly_open", "no_earlier_look", "earlier_look_unreadable", "not_asked_before"},
    ports=asked,
    compares=True,
)
