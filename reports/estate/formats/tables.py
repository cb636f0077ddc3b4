"""The report on the estate as tables of cells, which CSV and XLSX write down (pure). Nothing is cut here."""

from collections.abc import Iterator

from checks.compare import KINDS
from checks.model.finding import VERDICTS
from checks.model.policy import SEVERITIES
from checks.model.text import Language, Text
from reports.collation import sort_key
from reports.estate.model import EstateReport, Ranked
from reports.formats.tables import Cell, Table, day_cell
from reports.messages import causes as cause_words
from reports.messages import estate as words
from reports.messages import exposure, labels
from reports.messages import tables as common
from reports.messages.figures import percent
from reports.messages.telling import general

Rows = Iterator[tuple[Cell, ...]]


def tables(report: EstateReport, language: Language) -> tuple[Table, ...]:
    """Every table of the report."""
    return (
        Table(common.SUMMARY, (common.FIGURE, common.VALUE), tuple(_summary(report, language))),
        agencies(report, language),
        _table(common.CONTROLS, CONTROL_COLUMNS, _controls(report, language)),
        _table(words.CAUSES_SHEET, CAUSE_COLUMNS, _causes(report, language)),
        _table(common.NOT_ASSESSED, UNASSESSED_COLUMNS, _unassessed(report, language)),
        _table(words.CERTIFICATES_SHEET, CERTIFICATE_COLUMNS, _certificates(report, language)),
        _table(words.SERVICES_SHEET, SERVICE_COLUMNS, _services(report, language)),
        _table(words.OPENED_SHEET, OPENED_COLUMNS, _opened(report, language)),
        _table(words.SCOPE_SHEET, SCOPE_COLUMNS, _scope(report, language)),
        _table(words.YEARLY_SHEET, YEARLY_COLUMNS, _yearly(report, language)),
    )


def _table(name: Text, columns: tuple[Text, ...], rows: Rows) -> Table:
    return Table(name, columns, tuple(rows))


CHANGES = tuple(each for each in KINDS if each != "unchanged")
AGENCY_COLUMNS = (
    words.PLACE,
    words.AGENCY_ID,
    words.AGENCY,
    words.ASSETS,
    words.CONFIRMED,
    labels.SCORE,
    common.WITH_WAIVERS,
    labels.COVERAGE,
    words.LOW_COVERAGE,
    words.SCORE_BEFORE,
    *(labels.VERDICT_NAMES[each] for each in VERDICTS),
    *(Text(f"Không đạt: {name.vi}", f"Non-compliant: {name.en}") for name in labels.SEVERITY_NAMES.values()),
    words.OVERDUE,
    *(Text(f"Quá hạn: {name.vi}", f"Overdue: {name.en}") for name in labels.SEVERITY_NAMES.values()),
    words.OLDEST,
    *(labels.CHANGE_NAMES[each] for each in CHANGES),
    words.EXCLUDED,
)


def agencies(report: EstateReport, language: Language) -> Table:
    """Every agency in the order of the ranking; those of one place by name."""

    def order(each: Ranked) -> tuple[int, object, str]:
        place = each.place if each.place is not None else len(report.agencies) + 1
        agency = each.summary.agency
        return place, sort_key(agency.name.in_(language), language), agency.id

    ordered = sorted(report.agencies, key=order)
    return Table(words.AGENCIES_SHEET, AGENCY_COLUMNS, tuple(_agency(each, language) for each in ordered))


def _agency(ranked: Ranked, language: Language) -> tuple[Cell, ...]:
    each = ranked.summary
    score = each.score
    return (
        ranked.place if ranked.place is not None else "",
        each.agency.id,
        each.agency.name.in_(language),
        each.assets,
        percent(score.confirmed, language) if ranked.place is not None else "",
        percent(score.score, language),
        percent(score.score_with_waivers, language),
        percent(score.coverage, language),
        words.LOW_MARK if each.poorly_covered else "",
        percent(each.last.score, language) if each.last else "",
        *(score.counts[verdict] for verdict in VERDICTS),
        *(score.failed_by_severity[severity] for severity in labels.SEVERITY_NAMES),
        each.overdue.count,
        *(each.overdue.by_severity[severity] for severity in labels.SEVERITY_NAMES),
        day_cell(each.overdue.since),
        *(each.changes.get(kind, 0) for kind in CHANGES),
        len(each.exclusions),
    )


def _summary(report: EstateReport, language: Language) -> Rows:
    score = report.score
    yield labels.RUN.in_(language), report.run.id
    yield labels.AS_OF.in_(language), report.run.as_of.isoformat()
    yield words.AGENCIES.in_(language), len(report.agencies)
    yield labels.ASSETS_COUNT.in_(language), sum(each.assets for each in report.summaries)
    yield labels.SCORE.in_(language), percent(score.score, language)
    yield common.WITH_WAIVERS.in_(language), percent(score.score_with_waivers, language)
    yield labels.COVERAGE.in_(language), percent(score.coverage, language)
    yield words.SCORE_BEFORE.in_(language), percent(report.last.score, language) if report.last else ""
    for verdict in VERDICTS:
        yield labels.VERDICT_NAMES[verdict].in_(language), score.counts[verdict]
    for severity in SEVERITIES:
        name = f"{labels.VERDICT_NAMES['fail'].in_(language)}: {labels.SEVERITY_NAMES[severity].in_(language)}"
        yield name, score.failed_by_severity[severity]
    yield words.OVERDUE.in_(language), sum(each.overdue.count for each in report.summaries)
    yield common.ANNOUNCED_COUNT.in_(language), score.announced


