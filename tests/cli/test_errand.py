"""A command that is run now and then: at once, then in its time, one process at a time, and never for ever."""

import sys
from pathlib import Path

import pytest

from scanner.cli import errand
from scanner.cli.errand import Errand

PROGRAM = """
import pathlib, sys, time
with open(sys.argv[1], "a") as file:
    print("x", file=file)
while pathlib.Path(sys.argv[1]).with_name("hold").exists():
    time.sleep(0.02)
"""
"""Adds a line to a file, and waits while there is a file `hold` beside it."""


class Clock:
    """Time that the test sets."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def started(tmp_path: Path) -> Path:
    path = tmp_path / "started"
    path.touch()
    return path


def runs(started: Path, clock: Clock) -> Errand:
    return Errand([sys.executable, "-c", PROGRAM, str(started)], 600.0, clock)


def lines(path: Path) -> int:
    return len(path.read_text().splitlines())


def test_it_is_due_at_once_and_then_in_its_time(started: Path) -> None:
    clock = Clock()
    one = runs(started, clock)
    for _ in range(3):
        one.tick()
        one.wait()
    assert lines(started) == 1
    clock.now += 600
    one.tick()
    one.wait()
    assert lines(started) == 2


def test_one_process_runs_at_a_time_and_is_ended_where_it_takes_too_long(started: Path) -> None:
    clock = Clock()
    one = runs(started, clock)
    started.with_name("hold").touch()
    one.tick()
    while not lines(started):
        pass
    clock.now += 600
    one.tick()
    assert lines(started) == 1
    clock.now += errand.PATIENCE
    one.tick()
    started.with_name("hold").unlink()
    one.tick()
    one.wait()
    assert lines(started) == 2


def test_what_still_runs_is_ended_with_the_daemon(started: Path) -> None:
    one = runs(started, Clock())
    started.with_name("hold").touch()
    one.tick()
    one.end()
    one.end()
    one.wait()
