"""When an asset needs to be looked at again."""

from datetime import UTC, datetime, timedelta

import pytest

from checks.model.policy import Severity
from checks.model.standing import Standing
from scanner.schedule.need import due, needed

NOW = datetime(2026, 11, 30, 15, 30, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("worst", "hours"), [("critical", 12), ("high", 24), ("medium", 96), ("low", 168), ("info", 168), (None, 168)]
)
def test_the_worst_open_finding_settles_it(worst: Severity | None, hours: int) -> None:
    assert due(Standing(NOW, worst, 0, ()), NOW + DAY) == NOW + timedelta(hours=hours)


def test_what_is_silent_is_asked_less_and_less_often() -> None:
    waits = [(due(Standing(NOW, None, silent, ()), NOW) - NOW).days for silent in range(1, 10)]
    assert waits == [1, 2, 4, 8, 16, 32, 64, 90, 90]


def test_what_was_never_looked_at_is_due_at_once() -> None:
    assert due(None, NOW) == NOW
    assert needed(["a"], {}, NOW, None) == {"a"}


def test_what_would_be_due_before_the_next_slot_is_looked_at_now() -> None:
    """A nightly schedule looks at a high finding every night, and at a medium one every fourth."""
    looked = {"high": Standing(NOW + timedelta(minutes=17), "high", 0, ()), "medium": Standing(NOW, "medium", 0, ())}
    nights = [needed(looked, looked, NOW + night * DAY, NOW + (night + 1) * DAY) for night in range(1, 5)]
    assert nights == [{"high"}, {"high"}, {"high"}, {"high", "medium"}]
    assert needed(looked, looked, NOW + timedelta(hours=23), None) == frozenset()
