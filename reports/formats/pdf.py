"""The report as a PDF: letter and appendices, with its files inside. Equal input gives equal bytes."""

from collections.abc import Iterator, Sequence
from io import BytesIO

from reportlab.platypus import Flowable

from checks.model.text import Language
from reports.formats.attachments import attachments
from reports.messages import labels
from reports.messages import letter as words
from reports.model import AgencyReport
from reports.pdf.document import Properties, write_document
from reports.pdf.finish import Enclosure
from reports.pdf.fonts import Fonts, load
from reports.pdf.official import appendix_key, enclosed_note, official_letter
from reports.pdf.typesetter import Typesetter
from reports.sections.registry import NUMERALS, SECTIONS, numerals
from reports.sections.section import Section


class Pdf:
    """An agency's report as a PDF."""

    name = "pdf"
    suffix = ".pdf"

    def render(self, report: AgencyReport, language: Language) -> bytes:
        """The file, with the report's files inside. Raises FontError."""
        return typeset(report, language, attachments(report, language))


def typeset(report: AgencyReport, language: Language, enclosures: Sequence[Enclosure] = ()) -> bytes:
    """The pages, with the files that are given. Raises FontError."""
    fonts = load(report.letter.font)
    typesetter, file = Typesetter(language, fonts), BytesIO()
    write_document(file, _properties(report, typesetter, fonts), fonts, _parts(report, typesetter), enclosures)
    return file.getvalue()


def _parts(report: AgencyReport, typesetter: Typesetter) -> Iterator[Sequence[Flowable]]:
    yield list(official_letter(report, typesetter, numerals()))
    for section, numeral in zip(SECTIONS, NUMERALS, strict=False):
        yield [*_head(section, numeral, report, typesetter), *section.write(report, typesetter)]


def _head(section: Section, numeral: str, report: AgencyReport, typesetter: Typesetter) -> Iterator[Flowable]:
    name, title = typesetter.say(labels.APPENDIX, numeral=numeral), typesetter.say(section.title)
    yield typesetter.heading(name, "appendix", 0, f"{name}. {title}", key=appendix_key(numeral))
    yield typesetter.centred(title.upper(), "appendix_title")
    yield enclosed_note(report, typesetter)


def _properties(report: AgencyReport, typesetter: Typesetter, fonts: Fonts) -> Properties:
    """What the file says of itself; run, policy and fonts by what identifies them, so that it can be made again."""
    agency = typesetter.say(report.agency.name)
    return Properties(
        title=typesetter.line(typesetter.say(words.ABSTRACT, agency=agency), 300),
        author=typesetter.line(typesetter.say(report.letter.issuer), 200),
        subject=typesetter.line(typesetter.say(labels.SUBJECT, run=report.run.id), 200),
        keywords=typesetter.line(
            f"run {report.run.id}, chain {report.run.head}, policy {report.policy_digest}, fonts sha256:{fonts.digest}",
            400,
        ),
        language=typesetter.language,
        made=report.run.as_of,
    )
