"""Ages, due dates, and what became of findings from one run to the next."""

from datetime import timedelta
from typing import Any

import pytest

from checks.compare import Change, changes, with_ages
from tests.factories import TODAY, control, finding, instance, policy

DAY = timedelta(days=1)
FIRST, SECOND = "192.0.2.1:443/tls1_0", "192.0.2.1:443/tls1_1"
DEMAND = policy(control(due_days=30))


def test_each_instance_has_its_own_age() -> None:
    failed = finding("fail", instances=(instance(FIRST), instance(SECOND)))
    known = {("cong-so-mau", "TLS-12", FIRST): TODAY - 40 * DAY}
    (aged,) = with_ages([failed], DEMAND, known, TODAY)
    assert [(each.first_seen, each.due) for each in aged.instances] == [
        (TODAY - 40 * DAY, TODAY - 10 * DAY),
        (TODAY, TODAY + 30 * DAY),
    ]
    assert aged.due == TODAY - 10 * DAY


@pytest.mark.parametrize(
    "key", [("khac", "TLS-12", FIRST), ("cong-so-mau", "TLS-13", FIRST), ("cong-so-mau", "TLS-12", SECOND)]
)
def test_an_age_is_of_one_instance_of_one_control_of_one_asset(key: tuple[str, str, str]) -> None:
    (aged,) = with_ages([finding("fail")], DEMAND, {key: TODAY - DAY}, TODAY)
    assert aged.instances[0].first_seen == TODAY


def test_what_does_not_fail_has_no_age() -> None:
    findings = (finding("pass"), finding("not_assessable"), finding("not_applicable"))
    assert with_ages(findings, DEMAND, {}, TODAY) == findings
    assert findings[0].due is None


def test_due_at_once() -> None:
    (aged,) = with_ages([finding("fail")], policy(control(due_days=0)), {}, TODAY)
    assert aged.due == TODAY


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (None, "fail", "new"),
        ("pass", "fail", "new"),
        ("not_assessable", "fail", "new"),
        ("not_applicable", "fail", "new"),
        ("fail", "fail", "still_open"),
        ("fail", "pass", "fixed"),
        ("fail", "not_assessable", "no_longer_assessable"),
        ("fail", "not_applicable", "out_of_scope"),
        ("fail", None, "out_of_scope"),
        ("pass", "pass", None),
        ("pass", "not_assessable", None),
        ("not_assessable", "pass", None),
        ("pass", None, None),
        (None, "pass", None),
    ],
)
def test_what_became_of_a_finding(before: Any, after: Any, expected: Any) -> None:
    old, new = ([finding(each)] if each else [] for each in (before, after))
    wanted = [] if expected is None else [Change(expected, "cong-so-mau", "TLS-12")]
    assert list(changes(old, new)) == wanted


def test_changes_come_in_the_order_of_asset_and_control() -> None:
    pairs = [("b", "X"), ("a", "Z"), ("b", "A"), ("a", "B")]
    after = [finding("fail", asset=asset, control=control_id) for asset, control_id in pairs]
    assert [(each.asset, each.control) for each in changes([], after)] == sorted(pairs)
    assert changes([], reversed(after)) == changes([], after)
