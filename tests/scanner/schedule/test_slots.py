"""Slots and the hours of work: in every time zone, over changes of the clock, windows and blackouts."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.schedule.model import Schedule
from scanner.schedule.slots import coming_slots, is_open, next_opening, next_slot, open_spells, slots
from tests.scanner.schedule.making import schedule

WEEK = timedelta(days=7)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def local(found: Schedule, begin: str, days: int) -> list[str]:
    """The slots of some days in the schedule's own time."""
    begin_at = datetime.fromisoformat(begin).replace(tzinfo=found.zone)
    return [
        f"{each.at.astimezone(found.zone):%m-%d %H:%M}" for each in slots(found, begin_at, begin_at + timedelta(days))
    ]


def test_what_the_words_mean() -> None:
    assert local(schedule("day at 22:30"), "2026-11-30", 2) == ["11-30 22:30", "12-01 22:30"]
    assert local(schedule("monday,thursday at 06:00"), "2026-11-30", 7) == ["11-30 06:00", "12-03 06:00"]
    assert local(schedule("month on 15,1 at 00:05"), "2026-11-30", 31) == ["12-01 00:05", "12-15 00:05"]
    assert local(schedule("month on 31 at 01:00"), "2027-01-01", 90) == ["01-31 01:00", "02-28 01:00", "03-31 01:00"]
    assert local(schedule("month on 30,31 at 01:00"), "2027-02-01", 28) == ["02-28 01:00"]
    assert local(schedule("hour at :20"), "2026-11-30", 1)[:2] == ["11-30 00:20", "11-30 01:20"]
    assert len(local(schedule("hour"), "2026-11-30", 1)) == 24


def test_slots_are_in_utc_and_a_slot_belongs_to_one_stretch_only() -> None:
    found = schedule("day at 22:30")
    at = utc("2026-11-30T15:30:00")  # Hanoi is seven hours ahead
    assert [each.at for each in slots(found, at - WEEK, at)][-1] == at
    assert next(slots(found, at, at + WEEK)).at == at + timedelta(days=1)
    assert next_slot(found, at) == next(slots(found, at, at + WEEK))


def test_a_time_that_does_not_exist_comes_later_and_one_that_comes_twice_comes_first() -> None:
    """Berlin: on 2027-03-28 there is no 02:30, on 2027-10-31 there are two."""
    found = schedule("day at 02:30", timezone="Europe/Berlin")
    spring = [each.at for each in slots(found, utc("2027-03-27T00:00:00"), utc("2027-03-30T00:00:00"))]
    assert spring == [utc("2027-03-27T01:30:00"), utc("2027-03-28T01:30:00"), utc("2027-03-29T00:30:00")]
    autumn = [each.at for each in slots(found, utc("2027-10-30T00:00:00"), utc("2027-11-02T00:00:00"))]
    assert autumn == [utc("2027-10-30T00:30:00"), utc("2027-10-31T00:30:00"), utc("2027-11-01T01:30:00")]


@pytest.mark.parametrize("zone", ["Asia/Ho_Chi_Minh", "Europe/Berlin", "America/St_Johns", "Asia/Kathmandu"])
def test_every_hour_that_passes_has_one_slot_whatever_the_clock_is_put_to(zone: str) -> None:
    found = schedule("hour at :10", timezone=zone)
    times = [each.at for each in slots(found, utc("2027-01-01T00:00:00"), utc("2028-01-01T00:00:00"))]
    assert len(times) == 365 * 24
    assert {second - first for first, second in pairwise(times)} == {timedelta(hours=1)}


