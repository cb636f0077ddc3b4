"""Runs that are under way, as the console shows them to those who see the whole estate; and how the security team ends
them. An agency is told of a run once it is judged.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from checks.model.canonical import STRICT
from checks.model.operation import Operation, Reason, Step
from checks.model.text import Text
from history import cancels, lock, operations, stop
from history.access import Door
from history.errors import BadAct, Holder, NotSeen
from history.facts import RunRow
from history.progress import Progress, progress
from history.store import Recorder

MOST = 20
"""Of so many open runs it is told how far they have come."""
Activity = Literal[
    "looking",
    "judging",  # everything is looked at
    "ending",  # it is cancelled, or the emergency stop stands, and its process has not ended yet
    "paused",  # the daemon goes on with it
    "left",  # nobody works on it, and nobody goes on with it of themselves
]


@dataclass(frozen=True, slots=True)
class Flight:
    """One run that is open."""

    __pydantic_config__ = STRICT

    run: RunRow
    activity: Activity
    reason: Reason
    """Of one that is paused, or that ends: why."""
    wanted_by: str
    """The schedule or the request that it is for; empty: a command."""
    progress: Progress
    since: datetime | None
    """When the process began that works on it; None: none does."""
    cancelled: Step | None
    """Who cancelled it, when and why."""


class Flights:
    """As far as one viewer may see and act. Raises NotSeen for who sees one agency, and for who only looks; Damaged."""

    def __init__(self, door: Door) -> None:
        self._door = door

    def every(self, now: datetime) -> list[Flight]:
        """The runs that are open, newest first, MOST of them."""
        self._seeing()
        found, wanted, holder = Recorder().runs(MOST, "open"), operations.unfinished(), lock.holder("scan")
        return [_flight(run, wanted, holder, now) for run in found]

    def one(self, run_id: str, now: datetime) -> Flight:
        """One of them; NotSeen where it has ended."""
        self._seeing()
        run = self._door.run(run_id)
        if run.state != "open":
            raise NotSeen(run_id)
        return _flight(run, operations.unfinished(), lock.holder("scan"), now)

    def waiting(self) -> tuple[Operation, ...]:
        """Slots of schedules that are due and whose run has not begun."""
        self._seeing()
        return tuple(each for each in operations.unfinished() if each.first.kind == "slot" and not each.run)

    def cancelled(self, run_id: str) -> Step | None:
        """Who cancelled a run, when and why, whatever became of it; None where nobody did."""
        self._seeing()
        return cancels.cancelled(self._door.run(run_id).id)

    def cancel(self, run_id: str, reason: str, at: datetime) -> None:
        """Cancel a run: see `history.cancels`. Raises BadAct where it has ended or no reason is given, NotStored."""
        self._deciding()
        self._door.run(run_id)
        cancels.cancel(run_id, self._door.viewer.name, _said(reason), at)

    def stops(self) -> tuple[Step, ...]:
        """Every emergency stop and every release, in order; where the last one is "halted", no scan runs."""
        self._seeing()
        return stop.acts()

    def halt(self, reason: str, at: datetime) -> None:
        """Stop every scan on this database: see `history.stop`. Raises BadAct without a reason, NotStored."""
        self._deciding()
        stop.halt(self._door.viewer.name, _said(reason), at)

    def release(self, reason: str, at: datetime) -> None:
        """Let scans run again. Raises BadAct without a reason, NotStored."""
        self._deciding()
        stop.release(self._door.viewer.name, _said(reason), at)

    def _seeing(self) -> None:
        if not self._door.whole:
            raise NotSeen("runs")

    def _deciding(self) -> None:
        if self._door.viewer.role != "security":
            raise NotSeen(self._door.viewer.role)


def _said(reason: str) -> str:
    if not reason.strip():
        raise BadAct(Text("Không thực hiện được: cần nêu lý do.", "This cannot be done: a reason is needed."))
    return reason.strip()


def _flight(run: RunRow, wanted: tuple[Operation, ...], holder: Holder | None, now: datetime) -> Flight:
    since = holder.started if holder is not None and holder.run == run.id else None
    found = progress(run, since, now)
    operation = next((each for each in wanted if each.run == run.id), None)
    cancelled = cancels.cancelled(run.id)
    activity, reason = _activity(since is not None, found, operation, cancelled)
    name = "" if operation is None else operation.first.name
    return Flight(run, activity, reason, name, found, since, cancelled)


def _activity(
    working: bool, found: Progress, operation: Operation | None, cancelled: Step | None
) -> tuple[Activity, Reason]:
    if cancelled is not None:
        return "ending", "cancelled"
    if working and stop.standing() is not None:
        return "ending", "halted"
    if working:
        return ("judging" if found.total.complete and not found.planning else "looking"), ""
    if operation is None:
        return "left", ""
    # a step that says that it works, without a process: it was killed, and the daemon takes it up again
    return "paused", operation.last.reason if operation.last.step == "paused" else "interrupted"
