"""Waivers: whom they cover, from when until when, on what evidence, and that no verdict changes under them."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import permutations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.model.canonical import dump, load
from checks.model.finding import VERDICTS, Finding, Gap, WaiverNote
from checks.model.waiver import Dispute, ManualObservation, Waiver, decided, false_positive, same_person
from checks.score import score
from checks.waivers import answer, basis, concerns, overlay, standings
from tests.factories import TODAY, finding, instance, waiver

DAY = timedelta(days=1)
FIRST, SECOND = "192.0.2.1:443/tls1_0", "192.0.2.1:443/tls1_1"
FAILED = finding("fail")
BOTH = finding("fail", instances=(instance(FIRST), instance(SECOND)))
GAP = Gap("tls:192.0.2.2:443::", "timed_out")
DISPUTE = Dispute("d-1", "so-mau", "cong-so-mau", "TLS-12", "it is off", "so-mau", TODAY, "run", basis(FAILED))


def agency_wide(**overrides: Any) -> Waiver:
    return waiver(**{"asset": "", "agency": "so-mau", **overrides})


@pytest.mark.parametrize(
    ("changes", "covers"),
    [
        ({}, True),
        ({"asset": "khac"}, False),
        ({"asset": "khac", "agency": "so-mau"}, False),
        ({"asset": "", "agency": "so-mau"}, True),
        ({"asset": "", "agency": "so-khac"}, False),
        ({"asset": "", "agency": ""}, False),
        ({"control": "TLS-13"}, False),
        ({"valid_from": TODAY, "valid_until": TODAY}, True),
        ({"valid_from": TODAY + DAY}, False),
        ({"valid_until": TODAY - DAY}, False),
        ({"instances": (FIRST,)}, True),
        ({"instances": (FIRST, SECOND)}, True),
        ({"instances": (SECOND,)}, False),
        ({"granted_on": (basis(FAILED),)}, True),
        ({"granted_on": (basis(BOTH), basis(FAILED))}, True),
        ({"granted_on": (basis(BOTH),)}, False),
        ({"granted_on": (basis(replace(FAILED, asset="khac")),)}, False),
        ({"granted_on": (basis(replace(FAILED, control="TLS-13")),)}, False),
        ({"asset": "", "agency": "so-mau", "granted_on": (basis(FAILED),)}, True),
    ],
)
def test_whom_a_waiver_covers(changes: dict[str, Any], covers: bool) -> None:
    over = overlay(FAILED, [waiver(**changes)], TODAY)
    assert (over.waiver is not None) is covers
    assert replace(over, waiver=None) == FAILED


def test_a_second_instance_is_not_excused_by_the_waiver_of_the_first() -> None:
    assert overlay(BOTH, [waiver(instances=(FIRST,))], TODAY).waiver is None
    assert overlay(BOTH, [waiver(instances=(FIRST,)), waiver(instances=(SECOND,))], TODAY).waiver is None
    assert overlay(BOTH, [waiver(instances=(FIRST, SECOND))], TODAY).waiver is not None
    assert overlay(BOTH, [waiver()], TODAY).waiver is not None


@pytest.mark.parametrize("verdict", ["pass", "not_applicable", "not_assessable"])
def test_only_a_fail_is_waived(verdict: str) -> None:
    assert overlay(finding(verdict), [waiver()], TODAY) == finding(verdict)


def test_the_note_says_who_and_until_when_and_what_is_done_meanwhile() -> None:
    given_ = waiver(compensating_measure="Chặn ở tường lửa.")
    note = overlay(FAILED, [given_], TODAY).waiver
    assert note == WaiverNote(
        "MT-01", given_.valid_until, given_.approved_by, given_.justification, "Chặn ở tường lửa.", "waiver"
    )


def test_of_several_the_one_that_ends_last_is_named_in_whatever_order_they_come() -> None:
    several = [
        waiver("A"),
        waiver("B", valid_until=TODAY + 90 * DAY),
        waiver("C", valid_until=TODAY + 90 * DAY),
        waiver("D", valid_until=TODAY + DAY),
        waiver("D2", valid_until=TODAY - DAY),
        waiver("E", asset="khac", valid_until=TODAY + 99 * DAY),
    ]
    for order in permutations(several):
        note = overlay(FAILED, order, TODAY).waiver
        assert note is not None
        assert note.id == "C"


def test_a_false_positive_is_named_before_a_waiver() -> None:
    wrong = waiver("A", kind="false_positive", granted_on=(basis(FAILED),), valid_until=TODAY)
    note = overlay(FAILED, [waiver("B"), wrong], TODAY).waiver
    assert note is not None
    assert (note.id, note.kind) == ("A", "false_positive")


def test_the_basis_is_which_thing_fails_and_at_what() -> None:
    same = instance(FIRST, params={"days": 7}, first_seen=TODAY, due=TODAY, target="tls:x", path="protocols")
    assert basis(replace(FAILED, instances=(same,), severity="low", policy="other", check_version=9)) == basis(FAILED)
    assert basis(replace(BOTH, instances=BOTH.instances[::-1])) == basis(BOTH)
    others = [
        BOTH,
        replace(FAILED, instances=()),
        replace(FAILED, instances=(instance(SECOND),)),
        replace(FAILED, instances=(instance(FIRST, reason="another"),)),
        replace(FAILED, asset="khac"),
        replace(FAILED, control="TLS-13"),
    ]
    assert len({basis(FAILED), *map(basis, others)}) == 7
    assert basis(BOTH, (FIRST,)) == basis(FAILED)


@pytest.mark.parametrize(
    ("changes", "found", "expected"),
    [
        ({"valid_until": TODAY - DAY}, FAILED, "expired"),
        ({"valid_from": TODAY + DAY}, FAILED, "not_yet"),
        ({}, finding("pass"), "nothing_fails"),
        ({}, finding("not_applicable"), "nothing_fails"),
        ({}, finding("not_assessable"), "not_assessable"),
        ({"granted_on": (basis(FAILED),)}, BOTH, "evidence_changed"),
        ({"granted_on": (basis(BOTH),)}, FAILED, "evidence_changed"),
        ({"granted_on": (basis(BOTH),)}, replace(FAILED, gaps=(GAP,)), "evidence_incomplete"),
        ({"granted_on": (basis(FAILED),)}, replace(FAILED, gaps=(GAP,)), "covers"),
        ({"granted_on": (basis(FAILED),), "instances": (FIRST,)}, BOTH, "more_fails"),
        ({"granted_on": (basis(BOTH, (FIRST,)),), "instances": (FIRST,)}, FAILED, "covers"),
        ({"instances": (FIRST,)}, BOTH, "more_fails"),
        ({}, BOTH, "covers"),
    ],
)
def test_what_a_waiver_says_to_a_finding(changes: dict[str, Any], found: Finding, expected: str) -> None:
    assert answer(waiver(**changes), found, TODAY) == expected


BOUND = {"granted_on": (basis(FAILED),)}


@pytest.mark.parametrize(
    ("changes", "found", "state", "reason"),
    [
        ({}, [FAILED], "in_force", "covers"),
        ({}, [], "in_force", "not_judged"),
        ({}, [finding("fail", control="TLS-13"), finding("fail", asset="khac")], "in_force", "not_judged"),
        ({}, [finding("pass")], "in_force", "nothing_fails"),
        (BOUND, [finding("pass")], "void", "nothing_fails"),
        (BOUND, [finding("not_assessable")], "in_force", "not_assessable"),
        (BOUND, [BOTH], "void", "evidence_changed"),
        (BOUND, [replace(BOTH, gaps=(GAP,))], "void", "evidence_incomplete"),
        ({"instances": (FIRST,)}, [BOTH], "in_force", "more_fails"),
        ({"valid_until": TODAY - DAY}, [FAILED], "expired", "expired"),
        ({"valid_until": TODAY - DAY}, [], "expired", "expired"),
        ({"valid_from": TODAY, "valid_until": TODAY}, [FAILED], "in_force", "covers"),
        ({"valid_from": TODAY + DAY}, [FAILED], "not_yet", "not_yet"),
    ],
)
def test_what_a_waiver_is_worth_in_a_run(changes: dict[str, Any], found: Any, state: str, reason: str) -> None:
    (standing,) = standings([waiver(**changes)], found, TODAY)
    assert (standing.state, standing.reason) == (state, reason)
    assert standing.covered == (("cong-so-mau/TLS-12",) if reason == "covers" else ())


def test_a_waiver_of_an_agency_says_where_it_does_not_cover() -> None:
    other, third = replace(FAILED, asset="hai"), replace(finding("pass"), asset="ba")
    bound = agency_wide(granted_on=(basis(FAILED), basis(replace(BOTH, asset="hai"))))
    for found in permutations([third, other, FAILED]):
        (standing,) = standings([bound], found, TODAY)
        assert standing.state == "in_force"
        assert standing.covered == ("cong-so-mau/TLS-12",)
        assert standing.uncovered == (("ba/TLS-12", "nothing_fails"), ("hai/TLS-12", "evidence_changed"))
    for found in permutations([FAILED, replace(FAILED, asset="hai")]):
        (standing,) = standings([agency_wide()], found, TODAY)
        assert standing.covered == ("cong-so-mau/TLS-12", "hai/TLS-12")


def test_waivers_come_in_the_order_of_states_and_ids() -> None:
    later, expired = waiver("a", valid_from=TODAY + DAY), waiver("b", valid_until=TODAY - DAY)
    given_ = [later, expired, waiver("c", granted_on=(basis(BOTH),)), waiver("e"), waiver("d")]
    for order in permutations(given_):
        assert [each.waiver.id for each in standings(order, [FAILED], TODAY)] == ["d", "e", "c", "b", "a"]


def test_waivers_of_an_earlier_version_are_read() -> None:
    old = (
        b'{"id":"W-1","asset":"a","control":"C","justification":"j","requested_by":"x","approved_by":"y",'
        b'"valid_from":"2026-01-01","valid_until":"2026-02-01","instances":[]}'
    )
    read = load(Waiver, old)
    assert read == Waiver("W-1", "a", "C", "j", "x", "y", date(2026, 1, 1), date(2026, 2, 1))
    assert (read.agency, read.compensating_measure, read.granted_on, read.kind) == ("", "", (), "waiver")
    note = b'{"id":"W-1","valid_until":"2026-02-01","approved_by":"y","justification":"j"}'
    assert load(WaiverNote, note) == WaiverNote("W-1", date(2026, 2, 1), "y", "j")
    assert (load(WaiverNote, note).compensating_measure, load(WaiverNote, note).kind) == ("", "waiver")
    assert load(Waiver, dump(agency_wide(**BOUND))) == agency_wide(**BOUND)


def test_a_confirmed_dispute_is_a_waiver_of_its_own_kind_bound_to_the_evidence() -> None:
    seen = ManualObservation("kỹ sư", TODAY, "Cổng đã đóng.")
    confirmed = decided(replace(DISPUTE, instances=(FIRST,)), True, "đội", TODAY, "đã kiểm tra", None, seen)
    assert (confirmed.state, confirmed.observation, confirmed.valid_until) == ("confirmed", seen, TODAY + 366 * DAY)
    wrong = false_positive(confirmed)
    assert (wrong.kind, wrong.granted_on, wrong.instances) == ("false_positive", (basis(FAILED),), (FIRST,))
    assert (wrong.requested_by, wrong.approved_by, wrong.justification) == ("so-mau", "đội", "đã kiểm tra")
    over = overlay(FAILED, [wrong], TODAY)
    assert over.verdict == "fail"
    assert over.waiver is not None
    assert overlay(replace(FAILED, instances=(instance(FIRST, reason="another"),)), [wrong], TODAY).waiver is None
    figures = score([over, finding("pass")])
    assert (figures.score, figures.score_with_waivers) == (5000, 10000)


def test_a_dispute_that_is_open_or_rejected_is_no_waiver() -> None:
    rejected = decided(DISPUTE, False, "đội", TODAY, "vẫn mở", TODAY)
    assert (rejected.state, rejected.valid_until) == ("rejected", None)
    confirmed = decided(DISPUTE, True, "đội", TODAY, "đã đóng")
    half = [replace(confirmed, decided=None), replace(confirmed, valid_until=None)]
    for each in (DISPUTE, rejected, replace(confirmed, state="open"), *half):
        with pytest.raises(ValueError, match="d-1"):
            false_positive(each)


def test_a_confirmed_dispute_may_hold_for_less_than_the_longest() -> None:
    assert (DISPUTE.state, DISPUTE.decided_by, DISPUTE.decision) == ("open", "", "")
    short = decided(DISPUTE, True, "đội", TODAY, "đã đóng", TODAY + 30 * DAY)
    assert false_positive(short).valid_until == TODAY + 30 * DAY
    assert overlay(FAILED, [false_positive(short)], TODAY + 31 * DAY).waiver is None


def test_who_is_the_same_person() -> None:
    assert same_person("Nguyễn Thị  Mẫu ", "NGUYỄN THỊ MẪU")
    assert same_person("ﬁ", "FI")
    assert not same_person("Nguyễn", "Nguyên")


KEYS = st.sets(st.sampled_from([FIRST, SECOND, "c"]))


@st.composite
def finding_of(draw: st.DrawFn) -> Finding:
    verdict = draw(st.sampled_from(VERDICTS))
    keys = sorted(draw(KEYS)) or [FIRST]
    reason = draw(st.sampled_from(["forbidden_protocol", "other"]))
    whole = finding(verdict, asset=draw(st.sampled_from(["a", "b"])), gaps=(GAP,) if draw(st.booleans()) else ())
    failing = tuple(instance(key, reason=reason) for key in keys)
    return replace(whole, instances=failing) if verdict == "fail" else whole


FINDINGS = st.lists(finding_of(), max_size=4, unique_by=lambda each: each.id)
WAIVERS = st.lists(
    st.builds(
        waiver,
        st.sampled_from(["w1", "w2", "w3"]),
        asset=st.sampled_from(["a", "b", ""]),
        agency=st.sampled_from(["so-mau", "so-khac"]),
        valid_from=st.sampled_from([TODAY - DAY, TODAY, TODAY + DAY]),
        valid_until=st.sampled_from([TODAY - DAY, TODAY, TODAY + DAY]),
        instances=KEYS.map(lambda keys: tuple(sorted(keys))),
        granted_on=st.lists(finding_of().map(basis), max_size=2).map(tuple),
        kind=st.sampled_from(["waiver", "false_positive"]),
    ),
    max_size=4,
    unique_by=lambda each: each.id,
)


@given(FINDINGS, WAIVERS)
def test_no_verdict_changes_and_nothing_but_the_note_is_added(found: list[Finding], given_: list[Waiver]) -> None:
    over = [overlay(each, given_, TODAY) for each in found]
    assert [replace(each, waiver=None) for each in over] == found
    assert score(over).score == score(found).score
    assert score(over).coverage == score(found).coverage


@given(FINDINGS, WAIVERS)
def test_only_what_is_in_force_and_bound_to_these_faults_covers(found: list[Finding], given_: list[Waiver]) -> None:
    told = {each.waiver.id: each for each in standings(given_, found, TODAY)}
    assert told.keys() == {each.id for each in given_}
    for each in found:
        note = overlay(each, given_, TODAY).waiver
        covering = {name for name, standing in told.items() if each.id in standing.covered}
        assert (note is not None) is bool(covering)
        for name in covering:
            one = told[name].waiver
            assert told[name].state == "in_force"
            assert concerns(one, each)
            assert one.valid_from <= TODAY <= one.valid_until
            assert not one.granted_on or basis(each, one.instances) in one.granted_on
            assert overlay(each, [one], TODAY).waiver is not None
        assert note is None or note.id in covering
