"""The types of the JSON report, which are its schema. Field names are a contract.

Codes and values stay as they are; every sentence stands beside its code in both languages. Shares are in basis points
(1/100 of a percent), rounded down; null means that there was nothing to judge.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from checks.breaker import Hold
from checks.compare import Change
from checks.model.canonical import STRICT
from checks.model.finding import EvidenceRef, Values, Verdict, WaiverNote
from checks.model.policy import Basis, Remediation, Severity
from checks.model.text import Text
from checks.model.waiver import Dispute
from checks.waivers import Standing

SCHEMA: Literal["khien-report/1"] = "khien-report/1"


@dataclass(frozen=True, slots=True)
class ScoreDocument:
    """How much of what could be judged is compliant."""

    __pydantic_config__ = STRICT

    basis_points: int | None
    with_waivers: int | None
    """The same where failed findings under a waiver are left out."""
    counts: Mapping[Verdict, int]
    failed_by_severity: Mapping[Severity, int]
    weights: Mapping[Severity, int]


@dataclass(frozen=True, slots=True)
class CoverageDocument:
    """How much of what applies could be judged."""

    __pydantic_config__ = STRICT

    basis_points: int | None
    judged: int
    """Findings with pass or fail."""
    not_assessable: int


@dataclass(frozen=True, slots=True)
class CheckpointDocument:
    """The state of the log with the run as its last leaf: whoever has it can hold everything before it to it."""

    __pydantic_config__ = STRICT

    size: int
    """How many leaves the log had."""
    root: str
    """Of their Merkle tree (RFC 9162), in hexadecimal."""
    short: str
    """The form in which the letter has it."""


@dataclass(frozen=True, slots=True)
class RunDocument:
    """The scan run."""

    __pydantic_config__ = STRICT

    id: str
    started: datetime
    finished: datetime
    as_of: datetime
    vantage: str
    head: str
    """The digest that stands for the run: the root over its entries; of a run from before runs were sealed, the last of
    its chain."""
    checkpoint: CheckpointDocument
    connections: int
    tools: Mapping[str, str]
    rule_versions: Mapping[str, int]
    data_versions: Mapping[str, str]
    held: Hold | None
    """Why reports of this run were held back, where this one was made all the same."""


@dataclass(frozen=True, slots=True)
class PolicyDocument:
    """A policy by what identifies it."""

    __pydantic_config__ = STRICT

    id: str
    version: str
    digest: str
    title: Text
    lineage: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ControlDocument:
    """A control that something in this report was judged by, with its fix word for word."""

    __pydantic_config__ = STRICT

    id: str
    policy: str
    title: Text
    check: str
    params: Mapping[str, Any]
    severity: Severity
    due_days: int
    effective: date | None
    basis: tuple[Basis, ...]
    rationale: Text
    remediation: Remediation


@dataclass(frozen=True, slots=True)
class AgencyDocument:
    """The agency."""

    __pydantic_config__ = STRICT

    id: str
    name: Text
    parent: str | None


@dataclass(frozen=True, slots=True)
class InstanceDocument:
    """One thing that fails a control."""

    __pydantic_config__ = STRICT

    key: str
    reason: str
    params: Values
    text: Text
    target: str
    path: str
    first_seen: date | None
    due: date | None


@dataclass(frozen=True, slots=True)
class GapDocument:
    """A part of an asset that a control could not be assessed at."""

    __pydantic_config__ = STRICT

    target: str
    reason: str
    params: Values
    text: Text


@dataclass(frozen=True, slots=True)
class FindingDocument:
    """One control at one asset."""

    __pydantic_config__ = STRICT

    id: str
    control: str
    check: str
    check_version: int
    verdict: Verdict
    severity: Severity
    reason: str
    params: Values
    text: Text
    instances: tuple[InstanceDocument, ...]
    gaps: tuple[GapDocument, ...]
    evidence: tuple[EvidenceRef, ...]
    waiver: WaiverNote | None
    reproduce: tuple[str, ...]
    due: date | None
    announced: date | None
    """The day from which the control counts, where it does not yet: the finding is in no figure."""


@dataclass(frozen=True, slots=True)
class AssetDocument:
    """One asset."""

    __pydantic_config__ = STRICT

    id: str
    url: str
    level: int
    zone: str
    tags: tuple[str, ...]
    policy: str
    score: ScoreDocument
    coverage: CoverageDocument
    findings: tuple[FindingDocument, ...]


@dataclass(frozen=True, slots=True)
class SightingDocument:
    """One look: where, when, from where, with what, and the digest of what was seen."""

    __pydantic_config__ = STRICT

    where: str
    address: str | None
    vantage: str
    started: datetime
    finished: datetime
    connections: int
    tools: Mapping[str, str]
    observation: str


@dataclass(frozen=True, slots=True)
class ExclusionDocument:
    """An asset that was not looked at."""

    __pydantic_config__ = STRICT

    asset: str
    reason: str
    detail: str


@dataclass(frozen=True, slots=True)
class SnapshotDocument:
    """The figures of an earlier run."""

    __pydantic_config__ = STRICT

    run: str
    started: datetime
    score: ScoreDocument
    coverage: CoverageDocument


@dataclass(frozen=True, slots=True)
class UnitDocument:
    """An agency right below this one."""

    __pydantic_config__ = STRICT

    id: str
    name: Text
    score: ScoreDocument
    coverage: CoverageDocument


@dataclass(frozen=True, slots=True)
class CertificateDocument:
    """A server certificate that was seen."""

    __pydantic_config__ = STRICT

    sha256: str
    subject: str
    issuer: str
    begins: date
    ends: date
    """Days in Viet Nam."""
    assets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PortDocument:
    """An open port of an address on which assets stand."""

    __pydantic_config__ = STRICT

    address: str
    port: int
    detected: str
    """Service, product and version as far as they could be told."""
    declared: bool
    assets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReportDocument:
    """Khiên's report for one agency on one scan run."""

    __pydantic_config__ = STRICT

    schema: Literal["khien-report/1"]
    run: RunDocument
    policy: PolicyDocument
    """The agency's; an asset may have its own, which is among `policies`."""
    policies: tuple[PolicyDocument, ...]
    agency: AgencyDocument
    score: ScoreDocument
    coverage: CoverageDocument
    assets: tuple[AssetDocument, ...]
    exclusions: tuple[ExclusionDocument, ...]
    changes: tuple[Change, ...]
    """Against the run before, without what is as it was; empty where there is none."""
    fixed_after: tuple[int, ...]
    """Of every fault that is fixed since the run before, the days since it was first seen."""
    certificates: tuple[CertificateDocument, ...]
    """What ends first comes first."""
    ports: tuple[PortDocument, ...]
    units: tuple[UnitDocument, ...]
    """The agencies right below this one that the run judged; their findings are in reports of their own."""
    waivers: tuple[Standing, ...]
    """Those of the agency and its assets: in force, void and expired, confirmed false positives among them."""
    disputes: tuple[Dispute, ...]
    """Of the agency's findings, as they stood when the report was made."""
    history: tuple[SnapshotDocument, ...]
    """Earlier runs, oldest first."""
    controls: tuple[ControlDocument, ...]
    sightings: Mapping[str, SightingDocument]
    """By target key, as findings and instances name it."""
