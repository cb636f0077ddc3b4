"""From a schedule to its slots and to the hours in which its runs may work, all in UTC. Pure: no clock."""

import hashlib
from collections.abc import Iterator
from datetime import datetime, time, timedelta

from scanner.schedule.every import moment_of
from scanner.schedule.model import Blackout, Schedule, Slot, Spell, Window

_DAY = timedelta(days=1)
_FAR = timedelta(days=800)
"""So far ahead the next slot or opening is looked for: past any blackout, and two years of a window on one day."""
_STEP = timedelta(days=40)


def slots(schedule: Schedule, after: datetime, until: datetime) -> Iterator[Slot]:
    """The slots of which the time is later than one moment and not later than another, in order.

    What `every` names outside all windows is no slot; a slot on a blackout day is one, and waits or is skipped.
    """
    hours = window_spells(schedule, after, until)
    for moment in schedule.every.moments(schedule.zone, after, until):
        inside = next((each for each in hours if each.start <= moment < each.end), None)
        if inside is not None or not schedule.windows:
            yield Slot(moment, _due(schedule, moment, inside))


def coming_slots(schedule: Schedule, after: datetime, until: datetime) -> Iterator[Slot]:
    """The same, but those that are due later than the one moment: also one of which the time is over, and the jitter
    is not."""
    return (each for each in slots(schedule, after - schedule.jitter, until) if each.due > after)


def next_slot(schedule: Schedule, after: datetime) -> Slot | None:
    """The first slot that is due after a moment; None where there is none within two years."""
    begin = after
    while begin < after + _FAR:
        found = next(coming_slots(schedule, begin, begin + _STEP), None)
        if found is not None:
            return found
        begin += _STEP
    return None


def is_open(schedule: Schedule, at: datetime) -> bool:
    """Whether a run of the schedule may work at a moment."""
    return any(each.start <= at < each.end for each in open_spells(schedule, at, at + _DAY))


def next_opening(schedule: Schedule, at: datetime) -> datetime | None:
    """The first moment, not before another, at which a run may work; None where there is none within two years."""
    if is_open(schedule, at):
        return at
    begin = at
    while begin < at + _FAR:
        found = [each.start for each in open_spells(schedule, begin, begin + _STEP) if each.start > at]
        if found:
            return found[0]
        begin += _STEP
    return None


def open_spells(schedule: Schedule, begin: datetime, end: datetime) -> list[Spell]:
    """When runs may work, as far as it overlaps a stretch of time: windows without blackouts. Without windows, and
    without blackouts near, it is one spell that reaches beyond the stretch on both sides."""
    hours = window_spells(schedule, begin, end) if schedule.windows else [Spell(begin - _DAY, end + _DAY)]
    for each in schedule.blackouts:
        hours = [piece for spell in hours for piece in _without(spell, blackout_spell(schedule, each))]
    return [each for each in hours if each.end > begin and each.start < end]


def blackout_spell(schedule: Schedule, blackout: Blackout) -> Spell:
    """A blackout in UTC."""
    first, after = (moment_of(day, time(), schedule.zone) for day in (blackout.first, blackout.last + _DAY))
    return Spell(first, after)


def window_spells(schedule: Schedule, begin: datetime, end: datetime) -> list[Spell]:
    """The windows that overlap a stretch of time, joined where they touch, in order."""
    day, last = (moment.astimezone(schedule.zone).date() for moment in (begin - 2 * _DAY, end + _DAY))
    found: list[Spell] = []
    while day <= last:
        for window in schedule.windows:
            if day.weekday() in window.weekdays:
                found.append(_on(schedule, window, datetime.combine(day, time())))
        day += _DAY
    return [each for each in _joined(found) if each.end > begin and each.start <= end]


def _on(schedule: Schedule, window: Window, day: datetime) -> Spell:
    """A window that starts on a day."""
    ends = day + _DAY if window.end <= window.start else day
    return Spell(moment_of(day.date(), window.start, schedule.zone), moment_of(ends.date(), window.end, schedule.zone))


def _joined(spells: list[Spell]) -> list[Spell]:
    joined: list[Spell] = []
    for each in sorted(spells, key=lambda spell: spell.start):
        if joined and each.start <= joined[-1].end:
            joined[-1] = Spell(joined[-1].start, max(joined[-1].end, each.end))
        else:
            joined.append(each)
    return joined


def _without(spell: Spell, hole: Spell) -> list[Spell]:
    pieces = [Spell(spell.start, min(spell.end, hole.start)), Spell(max(spell.start, hole.end), spell.end)]
    return [each for each in pieces if each.start < each.end]


def _due(schedule: Schedule, at: datetime, window: Spell | None) -> datetime:
    """The slot's time and its jitter, which is the same after every restart and does not leave the window."""
    longest = schedule.jitter if window is None else min(schedule.jitter, window.end - at - timedelta(seconds=1))
    drawn = hashlib.sha256(f"{schedule.name}\n{at.isoformat()}".encode()).digest()
    share = int.from_bytes(drawn[:4]) / 2**32
    return at + timedelta(seconds=int(longest.total_seconds() * share))
