"""Figures as they are printed: with the digits that mean something, in tables in Markdown."""

from collections.abc import Sequence


def ratio(of: float | None, to: float | None) -> str:
    """How many times as much, to two digits; a dash where either is missing or nothing."""
    if of is None or to is None or of <= 0 or to <= 0:
        return "-"
    return f"{of / to:.0f}" if of / to >= 10 else f"{of / to:.2g}"


def table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown, padded so that it reads well in a terminal too."""
    widths = [max(len(row[column]) for row in (headings, *rows)) for column in range(len(headings))]
    lines = [_line(headings, widths), _line(["-" * width for width in widths], widths)]
    return "\n".join([*lines, *(_line(row, widths) for row in rows)])


def seconds(value: float | None) -> str:
    """Seconds to three digits."""
    return "-" if value is None else f"{value:.3g}" if value < 100 else f"{value:.0f}"


def milliseconds(value: float | None) -> str:
    """Seconds as milliseconds, to about two digits."""
    return "-" if value is None else f"{value * 1000:.1f}" if value < 0.1 else f"{value * 1000:.0f}"


def megabytes(value: int | None) -> str:
    """Bytes as whole megabytes (10^6)."""
    return "-" if value is None else f"{value / 1e6:.0f}"


def number(value: int | None) -> str:
    """A count, or a dash."""
    return "-" if value is None else str(value)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"
