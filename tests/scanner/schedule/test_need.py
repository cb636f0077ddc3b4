"""When an asset needs to be looked at again, and how far."""

from datetime import UTC, datetime, timedelta

import pytest

from checks.model.policy import Severity
from checks.model.standing import Standing
from scanner.schedule.need import again_due, needed, whole_due

NOW = datetime(2026, 11, 30, 15, 30, tzinfo=UTC)
DAY = timedelta(days=1)
WEEK = timedelta(days=7)


def standing(worst: Severity | None = None, *, at: datetime = NOW, whole: datetime = NOW, silent: int = 0) -> Standing:
    return Standing(at, worst, silent, (), whole, "r")


@pytest.mark.parametrize(
    ("worst", "hours"), [("critical", 12), ("high", 24), ("medium", 96), ("low", None), ("info", None), (None, None)]
)
def test_the_worst_open_finding_settles_when_it_is_looked_at_again(worst: Severity | None, hours: int | None) -> None:
    looked = standing(worst, at=NOW + DAY)
    assert again_due(looked) == (None if hours is None else NOW + DAY + timedelta(hours=hours))
    assert whole_due(looked, NOW + DAY, WEEK) == NOW + WEEK  # whatever a recheck saw since


def test_what_is_silent_is_asked_less_and_less_often_as_a_whole() -> None:
    waits = [(whole_due(standing("high", silent=silent), NOW, WEEK) - NOW).days for silent in range(1, 10)]
    assert waits == [1, 2, 4, 8, 16, 32, 64, 90, 90]
    assert again_due(standing("high", silent=1)) is None


def test_what_was_never_looked_at_is_due_at_once() -> None:
    assert whole_due(None, NOW, WEEK) == NOW
    assert needed(["a"], {}, NOW, None, WEEK).whole == {"a"}
    assert needed(["a"], {"a": Standing(NOW, "high", 0, ("X",))}, NOW, None, WEEK).whole == {"a"}  # rechecked alone


def test_within_its_freshness_an_asset_is_looked_at_only_for_what_was_not_in_order() -> None:
    """By a nightly schedule: a high finding every night, a medium one every fourth, everything every seventh."""
    whole = {"high": NOW, "medium": NOW, "clean": NOW}
    at = dict(whole)
    severities: dict[str, Severity | None] = {"high": "high", "medium": "medium", "clean": None}
    nights = []
    for night in range(1, 9):
        now = NOW + night * DAY
        looked = {name: standing(severities[name], at=at[name], whole=whole[name]) for name in at}
        due = needed(at, looked, now, now + DAY, WEEK)
        nights.append((sorted(due.again), sorted(due.whole)))
        at |= dict.fromkeys(due.again | due.whole, now)
        whole |= dict.fromkeys(due.whole, now)
    assert nights == [
        (["high"], []),
        (["high"], []),
        (["high"], []),
        (["high", "medium"], []),
        (["high"], []),
        (["high"], []),
        ([], ["clean", "high", "medium"]),
        (["high"], []),
    ]


def test_what_would_be_due_before_the_next_slot_is_looked_at_now() -> None:
    looked = {"a": standing("high")}
    assert needed(looked, looked, NOW + timedelta(hours=23), None, WEEK).again == frozenset()
    assert needed(looked, looked, NOW + timedelta(hours=23), NOW + 2 * DAY, WEEK).again == {"a"}
    assert needed(looked, looked, NOW + timedelta(hours=23), NOW + 2 * DAY, DAY).whole == {"a"}
