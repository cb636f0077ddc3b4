"""Pure arithmetic and printing: medians, ratios, tables in Markdown."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

BASE = "sslyze (Python API)"
"""The tool that ratios are to."""


@dataclass(frozen=True, slots=True)
class Run:
    """One run of one tool."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of the client."""
    connections: int | None = None
    """By the tool's own account; None where it gives none."""
    told: str = ""
    """What the tool found, in a few words, so that work left out does not look like speed."""


@dataclass(frozen=True, slots=True)
class Row:
    """One tool on one piece of work."""

    work: str
    """What was looked at: the kind of server, the number of targets, the round trip."""
    tool: str
    runs: tuple[Run, ...] = ()
    counted: int | None = None
    """Connections of one look, counted between the tool and the server."""
    peak: int | None = None
    """Bytes of resident memory."""
    hosts: int = 1
    """Targets that one run looks at."""
    server_cpu: float | None = None
    """Seconds of the servers in the median run."""
    absent: str = ""
    """Why there are no figures: the tool is not installed, or was stopped at its bound."""
    extra: dict[str, str] = field(default_factory=dict)
    """Further columns by their heading."""

    @property
    def wall(self) -> float | None:
        """Median seconds of a run."""
        return median(run.wall for run in self.runs) if self.runs else None

    @property
    def cpu(self) -> float | None:
        """Median CPU seconds of a run."""
        return median(run.cpu for run in self.runs) if self.runs else None

    @property
    def own_count(self) -> int | None:
        """Connections that the tool says it opened, in the run where they were counted or the first."""
        return self.runs[0].connections if self.runs else None

    def as_json(self) -> dict[str, Any]:
        """Everything, with the medians."""
        return {**asdict(self), "median_wall": self.wall, "median_cpu": self.cpu}


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


def base_of(rows: Sequence[Row], row: Row, base: str = BASE) -> Row | None:
    """The row of the yardstick on the same work."""
    return next((each for each in rows if each.tool == base and each.work == row.work and each.runs), None)


def _line(cells: Sequence[str], widths: Sequence[int]) -> str:
    return "| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)) + " |"
