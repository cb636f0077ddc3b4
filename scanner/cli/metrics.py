"""The way of the metrics: out of history into a file, and to an address of this machine that the daemon serves."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.process_collector import ProcessCollector

from reports.atomic import replacing
from reports.metrics import Exporter, Facts, LastRun, exposition
from scanner.cli.config import Config
from scanner.cli.holding import hold_of
from scanner.cli.looking import VERSION, halted
from scanner.cli.pulse import heartbeat_file, last_beat

if TYPE_CHECKING:
    from history.store import Recorder

READABLE = 0o644
"""Numbers alone stand in the file, and who reads it is another user."""


def facts_of(config: Config, recorder: "Recorder", before: Facts | None = None) -> Facts:
    """What there is to tell now; of a run that `before` told of, the same. Raises HistoryError."""
    from history import figures

    path = heartbeat_file(config)
    pulse = None if path is None else last_beat(path)
    return Facts(
        version=VERSION,
        runs=figures.runs_by_state(),
        last=_last(recorder, None if before is None else before.last),
        queue=_queue(),
        halted=halted() is not None,
        heartbeat=None if pulse is None else pulse.at,
    )


def write(path: Path, facts: Facts, now: datetime) -> None:
    """The file that node_exporter collects, whole or not at all. Raises OSError."""
    with replacing(path) as file:
        os.fchmod(file.fileno(), READABLE)
        file.write(exposition(facts, now))


@contextmanager
def serving(listen: str, facts: Callable[[], Facts]) -> Iterator[None]:
    """Served at an address of this machine, with the memory and the open files of this process. Raises OSError."""
    host, _, port = listen.rpartition(":")
    registry = CollectorRegistry()
    registry.register(Exporter(facts, lambda: datetime.now(UTC)))
    ProcessCollector(registry=registry)
    server, thread = start_http_server(int(port), host.strip("[]"), registry)
    try:
        yield
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _last(recorder: "Recorder", before: LastRun | None) -> LastRun | None:
    from history.failures import failures
    from history.figures import looks_by_kind

    row = recorder.latest_finished()
    if row is None or row.finished is None:
        return None
    if before is not None and before.id == row.id:
        return before
    return LastRun(
        id=row.id,
        started=row.started,
        finished=row.finished,
        held=hold_of(recorder, row.id) is not None,
        connections=row.connections,
        looks=looks_by_kind(row.id),
        findings={str(verdict): number for verdict, number in row.findings.items()},
        failures=failures(row.id),
    )


def _queue() -> dict[str, int]:
    from history import operations

    taken = [operations.latest_taken(each) for each in operations.schedules()]
    slots = sum(each is not None and each.open for each in taken)
    return {"slot": slots, "request": len(operations.requests())}
