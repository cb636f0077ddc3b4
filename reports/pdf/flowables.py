"""The pieces of a page, each of which knows what it is in the document's structure, also when it is broken over pages.

Containers (tables for layout, groups that are kept together) have no structure: what is inside them has.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Any

from reportlab.graphics import renderPDF
from reportlab.graphics.shapes import Drawing
from reportlab.lib.colors import Color
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import CondPageBreak, Flowable, LongTable, Paragraph

from reports.pdf.canvas import LinkColour, TaggedCanvas
from reports.pdf.structure import Node

ROLES: Mapping[str, str] = {
    "h1": "H2",
    "h2": "H3",
    "h2_table": "H3",
    "card_heading": "H2",
    "point": "H3",
}
"""Styles whose paragraphs are headings; every other style makes a P."""


WHOLE_PAGE = 700.0
"""Points of a page with nothing on it but perhaps a line or two."""
HEADING = 24.0
"""Points of a heading of a table with the space around it."""


class Para(Paragraph):
    """A paragraph. Its parts on two pages are one element."""

    node: Node | None = None
    links: Mapping[str, tuple[Node, str]] = {}
    # What the library's types leave out.
    blPara: Any
    frags: list[Any]
    width: float = 0
    height: float = 0
    _broken_for: float | None = None
    """The width for which it has been broken into lines."""

    def _setup(self, text: Any, style: Any, bulletText: Any, frags: Any, cleaner: Any) -> None:
        """Read the text. Without markup there is nothing to parse, which takes the library longer than setting it."""
        if frags is None and text.strip() and "<" not in text and "&" not in text:
            frags = [_frag(style).clone(text=text.strip())]
        base: Any = super()
        base._setup(text, style, bulletText, frags, cleaner)

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:
        """The room that it takes. A table asks its cells again and again; they are broken into lines once."""
        if self._broken_for == availWidth and hasattr(self, "blPara"):
            return self.width, self.height
        size: tuple[float, float] = super().wrap(availWidth, availHeight)
        self._broken_for = self.width
        return size

    def draw(self) -> None:
        """Put it on the page."""
        canvas, node = self.canv, self.node
        if not isinstance(canvas, TaggedCanvas) or node is None:
            super().draw()
            return
        lines = self.blPara.lines
        # In one piece of one face, or line by line of several.
        first = self.blPara if self.blPara.kind == 0 else (lines[0].words or [None])[0] if lines else None
        colour = getattr(first, "textColor", None)
        with canvas.text_of(colour.node if isinstance(colour, LinkColour) else node, self.links):
            super().draw()

    def split(self, availWidth: float, availHeight: float) -> list[Any]:
        """The paragraph in two, where the library finds a place to break it."""
        parts: list[Any] = super().split(availWidth, availHeight)
        for part in parts:
            part.node, part.links = self.node, self.links
        return parts

    def mean(self, node: Node) -> None:
        """Say what it is, and which of its pieces are links: they become elements inside it."""
        self.node = node
        found: dict[str, tuple[Node, str]] = {}
        for frag in self.frags:
            if getattr(frag, "link", None):
                key = frag.link[0][1].removeprefix("#")
                link, said = found.get(key, (Node("Link", node), ""))
                found[key] = link, said + frag.text
                frag.textColor = LinkColour(self.style.textColor, link)
        self.links = found


@lru_cache(128)
def _frag(style: ParagraphStyle) -> Any:
    """What the library makes of plain text in a style."""
    return Paragraph("x", style).frags[0]


class Line(Flowable):
    """One line of plain text in a table's cell: what a Paragraph would draw, at a tenth of its cost."""

    def __init__(self, text: str, style: ParagraphStyle, node: Node | None = None) -> None:
        super().__init__()
        self.text, self.style, self.node = text, style, node
        # Where a Paragraph has the baseline of its first line.
        self.baseline = style.leading - style.fontSize

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:
        """The room that it takes, as the library asks for it."""
        return aW, self.style.leading

    def draw(self) -> None:
        """Put it on the page."""
        canvas = self.canv
        canvas.setFont(self.style.fontName, self.style.fontSize)
        canvas.setFillColor(self.style.textColor)
        if isinstance(canvas, TaggedCanvas) and self.node is not None:
            with canvas.text_of(self.node):
                canvas.drawString(0, self.baseline, self.text)
        else:
            canvas.drawString(0, self.baseline, self.text)


class Heading(Para):
    """A heading that the reader's table of contents and links lead to."""

    title, level, key = "", 0, ""

    def draw(self) -> None:
        """Put it on the page, with its mark."""
        if self.key:
            self.canv.bookmarkHorizontal(self.key, 0, self.height)
            self.canv.addOutlineEntry(self.title, self.key, self.level)
        super().draw()

    def split(self, availWidth: float, availHeight: float) -> list[Any]:
        """The heading in two; only the first is led to."""
        parts = super().split(availWidth, availHeight)
        if parts:
            parts[0].title, parts[0].level, parts[0].key = self.title, self.level, self.key
        return parts


class ColumnHead(Para):
    """The head of a column, which is content once, and an artefact wherever it is repeated."""

    def draw(self) -> None:
        """Put it on the page."""
        if isinstance(self.canv, TaggedCanvas) and self.node is not None and self.node.kids:
            with self.canv.pagination():
                super().draw()
        else:
            super().draw()


