"""The styles of paragraphs. Sizes follow NĐ 30/2020, Appendix I; tables are smaller, to be readable at once."""

from typing import Any, Literal

from reportlab.lib.colors import Color, HexColor, black
from reportlab.lib.enums import TA_CENTER, TA_JUSTIFY, TA_LEFT
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm

from reports.pdf.fonts import Fonts

GREY = HexColor(0x555555)
CELL_SIZE = 9.5
CELL_LEADING = 12
CODE_SIZE = 8
CODE_LEADING = 10.5
CODE_PADDING = 5


def styles(fonts: Fonts) -> dict[str, ParagraphStyle]:
    """Every style by its name."""
    return {each.name: each for each in (*_letter(fonts), *_appendices(fonts))}


def _letter(fonts: Fonts) -> list[ParagraphStyle]:
    regular, bold, italic = fonts.regular, fonts.bold, fonts.italic
    return [
        _style("header", regular, 12, 14.5, TA_CENTER),
        _style("header_bold", bold, 12, 14.5, TA_CENTER),
        _style("motto", bold, 13, 15.5, TA_CENTER),
        _style("number", regular, 13, 15.5, TA_CENTER),
        _style("place", italic, 13, 15.5, TA_CENTER),
        _style("kind", bold, 14, 17, TA_CENTER, spaceBefore=14),
        _style("abstract", bold, 14, 17, TA_CENTER),
        _style("to", regular, 14, 17, TA_CENTER, spaceBefore=10, spaceAfter=8),
        _style("legal", italic, 13, 16.5, TA_JUSTIFY, firstLineIndent=10 * mm, spaceAfter=6),
        _style("letter", regular, 13, 16.5, TA_JUSTIFY, firstLineIndent=10 * mm, spaceAfter=6),
        _style("lead_in", regular, 13, 16.5, TA_JUSTIFY, firstLineIndent=10 * mm, spaceAfter=6, keepWithNext=1),
        _style("part", bold, 13, 16.5, firstLineIndent=10 * mm, spaceBefore=6, spaceAfter=6, keepWithNext=1),
        _style("point", bold, 13, 16.5, firstLineIndent=10 * mm, spaceAfter=6, keepWithNext=1),
        _style("sign", bold, 13, 16, TA_CENTER),
        _style("recipients", fonts.bold_italic, 12, 14),
        _style("recipient", regular, 11, 13),
    ]


def _appendices(fonts: Fonts) -> list[ParagraphStyle]:
    regular, bold, italic = fonts.regular, fonts.bold, fonts.italic
    return [
        _style("appendix", bold, 14, 17, TA_CENTER),
        _style("appendix_title", bold, 13, 16, TA_CENTER),
        _style("enclosed", italic, 13, 16, TA_CENTER, spaceAfter=10),
        _style("body", regular, 12, 15, TA_JUSTIFY, spaceAfter=6),
        _style("h1", bold, 13, 16, spaceBefore=10, spaceAfter=4, keepWithNext=1),
        _style("h1_table", bold, 13, 16, spaceBefore=10, spaceAfter=4),
        _style("h2", bold, 11, 14, spaceBefore=6, spaceAfter=2, keepWithNext=1),
        _style("h2_table", bold, 11, 14, spaceBefore=6, spaceAfter=2),
        _style("note", italic, 10.5, 13, color=GREY, spaceAfter=4),
        _style("small", regular, 10.5, 13.5, spaceAfter=3),
        _style("name", regular, CELL_SIZE, CELL_LEADING, color=GREY),
        _style("cell", regular, CELL_SIZE, CELL_LEADING),
        _style("cell_bold", bold, CELL_SIZE, CELL_LEADING),
        _style("excerpt", fonts.mono, 7.5, 9.5, color=GREY),
        _style(
            "code",
            fonts.mono,
            CODE_SIZE,
            CODE_LEADING,
            leftIndent=CODE_PADDING,
            borderPadding=3,
            spaceBefore=2,
            spaceAfter=6,
        ),
        _style("column", bold, CELL_SIZE, CELL_LEADING),
        _style("looked", regular, 8.5, 10.5, color=GREY),
        _style("asset_line", regular, 10, 12.5, color=GREY),
        _style("server", regular, 10, 13, spaceBefore=2, spaceAfter=1, keepWithNext=1),
        _style("formula", italic, 11, 14, spaceAfter=4, leftIndent=8 * mm),
        _style("figure", bold, 22, 26, TA_CENTER),
        _style("figure_words", bold, 14, 26, TA_CENTER),
        _style("card_heading", bold, 11, 14, spaceBefore=5, spaceAfter=2, keepWithNext=1),
        _style("watched", regular, 9.5, 11.5, spaceAfter=1),
        _style("figure_name", regular, 10, 12, TA_CENTER, color=GREY),
    ]


def _style(
    name: str,
    font: str,
    size: float,
    leading: float,
    align: Literal[0, 1, 2, 4] = TA_LEFT,
    color: Color = black,
    **more: Any,
) -> ParagraphStyle:
    return ParagraphStyle(
        name,
        fontName=font,
        bulletFontName=font,
        fontSize=size,
        leading=leading,
        alignment=align,
        textColor=color,
        allowWidows=0,
        allowOrphans=0,
        **more,
    )
