"""Charts and status marks, drawn as shapes: readable in black and white, and in faces without tick or cross."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reportlab.graphics import renderPDF
from reportlab.graphics.shapes import Circle, Drawing, Group, Polygon, PolyLine, Shape
from reportlab.graphics.shapes import Line as Stroke
from reportlab.lib.colors import Color, HexColor, white
from reportlab.lib.units import mm
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Flowable

from checks.model.finding import VERDICTS, Verdict
from checks.model.policy import SEVERITIES, Severity
from checks.model.text import Text
from reports.messages.figures import number, percent
from reports.messages.labels import SEVERITY_NAMES, VERDICT_NAMES
from reports.pdf.canvas import TaggedCanvas
from reports.pdf.flowables import Figure, Para
from reports.pdf.shapes import INK, drawing, rectangle, string
from reports.pdf.typesetter import CELL_PADDING, Typesetter

COLOURS: Mapping[Verdict, Color] = {
    "fail": HexColor(0x8E1B1B),
    "not_assessable": HexColor(0xB8860B),
    "pass": HexColor(0x1F6B3A),
    "not_applicable": HexColor(0x8A8A8A),
}
"""Dark for what needs attention; never the only sign of a verdict."""
BAR = HexColor(0x5A5A5A)
ARROW, ARROW_ROOM = 7, 11
"""Size of the sign before a change, and how far the words beside it are from its left edge."""
MARK, MARK_ROOM = 8, 13
"""Size of a status mark, and how far the words beside it are from its left edge."""


@dataclass(frozen=True, slots=True)
class Slice:
    """One part of the stacked bar."""

    verdict: Verdict
    count: int
    left: float
    width: float


class MarkedVerdict(Flowable):
    """The status mark of a verdict with words beside it, in a cell of a table `width` points wide.

    `alt` is what is said in place of the words where the mark cannot be seen and they do not name the verdict.
    """

    def __init__(
        self, verdict: Verdict, name: str, typesetter: Typesetter, width: float, style: str = "cell", alt: str = ""
    ) -> None:
        super().__init__()
        self.verdict = verdict
        self.font = typesetter.fonts.regular
        self.name = typesetter.cell(name, width - MARK_ROOM - 2 * CELL_PADDING, style)
        self.alt = alt

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:
        """The room that it takes, as the library asks for it."""
        self.width, self.height = aW, self.name.wrapOn(self.canv, aW - MARK_ROOM, aH)[1]
        return self.width, self.height

    def draw(self) -> None:
        """Put it on the page: cross in a square, exclamation in a diamond, tick in a circle, or a dash."""
        canvas, bottom = self.canv, self.height - MARK - 2.5
        if isinstance(canvas, TaggedCanvas):
            canvas.repeat(self.verdict, 0, bottom, self._draw_mark)
        else:
            self._draw_mark(canvas, bottom)
        self.name.drawOn(canvas, MARK_ROOM, 0)

    def _draw_mark(self, canvas: Canvas, bottom: float = 0) -> None:
        chart = drawing(MARK, MARK, self.font)
        chart.add(_mark(self.verdict, 0, 0, MARK))
        renderPDF.draw(chart, canvas, 0, bottom)


class Moved(Flowable):
    """How a figure has moved, in words with a triangle that points up or down, or a dash where it stays."""

    def __init__(self, direction: int, words: Para) -> None:
        super().__init__()
        self.direction, self.words = direction, words

    def wrap(self, aW: float, aH: float) -> tuple[float, float]:
        """The room that it takes: a line of its own, as wide as there is."""
        self.width, self.height = aW, self.words.wrapOn(self.canv, aW - ARROW_ROOM, aH)[1]
        return self.width, self.height

    def draw(self) -> None:
        """Put it on the page: the words in the middle, the sign before them."""
        style = self.words.style
        length = min(stringWidth(self.words.getPlainText(), style.fontName, style.fontSize), self.width - ARROW_ROOM)
        sign = drawing(ARROW, ARROW, style.fontName)
        sign.add(_arrow(self.direction))
        renderPDF.draw(sign, self.canv, (self.width - length - ARROW_ROOM) / 2, self.height - style.leading + 2.5)
        self.words.drawOn(self.canv, ARROW_ROOM, 0)


def _arrow(direction: int) -> Shape:
    if direction == 0:
        return Stroke(0.5, 3, 6.5, 3, strokeColor=INK, strokeWidth=1.4)
    tip, base = (6.5, 0.5) if direction > 0 else (0.5, 6.5)
    return Polygon([3.5, tip, 7, base, 0, base], fillColor=INK, strokeColor=INK, strokeWidth=0.3)


def verdict_chart(counts: Mapping[Verdict, int], typesetter: Typesetter, width: float) -> Figure:
    """A stacked bar of the findings by verdict, with a legend of marks, names and counts below it."""
    bar_height, row_height = 9 * mm, 5.2 * mm
    height = bar_height + 3 * mm + row_height * len(VERDICTS)
    chart = drawing(width, height, typesetter.fonts.regular)
    chart.add(rectangle(0, height - bar_height, width, bar_height, white, COLOURS["not_applicable"]))
    for part in _slices(counts, width):
        chart.add(_bar(part, height - bar_height, bar_height))
        _inside(chart, part, height - bar_height / 2, typesetter)
    total = sum(counts.values())
    for index, verdict in enumerate(VERDICTS):
        base = height - bar_height - 3 * mm - row_height * (index + 1) + 1.4 * mm
        chart.add(_mark(verdict, 0, base - 1, 9))
        chart.add(string(14, base, typesetter.say(VERDICT_NAMES[verdict]), typesetter, 10))
        share = f" ({_share(counts[verdict], total, typesetter)})" if total else ""
        chart.add(string(width, base, number(counts[verdict], typesetter.language) + share, typesetter, 10, "end"))
    return Figure(chart, _said({VERDICT_NAMES[each]: counts[each] for each in VERDICTS}, typesetter))


def severity_chart(counts: Mapping[Severity, int], typesetter: Typesetter, width: float) -> Figure:
    """Bars of the failed findings by severity, worst first, each with its name and count."""
    row, name_width, count_width = 6.1 * mm, 24 * mm, 12 * mm
    height = row * len(SEVERITIES)
    chart = drawing(width, height, typesetter.fonts.regular)
    most = max(1, *counts.values())
    for index, severity in enumerate(SEVERITIES):
        base = height - row * (index + 1) + 1.6 * mm
        length = (width - name_width - count_width) * counts[severity] / most
        chart.add(string(0, base, typesetter.say(SEVERITY_NAMES[severity]), typesetter, 10))
        chart.add(rectangle(name_width, base - 1.2, max(length, 0.4), 9, BAR, None))
        chart.add(string(name_width + length + 4, base, number(counts[severity], typesetter.language), typesetter, 10))
    return Figure(chart, _said({SEVERITY_NAMES[each]: counts[each] for each in SEVERITIES}, typesetter))


def _slices(counts: Mapping[Verdict, int], width: float) -> Sequence[Slice]:
    """The bar in parts; every verdict that occurs has at least a visible sliver."""
    total = sum(counts.values())
    present = [verdict for verdict in VERDICTS if counts[verdict]]
    least = 2.0
    spare = width - least * len(present)
    parts, left = [], 0.0
    for verdict in present:
        own = least + spare * counts[verdict] / total
        parts.append(Slice(verdict, counts[verdict], left, own))
        left += own
    return parts


def _bar(part: Slice, bottom: float, height: float) -> Group:
    """One part in its colour, with a pattern of its own: full, hatched one way, empty with dots, or empty."""
    colour = COLOURS[part.verdict]
    outline = (part.left, bottom, part.width, height)
    group = Group(rectangle(*outline, colour if part.verdict == "fail" else white, colour))
    if part.verdict == "pass":
        group.add(rectangle(*outline, Color(colour.red, colour.green, colour.blue, alpha=0.28), colour))
    elif part.verdict == "not_assessable":
        for line in hatch(part.left, bottom, part.width, height, 4):
            group.add(Stroke(*line, strokeColor=colour, strokeWidth=0.7))
    return group


def hatch(left: float, bottom: float, width: float, height: float, step: float) -> list[tuple[float, ...]]:
    """Slanting lines (x1, y1, x2, y2) clipped to a rectangle."""
    lines: list[tuple[float, ...]] = []
    offset = step - height
    while offset < width:
        start, end = max(0.0, offset), min(width, offset + height)
        lines.append((left + start, bottom + start - offset, left + end, bottom + end - offset))
        offset += step
    return lines


def _inside(chart: Drawing, part: Slice, middle: float, typesetter: Typesetter) -> None:
    """The count in the middle of its part, on a plain ground, where there is room for it."""
    text = number(part.count, typesetter.language)
    needed = stringWidth(text, typesetter.fonts.bold, 11) + 8
    if needed > part.width:
        return
    centre = part.left + part.width / 2
    if part.verdict == "not_assessable":
        chart.add(rectangle(centre - needed / 2, middle - 7, needed, 14, white, None))
    colour = white if part.verdict == "fail" else INK
    chart.add(string(centre, middle - 4, text, typesetter, 11, "middle", bold=True, colour=colour))


def _said(counts: Mapping[Text, int], typesetter: Typesetter) -> str:
    """What a chart shows, in words."""
    return "; ".join(f"{typesetter.say(name)}: {number(count, typesetter.language)}" for name, count in counts.items())


def _share(part: int, whole: int, typesetter: Typesetter) -> str:
    return percent(part * 10_000 // whole, typesetter.language)


def _mark(verdict: Verdict, x: float, y: float, size: float) -> Group:
    colour = COLOURS[verdict]
    shapes: list[Shape]
    match verdict:
        case "fail":
            shapes = [
                rectangle(0, 0, 8, 8, colour, colour),
                Stroke(2, 2, 6, 6, strokeColor=white, strokeWidth=1.3),
                Stroke(2, 6, 6, 2, strokeColor=white, strokeWidth=1.3),
            ]
        case "pass":
            shapes = [
                Circle(4, 4, 3.8, fillColor=white, strokeColor=colour, strokeWidth=0.9),
                PolyLine([2, 4, 3.5, 2.4, 6.2, 5.8], strokeColor=colour, strokeWidth=1.3),
            ]
        case "not_assessable":
            shapes = [
                Polygon([4, -0.3, 8.3, 4, 4, 8.3, -0.3, 4], fillColor=white, strokeColor=colour, strokeWidth=0.9),
                Stroke(4, 3.4, 4, 6.4, strokeColor=colour, strokeWidth=1.2),
                Stroke(4, 1.6, 4, 2.5, strokeColor=colour, strokeWidth=1.2),
            ]
        case _:
            shapes = [Stroke(0.8, 4, 7.2, 4, strokeColor=colour, strokeWidth=1.4)]
    group = Group(*shapes)
    group.translate(x, y)
    group.scale(size / 8, size / 8)
    return group
