"""What several agencies share, so that one fix serves them all."""

from collections.abc import Iterator

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from reports.estate.model import EstateCause, EstateReport
from reports.estate.sections.parts import Names, cut_table, listed
from reports.messages import estate as words
from reports.messages.figures import number
from reports.pdf.typesetter import TEXT_WIDTH, Column, Content, Typesetter
from reports.sections.causes import cause_name
from reports.sections.section import Section

CAUSE, AGENCIES, COUNT = 40 * mm, 44 * mm, 15.5 * mm
COLUMNS = (
    Column(words.CAUSE, CAUSE),
    Column(words.AGENCY, AGENCIES),
    Column(words.ASSETS, COUNT),
    Column(words.FINDINGS, COUNT),
    Column(words.CONTROLS, TEXT_WIDTH - CAUSE - AGENCIES - 2 * COUNT),
)
CAUSES_SHOWN = 20
LISTED = 80
"""Characters of a list of agencies or controls; the XLSX file has them all."""


def write(report: EstateReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """One row a cause, the one behind most findings first."""
    if not report.causes:
        yield typesetter.para(words.CAUSES_NONE)
        return
    names = Names(report, typesetter)
    yield typesetter.para(words.CAUSES_NOTE, style="small")
    rows = (_row(each, names, typesetter) for each in report.causes)
    yield from cut_table(COLUMNS, rows, len(report.causes), words.CAUSES_SHEET, typesetter, CAUSES_SHOWN)


SECTION: Section[EstateReport] = Section("causes", words.CAUSES_TITLE, write)


def _row(cause: EstateCause, names: Names, typesetter: Typesetter) -> list[Content | list[Flowable]]:
    return [
        cause_name(cause.kind, cause.name, cause.subject, typesetter),
        [typesetter.para(names.listed(cause.agencies, typesetter, LISTED), style="cell")],
        number(len(cause.assets), typesetter.language),
        number(cause.findings, typesetter.language),
        [typesetter.para(listed(cause.controls, words.MORE_CONTROLS, typesetter, LISTED), style="cell")],
    ]
