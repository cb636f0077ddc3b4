"""What a report says, as a tree that knows no library: read off the pieces that Khiên itself sets.

So other typesetters get the very same words, tables, code and charts. What only places things is left out: conditional
page breaks, and boxes that shrink what is inside.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.graphics.shapes import Drawing

from checks.model.text import Language
from reports.formats.pdf import PUBLICATION
from reports.model import AgencyReport
from reports.pdf.flowables import CodeBlock, Figure, Heading, Line, Para
from reports.pdf.fonts import Fonts, load
from reports.pdf.typesetter import Typesetter

ALIGNMENTS = {0: "left", 1: "center", 2: "right", 4: "justify"}


@dataclass(frozen=True, slots=True)
class Look:
    """How a paragraph is set. Lengths are in points."""

    size: float
    leading: float
    align: str
    """left | center | right | justify"""
    first: float
    """Indent of the first line."""
    left: float
    right: float
    before: float
    after: float
    colour: str
    """Six hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of plain text in one face."""

    text: str
    mono: bool
    bold: bool
    italic: bool
    size: float
    link: str
    """The key of the heading that it leads to; empty: none."""


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph or a heading."""

    spans: tuple[Span, ...]
    look: Look
    level: int | None = None
    """Of a heading, from 0."""
    key: str = ""
    title: str = ""
    """Of a heading in the table of contents."""


@dataclass(frozen=True, slots=True)
class Code:
    """Lines in a monospaced face."""

    lines: tuple[str, ...]
    look: Look


@dataclass(frozen=True, slots=True)
class Mark:
    """The sign of a verdict, or of how a figure has moved, with the words beside it."""

    sign: str
    """fail | pass | not_assessable | not_applicable | up | down | same"""
    words: Words


@dataclass(frozen=True, slots=True)
class Chart:
    """A drawing; what it says in words."""

    drawing: Drawing
    alt: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A table, or things side by side."""

    widths: tuple[float, ...]
    rows: "tuple[tuple[tuple[Block, ...], ...], ...]"
    """Rows of cells of blocks."""
    head: int
    """Rows at its beginning that are repeated on each page."""


Block = Words | Code | Mark | Chart | Grid
Story = list[list[Block]]
"""Parts, each on pages of its own."""


def story(report: AgencyReport, language: Language) -> Story:
    """Everything that the PDF of a report shows."""
    fonts = load(report.letter.font)
    typesetter = Typesetter(language, fonts)
    return [[*_blocks(part, fonts)] for part in PUBLICATION.parts(report, typesetter)]


def _blocks(pieces: Sequence[Any], fonts: Fonts) -> Iterator[Block]:
    for piece in pieces:
        inside = getattr(piece, "_content", None)
        if isinstance(piece, Para):
            yield _words(piece, fonts)
        elif isinstance(piece, Line):
            yield Words((_span(piece.text, piece.style.fontName, piece.style.fontSize, "", fonts),), _look(piece.style))
        elif isinstance(piece, CodeBlock):
            yield Code(tuple(piece.lines), _look(piece.style))
        elif isinstance(piece, Figure):
            yield Chart(piece.drawing, piece.node.alt)
        elif hasattr(piece, "verdict"):
            yield Mark(piece.verdict, *_only(_blocks([piece.name], fonts)))
        elif hasattr(piece, "direction"):
            yield Mark({-1: "down", 0: "same"}.get(piece.direction, "up"), *_only(_blocks([piece.words], fonts)))
        elif hasattr(piece, "_cellvalues"):
            yield _grid(piece, fonts)
        elif isinstance(inside, list):
            yield from _blocks(inside, fonts)


def _only(blocks: Iterator[Block]) -> Iterator[Words]:
    return (each for each in blocks if isinstance(each, Words))


def _grid(table: Any, fonts: Fonts) -> Grid:
    rows = tuple(
        tuple(tuple(_blocks(cell if isinstance(cell, (list, tuple)) else [cell], fonts)) for cell in row)
        for row in table._cellvalues
    )
    return Grid(tuple(table._colWidths), rows, int(table.repeatRows or 0))


def _words(piece: Para, fonts: Fonts) -> Words:
    spans = tuple(
        _span(each.text, each.fontName, each.fontSize, each.link[0][1].removeprefix("#") if each.link else "", fonts)
        for each in piece.frags
    )
    if isinstance(piece, Heading):
        return Words(spans, _look(piece.style), piece.level, piece.key, piece.title)
    return Words(spans, _look(piece.style))


def _span(text: str, face: str, size: float, link: str, fonts: Fonts) -> Span:
    return Span(
        text=text,
        mono=face == fonts.mono,
        bold=face in (fonts.bold, fonts.bold_italic),
        italic=face in (fonts.italic, fonts.bold_italic),
        size=size,
        link=link,
    )


def _look(style: Any) -> Look:
    return Look(
        size=style.fontSize,
        leading=style.leading,
        align=ALIGNMENTS[style.alignment],
        first=style.firstLineIndent,
        left=style.leftIndent,
        right=style.rightIndent,
        before=style.spaceBefore,
        after=style.spaceAfter,
        colour=style.textColor.hexval()[2:],
    )
