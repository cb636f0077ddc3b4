"""Far hosts: wall time at round trips of 0 to 100 ms, and with few connections open at once to one address.

The distance is a wire in a network namespace of its own (`wire.py`), where this module runs itself again. Where the
machine does not allow that, it is a relay on loopback, which delays everything but the establishing of connections.
"""

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict

from benchmarks.printing import ratio, seconds, table
from benchmarks.tls import wire
from benchmarks.tls.child import Work
from benchmarks.tls.figures import BASE, Row, Run, base_of
from benchmarks.tls.looker import KHIEN, NMAP, QUICK, SSLSCAN
from benchmarks.tls.part import Asked, Turn, in_turn, say, turns
from benchmarks.tls.relay import relay_to
from benchmarks.tls.servers import ANCIENT, NAME, serving

ROUND_TRIPS = (0.0, 0.03)
FULL_ROUND_TRIPS = (0.0, 0.03, 0.1)
LIMITS = (3,)
FULL_LIMITS = (1, 2, 3, 5)
KINDS = ("intermediate", "old")
FULL_KINDS = (*KINDS, ANCIENT.id)
OWN_WAY = (SSLSCAN, NMAP)
"""They have no such limit."""
BOUND_SECONDS = 3 * 3600.0
WIRE, RELAY = "wire", "relay (connecting is not delayed)"


def measure(asked: Asked) -> list[Row]:
    """Every round trip, kind, limit and tool, in a namespace if this machine lets us have one."""
    if wire.NAMESPACE in os.environ or not wire.available():
        return [row for kind in _kinds(asked) for row in _one_kind(kind, asked)]
    command = wire.namespace_command([sys.executable, "-m", "benchmarks.tls.delay", json.dumps(asdict(asked))])
    done = subprocess.run(command, stdout=subprocess.PIPE, check=True, timeout=BOUND_SECONDS)
    return [_row(each) for each in json.loads(done.stdout)]


def _kinds(asked: Asked) -> tuple[str, ...]:
    return asked.kinds or (FULL_KINDS if asked.full else KINDS)


def _row(found: dict[str, object]) -> Row:
    """A row that the namespace sent."""
    runs = found.pop("runs")
    assert isinstance(runs, list)
    return Row(runs=tuple(Run(**each) for each in runs), **found)  # type: ignore[arg-type]


def _one_kind(kind: str, asked: Asked) -> list[Row]:
    """Limit by limit, and near before far, so that tools are warm when it gets slow."""
    rows = []
    for limit in (None, *(FULL_LIMITS if asked.full else LIMITS)):
        tools = OWN_WAY if limit is None else (KHIEN, QUICK, BASE)
        with turns(tools, asked, limit) as ready:
            for round_trip in FULL_ROUND_TRIPS if asked.full else ROUND_TRIPS:
                say(f"delay: {kind}, {round_trip * 1000:.0f} ms, limit {limit or 'own'}")
                with _distant(kind, round_trip) as (work, way):
                    in_turn(ready, work, asked)
                rows += _rows(ready, limit, f"{kind}, {round_trip * 1000:.0f} ms", way)
    return rows


@contextlib.contextmanager
def _distant(kind: str, round_trip: float) -> Iterator[tuple[Work, str]]:
    """A server that is so far away, and the way of its distance."""
    if wire.NAMESPACE in os.environ:
        with wire.wire(round_trip), serving(kind, (wire.SERVER,)) as server:
            yield Work((wire.CLIENT_SEES,), server.port, NAME), WIRE
        return
    with serving(kind) as server, relay_to(server.address, server.port, round_trip) as relay:
        yield Work((server.address,), relay.port, NAME), RELAY


def _rows(ready: Mapping[str, Turn], limit: int | None, words: str, way: str) -> list[Row]:
    """What the tools did, which are ready for other work then."""
    rows = []
    for name, each in ready.items():
        work = words if limit is None else f"{words}, {limit} at once"
        rows.append(Row(work, name, tuple(each.runs), absent=each.absent, extra={"way": way, "found": each.found}))
        each.renew()
    return rows


def show(rows: Sequence[Row]) -> str:
    """A table."""
    way = ", ".join(sorted({row.extra["way"] for row in rows}))
    headings = ("server, round trip, limit", "tool", "wall s", "sslyze/this", "connections", "found")
    return f"Distance by: {way}\n\n{table(headings, [_cells(row, rows) for row in rows])}"


def _cells(row: Row, rows: Sequence[Row]) -> list[str]:
    base = base_of(rows, row)
    own = row.own_count
    times = ratio(base.wall if base else None, row.wall)
    return [row.work, row.tool, seconds(row.wall), times, str(own or "-"), row.absent or row.extra["found"]]


if __name__ == "__main__":
    inside = json.loads(sys.argv[1])
    os.environ.setdefault(wire.NAMESPACE, "1")
    print(json.dumps([asdict(row) for row in measure(Asked(**{**inside, "kinds": tuple(inside["kinds"])}))]))
