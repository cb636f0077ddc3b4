"""Appendix V: how old the open faults are, and what is another than in the run before, each with its reason.

What concerns a whole asset, or a control wherever it stands, is told once, with everything that it concerns.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from checks.compare import KINDS, Change, ChangeReason
from checks.model.text import Text
from reports.ages import LIMITS, ages
from reports.messages import exceptions, exposure, labels
from reports.messages.figures import local_date, number
from reports.model import AgencyReport
from reports.pdf.typesetter import TEXT_WIDTH, Column, Typesetter
from reports.sections.section import Section

KEYS = 5
"""Faults that are named for one finding; the others are counted, and stand in the JSON file."""
OF_ASSET: frozenset[ChangeReason] = frozenset({"asset_added", "asset_removed", "excluded"})
"""Reasons that are the same for every control of an asset."""
OF_CONTROL: frozenset[ChangeReason] = frozenset(
    {
        "control_added",
        "control_removed",
        "in_force",
        "announced",
        "became_applicable",
        "no_longer_applicable",
        "rule",
        "rule_and_evidence",
    }
)
"""Reasons that lie with the control, at whichever assets."""
LISTED = 500
"""Characters of a list of assets or controls."""
COLUMNS = (
    Column(labels.ASSET, 34 * mm),
    Column(labels.CODE, 34 * mm),
    Column(exceptions.CHANGE, 32 * mm),
    Column(labels.REASON, TEXT_WIDTH - 100 * mm),
)


def write(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """How old the faults are, then what has changed."""
    yield typesetter.heading(typesetter.say(exposure.AGES_HEADING), "h1", 1)
    yield from _ages(report, typesetter)
    yield typesetter.heading(typesetter.say(exposure.CHANGES_HEADING), "h1", 1)
    yield from _changes(report, typesetter)


SECTION = Section("changes", exceptions.CHANGES_TITLE, write)


def _ages(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """The open faults by age, and the median age of those that are fixed."""
    findings = (finding for asset in report.assets for finding in asset.findings)
    found = ages(findings, report.fixed_after, local_date(report.run.as_of))
    columns = [Column(each, TEXT_WIDTH / len(found.open)) for each in _buckets()]
    yield from typesetter.table(columns, [[number(each, typesetter.language) for each in found.open]])
    if found.median is not None:
        count, days = (number(each, typesetter.language) for each in (found.fixed, found.median))
        yield typesetter.para(typesetter.say(exposure.FIXED, count=count, days=days), style="small")
    elif report.history:
        yield typesetter.para(exposure.FIXED_NONE, style="small")


def _buckets() -> Iterator[Text]:
    yield _placed(exposure.AGE_UNTIL, days=LIMITS[0])
    for before, last in pairwise(LIMITS):
        yield _placed(exposure.AGE_FROM_TO, first=before + 1, last=last)
    yield _placed(exposure.AGE_OVER, days=LIMITS[-1])


def _placed(text: Text, **values: int) -> Text:
    return Text(text.vi.format(**values), text.en.format(**values))


def _changes(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """One table, in the order in which a reader wants the kinds; what still fails stands in Appendix III."""
    told = [each for each in report.changes if each.kind != "still_failing" or _within(each)]
    if not told:
        first = not report.history and not report.changes
        yield typesetter.para(labels.FIRST_RUN if first else exceptions.CHANGES_NONE, style="small")
        return
    told.sort(key=lambda each: (KINDS.index(each.kind), each.asset, each.control))
    yield from typesetter.table(COLUMNS, (_row(each, typesetter) for each in _together(told)))


def _within(change: Change) -> bool:
    """Whether some of what fails came or went, while the finding as a whole fails as before."""
    return any(each.kind != "still_failing" or each.reason != "still_there" for each in change.instances)


def _together(told: Sequence[Change]) -> list[list[Change]]:
    """The changes that are told in one row: all of an asset, or all of a control, that have one reason."""
    rows: dict[tuple[str, ...], list[Change]] = {}
    for each in told:
        if each.reason in OF_ASSET:
            key: tuple[str, ...] = (each.kind, each.reason)
        elif each.reason in OF_CONTROL:
            key = (each.kind, each.reason, "", each.control, str(each.before), str(each.after))
        else:
            key = (each.kind, each.reason, each.asset, each.control)
        rows.setdefault(key, []).append(each)
    return list(rows.values())


def _row(changes: Sequence[Change], typesetter: Typesetter) -> tuple[str | list[Flowable], ...]:
    change = changes[0]
    cell: list[Flowable] = [typesetter.para(exceptions.CHANGE_REASONS[change.reason], style="cell")]
    kind: list[Flowable] = [typesetter.para(labels.CHANGE_NAMES[change.kind], style="cell")]
    if len(changes) == 1:
        cell += _instances(change, typesetter)
    if len({(each.before, each.after) for each in changes}) == 1:
        before, after = (
            typesetter.say(labels.VERDICT_NAMES[each]) if each else "–" for each in (change.before, change.after)
        )
        kind.append(typesetter.para(f"{before} → {after}", style="looked"))
    every = typesetter.say(exceptions.EVERY_CONTROL)
    return (
        _listed([each.asset for each in changes], typesetter),
        every if change.reason in OF_ASSET else _listed([each.control for each in changes], typesetter),
        kind,
        cell,
    )


def _listed(names: Sequence[str], typesetter: Typesetter) -> str | list[Flowable]:
    """A name, or how many there are and which."""
    distinct = list(dict.fromkeys(names))
    if len(distinct) == 1:
        return distinct[0]
    line = f"{number(len(distinct), typesetter.language)}: {', '.join(distinct)}"
    return [typesetter.para(typesetter.line(line, LISTED), style="cell")]


def _instances(change: Change, typesetter: Typesetter) -> Iterator[Flowable]:
    """What came or went within the finding."""
    shown = [each for each in change.instances if (each.kind, each.reason) != (change.kind, change.reason)]
    for each in shown[:KEYS]:
        kind = typesetter.say(labels.CHANGE_NAMES[each.kind])
        yield typesetter.para(f"{kind}: {typesetter.line(each.key, 120)}", style="excerpt")
    if len(shown) > KEYS:
        more = number(len(shown) - KEYS, typesetter.language)
        yield typesetter.para(typesetter.say(labels.MORE_INSTANCES, count=more), style="looked")
