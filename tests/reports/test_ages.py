"""How old open faults are, and how long those took that are gone."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from checks.compare import Change, ChangeKind, InstanceChange
from checks.model.finding import Finding, Instance
from reports.ages import Ages, ages, days_to_fix
from tests.reports import sample

TODAY = date(2026, 11, 23)
FAILED = sample.finding(sample.assets(1)[0], sample.POLICY.controls[0], "fail")


def aged(*days: int | None) -> Finding:
    return replace(
        FAILED,
        instances=tuple(
            Instance(f"k{number}", "x", first_seen=None if age is None else TODAY - timedelta(days=age))
            for number, age in enumerate(days)
        ),
    )


@pytest.mark.parametrize(
    ("days", "counts"),
    [
        ((0, 7), (2, 0, 0, 0)),
        ((8, 30), (0, 2, 0, 0)),
        ((31, 90), (0, 0, 2, 0)),
        ((91, 4000), (0, 0, 0, 2)),
        ((None, 3), (1, 0, 0, 0)),
    ],
)
def test_each_fault_is_in_the_bucket_of_its_age(days: tuple[int | None, ...], counts: tuple[int, ...]) -> None:
    assert ages([aged(*days)], (), TODAY) == Ages(counts, 0, None)


def test_what_passes_or_is_only_announced_has_no_age() -> None:
    found = [replace(aged(3), verdict="pass"), replace(aged(3), announced=date(2027, 1, 1))]
    assert ages(found, (), TODAY).open == (0, 0, 0, 0)


def test_the_median_is_a_number_of_days_that_a_fault_took() -> None:
    assert ages([], (1, 4, 10, 90), TODAY) == Ages((0, 0, 0, 0), 4, 4)
    assert ages([], (5,), TODAY).median == 5


def change(kind: ChangeKind, *instances: tuple[str, ChangeKind]) -> Change:
    gone = tuple(InstanceChange(key, each, "evidence_changed") for key, each in instances)
    return Change(kind, FAILED.asset, FAILED.control, "evidence_changed", "fail", "pass", gone)


def test_every_fault_that_is_gone_counts_also_where_the_finding_fails_on() -> None:
    before = [aged(20, 3, None, 50)]
    fixed = change("fixed", ("k0", "fixed"), ("k2", "fixed"))
    assert days_to_fix([fixed], before, TODAY) == (20,), "of k2 nobody knows how old it was"
    partly = change("still_failing", ("k1", "fixed"), ("k3", "still_failing"))
    assert days_to_fix([partly], before, TODAY) == (3,)
    assert days_to_fix([change("no_longer_assessable", ("k0", "no_longer_assessable"))], before, TODAY) == ()
