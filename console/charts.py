"""Charts as SVG elements: drawn here, coloured by console.css, each with its figures in a table beside it (templates).

Nothing in them is a style, so that the policy for content need not allow any; marks differ by form as well as colour.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup, escape

from checks.model.finding import VERDICTS, Verdict
from checks.model.text import Language
from reports.messages.figures import day, number, percent
from reports.messages.labels import COVERAGE, SCORE, VERDICT_NAMES

FULL = 10_000
"""Basis points of a whole."""
WIDTH, HEIGHT = 640, 220
LEFT, RIGHT, TOP, BOTTOM = 48, 16, 14, 30
"""Room around the field of a chart, for its scales."""
BANDS = 10
"""Of the distribution: each a tenth of the scale."""


@dataclass(frozen=True, slots=True)
class Point:
    """The figures of one run."""

    run: str
    on: date
    score: int | None
    """Basis points; None: nothing was judged."""
    coverage: int | None


def trend(points: Sequence[Point], language: Language) -> Markup:
    """Two lines over the runs, oldest first: the score full with dots, the coverage dashed with squares.

    Where a run has no figure the line is broken.
    """
    said = "; ".join(
        f"{day(each.on, language)}: {SCORE.in_(language)} {percent(each.score, language)}, "
        f"{COVERAGE.in_(language)} {percent(each.coverage, language)}"
        for each in points
    )
    shapes = [*_scale(language)]
    for name, shares in (("coverage", [e.coverage for e in points]), ("score", [e.score for e in points])):
        shapes += _line(name, shares)
    if points:
        shapes.append(_text(LEFT, HEIGHT - 8, day(points[0].on, language), "start"))
    if len(points) > 1:
        shapes.append(_text(WIDTH - RIGHT, HEIGHT - 8, day(points[-1].on, language), "end"))
    return _drawing("trend", shapes, said)


def distribution(scores: Sequence[int | None], language: Language) -> tuple[Markup, list[tuple[str, int]]]:
    """How many agencies have which score, in tenths; the chart, and its bars by name with their counts."""
    counts = [0] * BANDS
    for share in scores:
        if share is not None:
            counts[min(share * BANDS // FULL, BANDS - 1)] += 1
    bars = [(f"{index * 10}–{index * 10 + 10} %", count) for index, count in enumerate(counts)]
    most, field = max(1, *counts), WIDTH - LEFT - RIGHT
    shapes = [Markup('<path class="axis" d="M{} {}H{}"/>').format(LEFT, HEIGHT - BOTTOM, WIDTH - RIGHT)]
    for index, count in enumerate(counts):
        height = (HEIGHT - TOP - 18 - BOTTOM) * count / most
        x, width = LEFT + field * index / BANDS + 4, field / BANDS - 8
        shapes.append(
            Markup('<rect class="bar" x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
                x, HEIGHT - BOTTOM - height, width, height
            )
        )
        if count:
            shapes.append(_text(x + width / 2, HEIGHT - BOTTOM - height - 5, number(count, language), "middle"))
        if index % 2 == 0:
            shapes.append(_text(LEFT + field * index / BANDS, HEIGHT - 10, str(index * 10), "middle"))
    shapes.append(_text(WIDTH - RIGHT, HEIGHT - 10, "100 %", "end"))
    said = "; ".join(f"{name}: {number(count, language)}" for name, count in bars if count)
    return _drawing("distribution", shapes, said), bars


def verdicts(counts: Mapping[Verdict, int], language: Language) -> Markup:
    """One bar of all findings, in its parts by verdict; each that occurs has at least a visible sliver."""
    total = sum(counts.values())
    present = [verdict for verdict in VERDICTS if counts.get(verdict)]
    spare, left, shapes = WIDTH - 6 * len(present), 0.0, []
    for verdict in present:
        width = 6 + spare * counts[verdict] / total
        shapes.append(
            Markup('<rect class="part {}" x="{:.1f}" y="0" width="{:.1f}" height="26"/>').format(
                verdict, left, max(width - 2, 1)
            )
        )
        left += width
    said = "; ".join(f"{VERDICT_NAMES[each].in_(language)}: {number(counts[each], language)}" for each in present)
    return _drawing("verdicts", shapes, said, 26)


def _drawing(name: str, shapes: Sequence[Markup], said: str, height: int = HEIGHT) -> Markup:
    head = Markup('<svg class="chart {}" viewBox="0 0 {} {}" {}role="img" aria-label="{}">').format(
        name, WIDTH, height, Markup('preserveAspectRatio="none" ') if height < HEIGHT else "", said
    )
    return head + Markup("").join(shapes) + Markup("</svg>")


def _scale(language: Language) -> Iterator[Markup]:
    for share in (0, FULL // 4, FULL // 2, 3 * FULL // 4, FULL):
        y = _y(share)
        yield Markup('<path class="{}" d="M{} {:.1f}H{}"/>').format("grid" if share else "axis", LEFT, y, WIDTH - RIGHT)
        yield _text(LEFT - 6, y + 4, f"{share // 100} %", "end")


def _y(share: int) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - share / FULL)


def _line(name: str, shares: Sequence[int | None]) -> Iterator[Markup]:
    """The line in its unbroken pieces, then its marks."""
    field, last = WIDTH - LEFT - RIGHT, len(shares) - 1
    xs = [LEFT + field * (index / last if last else 0.5) for index in range(len(shares))]
    path, pen = "", "M"
    for x, share in zip(xs, shares, strict=True):
        if share is None:
            pen = "M"
            continue
        path += f"{pen}{x:.1f} {_y(share):.1f}"
        pen = "L"
    yield Markup('<path class="line {}" d="{}"/>').format(name, path)
    for x, share in zip(xs, shares, strict=True):
        if share is None:
            continue
        if name == "score":
            yield Markup('<circle class="dot {}" cx="{:.1f}" cy="{:.1f}" r="3.5"/>').format(name, x, _y(share))
        else:
            square = Markup('<rect class="dot {}" x="{:.1f}" y="{:.1f}" width="6" height="6"/>')
            yield square.format(name, x - 3, _y(share) - 3)


def _text(x: float, y: float, text: str, anchor: str) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(x, y, anchor, escape(text))
