"""Hundreds of real runs in a row: does the daemon, or what it starts, grow?

    python -m benchmarks.schedule_soak [--runs 200] [--minutes 80] [--csv soak.csv] [--svg soak.svg]
    python -m benchmarks.schedule_soak --draw soak.csv [--svg soak.svg]

On the demo estate the real `khien schedule run` scans whole agencies by schedules, one every two minutes; whenever it
has nothing to do, somebody asks for a scan or a recheck of one site, as the console does. The log, metrics and a
webhook are on. The servers are ours, so more connections are allowed than by default. What the daemon and all that it
started hold is sampled once a second and written down at the end of each run: the daemon as it is then, all processes
together at their highest during the run.
"""

import argparse
import csv
import os
import signal
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import astuple, dataclass, fields
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from statistics import linear_regression, mean

from benchmarks.daemon import Daemon, ask, query, verified
from benchmarks.printing import table
from benchmarks.processes import PAGE, tree
from benchmarks.soak_drawing import Line, Panel, draw
from checks.model.operation import FINAL
from checks.model.task import Task
from demo.estate import running_estate

SAMPLE_SECONDS = 1.0
WARM_RUNS = 20
"""Slopes are those of the runs after these: until then caches fill."""
SECRET = "KHIEN_SOAK_SECRET"
WHAT = ("agencies: [so-mau-mot]", "agencies: [so-mau-hai]", "tags: [intranet]", "tags: [e-office]")
"""In turn, what the schedules scan: the agencies of which every site answers."""
ASKED = ("cong-so-mau-mot", "ban-do-so-mau-mot", "tin-tuc-so-mau-hai", "ho-so-xa-mau", "cong-tinh-mau")
"""In turn, the sites that somebody asks for."""
RECHECK_EVERY = 4
FINISHED = """
select f.subject, strftime('%s', f.at) - strftime('%s', b.at) from history_operationstep f
join history_operationstep b on b.subject = f.subject and b.step = 'begun'
where f.step = 'finished' and f.kind in ('slot', 'request') order by f.id
"""
LAST_STEPS = "select step, max(sequence) from history_operationstep where kind in ('slot', 'request') group by subject"
OUTCOMES = """
select kind || ' ' || step || case when reason then ': ' || reason else '' end, count(*) from
(select kind, step, json_extract(body, '$.reason') reason from history_operationstep where kind in ('slot', 'request'))
group by 1 order by 1
"""


@dataclass(frozen=True, slots=True)
class Held:
    """What some processes hold."""

    kib: int = 0
    """Resident memory; pages that two processes share are counted twice."""
    descriptors: int = 0
    threads: int = 0
    processes: int = 0

    def highest(self, other: "Held") -> "Held":
        """The higher of each figure."""
        return Held(*map(max, zip(astuple(self), astuple(other), strict=True)))


@dataclass(frozen=True, slots=True)
class Row:
    """One run, as it is written to the CSV file."""

    run: int
    at: int
    """Seconds after the start of the daemon."""
    seconds: int
    """From the step that begins the run to the one that ends it."""
    daemon_kib: int
    daemon_descriptors: int
    daemon_threads: int
    all_kib: int
    """Of the daemon and everything that it started, at the highest during the run; so are the next three."""
    all_descriptors: int
    all_threads: int
    all_processes: int
    database_kib: int
    wal_kib: int
    """At its highest during the run."""
    log_kib: int


@dataclass(frozen=True, slots=True)
class Soak:
    """What was seen."""

    rows: tuple[Row, ...]
    outcomes: tuple[tuple[str, int], ...]
    """Of the steps of slots and requests: which there are, and how many."""
    alerts: int
    """Messages that the webhook got."""
    ended: int
    """Exit status of the daemon."""
    verified: bool


def held(pids: set[int]) -> Held:
    """What processes hold now; one that has just ended holds nothing."""
    kib = descriptors = threads = 0
    for pid in pids:
        with suppress(OSError, IndexError, ValueError):
            folder = Path(f"/proc/{pid}")
            kib += int((folder / "statm").read_text().split()[1]) * PAGE // 1024
            threads += int((folder / "stat").read_text().rpartition(")")[2].split()[17])
            descriptors += len(os.listdir(folder / "fd"))  # noqa: PTH208  (names only, many times)
    return Held(kib, descriptors, threads, len(pids))


