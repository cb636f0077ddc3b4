"""A report as tables of cells, which CSV and XLSX write down (pure).

Dates are ISO 8601 and shares have one decimal as in the PDF. A finding has one row for each of its instances, and one
row without an instance where it has none, so that every finding is there.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from checks.model.finding import VERDICTS, Finding, Instance
from checks.model.policy import SEVERITIES
from checks.model.text import Language, Text
from reports.certificates import seen_certificates
from reports.messages import exceptions, exposure, labels
from reports.messages import tables as words
from reports.messages.figures import percent
from reports.messages.telling import tell
from reports.model import AgencyReport, AssetReport
from reports.services import newly_opened, open_services
from reports.totals import totals

Cell = str | int


@dataclass(frozen=True, slots=True)
class Table:
    """One table with a head."""

    name: Text
    columns: tuple[Text, ...]
    rows: tuple[tuple[Cell, ...], ...]


FINDING_COLUMNS = (
    words.FINDING,
    words.ASSET,
    words.URL,
    words.CONTROL,
    words.TITLE,
    words.VERDICT,
    words.SEVERITY,
    words.WHAT,
    words.INSTANCE,
    words.TARGET,
    words.FIRST_SEEN,
    words.DUE,
    words.WAIVER,
    words.WAIVER_KIND,
    words.ANNOUNCED,
    words.FIX,
    words.CHECK,
)


def tables(report: AgencyReport, language: Language) -> tuple[Table, ...]:
    """Every table of a report."""
    return (
        Table(words.SUMMARY, (words.FIGURE, words.VALUE), tuple(_summary(report, language))),
        findings(report, language),
        _assets(report, language),
        _controls(report, language),
        _not_assessed(report, language),
        _waivers(report, language),
        _certificates(report, language),
        _ports(report, language),
    )


def findings(report: AgencyReport, language: Language) -> Table:
    """Every finding, one row an instance."""
    rows = [
        _row(asset, finding, instance, language)
        for asset in report.assets
        for finding in asset.findings
        for instance in finding.instances or (None,)
    ]
    return Table(words.FINDINGS, FINDING_COLUMNS, tuple(rows))


def _row(asset: AssetReport, finding: Finding, instance: Instance | None, language: Language) -> tuple[Cell, ...]:
    control = asset.policy.control(finding.control)
    said = instance if instance is not None else finding
    fix = ""
    if control is not None and finding.verdict == "fail":
        fix = control.remediation.vi if language == "vi" else control.remediation.en
    return (
        finding.id,
        finding.asset,
        asset.asset.url,
        finding.control,
        control.title.in_(language) if control else "",
        labels.VERDICT_NAMES[finding.verdict].in_(language),
        labels.SEVERITY_NAMES[finding.severity].in_(language),
        tell(said.reason, said.params, language),
        instance.key if instance else "",
        instance.target if instance else "",
        day_cell(instance.first_seen if instance else None),
        day_cell(instance.due if instance else None),
        finding.waiver.id if finding.waiver else "",
        exceptions.WAIVER_KINDS[finding.waiver.kind].in_(language) if finding.waiver else "",
        day_cell(finding.announced),
        fix,
        "\n".join(finding.reproduce),
    )


def _summary(report: AgencyReport, language: Language) -> Iterator[tuple[Cell, ...]]:
    found = totals(report)
    yield words.AGENCY.in_(language), report.agency.name.in_(language)
    yield labels.RUN.in_(language), report.run.id
    yield labels.AS_OF.in_(language), report.run.as_of.isoformat()
    yield labels.SCORE.in_(language), percent(found.score, language)
    yield words.WITH_WAIVERS.in_(language), percent(found.score_with_waivers, language)
    yield labels.COVERAGE.in_(language), percent(found.coverage, language)
    yield labels.ASSETS_COUNT.in_(language), found.assets
    for verdict in VERDICTS:
        yield labels.VERDICT_NAMES[verdict].in_(language), found.verdicts[verdict]
    for severity in SEVERITIES:
        name = f"{labels.VERDICT_NAMES['fail'].in_(language)}: {labels.SEVERITY_NAMES[severity].in_(language)}"
        yield name, found.failed_by_severity[severity]
    yield words.INSTANCES.in_(language), found.instances
    yield words.WAIVED.in_(language), found.waived
    yield words.FALSE_POSITIVES.in_(language), found.false_positives
    yield labels.OVERDUE_COUNT.in_(language), found.overdue
    yield words.ANNOUNCED_COUNT.in_(language), found.announced


def _assets(report: AgencyReport, language: Language) -> Table:
    columns = (words.ASSET, words.URL, words.LEVEL, words.ZONE, words.POLICY, labels.SCORE, labels.COVERAGE)
    rows: list[tuple[Cell, ...]] = [
        (
            each.asset.id,
            each.asset.url,
            each.asset.level,
            each.asset.zone,
            f"{each.policy.id} {each.policy.version}",
            percent(each.score.score, language),
            percent(each.score.coverage, language),
            *(each.score.counts[verdict] for verdict in VERDICTS),
        )
        for each in report.assets
    ]
    return Table(words.ASSETS, (*columns, *(labels.VERDICT_NAMES[each] for each in VERDICTS)), tuple(rows))


def _controls(report: AgencyReport, language: Language) -> Table:
    policies = {each.policy.id: each.policy for each in report.assets}
    rows: list[tuple[Cell, ...]] = []
    for name in sorted(policies):
        own = [each for asset in report.assets if asset.policy.id == name for each in asset.findings]
        for control in policies[name].controls:
            judged = [each.verdict for each in own if each.control == control.id and each.announced is None]
            title, severity = control.title.in_(language), labels.SEVERITY_NAMES[control.severity].in_(language)
            counts = [judged.count(each) for each in VERDICTS]
            rows.append((name, control.id, title, severity, control.due_days, *counts))
    columns = (words.POLICY, words.CONTROL, words.TITLE, words.SEVERITY, words.DUE_DAYS)
    return Table(words.CONTROLS, (*columns, *(labels.VERDICT_NAMES[each] for each in VERDICTS)), tuple(rows))


def _not_assessed(report: AgencyReport, language: Language) -> Table:
    """Each gap of each finding, of findings with a verdict too."""
    rows = [
        (each.id, each.asset, each.control, labels.VERDICT_NAMES[each.verdict].in_(language), where, said)
        for asset in report.assets
        for each in asset.findings
        for where, said in _gaps(each, language)
    ]
    columns = (words.FINDING, words.ASSET, words.CONTROL, words.VERDICT, words.TARGET, words.REASON)
    return Table(words.NOT_ASSESSED, columns, tuple(rows))


def _gaps(finding: Finding, language: Language) -> Sequence[tuple[str, str]]:
    if not finding.gaps and finding.verdict == "not_assessable":
        return [("", tell(finding.reason, finding.params, language))]
    return [(each.target, tell(each.reason, each.params, language)) for each in finding.gaps]


def _waivers(report: AgencyReport, language: Language) -> Table:
    rows = [
        (
            each.waiver.id,
            each.waiver.asset,
            each.waiver.control,
            exceptions.STATES[each.state].in_(language),
            exceptions.STANDING_REASONS[each.reason].in_(language),
            day_cell(each.waiver.valid_until),
            each.waiver.approved_by,
            each.waiver.justification,
            len(each.covered),
        )
        for each in report.waivers
    ]
    columns = (words.WAIVER, words.ASSET, words.CONTROL, words.STATE, words.REASON, words.UNTIL, words.APPROVED_BY)
    return Table(words.WAIVERS, (*columns, words.JUSTIFICATION, words.FINDINGS), tuple(rows))


def _certificates(report: AgencyReport, language: Language) -> Table:
    rows: list[tuple[Cell, ...]] = [
        (
            each.subject,
            each.issuer,
            each.begins.isoformat(),
            each.ends.isoformat(),
            each.fingerprint,
            ", ".join(each.assets),
        )
        for each in seen_certificates([asset.asset for asset in report.assets], report.evidence)
    ]
    columns = (exposure.SUBJECT, exposure.ISSUER, exposure.BEGINS, exposure.ENDS, exposure.FINGERPRINT)
    return Table(words.CERTIFICATES, (*columns, words.ASSETS), tuple(rows))


def _ports(report: AgencyReport, language: Language) -> Table:
    opened = newly_opened(finding for asset in report.assets for finding in asset.findings) or ()
    new = {(each.address, each.port) for each in opened}
    rows: list[tuple[Cell, ...]] = [
        (
            each.address,
            each.port.port,
            each.detected,
            (exposure.YES if each.declared else exposure.NO).in_(language),
            exposure.NEWLY_OPEN.in_(language) if (each.address, each.port.port) in new else "",
            ", ".join(each.assets),
        )
        for each in open_services([asset.asset for asset in report.assets], report.evidence)
    ]
    columns = (exposure.ADDRESS, exposure.PORT, exposure.SERVICE, exposure.DECLARED, words.NOTE, words.ASSETS)
    return Table(words.PORTS, columns, tuple(rows))


def day_cell(value: date | None) -> str:
    """A date as it stands in a cell; empty where there is none."""
    return value.isoformat() if value is not None else ""
