"""What several failed findings have in common, so that one fix serves them all (pure).

A finding about a certificate has the certificate as its cause, wherever it is served. Any other has the address that it
was seen at, where several assets stand on it; a finding about the settings of a server otherwise has the product and
version that the server names, where others fail the same control with the same. A finding that shares nothing is no
part of any cause. Each finding is in one cause at the most, so that counts can be added up.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from checks.model.evidence import Evidence
from checks.model.finding import Instance
from checks.model.target import DnsTarget
from checks.tls.certificates import Unreadable, certificate, subject_of
from reports.certificates import fingerprint, leaves
from reports.families import Family, family_of
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
    found = {kind: _NAMES[kind](failure, evidence) for kind in _KINDS_OF[family_of(failure.finding.check)]}
    return {kind: name for kind, name in found.items() if name}


def _certificate(failure: Failure, evidence: Mapping[str, Evidence]) -> str | None:
    """The certificate that the instances of a finding are about."""
    return min((name for each in failure.finding.instances for name in _fingerprint(each, evidence)), default=None)


def _fingerprint(instance: Instance, evidence: Mapping[str, Evidence]) -> Iterator[str]:
    kind, _, place = instance.path.partition(".")
    index = place.split(".")[0]
    served = leaves(evidence.get(instance.target)) if kind == "certificates" and index.isdecimal() else ()
    if served and int(index) < len(served):
        yield fingerprint(served[int(index)])


def _address(failure: Failure, evidence: Mapping[str, Evidence]) -> str | None:
    """The address at which the instances of a finding were seen."""
    targets = (evidence[each.target].sighting.target for each in failure.finding.instances if each.target in evidence)
    return min((each.address for each in targets if not isinstance(each, DnsTarget)), default=None)


def _product(failure: Failure, evidence: Mapping[str, Evidence]) -> str | None:
    """What the asset's server calls itself."""
    return product_of(failure.asset.asset, evidence)


_NAMES: Mapping[CauseKind, Callable[[Failure, Mapping[str, Evidence]], str | None]] = {
    "certificate": _certificate,
    "address": _address,
    "product": _product,
}
_KINDS_OF: Mapping[Family, tuple[CauseKind, ...]] = {
    "tls": ("address", "product"),
    "certificates": ("certificate",),
    "ports": ("address",),
    "https": ("address", "product"),
    "headers": ("address", "product"),
    "pages": ("address", "product"),
    "dns": (),
}
"""What may be behind a failed control of each family: a product is to blame for its settings only."""


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
