"""The breaker: which runs are held back, and that what is usual is not set by one bad run."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.breaker import EARLIER, Bounds, Hold, held
from checks.model.finding import Finding
from checks.score import score
from tests.factories import finding


def run(percent: int, asset: str = "a", of: int = 20) -> list[Finding]:
    """Findings of which so many of a hundred could be assessed."""
    judged = percent * of // 100
    return [
        finding("pass" if number < judged else "not_assessable", asset=asset, control=f"C-{number:02d}")
        for number in range(of)
    ]


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
    assert held(run(now), [run(each) for each in before]) == expected


def test_the_bounds_are_given() -> None:
    assert Bounds() == Bounds(fall=2000, floor=5000)  # those that docs/security-team.md names
    assert held(run(80), [run(100)], Bounds(fall=1000)) == Hold("coverage_fell", 8000, 10000)
    assert held(run(80), [], Bounds(floor=9000)) == Hold("coverage_low", 8000, None)


def test_only_the_same_assets_are_compared() -> None:
    assert held(run(0), [run(100, "b")]) == Hold("coverage_low", 0, None)
    assert held(run(45), [run(45) + run(100, "b")]) is None
    others = iter([run(100, "b")] * 3 + [run(100)])
    assert held(run(70), others) == Hold("coverage_fell", 7000, 10000)


@pytest.mark.parametrize("found", [[], [finding("not_applicable")], [finding("pass", severity="info")]])
def test_a_run_to_which_nothing_applies_is_not_held(found: list[Finding]) -> None:
    assert held(found, [run(100)]) is None
    assert held(run(0), [found]) == Hold("coverage_low", 0, None)


def test_no_more_runs_are_read_than_count() -> None:
    read = []

    def earlier() -> Iterator[list[Finding]]:
        for number in range(100):
            read.append(number)
            yield run(100)

    held(run(100), earlier())
    assert len(read) == EARLIER


@given(st.integers(0, 100), st.lists(st.integers(0, 100), max_size=7))
def test_more_that_is_assessed_never_holds_a_run(now: int, before: list[int]) -> None:
    earlier = [run(each) for each in before]
    if held(run(now), earlier) is None:
        assert held(run(min(100, now + 10)), earlier) is None
    found = held(run(now), earlier)
    assert found is None or found.coverage == score(run(now)).coverage
