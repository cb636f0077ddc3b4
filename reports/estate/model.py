"""What the report on the estate is made of. `reports.estate.build` fills it; sections and formats only show it.

An `AgencySummary` is what is kept of one agency's report: figures, names and dates, and nothing of its evidence.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, get_args

from checks.compare import ChangeKind
from checks.model.asset import Agency
from checks.model.finding import Verdict
from checks.model.policy import Basis, Severity
from checks.model.text import Text
from checks.score import Score
from reports.causes import CauseKind
from reports.certificates import SeenCertificate
from reports.model import Exclusion, Issue, Letter, RunFacts, Snapshot
from reports.services import OpenedPort, OpenService

LOW_COVERAGE = 8000
"""Basis points. Below it the place of an agency in the ranking is marked: much of it was not assessed."""

Standing = Literal["not_met", "partly", "met", "undetermined", "not_applicable"]
STANDINGS: tuple[Standing, ...] = get_args(Standing)
"""How a requirement stands, in the order in which a reader wants it. "undetermined": what was seen does not say;
"not_applicable": it concerns no asset."""


@dataclass(frozen=True, slots=True)
class PolicyName:
    """A policy by what identifies it."""

    id: str
    version: str
    digest: str
    title: Text
    lineage: tuple[str, ...]
    legal_basis: tuple[Text, ...]


@dataclass(frozen=True, slots=True)
class ControlName:
    """A control by what a table says of it."""

    id: str
    digest: str
    """Of all that the policy states of it: two policies may state one id differently."""
    policy: str
    """Id of a policy that states it so."""
    title: Text
    severity: Severity
    basis: tuple[Basis, ...]


@dataclass(frozen=True, slots=True)
class ControlTally:
    """One control at the assets of one agency."""

    control: ControlName
    counts: Mapping[Verdict, int]
    """Assets by verdict."""
    waived: int
    """Fails that a waiver lies over."""
    due: Mapping[date | None, int]
    """The other fails by the date by which the first of their faults is due."""


@dataclass(frozen=True, slots=True)
class FaultGroup:
    """What fails at an agency and might share its cause with what fails elsewhere."""

    names: tuple[tuple[CauseKind, str], ...]
    """Certificate, address and product of these fails, as far as the evidence tells."""
    controls: Mapping[str, tuple[str, ...]]
    """Digests of controls, each with the ids of the assets that fail it."""


@dataclass(frozen=True, slots=True)
class Overdue:
    """What is past its due date and under no waiver."""

    by_severity: Mapping[Severity, int]
    """Failed findings of which something is late, as in the agency's own report."""
    since: date | None
    """The earliest of the dates."""

    @property
    def count(self) -> int:
        """All of them."""
        return sum(self.by_severity.values())


@dataclass(frozen=True, slots=True)
class AgencySummary:
    """One agency in the report on the estate."""

    agency: Agency
    policy: PolicyName
    score: Score
    assets: int
    """Assets with findings."""
    history: tuple[Snapshot, ...]
    """Earlier runs, oldest first."""
    controls: tuple[ControlTally, ...]
    """Those that count, by id."""
    faults: tuple[FaultGroup, ...]
    overdue: Overdue
    unassessed: Mapping[str, int]
    """Findings that are not assessable, by reason code."""
    certificates: tuple[SeenCertificate, ...]
    services: tuple[OpenService, ...]
    opened: tuple[OpenedPort, ...] | None
    """None: no rule asked which ports are newly open."""
    exclusions: tuple[Exclusion, ...]
    changes: Mapping[ChangeKind, int]

    @property
    def last(self) -> Score | None:
        """The figures of the run before."""
        return self.history[-1].score if self.history else None

    @property
    def moved(self) -> tuple[int, int] | None:
        """The score of the run before and of this one; None where either is not determined."""
        if self.last is None or self.last.score is None or self.score.score is None:
            return None
        return self.last.score, self.score.score

    @property
    def poorly_covered(self) -> bool:
        """Whether much of what applies was not assessed."""
        return self.score.coverage is not None and self.score.coverage < LOW_COVERAGE


@dataclass(frozen=True, slots=True)
class Ranked:
    """An agency with its place."""

    place: int | None
    """From 1; agencies with equal figures share one. None: nothing of it was judged."""
    summary: AgencySummary


