"""What sections write with: paragraphs, headings, tables and blocks of code in one language and one set of faces.

Text goes in as plain strings and comes out escaped; no section writes markup of its own.
"""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from reportlab.lib.colors import HexColor, black
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable, Table

from checks.model.text import Language, Text
from reports.messages import labels
from reports.pdf.code import wrapped
from reports.pdf.escape import escaped, markup, visible
from reports.pdf.flowables import ROLES, CodeBlock, ColumnHead, Heading, Line, PagedTable, Para, adopt
from reports.pdf.fonts import Fonts
from reports.pdf.structure import COLUMN_HEAD, ROW_HEAD, Node
from reports.pdf.styles import CODE_PADDING, CODE_SIZE, styles

TEXT_WIDTH = 165 * mm
"""A4 less the margins of 30 and 15 mm."""
PARAGRAPH_LENGTH = 2000
"""Characters of one run of text in a paragraph; more is cut with a mark."""
CELL_LENGTH = 600
"""The same in a table's cell."""
ROWS_AT_ONCE = 300
"""A longer table is set in pieces, for the library takes quadratic time over one."""
RULE = HexColor(0x9A9A9A)
SHADE = HexColor(0xF1F1F1)
CELL_PADDING = 3
"""At each side of a cell's text, in points."""
SMALLEST_HEAD = 7.0
"""Points of the head of a narrow column, in a wide face."""
DIGEST_SIZE = 7.5
"""A digest then fits into one line of a table of facts."""
Commands = list[Any]
"""Commands of a table's style, in the library's own form."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of plain text in one face, as part of a paragraph."""

    text: str
    face: str = "regular"
    """regular | bold | italic | bold_italic | mono | digest (mono, small)"""
    link: str = ""
    """The key of the heading to which it leads; see `Typesetter.link_to`."""


Content = str | Text | Run
"""What a paragraph is made of."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a table."""

    heading: Text
    width: float
    """In points."""


