"""The report on the estate as a PDF: letter and appendices, with its files inside."""

from collections.abc import Sequence

from checks.model.text import Language
from reports.estate.formats.csv import EstateCsv
from reports.estate.formats.json import EstateJson
from reports.estate.formats.xlsx import EstateXlsx
from reports.estate.letter import abstract, letter
from reports.estate.model import EstateReport
from reports.estate.sections.registry import SECTIONS
from reports.formats.attachments import SHEET, Attachment, with_readme
from reports.messages import attachments as words
from reports.pdf.finish import Enclosure
from reports.pdf.publication import Publication

PUBLICATION: Publication[EstateReport] = Publication(letter, abstract, SECTIONS)


class EstatePdf:
    """The estate as a PDF."""

    name = "pdf"
    suffix = ".pdf"

    def render(self, report: EstateReport, language: Language) -> bytes:
        """The file, with the report's files inside. Raises FontError."""
        return typeset(report, language, attachments(report, language))


def typeset(report: EstateReport, language: Language, enclosures: Sequence[Enclosure] = ()) -> bytes:
    """The pages, with the files that are given. Raises FontError."""
    return PUBLICATION.typeset(report, language, enclosures)


def attachments(report: EstateReport, language: Language) -> tuple[Attachment, ...]:
    """The files of the report, README last; it names the SHA-256 of each other file."""
    files = (
        Attachment(
            "estate.csv", "text/csv", "Data", words.ESTATE_CSV.in_(language), EstateCsv().render(report, language)
        ),
        Attachment(
            "estate.xlsx", SHEET, "Data", words.ESTATE_XLSX.in_(language), EstateXlsx().render(report, language)
        ),
        Attachment(
            "estate.json", "application/json", "Data", words.JSON.in_(language), EstateJson().render(report, language)
        ),
    )
    return with_readme(words.INTRODUCTION, words.ESTATE, report.run.id, files, words.SAFE_CSV, language)
