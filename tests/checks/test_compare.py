"""Ages, due dates, and what became of findings from one run to the next."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks import compare as compare_module
from checks.compare import (
    KINDS,
    Change,
    ChangeReason,
    InstanceChange,
    Side,
    compare,
    rules_of,
    with_ages,
)
from checks.model.finding import VERDICTS, EvidenceRef, Finding, Gap
from checks.model.policy import Policy, When
from tests.factories import TODAY, control, finding, instance, policy, text

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


def became(earlier: Any, later: Any, known: Any = (), **sides: Any) -> Change:
    """What became of one finding; a verdict stands for an ordinary finding of it."""
    old, new = (finding(each) if isinstance(each, str) else each for each in (earlier, later))
    first = Side((old,) if old else (), **sides.get("before", {}))
    second = Side((new,) if new else (), **sides.get("after", {}))
    (change,) = compare(first, second, known)
    return change


EVIDENCE = (EvidenceRef("tls:192.0.2.1:443::", "sha256:1"),)
OTHER_EVIDENCE = (EvidenceRef("tls:192.0.2.1:443::", "sha256:2"),)
VERDICTS_IN_TURN = [
    (None, "fail", "scope_changed", "asset_added"),
    (None, "pass", "scope_changed", "asset_added"),
    ("fail", None, "scope_changed", "asset_removed"),
    ("pass", None, "scope_changed", "asset_removed"),
    ("pass", "fail", "new", "same_evidence"),
    ("fail", "fail", "still_failing", "still_there"),
    ("fail", "pass", "fixed", "same_evidence"),
    ("fail", "not_assessable", "no_longer_assessable", "could_not_look"),
    ("pass", "not_assessable", "no_longer_assessable", "could_not_look"),
    ("not_applicable", "not_assessable", "no_longer_assessable", "could_not_look"),
    ("not_assessable", "fail", "newly_assessable", "could_look_again"),
    ("not_assessable", "pass", "newly_assessable", "could_look_again"),
    ("not_assessable", "not_applicable", "newly_assessable", "could_look_again"),
    ("fail", "not_applicable", "scope_changed", "no_longer_applicable"),
    ("pass", "not_applicable", "scope_changed", "no_longer_applicable"),
    ("not_applicable", "fail", "scope_changed", "became_applicable"),
    ("not_applicable", "pass", "scope_changed", "became_applicable"),
    ("pass", "pass", "unchanged", "as_before"),
    ("not_assessable", "not_assessable", "unchanged", "as_before"),
    ("not_applicable", "not_applicable", "unchanged", "as_before"),
]


@pytest.mark.parametrize(("before", "after", "kind", "reason"), VERDICTS_IN_TURN)
def test_what_became_of_a_finding(before: Any, after: Any, kind: str, reason: str) -> None:
    change = became(before, after)
    assert (change.kind, change.reason, change.before, change.after) == (kind, reason, before, after)
    assert (change.asset, change.control) == ("cong-so-mau", "TLS-12")


@pytest.mark.parametrize(("before", "after"), [("pass", "fail"), ("fail", "pass")])
def test_whether_something_else_was_seen_is_told(before: str, after: str) -> None:
    old = finding(before, evidence=EVIDENCE)
    assert became(old, finding(after, evidence=EVIDENCE)).reason == "same_evidence"
    assert became(old, finding(after, evidence=OTHER_EVIDENCE)).reason == "evidence_changed"


@pytest.mark.parametrize(
    ("excluded", "reason"),
    [({}, "asset"), ({"khac": "retired"}, "asset"), ({"cong-so-mau": "not_selected"}, "not_selected")]
    + [({"cong-so-mau": each}, "excluded") for each in ("retired", "not_authorised", "outside_window", "other_zone")],
)
def test_why_an_asset_came_or_went(excluded: dict[str, str], reason: str) -> None:
    assert became("fail", None, after={"excluded": excluded}).reason == reason.replace("asset", "asset_removed")
    assert became(None, "fail", before={"excluded": excluded}).reason == reason.replace("asset", "asset_added")


def test_a_control_that_came_or_went_at_an_asset_that_stays() -> None:
    one, other = finding("pass", control="A"), finding("fail", control="B")
    excluded = {"cong-so-mau": "retired"}  # retired and yet judged: what was judged decides
    assert [each.reason for each in compare(Side((one,), {}, excluded), Side((one, other)))] == [
        "as_before",
        "control_added",
    ]
    gone = compare(Side((one, other)), Side((one,)))[1]
    assert (gone.kind, gone.reason) == ("scope_changed", "control_removed")
    assert gone.instances == (InstanceChange(FIRST, "scope_changed", "control_removed"),)


def test_what_a_recheck_did_not_judge_is_neither_gone_nor_fixed() -> None:
    one, other = finding("fail", control="A"), finding("fail", control="B")
    whole, part = Side((one, other)), Side((one,), partial=True)
    assert [(each.kind, each.reason) for each in compare(whole, part)] == [
        ("still_failing", "still_there"),
        ("scope_changed", "not_selected"),
    ]
    assert [each.reason for each in compare(part, whole)] == ["still_there", "not_selected"]


def test_a_control_that_starts_to_count_is_in_scope_from_then_on() -> None:
    announced = finding("fail", announced=TODAY)
    assert (became(announced, "fail").kind, became(announced, "fail").reason) == ("scope_changed", "in_force")
    assert (became("fail", announced).kind, became("fail", announced).reason) == ("scope_changed", "announced")
    assert became(announced, announced).kind == "still_failing"
    assert became(announced, finding("pass", announced=TODAY)).kind == "fixed"


@pytest.mark.parametrize(
    ("before", "after"), [pair for pair in permutations(VERDICTS, 2)] + [("fail", "fail"), ("pass", "pass")]
)
def test_another_rule_is_told_where_the_verdict_changed(before: str, after: str) -> None:
    key = ("cong-so-mau", "TLS-12")
    digests = {"before": {"rules": {key: "1"}}, "after": {"rules": {key: "2"}}}
    changed = before != after
    for old, new, sides in (
        (finding(before), finding(after), digests),
        (finding(before), finding(after, check_version=2), {}),
        (finding(before), finding(after, check="tls.other"), {}),
    ):
        told = became(old, new, **sides)
        assert (told.kind == "rule_changed") is changed
        assert not changed or told.reason == "rule"
        told = became(old, replace(new, evidence=EVIDENCE), **sides)
        assert not changed or told.reason == "rule_and_evidence"
    for known in ({"before": digests["before"]}, {each: digests["before"] for each in digests}):
        assert became(finding(before), finding(after), **known).kind != "rule_changed"


def test_what_a_finding_was_judged_by_is_all_that_judgement_reads_of_its_control() -> None:
    def rule(demand: Policy) -> str:
        return rules_of([finding()], {"test": demand})["cong-so-mau", "TLS-12"]

    first = rule(policy(control()))
    assert rule(policy(control(severity="low", due_days=1, title=text("khác", "other")), version="2")) == first
    assert rule(policy(control(), control("TLS-13"))) == first
    other = control(check="tls.other", params=control().params)
    others = [other, control(params={"forbidden": []}), control(when=When(levels=(1,)))]
    assert len({first, *(rule(policy(each)) for each in others)}) == 4
    assert rules_of([finding(policy="other"), finding(control="TLS-13")], {"test": policy(control())}) == {}


SEEN = {("cong-so-mau", "TLS-12", FIRST)}


def test_what_failed_in_an_earlier_run_and_was_gone_has_regressed() -> None:
    told = became("pass", "fail", SEEN)
    assert (told.kind, told.reason) == ("regressed", "seen_before")
    assert told.instances == (InstanceChange(FIRST, "regressed", "seen_before"),)
    both = finding("fail", instances=(instance(FIRST), instance(SECOND)))
    assert became("pass", both, SEEN).kind == "regressed"  # though one of them is new
    assert became("fail", "fail", SEEN).kind == "still_failing"
    assert became("not_assessable", "fail", SEEN).kind == "newly_assessable"
    assert became("pass", "fail", {("khac", "TLS-12", FIRST), ("cong-so-mau", "TLS-12", SECOND)}).kind == "new"


GAP = (Gap("tls:192.0.2.2:443::", "timed_out"),)
ONE, OTHER = finding("fail"), finding("fail", instances=(instance(SECOND),))


@pytest.mark.parametrize(
    ("old", "new", "known", "first", "second"),
    [
        (ONE, OTHER, (), ("fixed", "same_evidence"), ("new", "same_evidence")),
        (ONE, replace(OTHER, evidence=EVIDENCE), (), ("fixed", "evidence_changed"), ("new", "evidence_changed")),
        (ONE, replace(OTHER, gaps=GAP), (), ("no_longer_assessable", "could_not_look"), ("new", "same_evidence")),
        (replace(ONE, gaps=GAP), OTHER, (), ("fixed", "same_evidence"), ("newly_assessable", "could_look_again")),
        (ONE, OTHER, {("cong-so-mau", "TLS-12", SECOND)}, ("fixed", "same_evidence"), ("regressed", "seen_before")),
        (ONE, replace(OTHER, check_version=2), (), ("rule_changed", "rule"), ("rule_changed", "rule")),
        (ONE, finding("not_assessable"), (), ("no_longer_assessable", "could_not_look"), None),
        (ONE, finding("not_applicable"), (), ("scope_changed", "no_longer_applicable"), None),
        (ONE, finding("pass"), (), ("fixed", "same_evidence"), None),
        (finding("pass"), OTHER, (), None, ("new", "same_evidence")),
        (ONE, replace(ONE, instances=(instance(reason="x"),)), (), ("still_failing", "reason_changed"), None),
        (ONE, replace(ONE, check_version=2), (), ("still_failing", "still_there"), None),
    ],
)
def test_what_became_of_each_thing_that_fails(old: Any, new: Any, known: Any, first: Any, second: Any) -> None:
    expected = [(FIRST, *first)] if first else []
    expected += [(SECOND, *second)] if second else []
    assert [(each.key, each.kind, each.reason) for each in became(old, new, known).instances] == expected


def test_every_kind_and_reason_is_reached() -> None:
    """The lists of kinds and reasons are what the comparison can say, no more."""
    source = Path(compare_module.__file__).read_text(encoding="utf-8").partition("class Side")[2]
    assert [each for each in (*KINDS, *get_args(ChangeReason)) if f'"{each}"' not in source] == []


@st.composite
def one_of_two(draw: st.DrawFn) -> Finding:
    verdict = draw(st.sampled_from(VERDICTS))
    keys = sorted(draw(st.sets(st.sampled_from([FIRST, SECOND]), min_size=1)))
    return finding(
        verdict,
        asset=draw(st.sampled_from(["a", "b", "c"])),
        control=draw(st.sampled_from(["A", "B"])),
        check_version=draw(st.sampled_from([1, 2])),
        evidence=draw(st.sampled_from([EVIDENCE, OTHER_EVIDENCE])),
        announced=draw(st.sampled_from([None, TODAY])),
        gaps=draw(st.sampled_from([(), GAP])) if verdict in ("fail", "not_assessable") else (),
        instances=tuple(instance(key) for key in keys) if verdict == "fail" else (),
    )


@st.composite
def sides(draw: st.DrawFn) -> Side[Finding]:
    found = draw(st.lists(one_of_two(), max_size=6, unique_by=lambda each: each.id))
    rules = {(each.asset, each.control): draw(st.sampled_from("12")) for each in found if draw(st.booleans())}
    return Side(tuple(found), rules, draw(st.sampled_from([{}, {"a": "retired"}, {"b": "not_selected"}])))


MIRRORED = {
    "new": "fixed",
    "regressed": "fixed",
    "still_failing": "still_failing",
    "no_longer_assessable": "newly_assessable",
    "newly_assessable": "no_longer_assessable",
    "scope_changed": "scope_changed",
    "rule_changed": "rule_changed",
    "unchanged": "unchanged",
}


@given(sides(), sides())
def test_every_finding_and_every_fault_is_in_exactly_one_kind(before: Side[Finding], after: Side[Finding]) -> None:
    told = compare(before, after)
    keys = [(each.asset, each.control) for each in told]
    assert keys == sorted({(each.asset, each.control) for each in (*before.findings, *after.findings)})
    for change in told:
        failing = {
            fault.key
            for each in (*before.findings, *after.findings)
            if (each.asset, each.control) == (change.asset, change.control)
            for fault in each.instances
        }
        assert [each.key for each in change.instances] == sorted(failing)
        assert change.kind != "unchanged" or not change.instances


@given(sides(), sides(), st.data())
def test_the_order_of_findings_does_not_matter(
    before: Side[Finding], after: Side[Finding], data: st.DataObject
) -> None:
    mixed = [replace(each, findings=tuple(data.draw(st.permutations(each.findings)))) for each in (before, after)]
    assert compare(mixed[0], mixed[1]) == compare(before, after)


@given(sides(), sides())
def test_the_other_way_round_it_is_the_opposite(before: Side[Finding], after: Side[Finding]) -> None:
    there, back = compare(before, after), compare(after, before)
    for one, other in zip(there, back, strict=True):
        assert (one.before, one.after) == (other.after, other.before)
        assert one.kind == MIRRORED.get(other.kind, "new")
        kinds = [(MIRRORED.get(each.kind, "new"), each.key) for each in other.instances]
        assert [(each.kind, each.key) for each in one.instances] == kinds


@given(sides())
def test_a_run_beside_itself_has_not_changed(side: Side[Finding]) -> None:
    told = compare(side, side, {(each.asset, each.control, FIRST) for each in side.findings})
    assert {each.kind for each in told} <= {"still_failing", "unchanged"}
    assert {each.kind for change in told for each in change.instances} <= {"still_failing"}


def test_what_is_left_out_for_being_the_same_is_known_by_its_asset() -> None:
    came, gone = finding("fail", control="NEW"), finding("fail", control="OLD")
    (first, second) = compare(Side((gone,), assets={gone.asset}), Side((came,), assets={came.asset}))
    assert (first.reason, second.reason) == ("control_added", "control_removed")
    (change,) = compare(Side(()), Side((came,), assets={came.asset}))
    assert change.reason == "asset_added"
    (change,) = compare(Side((), assets={came.asset}), Side((came,), assets={came.asset}))
    assert change.reason == "control_added"
