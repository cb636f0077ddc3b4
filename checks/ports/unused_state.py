"""ports.unused_state: ports that offer nothing answer as the policy says: not at all, or with a refusal.

A host without a service answers with RST (RFC 9293 section 3.5.2), and the port is closed; a firewall that drops
packets leaves it filtered. A closed port shows that the packet went past the firewall.
"""

from typing import Literal

from pydantic import Field

from checks.check import Check, Params, Subject
from checks.model.evidence import PortsObservation
from checks.model.finding import Instance, Outcome, Values, met_unless
from checks.model.ports import PortItem, canonical_ports, expand, members
from checks.ports.states import STATE_REASONS, not_asked, unreadable


class UnusedState(Params):
    """Which ports, and how those of them that are not open are to answer."""

    ports: tuple[PortItem, ...] = Field(min_length=1)
    """One that is open is left to other rules."""
    state: Literal["filtered", "closed"]


def judge(subject: Subject[PortsObservation], params: UnusedState) -> Outcome:
    """Fail once where ports answer in the other way, however many they are."""
    seen = subject.observation
    gap = unreadable(seen)
    if gap:
        return gap
    path, reason = (
        ("closed", "closed_not_filtered") if params.state == "filtered" else ("filtered", "filtered_not_closed")
    )
    other = members(params.ports) & expand(seen.closed if path == "closed" else seen.filtered)
    wrong = []
    if other:
        values: Values = {"where": subject.where, "ports": canonical_ports(other), "count": len(other)}
        wrong = [Instance(key=f"{subject.where}/{path}", reason=reason, params=values, path=path)]
    gap = not_asked(seen, params.ports)
    return gap if gap and not wrong else met_unless(wrong)


def asked(params: UnusedState) -> tuple[str, ...]:
    """The ports that the scan must ask for."""
    return tuple(canonical_ports(params.ports).split(","))


CHECK = Check(
    id="ports.unused_state",
    version=1,
    reads="ports",
    params=UnusedState,
    judge=judge,
    reasons=STATE_REASONS | {"closed_not_filtered", "filtered_not_closed"},
    ports=asked,
)
