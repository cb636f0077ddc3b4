"""Many hosts: how many a second, what one of them costs here and there, and whether memory grows with them."""

from collections.abc import Sequence
from dataclasses import replace

from benchmarks.printing import megabytes, milliseconds, ratio, seconds, table
from benchmarks.processes import cpu_of_tree
from benchmarks.tls.child import Work
from benchmarks.tls.figures import BASE, Row
from benchmarks.tls.looker import KHIEN, PROCESSES, QUICK
from benchmarks.tls.part import Asked, Turn, in_turn, say, turns
from benchmarks.tls.servers import NAME, Server, many_addresses, serving

SIZES = (50, 500)
FULL_SIZES = (50, 500, 5000)
BASE_SIZE = 50
"""sslyze looks at so many; more of them would not change its figures, and take a night."""
WORKERS = 2
KIND = "intermediate"


def measure(asked: Asked) -> list[Row]:
    """Every size, and every tool at the sizes that it can be asked for. Each has a fresh process for each size."""
    rows: list[Row] = []
    sizes = FULL_SIZES if asked.full else SIZES
    for kind in asked.kinds or (KIND,):
        with serving(kind, many_addresses(max(sizes)), WORKERS) as server:
            for size in sizes:
                tools = (KHIEN, QUICK, BASE, PROCESSES) if size == BASE_SIZE else (KHIEN, QUICK)
                for tool in tools:
                    say(f"many: {kind}, {size}, {tool}")
                    rows.append(_row(tool, server, size, asked))
    return rows


def _row(tool: str, server: Server, size: int, asked: Asked) -> Row:
    work = Work(server.addresses[:size], server.port, NAME)
    with turns((tool,), asked) as ready:
        [turn] = ready.values()
        turn.warm_up(replace(work, addresses=work.addresses[:1]), asked.seconds)
        before = cpu_of_tree(server.pid) if server.pid else 0.0
        in_turn(ready, work, asked)
        after = cpu_of_tree(server.pid) if server.pid else 0.0
        peak = _end(turn)
    return Row(
        work=f"{server.kind}, {size}",
        tool=tool,
        runs=tuple(turn.runs),
        peak=peak,
        hosts=size,
        server_cpu=(after - before) / len(turn.runs) if turn.runs else None,
        absent=turn.absent,
        extra={"found": turn.found},
    )


def _end(turn: Turn) -> int | None:
    """End the tool; its memory."""
    if turn.tool is None:
        return None
    turn.tool.close()
    return turn.tool.peak


def show(rows: Sequence[Row]) -> str:
    """A table; ratios are to the better of sslyze's two ways."""
    headings = ("targets", "tool", "hosts/s", "this/sslyze", "CPU ms/host", "sslyze/this", "server CPU ms/host")
    return table((*headings, "connections/host", "peak MB", "found"), [_cells(row, rows) for row in rows])


def _cells(row: Row, rows: Sequence[Row]) -> list[str]:
    base = [each for each in rows if each.tool in (BASE, PROCESSES) and each.runs]
    fastest = max((pace for each in base if (pace := _pace(each)) is not None), default=None)
    thriftiest = min((cost for each in base if (cost := _share(each, each.cpu)) is not None), default=None)
    own = row.own_count
    return [
        row.work,
        row.tool,
        seconds(_pace(row)),
        ratio(_pace(row), fastest),
        milliseconds(_share(row, row.cpu)),
        ratio(thriftiest, _share(row, row.cpu)),
        milliseconds(_share(row, row.server_cpu)),
        "-" if own is None else f"{own / row.hosts:.1f}",
        megabytes(row.peak),
        row.absent or row.extra["found"],
    ]


def _pace(row: Row) -> float | None:
    """Hosts a second."""
    return row.hosts / row.wall if row.wall else None


def _share(row: Row, value: float | None) -> float | None:
    """Of one host."""
    return None if value is None else value / row.hosts
