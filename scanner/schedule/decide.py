"""What is to be done now: by the schedules, by what history knows of their slots, by the time. Pure: no clock.

A slot is *taken* when it is due, by a step that only one daemon can add; then its run begins as soon as it may. Of
slots that nobody took in time the last one stands for all. While a run of a schedule is not over, its further slots
are skipped: what they ask for is being done.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from checks.model.operation import Operation, Reason, Step, StepName
from scanner.schedule.model import Schedule, Slot
from scanner.schedule.slots import is_open, next_slot, slots

AUTHORISATION_SECONDS = 900
"""A run that an authorisation or its window keeps from going on is tried again after so long."""
LATE = timedelta(minutes=15)
"""A slot that is seen so much later was missed."""


@dataclass(frozen=True, slots=True)
class Known:
    """What history knows of a schedule."""

    since: datetime
    """Its slots count from here on."""
    latest: datetime | None
    """The latest slot, until now, of which anything is known."""
    taken: Operation | None
    """The slot that was taken last."""


def slot_step(schedule: Schedule, known: Known, now: datetime, by: str) -> Step | None:
    """The step to add for the slots that have become due; None where none has.

    Slots are told apart by their time alone: a clock that is put back meets slots of which something is known, and one
    that is put forward leaves slots out, which are missed ones.
    """
    begin = known.since if known.latest is None else max(known.since, known.latest)
    due = [each for each in slots(schedule, begin, now) if each.due <= now]
    if not due:
        return None
    *earlier, slot = due
    step, reason = _fate(schedule, known, slot, now)
    return Step(
        kind="slot",
        name=schedule.name,
        sequence=0,
        step=step,
        at=now,
        by=by,
        slot=slot.at,
        reason=reason,
        task=schedule.task,
        missed=len(earlier),
        missed_since=earlier[0].at if earlier else None,
    )


def _fate(schedule: Schedule, known: Known, slot: Slot, now: datetime) -> tuple[StepName, Reason]:
    if known.taken is not None and known.taken.open:
        return "skipped", "in_progress"
    if schedule.catch_up == "once":
        return "due", ""
    if not is_open(schedule, slot.due):
        return "skipped", "blackout"
    return ("skipped", "missed") if now - slot.due > LATE or not is_open(schedule, now) else ("due", "")


def given_up(taken: Operation, schedule: Schedule | None, now: datetime) -> Reason:
    """Why a slot that is still open is given up; empty: it is not."""
    if schedule is None:
        return "unscheduled"
    if is_open(schedule, now):
        return ""
    if taken.run:
        return "window" if schedule.overrun == "stop" else ""
    return "missed" if schedule.catch_up == "skip" else ""


def next_to_start(
    requests: Sequence[Operation], taken: Iterable[Operation], schedules: Mapping[str, Schedule], now: datetime
) -> Operation | None:
    """What a scan is to be started or gone on with for now: requests of people first, then the oldest slot."""
    waiting = [each for each in taken if each.first.name in schedules and is_open(schedules[each.first.name], now)]
    waiting.sort(key=lambda each: (each.first.slot or now, each.first.name))
    return next((each for each in (*requests, *waiting) if each.open and _rested(each.last, now)), None)


def _rested(last: Step, now: datetime) -> bool:
    """Whether it has waited long enough. A clock that was put back by more than the wait does not prolong it."""
    return abs(now - last.at) >= timedelta(seconds=last.wait_seconds)


def wait_of(schedule: Schedule | None, reason: Reason, now: datetime) -> int:
    """For how many seconds a paused run rests. One that has worked as long as it may goes on with the next slot; one
    whose window has ended needs no wait, since it is not begun outside of one."""
    if reason == "authorisation":
        return AUTHORISATION_SECONDS
    following = next_slot(schedule, now) if schedule is not None and reason == "length" else None
    return 0 if following is None else int((following.due - now).total_seconds())
