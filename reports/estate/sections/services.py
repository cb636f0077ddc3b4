"""What is open to the outside over the estate, and what was opened since the look before."""

from collections.abc import Iterator

from reportlab.lib.units import mm
from reportlab.platypus import Flowable

from reports.collation import sort_key
from reports.estate.model import EstateOpened, EstateReport, EstateService
from reports.estate.sections.parts import Names, cut_table
from reports.messages import estate as words
from reports.messages import exposure
from reports.messages.figures import number
from reports.pdf.typesetter import TEXT_WIDTH, Column, Content, Run, Typesetter
from reports.sections.section import Section, before_table

PORT, SERVICE, COUNT = 16 * mm, 34 * mm, 20 * mm
SERVICE_COLUMNS = (
    Column(exposure.PORT, PORT),
    Column(exposure.SERVICE, SERVICE),
    Column(words.ADDRESSES, COUNT),
    Column(words.UNDECLARED, 24 * mm),
    Column(words.AGENCY, TEXT_WIDTH - PORT - SERVICE - COUNT - 24 * mm),
)
ADDRESS = 52 * mm
OPENED_COLUMNS = (
    Column(exposure.ADDRESS, ADDRESS),
    Column(exposure.PORT, PORT),
    Column(exposure.SERVICE, SERVICE),
    Column(words.AGENCY, TEXT_WIDTH - ADDRESS - PORT - SERVICE),
)
LISTED = 80
"""Characters of a list of agencies."""


def write(report: EstateReport, typesetter: Typesetter) -> Iterator[Flowable]:
    """Two tables; each says so where it is empty."""
    names = Names(report, typesetter)
    yield from before_table(words.SERVICES_HEADING, typesetter)
    if report.services:
        yield typesetter.para(words.SERVICES_NOTE, style="small")
        rows = (_service(each, names, typesetter) for each in report.services)
        yield from cut_table(SERVICE_COLUMNS, rows, len(report.services), words.SERVICES_SHEET, typesetter)
    else:
        yield typesetter.para(exposure.PORTS_NONE, style="small")
    yield from before_table(words.OPENED_HEADING, typesetter)
    if report.opened:
        ordered = sorted(
            report.opened, key=lambda each: (sort_key(names.of(each.agency), names.language), _place(each))
        )
        opened = (_opened(each, names, typesetter) for each in ordered)
        yield from cut_table(OPENED_COLUMNS, opened, len(report.opened), words.OPENED_SHEET, typesetter)
    else:
        yield typesetter.para(words.OPENED_UNASKED if report.opened is None else words.OPENED_NONE, style="small")


SECTION: Section[EstateReport] = Section("services", words.SERVICES_TITLE, write)


def service_words(service: str, typesetter: Typesetter) -> str:
    """What answers, as far as it is known."""
    return typesetter.line(service, 60) if service else typesetter.say(words.UNKNOWN_SERVICE)


def _service(each: EstateService, names: Names, typesetter: Typesetter) -> list[Content | list[Flowable]]:
    language = typesetter.language
    return [
        str(each.port),
        service_words(each.service, typesetter),
        number(each.addresses, language),
        Run(number(each.undeclared, language), "bold") if each.undeclared else "–",
        [typesetter.para(names.listed(each.agencies, typesetter, LISTED), style="cell")],
    ]


def _place(each: EstateOpened) -> tuple[str, str, int]:
    return each.agency, each.opened.address, each.opened.port


def _opened(each: EstateOpened, names: Names, typesetter: Typesetter) -> list[Content]:
    return [
        typesetter.line(each.opened.address, 60),
        str(each.opened.port),
        service_words(each.opened.service, typesetter),
        names.of(each.agency),
    ]
