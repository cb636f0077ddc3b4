"""Appendix II: every asset with the verdict of each of its controls."""

from collections.abc import Iterator

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from checks.model.finding import VERDICTS, Finding
from reports.messages import labels
from reports.messages.figures import percent
from reports.model import AgencyReport, AssetReport
from reports.pdf.charts import MarkedVerdict
from reports.pdf.typesetter import TEXT_WIDTH, Column, Typesetter
from reports.sections.section import Section

CODE_WIDTH, SEVERITY_WIDTH, VERDICT_WIDTH = 32 * mm, 24 * mm, 42 * mm
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
        yield typesetter.heading(f"{index}. {asset.asset.id}", "h1", 1)
        yield typesetter.para(typesetter.line(asset.asset.url, 300), style="asset_line")
        yield typesetter.para(_line(asset, typesetter), style="asset_line")
        if asset.findings:
            yield from typesetter.table(COLUMNS, (_row(asset, each, typesetter) for each in _ordered(asset)))
        else:
            yield typesetter.para(labels.NO_FINDINGS, style="note")


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
    return sorted(asset.findings, key=lambda each: (VERDICTS.index(each.verdict), each.control))


def _row(asset: AssetReport, finding: Finding, typesetter: Typesetter) -> tuple[str | Flowable, ...]:
    control = asset.policy.control(finding.control)
    name = labels.WAIVED if finding.waiver is not None else labels.VERDICT_NAMES[finding.verdict]
    return (
        finding.control,
        typesetter.say(control.title) if control is not None else finding.check,
        typesetter.say(labels.SEVERITY_NAMES[finding.severity]),
        MarkedVerdict(finding.verdict, typesetter.line(typesetter.say(name)), typesetter.styles["cell"]),
    )
