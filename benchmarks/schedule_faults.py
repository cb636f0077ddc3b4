"""What goes wrong beside Khiên while the daemon works: is anything recorded lost, and what is said?

    python -m benchmarks.schedule_faults [NAME]...

Each fault has a workspace of its own and the real `khien schedule run`. It begins once a run has recorded something,
and lasts until it is told, or the run is over. Every look and step that the database held then must be there at the
end, `khien history verify` must find everything intact, and the run must come to its end. It needs root (a tmpfs,
network namespaces) and a C compiler. kill -9 is `benchmarks.schedule_kill`.
"""

import argparse
import json
import os
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from benchmarks import schedule_kill
from benchmarks.daemon import KHIEN, Daemon, ask, over, query, rows, steps, verified
from benchmarks.faults_network import SITES, network_estate
from benchmarks.printing import table
from benchmarks.processes import tree
from checks.model.task import Task
from demo.estate import running_estate

MIB = 1 << 20
SMALL_MIB = 48
"""The size of the disk that is full."""
HOUR = 3600
AGENCY = "so-mau-hai"
TASK = Task(agencies=(AGENCY,))
BEGUN = 2
"""So many looks are recorded before a fault begins."""
OPEN = "select count(*) from history_sighting"
"""Looks of the run that is not over yet."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was seen of one fault."""

    held: int
    """Looks and steps that the database held when the fault began."""
    lost: int
    became: str
    """The steps of what was being done."""
    said: tuple[str, ...]
    """What the operator was told."""
    intact: bool


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong."""

    how: str
    play: Callable[[Path], Outcome]


def played(
    config: Path,
    fault: Callable[[Daemon], Iterator[None]],
    told: str,
    *,
    task: Task = TASK,
    around: Callable[[Sequence[str]], Sequence[str]] = list,
    environment: Mapping[str, str] | None = None,
) -> Outcome:
    """Ask for a run, let the fault be there until `told` is said (empty: until the run is over), and let it end."""
    with Daemon(config, around, environment) as daemon:
        database = daemon.database
        subject = ask(database, task)
        daemon.until(lambda: query(database, OPEN)[0][0] >= BEGUN)
        held = rows(database)
        known = len(daemon.said())
        with contextmanager(fault)(daemon):
            daemon.until(
                lambda: any(told in each for each in daemon.said()[known:]) if told else over(database, subject)
            )
        daemon.until(lambda: over(database, subject))
        daemon.end()
    return Outcome(
        len(held),
        len(held - rows(database)),
        ", ".join(steps(database, subject)),
        _said(daemon, known),
        verified(config),
    )


def _said(daemon: Daemon, known: int) -> tuple[str, ...]:
    """What was said from a line on, without its time, each once."""
    lines = (each.strip() for each in daemon.said()[known:])
    return tuple(dict.fromkeys(each[20:] if each[:2] == "20" else each for each in lines if each))


def _demo(folder: Path) -> Path:
    """The demo estate's configuration; our own servers bear more connections."""
    config = folder / "khien.yaml"
    written = config.read_text(encoding="utf-8")
    more = "scan:\n  connections_per_second: 100\n  least_free_mib: 1\n"
    config.write_text(written.replace("scan:\n", more), encoding="utf-8")
    return config


def disk_full(folder: Path) -> Outcome:
    """No room for the database, in the middle of a run; when that is told, room is made."""
    small = folder / "small"
    small.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SMALL_MIB}m", "none", small], check=True)
    try:
        with running_estate(folder):
            config = _demo(folder)
            config.write_text(config.read_text().replace("khien.sqlite3", "small/khien.sqlite3"))

            def full(daemon: Daemon) -> Iterator[None]:
                filler = small / "filler"
                with filler.open("wb", buffering=0) as file, suppress(OSError):
                    while True:
                        file.write(bytes(4096))
                try:
                    yield
                finally:
                    filler.unlink()

            return played(config, full, "could not be written to")
    finally:
        subprocess.run(["umount", "-l", small], check=True)


