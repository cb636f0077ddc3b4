"""Waivers and disputes in the database: who may do what, what comes out, and that no act is changed unseen."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.db import DatabaseError

from checks.model.waiver import Dispute, ManualObservation, Waiver, decided, false_positive
from history import matters, models
from history.errors import BadAct, Damaged
from history.facts import Act
from history.store import Recorder
from tests.history.samples import NOISE, START, whole_run
from tests.history.tampering import execute, tampering

DAY = timedelta(days=1)
DIGEST = "sha256:" + "1" * 64
ASKED = Waiver(
    id="w-1",
    asset="cong-so-mau",
    control="TLS-12",
    justification=f"Đang thay thế {NOISE}",
    requested_by="Trần Văn Mẫu",
    approved_by="",
    valid_from=date(2026, 11, 1),
    valid_until=date(2027, 3, 1),
    granted_on=(DIGEST,),
)
RAISED = Dispute("d-1", "so-mau", "cong-so-mau", "TLS-12", "đã tắt", "Trần Văn Mẫu", START.date(), "run", DIGEST)
HEAD = "Nguyễn Thị Mẫu"


def confirmed(**changes: object) -> Dispute:
    return decided(RAISED, True, HEAD, START.date(), "đo lại", **changes)  # type: ignore[arg-type]


@pytest.fixture
def asked(recorder: Recorder) -> Recorder:
    """A database in which one waiver was asked for."""
    matters.ask(ASKED, START)
    return recorder


def test_what_is_granted_comes_out_as_the_same_value_as_of_a_file(asked: Recorder) -> None:
    assert asked.granted_waivers() == ()
    assert [(each.waiver, each.state) for each in matters.waiver_cases()] == [(ASKED, "asked")]
    granted = matters.grant("w-1", HEAD, START + DAY, ASKED, "được")
    assert granted == replace(ASKED, approved_by=HEAD)
    assert asked.granted_waivers() == (granted,)
    (case,) = matters.waiver_cases()
    assert (case.state, case.waiver) == ("granted", granted)
    assert [(act.step, act.by, act.at) for act in case.acts] == [
        ("asked", "Trần Văn Mẫu", START),
        ("granted", HEAD, START + DAY),
    ]
    assert list(matters.verify()) == []


def test_who_grants_may_shorten_it(asked: Recorder) -> None:
    shorter = replace(ASKED, valid_from=date(2026, 11, 5), valid_until=date(2026, 12, 1))
    assert matters.grant("w-1", HEAD, START, shorter).valid_until == date(2026, 12, 1)


@pytest.mark.parametrize(
    "changes",
    [
        {"valid_until": date(2027, 3, 2)},
        {"valid_from": date(2026, 10, 31)},
        {"valid_until": date(2026, 10, 1)},
        {"control": "HDR-CSP"},
        {"granted_on": ()},
        {"instances": ("a",)},
        {"requested_by": "a"},
    ],
)
def test_nothing_else_than_what_was_asked_for_is_granted(asked: Recorder, changes: dict[str, object]) -> None:
    with pytest.raises(BadAct, match="w-1"):
        matters.grant("w-1", HEAD, START, replace(ASKED, **changes))  # type: ignore[arg-type]
    assert asked.granted_waivers() == ()


@pytest.mark.parametrize("same", ["Trần Văn Mẫu", "TRẦN  văn mẫu"])
def test_who_asks_does_not_decide(asked: Recorder, same: str) -> None:
    with pytest.raises(BadAct, match="who asks"):
        matters.grant("w-1", same, START, ASKED)
    with pytest.raises(BadAct, match="who asks"):
        matters.refuse("w-1", same, START, "không")
    assert [each.state for each in matters.waiver_cases()] == ["asked"]


def test_what_is_refused_or_withdrawn_is_not_in_force(asked: Recorder) -> None:
    matters.refuse("w-1", HEAD, START, "không")
    matters.ask(replace(ASKED, id="w-2"), START)
    matters.grant("w-2", HEAD, START, replace(ASKED, id="w-2"))
    matters.withdraw("w-2", "Trần Văn Mẫu", START, "đã sửa")
    matters.ask(replace(ASKED, id="w-3"), START)
    matters.withdraw("w-3", "Trần Văn Mẫu", START, "đã sửa")
    assert [each.state for each in matters.waiver_cases()] == ["refused", "withdrawn", "withdrawn"]
    assert asked.granted_waivers() == ()
    for name in ("w-1", "w-2", "w-3"):
        with pytest.raises(BadAct, match="over"):
            matters.withdraw(name, HEAD, START, "")
        with pytest.raises(BadAct, match="decided"):
            matters.grant(name, HEAD, START, replace(ASKED, id=name))
        with pytest.raises(BadAct, match="decided"):
            matters.refuse(name, HEAD, START, "")


def test_an_id_is_taken_once_by_waivers_and_disputes_together(asked: Recorder) -> None:
    with pytest.raises(BadAct, match="taken"):
        matters.ask(ASKED, START)
    with pytest.raises(BadAct, match="taken"):
        matters.dispute(replace(RAISED, id="w-1"), START)
    for unknown in (matters.withdraw, matters.refuse):
        with pytest.raises(BadAct, match="none of that name"):
            unknown("w-9", HEAD, START, "")
    with pytest.raises(BadAct, match="none of that name"):
        matters.decide(replace(confirmed(), id="w-1"), START)


@pytest.mark.parametrize(
    "changes", [{"valid_until": date(2026, 10, 31)}, {"valid_until": ASKED.valid_from + timedelta(days=367)}]
)
def test_a_waiver_ends_after_it_begins_and_within_a_year(recorder: Recorder, changes: dict[str, date]) -> None:
    with pytest.raises(BadAct):
        matters.ask(replace(ASKED, **changes), START)  # type: ignore[arg-type]
    assert models.Act.objects.count() == 0


def test_what_cannot_be_an_act_is_an_error_of_the_caller(recorder: Recorder) -> None:
    for wrong in (replace(ASKED, approved_by="a"), replace(ASKED, kind="false_positive")):
        with pytest.raises(ValueError, match="granted by nobody"):
            matters.ask(wrong, START)
    with pytest.raises(ValueError, match="open"):
        matters.dispute(confirmed(), START)
    with pytest.raises(ValueError, match="time zone"):
        matters.ask(ASKED, START.replace(tzinfo=None))


def test_a_confirmed_dispute_is_a_false_positive(recorder: Recorder) -> None:
    matters.dispute(RAISED, START)
    assert recorder.disputes() == (RAISED,)
    assert recorder.granted_waivers() == ()
    seen = ManualObservation("Kỹ sư Mẫu", START.date(), "cổng đóng")
    settled = confirmed(observation=seen, valid_until=date(2027, 1, 1))
    matters.decide(settled, START + DAY)
    assert recorder.disputes() == (settled,)
    assert recorder.granted_waivers() == (false_positive(settled),)
    with pytest.raises(BadAct, match="decided"):
        matters.decide(settled, START)
    assert list(matters.verify()) == []


def test_a_rejected_dispute_stays_on_record(recorder: Recorder) -> None:
    matters.dispute(RAISED, START)
    rejected = decided(RAISED, False, HEAD, START.date(), "vẫn bật")
    matters.decide(rejected, START)
    assert recorder.disputes() == (rejected,)
    assert recorder.granted_waivers() == ()


def test_who_raises_a_dispute_does_not_settle_it_and_not_for_longer_than_a_year(recorder: Recorder) -> None:
    matters.dispute(RAISED, START)
    with pytest.raises(BadAct, match="who asks"):
        matters.decide(decided(RAISED, True, "trần văn mẫu", START.date(), "a"), START)
    with pytest.raises(BadAct, match="366"):
        matters.decide(confirmed(valid_until=date(2028, 1, 1)), START)
    assert recorder.disputes() == (RAISED,)


def test_of_two_who_decide_at_once_one_is_refused(asked: Recorder) -> None:
    (case,) = matters.waiver_cases()
    first = case.acts[0]
    matters.grant("w-1", HEAD, START, ASKED)
    late = Act("waiver", "w-1", 1, "refused", HEAD, START, "", first.previous)
    with pytest.raises(BadAct, match="just decided"):
        matters._add(late)
    assert [each.state for each in matters.waiver_cases()] == ["granted"]


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("matter", "'dispute'"),
        ("name", "'w-9'"),
        ("sequence", "7"),
        ("step", "'refused'"),
        ("at", "'2020-01-01 00:00:00+00:00'"),
        ("body", "'{}'"),
        ("digest", "'sha256:0'"),
    ],
)
@pytest.mark.parametrize("sequence", [0, 1])
def test_a_changed_act_is_found(asked: Recorder, column: str, value: str, sequence: int) -> None:
    matters.grant("w-1", HEAD, START, ASKED)
    with tampering(keep=True):
        assert execute(f"UPDATE history_act SET {column} = {value} WHERE sequence = {sequence}") == 1
    assert list(matters.verify())


def test_a_changed_act_is_never_used(asked: Recorder) -> None:
    matters.grant("w-1", HEAD, START, ASKED)
    with tampering(keep=True):
        execute("UPDATE history_act SET body = replace(body, '2027-03-01', '2029-03-01')")
    with pytest.raises(Damaged):
        asked.granted_waivers()


def test_an_act_that_was_removed_or_written_anew_is_found(asked: Recorder) -> None:
    matters.grant("w-1", HEAD, START, ASKED)
    matters.ask(replace(ASKED, id="w-2"), START)
    with tampering():
        execute("DELETE FROM history_act WHERE name = 'w-1' AND sequence = 0")
        assert [each.fault for each in matters.verify()] == ["removed"]
    assert list(matters.verify()) == []
    with tampering(keep=True):
        execute("DELETE FROM history_act WHERE name = 'w-1' AND sequence = 0")
    with pytest.raises(BadAct):
        matters.ask(replace(ASKED, justification="khác"), START)  # the log has a leaf of that place
    with tampering(keep=True):
        execute("DELETE FROM history_logentry WHERE subject = 'w-1/0'")
    matters.ask(replace(ASKED, justification="khác"), START)
    assert [each.fault for each in matters.verify()] == ["changed"]


def test_the_waivers_of_a_run_are_those_it_was_opened_with(asked: Recorder) -> None:
    granted = matters.grant("w-1", HEAD, START, ASKED)
    run = whole_run(asked)
    assert granted not in asked.waivers(run)
    with pytest.raises(DatabaseError, match="append-only"):
        execute("DELETE FROM history_act")
