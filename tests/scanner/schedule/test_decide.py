"""What is done with slots: taken, skipped, caught up, given up; which of what is open comes next."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from checks.model.operation import Operation, Reason, Step, StepName
from scanner.schedule.decide import LATE, Known, given_up, next_to_start, slot_step, wait_of
from scanner.schedule.model import Schedule
from tests.scanner.schedule.making import schedule

NIGHT = schedule("day at 22:30", windows='["22:00-05:00"]')
SLOT = datetime(2026, 12, 1, 15, 30, tzinfo=UTC)
"""22:30 in Hanoi."""
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


def decided(
    now: datetime,
    of: Schedule = NIGHT,
    latest: datetime | None = SLOT - DAY,
    taken: Operation | None = None,
    **more: Any,
) -> Step | None:
    return slot_step(of, Known(more.get("since", SLOT - 30 * DAY), latest, taken), now, "may 1")


def operation(
    *steps: StepName, slot: datetime = SLOT, reason: Reason = "", wait: int = 0, name: str = "dem"
) -> Operation:
    return Operation(
        tuple(
            Step("slot", name, number, step, slot, "x", slot, reason, run="r" if number else "", wait_seconds=wait)
            for number, step in enumerate(steps)
        )
    )


def test_a_slot_is_taken_when_it_is_due_and_not_before() -> None:
    assert decided(SLOT - timedelta(seconds=1)) is None
    step = decided(SLOT)
    assert step is not None
    assert (step.subject, step.sequence, step.step) == ("slot:dem:2026-12-01T15:30Z", 0, "due")
    assert (step.missed, step.task) == (0, NIGHT.task)
    assert decided(SLOT, latest=SLOT) is None


def test_a_slot_with_jitter_waits_for_it() -> None:
    late = schedule("day at 22:30", windows='["22:00-05:00"]', jitter_minutes=60)
    (moment,) = [each for each in range(61) if decided(SLOT + each * MINUTE, late) is not None][:1]
    assert 0 < moment < 60


def test_of_those_that_were_missed_the_last_one_stands_for_all() -> None:
    step = decided(SLOT + 2 * DAY + 3 * MINUTE, latest=SLOT - DAY)
    assert step is not None
    assert (step.step, step.slot, step.missed, step.missed_since) == ("due", SLOT + 2 * DAY, 2, SLOT)


def test_nothing_from_before_the_schedule_was_known_is_caught_up() -> None:
    assert decided(SLOT + MINUTE, latest=None, since=SLOT + timedelta(seconds=1)) is None
    assert decided(SLOT + MINUTE, latest=None, since=SLOT - MINUTE) is not None


def test_a_missed_slot_is_skipped_where_the_rule_says_so() -> None:
    skip = schedule("day at 22:30", windows='["22:00-05:00"]', catch_up="skip")
    at = {late: decided(SLOT + late, skip) for late in (LATE, LATE + MINUTE, timedelta(hours=8))}
    assert [(step.step, step.reason) for step in at.values() if step is not None] == [
        ("due", ""),
        ("skipped", "missed"),
        ("skipped", "missed"),
    ]


@pytest.mark.parametrize(("catch_up", "told"), [("once", ("due", "")), ("skip", ("skipped", "blackout"))])
def test_a_slot_in_a_blackout_waits_or_is_skipped(catch_up: str, told: tuple[str, str]) -> None:
    tet = schedule("day at 22:30", catch_up=catch_up, blackouts="[{name: Tết, from: 2026-12-01}]")
    step = decided(SLOT + MINUTE, tet)
    assert step is not None
    assert (step.step, step.reason) == told
    waiting = operation("due")
    assert next_to_start([], [waiting], {"dem": tet}, SLOT + MINUTE) is None
    assert next_to_start([], [waiting], {"dem": tet}, SLOT + DAY) is waiting


def test_while_a_run_is_not_over_further_slots_are_skipped() -> None:
    for steps in (["due"], ["due", "begun"], ["due", "begun", "paused"]):
        step = decided(SLOT, taken=operation(*steps, slot=SLOT - DAY))  # type: ignore[arg-type]
        assert step is not None
        assert (step.step, step.reason) == ("skipped", "in_progress")
    over = decided(SLOT, taken=operation("due", "begun", "finished", slot=SLOT - DAY))
    assert over is not None
    assert over.step == "due"


def test_a_clock_that_is_put_back_meets_nothing_anew_and_one_put_forward_misses() -> None:
    """`latest` is the latest slot until now: what is known of later ones does not count."""
    assert decided(SLOT - 30 * MINUTE, latest=SLOT - DAY) is None
    assert decided(SLOT + MINUTE, latest=SLOT) is None
    forward = decided(SLOT + 400 * DAY, latest=SLOT)
    assert forward is not None
    assert forward.missed == 399
    again = decided(SLOT + DAY, latest=SLOT)
    assert again is not None
    assert (again.slot, again.missed) == (SLOT + DAY, 0)


def test_what_is_given_up() -> None:
    stop = schedule("day at 22:30", windows='["22:00-05:00"]', overrun="stop")
    skip = schedule("day at 22:30", windows='["22:00-05:00"]', catch_up="skip")
    noon = SLOT + timedelta(hours=14)
    begun, due = operation("due", "begun"), operation("due")
    assert given_up(begun, None, SLOT) == "unscheduled"
    assert given_up(begun, stop, SLOT) == given_up(begun, NIGHT, noon) == given_up(due, NIGHT, noon) == ""
    assert given_up(begun, stop, noon) == "window"
    assert given_up(due, stop, noon) == ""
    assert given_up(due, skip, noon) == "missed"
    assert given_up(begun, skip, noon) == ""


def test_requests_come_first_then_the_oldest_slot_that_may_work_now() -> None:
    asked = Operation((Step("request", "r-1", 0, "asked", SLOT, "ai"),))
    older, newer = operation("due", "begun", "paused", slot=SLOT - DAY), operation("due", name="khac")
    schedules = {"dem": NIGHT, "khac": schedule("hour", name="khac")}
    noon = SLOT + timedelta(hours=14)
    assert next_to_start([asked], [newer, older], schedules, SLOT) is asked
    assert next_to_start([], [newer, older], schedules, SLOT) is older
    assert next_to_start([], [newer, older], schedules, noon) is newer
    assert next_to_start([], [older], schedules, noon) is None
    assert next_to_start([], [operation("due", "begun", "finished")], schedules, SLOT) is None


def test_a_paused_run_rests_and_a_clock_put_back_does_not_prolong_it() -> None:
    resting = operation("due", "begun", "paused", wait=900)
    schedules = {"dem": NIGHT}
    assert next_to_start([], [resting], schedules, SLOT + 14 * MINUTE) is None
    assert next_to_start([], [resting], schedules, SLOT + 15 * MINUTE) is resting
    assert next_to_start([], [resting], schedules, SLOT - 16 * MINUTE) is resting


def test_a_run_that_worked_as_long_as_it_may_goes_on_with_the_next_slot() -> None:
    assert wait_of(NIGHT, "length", SLOT + timedelta(hours=2)) == 22 * 3600
    assert wait_of(NIGHT, "window", SLOT) == wait_of(NIGHT, "interrupted", SLOT) == 0
    assert wait_of(None, "authorisation", SLOT) > 0
