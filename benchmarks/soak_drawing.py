"""Lines over a count, in panels one below the other, as one SVG file."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reportlab.graphics import renderSVG
from reportlab.graphics.charts.lineplots import LinePlot
from reportlab.graphics.shapes import Drawing, Rect, String
from reportlab.graphics.shapes import Line as Stroke
from reportlab.lib.colors import HexColor, white

WIDTH, HEIGHT, LEFT, RIGHT, TOP, BOTTOM = 720, 190, 60, 160, 28, 24
"""Of a panel, in points; around its plot."""
COLOURS = tuple(map(HexColor, ("#0b5394", "#b45f06", "#38761d", "#741b47")))
FONT, SIZE = "Helvetica", 9.0


@dataclass(frozen=True, slots=True)
class Line:
    """One line, with its name."""

    name: str
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Panel:
    """Lines with one scale."""

    title: str
    lines: tuple[Line, ...]


def draw(path: Path, panels: Sequence[Panel], across: str) -> None:
    """Write the panels; `across` is what is counted from left to right. Raises OSError."""
    drawing = Drawing(WIDTH, HEIGHT * len(panels))
    ground = Rect(0, 0, WIDTH, HEIGHT * len(panels))
    ground.fillColor, ground.strokeColor = white, None
    drawing.add(ground)
    for index, panel in enumerate(panels):
        _add(drawing, panel, HEIGHT * (len(panels) - 1 - index), across)
    path.write_text(renderSVG.drawToString(drawing), encoding="utf-8")


def _add(drawing: Drawing, panel: Panel, bottom: int, across: str) -> None:
    plot = LinePlot()
    plot.x, plot.y = LEFT, bottom + BOTTOM
    plot.width, plot.height = WIDTH - LEFT - RIGHT, HEIGHT - TOP - BOTTOM
    plot.data = [list(each.points) for each in panel.lines]
    plot.xValueAxis.labels.fontName = plot.yValueAxis.labels.fontName = FONT
    plot.xValueAxis.labels.fontSize = plot.yValueAxis.labels.fontSize = SIZE
    plot.xValueAxis.labelTextFormat = plot.yValueAxis.labelTextFormat = "%g"
    plot.xValueAxis.valueMin = 0
    plot.yValueAxis.valueMin = 0
    plot.yValueAxis.visibleGrid = True
    plot.yValueAxis.gridStrokeColor = HexColor("#dddddd")
    for index, line in enumerate(panel.lines):
        plot.lines[index].strokeColor = COLOURS[index]
        plot.lines[index].strokeWidth = 1.2
        height = bottom + HEIGHT - TOP - 12 - 14 * index
        beside = WIDTH - RIGHT + 12
        drawing.add(Stroke(beside, height + 3, beside + 16, height + 3, strokeColor=COLOURS[index], strokeWidth=2))
        drawing.add(String(beside + 22, height, line.name, fontName=FONT, fontSize=SIZE))
    drawing.add(plot)
    drawing.add(String(LEFT, bottom + HEIGHT - 16, panel.title, fontName="Helvetica-Bold", fontSize=10))
    drawing.add(String(WIDTH - RIGHT + 12, bottom + BOTTOM - 4, across, fontName=FONT, fontSize=SIZE))
