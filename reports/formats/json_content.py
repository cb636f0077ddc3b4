"""How a report becomes the document that the JSON report is."""

from checks.check import place
from checks.model.canonical import digest, dump
from checks.model.evidence import Sighting
from checks.model.finding import Finding, Gap, Instance
from checks.model.policy import Control, Policy
from checks.score import WEIGHTS, Score
from reports.certificates import SeenCertificate, seen_certificates
from reports.formats.json_document import (
    SCHEMA,
    AgencyDocument,
    AssetDocument,
    CertificateDocument,
    CheckpointDocument,
    ControlDocument,
    CoverageDocument,
    ExclusionDocument,
    FindingDocument,
    GapDocument,
    InstanceDocument,
    PolicyDocument,
    PortDocument,
    ReportDocument,
    RunDocument,
    ScoreDocument,
    SightingDocument,
    SnapshotDocument,
    UnitDocument,
)
from reports.messages.telling import both
from reports.model import AgencyReport, AssetReport, Exclusion, RunFacts, Snapshot
from reports.services import OpenService, open_services


def document(report: AgencyReport) -> ReportDocument:
    """Everything that a report holds, as the JSON report states it."""
    policies = {report.policy.id: report.policy, **{each.policy.id: each.policy for each in report.assets}}
    assets = [each.asset for each in report.assets]
    return ReportDocument(
        schema=SCHEMA,
        run=run_document(report.run),
        policy=_policy(report.policy),
        policies=tuple(_policy(policies[name]) for name in sorted(policies)),
        agency=AgencyDocument(report.agency.id, report.agency.name, report.agency.parent),
        score=score_document(report.score),
        coverage=coverage_document(report.score),
        assets=tuple(map(_asset, report.assets)),
        exclusions=tuple(map(exclusion_document, report.exclusions)),
        changes=report.changes,
        fixed_after=report.fixed_after,
        certificates=tuple(map(_certificate, seen_certificates(assets, report.evidence))),
        ports=tuple(map(_port, open_services(assets, report.evidence))),
        units=tuple(
            UnitDocument(each.id, each.name, score_document(each.score), coverage_document(each.score))
            for each in report.units
        ),
        waivers=report.waivers,
        disputes=report.disputes,
        history=tuple(map(snapshot_document, report.history)),
        controls=tuple(_controls(report)),
        sightings={key: _sighting(found.sighting) for key, found in sorted(report.evidence.items())},
    )


def run_document(run: RunFacts) -> RunDocument:
    """A run."""
    return RunDocument(
        id=run.id,
        started=run.started,
        finished=run.finished,
        as_of=run.as_of,
        vantage=run.vantage,
        head=run.head,
        checkpoint=CheckpointDocument(run.checkpoint.size, run.checkpoint.root, run.checkpoint.short),
        connections=run.connections,
        tools=run.tools,
        rule_versions=run.rule_versions,
        data_versions=run.data_versions,
        held=run.held,
    )


def score_document(score: Score) -> ScoreDocument:
    """The figures of a score."""
    return ScoreDocument(score.score, score.score_with_waivers, score.counts, score.failed_by_severity, WEIGHTS)


def coverage_document(score: Score) -> CoverageDocument:
    """The figures of its coverage."""
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
        score=score_document(asset.score),
        coverage=coverage_document(asset.score),
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


def _certificate(seen: SeenCertificate) -> CertificateDocument:
    return CertificateDocument(seen.fingerprint, seen.subject, seen.issuer, seen.begins, seen.ends, seen.assets)


def _port(service: OpenService) -> PortDocument:
    return PortDocument(service.address, service.port.port, service.detected, service.declared, service.assets)


def exclusion_document(exclusion: Exclusion) -> ExclusionDocument:
    """An asset that was left out."""
    return ExclusionDocument(exclusion.asset, exclusion.reason, exclusion.detail)


def snapshot_document(snapshot: Snapshot) -> SnapshotDocument:
    """An earlier run."""
    return SnapshotDocument(
        snapshot.run, snapshot.started, score_document(snapshot.score), coverage_document(snapshot.score)
    )


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
