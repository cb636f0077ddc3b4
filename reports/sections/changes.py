"""Appendix V: what is another than in the run before, finding by finding, each with its reason."""

from collections.abc import Iterator

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from checks.compare import KINDS, Change
from reports.messages import exceptions, labels
from reports.model import AgencyReport
from reports.pdf.typesetter import TEXT_WIDTH, Column, Typesetter
from reports.sections.section import Section

KEYS = 5
"""Faults that are named for one finding; the others are counted, and stand in the JSON file."""
COLUMNS = (
    Column(labels.ASSET, 34 * mm),
    Column(labels.CODE, 34 * mm),
    Column(exceptions.CHANGE, 32 * mm),
    Column(labels.REASON, TEXT_WIDTH - 100 * mm),
)


def write(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """One table, in the order in which a reader wants the kinds; what still fails stands in Appendix III."""
    told = [each for each in report.changes if each.kind != "still_failing" or _within(each)]
    if not told:
        first = not report.history and not report.changes
        yield typesetter.para(labels.FIRST_RUN if first else exceptions.CHANGES_NONE, style="small")
        return
    told.sort(key=lambda each: (KINDS.index(each.kind), each.asset, each.control))
    yield from typesetter.table(COLUMNS, (_row(each, typesetter) for each in told))


SECTION = Section("changes", exceptions.CHANGES_TITLE, write)


def _within(change: Change) -> bool:
    """Whether some of what fails came or went, while the finding as a whole fails as before."""
    return any(each.kind != "still_failing" or each.reason != "still_there" for each in change.instances)


def _row(change: Change, typesetter: Typesetter) -> tuple[str | list[Flowable], ...]:
    cell: list[Flowable] = [typesetter.para(exceptions.CHANGE_REASONS[change.reason], style="cell")]
    shown = [each for each in change.instances if (each.kind, each.reason) != (change.kind, change.reason)]
    for each in shown[:KEYS]:
        kind = typesetter.say(labels.CHANGE_NAMES[each.kind])
        cell.append(typesetter.para(f"{kind}: {typesetter.line(each.key, 120)}", style="excerpt"))
    if len(shown) > KEYS:
        cell.append(
            typesetter.para(typesetter.say(labels.MORE_INSTANCES, count=str(len(shown) - KEYS)), style="looked")
        )
    before, after = (
        typesetter.say(labels.VERDICT_NAMES[each]) if each else "–" for each in (change.before, change.after)
    )
    kind_cell: list[Flowable] = [
        typesetter.para(labels.CHANGE_NAMES[change.kind], style="cell"),
        typesetter.para(f"{before} → {after}", style="looked"),
    ]
    return change.asset, change.control, kind_cell, cell
