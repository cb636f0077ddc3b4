"""kill -9 of the daemon at random moments, alone or with the scan that it started: is anything lost, or done twice?

    python -m benchmarks.schedule_kill [--kills 50] [--seed 1]

On the demo estate: schedules whose slot is due at once, the real `khien schedule run`, the real scan. What the database
held at each kill must be there at the end; each slot has one run, and no target of a run was looked at twice.
"""

import argparse
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.daemon import KHIEN, PATIENCE, looks, query, rows, verified
from demo.estate import running_estate


@dataclass
class Outcome:
    """What was seen."""

    kills: int = 0
    with_scan: int = 0
    """Kills of which the scan was killed too."""
    rows: int = 0
    """Rows of evidence and steps that the database held at the kills, at the last of them."""
    lost: set[str] = field(default_factory=set)
    slots: int = 0
    runs: int = 0
    twice: list[str] = field(default_factory=list)
    """Slots with another number of runs than one, targets with two looks in a run."""
    unfinished: list[str] = field(default_factory=list)
    verified: bool = False


def prepare(config: Path, slots: int, agency: str) -> None:
    """Schedules of one agency, each of which has missed a slot."""
    missed = datetime.now(UTC) - timedelta(minutes=2)
    entries = "".join(
        f"  - {{name: lich-{number}, what: {{agencies: [{agency}]}}, every: hour at :{missed:%M}}}\n"
        for number in range(slots)
    )
    with config.open("a", encoding="utf-8") as file:
        file.write(f"schedules:\n{entries}")
    known = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
import history
from checks.model.operation import Step
from scanner.cli.config import read_config
config = read_config(Path(sys.argv[1]))
history.setup(config.database)
history.migrate()
from history import operations
at = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=30)
for each in config.schedules:
    assert operations.add(Step("schedule", each.name, 0, "known", at, "before", detail=each.written))
"""
    subprocess.run([sys.executable, "-P", "-c", known, str(config)], check=True, timeout=PATIENCE)


def run(config: Path, kills: int, chance: random.Random, longest: float = 8.0) -> Outcome:
    """Start the daemon and kill it, so many times; then let it do what is left."""
    outcome, database = Outcome(), config.parent / "khien.sqlite3"
    held: set[str] = set()
    for _ in range(kills):
        with subprocess.Popen(
            [*KHIEN, "schedule", "run", "--config", str(config)], stderr=subprocess.DEVNULL
        ) as daemon:
            time.sleep(chance.uniform(0.5, longest))
            children = _children(daemon.pid)
            held |= rows(database)
            daemon.send_signal(signal.SIGKILL)
        outcome.kills += 1
        if chance.random() < 0.5:
            outcome.with_scan += bool(children)
            for child in children:
                with suppress(ProcessLookupError):
                    os.kill(child, signal.SIGKILL)
    until = time.monotonic() + PATIENCE
    over = False
    while not over and time.monotonic() < until:  # at least once: on a slow machine no daemon may have come so far
        subprocess.run([*KHIEN, "schedule", "run", "--once", "--config", str(config)], timeout=PATIENCE, check=False)
        over = not _open(database)
    outcome.rows = len(held)
    outcome.lost = held - rows(database)
    outcome.verified = verified(config)
    _count(outcome, database)
    return outcome


def _children(parent: int) -> list[int]:
    """The processes that a process started."""
    found = Path(f"/proc/{parent}/task/{parent}/children")
    return [int(each) for each in found.read_text().split()] if found.exists() else []


def _open(database: Path) -> list[str]:
    last = "select subject, step, max(sequence) from history_operationstep where kind = 'slot' group by subject"
    return [subject for subject, step, _ in query(database, last) if step not in ("finished", "skipped")]


def _count(outcome: Outcome, database: Path) -> None:
    begun = [row[0] for row in query(database, "select subject from history_operationstep where step = 'begun'")]
    subjects = [
        row[0] for row in query(database, "select distinct subject from history_operationstep where kind='slot'")
    ]
    outcome.slots = len(subjects)
    outcome.runs = len(query(database, "select id from history_run"))
    outcome.twice = [each for each in subjects if begun.count(each) != 1]
    counted = Counter(each.rpartition(" ")[0] for each in looks(database))
    outcome.twice += [each for each, number in counted.items() if number > 1]
    outcome.unfinished = _open(database)


def main(arguments: Sequence[str]) -> int:
    """Run and print; 1 where something was lost or done twice."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--kills", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name, running_estate(Path(name)):
        config = Path(name) / "khien.yaml"
        prepare(config, max(2, chosen.kills // 5), "so-mau-hai")
        found = run(config, chosen.kills, random.Random(chosen.seed))
    print(
        "| kills | of them with the scan | slots | runs | rows held at the kills | lost | done twice | not finished |"
    )
    print("|---:|---:|---:|---:|---:|---:|---:|---:|")
    figures = [found.kills, found.with_scan, found.slots, found.runs, found.rows]
    figures += [len(found.lost), len(found.twice), len(found.unfinished)]
    print(f"| {' | '.join(map(str, figures))} |")
    print("history verify:", "intact" if found.verified else "NOT INTACT")
    return 1 if found.lost or found.twice or found.unfinished or not found.verified else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
