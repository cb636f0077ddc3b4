"""What reports cost: many agencies by `khien report`, and a few by others' typesetters, all in one run.

    python -m benchmarks.reports [--agencies 10,30] [--assets 12] [--runs 2] [--jobs 1,2] [--alike 4] [--rounds 3]

`--full` is 50, 150 and 500 agencies. Each number has an estate and a history of its own, recorded before and not
counted. Measured are whole processes, from the start of the command to its end, with what they start: the peak is the
resident memory of all of them together, sampled 50 times a second, pages that two of them share counted twice.
`--alike 0` leaves the other typesetters out.
"""

import argparse
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import history
from benchmarks.printing import megabytes, seconds, table
from benchmarks.processes import CommandFailed, Cost, run
from benchmarks.reports import likeness
from benchmarks.reports.recorded import record
from reports.model import AgencyReport, Letter

FULL = (50, 150, 500)
BOUND_SECONDS = 3600.0
KHIEN = (sys.executable, "-m", "scanner.cli")


@dataclass(frozen=True, slots=True)
class Scale:
    """One run of `khien report`."""

    agencies: int
    jobs: int
    cost: Cost
    pages: int


def scale(config: Path, agencies: int, jobs: int, out: Path) -> Scale:
    """The PDF of every agency. Raises CommandFailed."""
    done = run(
        [*KHIEN, "report", f"--config={config}", "--format=pdf", f"--jobs={jobs}", f"--out={out}"], BOUND_SECONDS
    )
    files = sorted(out.glob("*.pdf"))
    if done.status or len(files) != agencies:
        raise CommandFailed(f"khien report ended with {done.status}: {done.error.decode(errors='replace')[-500:]}")
    return Scale(agencies, jobs, done.cost, likeness.pages(files))


def show(found: Sequence[Scale]) -> str:
    """The table."""
    headings = ("agencies", "jobs", "wall s", "CPU s", "s an agency", "pages", "pages/s", "peak MB")
    rows = [
        [
            str(each.agencies),
            str(each.jobs),
            seconds(each.cost.wall),
            seconds(each.cost.cpu),
            f"{each.cost.wall / each.agencies:.2f}",
            str(each.pages),
            f"{each.pages / each.cost.wall:.1f}",
            megabytes(each.cost.peak),
        ]
        for each in found
    ]
    return table(headings, rows)


def some_reports(database: Path, count: int) -> list[AgencyReport]:
    """The reports of the first agencies of a recorded estate."""
    history.setup(str(database))
    from history.store import Recorder
    from scanner.cli.memory import latest_run
    from scanner.cli.telling import AgencyReports

    recorder = Recorder()
    made = list(islice(AgencyReports(recorder, latest_run(recorder), (), Letter()), count))
    history.close()
    return made


def main() -> None:
    """Measure, and print."""
    asked = _options()
    print(f"{platform.processor() or platform.machine()}, {len(os.sched_getaffinity(0))} cores, Python", end=" ")
    print(f"{platform.python_version()}, load {os.getloadavg()[0]:.1f}\n", flush=True)
    found: list[Scale] = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for agencies in asked.agencies:
            own = folder / str(agencies)
            own.mkdir()
            config = record(own, agencies, asked.assets, asked.runs)
            for jobs in asked.jobs:
                found.append(scale(config, agencies, jobs, own / "out"))
                shutil.rmtree(own / "out")
                print(f"{agencies} agencies, {jobs} jobs: {found[-1].cost.wall:.1f} s", file=sys.stderr, flush=True)
        print(show(found), flush=True)
        if asked.alike:
            alike = folder / "alike"
            alike.mkdir()
            likeness.prepare(some_reports(folder / str(asked.agencies[0]) / "khien.sqlite3", asked.alike), alike)
            print(f"\n{likeness.show(likeness.measure(alike, asked.rounds))}")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--agencies", type=_numbers, default=(10, 30))
    parser.add_argument("--full", dest="agencies", action="store_const", const=FULL)
    parser.add_argument("--assets", type=int, default=12)
    parser.add_argument("--runs", type=int, default=2, help="runs in history, the one reported among them")
    parser.add_argument("--jobs", type=_numbers, default=(1, 2))
    parser.add_argument("--alike", type=int, default=4, help="reports that other typesetters set too")
    parser.add_argument("--rounds", type=int, default=3)
    return parser.parse_args()


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(each) for each in text.split(","))


if __name__ == "__main__":
    main()
