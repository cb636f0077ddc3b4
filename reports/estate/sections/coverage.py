"""How much of what applies could be assessed, and what kept the rest from it."""

from collections import Counter
from collections.abc import Iterator

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from reports.estate.model import AgencySummary, EstateReport
from reports.estate.sections.parts import Names, cut_table
from reports.messages import estate as words
from reports.messages import labels
from reports.messages.figures import number, percent
from reports.messages.tables import NOT_ASSESSED as SHEET
from reports.messages.telling import general
from reports.pdf.typesetter import TEXT_WIDTH, Column, Content, Run, Typesetter
from reports.sections.section import Section, before_table

COUNT, SHARE = 22 * mm, 22 * mm
REASON_COLUMNS = (
    Column(words.REASON, TEXT_WIDTH - 2 * COUNT),
    Column(words.FINDINGS, COUNT),
    Column(words.AGENCIES, COUNT),
)
AGENCY_WIDTH = 58 * mm
AGENCY_COLUMNS = (
    Column(words.AGENCY, AGENCY_WIDTH),
    Column(words.COVERAGE, SHARE),
    Column(words.UNASSESSED, COUNT),
    Column(words.MAIN_REASON, TEXT_WIDTH - AGENCY_WIDTH - SHARE - COUNT),
)


def write(report: EstateReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """Reasons over the estate, then the agencies of which least could be assessed."""
    incomplete = [each for each in report.summaries if each.unassessed]
    if not incomplete:
        nothing = not any(report.score.counts.values())
        yield typesetter.para(labels.NOTHING_LOOKED_AT if nothing else words.COVERAGE_FULL)
        return
    names = Names(report, typesetter)
    yield typesetter.para(labels.COVERAGE_NOTE, style="small")
    yield from before_table(words.REASONS_HEADING, typesetter)
    findings: Counter[str] = Counter()
    agencies: Counter[str] = Counter()
    for each in incomplete:
        findings.update(each.unassessed)
        agencies.update(each.unassessed.keys())
    ordered = sorted(findings, key=lambda code: (-findings[code], code))
    yield from typesetter.table(
        REASON_COLUMNS,
        (
            (
                general(code, typesetter.language),
                number(findings[code], typesetter.language),
                number(agencies[code], typesetter.language),
            )
            for code in ordered
        ),
    )
    yield from before_table(words.BY_AGENCY_HEADING, typesetter)
    incomplete.sort(key=lambda each: (each.score.coverage or 0, names.order(each)))
    rows = (_row(each, names, typesetter) for each in incomplete)
    yield from cut_table(AGENCY_COLUMNS, rows, len(incomplete), SHEET, typesetter)


SECTION: Section[EstateReport] = Section("coverage", words.COVERAGE_TITLE, write)


def _row(summary: AgencySummary, names: Names, typesetter: Typesetter) -> list[Content]:
    reasons, language = summary.unassessed, typesetter.language
    first = min(reasons, key=lambda code: (-reasons[code], code))
    coverage = percent(summary.score.coverage, language)
    return [
        names.of(summary.agency.id),
        Run(f"{coverage} {words.LOW_MARK}", "bold") if summary.poorly_covered else coverage,
        number(sum(reasons.values()), language),
        general(first, language),
    ]
