"""The daemon: at every tick it takes the slots that are due, and sees that one scan works on what is to be done.

The `schedule` library is the clock that ticks, and no more: slots are worked out from the schedules and kept in the
database. Nothing is remembered here that the next daemon would need. Scans run in processes of their own, so that the
memory of this one stays as it is. The world (database, processes, time, words) is given from outside.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from typing import Protocol

import schedule

from checks.model.operation import Operation, Reason, Step, StepName
from checks.model.text import Text
from scanner.schedule.decide import Known, given_up, next_to_start, slot_step
from scanner.schedule.model import Schedule

TICK_SECONDS = 5
CRASH_SECONDS = (60, 300, 900, 3600)
"""After a process ended by itself its run rests so long, each time longer; then it is given up."""
REST_SECONDS: Mapping[int, int] = {2: 300, 4: 30}
"""By exit status: what met bad input (2), or was refused since another scan runs (4), is tried again after so long."""


class Store(Protocol):
    """What the daemon needs of history."""

    def known(self, schedule: Schedule, now: datetime, by: str) -> Known:
        """What is known of a schedule, which is known from now on if it was not, or has other slots now."""
        ...

    def add(self, step: Step) -> bool:
        """Keep a step; False where its place is taken."""
        ...

    def operation(self, subject: str) -> Operation | None:
        """The steps of a slot or request."""
        ...

    def unscheduled(self, names: Sequence[str]) -> Sequence[Operation]:
        """Open slots of schedules that are not among these."""
        ...

    def requests(self) -> Sequence[Operation]:
        """Requests of which something is left to do, in the order in which they were asked for."""
        ...

    def abandon(self, run: str, reason: str) -> None:
        """End a run, if it is there and open."""
        ...

    def cancelled(self, run: str) -> bool:
        """Whether somebody has cancelled a run."""
        ...

    def halted(self) -> bool:
        """Whether an emergency stop stands."""
        ...

    def recover(self) -> None:
        """After an error: begin anew with fresh connections."""
        ...


class Work(Protocol):
    """The process that scans, or makes and sends reports; one at a time."""

    @property
    def subject(self) -> str:
        """What it works on; empty: nothing."""
        ...

    def start(self, subject: str) -> None:
        """Begin to work on something."""
        ...

    def ended(self) -> int | None:
        """The exit status, once, when it is over; None before, and where there is none."""
        ...


@dataclass
class Daemon:
    """Everything that is to be done, done in order; one of scans, and one of the reports that people ask for."""

    schedules: Sequence[Schedule]
    store: Store
    work: Work
    by: str
    now: Callable[[], datetime] = lambda: datetime.now(UTC).replace(microsecond=0)
    monotonic: Callable[[], float] = time.monotonic
    tell: Callable[[Text], None] = lambda text: None
    _rest: dict[str, float] = field(default_factory=dict)
    """Subject to the monotonic time before which it is not tried again."""
    _started: Step | None = None
    """The last step of what is worked on, as it was when its process was started."""

    def tick(self) -> bool:
        """Do what is to be done now; whether a scan runs, or was started. An error in one part is told and keeps no
        other from being done."""
        self._guarded("the scan", self._reap)
        found = [self._guarded(each.name, partial(self._slots, each)) for each in self.schedules]
        taken = [each for each in found if each is not None]
        self._guarded("schedules", self._unscheduled)
        self._guarded("requests", self._requests)
        self._guarded("the next scan", partial(self._start, taken))
        return bool(self.work.subject)

    def _guarded(self, what: str, part: Callable[[], Operation | None]) -> Operation | None:
        try:
            return part()
        except Exception as error:  # the loop goes on whatever happens; what happened is told
            told = f"{what}: {type(error).__name__}: {error}"
            self.tell(Text(f"lỗi, sẽ thử lại: {told}", f"failed, will be tried again: {told}"))
            self.store.recover()
            return None

    def _slots(self, each: Schedule) -> Operation | None:
        """Take what is due of a schedule; its open slot, if there is one that is to be worked on."""
        now = self.now()
        known = self.store.known(each, now, self.by)
        step, taken = slot_step(each, known, now, self.by), known.taken
        if step is not None and self.store.add(step):
            self._told(step)
            taken = self.store.operation(step.subject) if step.step == "due" else taken
        if taken is None or not taken.open or taken.first.subject == self.work.subject:
            return None
        reason = given_up(taken, each, now) or self._cancelled(taken)
        if reason:
            self._give_up(taken, reason, now)
        return None if reason else taken

    def _cancelled(self, taken: Operation) -> Reason:
        return "cancelled" if taken.run and self.store.cancelled(taken.run) else ""

    def _requests(self) -> None:
        """Give up requests whose run was cancelled while nobody worked on it."""
        for each in self.store.requests():
            waits = each.first.kind == "request" and each.first.subject != self.work.subject
            if waits and self._cancelled(each):
                self._give_up(each, "cancelled", self.now())

    def _unscheduled(self) -> None:
        now = self.now()
        for each in self.store.unscheduled([one.name for one in self.schedules]):
            if each.first.subject != self.work.subject:
                self._give_up(each, given_up(each, None, now), now)

    def _give_up(self, taken: Operation, reason: Reason, now: datetime) -> None:
        if taken.run:
            self.store.abandon(taken.run, reason)
        self._add(taken, "stopped" if taken.run else "skipped", reason, now)

    def _start(self, taken: Sequence[Operation]) -> None:
        if self.work.subject or self.store.halted():
            return
        now = self.monotonic()
        self._rest = {subject: until for subject, until in self._rest.items() if until > now}
        requests, slots = (
            [each for each in some if each.first.subject not in self._rest] for some in (self.store.requests(), taken)
        )
        found = next_to_start(requests, slots, {each.name: each for each in self.schedules}, self.now())
        if found is not None:
            self._started = found.last
            self.work.start(found.first.subject)

    def _reap(self) -> None:
        """What became of a process that is over. It has told so, unless it crashed or could not begin."""
        subject = self.work.subject
        status = self.work.ended()
        if status is None:
            return
        if status in REST_SECONDS:  # it has said why, and left everything as it was
            seconds = REST_SECONDS[status]
            self._rest[subject] = self.monotonic() + seconds
            self.tell(
                Text(
                    f"{subject}: mã kết thúc {status}; thử lại sau {seconds} giây",
                    f"{subject}: exit status {status}; tried again in {seconds} seconds",
                )
            )
            return
        found = self.store.operation(subject)
        if found is None:
            return
        wordless = status != 0 and found.open and found.last == self._started
        if wordless or found.last.step in ("begun", "resumed"):
            self._rest[subject] = self.monotonic() + CRASH_SECONDS[0]
            self._crashed(found, status)
        else:
            self._told(found.last)

    def _crashed(self, found: Operation, status: int) -> None:
        again = found.crashes < len(CRASH_SECONDS)
        wait = CRASH_SECONDS[found.crashes] if again else 0
        self._add(found, "paused" if again else "failed", "crashed", self.now(), f"status {status}", wait)

    def _add(
        self, found: Operation, step: StepName, reason: Reason, now: datetime, detail: str = "", wait_seconds: int = 0
    ) -> None:
        added = Step(
            kind=found.first.kind,
            name=found.first.name,
            sequence=found.last.sequence + 1,
            step=step,
            at=now,
            by=self.by,
            slot=found.first.slot,
            reason=reason,
            detail=detail,
            wait_seconds=wait_seconds,
        )
        if self.store.add(added):
            self._told(added)

    def _told(self, step: Step) -> None:
        why = f" ({step.reason})" if step.reason else ""
        vi = f"; {step.missed} lượt trước đó đã lỡ" if step.missed else ""
        en = f"; {step.missed} earlier slots were missed" if step.missed else ""
        self.tell(Text(f"{step.subject}: {step.step}{why}{vi}", f"{step.subject}: {step.step}{why}{en}"))


def run(tick: Callable[[], object], over: Callable[[float], bool]) -> None:
    """Tick every TICK_SECONDS until `over`, which waits for so many seconds, says that it is."""
    clock = schedule.Scheduler()
    clock.every(TICK_SECONDS).seconds.do(tick)
    clock.run_all()
    while not over(min(max(clock.idle_seconds or 0.0, 0.0), TICK_SECONDS)):
        if (clock.idle_seconds or 0.0) > TICK_SECONDS:  # the clock was put back, and the library would wait for it
            clock.run_all()
        clock.run_pending()