@dataclass(frozen=True, slots=True)
class Past:
    """The estate at an earlier run."""

    run: str
    started: datetime
    agencies: int
    score: Score


@dataclass(frozen=True, slots=True)
class ControlStanding:
    """One control over the estate."""

    control: ControlName
    counts: Mapping[Verdict, int]
    agencies: int
    """Those at which it fails somewhere."""
    waived: int


@dataclass(frozen=True, slots=True)
class EstateCause:
    """One thing to put right at which several agencies fail."""

    kind: CauseKind
    name: str
    """SHA-256 of a certificate in hexadecimal, an IP address, or a product as the server names it."""
    subject: str
    """Of a certificate: whom it names. Otherwise empty."""
    agencies: tuple[str, ...]
    """Ids, at least two."""
    assets: tuple[str, ...]
    controls: tuple[str, ...]
    """Ids of those that fail for it."""
    findings: int
    """Failed findings that it explains; each is in one cause at the most."""


@dataclass(frozen=True, slots=True)
class EstateCertificate:
    """One server certificate, with who serves it."""

    seen: SeenCertificate
    """With the assets of all agencies."""
    agencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EstateService:
    """One port with what answers there, over the estate."""

    port: int
    service: str
    """In nmap's words; empty where version detection could not tell."""
    addresses: int
    agencies: tuple[str, ...]
    undeclared: int
    """Addresses at which no inventory entry expects it; none of the two ports of the web itself."""


@dataclass(frozen=True, slots=True)
class EstateOpened:
    """A port that is newly open."""

    agency: str
    opened: OpenedPort


@dataclass(frozen=True, slots=True)
class Requirement:
    """A clause of a legal document that controls rest on, and how it stands."""

    document: str
    clause: str | None
    confidence: Literal["text", "summary", "news"]
    controls: tuple[ControlName, ...]
    agencies: Mapping[str, Standing]
    """By agency id; an agency that it does not concern is not among them."""
    counts: Mapping[Verdict, int]
    """Findings of its controls."""
    waived: int
    due: Mapping[date | None, int]
    """The roadmap: fails that are not waived, by the date by which they are due."""

    @property
    def standing(self) -> Standing:
        """Of the whole estate."""
        return standing_of(self.counts)


@dataclass(frozen=True, slots=True)
class Absent:
    """An agency of the inventory that the run was not about."""

    agency: Agency
    reason: Literal["no_assets", "not_selected"]


@dataclass(frozen=True, slots=True)
class EstateReport:
    """Everything that the body above the scanning unit is told of one run."""

    run: RunFacts
    policy: PolicyName
    """That by which most agencies are judged."""
    policies: tuple[PolicyName, ...]
    agencies: tuple[Ranked, ...]
    """Best first; those without a place last."""
    score: Score
    last: Score | None
    """Each agency at its own run before, all together."""
    compared: int
    """Agencies that `last` is about."""
    history: tuple[Past, ...]
    """Earlier runs about at least half of these agencies, oldest first."""
    controls: tuple[ControlStanding, ...]
    """Those that fail somewhere, worst first."""
    causes: tuple[EstateCause, ...]
    certificates: tuple[EstateCertificate, ...]
    """What ends first comes first."""
    services: tuple[EstateService, ...]
    opened: tuple[EstateOpened, ...] | None
    requirements: tuple[Requirement, ...]
    absent: tuple[Absent, ...]
    letter: Letter = field(default_factory=Letter)
    issue: Issue | None = None
    """None: a draft."""

    @property
    def policy_digest(self) -> str:
        """Of the policy by which most agencies are judged."""
        return self.policy.digest

    @property
    def summaries(self) -> tuple[AgencySummary, ...]:
        """The agencies in the order of the ranking."""
        return tuple(each.summary for each in self.agencies)


def standing_of(counts: Mapping[Verdict, int]) -> Standing:
    """How a requirement stands by its findings: met only where all of it was assessed and is compliant."""
    if counts["fail"]:
        return "partly" if counts["pass"] else "not_met"
    if counts["not_assessable"]:
        return "undetermined"
    return "met" if counts["pass"] else "not_applicable"
