"""The trend of compliance and coverage over the last runs, as a chart that is readable in black and white."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from reportlab.graphics.shapes import Circle, Drawing, PolyLine, Shape
from reportlab.graphics.shapes import Line as Stroke
from reportlab.lib.colors import HexColor, white

from reports.messages import labels
from reports.messages.figures import day, percent
from reports.pdf.flowables import Figure
from reports.pdf.shapes import INK, drawing, rectangle, string
from reports.pdf.typesetter import Typesetter

GRID = HexColor(0xC4C4C4)
FULL = 10_000
"""Basis points of a whole."""
LEFT, RIGHT, TOP, BOTTOM = 30, 30, 6, 26
"""Room around the field: for the scale, the last figures, the dates and the legend."""
LEGEND = 110
"""From the first name of the legend to the second."""
SMALL = 8.5


@dataclass(frozen=True, slots=True)
class Point:
    """The figures of one run."""

    on: date
    score: int | None
    """Basis points; None: nothing was judged."""
    coverage: int | None


def trend_chart(points: Sequence[Point], typesetter: Typesetter, width: float, height: float) -> Figure:
    """Two lines over the runs, oldest first: the score with filled dots, the coverage dashed with empty squares.

    Where a run has no figure the line is broken. At least one point.
    """
    chart = drawing(width, height, typesetter.fonts.regular)
    field = _Field(len(points), LEFT, BOTTOM, width - LEFT - RIGHT, height - TOP - BOTTOM)
    for share in (0, FULL // 2, FULL):
        y = field.y(share)
        chart.add(Stroke(field.left, y, field.left + field.width, y, strokeColor=GRID, strokeWidth=0.5))
        chart.add(string(field.left - 4, y - 3, f"{share // 100} %", typesetter, SMALL, "end"))
    for shape in _line([each.coverage for each in points], field, dashed=True):
        chart.add(shape)
    for shape in _line([each.score for each in points], field, dashed=False):
        chart.add(shape)
    _dates(chart, points, field, typesetter)
    _legend(chart, field, typesetter)
    return Figure(chart, _said(points, typesetter))


@dataclass(frozen=True, slots=True)
class _Field:
    """Where a figure of a run stands on the drawing."""

    count: int
    left: float
    bottom: float
    width: float
    height: float

    def x(self, index: int) -> float:
        """A single run stands in the middle."""
        return self.left + self.width * (index / (self.count - 1) if self.count > 1 else 0.5)

    def y(self, share: int) -> float:
        return self.bottom + self.height * share / FULL


def _line(shares: Sequence[int | None], field: _Field, dashed: bool) -> list[Shape]:
    """The line in its unbroken pieces, then its marks."""
    pieces: list[list[float]] = [[]]
    marks: list[Shape] = []
    for index, share in enumerate(shares):
        if share is None:
            pieces.append([])
            continue
        x, y = field.x(index), field.y(share)
        pieces[-1] += [x, y]
        if dashed:
            marks.append(rectangle(x - 2, y - 2, 4, 4, white, INK))
        else:
            marks.append(Circle(x, y, 2.2, fillColor=INK, strokeColor=INK, strokeWidth=0.5))
    lines: list[Shape] = [_stroke(piece, dashed) for piece in pieces if len(piece) > 2]
    return lines + marks


def _stroke(piece: list[float], dashed: bool) -> PolyLine:
    made = PolyLine(piece, strokeColor=INK, strokeWidth=1.3)
    if dashed:
        made.strokeDashArray = [3, 2]
    return made


def _dates(chart: Drawing, points: Sequence[Point], field: _Field, typesetter: Typesetter) -> None:
    """The days of the first and the last run."""
    y = field.bottom - 11
    first, last = day(points[0].on, typesetter.language), day(points[-1].on, typesetter.language)
    if len(points) == 1:
        chart.add(string(field.x(0), y, first, typesetter, SMALL, "middle"))
        return
    chart.add(string(field.left, y, first, typesetter, SMALL, "start"))
    chart.add(string(field.left + field.width, y, last, typesetter, SMALL, "end"))


def _legend(chart: Drawing, field: _Field, typesetter: Typesetter) -> None:
    """Each line by its mark and name."""
    y = 3.0
    middle = field.left + LEGEND
    chart.add(Stroke(field.left, y + 3, field.left + 16, y + 3, strokeColor=INK, strokeWidth=1.3))
    chart.add(Circle(field.left + 8, y + 3, 2.2, fillColor=INK, strokeColor=INK))
    chart.add(string(field.left + 20, y, typesetter.say(labels.SCORE), typesetter, SMALL, "start"))
    dashes = Stroke(middle, y + 3, middle + 16, y + 3, strokeColor=INK, strokeWidth=1.3, strokeDashArray=[3, 2])
    chart.add(dashes)
    chart.add(rectangle(middle + 6, y + 1, 4, 4, white, INK))
    chart.add(string(middle + 20, y, typesetter.say(labels.COVERAGE), typesetter, SMALL, "start"))


def _said(points: Sequence[Point], typesetter: Typesetter) -> str:
    """What the chart shows, in words."""
    language = typesetter.language
    return "; ".join(
        f"{day(each.on, language)}: {typesetter.say(labels.SCORE)} {percent(each.score, language)}, "
        f"{typesetter.say(labels.COVERAGE)} {percent(each.coverage, language)}"
        for each in points
    )
