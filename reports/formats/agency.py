"""An agency's report as files: in every format that is asked for, and what its PDF has inside in a folder beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from checks.model.text import Language
from reports.formats.attachments import attachments
from reports.formats.files import File
from reports.formats.interface import Format
from reports.formats.pdf import Pdf, typeset
from reports.model import AgencyReport


@dataclass(frozen=True, slots=True)
class Wanted:
    """What every report is written as."""

    formats: Sequence[Format[AgencyReport]]
    languages: Sequence[Language]
    beside: bool = False
    """Also the files inside the PDF, in a folder named like it."""


def agency_files(report: AgencyReport, wanted: Wanted) -> list[File]:
    """The report in each language and format, in that order; what is both a format and inside the PDF is rendered once.

    What stands beside a PDF comes after all formats, README last. Raises ReportError.
    """
    return [each for language in wanted.languages for each in _files(report, wanted, language)]


def _files(report: AgencyReport, wanted: Wanted, language: Language) -> Iterator[File]:
    name = f"{report.agency.id}.{language}"
    encloses = wanted.beside or any(isinstance(each, Pdf) for each in wanted.formats)
    inside = attachments(report, language) if encloses else ()
    known = {each.name: each.data for each in inside}
    for each in wanted.formats:
        if isinstance(each, Pdf):
            yield File(name + each.suffix, typeset(report, language, inside))
        else:
            yield File(name + each.suffix, known.get(f"findings{each.suffix}") or each.render(report, language))
    if wanted.beside:
        yield from (File(f"{name}/{each.name}", each.data) for each in inside)
