"""How the report on the estate becomes the document that its JSON is."""

from collections.abc import Iterator

from checks.score import Score
from reports.estate.formats.json_document import (
    SCHEMA,
    AbsentDocument,
    CauseDocument,
    CertificateDocument,
    ControlStandingDocument,
    DueDocument,
    EstateAgencyDocument,
    EstateControlDocument,
    EstateDocument,
    FiguresDocument,
    LastDocument,
    OpenedDocument,
    OverdueDocument,
    PastDocument,
    RequirementDocument,
    ServiceDocument,
    TallyDocument,
)
from reports.estate.model import (
    ControlName,
    EstateCause,
    EstateCertificate,
    EstateOpened,
    EstateReport,
    EstateService,
    PolicyName,
    Ranked,
    Requirement,
)
from reports.formats.json_content import (
    coverage_document,
    exclusion_document,
    run_document,
    score_document,
    snapshot_document,
)
from reports.formats.json_document import PolicyDocument


def document(report: EstateReport) -> EstateDocument:
    """Everything that the report holds."""
    return EstateDocument(
        schema=SCHEMA,
        run=run_document(report.run),
        policy=_policy(report.policy),
        policies=tuple(map(_policy, report.policies)),
        figures=_figures(report.score),
        last=LastDocument(report.compared, _figures(report.last)) if report.last is not None else None,
        history=tuple(
            PastDocument(each.run, each.started, each.agencies, _figures(each.score)) for each in report.history
        ),
        agencies=tuple(map(_agency, report.agencies)),
        controls=tuple(_controls(report)),
        failing=tuple(
            ControlStandingDocument(each.control.digest, each.counts, each.agencies, each.waived)
            for each in report.controls
        ),
        causes=tuple(map(_cause, report.causes)),
        certificates=tuple(map(_certificate, report.certificates)),
        services=tuple(map(_service, report.services)),
        opened=tuple(map(_opened, report.opened)) if report.opened is not None else None,
        requirements=tuple(map(_requirement, report.requirements)),
        absent=tuple(AbsentDocument(each.agency.id, each.agency.name, each.reason) for each in report.absent),
    )


def _figures(score: Score) -> FiguresDocument:
    return FiguresDocument(score_document(score), coverage_document(score), score.confirmed)


def _policy(policy: PolicyName) -> PolicyDocument:
    return PolicyDocument(policy.id, policy.version, policy.digest, policy.title, policy.lineage)


def _agency(ranked: Ranked) -> EstateAgencyDocument:
    each = ranked.summary
    return EstateAgencyDocument(
        place=ranked.place,
        id=each.agency.id,
        name=each.agency.name,
        parent=each.agency.parent,
        policy=each.policy.id,
        assets=each.assets,
        figures=_figures(each.score),
        poorly_covered=each.poorly_covered,
        history=tuple(map(snapshot_document, each.history)),
        overdue=OverdueDocument(each.overdue.count, each.overdue.by_severity, each.overdue.since),
        unassessed=each.unassessed,
        changes=each.changes,
        exclusions=tuple(map(exclusion_document, each.exclusions)),
        controls=tuple(TallyDocument(tally.control.digest, tally.counts, tally.waived) for tally in each.controls),
    )


def _controls(report: EstateReport) -> Iterator[EstateControlDocument]:
    """Each control once, by id."""
    found: dict[str, ControlName] = {}
    for summary in report.summaries:
        for tally in summary.controls:
            found.setdefault(tally.control.digest, tally.control)
    for each in sorted(found.values(), key=lambda each: (each.id, each.digest)):
        yield EstateControlDocument(each.digest, each.id, each.policy, each.title, each.severity, each.basis)


def _cause(each: EstateCause) -> CauseDocument:
    return CauseDocument(each.kind, each.name, each.subject, each.agencies, each.assets, each.controls, each.findings)


def _certificate(each: EstateCertificate) -> CertificateDocument:
    seen = each.seen
    return CertificateDocument(
        seen.fingerprint, seen.subject, seen.issuer, seen.begins, seen.ends, each.agencies, seen.assets
    )


def _service(each: EstateService) -> ServiceDocument:
    return ServiceDocument(each.port, each.service, each.addresses, each.undeclared, each.agencies)


def _opened(each: EstateOpened) -> OpenedDocument:
    opened = each.opened
    return OpenedDocument(each.agency, opened.address, opened.port, opened.service, opened.assets)


def _requirement(each: Requirement) -> RequirementDocument:
    return RequirementDocument(
        document=each.document,
        clause=each.clause,
        confidence=each.confidence,
        standing=each.standing,
        controls=tuple(control.digest for control in each.controls),
        agencies=each.agencies,
        counts=each.counts,
        waived=each.waived,
        roadmap=tuple(DueDocument(due, count) for due, count in each.due.items()),
    )
