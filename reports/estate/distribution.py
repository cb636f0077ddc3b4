"""How the agencies are spread over the scores: ten bars, in black and white."""

from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.graphics.shapes import Drawing
from reportlab.graphics.shapes import Line as Stroke
from reportlab.lib.colors import white

from reports.estate.model import LOW_COVERAGE, AgencySummary
from reports.messages import estate as words
from reports.messages.figures import number, percent
from reports.pdf.charts import BAR, hatch
from reports.pdf.flowables import Figure
from reports.pdf.shapes import INK, drawing, rectangle, string
from reports.pdf.typesetter import Typesetter

BINS = 10
WIDTH_OF_BIN = 10_000 // BINS
BOTTOM, TOP = 26, 12
"""Room for the scale and the legend, and for the counts above the bars."""
SMALL = 8.5


@dataclass(frozen=True, slots=True)
class Bin:
    """The agencies whose score lies within ten points; the last has those with all points too."""

    low: int
    """Its lower bound in percent."""
    covered: int
    poorly: int
    """Those with little coverage, apart from the others."""


def bins(summaries: Sequence[AgencySummary]) -> tuple[Bin, ...]:
    """The agencies with a score by that score."""
    covered, poorly = [0] * BINS, [0] * BINS
    for each in summaries:
        if each.score.score is not None:
            index = min(each.score.score // WIDTH_OF_BIN, BINS - 1)
            (poorly if each.poorly_covered else covered)[index] += 1
    return tuple(Bin(index * 100 // BINS, covered[index], poorly[index]) for index in range(BINS))


def distribution_chart(
    summaries: Sequence[AgencySummary], typesetter: Typesetter, width: float, height: float
) -> Figure:
    """A bar for every ten points, with its count above it."""
    found, chart = bins(summaries), drawing(width, height, typesetter.fonts.regular)
    most = max(1, *(each.covered + each.poorly for each in found))
    step, room = width / BINS, height - BOTTOM - TOP
    for index, each in enumerate(found):
        _bar(chart, each, index * step, step, room / most, typesetter)
    chart.add(string(0, BOTTOM - 10, "0", typesetter, SMALL))
    for index in range(1, BINS):
        chart.add(string(index * step, BOTTOM - 10, str(index * 100 // BINS), typesetter, SMALL, "middle"))
    chart.add(string(width, BOTTOM - 10, "100", typesetter, SMALL, "end"))
    chart.add(Stroke(0, BOTTOM, width, BOTTOM, strokeColor=INK, strokeWidth=0.8))
    _legend(chart, typesetter)
    return Figure(chart, _said(found, typesetter))


def _bar(chart: Drawing, each: Bin, left: float, step: float, unit: float, typesetter: Typesetter) -> None:
    """Those with little coverage stand hatched on top of the others."""
    full, more = each.covered * unit, each.poorly * unit
    if each.covered:
        chart.add(rectangle(left + 1.5, BOTTOM, step - 3, full, BAR, BAR))
    if each.poorly:
        chart.add(rectangle(left + 1.5, BOTTOM + full, step - 3, more, white, BAR))
        for line in hatch(left + 1.5, BOTTOM + full, step - 3, more, 4):
            chart.add(Stroke(*line, strokeColor=BAR, strokeWidth=0.7))
    if each.covered or each.poorly:
        count = number(each.covered + each.poorly, typesetter.language)
        chart.add(string(left + step / 2, BOTTOM + full + more + 2.5, count, typesetter, SMALL, "middle", bold=True))


def _legend(chart: Drawing, typesetter: Typesetter) -> None:
    chart.add(rectangle(0, 2, 9, 7, white, BAR))
    for line in hatch(0, 2, 9, 7, 4):
        chart.add(Stroke(*line, strokeColor=BAR, strokeWidth=0.7))
    share = percent(LOW_COVERAGE, typesetter.language)
    chart.add(string(13, 2.5, typesetter.say(words.DISTRIBUTION_LEGEND, share=share), typesetter, SMALL))


def _said(found: Sequence[Bin], typesetter: Typesetter) -> str:
    return "; ".join(
        typesetter.say(
            words.RANGE,
            low=each.low,
            high=each.low + 100 // BINS,
            count=number(each.covered + each.poorly, typesetter.language),
        )
        for each in found
    )
