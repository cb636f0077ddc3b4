"""The types of the JSON report, which are its schema, and how a report becomes one. Field names are a contract.

Codes and values stay as they are; every sentence stands beside its code in both languages. Shares are in basis points
(1/100 of a percent), rounded down; null means that there was nothing to judge.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

from checks.breaker import Hold
from checks.check import place
from checks.compare import Change
from checks.model.canonical import STRICT, digest, dump
from checks.model.evidence import Sighting
from checks.model.finding import EvidenceRef, Finding, Gap, Instance, Values, Verdict, WaiverNote
from checks.model.policy import Basis, Control, Policy, Remediation, Severity
from checks.model.text import Text
from checks.model.waiver import Dispute
from checks.score import WEIGHTS, Score
from checks.waivers import Standing
from reports.messages.telling import both
from reports.model import AgencyReport, AssetReport, Exclusion, Snapshot

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
class RunDocument:
    """The scan run."""

    __pydantic_config__ = STRICT

    id: str
    started: datetime
    finished: datetime
    as_of: datetime
    vantage: str
    head: str
    """The last digest of the run's chain."""
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
    waivers: tuple[Standing, ...]
    """Those of the agency and its assets: in force, void and expired, confirmed false positives among them."""
    disputes: tuple[Dispute, ...]
    """Of the agency's findings, as they stood when the report was made."""
    history: tuple[SnapshotDocument, ...]
    """Earlier runs, oldest first."""
    controls: tuple[ControlDocument, ...]
    sightings: Mapping[str, SightingDocument]
    """By target key, as findings and instances name it."""


def document(report: AgencyReport) -> ReportDocument:
    """Everything that a report holds, as the JSON report states it."""
    policies = {report.policy.id: report.policy, **{each.policy.id: each.policy for each in report.assets}}
    run = report.run
    return ReportDocument(
        schema=SCHEMA,
        run=RunDocument(
            id=run.id,
            started=run.started,
            finished=run.finished,
            as_of=run.as_of,
            vantage=run.vantage,
            head=run.head,
            connections=run.connections,
            tools=run.tools,
            rule_versions=run.rule_versions,
            data_versions=run.data_versions,
            held=run.held,
        ),
        policy=_policy(report.policy),
        policies=tuple(_policy(policies[name]) for name in sorted(policies)),
        agency=AgencyDocument(report.agency.id, report.agency.name, report.agency.parent),
        score=_score(report.score),
        coverage=_coverage(report.score),
        assets=tuple(map(_asset, report.assets)),
        exclusions=tuple(map(_exclusion, report.exclusions)),
        changes=report.changes,
        waivers=report.waivers,
        disputes=report.disputes,
        history=tuple(map(_snapshot, report.history)),
        controls=tuple(_controls(report)),
        sightings={key: _sighting(found.sighting) for key, found in sorted(report.evidence.items())},
    )


def _score(score: Score) -> ScoreDocument:
    return ScoreDocument(score.score, score.score_with_waivers, score.counts, score.failed_by_severity, WEIGHTS)


def _coverage(score: Score) -> CoverageDocument:
    judged = score.counts["pass"] + score.counts["fail"]
    return CoverageDocument(score.coverage, judged, score.counts["not_assessable"])


def _policy(policy: Policy) -> PolicyDocument:
    return PolicyDocument(policy.id, policy.version, digest(dump(policy)), policy.title, policy.lineage)


def _asset(asset: AssetReport) -> AssetDocument:
    return AssetDocument(
        id=asset.asset.id,
        url=asset.asset.url,
        level=asset.asset.level,
        zone=asset.asset.zone,
        tags=asset.asset.tags,
        policy=asset.policy.id,
        score=_score(asset.score),
        coverage=_coverage(asset.score),
        findings=tuple(map(_finding, asset.findings)),
    )


def _finding(finding: Finding) -> FindingDocument:
    return FindingDocument(
        id=finding.id,
        control=finding.control,
        check=finding.check,
        check_version=finding.check_version,
        verdict=finding.verdict,
        severity=finding.severity,
        reason=finding.reason,
        params=finding.params,
        text=both(finding.reason, finding.params),
        instances=tuple(map(_instance, finding.instances)),
        gaps=tuple(map(_gap, finding.gaps)),
        evidence=finding.evidence,
        waiver=finding.waiver,
        reproduce=finding.reproduce,
        due=finding.due,
        announced=finding.announced,
    )


def _instance(instance: Instance) -> InstanceDocument:
    return InstanceDocument(
        key=instance.key,
        reason=instance.reason,
        params=instance.params,
        text=both(instance.reason, instance.params),
        target=instance.target,
        path=instance.path,
        first_seen=instance.first_seen,
        due=instance.due,
    )


def _gap(gap: Gap) -> GapDocument:
    return GapDocument(gap.target, gap.reason, gap.params, both(gap.reason, gap.params))


def _exclusion(exclusion: Exclusion) -> ExclusionDocument:
    return ExclusionDocument(exclusion.asset, exclusion.reason, exclusion.detail)


def _snapshot(snapshot: Snapshot) -> SnapshotDocument:
    return SnapshotDocument(snapshot.run, snapshot.started, _score(snapshot.score), _coverage(snapshot.score))


def _controls(report: AgencyReport) -> list[ControlDocument]:
    """Each control once for each policy that this report judges by."""
    found: dict[tuple[str, str], ControlDocument] = {}
    for asset in report.assets:
        for finding in asset.findings:
            control = asset.policy.control(finding.control)
            if control is not None:
                found.setdefault((control.id, asset.policy.id), _control(control, asset.policy))
    return [found[key] for key in sorted(found)]


def _control(control: Control, policy: Policy) -> ControlDocument:
    return ControlDocument(
        id=control.id,
        policy=policy.id,
        title=control.title,
        check=control.check,
        params=control.params,
        severity=control.severity,
        due_days=control.due_days,
        effective=control.effective,
        basis=control.basis,
        rationale=control.rationale,
        remediation=control.remediation,
    )


def _sighting(sighting: Sighting) -> SightingDocument:
    return SightingDocument(
        where=place(sighting.target),
        address=getattr(sighting.target, "address", None),
        vantage=sighting.vantage,
        started=sighting.started,
        finished=sighting.finished,
        connections=sighting.connections,
        tools=sighting.tools,
        observation=sighting.observation,
    )
