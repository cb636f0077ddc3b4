"""Appendix IV: what could not be assessed and why, waivers, what was not scanned, what the policies switch off."""

from collections.abc import Iterator

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from checks.check import place
from checks.model.finding import Finding
from checks.model.policy import Disabled
from reports.messages import labels
from reports.messages.figures import day
from reports.messages.telling import tell
from reports.model import AgencyReport
from reports.pdf.typesetter import TEXT_WIDTH, Column, Typesetter
from reports.sections.section import Section

CONTROLS_LENGTH = 900
"""Characters of a list of controls in one cell."""
ASSET_WIDTH = 34 * mm
GAP_COLUMNS = (
    Column(labels.ASSET, ASSET_WIDTH),
    Column(labels.REASON, 74 * mm),
    Column(labels.CONTROLS, TEXT_WIDTH - ASSET_WIDTH - 74 * mm),
)
WAIVER_COLUMNS = (
    Column(labels.ASSET, 30 * mm),
    Column(labels.CODE, 38 * mm),
    Column(labels.UNTIL, 22 * mm),
    Column(labels.APPROVED_BY, 30 * mm),
    Column(labels.JUSTIFICATION, TEXT_WIDTH - 120 * mm),
)
EXCLUSION_COLUMNS = (Column(labels.ASSET, 45 * mm), Column(labels.REASON, TEXT_WIDTH - 45 * mm))
DISABLED_COLUMNS = (
    Column(labels.CODE, 42 * mm),
    Column(labels.DISABLED_BY, 40 * mm),
    Column(labels.REASON, TEXT_WIDTH - 82 * mm),
)


def write(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """Four lists; each says so where it is empty."""
    yield typesetter.heading(typesetter.say(labels.GAPS_HEADING), "h1", 1)
    yield from _gaps(report, typesetter)
    yield typesetter.heading(typesetter.say(labels.WAIVERS_HEADING), "h1", 1)
    yield from _waivers(report, typesetter)
    yield typesetter.heading(typesetter.say(labels.EXCLUSIONS_HEADING), "h1", 1)
    yield from _exclusions(report, typesetter)
    yield typesetter.heading(typesetter.say(labels.DISABLED_HEADING), "h1", 1)
    yield from _disabled(report, typesetter)


SECTION = Section("unassessed", labels.UNASSESSED_TITLE, write)


def _gaps(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """Equal reasons at one place are one row: a host that is down is not told forty times."""
    rows: dict[tuple[str, str, str], list[str]] = {}
    for asset in report.assets:
        for finding in asset.findings:
            for target, reason in _reasons(finding, typesetter):
                controls = rows.setdefault((asset.asset.id, target, reason), [])
                if finding.control not in controls:
                    controls.append(finding.control)
    if not rows:
        nothing = not any(report.score.counts.values())
        yield typesetter.para(labels.NOTHING_LOOKED_AT if nothing else labels.GAPS_NONE, style="small")
        return
    yield typesetter.para(labels.GAPS_NOTE, style="small")
    yield from typesetter.table(
        GAP_COLUMNS,
        (
            (
                asset,
                _place(target, reason, report, typesetter),
                [typesetter.para(", ".join(controls), style="cell", limit=CONTROLS_LENGTH)],
            )
            for (asset, target, reason), controls in rows.items()
        ),
    )


def _reasons(finding: Finding, typesetter: Typesetter) -> Iterator[tuple[str, str]]:
    for gap in finding.gaps:
        yield gap.target, tell(gap.reason, gap.params, typesetter.language)
    if finding.verdict == "not_assessable" and not finding.gaps:
        yield "", tell(finding.reason, finding.params, typesetter.language)


def _place(target: str, reason: str, report: AgencyReport, typesetter: Typesetter) -> list[Flowable]:
    cell: list[Flowable] = [typesetter.para(reason, style="cell", limit=400)]
    if target:
        found = report.evidence.get(target)
        where = place(found.sighting.target) if found is not None else target
        cell.append(typesetter.para(typesetter.line(where, 160), style="excerpt"))
    return cell


def _waivers(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    rows = [
        (
            asset.asset.id,
            finding.control,
            day(finding.waiver.valid_until, typesetter.language),
            typesetter.line(finding.waiver.approved_by, 120),
            finding.waiver.justification,
        )
        for asset in report.assets
        for finding in asset.findings
        if finding.waiver is not None
    ]
    if rows:
        yield from typesetter.table(WAIVER_COLUMNS, rows)
    else:
        yield typesetter.para(labels.WAIVERS_NONE, style="small")


def _exclusions(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    rows = []
    for exclusion in report.exclusions:
        known = labels.EXCLUSION_REASONS.get(exclusion.reason)
        reason = typesetter.say(known) if known is not None else exclusion.reason
        rows.append((exclusion.asset, f"{reason} {typesetter.line(exclusion.detail, 300)}".strip()))
    if rows:
        yield from typesetter.table(EXCLUSION_COLUMNS, rows)
    else:
        yield typesetter.para(labels.EXCLUSIONS_NONE, style="small")


def _disabled(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    found: dict[tuple[str, str], Disabled] = {}
    for policy in (report.policy, *(asset.policy for asset in report.assets)):
        found.update({(each.control, each.by): each for each in policy.disabled})
    rows = [(each.control, each.by, typesetter.say(each.reason)) for _, each in sorted(found.items())]
    if rows:
        yield from typesetter.table(DISABLED_COLUMNS, rows)
    else:
        yield typesetter.para(labels.DISABLED_NONE, style="small")
