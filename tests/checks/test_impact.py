"""What another policy would change, by agency; and rules that are announced before they count."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.compare import with_ages
from checks.evaluate import evaluate
from checks.impact import KINDS, impact, in_force
from checks.model.canonical import dump, load
from checks.model.finding import VERDICTS, Finding, Gap, Verdict
from checks.model.policy import Control, Policy
from checks.score import score
from tests.factories import (
    NOW,
    TODAY,
    asset,
    control,
    evidence,
    finding,
    instance,
    policy,
    reference_data,
    tls_observation,
    tls_target,
)

LATER = TODAY + timedelta(days=40)


def of(verdict: Verdict | None, announced: bool = False, **overrides: object) -> list[Finding]:
    """One finding of a verdict, or none."""
    if verdict is None:
        return []
    return [finding(verdict, announced=LATER if announced else None, **overrides)]


@pytest.mark.parametrize(
    ("before", "after", "kind"),
    [
        (None, "fail", "new_fail"),
        ("pass", "fail", "new_fail"),
        ("not_applicable", "fail", "new_fail"),
        ("not_assessable", "fail", "new_fail"),
        ("fail", "pass", "no_longer_fails"),
        ("fail", "not_applicable", "no_longer_fails"),
        ("fail", None, "no_longer_fails"),
        ("pass", "not_assessable", "no_longer_assessable"),
        ("fail", "not_assessable", "no_longer_assessable"),
        (None, "not_assessable", "no_longer_assessable"),
        ("pass", None, None),
        ("not_assessable", None, None),
        (None, "pass", None),
        ("not_assessable", "pass", None),
        ("not_applicable", "pass", None),
        *((each, each, None) for each in VERDICTS),
    ],
)
def test_what_becomes_of_one_finding(before: Verdict | None, after: Verdict | None, kind: str | None) -> None:
    (found,) = impact(of(before), of(after))
    assert [each.kind for each in found.shifts] == ([kind] if kind else [])
    for shift in found.shifts:
        assert (shift.before, shift.after) == (before, after)
        assert found.count(shift.kind) == 1
    assert sum(found.count(each) for each in KINDS) == len(found.shifts)


def test_agencies_are_apart_and_have_their_scores() -> None:
    mine, other = of("pass"), of("pass", asset="khac", agency="so-khac")
    worse = of("fail", asset="khac", agency="so-khac")
    found = impact([*mine, *other], [*mine, *worse])
    assert [(each.agency, each.assets, len(each.shifts)) for each in found] == [("so-khac", 1, 1), ("so-mau", 1, 0)]
    assert (found[0].before.score, found[0].after.score) == (10_000, 0)
    assert found[1].before == found[1].after


def test_what_could_not_be_assessed_says_why() -> None:
    gap = Gap("tls:x", "not_asked", {"detail": "x"})
    (found,) = impact(of("pass"), of("not_assessable", gaps=(gap,)))
    assert found.shifts[0].reasons == (gap,)
    (found,) = impact(of("pass"), of("not_assessable", gaps=(), reason="not_looked_at"))
    assert found.shifts[0].reasons == (Gap("", "not_looked_at"),)
    (found,) = impact(of("pass"), of("fail", gaps=(gap,)))
    assert found.shifts[0].reasons == ()


def test_shifts_come_in_the_order_of_kinds_assets_and_controls() -> None:
    became: list[tuple[str, str, Verdict]] = [
        ("c", "B", "fail"),
        *(("d", control, "fail") for control in "ABCDEFGH"),
        ("b", "C", "pass"),
        ("a", "D", "not_assessable"),
    ]
    before = [finding("fail" if after == "pass" else "pass", asset=asset, control=id) for asset, id, after in became]
    after = [finding(verdict, asset=asset, control=id) for asset, id, verdict in became]
    for order in (after, after[::-1], after[4:] + after[:4]):
        (found,) = impact(before, order)
        assert [(each.asset, each.control, each.after) for each in found.shifts] == became


def test_a_newer_rule_is_told_from_another_policy() -> None:
    (old,), (new,) = of("pass"), of("fail")
    newer = replace(new, check_version=new.check_version + 1)
    other = replace(newer, check="tls.features")
    marked = [impact([old], [each])[0].shifts[0].newer_rule for each in (new, newer, other)]
    assert marked == [False, True, False]


def test_what_is_only_announced_counts_as_not_there() -> None:
    (found,) = impact(of("fail", announced=True), of("fail"))
    assert [(each.kind, each.before) for each in found.shifts] == [("new_fail", None)]
    (found,) = impact(of("fail"), of("fail", announced=True))
    assert [(each.kind, each.after) for each in found.shifts] == [("no_longer_fails", None)]


FINDINGS = st.lists(
    st.tuples(st.sampled_from(["a", "b"]), st.sampled_from(["X-1", "X-2"]), st.sampled_from(VERDICTS)),
    unique_by=lambda each: each[:2],
)


@given(FINDINGS, FINDINGS)
def test_impact_does_not_depend_on_order(
    before: list[tuple[str, str, Verdict]], after: list[tuple[str, str, Verdict]]
) -> None:
    def made(rows: list[tuple[str, str, Verdict]]) -> list[Finding]:
        return [finding(verdict, asset=name, control=control_id) for name, control_id, verdict in rows]

    found = impact(made(before), made(after))
    assert found == impact(made(before[::-1]), made(after[::-1]))
    for each in found:
        assert load(type(each), dump(each)) == each


def announcing(day: date | None) -> Policy:
    """A policy that the server of the factories fails, from a day on."""
    return policy(control("TLS-X", params={"required": [], "forbidden": ["tls1_2"]}, effective=day))


def judged(day: date | None) -> Finding:
    target, seen = tls_target(), tls_observation()
    found = {target.key: evidence(target, seen)}
    (only,) = evaluate(announcing(day), [asset()], found, (), NOW, reference_data())
    return only


@pytest.mark.parametrize(
    ("day", "announced"),
    [
        (None, None),
        (TODAY, None),
        (TODAY - timedelta(days=1), None),
        (TODAY + timedelta(days=1), "itself"),
        (LATER, "itself"),
    ],
)
def test_a_control_is_judged_before_its_day_and_counts_from_it(day: date | None, announced: str | None) -> None:
    found = judged(day)
    assert found.verdict == "fail"
    assert found.announced == (day if announced else None)
    figures = score([found])
    if announced:
        assert (figures.score, figures.coverage, figures.announced) == (None, None, 1)
        assert sum(figures.counts.values()) == sum(figures.failed_by_severity.values()) == 0
    else:
        assert (figures.score, figures.coverage, figures.announced) == (0, 10_000, 0)
    assert judged(day) == load(Finding, dump(found))


def test_in_force_forgets_the_days() -> None:
    assert in_force(announcing(LATER)) == announcing(None)


def test_nothing_is_due_before_its_day() -> None:
    far = announcing(LATER)
    due_days = far.controls[0].due_days
    one = finding("fail", control="TLS-X", instances=(instance(),))
    (aged,) = with_ages([one], far, {}, TODAY)
    assert aged.due == max(LATER, TODAY + timedelta(days=due_days))
    (aged,) = with_ages([one], announcing(None), {}, TODAY)
    assert aged.due == TODAY + timedelta(days=due_days)
    (aged,) = with_ages([one], announcing(TODAY - timedelta(days=400)), {}, TODAY)
    assert aged.due == TODAY + timedelta(days=due_days)


def test_controls_and_findings_of_before_this_was_known_are_read() -> None:
    old = dump(announcing(None)).replace(b'"effective":null,', b"")
    assert b"effective" not in old
    assert load(Policy, old) == announcing(None)
    assert load(Control, dump(announcing(None).controls[0]).replace(b'"effective":null,', b"")).effective is None
    older = dump(judged(None)).replace(b'"announced":null,', b"")
    assert b"announced" not in older
    assert load(Finding, older).announced is None
