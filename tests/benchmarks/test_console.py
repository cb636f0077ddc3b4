"""The harness of the figures of the console: every page answers for whom it is measured, and what is shown is right."""

import subprocess
import sys

from benchmarks.console import HEAVIEST, OF_A_RUN, OTHERS, Taken, late, show
from tests.cli.command import surroundings
from tests.console.conftest import ROOT


def test_every_page_is_measured_for_who_may_see_it() -> None:
    program = [sys.executable, "-m", "benchmarks.console", "--assets", "30", "--weeks", "2", "--times", "1", "--all"]
    done = subprocess.run(
        program, cwd=ROOT, env=surroundings(), capture_output=True, text=True, check=True, timeout=240
    )
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in done.stdout.splitlines()[2:]]
    measured = {(row[0], row[1]) for row in rows}
    pages = {*OF_A_RUN, *OTHERS}
    assert measured >= {(page, "security") for page in pages}
    assert ("agency", "agency") in measured and ("overview", "agency") not in measured
    assert all(float(row[5]) > 0 for row in rows)


def test_the_heaviest_come_first_by_their_latest_answers() -> None:
    taken = [Taken("auditor", f"p{n}", (), (0.001 * n,) * 20, (0.001,) * 20, 1000) for n in range(1, 15)]
    slow_at_first = Taken("auditor", "first", (0.5, 8.0), (0.001,) * 20, (0.001,) * 20, 1000)
    shown = show([*taken, slow_at_first], HEAVIEST).splitlines()[2:]
    assert len(shown) == HEAVIEST
    assert [line.split("|")[1].strip() for line in shown[:3]] == ["first", "p14", "p13"]
    assert late([]) is None
    assert late([1.0] * 19 + [2.0]) == 2.0