class Typesetter:
    """Makes the pieces of a page in one language and one set of faces."""

    def __init__(self, language: Language, fonts: Fonts) -> None:
        self.language: Language = language
        self.fonts = fonts
        self.styles = styles(fonts)
        self._keys: set[str] = set()
        self._faces = {
            "regular": fonts.regular,
            "bold": fonts.bold,
            "italic": fonts.italic,
            "bold_italic": fonts.bold_italic,
            "mono": fonts.mono,
        }

    def say(self, text: Text, **values: object) -> str:
        """The words in the report's language, with values placed; still plain text."""
        return text.in_(self.language).format(**values) if values else text.in_(self.language)

    def line(self, text: str, limit: int = CELL_LENGTH) -> str:
        """Plain text fit to be drawn as it is."""
        return visible(text, limit, self.fonts.covered)

    def para(self, *content: Content, style: str = "body", limit: int = PARAGRAPH_LENGTH) -> Para:
        """A paragraph of plain text in the named style."""
        made = Para(self._markup(content, limit), self.styles[style])
        made.mean(Node(ROLES.get(style, "P")))
        return made

    def centred(self, text: str, style: str, width: float = TEXT_WIDTH) -> Para:
        """A centred paragraph whose lines are about as long as each other: no word stands alone on the last."""
        face = self.styles[style]
        shown = self.line(text, 300)
        length = stringWidth(shown, face.fontName, face.fontSize)
        lines = int(length / width) + 1
        indent = max(0.0, (width - length / lines * 1.15) / 2) if lines > 1 else 0
        made = Para(escaped(shown), ParagraphStyle(style, parent=face, leftIndent=indent, rightIndent=indent))
        made.mean(Node("P"))
        return made

    def heading(self, text: str, style: str, level: int, title: str | None = None, key: str = "") -> Heading:
        """A heading of that level, counted from 0; `title` is its name in the table of contents where that is another.

        `key` is what `link_to` leads to: any text, the same at both ends. The first heading of a key has it.
        """
        own = _destination(key) if key else ""
        if not own or own in self._keys:
            own = f"heading-{len(self._keys) + 1}"
        self._keys.add(own)
        made = Heading(self._markup((text,), CELL_LENGTH), self.styles[style])
        made.title = self.line(title if title is not None else text, 200)
        made.level, made.key = level, own
        made.mean(Node(f"H{level + 1}"))
        return made

    def link_to(self, key: str, text: str | Text, face: str = "regular") -> Run:
        """A run of a paragraph that leads to the heading with that key; where there is no such heading, plain text."""
        return Run(text if isinstance(text, str) else self.say(text), face, key)

    def cell(self, content: Content | Flowable, width: float, style: str = "cell") -> Flowable:
        """A table's cell: one line where it fits, a paragraph otherwise."""
        if isinstance(content, Flowable):
            return content
        face = self.styles[style]
        if not isinstance(content, Run):
            text = self.line(content if isinstance(content, str) else self.say(content))
            if stringWidth(text, face.fontName, face.fontSize) <= width:
                return Line(text, face)
        return self.para(content, style=style, limit=CELL_LENGTH)

    def table(
        self, columns: Sequence[Column], rows: Iterable[Sequence[Content | Flowable | list[Flowable]]]
    ) -> list[PagedTable]:
        """A table with a head that is repeated on every page; a row may be taller than a page."""
        widths = [column.width for column in columns]
        node = Node("Table")
        heads = node.row(len(columns), ["TH"] * len(columns), [COLUMN_HEAD] * len(columns))
        head = [self._column_head(column, cell) for column, cell in zip(columns, heads, strict=True)]
        body = [self._cells(row, widths, node.row(len(columns))) for row in rows]
        return [
            PagedTable(
                [head, *body[start : start + ROWS_AT_ONCE]],
                colWidths=widths,
                repeatRows=1,
                splitByRow=1,
                style=self._grid,
                spaceBefore=2,
                spaceAfter=8,
            )
            for start in range(0, len(body), ROWS_AT_ONCE)
        ]

    def facts(
        self, pairs: Iterable[tuple[Content | list[Flowable], Content | list[Flowable]]], left: float = 48 * mm
    ) -> Table:
        """Names and values in two columns without lines between them."""
        right, node = TEXT_WIDTH - left, Node("Table")
        rows: list[list[list[Flowable]]] = []
        for pair in pairs:
            cells: list[list[Flowable]] = [
                each if isinstance(each, list) else [self.para(each, style=style)]
                for each, style in zip(pair, ("name", "cell"), strict=True)
            ]
            for pieces, cell in zip(cells, node.row(2, ("TH", "TD"), (ROW_HEAD, "")), strict=True):
                adopt(pieces, cell)
            rows.append(cells)
        style: Commands = [
            *self.plain,
            ("LINEBELOW", (0, 0), (-1, -1), 0.3, RULE),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2),
            ("RIGHTPADDING", (0, 0), (0, -1), 6),
        ]
        return PagedTable(rows, colWidths=[left, right], style=style, splitByRow=1, spaceBefore=4, spaceAfter=8)

    def code(self, lines: Iterable[str], command: bool = False) -> list[Flowable]:
        """Lines to paste, or shell commands, on a shade; where one had to be broken inside a word, a note says so."""
        inner = TEXT_WIDTH - 2 * CODE_PADDING
        rows: list[str] = []
        harmed = False
        for line in lines:
            pieces = wrapped(self.line(line, PARAGRAPH_LENGTH), self.fonts.mono, CODE_SIZE, inner, command)
            rows += pieces.lines
            harmed = harmed or pieces.harmed
        block = CodeBlock(rows, self.styles["code"], SHADE, RULE, TEXT_WIDTH)
        return [block, self.para(labels.LONG_LINES, style="note")] if harmed else [block]

    def _column_head(self, column: Column, cell: Node) -> ColumnHead:
        """The head in a size in which none of its words is broken, as far as that can still be read."""
        face = self.styles["column"]
        words = self.line(self.say(column.heading)).split()
        widest = max((stringWidth(each, face.fontName, face.fontSize) for each in words), default=0.0)
        room = column.width - 2 * CELL_PADDING
        if widest > room:
            face = ParagraphStyle("column", face, fontSize=max(face.fontSize * room / widest, SMALLEST_HEAD))
        made = ColumnHead(self._markup((column.heading,), CELL_LENGTH), face)
        made.mean(cell)
        return made

    def _cells(
        self, row: Sequence[Content | Flowable | list[Flowable]], widths: Sequence[float], nodes: Sequence[Node]
    ) -> list[list[Flowable]]:
        """A row's cells as lists of pieces, each belonging to its cell."""
        made = []
        for content, width, node in zip(row, widths, nodes, strict=True):
            pieces = content if isinstance(content, list) else [self.cell(content, width - 2 * CELL_PADDING)]
            adopt(pieces, node)
            made.append(pieces)
        return made

    def _markup(self, content: Iterable[Content], limit: int) -> str:
        return "".join(self._run(each, limit) for each in content)

    def _run(self, content: Content, limit: int) -> str:
        if isinstance(content, Text):
            return markup(self.say(content), limit, self.fonts.covered)
        if isinstance(content, str):
            return markup(content, limit, self.fonts.covered)
        text = markup(content.text, limit, self.fonts.covered)
        if content.link:
            text = f'<a href="#{_destination(content.link)}">{text}</a>'
        if content.face == "digest":
            return f'<font name="{self.fonts.mono}" size="{DIGEST_SIZE}">{text}</font>'
        return f'<font name="{self._faces[content.face]}">{text}</font>'

    @property
    def plain(self) -> Commands:
        """A table's style without padding at the sides and without lines."""
        # FONTNAME although no cell is a bare string: otherwise the library names its own, not embedded, face.
        return [
            ("FONTNAME", (0, 0), (-1, -1), self.fonts.regular),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LEFTPADDING", (0, 0), (-1, -1), 0),
            ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ]

    @property
    def _grid(self) -> Commands:
        return [
            ("FONTNAME", (0, 0), (-1, -1), self.fonts.regular),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            ("LINEBELOW", (0, 0), (-1, -1), 0.3, RULE),
            ("LINEABOVE", (0, 0), (-1, 0), 0.8, black),
            ("LINEBELOW", (0, 0), (-1, 0), 0.8, black),
            ("BACKGROUND", (0, 0), (-1, 0), SHADE),
            ("LEFTPADDING", (0, 0), (-1, -1), CELL_PADDING),
            ("RIGHTPADDING", (0, 0), (-1, -1), CELL_PADDING),
            ("TOPPADDING", (0, 0), (-1, -1), 2),
            ("BOTTOMPADDING", (0, 0), (-1, -1), 2.5),
        ]


def _destination(key: str) -> str:
    """A key as the name of a place in the document: of no character that means anything."""
    return f"to-{hashlib.sha256(key.encode(errors='backslashreplace')).hexdigest()[:16]}"
