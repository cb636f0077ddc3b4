"""The controls that fail, by what they take from the score of the estate."""

from collections.abc import Iterator

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from reports.estate.model import ControlStanding, EstateReport
from reports.estate.sections.parts import cut_table
from reports.messages import estate as words
from reports.messages import labels
from reports.messages.figures import number, percent
from reports.messages.tables import CONTROLS as SHEET
from reports.pdf.typesetter import TEXT_WIDTH, Column, Content, Typesetter
from reports.sections.section import Section

CODE, SEVERITY, COUNT = 40 * mm, 22 * mm, 18 * mm
COLUMNS = (
    Column(labels.CODE, CODE),
    Column(labels.CONTROL, TEXT_WIDTH - CODE - SEVERITY - 3 * COUNT),
    Column(labels.SEVERITY, SEVERITY),
    Column(words.FAILED, COUNT),
    Column(words.JUDGED, COUNT),
    Column(words.AGENCIES, COUNT),
)


def write(report: EstateReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """One row a control, what matters most first."""
    if not report.controls:
        yield typesetter.para(words.CONTROLS_NONE)
        return
    yield typesetter.para(words.CONTROLS_NOTE, style="small")
    rows = (_row(each, typesetter) for each in report.controls)
    yield from cut_table(COLUMNS, rows, len(report.controls), SHEET, typesetter)


SECTION: Section[EstateReport] = Section("controls", words.CONTROLS_TITLE, write)


def _row(standing: ControlStanding, typesetter: Typesetter) -> list[Content | list[Flowable]]:
    control, counts, language = standing.control, standing.counts, typesetter.language
    judged = counts["pass"] + counts["fail"]
    failed: list[Flowable] = [
        typesetter.para(number(counts["fail"], language), style="cell_bold"),
        typesetter.para(percent(counts["fail"] * 10_000 // judged, language), style="looked"),
    ]
    if standing.waived:
        told = typesetter.say(words.WAIVED_LINE, count=number(standing.waived, language))
        failed.append(typesetter.para(told, style="looked"))
    return [
        control.id,
        typesetter.say(control.title),
        typesetter.say(labels.SEVERITY_NAMES[control.severity]),
        failed,
        number(judged, language),
        number(standing.agencies, language),
    ]
