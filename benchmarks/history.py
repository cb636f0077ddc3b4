"""What five years of history cost: bytes, and the time of the questions that are asked of it.

    python -m benchmarks.history [--assets 2000] [--weeks 260] [--share 0.03] [--times 40] [--postgresql] [--keep WHERE]

A run a week over an estate of which a share of the assets changes from week to week (`benchmarks.history_fleet`), by
the real recorder; only judging is left out. Then the questions, each so many times at places chosen by chance, and an
audit of everything. `--keep` records into an SQLite file or a postgresql:// database, and leaves it there; where there
are runs in it already, recording goes on where it ended.
"""

import argparse
import gc
import random
import tempfile
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import history
from benchmarks.estate import NOW
from benchmarks.history_fleet import AGENCY, Fleet
from checks.model.inventory import inventory_bytes
from checks.score import score_of
from policies.loader import PolicyLibrary
from scanner.cli.differing import of_runs

if TYPE_CHECKING:
    from history.store import Recorder

POLICY = "nghe-an-web"
BATCH = 500
"""Looks that are recorded in one step."""
WEEK = timedelta(days=7)
SEED = 7


@dataclass
class Figures:
    """What was measured while recording."""

    assets: int = 0
    seconds: list[float] = field(default_factory=list)
    """Of each run."""
    processor: list[float] = field(default_factory=list)
    """The same of this process's own processor time, which other work on the machine does not lengthen."""


def build(assets: int, weeks: int, share: float) -> Figures:
    """Record so many weekly runs, or those of them that are not in the database yet."""
    from history.store import Recorder

    recorder, library, chance = Recorder(), PolicyLibrary(), random.Random(SEED)
    policy = library.get(POLICY)
    found, known = Figures(assets), len(recorder.finished_runs())
    if known >= weeks:
        return found
    fleet = Fleet(assets, policy, chance)
    gc.freeze()  # the fleet is the benchmark's own; a scan has no such thing in memory
    left = [each.id for each in recorder.runs(limit=1, state="open")]
    for week in range(weeks):
        at = NOW + (week - weeks) * WEEK
        if week:
            fleet.change(share, at)
        if week < known:
            deque(fleet.evidence(at), maxlen=0)  # what chance says then is the same as at first
            continue
        run = left.pop() if left else _opened(recorder, fleet, library, at)
        evidence, findings = list(fleet.evidence(at)), fleet.findings()
        before, own = time.perf_counter(), time.process_time()
        for start in range(0, len(evidence), BATCH):
            recorder.record_all(run, evidence[start : start + BATCH])
        recorder.finish(run, findings, at + timedelta(hours=1))
        found.seconds.append(time.perf_counter() - before)
        found.processor.append(time.process_time() - own)
    return found


def _opened(recorder: "Recorder", fleet: Fleet, library: PolicyLibrary, at: datetime) -> str:
    return recorder.open_run(
        vantage="internet",
        as_of=at,
        started=at,
        inventory=inventory_bytes(fleet.inventory()),
        plan=fleet.targets(),
        policies={POLICY: library.get(POLICY)},
        policy_sources={POLICY: library.sources(POLICY)},
        waivers=(),
        rule_versions={},
        data_versions={},
    )


def questions(recorder: "Recorder", chance: random.Random, assets: int) -> dict[str, Callable[[], object]]:
    """What is asked, by its name."""
    finished = recorder.finished_runs()
    year = min(52, len(finished) - 1)

    def diff(apart: int) -> object:
        at = chance.randrange(len(finished) - apart)
        return of_runs(recorder, (finished[at + apart].id, finished[at].id), (), ())

    def agency() -> str:
        return f"co-quan-{chance.randrange((assets + AGENCY - 1) // AGENCY):03}"

    return {
        "diff of two runs, a week apart": lambda: diff(1),
        "diff of two runs, a year apart": lambda: diff(year),
        "an agency's findings as of a date": lambda: recorder.findings_of(
            recorder.readings([chance.choice(finished)], agencies=[agency()])
        ),
        "the estate's score as of a date": lambda: score_of(recorder.tally(chance.choice(finished).id)),
        "an agency's scores over all runs": lambda: recorder.series(finished, [agency()]),
        "the estate's scores over all runs": lambda: recorder.series(finished, None),
    }


