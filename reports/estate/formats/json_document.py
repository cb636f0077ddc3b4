"""The types of the JSON report on the estate, which are its schema. Field names are a contract.

As in the report of an agency (`reports.formats.json_document`): shares are in basis points, rounded down; null means
that there was nothing to judge. Agencies are named by their ids, controls by the digests under `controls`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from checks.compare import ChangeKind
from checks.model.canonical import STRICT
from checks.model.finding import Verdict
from checks.model.policy import Basis, Severity
from checks.model.text import Text
from reports.causes import CauseKind
from reports.estate.model import Standing
from reports.formats.json_document import (
    CoverageDocument,
    ExclusionDocument,
    PolicyDocument,
    RunDocument,
    ScoreDocument,
    SnapshotDocument,
)

SCHEMA: Literal["khien-estate/1"] = "khien-estate/1"


@dataclass(frozen=True, slots=True)
class FiguresDocument:
    """The figures of some findings."""

    __pydantic_config__ = STRICT

    score: ScoreDocument
    coverage: CoverageDocument
    confirmed: int | None
    """Weight of passes over the weight of all that applies, assessed or not: what agencies are ranked by."""


@dataclass(frozen=True, slots=True)
class LastDocument:
    """Each agency at its own run before, all together."""

    __pydantic_config__ = STRICT

    agencies: int
    """How many have one."""
    figures: FiguresDocument


@dataclass(frozen=True, slots=True)
class PastDocument:
    """The estate at an earlier run."""

    __pydantic_config__ = STRICT

    run: str
    started: datetime
    agencies: int
    figures: FiguresDocument


@dataclass(frozen=True, slots=True)
class OverdueDocument:
    """Failed findings of which something is past its due date and that no waiver covers."""

    __pydantic_config__ = STRICT

    count: int
    by_severity: Mapping[Severity, int]
    since: date | None


@dataclass(frozen=True, slots=True)
class DueDocument:
    """Failed findings that are not waived and due on one day."""

    __pydantic_config__ = STRICT

    due: date | None
    findings: int


@dataclass(frozen=True, slots=True)
class TallyDocument:
    """One control at the assets of one agency."""

    __pydantic_config__ = STRICT

    control: str
    """Its digest."""
    counts: Mapping[Verdict, int]
    waived: int


@dataclass(frozen=True, slots=True)
class EstateAgencyDocument:
    """One agency with its place."""

    __pydantic_config__ = STRICT

    place: int | None
    """Null: nothing of it was judged."""
    id: str
    name: Text
    parent: str | None
    policy: str
    assets: int
    figures: FiguresDocument
    poorly_covered: bool
    """Coverage below 80 %: its place may change much once all of it can be assessed."""
    history: tuple[SnapshotDocument, ...]
    overdue: OverdueDocument
    unassessed: Mapping[str, int]
    """Findings that are not assessable, by reason code."""
    changes: Mapping[ChangeKind, int]
    exclusions: tuple[ExclusionDocument, ...]
    controls: tuple[TallyDocument, ...]


@dataclass(frozen=True, slots=True)
class EstateControlDocument:
    """A control that was judged somewhere."""

    __pydantic_config__ = STRICT

    digest: str
    """Of all that the policy states of it."""
    id: str
    policy: str
    title: Text
    severity: Severity
    basis: tuple[Basis, ...]


@dataclass(frozen=True, slots=True)
class ControlStandingDocument:
    """A control that fails somewhere, over the estate."""

    __pydantic_config__ = STRICT

    control: str
    """Its digest."""
    counts: Mapping[Verdict, int]
    agencies: int
    waived: int


@dataclass(frozen=True, slots=True)
class CauseDocument:
    """One thing to put right at which several agencies fail."""

    __pydantic_config__ = STRICT

    kind: CauseKind
    name: str
    """SHA-256 of a certificate in hexadecimal, an IP address, or a product as the server names it."""
    subject: str
    agencies: tuple[str, ...]
    assets: tuple[str, ...]
    controls: tuple[str, ...]
    """Ids."""
    findings: int


@dataclass(frozen=True, slots=True)
class CertificateDocument:
    """One server certificate."""

    __pydantic_config__ = STRICT

    sha256: str
    subject: str
    issuer: str
    begins: date
    ends: date
    agencies: tuple[str, ...]
    assets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ServiceDocument:
    """One port with what answers there."""

    __pydantic_config__ = STRICT

    port: int
    service: str
    addresses: int
    undeclared: int
    """Addresses at which no inventory entry expects it; none of 80 and 443."""
    agencies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenedDocument:
    """A port that is newly open."""

    __pydantic_config__ = STRICT

    agency: str
    address: str
    port: int
    service: str
    assets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RequirementDocument:
    """A clause of a legal document that controls rest on, and how it stands: a draft."""

    __pydantic_config__ = STRICT

    document: str
    clause: str | None
    confidence: Literal["text", "summary", "news"]
    standing: Standing
    controls: tuple[str, ...]
    """Digests."""
    agencies: Mapping[str, Standing]
    counts: Mapping[Verdict, int]
    waived: int
    roadmap: tuple[DueDocument, ...]


@dataclass(frozen=True, slots=True)
class AbsentDocument:
    """An agency of the inventory that the run was not about."""

    __pydantic_config__ = STRICT

    id: str
    name: Text
    reason: Literal["no_assets", "not_selected"]


@dataclass(frozen=True, slots=True)
class EstateDocument:
    """Khiên's report on the whole estate on one scan run."""

    __pydantic_config__ = STRICT

    schema: Literal["khien-estate/1"]
    run: RunDocument
    policy: PolicyDocument
    """That by which most agencies are judged."""
    policies: tuple[PolicyDocument, ...]
    figures: FiguresDocument
    last: LastDocument | None
    history: tuple[PastDocument, ...]
    """Earlier runs about at least half of these agencies, oldest first."""
    agencies: tuple[EstateAgencyDocument, ...]
    """Best first; those without a place last."""
    controls: tuple[EstateControlDocument, ...]
    failing: tuple[ControlStandingDocument, ...]
    """What takes most from the score first."""
    causes: tuple[CauseDocument, ...]
    certificates: tuple[CertificateDocument, ...]
    services: tuple[ServiceDocument, ...]
    opened: tuple[OpenedDocument, ...] | None
    """Null: no rule asked which ports are newly open."""
    requirements: tuple[RequirementDocument, ...]
    absent: tuple[AbsentDocument, ...]
