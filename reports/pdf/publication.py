"""A kind of report as a PDF: a letter, and a section an appendix. Equal input gives equal bytes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Generic, Protocol, TypeVar

from reportlab.platypus import Flowable

from checks.model.text import Language
from reports.messages import labels
from reports.messages.figures import official_number
from reports.pdf.document import Properties, write_document
from reports.pdf.finish import Enclosure
from reports.pdf.fonts import Fonts, load
from reports.pdf.official import Issued, appendix_head
from reports.pdf.typesetter import Typesetter
from reports.sections.section import Section, numerals


class Published(Issued, Protocol):
    """What the file says of itself, beside what the letter needs."""

    @property
    def policy_digest(self) -> str: ...


Report = TypeVar("Report", bound=Published)


@dataclass(frozen=True, slots=True)
class Publication(Generic[Report]):
    """How one kind of report is set."""

    letter: Callable[[Report, Typesetter, Mapping[str, str]], Iterator[Flowable]]
    """The pieces of the letter, with the numerals of the appendices by the names of their sections."""
    abstract: Callable[[Report, Typesetter], str]
    """What it is about, in one line: the file's title."""
    sections: tuple[Section[Report], ...]

    def typeset(self, report: Report, language: Language, enclosures: Sequence[Enclosure] = ()) -> bytes:
        """The pages, with the files that are given. Raises FontError."""
        fonts = load(report.letter.font)
        typesetter, file = Typesetter(language, fonts), BytesIO()
        properties = self._properties(report, typesetter, fonts)
        write_document(file, properties, fonts, self.parts(report, typesetter), enclosures)
        return file.getvalue()

    def parts(self, report: Report, typesetter: Typesetter) -> Iterator[Sequence[Flowable]]:
        """The pieces of the letter, then those of each appendix; each part has pages of its own."""
        appendices = numerals(self.sections)
        yield list(self.letter(report, typesetter, appendices))
        for section in self.sections:
            title = typesetter.say(section.title)
            head = appendix_head(appendices[section.name], title, report, typesetter)
            yield [*head, *section.write(report, typesetter)]

    def _properties(self, report: Report, typesetter: Typesetter, fonts: Fonts) -> Properties:
        """Run, policy and fonts by what identifies them, so that the file can be made again."""
        return Properties(
            title=typesetter.line(self.abstract(report, typesetter), 300),
            author=typesetter.line(typesetter.say(report.letter.issuer), 200),
            subject=typesetter.line(typesetter.say(labels.SUBJECT, run=report.run.id), 200),
            keywords=typesetter.line(
                f"{_standing(report)}, run {report.run.id}, chain {report.run.head}, "
                f"log {report.run.checkpoint.short}, policy {report.policy_digest}, fonts sha256:{fonts.digest}",
                500,
            ),
            language=typesetter.language,
            made=report.run.as_of,
        )


def _standing(report: Published) -> str:
    """Whether it is a draft, or which document it is."""
    if report.issue is None:
        return "draft"
    return f"issued {official_number(report.issue.number)}/{report.letter.symbol} {report.issue.day}"
