"""The form of an official letter after NĐ 30/2020, Appendix I: header, title, signature, heads of appendices.

A report that has been issued has its number and date; a draft leaves them blank and says that it is one. What a letter
says is in `reports.sections.letter` and `reports.estate.letter`.
"""

from collections.abc import Iterator
from typing import Any, Protocol

from reportlab.lib.colors import black
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, HRFlowable, Paragraph, Spacer, Table

from reports.messages import labels
from reports.messages import letter as words
from reports.messages.figures import local_date, official_day, official_number
from reports.model import Issue, Letter, RunFacts
from reports.pdf.stamps import stamps
from reports.pdf.typesetter import TEXT_WIDTH, Typesetter

SIGNATURE_HEIGHT = 28 * mm
"""Room for the signature and the seal."""
GUTTER = 3 * mm
"""Between the two columns of the header block."""
RULE_WIDTH = 0.7
"""Thickness of the rules below the header's lines, in points."""


class Issued(Protocol):
    """A report that is issued as a letter with appendices."""

    @property
    def run(self) -> RunFacts: ...
    @property
    def letter(self) -> Letter: ...
    @property
    def issue(self) -> Issue | None: ...


def header_block(report: Issued, typesetter: Typesetter) -> Table:
    """Issuer on the left, nation and motto on the right; below them the number and the place with the date."""
    letter, say = report.letter, typesetter.say
    nation, motto = typesetter.line(say(words.NATION)), typesetter.line(say(words.MOTTO))
    fonts = typesetter.fonts
    right = max(stringWidth(nation, fonts.bold, 12), stringWidth(motto, fonts.bold, 13)) + 2
    left = TEXT_WIDTH - right
    room = left - GUTTER
    issuer = typesetter.centred(say(letter.issuer).upper(), "header_bold", room)
    parent = [typesetter.centred(say(letter.parent).upper(), "header", room)] if letter.parent else []
    issuer_length = min(stringWidth(say(letter.issuer).upper(), fonts.bold, 12), room)
    number, day = _number_and_day(report, typesetter)
    number = typesetter.say(words.NUMBER, number=number, symbol=letter.symbol)
    place = typesetter.say(words.PLACE_AND_DATE, place=say(letter.place), date=day)
    draft = [typesetter.para(words.DRAFT, style="header_bold")] if report.issue is None else []
    rows: list[list[Any]] = [
        [
            [*parent, issuer, _rule(issuer_length * 0.42)],
            [
                typesetter.para(words.NATION, style="header_bold"),
                typesetter.para(words.MOTTO, style="motto"),
                _rule(stringWidth(motto, fonts.bold, 13)),
            ],
        ],
        [
            [typesetter.para(number, style="number", limit=100), *draft],
            typesetter.para(place, style="place", limit=200),
        ],
    ]
    style = [
        *typesetter.plain,
        ("ALIGN", (0, 0), (-1, -1), "CENTER"),
        ("RIGHTPADDING", (0, 0), (0, -1), GUTTER),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, 0), 6),
        ("BOTTOMPADDING", (0, 1), (-1, 1), 0),
    ]
    return Table(rows, colWidths=[left, right], style=style)


def title_block(abstract: str, addressee: str, typesetter: Typesetter) -> Iterator[Flowable]:
    """The kind of the document, what it is about, and to whom it goes."""
    shown = typesetter.line(abstract, 300)
    yield typesetter.heading(typesetter.say(words.KIND), "kind", 0)
    yield typesetter.centred(shown, "abstract")
    length = min(stringWidth(shown, typesetter.fonts.bold, 14), TEXT_WIDTH)
    yield _rule(length * 0.4)
    yield typesetter.para(typesetter.say(words.TO, agency=addressee), style="to", limit=300)


def appendix_head(numeral: str, title: str, report: Issued, typesetter: Typesetter) -> Iterator[Flowable]:
    """Number and title of an appendix, and which report it belongs to."""
    name = typesetter.say(labels.APPENDIX, numeral=numeral)
    yield typesetter.heading(name, "appendix", 0, f"{name}. {title}", key=appendix_key(numeral))
    yield typesetter.centred(title.upper(), "appendix_title")
    yield _enclosed_note(report, typesetter)


def appendix_key(numeral: str) -> str:
    """Where links to an appendix lead."""
    return f"appendix {numeral}"


def _enclosed_note(report: Issued, typesetter: Typesetter) -> Paragraph:
    """The line below an appendix's title that says which report it belongs to."""
    number, day = _number_and_day(report, typesetter)
    issuer = typesetter.say(report.letter.issuer)
    text = typesetter.say(words.ENCLOSED, number=number, symbol=report.letter.symbol, date=day, issuer=issuer)
    return typesetter.centred(text, "enclosed")


def _number_and_day(report: Issued, typesetter: Typesetter) -> tuple[str, str]:
    """As the form writes them; of a draft, the room for them."""
    if report.issue is None:
        return words.BLANK, typesetter.say(words.DATE_BLANK, year=local_date(report.run.as_of).year)
    return official_number(report.issue.number), official_day(report.issue.day, typesetter.language)


def signature_block(report: Issued, addressee: str, typesetter: Typesetter) -> Table:
    """Recipients on the left, authority and position with room for signature, seal and name on the right.

    The addressee is named by the first line ("Như trên"), and by no other.
    """
    letter, say = report.letter, typesetter.say
    # A configuration may name the first line itself; it is there once.
    named = [say(each).strip(" -;.") for each in (words.AS_ABOVE, *letter.recipients)]
    recipients = dict.fromkeys(each for each in named if each.partition("(")[0].rstrip(" ,") != addressee)
    left: list[Flowable] = [typesetter.para(words.RECIPIENTS, style="recipients")]
    left += [typesetter.para(f"- {each};", style="recipient", limit=200) for each in recipients]
    left.append(typesetter.para(f"- {say(letter.archive).lstrip('- ')}", style="recipient", limit=200))
    right: list[Flowable] = []
    if letter.authority is not None:
        right.append(typesetter.para(say(letter.authority).upper(), style="sign", limit=200))
    right.append(typesetter.para(say(letter.position).upper(), style="sign", limit=200))
    half = TEXT_WIDTH / 2
    images = stamps(letter.signature_image, letter.seal_image, half, SIGNATURE_HEIGHT, say(words.SIGNATURE_IMAGE))
    right.append(images or Spacer(1, SIGNATURE_HEIGHT))
    if letter.signer:
        right.append(typesetter.para(letter.signer, style="sign", limit=100))
    return Table([[left, right]], colWidths=[half, half], style=typesetter.plain, spaceBefore=12)


def _rule(width: float) -> HRFlowable:
    return HRFlowable(width=width, thickness=RULE_WIDTH, color=black, spaceBefore=2, spaceAfter=2, hAlign="CENTER")