def disk_nearly_full(folder: Path) -> Outcome:
    """Less room than `scan.least_free_mib`: no scan begins until there is."""
    with running_estate(folder):
        config = _demo(folder)
        enough = config.read_text()
        config.write_text(enough.replace("least_free_mib: 1\n", "least_free_mib: 1048576\n"))
        with Daemon(config) as daemon:
            subject = ask(daemon.database, TASK)
            daemon.until(lambda: any("MiB" in each for each in daemon.said()))
            held = rows(daemon.database)
            config.write_text(enough)
            daemon.until(lambda: over(daemon.database, subject))
            daemon.end()
        lost = held - rows(daemon.database)
        became = ", ".join(steps(daemon.database, subject))
        return Outcome(len(held), len(lost), became, _said(daemon, 1), verified(config))


def database_locked(folder: Path) -> Outcome:
    """Another process holds the database for writing, longer than a write waits."""

    def locked(daemon: Daemon) -> Iterator[None]:
        with closing(sqlite3.connect(daemon.database, timeout=30, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            try:
                yield
            finally:
                other.execute("ROLLBACK")

    with running_estate(folder):
        return played(_demo(folder), locked, "could not be written to")


def nmap_killed(folder: Path, most: int) -> Outcome:
    """So many nmap processes of a run are killed as soon as they are seen."""
    with running_estate(folder):
        config = _demo(folder)
        killed: list[int] = []
        with Daemon(config) as daemon, _hunting("nmap", daemon, killed, most):
            subject = ask(daemon.database, TASK)
            daemon.until(lambda: len(killed) > 0)
            held = rows(daemon.database)
            daemon.until(lambda: over(daemon.database, subject))
            daemon.end()
        lost = held - rows(daemon.database)
        became = ", ".join(steps(daemon.database, subject))
        return Outcome(len(held), len(lost), became, (f"{len(killed)} killed", *_said(daemon, 1)), verified(config))


@contextmanager
def _hunting(name: str, daemon: Daemon, killed: list[int], most: int) -> Iterator[None]:
    over_now = threading.Event()

    def hunt() -> None:
        while not over_now.wait(0.02) and len(killed) < most:
            for pid in tree(daemon.pid) - set(killed):
                with suppress(OSError):
                    if Path(f"/proc/{pid}/comm").read_text().strip() == name and len(killed) < most:
                        os.kill(pid, signal.SIGKILL)
                        killed.append(pid)

    thread = threading.Thread(target=hunt)
    thread.start()
    try:
        yield
    finally:
        over_now.set()
        thread.join()


def clock_back(folder: Path) -> Outcome:
    """The clock is put back by an hour in the middle of a slot's run, and later put right."""
    clock = folder / "clock"
    clock.write_text("0\n")
    library = folder / "clock.so"
    source = Path(__file__).with_name("clock.c")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source], check=True)
    environment = {"LD_PRELOAD": str(library), "KHIEN_CLOCK": str(clock)}
    with running_estate(folder):
        config = _demo(folder)
        schedule_kill.prepare(config, 1, AGENCY)
        with Daemon(config, environment=environment) as daemon:
            database = daemon.database
            daemon.until(lambda: query(database, OPEN)[0][0] >= BEGUN)
            held = rows(database)
            clock.write_text(f"-{HOUR}\n")
            (subject,) = {each for each in _slots(database)}
            daemon.until(lambda: over(database, subject))
            time.sleep(15)  # ticks in an hour that was there before
            clock.write_text("0\n")
            time.sleep(15)
            clock.write_text(f"{HOUR}\n")  # the next slot is due
            daemon.until(lambda: len(_slots(database)) == 2 and all(over(database, each) for each in _slots(database)))
            daemon.end()
        lost = held - rows(database)
        became = "; ".join(", ".join(steps(database, each)) for each in _slots(database))
        return Outcome(len(held), len(lost), became, _said(daemon, 1), verified(config))


def _slots(database: Path) -> list[str]:
    return [row[0] for row in query(database, "select distinct subject from history_operationstep where kind='slot'")]


