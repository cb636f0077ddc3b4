"""One host of each kind: connections, wall time, CPU time and memory of every tool.

Connections are counted by a relay in a run of its own, so that the other runs go straight to the server.
"""

from collections.abc import Sequence

from benchmarks.printing import megabytes, milliseconds, number, ratio, seconds, table
from benchmarks.tls.child import Work
from benchmarks.tls.figures import BASE, Row, Run, base_of
from benchmarks.tls.looker import COMMANDS, KHIEN, QUICK, SLOW_COMMANDS
from benchmarks.tls.part import Asked, Turn, in_turn, say, turns
from benchmarks.tls.relay import Relay, relay_to
from benchmarks.tls.servers import ALL_KINDS, NAME, Server, serving

SLOW_SECONDS = 400.0
"""Bound of a run of a tool that takes minutes."""


def measure(asked: Asked) -> list[Row]:
    """Every kind of server, every tool."""
    rows: list[Row] = []
    for kind in asked.kinds or ALL_KINDS:
        say(f"hosts: {kind}")
        with serving(kind) as server, relay_to(server.address, server.port) as relay:
            rows += _one_server(server, relay, asked)
    return rows


def _one_server(server: Server, relay: Relay, asked: Asked) -> list[Row]:
    straight = Work((server.address,), server.port, NAME)
    with turns((KHIEN, QUICK, BASE, *COMMANDS), asked) as ready:
        in_turn(ready, straight, asked)
        rows = _counted(ready, server, relay, asked.seconds)
        peaks = _peaks(ready)
    if asked.full:
        with turns(SLOW_COMMANDS, asked) as ready:
            for each in ready.values():
                each.take(straight, SLOW_SECONDS)
            rows += _counted(ready, server, relay, SLOW_SECONDS)
            peaks |= _peaks(ready)
    return [_with_peak(row, peaks) for row in rows]


def _peaks(ready: dict[str, Turn]) -> dict[str, int | None]:
    """Memory of each tool, which is ended."""
    found: dict[str, int | None] = {}
    for name, each in ready.items():
        if each.tool is not None:
            each.tool.close()
            found[name] = each.tool.peak
    return found


def _with_peak(row: Row, peaks: dict[str, int | None]) -> Row:
    return Row(row.work, row.tool, row.runs, row.counted, peaks.get(row.tool), absent=row.absent, extra=row.extra)


def _counted(ready: dict[str, Turn], server: Server, relay: Relay, bound: float) -> list[Row]:
    """One more look of each tool, through the relay: only its connections count."""
    rows = []
    for name, each in ready.items():
        relay.count()
        through: list[Run] = []
        if each.tool is not None and not each.absent:
            extra = Turn(each.tool, through)
            extra.take(Work((server.address,), relay.port, NAME), bound)
            each.absent = extra.absent
        own = through[0].connections if through else None
        counted = relay.count() if through else None
        told = {"own count": number(own), "found": each.found, "runs": number(len(each.runs))}
        rows.append(Row(server.kind, name, tuple(each.runs), counted, absent=each.absent, extra=told))
    return rows


def show(rows: Sequence[Row]) -> str:
    """A table, and whether Khiên's own account of its connections is right."""
    headings = ("server", "tool", "connections", "own count", "runs", "wall s", "sslyze/this", "CPU ms", "sslyze/this")
    wrong = [row.work for row in rows if row.extra["own count"] not in ("-", number(row.counted))]
    lines = table((*headings, "peak MB", "found"), [_cells(row, rows) for row in rows])
    return f"{lines}\n\nOwn count differs from the relay's: {', '.join(wrong) or 'nowhere'}"


def _cells(row: Row, rows: Sequence[Row]) -> list[str]:
    base = base_of(rows, row)
    return [
        row.work,
        row.tool,
        number(row.counted),
        row.extra["own count"],
        row.extra["runs"],
        seconds(row.wall),
        ratio(base.wall if base else None, row.wall),
        milliseconds(row.cpu),
        ratio(base.cpu if base else None, row.cpu),
        megabytes(row.peak),
        row.absent or row.extra["found"],
    ]