class PagedTable(LongTable):
    """A table that is broken between its rows, and within one only where that row has a whole page and needs more.

    The library would use up what is left of a page: the head once more, and below it the first line of a row.
    """

    # What the library's types leave out.
    _rowHeights: list[float]

    def split(self, availWidth: float, availHeight: float) -> list[Any]:
        """The table in two, where the library finds a place to break it."""
        self.splitInRow = int(availHeight >= WHOLE_PAGE)
        parts: list[Any] = super().split(availWidth, availHeight)
        return parts

    def start(self, width: float) -> float:
        """The height of its head with the first row, as far as a page has room for both, in points."""
        self.wrap(width, WHOLE_PAGE)
        return min(sum(self._rowHeights[: self.repeatRows + 1]), WHOLE_PAGE)


class RoomForTable(CondPageBreak):
    """Goes to the next page where a heading, the head of the table below it and its first row have no room left."""

    def __init__(self, table: PagedTable, least: float) -> None:
        super().__init__(least)
        self.table, self.least = table, least

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:
        """Takes no room itself."""
        self.height = min(max(self.least, HEADING + self.table.start(availWidth)), WHOLE_PAGE)
        room: tuple[float, float] = super().wrap(availWidth, availHeight)
        return room


class CodeBlock(Flowable):
    """Lines in a monospaced face on a shade with a rule at their left; breaks between any two lines."""

    def __init__(self, lines: Sequence[str], style: ParagraphStyle, shade: Color, rule: Color, width: float) -> None:
        super().__init__()
        self.lines, self.style, self.shade, self.rule, self.width = lines, style, shade, rule, width
        self.spaceBefore, self.spaceAfter = style.spaceBefore, style.spaceAfter
        self.node = Node("Code", Node("P"))

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:
        """The room that it takes."""
        self.height = len(self.lines) * self.style.leading + 2 * self.style.borderPadding
        return self.width, self.height

    def split(self, aW: float, aH: float) -> list[Flowable]:
        """As many lines as there is room for, and the rest; never a single line alone."""
        room = int((aH - 2 * self.style.borderPadding) / self.style.leading)
        room = min(room, len(self.lines) - 2)
        if room < 2:
            return []
        parts = [
            CodeBlock(each, self.style, self.shade, self.rule, self.width)
            for each in (self.lines[:room], self.lines[room:])
        ]
        for part in parts:
            part.node = self.node
        return list(parts)

    def draw(self) -> None:
        """Put it on the page."""
        canvas = self.canv
        canvas.setFillColor(self.shade)
        canvas.rect(0, 0, self.width, self.height, stroke=0, fill=1)
        canvas.setStrokeColor(self.rule)
        canvas.setLineWidth(1.5)
        canvas.line(0, 0, 0, self.height)
        if isinstance(canvas, TaggedCanvas):
            with canvas.text_of(self.node):
                self._draw_lines()
        else:
            self._draw_lines()

    def _draw_lines(self) -> None:
        style = self.style
        self.canv.setFillColor(style.textColor)
        text = self.canv.beginText(style.leftIndent, self.height - style.borderPadding - style.fontSize)
        text.setFont(style.fontName, style.fontSize, style.leading)
        for line in self.lines:
            text.textLine(line)
        self.canv.drawText(text)


class Picture(Flowable):
    """Something that is seen and not read, and says in words what it shows."""

    def __init__(self, width: float, height: float, alt: str) -> None:
        super().__init__()
        self.width, self.height = width, height
        self.node = Node("Figure", alt=alt)

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:
        """The room that it takes."""
        return self.width, self.height

    def draw(self) -> None:
        """Put it on the page."""
        canvas = self.canv
        if not isinstance(canvas, TaggedCanvas):
            self.paint()
            return
        corners = (*canvas.absolutePosition(0, 0), *canvas.absolutePosition(self.width, self.height))
        box = " ".join(f"{each:.2f}" for each in corners)
        self.node.attributes = f"/A<</O/Layout/Placement/Block/BBox[{box}]>>"
        with canvas.figure(self.node):
            self.paint()

    def paint(self) -> None:
        """Draw it, its lower left corner at the origin."""
        raise NotImplementedError


class Figure(Picture):
    """A drawing."""

    def __init__(self, drawing: Drawing, alt: str) -> None:
        super().__init__(drawing.width, drawing.height, alt)
        self.drawing = drawing

    def paint(self) -> None:
        """Draw it."""
        renderPDF.draw(self.drawing, self.canv, 0, 0)


def adopt(pieces: Iterable[Any], cell: Node) -> None:
    """Make the pieces of a table's cell belong to it: a single text is the cell itself, several are its paragraphs."""
    found = list(pieces)
    for each in found:
        cell.alt = getattr(each, "alt", "") or cell.alt
        inner = getattr(each, "name", None) if not isinstance(each, (Para, Line)) else each
        if isinstance(inner, Para) and inner.node is not None:
            if len(found) == 1 and inner.node.role == "P":
                inner.mean(cell)
            else:
                inner.node.parent = cell
        elif isinstance(inner, Line):
            inner.node = cell if len(found) == 1 else Node("P", cell)
        elif isinstance(each, Picture):
            each.node.parent = cell
        elif isinstance(each, CodeBlock) and each.node.parent is not None:
            each.node.parent.parent = cell