def dns_gone(folder: Path) -> Outcome:
    """The resolver is gone while a run asks for the addresses of its assets."""
    with network_estate(folder) as estate:
        with Daemon(estate.config, estate.command) as daemon:
            database = daemon.database
            subjects = [ask(database, Task())]
            daemon.until(lambda: over(database, subjects[-1]))
            held = rows(database)
            with estate.without_resolver():
                subjects.append(ask(database, Task()))
                daemon.until(lambda: over(database, subjects[-1]))
                report = estate.report()
            subjects.append(ask(database, Task()))
            daemon.until(lambda: over(database, subjects[-1]))
            daemon.end()
        return _three(daemon, held, subjects, report)


def network_gone(folder: Path) -> Outcome:
    """The link to the servers goes down in the middle of a run, and stays so until it is over."""
    with network_estate(folder) as estate:
        with Daemon(estate.config, estate.command) as daemon:
            database = daemon.database
            subjects = [ask(database, Task())]
            daemon.until(lambda: over(database, subjects[-1]))
            subjects.append(ask(database, Task()))
            daemon.until(lambda: query(database, OPEN)[0][0] > BEGUN + len(SITES))
            held = rows(database)
            with estate.link_down():
                daemon.until(lambda: over(database, subjects[-1]))
                report = estate.report()
            subjects.append(ask(database, Task()))
            daemon.until(lambda: over(database, subjects[-1]))
            daemon.end()
        return _three(daemon, held, subjects, report)


def _three(daemon: Daemon, held: set[str], subjects: Sequence[str], report: str) -> Outcome:
    """Of a run before the fault, one with it, one after it."""
    became = "; ".join(", ".join(steps(daemon.database, each)) for each in subjects)
    listed = subprocess.run(
        [*KHIEN, "history", "list", "--json", "--config", str(daemon.config)], capture_output=True, check=True
    )
    verdicts = [
        ", ".join(f"{number} {verdict}" for verdict, number in sorted(run["findings"].items()))
        for run in reversed(json.loads(listed.stdout))
    ]
    said = (f"verdicts: {'; '.join(verdicts)}", f"khien report: {report}", *_said(daemon, 1))
    return Outcome(len(held), len(held - rows(daemon.database)), became, said, verified(daemon.config))


FAULTS = {
    "disk-full": Fault("no byte is left for the database in the middle of a run", disk_full),
    "disk-nearly-full": Fault("less room than scan.least_free_mib", disk_nearly_full),
    "database-locked": Fault("another process writes for longer than 30 s", database_locked),
    "nmap-killed-once": Fault("SIGKILL to the first nmap of a run", lambda folder: nmap_killed(folder, 1)),
    "nmap-killed": Fault("SIGKILL to every nmap of a run", lambda folder: nmap_killed(folder, 1 << 20)),
    "clock-back": Fault("the clock is an hour slow from the middle of a run on", clock_back),
    "dns-gone": Fault("no resolver answers during a run", dns_gone),
    "network-gone": Fault("the link goes down in the middle of a run", network_gone),
}


def main(arguments: Sequence[str]) -> int:
    """Play and print; 1 where something was lost, or did not come to its end."""
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"only these of {', '.join(FAULTS)}")
    chosen = parser.parse_args(arguments).names or list(FAULTS)
    if unknown := [each for each in chosen if each not in FAULTS]:
        parser.error(f"no such fault: {', '.join(unknown)}")
    lines, bad = [], False
    for name in chosen:
        fault = FAULTS[name]
        with tempfile.TemporaryDirectory() as folder:
            began = time.monotonic()
            found = fault.play(Path(folder))
            print(f"{name}: {time.monotonic() - began:.0f} s", *found.said, sep="\n    ", file=sys.stderr, flush=True)
        bad = bad or bool(found.lost) or not found.intact or not found.became.endswith("finished")
        intact = "intact" if found.intact else "NOT INTACT"
        lines.append([fault.how, str(found.held), str(found.lost), intact, found.became])
    print(table(("fault", "rows held", "lost", "history verify", "steps"), lines))
    return int(bad)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
