"""Every server of the tests' lab: is Khiên ever slower than sslyze?"""

import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.printing import number, ratio, seconds, table
from benchmarks.tls.child import Work
from benchmarks.tls.figures import BASE, Row, base_of
from benchmarks.tls.looker import KHIEN
from benchmarks.tls.part import Asked, in_turn, say, turns
from tests.lab.catalogue import CONFIGURATIONS
from tests.lab.start import start_all

SAMPLE = 6
"""One in so many servers, unless all are asked for."""


def measure(asked: Asked) -> list[Row]:
    """Configuration by configuration; the tools in turn."""
    chosen = CONFIGURATIONS if asked.full else CONFIGURATIONS[::SAMPLE]
    rows: list[Row] = []
    with (
        tempfile.TemporaryDirectory(prefix="khien-bench-") as folder,
        start_all(chosen, Path(folder)) as endpoints,
        turns((KHIEN, BASE), asked) as ready,
    ):
        for name, endpoint in endpoints.items():
            say(f"never_slower: {name}")
            work = Work((endpoint.address,), endpoint.port, endpoint.server_name)
            in_turn(ready, work, asked)
            for tool, each in ready.items():
                rows.append(Row(name, tool, tuple(each.runs), absent=each.absent, extra={"found": each.found}))
                each.renew()
    return rows


def slower(rows: Sequence[Row]) -> list[Row]:
    """Rows of Khiên that took longer than sslyze's, or that were not finished."""
    found = []
    for row in rows:
        base = base_of(rows, row)
        if row.tool == KHIEN and (row.wall is None or (base and base.wall is not None and row.wall > base.wall)):
            found.append(row)
    return found


def gave_up(rows: Sequence[Row], row: Row) -> bool:
    """Whether sslyze brought no report of this server home, for which it may well take less time."""
    base = base_of(rows, row)
    return base is None or "failed" in base.extra["found"]


def show(rows: Sequence[Row]) -> str:
    """A table of all servers, and what breaks the rule."""
    headings = ("server", "Khiên s", "sslyze s", "sslyze/Khiên", "connections", "Khiên found", "sslyze found")
    lines = [_cells(row, base_of(rows, row), rows) for row in rows if row.tool == KHIEN]
    late = slower(rows)
    reported = ", ".join(row.work for row in late if not gave_up(rows, row)) or "none"
    unreported = ", ".join(row.work for row in late if gave_up(rows, row)) or "none"
    return (
        f"{table(headings, lines)}\n\nSlower than sslyze: {reported}\n\n"
        f"Slower than sslyze, which gave up without a report: {unreported}"
    )


def _cells(row: Row, base: Row | None, rows: Sequence[Row]) -> list[str]:
    other = next(each for each in rows if each.tool == BASE and each.work == row.work)
    wall = base.wall if base else None
    return [
        row.work,
        seconds(row.wall),
        seconds(wall),
        ratio(wall, row.wall),
        number(row.own_count),
        row.absent or row.extra["found"],
        other.absent or other.extra["found"],
    ]
