"""What several failed findings have in common, so that one fix serves them all (pure).

A finding about a certificate has the certificate as its cause, wherever it is served. Any other has the address that it
was seen at, where several assets stand on it; otherwise the product and version that the server names, where others
fail the same control with the same. A finding that shares nothing is no part of any cause. Each finding is in one cause
at the most, so that counts can be added up.
"""

from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from checks.model.evidence import Evidence
from checks.model.finding import Instance
from checks.model.target import DnsTarget
from checks.tls.certificates import Unreadable, certificate, subject_of
from reports.certificates import fingerprint, leaves
from reports.grouping import Failure, Problem
from reports.servers import product_of

CauseKind = Literal["certificate", "address", "product"]
KINDS: tuple[CauseKind, ...] = ("certificate", "address", "product")
"""In the order in which they are looked for."""
Key = tuple[CauseKind, str]
"""The kind, and: SHA-256 of a certificate in hexadecimal, an IP address, or a product as the server names it."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """One failed finding with what it might share with others."""

    control: Hashable
    """Findings are compared only under the same control."""
    asset: str
    names: Mapping[CauseKind, str]


@dataclass(frozen=True, slots=True)
class Cause:
    """One thing to put right at which several assets fail."""

    kind: CauseKind
    name: str
    """As in `Key`."""
    subject: str
    """Of a certificate: whom it names. Otherwise empty."""
    failures: tuple[tuple[Problem, Failure], ...]
    """Every failed finding that it explains, in the order of the problems."""

    @property
    def assets(self) -> tuple[str, ...]:
        """Ids of the assets, sorted; at least two."""
        return tuple(sorted({failure.finding.asset for _, failure in self.failures}))

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The problems that it is a part of, each once and in their order."""
        return tuple({id(problem): problem for problem, _ in self.failures}.values())


def causes(found: Sequence[Problem], evidence: Mapping[str, Evidence]) -> tuple[Cause, ...]:
    """The causes behind some problems: those that explain most findings first. `evidence` is by target key."""
    every = [(problem, failure) for problem in found for failure in problem.failures]
    suspects = [Suspect(id(problem), failure.finding.asset, names_of(failure, evidence)) for problem, failure in every]
    collected: dict[Key, list[tuple[Problem, Failure]]] = {}
    for key, each in zip(shared(suspects), every, strict=True):
        if key is not None:
            collected.setdefault(key, []).append(each)
    made = [
        Cause(kind, name, _subject(name, group, evidence) if kind == "certificate" else "", tuple(group))
        for (kind, name), group in collected.items()
    ]
    return tuple(sorted(made, key=lambda each: (-len(each.failures), KINDS.index(each.kind), each.name)))


def shared(suspects: Sequence[Suspect]) -> tuple[Key | None, ...]:
    """For each finding the cause that it shares with another asset's; None where there is no other."""
    found: list[Key | None] = [None] * len(suspects)
    for kind in KINDS:
        groups: dict[tuple[Hashable, str], list[int]] = {}
        for index, each in enumerate(suspects):
            if found[index] is None and kind in each.names:
                groups.setdefault((each.control, each.names[kind]), []).append(index)
        for (_, name), group in groups.items():
            if len({suspects[index].asset for index in group}) > 1:
                for index in group:
                    found[index] = kind, name
    return tuple(found)


def names_of(failure: Failure, evidence: Mapping[str, Evidence]) -> dict[CauseKind, str]:
    """What a failed finding might share with others, as far as its evidence tells."""
    instances = failure.finding.instances
    found: dict[CauseKind, str | None] = {
        "certificate": min((name for each in instances for name in _certificates(each, evidence)), default=None),
        "address": min((name for each in instances for name in _addresses(each, evidence)), default=None),
        "product": product_of(failure.asset.asset, evidence),
    }
    return {kind: name for kind, name in found.items() if name}


def _certificates(instance: Instance, evidence: Mapping[str, Evidence]) -> Iterator[str]:
    """The certificate that an instance is about, if it is about one."""
    kind, _, place = instance.path.partition(".")
    index = place.split(".")[0]
    served = leaves(evidence.get(instance.target)) if kind == "certificates" and index.isdecimal() else ()
    if served and int(index) < len(served):
        yield fingerprint(served[int(index)])


def _addresses(instance: Instance, evidence: Mapping[str, Evidence]) -> Iterator[str]:
    """The address at which an instance was seen."""
    found = evidence.get(instance.target)
    if found is not None and not isinstance(found.sighting.target, DnsTarget):
        yield found.sighting.target.address


def _subject(name: str, group: Sequence[tuple[Problem, Failure]], evidence: Mapping[str, Evidence]) -> str:
    """Whom the certificate of that fingerprint names."""
    targets = {each.target for _, failure in group for each in failure.finding.instances}
    for der in (der for target in sorted(targets) for der in leaves(evidence.get(target))):
        if fingerprint(der) == name:
            try:
                return subject_of(certificate(der))
            except Unreadable:
                break
    return ""
