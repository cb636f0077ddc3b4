"""The daemon's loop: whatever fails, the rest is done, and the clock that ticks goes on ticking."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest

from checks.model.operation import Operation, Step
from checks.model.text import Text
from scanner.schedule.daemon import CRASH_SECONDS, TICK_SECONDS, Daemon, run
from scanner.schedule.decide import Known
from scanner.schedule.model import Schedule
from tests.scanner.schedule.making import schedule

NOW = datetime(2026, 12, 1, 15, 30, tzinfo=UTC)


@dataclass
class Memory:
    """A store without a database."""

    steps: list[Step] = field(default_factory=list)
    broken: str = ""
    """The name of a schedule of which the database does not tell."""
    stopped: bool = False
    abandoned: list[str] = field(default_factory=list)
    cancels: set[str] = field(default_factory=set)
    recovered: int = 0

    def known(self, schedule: Schedule, now: datetime, by: str) -> Known:
        if schedule.name == self.broken:
            raise OSError("disk")
        own = [each for each in self.steps if each.name == schedule.name]
        latest = max((each.slot for each in own if each.slot is not None and each.slot <= now), default=None)
        taken = next((each.subject for each in reversed(own) if each.step == "due"), "")
        return Known(NOW - timedelta(days=1), latest, self.operation(taken))

    def add(self, step: Step) -> bool:
        if any((each.subject, each.sequence) == (step.subject, step.sequence) for each in self.steps):
            return False
        self.steps.append(step)
        return True

    def operation(self, subject: str) -> Operation | None:
        found = tuple(each for each in self.steps if each.subject == subject)
        return Operation(found) if found else None

    def unscheduled(self, names: Sequence[str]) -> Sequence[Operation]:
        gone = {each.subject for each in self.steps if each.name not in names and each.kind == "slot"}
        found = [self.operation(each) for each in gone]
        return [each for each in found if each is not None and each.open]

    def requests(self) -> Sequence[Operation]:
        found = [self.operation(each.subject) for each in self.steps if each.step == "asked"]
        return [each for each in found if each is not None]

    def abandon(self, run: str, reason: str) -> None:
        self.abandoned.append(run)

    def cancelled(self, run: str) -> bool:
        return run in self.cancels

    def halted(self) -> bool:
        return self.stopped

    def recover(self) -> None:
        self.recovered += 1


@dataclass
class Working:
    """A scan that ends when the test says so."""

    subject: str = ""
    status: int | None = None
    started: list[str] = field(default_factory=list)

    def start(self, subject: str) -> None:
        self.subject = subject
        self.started.append(subject)

    def ended(self) -> int | None:
        status, self.status = self.status, None
        if status is not None:
            self.subject = ""
        return status


@dataclass
class World:
    """A daemon and everything around it."""

    schedules: list[Schedule]
    store: Memory = field(default_factory=Memory)
    work: Working = field(default_factory=Working)
    now: datetime = NOW
    seconds: float = 0.0
    told: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.daemon = Daemon(
            self.schedules,
            self.store,
            self.work,
            "may 1",
            now=lambda: self.now,
            monotonic=lambda: self.seconds,
            tell=self.tell,
        )

    def tell(self, text: Text) -> None:
        self.told.append(text.en)

    def after(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.seconds += seconds
        self.daemon.tick()

    def ends(self, status: int, *steps: Step) -> None:
        for each in steps:
            assert self.store.add(each)
        self.work.status = status
        self.after(1)


def step_of(first: Step, sequence: int, name: str, run: str = "r-1") -> Step:
    return Step("slot", first.name, sequence, name, NOW, "x", first.slot, run=run)  # type: ignore[arg-type]


def test_one_slot_after_the_other_is_worked_on_and_none_twice() -> None:
    world = World([schedule("day at 22:30", name="a"), schedule("day at 22:30", name="b")])
    world.after(0)
    world.after(5)
    assert world.work.started == ["slot:a:2026-12-01T15:30Z"]
    first = world.store.steps[0]
    world.ends(0, step_of(first, 1, "begun"), step_of(first, 2, "finished"))
    assert world.work.started == ["slot:a:2026-12-01T15:30Z", "slot:b:2026-12-01T15:30Z"]
    assert [each.step for each in world.store.steps if each.name == "b"] == ["due"]


def test_an_error_in_one_schedule_is_told_and_keeps_no_other_from_running() -> None:
    world = World([schedule("day at 22:30", name=name) for name in ("a", "b", "c")], store=Memory(broken="b"))
    world.after(0)
    assert {each.name for each in world.store.steps} == {"a", "c"}
    assert any("b: OSError: disk" in each for each in world.told)
    assert world.store.recovered == 1
    world.store.broken = ""
    world.after(5)
    assert {each.name for each in world.store.steps} == {"a", "b", "c"}


def test_a_process_that_crashes_is_tried_again_later_and_later_and_then_given_up() -> None:
    world = World([schedule("day at 22:30", name="a")])
    world.after(0)
    first = world.store.steps[0]
    for number, wait in enumerate((*CRASH_SECONDS, None)):
        world.ends(-9, step_of(first, 1 + 2 * number, "resumed" if number else "begun"))
        last = world.store.steps[-1]
        assert (last.step, last.reason) == ("failed" if wait is None else "paused", "crashed")
        tried = len(world.work.started)
        if wait is not None:
            world.after(wait - 5)
            assert len(world.work.started) == tried
            world.after(10)
        assert len(world.work.started) == tried + (wait is not None)
    world.after(80000)
    assert len(world.work.started) == len(CRASH_SECONDS) + 1


@pytest.mark.parametrize("status", [1, -9, 130])
def test_a_process_that_ends_before_it_could_begin_is_not_tried_again_at_every_tick(status: int) -> None:
    world = World([schedule("day at 22:30", name="a")])
    world.after(0)
    for number, wait in enumerate(CRASH_SECONDS, 1):
        world.ends(status)
        last = world.store.steps[-1]
        assert (last.step, last.reason, last.sequence) == ("paused", "crashed", number)
        world.after(wait - 5)
        assert len(world.work.started) == number
        world.after(10)
        assert len(world.work.started) == number + 1
    world.ends(status)
    assert (world.store.steps[-1].step, world.store.steps[-1].reason) == ("failed", "crashed")


def test_a_process_that_found_nothing_to_do_yet_has_not_crashed() -> None:
    world = World([schedule("day at 22:30", name="a")])
    world.after(0)
    world.ends(0)
    assert [each.step for each in world.store.steps] == ["due"]


@pytest.mark.parametrize(("status", "rest"), [(2, 300), (4, 30)])
def test_what_is_refused_or_met_bad_input_is_tried_again_after_a_rest(status: int, rest: int) -> None:
    world = World([schedule("day at 22:30", name="a")])
    world.after(0)
    world.ends(status)
    assert [each.rpartition(": ")[2] for each in world.told] == [
        "due",
        f"exit status {status}; tried again in {rest} seconds",
    ]
    world.after(rest - 5)
    assert len(world.work.started) == 1
    world.after(10)
    assert len(world.work.started) == 2
    assert [each.step for each in world.store.steps] == ["due"]
    assert world.daemon._rest == {}  # what has rested is forgotten


def test_nothing_is_begun_while_the_emergency_stop_stands() -> None:
    world = World([schedule("day at 22:30", name="a")], store=Memory(stopped=True))
    world.after(0)
    assert world.work.started == []
    world.store.stopped = False
    world.after(3600)
    assert world.work.started == ["slot:a:2026-12-01T15:30Z"]


def test_requests_are_taken_up_before_slots() -> None:
    world = World([schedule("day at 22:30", name="a")])
    world.store.add(Step("request", "r-1", 0, "asked", NOW, "ai"))
    world.after(0)
    assert world.work.started == ["request:r-1"]


def test_a_slot_of_a_schedule_that_is_gone_is_given_up_with_its_run() -> None:
    world = World([])
    gone = Step("slot", "cu", 0, "due", NOW, "x", NOW)
    world.store.steps += [gone, step_of(gone, 1, "begun")]
    world.after(0)
    assert (world.store.steps[-1].step, world.store.steps[-1].reason) == ("stopped", "unscheduled")
    assert world.store.abandoned == ["r-1"]


def test_the_library_ticks_on_when_the_clock_is_put_back(monkeypatch: pytest.MonkeyPatch) -> None:
    """By itself `schedule` would wait for an hour."""
    at = [datetime(2026, 12, 1, 22, 30)]  # noqa: DTZ001  (the library's time is local and naive)

    class Clock(datetime):
        @classmethod
        def now(cls, tz: object = None) -> datetime:  # type: ignore[override]
            return at[0]

    monkeypatch.setattr("schedule.datetime.datetime", Clock)
    ticks: list[datetime] = []
    waits: list[float] = []

    def over(seconds: float) -> bool:
        waits.append(seconds)
        at[0] += timedelta(seconds=seconds)
        if len(waits) == 3:
            at[0] -= timedelta(hours=1)
        return len(waits) == 8

    run(lambda: ticks.append(at[0]), over)
    assert all(0 <= each <= TICK_SECONDS for each in waits)
    assert len(ticks) >= 7


def test_what_waits_and_whose_run_was_cancelled_is_given_up() -> None:
    world = World([schedule("day at 22:30", name="a")])
    world.after(0)
    first = world.store.steps[0]
    world.store.add(Step("request", "r", 0, "asked", NOW, "ai"))
    asked = Step("request", "r", 1, "begun", NOW, "x", run="r-2")
    paused = Step("request", "r", 2, "paused", NOW, "x", wait_seconds=900)
    world.store.cancels = {"r-1", "r-2"}
    world.ends(0, step_of(first, 1, "begun"), step_of(first, 2, "paused"), asked, paused)
    stopped = [each for each in world.store.steps if each.step == "stopped"]
    assert [(each.kind, each.reason) for each in stopped] == [("slot", "cancelled"), ("request", "cancelled")]
    assert sorted(world.store.abandoned) == ["r-1", "r-2"]
    assert len(world.work.started) == 1
