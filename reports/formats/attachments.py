"""The files that go with a report: inside its PDF, or beside it."""

from dataclasses import dataclass
from typing import Literal

from checks.model.canonical import canonical, digest, plain
from checks.model.text import Language, Text
from reports.formats.csv import Csv
from reports.formats.json import Json
from reports.formats.xlsx import Xlsx
from reports.messages import attachments as words
from reports.model import AgencyReport

SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
"""The media type of a workbook."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """One file."""

    name: str
    media_type: str
    relationship: Literal["Source", "Data", "Alternative", "Supplement", "Unspecified"]
    """What it is to the report (ISO 19005-3, annex E)."""
    description: str
    data: bytes


def attachments(report: AgencyReport, language: Language) -> tuple[Attachment, ...]:
    """The files of a report, README last; it names the SHA-256 of each other file."""
    files = (
        Attachment("findings.csv", "text/csv", "Data", words.CSV.in_(language), Csv().render(report, language)),
        Attachment("findings.xlsx", SHEET, "Data", words.XLSX.in_(language), Xlsx().render(report, language)),
        Attachment(
            "findings.json", "application/json", "Data", words.JSON.in_(language), Json().render(report, language)
        ),
        Attachment("evidence.json", "application/json", "Source", words.EVIDENCE.in_(language), evidence_bytes(report)),
    )
    return with_readme(words.INTRODUCTION, report.agency.name, report.run.id, files, words.NOTES, language)


def evidence_bytes(report: AgencyReport) -> bytes:
    """Every sighting and observation of the report in canonical form, by target key.

    The canonical bytes of an observation in it have the digest that findings and sightings name it by.
    """
    return canonical({key: plain(each) for key, each in report.evidence.items()}) + b"\n"


def with_readme(
    introduction: Text, about: Text, run: str, files: tuple[Attachment, ...], notes: Text, language: Language
) -> tuple[Attachment, ...]:
    """The files with one more that says what they are, in the language of the report, and names their digests."""
    lines = [introduction.in_(language).format(agency=about.in_(language), run=run)]
    lines += [f"{each.name}: {each.description}\n  {digest(each.data)}" for each in files]
    text = "\n".join([*lines, "", notes.in_(language), ""]).encode("utf-8", "backslashreplace")
    return (*files, Attachment("README.txt", "text/plain", "Supplement", words.README.in_(language), text))
