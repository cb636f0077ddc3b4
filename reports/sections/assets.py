"""Appendix II: every asset with the verdict of each of its controls."""

from collections.abc import Iterator

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable, KeepTogether

from checks.model.finding import VERDICTS, Finding
from checks.model.policy import SEVERITIES
from reports.messages import labels
from reports.messages.figures import day, percent
from reports.model import AgencyReport, AssetReport
from reports.pdf.charts import MarkedVerdict
from reports.pdf.typesetter import TEXT_WIDTH, Column, Typesetter
from reports.sections.section import Section

CODE_WIDTH, SEVERITY_WIDTH, VERDICT_WIDTH = 42 * mm, 23 * mm, 43 * mm
TOGETHER = 12
"""A table of that many rows is kept on one page."""
TABLE_START = 70 * mm
"""A longer one begins on the next page where less than this is left."""
COLUMNS = (
    Column(labels.CODE, CODE_WIDTH),
    Column(labels.CONTROL, TEXT_WIDTH - CODE_WIDTH - SEVERITY_WIDTH - VERDICT_WIDTH),
    Column(labels.SEVERITY, SEVERITY_WIDTH),
    Column(labels.VERDICT, VERDICT_WIDTH),
)


def write(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """One table an asset, what needs attention first."""
    if not report.assets:
        yield typesetter.para(labels.NO_ASSETS)
    for index, asset in enumerate(report.assets, start=1):
        head: list[Flowable] = [
            typesetter.heading(f"{index}. {asset.asset.id}", "h1", 1),
            typesetter.para(typesetter.line(asset.asset.url, 300), style="asset_line"),
            typesetter.para(_line(asset, typesetter), style="asset_line"),
        ]
        if len(asset.findings) <= TOGETHER:
            yield KeepTogether([*head, *_table(asset, typesetter)])
        else:
            yield CondPageBreak(TABLE_START)
            yield from head
            yield from _table(asset, typesetter)


def _table(asset: AssetReport, typesetter: Typesetter) -> list[Flowable]:
    if not asset.findings:
        return [typesetter.para(labels.NO_FINDINGS, style="note")]
    return typesetter.table(COLUMNS, (_row(asset, each, typesetter) for each in _ordered(asset)))


SECTION = Section("assets", labels.ASSETS_TITLE, write)


def _line(asset: AssetReport, typesetter: Typesetter) -> str:
    return typesetter.say(
        labels.ASSET_LINE,
        level=asset.asset.level,
        zone=asset.asset.zone,
        policy=asset.policy.id,
        version=asset.policy.version,
        score=percent(asset.score.score, typesetter.language),
        coverage=percent(asset.score.coverage, typesetter.language),
    )


def _ordered(asset: AssetReport) -> list[Finding]:
    """What fails first, and the worst of it first of all."""

    def order(finding: Finding) -> tuple[int, int, str]:
        return VERDICTS.index(finding.verdict), SEVERITIES.index(finding.severity), finding.control

    return sorted(asset.findings, key=order)


def _row(asset: AssetReport, finding: Finding, typesetter: Typesetter) -> tuple[str | Flowable, ...]:
    control = asset.policy.control(finding.control)
    name = labels.VERDICT_NAMES[finding.verdict]
    if finding.waiver is not None:
        name = labels.WAIVED if finding.waiver.kind == "waiver" else labels.FALSE_POSITIVE
    title = typesetter.say(control.title) if control is not None else finding.check
    if finding.announced is not None:
        title += f" ({typesetter.say(labels.FROM_DAY, day=day(finding.announced, typesetter.language))})"
    return (
        finding.control,
        title,
        typesetter.say(labels.SEVERITY_NAMES[finding.severity]),
        MarkedVerdict(finding.verdict, typesetter.say(name), typesetter, VERDICT_WIDTH),
    )