def prepare(config: Path, hook: int, metrics: int) -> None:
    """Schedules, log, metrics and a webhook."""
    schedules = "".join(
        f'  - {{name: lich-{minute:02}, what: {{{WHAT[index % len(WHAT)]}}}, every: "hour at :{minute:02}"}}\n'
        for index, minute in enumerate(range(0, 60, 2))
    )
    written = config.read_text(encoding="utf-8")
    written = written.replace(
        "scan:\n", "scan:\n  connections_per_second: 100\n  connections_per_address: 10\n  least_free_mib: 20\n"
    )
    config.write_text(
        f"{written}log: {{form: json, file: khien.log, max_mib: 1, keep: 2, level: debug}}\n"
        f'metrics: {{file: khien.prom, listen: "127.0.0.1:{metrics}"}}\n'
        f"alerts: {{webhooks: [{{name: nhan, url: 'http://127.0.0.1:{hook}/', secret_variable: {SECRET}}}]}}\n"
        f"schedules:\n{schedules}",
        encoding="utf-8",
    )


@contextmanager
def listening() -> Iterator[tuple[int, list[int]]]:
    """A webhook on loopback: its port, and the lengths of what it got."""
    got: list[int] = []

    class Taken(BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self) -> None:
            got.append(len(self.rfile.read(min(int(self.headers["Content-Length"]), 1 << 20))))
            self.send_response(204)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Taken) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield server.server_port, got
        finally:
            server.shutdown()
            thread.join()


def soak(config: Path, runs: int, seconds: float, got: Sequence[int]) -> Soak:
    """Let the daemon make so many runs, or for so long. Raises Late where it ends by itself."""
    with Daemon(config, environment={SECRET: "khien-soak-secret-of-a-bench"}) as daemon:
        ask(daemon.database, _asked(0))
        rows = tuple(_watched(daemon, daemon.database, runs, seconds))
        ended = daemon.end()
    outcomes = tuple((str(what), int(number)) for what, number in query(daemon.database, OUTCOMES))
    return Soak(rows, outcomes, len(got), ended, verified(config))


def _watched(daemon: Daemon, database: Path, runs: int, seconds: float) -> Iterator[Row]:
    """A row for each run that ends; asks for another one where there is nothing to do."""
    started, highest, wal, known, asked = time.monotonic(), Held(), 0, 0, 1
    while known < runs and time.monotonic() - started < seconds:
        time.sleep(SAMPLE_SECONDS)
        daemon.until(lambda: True)  # or it has ended
        own = held({daemon.pid})
        highest = highest.highest(held(tree(daemon.pid)))
        wal = max(wal, _kib(database.with_name(f"{database.name}-wal")))
        finished = query(database, FINISHED)
        for number, (_, took) in enumerate(finished[known:], known + 1):
            at = int(time.monotonic() - started)
            logs = sum(_kib(each) for each in database.parent.glob("khien.log*"))
            row = Row(
                run=number,
                at=at,
                seconds=int(took),
                daemon_kib=own.kib,
                daemon_descriptors=own.descriptors,
                daemon_threads=own.threads,
                all_kib=highest.kib,
                all_descriptors=highest.descriptors,
                all_threads=highest.threads,
                all_processes=highest.processes,
                database_kib=_kib(database),
                wal_kib=wal,
                log_kib=logs,
            )
            print(row, file=sys.stderr, flush=True)
            yield row
            highest, wal = Held(), 0
        known = len(finished)
        if all(step in FINAL for step, _ in query(database, LAST_STEPS)):
            ask(database, _asked(asked))
            asked += 1


def _asked(number: int) -> Task:
    return Task(assets=(ASKED[number % len(ASKED)],), recheck=number % RECHECK_EVERY == RECHECK_EVERY - 1)


def _kib(path: Path) -> int:
    try:
        return path.stat().st_size // 1024
    except FileNotFoundError:
        return 0