@given(
    begin=st.timedeltas(timedelta(0), timedelta(days=730)).map(lambda late: utc("2026-01-01T00:00:00") + late),
    cuts=st.lists(st.integers(0, 60 * 24 * 40), max_size=5),
    every=st.sampled_from(["hour at :45", "day at 02:30", "saturday at 23:59", "month on 1,31 at 00:00"]),
    zone=st.sampled_from(["Asia/Ho_Chi_Minh", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe"]),
)
def test_however_time_is_cut_into_stretches_each_slot_comes_once(
    begin: datetime, cuts: list[int], every: str, zone: str
) -> None:
    """So that a daemon may look at any time it likes."""
    found = schedule(every, timezone=zone, jitter_minutes=30, windows='["00:00-06:00", "saturday 22:00-02:00"]')
    end = begin + timedelta(days=40)
    at = [begin, *sorted(begin + timedelta(minutes=each) for each in cuts), end]
    pieces = [each for start, stop in pairwise(at) for each in slots(found, start, stop)]
    assert pieces == list(slots(found, begin, end))
    assert [each.at for each in pieces] == sorted({each.at for each in pieces})


# Windows and blackouts


def test_what_lies_outside_the_windows_is_no_slot() -> None:
    found = schedule("hour", windows='["22:00-02:00"]')
    assert local(found, "2026-11-30", 1) == ["11-30 01:00", "11-30 22:00", "11-30 23:00", "12-01 00:00"]
    weekend = schedule("hour", windows='["saturday 23:00-01:00"]')
    assert local(weekend, "2026-11-30", 7) == ["12-05 23:00", "12-06 00:00"]


def test_a_window_past_midnight_belongs_to_the_day_on_which_it_starts() -> None:
    found = schedule("saturday at 22:30", windows='["saturday 22:00-05:00"]')
    zone = ZoneInfo("Asia/Ho_Chi_Minh")
    assert is_open(found, datetime(2026, 12, 6, 4, 59, tzinfo=zone))
    assert not is_open(found, datetime(2026, 12, 6, 5, 0, tzinfo=zone))
    assert not is_open(found, datetime(2026, 12, 5, 4, 0, tzinfo=zone))
    assert is_open(found, datetime(2026, 12, 5, 22, 0, tzinfo=zone))


def test_a_window_of_the_same_start_and_end_is_the_whole_day() -> None:
    found = schedule("sunday at 12:00", windows='["saturday,sunday 00:00-00:00"]')
    (spell,) = open_spells(found, utc("2026-12-04T00:00:00"), utc("2026-12-08T00:00:00"))
    assert spell.end - spell.start == timedelta(days=2)


def test_the_night_in_which_the_clock_is_put_back_has_an_hour_more() -> None:
    found = schedule("day at 00:30", windows='["00:00-06:00"]', timezone="Europe/Berlin")
    spells = open_spells(found, utc("2027-10-30T12:00:00"), utc("2027-11-01T12:00:00"))
    assert [(each.end - each.start).total_seconds() / 3600 for each in spells] == [7, 6]


def test_blackouts_close_whole_days_of_the_schedules_calendar() -> None:
    tet = "[{name: Tết, from: 2027-02-04, until: 2027-02-12}]"
    found = schedule("day at 22:30", windows='["22:00-05:00"]', blackouts=tet)
    zone = found.zone
    assert is_open(found, datetime(2027, 2, 3, 23, 59, tzinfo=zone))
    assert not is_open(found, datetime(2027, 2, 4, 0, 0, tzinfo=zone))
    assert not is_open(found, datetime(2027, 2, 12, 23, 0, tzinfo=zone))
    opens = next_opening(found, datetime(2027, 2, 8, tzinfo=zone))
    assert opens == datetime(2027, 2, 13, 0, 0, tzinfo=zone)  # the window of the 12th is still open then
    assert len(local(found, "2027-02-04", 9)) == 9  # they are slots all the same: what becomes of them is decided later


def test_without_windows_only_blackouts_close() -> None:
    found = schedule("day at 22:30", blackouts="[{name: Bầu cử, from: 2026-05-17}]")
    zone = found.zone
    inside, before = datetime(2026, 5, 17, 12, tzinfo=zone), datetime(2026, 5, 16, 12, tzinfo=zone)
    assert is_open(found, before)
    assert next_opening(found, before) == before
    assert not is_open(found, inside)
    assert next_opening(found, inside) == datetime(2026, 5, 18, tzinfo=zone)
    long = schedule("day at 22:30", blackouts="[{name: Sửa nhà, from: 2026-01-01, until: 2026-06-30}]")
    assert next_opening(long, inside) == datetime(2026, 7, 1, tzinfo=zone)


# Jitter


def test_jitter_is_the_same_after_a_restart_differs_from_slot_to_slot_and_stays_in_the_window() -> None:
    found = schedule("day at 04:50", windows='["22:00-05:00"]', jitter_minutes=120)
    begin = utc("2026-01-01T00:00:00")
    drawn = list(slots(found, begin, begin + timedelta(days=365)))
    assert drawn == list(
        slots(
            schedule("day at 04:50", windows='["22:00-05:00"]', jitter_minutes=120), begin, begin + timedelta(days=365)
        )
    )
    late = [each.due - each.at for each in drawn]
    assert min(late) >= timedelta(0)
    assert timedelta(minutes=8) < max(late) < timedelta(minutes=10)
    assert len(set(late)) > 150
    other = schedule("day at 04:50", windows='["22:00-05:00"]', jitter_minutes=120, name="khac")
    assert [each.due for each in slots(other, begin, begin + timedelta(days=9))] != [each.due for each in drawn[:9]]
    assert all(is_open(found, each.due) for each in drawn)


def test_a_slot_of_which_only_the_jitter_is_left_is_still_to_come() -> None:
    found = schedule("day at 22:30", jitter_minutes=60)
    begin = utc("2026-01-01T00:00:00")
    drawn = list(slots(found, begin, begin + timedelta(days=30)))
    late = next(each for each in drawn if each.due - each.at > timedelta(minutes=5))
    between = late.at + timedelta(minutes=1)
    assert next_slot(found, between) == late
    assert next(coming_slots(found, between, between + timedelta(days=2))) == late
    assert next_slot(found, late.due) == drawn[drawn.index(late) + 1]
