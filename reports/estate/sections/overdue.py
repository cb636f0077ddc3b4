"""What is past its due date, agency by agency."""

from collections.abc import Iterator

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from reports.estate.model import AgencySummary, EstateReport
from reports.estate.sections.parts import Names, cut_table, severity_counts
from reports.estate.sections.ranking import WORST
from reports.messages import estate as words
from reports.messages.figures import day, local_date, number
from reports.pdf.typesetter import TEXT_WIDTH, Column, Content, Run, Typesetter
from reports.sections.section import Section

COUNT, OLDEST = 16 * mm, 38 * mm
COLUMNS = (
    Column(words.AGENCY, TEXT_WIDTH - (len(WORST) + 1) * COUNT - OLDEST),
    Column(words.OVERDUE, COUNT),
    *(Column(words.SHORT_SEVERITIES[each], COUNT) for each in WORST),
    Column(words.OLDEST, OLDEST),
)


def write(report: EstateReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """One row an agency, the one with most of it first."""
    names = Names(report, typesetter)
    late = [each for each in report.summaries if each.overdue.count]
    if not late:
        yield typesetter.para(words.OVERDUE_NONE)
        return
    yield typesetter.para(words.OVERDUE_NOTE, style="small")
    late.sort(key=lambda each: (-each.overdue.count, names.order(each)))
    rows = (_row(each, report, names, typesetter) for each in late)
    yield from cut_table(COLUMNS, rows, len(late), words.AGENCIES_SHEET, typesetter)


SECTION: Section[EstateReport] = Section("overdue", words.OVERDUE_TITLE, write)


def _row(summary: AgencySummary, report: EstateReport, names: Names, typesetter: Typesetter) -> list[Content]:
    overdue, language = summary.overdue, typesetter.language
    oldest = "–"
    if overdue.since is not None:
        days = (local_date(report.run.as_of) - overdue.since).days
        oldest = typesetter.say(words.DAYS_AGO, day=day(overdue.since, language), days=number(days, language))
    return [
        names.of(summary.agency.id),
        Run(number(overdue.count, language), "bold"),
        *severity_counts((overdue.by_severity[each] for each in WORST), typesetter),
        oldest,
    ]
