"""Appendix I, the report card: one page for someone who has two minutes."""

from collections.abc import Iterator, Sequence
from datetime import date

from reportlab.lib.units import mm
from reportlab.platypus import Flowable, KeepInFrame, Paragraph, Table

from checks.compare import KINDS, ChangeKind
from checks.model.text import Text
from reports.certificates import SeenCertificate, seen_certificates
from reports.grouping import Problem, overdue, problems
from reports.messages import card, labels
from reports.messages.figures import day, local_date, number
from reports.model import AgencyReport
from reports.pdf.boxes import box, boxes, share
from reports.pdf.charts import severity_chart, verdict_chart
from reports.pdf.trend import Point, trend_chart
from reports.pdf.typesetter import TEXT_WIDTH, Run, Typesetter
from reports.sections.section import Section
from reports.services import newly_opened

URGENT_FIXES = 3
ALWAYS_TOLD: tuple[ChangeKind, ...] = ("new", "still_failing", "fixed")
"""Changes that the card counts even where there are none."""
FIX_LENGTH = 200
"""Characters of a fix on the card; the whole of it is in the appendix of findings."""
GUTTER = 6 * mm
TREND_HEIGHT = 34 * mm
SOON = (7, 30)
"""Days within which certificates that expire are counted."""
NAMED = 3
"""Certificates, ports and overdue findings that are named; the others are counted."""
NAME_LENGTH = 48
"""Characters of a name that a server sends, so that the card stays one page."""


def write(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """The card, a little smaller where wide typefaces or long names would need a second page."""
    yield KeepInFrame(0, 0, list(_card(report, typesetter)), mode="shrink")


def _card(report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """Figures, charts, what to do first, what runs out, what is new, and what has changed."""
    yield _figures(report, typesetter)
    yield typesetter.para(labels.COVERAGE_NOTE, style="note")
    yield _charts(report, typesetter)
    if report.history:
        yield typesetter.para(card.TREND_HEADING, style="card_heading")
        yield trend_chart(_points(report), typesetter, TEXT_WIDTH, TREND_HEIGHT)
    yield typesetter.para(labels.URGENT, style="card_heading")
    yield from _urgent(report, typesetter)
    yield _watched(report, typesetter)
    yield typesetter.para(labels.CHANGES_HEADING, style="card_heading")
    yield _changes(report, typesetter)


SECTION = Section("summary", labels.SUMMARY_TITLE, write)


def _figures(report: AgencyReport, typesetter: Typesetter) -> Table:
    """Four figures side by side, two of them with what they were last time."""
    language = typesetter.language
    last = report.history[-1].score if report.history else None
    today = local_date(report.run.as_of)
    late = overdue((finding for asset in report.assets for finding in asset.findings), today)
    return boxes(
        [
            share(labels.SCORE, report.score.score, last.score if last else None, typesetter),
            share(labels.COVERAGE, report.score.coverage, last.coverage if last else None, typesetter),
            box(labels.ASSETS_COUNT, number(len(report.assets), language), typesetter),
            box(labels.OVERDUE_COUNT, number(len(late), language), typesetter),
        ],
        typesetter,
    )


def _charts(report: AgencyReport, typesetter: Typesetter) -> Table:
    left = TEXT_WIDTH * 0.55 - GUTTER
    right = TEXT_WIDTH - left - GUTTER
    score = report.score
    cells = [
        [typesetter.para(labels.VERDICTS_HEADING, style="card_heading"), verdict_chart(score.counts, typesetter, left)],
        "",
        [
            typesetter.para(labels.FAILED_BY_SEVERITY, style="card_heading"),
            severity_chart(score.failed_by_severity, typesetter, right),
        ],
    ]
    return Table([cells], colWidths=[left, GUTTER, right], style=typesetter.plain, spaceBefore=2)


def _points(report: AgencyReport) -> list[Point]:
    """The figures of the runs before and of this one."""
    earlier = [Point(local_date(each.started), each.score.score, each.score.coverage) for each in report.history]
    return [*earlier, Point(local_date(report.run.started), report.score.score, report.score.coverage)]


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
        Run(f"{index}. {typesetter.line(typesetter.say(control.title), 130)}", "bold"),
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


def _watched(report: AgencyReport, typesetter: Typesetter) -> Table:
    """Three columns: certificates that run out, ports that are new, what is overdue."""
    parts: tuple[tuple[Text, Sequence[str]], ...] = (
        (card.CERTIFICATES_HEADING, _certificates(report, typesetter)),
        (card.OPENED_HEADING, _opened(report, typesetter)),
        (card.OVERDUE_HEADING, _overdue(report, typesetter)),
    )
    cells: list[list[Flowable] | str] = []
    for heading, lines in parts:
        cells += [""] if cells else []
        cells.append(
            [
                typesetter.para(heading, style="card_heading"),
                *(typesetter.para(line, style="watched", limit=160) for line in lines),
            ]
        )
    column = (TEXT_WIDTH - 2 * GUTTER) / 3
    return Table([cells], colWidths=[column, GUTTER, column, GUTTER, column], style=typesetter.plain)


def _certificates(report: AgencyReport, typesetter: Typesetter) -> list[str]:
    """How many have expired or will within the days of SOON, and the first of them by name."""
    today, language = local_date(report.run.as_of), typesetter.language
    seen = seen_certificates([each.asset for each in report.assets], report.evidence)
    if not seen:
        return [typesetter.say(card.CERTIFICATES_NONE)]
    expired = [each for each in seen if each.expired(today)]
    lines = [typesetter.say(card.EXPIRED, count=number(len(expired), language))]
    for days in SOON:
        count = sum(each.expires_within(days, today) for each in seen)
        lines.append(typesetter.say(card.WITHIN, days=days, count=number(count, language)))
    told = [*expired, *(each for each in seen if each.expires_within(max(SOON), today))]
    return [*lines, *_named([_expires(each, typesetter) for each in told], typesetter)]


def _expires(found: SeenCertificate, typesetter: Typesetter) -> str:
    return typesetter.say(
        card.EXPIRES,
        day=day(found.ends, typesetter.language),
        subject=typesetter.line(found.subject, NAME_LENGTH),
        assets=affected(len(found.assets), typesetter),
    )


def _opened(report: AgencyReport, typesetter: Typesetter) -> list[str]:
    found = newly_opened(finding for asset in report.assets for finding in asset.findings)
    if not found:
        return [typesetter.say(card.OPENED_UNKNOWN if found is None else card.OPENED_NONE)]
    lines = [
        typesetter.say(card.OPENED, where=each.address, port=each.port, assets=affected(len(each.assets), typesetter))
        for each in found
    ]
    return _named(lines, typesetter)


def _overdue(report: AgencyReport, typesetter: Typesetter) -> list[str]:
    """What has been overdue for longest comes first."""
    today = local_date(report.run.as_of)
    found = overdue((finding for asset in report.assets for finding in asset.findings), today)
    lines = [
        typesetter.say(card.OVERDUE, control=finding.control, asset=finding.asset, day=day(since, typesetter.language))
        for finding, since in found
    ]
    return _named(lines, typesetter) if lines else [typesetter.say(card.OVERDUE_NONE)]


def _named(lines: Sequence[str], typesetter: Typesetter) -> list[str]:
    """The first of some lines, and how many there are beside them."""
    more = len(lines) - NAMED
    if more <= 0:
        return list(lines)
    return [*lines[:NAMED], typesetter.say(card.MORE, count=number(more, typesetter.language))]


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
