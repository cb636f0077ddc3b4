"""Every agency with its place: what is confirmed, the score and the coverage beside it, what fails and what is late."""

from collections.abc import Iterator

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from checks.model.policy import Severity
from reports.estate.model import LOW_COVERAGE, AgencySummary, EstateReport, Ranked
from reports.estate.sections.parts import Names, severity_counts
from reports.messages import estate as words
from reports.messages.figures import change, number, percent
from reports.pdf.typesetter import TEXT_WIDTH, Column, Content, Run, Typesetter
from reports.sections.section import Section

WORST: tuple[Severity, ...] = ("critical", "high", "medium", "low")
PLACE, CONFIRMED, SCORE, COVERAGE = 13 * mm, 18.5 * mm, 15.5 * mm, 17 * mm
COUNT, LATE, GAIN = 10 * mm, 13 * mm, 14.5 * mm
COLUMNS = (
    Column(words.PLACE, PLACE),
    Column(words.AGENCY, TEXT_WIDTH - PLACE - CONFIRMED - SCORE - COVERAGE - len(WORST) * COUNT - LATE - GAIN),
    Column(words.CONFIRMED, CONFIRMED),
    Column(words.SCORE, SCORE),
    Column(words.COVERAGE, COVERAGE),
    *(Column(words.SHORT_SEVERITIES[each], COUNT) for each in WORST),
    Column(words.LATE, LATE),
    Column(words.CHANGE, GAIN),
)


def write(report: EstateReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """One table, best first; agencies without a place stand at its end."""
    if not report.agencies:
        yield typesetter.para(words.NO_AGENCIES)
        return
    share = percent(LOW_COVERAGE, typesetter.language)
    yield typesetter.para(typesetter.say(words.RANKING_NOTE, mark=words.LOW_MARK, share=share), style="small")
    yield typesetter.para(words.FAILED_COLUMNS_NOTE, style="note")
    names = Names(report, typesetter)
    ordered = sorted(
        report.agencies, key=lambda each: (each.place or len(report.agencies) + 1, names.order(each.summary))
    )
    yield from typesetter.table(COLUMNS, (_row(each, names, typesetter) for each in ordered))


SECTION: Section[EstateReport] = Section("ranking", words.RANKING_TITLE, write)


def _row(ranked: Ranked, names: Names, typesetter: Typesetter) -> list[Content]:
    summary, language = ranked.summary, typesetter.language
    score = summary.score
    place = number(ranked.place, language) if ranked.place is not None else "–"
    return [
        Run(f"{place} {words.LOW_MARK}", "bold") if summary.poorly_covered else place,
        names.of(summary.agency.id),
        percent(score.confirmed, language) if ranked.place is not None else "–",
        percent(score.score, language),
        percent(score.coverage, language),
        *severity_counts((score.failed_by_severity[each] for each in WORST), typesetter),
        number(summary.overdue.count, language) if summary.overdue.count else "–",
        gain_words(summary, typesetter),
    ]


def gain_words(summary: AgencySummary, typesetter: Typesetter) -> str:
    """How the score has moved since the run before, in points; a dash where it cannot be told."""
    if summary.moved is None:
        return "–"
    before, now = summary.moved
    return change(now, before, typesetter.language)
