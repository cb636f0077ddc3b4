"""The figures and the drawing of a soak; the soak itself takes an hour."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

from benchmarks.processes import tree
from benchmarks.schedule_soak import FIGURES, WARM_RUNS, Row, held, panels, read, told, write
from benchmarks.soak_drawing import draw

FIRST = Row(1, 20, 3, 120_000, 9, 2, 250_000, 25, 6, 3, 500, 4000, 10)
ROWS = [replace(FIRST, run=number, at=20 * number, database_kib=500 + 7 * number) for number in range(1, 61)]


def test_what_grows_is_told_with_its_slope_and_what_does_not_without(tmp_path: Path) -> None:
    write(tmp_path / "soak.csv", ROWS)
    rows = read(tmp_path / "soak.csv")
    assert list(rows) == ROWS
    lines = [[cell.strip() for cell in line.split("|")] for line in told(rows).splitlines()[2:]]
    slopes = {line[1]: line[-2] for line in lines}
    assert len(slopes) == len(FIGURES)
    assert slopes.pop("database, KiB") == "+7.000"
    assert set(slopes.values()) == {"+0.000"}
    assert f"runs {WARM_RUNS + 1}-" in told(rows)


def test_the_drawing_has_every_panel(tmp_path: Path) -> None:
    draw(tmp_path / "soak.svg", panels(ROWS), "run")
    drawn = (tmp_path / "soak.svg").read_text(encoding="utf-8")
    for panel in panels(ROWS):
        assert panel.title in drawn
        assert all(line.name in drawn for line in panel.lines)


def test_what_a_process_and_its_child_hold_is_counted() -> None:
    alone = held({os.getpid()})
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as child:
        both = held(tree(os.getpid()))
        child.communicate(b"\n")
    assert alone.processes == 1 and both.processes >= 2
    assert both.kib > alone.kib > 0
    assert both.threads > alone.threads >= 1
    assert alone.descriptors >= 3
    assert held({child.pid}).kib == 0
