"""Blocks of text on the terminal: a heading, and rows of a label with what is said of it, folded to the width."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.text import Text as Line

from scanner.cli.ui import clean, out

LEAST_WIDTH = 24
"""What is said of a label goes below it where fewer columns than this are left beside it."""
LABEL_WIDTH = 46
"""The widest label that others are lined up with: the longest names of cipher suites in use fit."""


@dataclass(frozen=True, slots=True)
class Row:
    """One line, or more where it does not fit."""

    label: str
    value: str = ""
    style: str = ""
    """Of the value; the words must say the same without it."""


@dataclass(frozen=True, slots=True)
class Block:
    """What belongs together."""

    heading: str
    rows: tuple[Row, ...]
    indent: int = 2
    """Columns before each label; the heading stands two to the left of them."""


def print_blocks(blocks: Iterable[Block]) -> None:
    """Show blocks one under the other; those at the margin after an empty line."""
    for block in blocks:
        if block.indent <= 2:
            out.print()
        _print_folded(Line(" " * (block.indent - 2)), Line(clean(block.heading), style="bold"))
        _print_rows(block.rows, block.indent)


def _print_rows(rows: Sequence[Row], indent: int) -> None:
    width = max((cell_len(clean(row.label)) for row in rows), default=0)
    width = min(width, LABEL_WIDTH)
    for row in rows:
        label, value = Line(" " * indent + clean(row.label)), Line(clean(row.value), style=row.style)
        if not row.value:
            _print_folded(Line(" " * indent), Line(clean(row.label), style=row.style))
        elif label.cell_len > indent + width or out.width - indent - width - 2 < _least(value):
            out.print(label)
            _print_folded(Line(" " * (indent + 4)), value)
        else:
            label.pad_right(indent + width + 2 - label.cell_len)
            _print_folded(label, value)


def _least(value: Line) -> int:
    """The columns without which a text goes below its label: enough for its longest word, where below there are."""
    longest = max(map(cell_len, value.plain.split()), default=0)
    return max(LEAST_WIDTH, longest if longest < out.width - 10 else 0)


def _print_folded(first: Line, text: Line) -> None:
    """Print a text behind what stands before its first line; further lines begin in the same column."""
    room = max(out.width - first.cell_len, LEAST_WIDTH)
    pad = Line(" " * first.cell_len)
    for number, line in enumerate(text.wrap(out, room)):
        line.rstrip()
        out.print((first if number == 0 else pad) + line)