def timed(question: Callable[[], object], times: int) -> tuple[list[float], list[float]]:
    """Milliseconds of each time that it was asked, by the clock and by this process's processor time; each sorted."""
    clock, processor = [], []
    for _ in range(times):
        before, own = time.perf_counter(), time.process_time()
        question()
        clock.append((time.perf_counter() - before) * 1000)
        processor.append((time.process_time() - own) * 1000)
    return sorted(clock), sorted(processor)


def sizes() -> dict[str, int]:
    """Bytes by table, indexes included."""
    from django.db import connection

    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("VACUUM")  # as the server itself does between two weeks: rows of journals that are gone
            cursor.execute("SELECT relname, pg_total_relation_size(relid) FROM pg_stat_user_tables")
        else:
            cursor.execute("SELECT tbl_name, sum(pgsize) FROM dbstat JOIN sqlite_schema USING (name) GROUP BY tbl_name")
        found = {str(name): int(size) for name, size in cursor.fetchall()}
    return dict(sorted(found.items(), key=lambda each: -each[1]))


def audit() -> tuple[int, float, float]:
    """How many entries of runs there are, and the seconds that it took to verify the whole database: by the clock, and
    of processor."""
    from history import queries, records, whole

    entries = sum(len(records.entries(run)) for run in queries.run_ids())
    before, own = time.perf_counter(), time.process_time()
    if list(whole.verify()):
        raise AssertionError("what was just recorded does not hold")
    return entries, time.perf_counter() - before, time.process_time() - own


@contextmanager
def database(postgresql: bool, keep: str | None) -> Iterator[str]:
    """A database, set up; how it is named."""
    if postgresql:
        from tests.history.postgresql import cluster

        with cluster() as server:
            where = server.url(server.create())
            history.setup(where)
            history.migrate()
            yield where
            history.close()
        return
    with tempfile.TemporaryDirectory() as folder:
        where = keep or str(Path(folder) / "khien.sqlite3")
        history.setup(where)
        history.migrate()
        yield where
        history.close()


def main() -> None:
    """Measure, and print tables in Markdown."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--assets", type=int, default=2000)
    parser.add_argument("--weeks", type=int, default=260)
    parser.add_argument("--share", type=float, default=0.03, help="of the assets change from week to week")
    parser.add_argument("--times", type=int, default=40, help="how often each question is asked")
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--keep", help="an SQLite file, or a postgresql:// URL")
    asked = parser.parse_args()
    with database(asked.postgresql, asked.keep):
        from history.store import Recorder

        _print_recording(build(asked.assets, asked.weeks, asked.share))
        _print_sizes(asked.assets * asked.weeks)
        print("| question | p50 ms | p95 ms | p95 ms of processor |\n|---|---|---|---|")
        for name, question in questions(Recorder(), random.Random(SEED), asked.assets).items():
            clock, processor = timed(question, asked.times)
            late = int(asked.times * 0.95)
            print(f"| {name} | {clock[asked.times // 2]:.1f} | {clock[late]:.1f} | {processor[late]:.1f} |")
        entries, seconds, own = audit()
        print(f"\nverify: {entries} entries in {seconds:.1f} s ({own:.1f} of processor), {entries / own:.0f} a second")


def _print_recording(found: Figures) -> None:
    if not found.seconds:
        return
    print("| assets recorded a second | by the clock | of processor |\n|---|---|---|")
    for name, chosen in (("first run", slice(0, 1)), ("later runs, median", slice(1, None))):
        clock, processor = (sorted(each[chosen]) for each in (found.seconds, found.processor))
        if clock:
            middle = len(clock) // 2
            print(f"| {name} | {found.assets / clock[middle]:.0f} | {found.assets / processor[middle]:.0f} |")
    print()


def _print_sizes(asset_runs: int) -> None:
    found = sizes()
    print("| table | MB |\n|---|---|")
    for name, size in found.items():
        if size >= 100_000:
            print(f"| {name} | {size / 1e6:.1f} |")
    total = sum(found.values())
    print(f"| all | {total / 1e6:.1f} |\n\n{total / asset_runs:.0f} bytes an asset and run\n")


if __name__ == "__main__":
    main()
