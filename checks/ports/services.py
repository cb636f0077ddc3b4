"""What version detection told of open ports. Shared by the rules of this family; it holds no demand of its own."""

from collections.abc import Iterable
from typing import Annotated

from pydantic import Field

from checks.check import Subject
from checks.model.asset import port_of
from checks.model.evidence import Evidence, OpenPort, PortsObservation, ProbeFailure, TlsObservation
from checks.model.finding import Outcome, not_assessable
from checks.model.ports import expand
from checks.model.target import HttpTarget, TlsTarget

ServiceName = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+/-]*$")]
"""A service in nmap's words, in any case."""

SERVICE_REASONS = frozenset({"service_unknown"})
"""Reason codes that this module gives."""


def lowered(names: Iterable[str]) -> frozenset[str]:
    """Names as `is_named` compares them."""
    return frozenset(each.lower() for each in names)


def is_named(found: OpenPort, names: frozenset[str]) -> bool:
    """Whether one of the services was detected at an open port."""
    return found.service is not None and found.service.lower() in names


def unknown(seen: PortsObservation) -> Outcome | None:
    """That an open port may be any service, for all that version detection got to know, if so."""
    return not_assessable("service_unknown", ports=seen.unidentified) if seen.unidentified else None


def unfinished(seen: PortsObservation) -> frozenset[int]:
    """The ports that `unknown` speaks of."""
    return expand(seen.unidentified)


def unheard(subject: Subject[PortsObservation]) -> list[int]:
    """Open ports of the asset's own at which it was looked, and no look understood what answered."""
    looks: dict[int, list[bool]] = {}
    for each in subject.others:
        target = each.sighting.target
        if isinstance(target, TlsTarget | HttpTarget) and f"ports:{target.address}" == subject.target.key:
            understood = not isinstance(each.observation, ProbeFailure)
            looks.setdefault(_port(target), []).append(understood)
    dumb = [each.port for each in subject.observation.open if each.service is None]
    return [port for port in dumb if not any(looks.get(port, [True]))]


def _port(target: TlsTarget | HttpTarget) -> int:
    return target.port if isinstance(target, TlsTarget) else port_of(target.url)


def speaks_tls(subject: Subject[PortsObservation], found: OpenPort) -> bool | None:
    """Whether a port of the address speaks TLS, from its start or after STARTTLS; None: could not tell.

    What the look at the endpoint heard goes before what nmap takes it for.
    """
    looks = [_answer(each) for each in subject.others if _is_at(each, subject.target.key, found.port)]
    if True in looks:
        return True
    if False in looks:
        return False
    if found.tls or (found.service is not None and found.service.lower().startswith("ssl")):
        return True
    return None if found.service is None else False


def _is_at(each: Evidence, key: str, port: int) -> bool:
    target = each.sighting.target
    return isinstance(target, TlsTarget) and f"ports:{target.address}" == key and target.port == port


def _answer(each: Evidence) -> bool | None:
    seen = each.observation
    if isinstance(seen, TlsObservation):
        return any(seen.protocols.values()) or None
    return False if isinstance(seen, ProbeFailure) and seen.reason == "not_tls" else None