CONTROL_COLUMNS = (
    common.CONTROL,
    common.TITLE,
    common.POLICY,
    common.SEVERITY,
    words.AGENCIES,
    *(labels.VERDICT_NAMES[each] for each in VERDICTS),
    words.WAIVED,
)


def _controls(report: EstateReport, language: Language) -> Rows:
    for each in report.controls:
        control = each.control
        severity = labels.SEVERITY_NAMES[control.severity].in_(language)
        counts = (each.counts[verdict] for verdict in VERDICTS)
        yield control.id, control.title.in_(language), control.policy, severity, each.agencies, *counts, each.waived


CAUSE_COLUMNS = (
    words.CAUSE,
    exposure.FINGERPRINT,
    words.AGENCIES,
    words.ASSETS,
    words.FINDINGS,
    words.AGENCY,
    common.ASSET,
    words.CONTROLS,
)


def _causes(report: EstateReport, language: Language) -> Rows:
    names = _names(report, language)
    for each in report.causes:
        told = cause_words.KINDS[each.kind].in_(language)
        yield (
            told.format(name=each.name, subject=each.subject or "?", fingerprint=each.name[:12]),
            each.name if each.kind == "certificate" else "",
            len(each.agencies),
            len(each.assets),
            each.findings,
            "; ".join(names[agency] for agency in each.agencies),
            ", ".join(each.assets),
            ", ".join(each.controls),
        )


UNASSESSED_COLUMNS = (words.AGENCY_ID, words.AGENCY, common.REASON, words.REASON_CODE, words.FINDINGS)


def _unassessed(report: EstateReport, language: Language) -> Rows:
    names = _names(report, language)
    for summary in report.summaries:
        for code, count in sorted(summary.unassessed.items(), key=lambda each: (-each[1], each[0])):
            yield summary.agency.id, names[summary.agency.id], general(code, language), code, count


CERTIFICATE_COLUMNS = (
    words.ENDS,
    words.BEGINS,
    exposure.SUBJECT,
    exposure.ISSUER,
    exposure.FINGERPRINT,
    words.AGENCIES,
    words.AGENCY,
    common.ASSET,
)


def _certificates(report: EstateReport, language: Language) -> Rows:
    names = _names(report, language)
    for each in report.certificates:
        seen = each.seen
        yield (
            day_cell(seen.ends),
            day_cell(seen.begins),
            seen.subject,
            seen.issuer,
            seen.fingerprint,
            len(each.agencies),
            "; ".join(names[agency] for agency in each.agencies),
            ", ".join(seen.assets),
        )


SERVICE_COLUMNS = (exposure.PORT, exposure.SERVICE, words.ADDRESSES, words.UNDECLARED, words.AGENCIES, words.AGENCY)


def _services(report: EstateReport, language: Language) -> Rows:
    names = _names(report, language)
    for each in report.services:
        told = "; ".join(names[agency] for agency in each.agencies)
        yield each.port, each.service, each.addresses, each.undeclared, len(each.agencies), told


OPENED_COLUMNS = (words.AGENCY_ID, words.AGENCY, exposure.ADDRESS, exposure.PORT, exposure.SERVICE, common.ASSET)


def _opened(report: EstateReport, language: Language) -> Rows:
    names = _names(report, language)
    for each in report.opened or ():
        opened, name = each.opened, names[each.agency]
        yield each.agency, name, opened.address, opened.port, opened.service, ", ".join(opened.assets)


SCOPE_COLUMNS = (words.AGENCY_ID, words.AGENCY, common.ASSET, common.REASON, words.DETAIL)


def _scope(report: EstateReport, language: Language) -> Rows:
    """Agencies that the run was not about, without an asset; then single assets."""
    for absent in report.absent:
        reason = words.ABSENT_REASONS[absent.reason].in_(language)
        yield absent.agency.id, absent.agency.name.in_(language), "", reason, ""
    for summary in report.summaries:
        for each in summary.exclusions:
            known = labels.EXCLUSION_REASONS.get(each.reason)
            reason = known.in_(language) if known is not None else each.reason
            yield summary.agency.id, summary.agency.name.in_(language), each.asset, reason, each.detail


YEARLY_COLUMNS = (
    words.DOCUMENT,
    words.CLAUSE,
    words.CONFIDENCE,
    common.CONTROL,
    words.AGENCY_ID,
    words.AGENCY,
    words.STANDING,
)


def _yearly(report: EstateReport, language: Language) -> Rows:
    """For each requirement the estate as a whole, then each agency that it concerns."""
    names = _names(report, language)
    for each in report.requirements:
        codes = ", ".join(dict.fromkeys(control.id for control in each.controls))
        head = each.document, each.clause or "", labels.CONFIDENCES[each.confidence].in_(language), codes
        yield *head, "", words.WHOLE.in_(language), words.STANDINGS[each.standing].in_(language)
        for agency, standing in each.agencies.items():
            yield *head, agency, names[agency], words.STANDINGS[standing].in_(language)


def _names(report: EstateReport, language: Language) -> dict[str, str]:
    return {each.agency.id: each.agency.name.in_(language) for each in report.summaries}
