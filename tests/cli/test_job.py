"""What becomes of a run whose window or time ends, by the rule of its schedule."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest

from checks.model.operation import Operation, Reason, Step
from checks.model.task import Task
from history import operations
from history.store import Recorder
from scanner.cli.errors import Interrupted
from scanner.cli.job import Job
from scanner.schedule.model import Schedule
from tests.history.conftest import sqlite, sqlite_template  # noqa: F401  (a database, as the tests of history have it)
from tests.history.samples import START, open_run
from tests.scanner.schedule.making import schedule

pytestmark = pytest.mark.usefixtures("sqlite")


def job(recorder: Recorder, schedules: tuple[Schedule, ...]) -> Job:
    """A slot that is being worked on."""
    run = open_run(recorder)
    first = Step("slot", "dem", 0, "due", START, "x", START, task=Task())
    assert operations.add(first)
    assert operations.add(Step("slot", "dem", 1, "begun", START, "x", START, run=run))
    operation = operations.operation(first.subject)
    assert operation is not None
    workspace = SimpleNamespace(config=SimpleNamespace(schedules=schedules))
    return Job(operation, cast(Any, workspace), recorder)


def last(of: Job) -> Step:
    found = operations.operation(of.operation.first.subject)
    assert found is not None
    return found.last


@pytest.mark.parametrize("reason", ["window", "length"])
def test_a_run_that_is_to_stop_is_abandoned(reason: Reason) -> None:
    recorder, stop = Recorder(), schedule("day at 22:30", overrun="stop")
    work = job(recorder, (stop,))
    work._interrupted(work.operation.run, stop, Interrupted("vì", "why", reason))
    assert (last(work).step, last(work).reason) == ("stopped", reason)
    assert recorder.run(work.operation.run).state == "abandoned"


@pytest.mark.parametrize(("reason", "rests"), [("window", False), ("length", True), ("halted", False)])
def test_a_run_that_is_to_pause_stays_open(reason: Reason, rests: bool) -> None:
    recorder, pause = Recorder(), schedule("day at 22:30")
    work = job(recorder, (pause,))
    work._interrupted(work.operation.run, pause, Interrupted("vì", "why", reason))
    assert (last(work).step, last(work).reason, last(work).detail) == ("paused", reason, "why")
    assert (last(work).wait_seconds > 0) is rests
    assert last(work).wait_seconds <= timedelta(days=1).total_seconds()
    assert recorder.run(work.operation.run).state == "open"


def test_an_emergency_stop_gives_no_run_up() -> None:
    recorder, stop = Recorder(), schedule("day at 22:30", overrun="stop")
    work = job(recorder, (stop,))
    work._interrupted(work.operation.run, stop, Interrupted("vì", "why", "halted"))
    assert (last(work).step, recorder.run(work.operation.run).state) == ("paused", "open")


@pytest.mark.parametrize("state", ["finished", "abandoned"])
def test_a_run_that_ended_without_the_step_is_told_of(state: str) -> None:
    """The process was killed between the two."""
    recorder = Recorder()
    work = job(recorder, ())
    if state == "finished":
        recorder.finish(work.operation.run, (), START)
    else:
        recorder.abandon(work.operation.run, "by hand", START)
    work.work()
    assert last(work).step == {"finished": "finished", "abandoned": "stopped"}[state]
    assert isinstance(work.operation, Operation)