FIGURES = {
    "daemon_kib": "daemon: resident memory, KiB",
    "daemon_descriptors": "daemon: open files",
    "daemon_threads": "daemon: threads",
    "all_kib": "all processes, at their highest in a run: KiB",
    "all_descriptors": "all processes: open files",
    "all_threads": "all processes: threads",
    "all_processes": "all processes: how many",
    "database_kib": "database, KiB",
    "wal_kib": "write-ahead log, at its highest in a run: KiB",
    "log_kib": "log files, KiB",
    "seconds": "seconds a run",
}


def told(rows: Sequence[Row]) -> str:
    """The figures in Markdown: means of the first and the last tenth after the warm-up, and the slope."""
    warm = rows[min(WARM_RUNS, len(rows) // 2) :]
    tenth = max(1, len(warm) // 10)
    lines = []
    for name, words in FIGURES.items():
        values = [float(getattr(each, name)) for each in warm]
        slope = linear_regression([each.run for each in warm], values).slope if len(warm) > 1 else 0.0
        shown = [f"{mean(part):.0f}" for part in (values[:tenth], values[-tenth:])]
        lines.append([words, *shown, f"{max(values):.0f}", f"{slope:+.3f}"])
    first, last = warm[0].run, warm[-1].run
    return table(
        ("", f"runs {first}-{first + tenth - 1}", f"runs {last - tenth + 1}-{last}", "highest", "slope a run"), lines
    )


def panels(rows: Sequence[Row]) -> list[Panel]:
    """What is drawn."""

    def line(words: str, name: str, per: float = 1.0) -> Line:
        return Line(words, tuple((float(each.run), getattr(each, name) / per) for each in rows))

    return [
        Panel("Resident memory, MiB", (line("daemon", "daemon_kib", 1024), line("all processes", "all_kib", 1024))),
        Panel(
            "Open files and threads",
            (
                line("files: daemon", "daemon_descriptors"),
                line("files: all", "all_descriptors"),
                line("threads: daemon", "daemon_threads"),
                line("threads: all", "all_threads"),
            ),
        ),
        Panel(
            "On disk, MiB",
            (
                line("database", "database_kib", 1024),
                line("write-ahead log", "wal_kib", 1024),
                line("log files", "log_kib", 1024),
            ),
        ),
        Panel("Seconds a run", (line("run", "seconds"),)),
    ]


def read(path: Path) -> tuple[Row, ...]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return tuple(Row(**{name: int(value) for name, value in row.items()}) for row in csv.DictReader(file))


def write(path: Path, rows: Sequence[Row]) -> None:
    """The rows as a CSV file."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(each.name for each in fields(Row))
        writer.writerows(astuple(each) for each in rows)


def _free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return int(chosen.getsockname()[1])


def main(arguments: Sequence[str]) -> int:
    """Run, write and print; 1 where the daemon did not end in order, or history is not intact."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--minutes", type=float, default=80.0)
    parser.add_argument("--csv", type=Path, default=Path("soak.csv"))
    parser.add_argument("--svg", type=Path, default=Path("soak.svg"))
    parser.add_argument("--draw", type=Path, help="only draw what such a file holds")
    chosen = parser.parse_args(arguments)
    if chosen.draw is not None:
        rows = read(chosen.draw)
        draw(chosen.svg, panels(rows), "run")
        print(told(rows))
        return 0
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was started is ended too
    with tempfile.TemporaryDirectory() as name, running_estate(Path(name)), listening() as (hook, got):
        config = Path(name) / "khien.yaml"
        prepare(config, hook, _free_port())
        found = soak(config, chosen.runs, chosen.minutes * 60, got)
    write(chosen.csv, found.rows)
    draw(chosen.svg, panels(found.rows), "run")
    print(f"{len(found.rows)} runs in {found.rows[-1].at // 60} minutes; {found.alerts} alerts by webhook")
    print(f"steps: {', '.join(f'{what}: {number}' for what, number in found.outcomes)}")
    print("history verify:", "intact" if found.verified else "NOT INTACT", f"; the daemon ended with {found.ended}\n")
    print(told(found.rows))
    return 0 if found.verified and found.ended == 0 else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
