"""What a scan of ports says as a whole: which ports were asked for, whether anything answered, who is open.

Shared by the rules of this family; it holds no demand of its own.
"""

from collections.abc import Iterable

from checks.check import Subject
from checks.model.evidence import OpenPort, PortsObservation
from checks.model.finding import Instance, Outcome, Value, not_assessable
from checks.model.ports import canonical_ports, expand, members

MANY_OPEN = 100
"""With more open ports than this, something answers for every port: a tarpit, or a proxy in front."""
SHARE_OPEN = 80
"""So it is where more than this percentage of the ports asked for is open ..."""
SHARE_FROM = 20
"""... of at least this many open ports: four open ports of the five asked for are an ordinary server."""
LENGTH = 200
"""Words from a server are cut to this many characters before they become parameters."""

STATE_REASONS = frozenset({"no_answer", "everything_open", "ports_not_asked"})
"""Reason codes that this module gives."""


def unreadable(seen: PortsObservation) -> Outcome | None:
    """Why nothing can be said of any port of the address, if so.

    Without one open or closed port nobody has answered: the host may be down, or the scan may be blocked. With
    nearly every port open, "open" says nothing of a service: neither a fail nor a pass would be true.
    """
    if not seen.open and not seen.closed and seen.filtered:
        return not_assessable("no_answer", ports=seen.filtered)
    count, asked = len(seen.open), len(_asked(seen))
    if count > MANY_OPEN or (count >= SHARE_FROM and count * 100 > asked * SHARE_OPEN):
        return not_assessable("everything_open", count=count, asked=asked)
    return None


def not_asked(seen: PortsObservation, items: Iterable[str | int]) -> Outcome | None:
    """That some of the ports a rule needs were not asked for, if so. A filtered port was asked for: not open."""
    missing = members(items) - _asked(seen)
    return not_assessable("ports_not_asked", ports=canonical_ports(missing)) if missing else None


def open_instance(subject: Subject[PortsObservation], found: OpenPort, reason: str, **more: Value) -> Instance:
    """One open port; `detected` is what answered there, in one line, where version detection told."""
    words = [each for each in (found.service, found.product, found.version) if each]
    params: dict[str, Value] = {
        "where": subject.where,
        "port": found.port,
        "service": _cut(found.service),
        "product": _cut(found.product),
        "version": _cut(found.version),
        "detected": _cut(" ".join(words)) if words else None,
        **more,
    }
    index = subject.observation.open.index(found)
    return Instance(key=f"{subject.where}/{found.port}", reason=reason, params=params, path=f"open.{index}")


def _asked(seen: PortsObservation) -> frozenset[int]:
    return expand(seen.closed) | expand(seen.filtered) | {each.port for each in seen.open}


def _cut(words: str | None) -> str | None:
    return None if words is None else words[:LENGTH]
