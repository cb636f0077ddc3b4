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


def base_of(rows: Sequence[Row], row: Row, base: str = BASE) -> Row | None:
    """The row of the yardstick on the same work."""
    return next((each for each in rows if each.tool == base and each.work == row.work and each.runs), None)
