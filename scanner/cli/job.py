"""One slot or request, worked on by a process of its own: its scan, as far as it gets, and what became of it.

The steps are the truth. "begun" names the run before the run is opened, so that a process that is killed in between
leaves nothing that the next one does not find.
"""

import os
import socket
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from checks.model.act import Actor
from checks.model.operation import Operation, Reason, Step, StepName
from checks.model.text import Text
from history.errors import UnknownRun
from history.lock import scan_lock
from scanner.cli.actor import by_daemon
from scanner.cli.choosing import order_for
from scanner.cli.errors import Interrupted, NotNow, Refused, Usage
from scanner.cli.logs import set_up
from scanner.cli.looking import Order
from scanner.cli.memory import open_history
from scanner.cli.scan import afterwards, may_begin, open_run, reopen, run_to_end
from scanner.cli.watch import Ending, Question
from scanner.cli.workspace import Workspace, open_workspace, with_granted
from scanner.schedule.decide import wait_of
from scanner.schedule.model import Schedule
from scanner.schedule.slots import is_open, next_slot

if TYPE_CHECKING:
    from history.store import Recorder

DETAIL = 500
"""Characters of an error that a step keeps."""


def process() -> str:
    """Who a step is by: this machine and this process."""
    return f"{socket.gethostname()}:{os.getpid()}"


def perform(subject: str, config: Path) -> int:
    """Work on a slot or request; the exit status. Raises Refused where a stop stands, LockHeld where another scan
    runs, Interrupted where the work is to be gone on with."""
    if subject.startswith("report:"):
        from scanner.cli.reporting import carry_out

        return carry_out(subject, config)
    workspace = open_workspace(config)
    set_up(workspace.config.log)
    recorder = open_history(workspace.config)
    from history import operations

    with scan_lock():
        may_begin(workspace.config)
        found = operations.operation(subject)
        if found is None:
            raise Usage(f"không có {subject!r}", f"there is no {subject!r}")
        if found.open:
            job = Job(found, with_granted(workspace, recorder), recorder)
            job.work()
            found = job.operation
    if found.last.step == "finished":
        afterwards(workspace, recorder)
    return 0


@dataclass(slots=True)
class Job:
    """What is worked on. Whoever has it holds the right to scan."""

    operation: Operation
    workspace: Workspace
    recorder: "Recorder"

    @property
    def schedule(self) -> Schedule | None:
        """The schedule of a slot, as the configuration has it now."""
        if self.operation.first.kind != "slot":
            return None
        name = self.operation.first.name
        return next((each for each in self.workspace.config.schedules if each.name == name), None)

    def work(self) -> None:
        """Open the run or go on with it, and add the step that tells what came of it. Raises Interrupted."""
        schedule = self.schedule
        if schedule is not None and not is_open(schedule, datetime.now(UTC)):
            return  # it is begun when its window opens
        question = self._question(schedule)  # one for all its runs
        while (order := self._order()) is not None:
            run_id = self.operation.run
            try:
                run_to_end(run_id, order, self.workspace, self.recorder, (question,))
            except Interrupted as error:
                self._interrupted(run_id, schedule, error)
                raise
            except Refused as error:  # outside the window of an authorisation
                self._pause("authorisation", error.text.en)
                return

    def _order(self) -> Order | None:
        """What is to be looked at, with a run that is open and a step that says so; None where all is over or waits."""
        run_id = self.operation.run
        if not run_id:
            return self._begin("begun", None)
        try:
            row = self.recorder.run(run_id)
        except UnknownRun:  # killed between the step and the opening; a run before was its recheck
            rechecked = any(each.run not in ("", run_id) for each in self.operation.steps)
            return self._begin("resumed", run_id, rechecked)
        if row.state == "finished" and row.purpose == "recheck" and self.operation.task.need:
            return self._begin("begun", None, rechecked=True)
        if row.state != "open":
            self._add(*(("finished",) if row.state == "finished" else ("stopped", "abandoned")))
            return None
        try:
            order = reopen(self.recorder, self.workspace, run_id, None)
        except Usage as error:
            self._add("failed", "changed", error.text.en)
            return None
        self._add("resumed", run=run_id)
        return order

    def _begin(self, step: StepName, run_id: str | None, rechecked: bool = False) -> Order | None:
        from history.store import new_run_id

        now = datetime.now(UTC).replace(microsecond=0)
        following = next_slot(self.schedule, now) if self.schedule is not None else None
        due = None if following is None else following.due
        try:
            order = order_for(self.operation.task, self.workspace, self.recorder, now, due, rechecked)
        except NotNow as error:  # it is begun when the window of an authorisation opens
            self._pause("authorisation", error.text.en)
            return None
        except Refused as error:
            self._add("failed", "refused", error.text.en)
            return None
        if order is None:
            self._add(*(("finished",) if rechecked else ("skipped", "nothing_due")))
            return None
        chosen = run_id or new_run_id(now)
        self._add(step, run=chosen)
        open_run(self.recorder, self.workspace, order, now, self._for_whom(), chosen)
        return order

    def _for_whom(self) -> Actor:
        """The daemon's account; of a request in the name of who asked for it."""
        first = self.operation.first
        return by_daemon(first.by if first.kind == "request" else "")

    def _question(self, schedule: Schedule | None) -> Question:
        """Whether the schedule lets the run go on."""
        began = time.monotonic()

        def ended() -> Ending | None:
            if schedule is None:
                return None
            if not is_open(schedule, datetime.now(UTC)):
                return Ending("window", Text("khung giờ của lịch đã hết", "the schedule's window has ended"))
            if schedule.at_most is not None and time.monotonic() - began >= schedule.at_most.total_seconds():
                text = Text("đã hết thời lượng của lịch", "it has worked as long as the schedule allows")
                return Ending("length", text, at_once=False)
            return None

        return ended

    def _interrupted(self, run_id: str, schedule: Schedule | None, error: Interrupted) -> None:
        if error.reason == "cancelled":  # and has ended
            self._add("stopped", "cancelled")
        elif schedule is not None and schedule.overrun == "stop" and error.reason in ("window", "length"):
            self.recorder.abandon(run_id, error.reason)
            self._add("stopped", error.reason)
        else:
            self._pause(error.reason, error.text.en)

    def _pause(self, reason: Reason, detail: str) -> None:
        self._add("paused", reason, detail, wait_seconds=wait_of(self.schedule, reason, datetime.now(UTC)))

    def _add(self, step: StepName, reason: Reason = "", detail: str = "", run: str = "", wait_seconds: int = 0) -> None:
        """Add the next step. Raises Refused where somebody else was faster."""
        from history import operations

        first, last = self.operation.first, self.operation.last
        added = Step(
            kind=first.kind,
            name=first.name,
            sequence=last.sequence + 1,
            step=step,
            at=datetime.now(UTC).replace(microsecond=0),
            by=process(),
            slot=first.slot,
            reason=reason,
            detail=detail[:DETAIL],
            run=run,
            wait_seconds=wait_seconds,
        )
        if not operations.add(added):
            raise Refused(f"tiến trình khác đang làm {first.subject}", f"another process works on {first.subject}")
        self.operation = Operation((*self.operation.steps, added))
