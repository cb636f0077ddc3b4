"""A schedule as the rest of the house knows it: settled values, no files."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from checks.model.task import Task
from scanner.schedule.every import Every

CatchUp = Literal["once", "skip"]
Overrun = Literal["pause", "stop"]


@dataclass(frozen=True, slots=True)
class Window:
    """Hours of the day in which a schedule's runs may work; past midnight they belong to the day on which they start.
    The same start and end: the whole day."""

    start: time
    end: time
    weekdays: tuple[int, ...]
    """Days on which it starts, as date.weekday() numbers them."""


@dataclass(frozen=True, slots=True)
class Blackout:
    """Days on which nothing is looked at by schedule, from midnight to midnight of the schedule's calendar."""

    name: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Schedule:
    """One entry of `schedules:`."""

    name: str
    task: Task
    every: Every
    zone: ZoneInfo
    windows: tuple[Window, ...] = ()
    """Empty: at any time."""
    blackouts: tuple[Blackout, ...] = ()
    jitter: timedelta = timedelta(0)
    """A slot is due up to so much later, by a share that its name and time settle."""
    at_most: timedelta | None = None
    """So long a run works at a time."""
    catch_up: CatchUp = "once"
    """What becomes of a slot that was missed."""
    overrun: Overrun = "pause"
    """What becomes of a run whose window or time ends."""
    written: str = ""
    """Canonical text of what its slots come from: where it is another, the schedule begins anew."""


@dataclass(frozen=True, slots=True)
class Slot:
    """One time at which a schedule is to start."""

    at: datetime
    """In UTC; with the schedule's name this is what the slot is known by."""
    due: datetime
    """With the jitter."""


@dataclass(frozen=True, slots=True)
class Spell:
    """A stretch of time in UTC: from the start on, before the end."""

    start: datetime
    end: datetime
