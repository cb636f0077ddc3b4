"""The breaker: which runs are held back, and that what is usual is not set by one bad run."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.breaker import EARLIER, Bounds, Hold, held
from checks.model.finding import Finding
from checks.score import score
from tests.factories import finding


@pytest.mark.parametrize(
    ("now", "before", "expected"),
    [
        (100, [], None),
        (50, [], None),
        (45, [], Hold("coverage_low", 4500, None)),
        (0, [], Hold("coverage_low", 0, None)),
        (80, [100], None),
        (75, [100], Hold("coverage_fell", 7500, 10000)),
        (0, [100], Hold("coverage_fell", 0, 10000)),
        (40, [40, 40], None),  # it is always so
        (45, [40], None),
        (45, [60], Hold("coverage_low", 4500, 6000)),  # not far below the last, and yet too little
        (0, [0, 100, 100], Hold("coverage_fell", 0, 10000)),  # the outage goes on
        (0, [0, 0, 0, 100, 100], None),  # by now it is usual
        (75, [100, 100, 100, 0, 0, 0, 0, 0, 0], Hold("coverage_fell", 7500, 10000)),  # only the latest count
    ],
)
def test_which_runs_are_held(now: int, before: list[int], expected: Hold | None) -> None:
    assert held(now * 100, [each * 100 for each in before]) == expected


def test_the_bounds_are_given() -> None:
    assert Bounds() == Bounds(fall=2000, floor=5000)  # those that docs/security-team.md names
    assert held(8000, [10000], Bounds(fall=1000)) == Hold("coverage_fell", 8000, 10000)
    assert held(8000, [], Bounds(floor=9000)) == Hold("coverage_low", 8000, None)


def test_runs_that_say_nothing_of_the_same_assets_are_passed_over() -> None:
    assert held(0, [None]) == Hold("coverage_low", 0, None)
    assert held(7000, [None, None, None, 10000]) == Hold("coverage_fell", 7000, 10000)


@pytest.mark.parametrize("found", [[], [finding("not_applicable")], [finding("pass", severity="info")]])
def test_a_run_to_which_nothing_applies_is_not_held(found: list[Finding]) -> None:
    assert held(score(found).coverage, [10000]) is None


def test_no_more_runs_are_read_than_count() -> None:
    read = []

    def earlier() -> Iterator[int]:
        for number in range(100):
            read.append(number)
            yield 10000

    held(10000, earlier())
    assert len(read) == EARLIER


@given(st.integers(0, 100), st.lists(st.integers(0, 100), max_size=7))
def test_more_that_is_assessed_never_holds_a_run(now: int, before: list[int]) -> None:
    earlier = [each * 100 for each in before]
    if held(now * 100, earlier) is None:
        assert held(min(100, now + 10) * 100, earlier) is None
    found = held(now * 100, earlier)
    assert found is None or found.coverage == now * 100
