"""An agency's report as a PDF: letter and appendices, with its files inside."""

from collections.abc import Sequence

from checks.model.text import Language
from reports.formats.attachments import attachments
from reports.model import AgencyReport
from reports.pdf.finish import Enclosure
from reports.pdf.publication import Publication
from reports.sections.letter import abstract, letter
from reports.sections.registry import SECTIONS

PUBLICATION: Publication[AgencyReport] = Publication(letter, abstract, SECTIONS)


class Pdf:
    """An agency's report as a PDF."""

    name = "pdf"
    suffix = ".pdf"

    def render(self, report: AgencyReport, language: Language) -> bytes:
        """The file, with the report's files inside. Raises FontError."""
        return typeset(report, language, attachments(report, language))


def typeset(report: AgencyReport, language: Language, enclosures: Sequence[Enclosure] = ()) -> bytes:
    """The pages, with the files that are given. Raises FontError."""
    return PUBLICATION.typeset(report, language, enclosures)
