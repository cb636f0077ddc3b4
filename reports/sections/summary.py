"""Appendix I, the report card: one page for someone who has two minutes."""

from collections.abc import Iterator
from datetime import date

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, Paragraph, Table

from checks.compare import KINDS, ChangeKind
from checks.model.text import Text
from reports.grouping import Problem, overdue, problems
from reports.messages import labels
from reports.messages.figures import day, local_date, number, percent
from reports.model import AgencyReport
from reports.pdf.charts import severity_chart, verdict_chart
from reports.pdf.typesetter import RULE, SHADE, TEXT_WIDTH, Run, Typesetter
from reports.sections.section import Section

URGENT_FIXES = 3
ALWAYS_TOLD: tuple[ChangeKind, ...] = ("new", "still_failing", "fixed")
"""Changes that the card counts even where there are none."""
FIX_LENGTH = 260
"""Characters of a fix on the card; the whole of it is in the appendix of findings."""
GUTTER = 6 * mm


def write(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """Figures, charts, what to do first, and what has changed."""
    yield _figures(report, typesetter)
    yield typesetter.para(labels.COVERAGE_NOTE, style="note")
    yield _charts(report, typesetter)
    yield typesetter.para(labels.URGENT, style="h1")
    yield from _urgent(report, typesetter)
    yield typesetter.para(labels.CHANGES_HEADING, style="h1")
    yield _changes(report, typesetter)


SECTION = Section("summary", labels.SUMMARY_TITLE, write)


def _figures(report: AgencyReport, typesetter: Typesetter) -> Table:
    """Four figures side by side, two of them with what they were last time."""
    language = typesetter.language
    last = report.history[-1].score if report.history else None
    today = local_date(report.run.as_of)
    late = overdue((finding for asset in report.assets for finding in asset.findings), today)
    boxes: list[tuple[Text, str, str]] = [
        (labels.SCORE, percent(report.score.score, language), percent(last.score, language) if last else ""),
        (labels.COVERAGE, percent(report.score.coverage, language), percent(last.coverage, language) if last else ""),
        (labels.ASSETS_COUNT, number(len(report.assets), language), ""),
        (labels.OVERDUE_COUNT, number(len(late), language), ""),
    ]
    cells = [_box(name, value, before, typesetter) for name, value, before in boxes]
    style = [
        *typesetter.plain,
        ("BACKGROUND", (0, 0), (-1, -1), SHADE),
        ("BOX", (0, 0), (-1, -1), 0.5, RULE),
        ("INNERGRID", (0, 0), (-1, -1), 0.5, RULE),
        ("LEFTPADDING", (0, 0), (-1, -1), 3),
        ("RIGHTPADDING", (0, 0), (-1, -1), 3),
    ]
    return Table([cells], colWidths=[TEXT_WIDTH / len(cells)] * len(cells), style=style, spaceAfter=6)


def _box(name: Text, value: str, before: str, typesetter: Typesetter) -> list[Flowable]:
    # Words in place of a figure ("not determined") are longer than figures are.
    shown = typesetter.para(value, style="figure" if len(value) <= 7 else "figure_words")
    box: list[Flowable] = [typesetter.para(name, style="figure_name"), shown]
    if before:
        box.append(typesetter.para(typesetter.say(labels.LAST_RUN, value=before), style="figure_name"))
    return box


def _charts(report: AgencyReport, typesetter: Typesetter) -> Table:
    left = TEXT_WIDTH * 0.55 - GUTTER
    right = TEXT_WIDTH - left - GUTTER
    score = report.score
    cells = [
        [typesetter.para(labels.VERDICTS_HEADING, style="chart_name"), verdict_chart(score.counts, typesetter, left)],
        "",
        [
            typesetter.para(labels.FAILED_BY_SEVERITY, style="chart_name"),
            severity_chart(score.failed_by_severity, typesetter, right),
        ],
    ]
    return Table([cells], colWidths=[left, GUTTER, right], style=typesetter.plain, spaceBefore=2)


def _urgent(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    chosen = [problem for problem in problems(report) if not problem.waived][:URGENT_FIXES]
    if not chosen:
        judged = report.score.score is not None
        yield typesetter.para(labels.URGENT_NONE if judged else labels.NOTHING_JUDGED, style="small")
    today = local_date(report.run.as_of)
    for index, problem in enumerate(chosen, start=1):
        yield _fix(index, problem, today, typesetter)


def _fix(index: int, problem: Problem, today: date, typesetter: Typesetter) -> Paragraph:
    control, language = problem.control, typesetter.language
    remedy = control.remediation.vi if language == "vi" else control.remediation.en
    facts = ", ".join(
        [
            typesetter.say(labels.SEVERITY_NAMES[control.severity]).lower(),
            affected(len({each.asset.asset.id for each in problem.failures}), typesetter),
            due_words(problem.due, today, typesetter),
        ]
    )
    return typesetter.para(
        Run(f"{index}. {typesetter.line(typesetter.say(control.title), 160)}", "bold"),
        f" ({control.id}; {facts}). ",
        typesetter.line(remedy, FIX_LENGTH),
        style="small",
    )


def affected(count: int, typesetter: Typesetter) -> str:
    """How many assets something concerns."""
    if count == 1:
        return typesetter.say(labels.AFFECTS_ONE)
    return typesetter.say(labels.AFFECTS, count=number(count, typesetter.language))


def due_words(due: date | None, today: date, typesetter: Typesetter) -> str:
    """By when something is due, or since when it is overdue."""
    if due is None:
        return typesetter.say(labels.NO_DUE)
    words = labels.OVERDUE_SINCE if due < today else labels.DUE_BY
    return typesetter.say(words, day=day(due, typesetter.language))


def _changes(report: AgencyReport, typesetter: Typesetter) -> Flowable:
    if not report.history and not report.changes:
        return typesetter.para(labels.FIRST_RUN, style="small")
    kinds = [change.kind for change in report.changes]
    parts = [
        f"{typesetter.say(labels.CHANGE_NAMES[kind])}: {number(kinds.count(kind), typesetter.language)}"
        for kind in KINDS
        if kind in kinds or kind in ALWAYS_TOLD
    ]
    return typesetter.para(" · ".join(parts) + ".", style="small")
