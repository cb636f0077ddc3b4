"""What charts and marks are drawn with: a plain drawing, rectangles and one line of text."""

from typing import Literal

from reportlab.graphics.shapes import Drawing, Rect, String
from reportlab.lib.colors import Color, HexColor

from reports.pdf.typesetter import Typesetter

INK = HexColor(0x222222)


def drawing(width: float, height: float, font: str) -> Drawing:
    """An empty drawing that does not begin with the library's own face, which is never embedded."""
    return Drawing(width, height, initialFontName=font)


def rectangle(left: float, bottom: float, width: float, height: float, fill: Color, stroke: Color | None) -> Rect:
    """A rectangle."""
    made = Rect(left, bottom, width, height)
    made.fillColor, made.strokeColor, made.strokeWidth = fill, stroke, 0.8
    return made


def string(
    x: float,
    y: float,
    text: str,
    typesetter: Typesetter,
    size: float,
    anchor: Literal["start", "middle", "end"] = "start",
    bold: bool = False,
    colour: Color = INK,
) -> String:
    """One line of text, made fit to be drawn."""
    font = typesetter.fonts.bold if bold else typesetter.fonts.regular
    return String(x, y, typesetter.line(text), fontName=font, fontSize=size, textAnchor=anchor, fillColor=colour)
