"""The journal of administrative acts: kept whole and in order, states compared, and no change in it goes unseen."""

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connections

from checks.model.act import Actor, AdministrativeAct, Side
from checks.model.canonical import canonical, digest
from history import acts, whole
from history.errors import Damaged, Overtaken
from history.store import Recorder
from tests.history.samples import NOISE, START
from tests.history.tampering import execute, tampering

WHO = Actor("khien", "command", "Trần Văn Mẫu")
ACT = AdministrativeAct("database.backed_up", START, WHO, NOISE, reason=NOISE, after=Side({"size": 1, "name": NOISE}))
BEFORE = {"agencies": {"so-mau": {"assets": {"cong": {"level": 2}}}, "so-khac": {"assets": {}}}}
AFTER = {"agencies": {"so-mau": {"assets": {"cong": {"level": 3}}}, "so-khac": {"assets": {}}}}


def kept() -> list[AdministrativeAct]:
    return [act for _, act in acts.between(None, None)]


def noticed(state: dict[str, Any], minutes: int = 0) -> bool:
    return acts.notice("inventory.changed", "", state, WHO, START + timedelta(minutes=minutes))


def test_what_was_recorded_comes_out(recorder: Recorder) -> None:
    acts.record(ACT)
    acts.record(replace(ACT, what="run.resumed", at=START + timedelta(hours=1)))
    assert [each.what for each in kept()] == ["database.backed_up", "run.resumed"]
    assert kept()[0] == ACT
    assert list(acts.verify()) == []
    assert [act.what for _, act in acts.between(START, START + timedelta(minutes=59))] == ["database.backed_up"]
    assert [act.what for _, act in acts.between(START + timedelta(hours=1), None)] == ["run.resumed"]


def test_a_state_is_put_on_record_when_it_is_another(recorder: Recorder) -> None:
    assert noticed(BEFORE)
    assert not noticed(BEFORE, 1)
    assert noticed(AFTER, 2)
    assert noticed(BEFORE, 3)
    first, second, third = kept()
    whole_before, whole_after = (digest(canonical(each)) for each in (BEFORE, AFTER))
    assert (first.before, first.after) == (None, Side({}, whole_before))
    assert second.before == Side({"agencies": {"so-mau": {"assets": {"cong": {"level": 2}}}}}, whole_before)
    assert second.after == Side({"agencies": {"so-mau": {"assets": {"cong": {"level": 3}}}}}, whole_after)
    assert (third.before, third.after) == (second.after, second.before)
    assert [each.agencies for each in kept()] == [(), ("so-mau",), ("so-mau",)]
    assert acts.state("inventory.changed") == BEFORE
    assert list(acts.verify()) == []


def test_states_of_different_subjects_are_apart(recorder: Recorder) -> None:
    for name in ("a", NOISE):
        assert acts.notice("policy.changed", name, {"version": "1"}, WHO, START)
        assert not acts.notice("policy.changed", name, {"version": "1"}, WHO, START)
    assert acts.state("policy.changed", NOISE) == {"version": "1"}
    assert acts.state("policy.changed", "b") is None
    assert acts.state("inventory.changed", "a") is None


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("sequence", "7"),
        ("what", "'user.added'"),
        ("subject", "'khac'"),
        ("at", "'2020-01-01 00:00:00+00:00'"),
        ("body", "'{}'"),
        ("body", "replace(body, 'Mẫu', 'Khác')"),
        ("digest", "'sha256:0'"),
    ],
)
@pytest.mark.parametrize("sequence", [0, 1])
def test_a_changed_row_is_found_and_never_used(recorder: Recorder, column: str, value: str, sequence: int) -> None:
    acts.record(ACT)
    acts.record(ACT)
    with tampering(keep=True):
        assert execute(f"UPDATE history_administrativeact SET {column} = {value} WHERE sequence = {sequence}") == 1
    assert "changed" in {problem.fault for name, problem in whole.verify() if name == ""}
    with pytest.raises(Damaged):
        kept()


def test_a_removed_row_and_a_removed_state_are_found(recorder: Recorder) -> None:
    noticed(BEFORE)
    noticed(AFTER)
    with tampering():
        execute("DELETE FROM history_administrativeact WHERE sequence = 0")
        assert [each.fault for each in acts.verify()] == ["removed"]
    with tampering():
        execute("DELETE FROM history_blob WHERE digest = %s", [digest(canonical(BEFORE))])
        assert [each.what for each in acts.verify()] == ["administrative act 0", "administrative act 1"]
    with pytest.raises(DatabaseError, match="append-only"):
        execute("DELETE FROM history_administrativeact")


def test_of_those_who_notice_the_same_at_once_one_puts_it_on_record(recorder: Recorder) -> None:
    noticed(BEFORE)
    answers: list[bool] = []

    def several() -> None:
        try:
            answers.append(noticed(AFTER))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=several) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert sorted(answers) == [False, False, False, True]
    assert len(kept()) == 2


def test_of_those_who_change_the_same_state_at_once_one_is_heard(recorder: Recorder) -> None:
    noticed(BEFORE)
    base, answers = digest(canonical(BEFORE)), []

    def several(level: int) -> None:
        state = {"agencies": {"so-mau": {"assets": {"cong": {"level": level}}}}}
        try:
            acts.notice("inventory.changed", "", state, WHO, START, "lý do", base)
            answers.append(level)
        except Overtaken:
            answers.append(0)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=several, args=(level,)) for level in (3, 4, 5)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert sorted(answers)[:2] == [0, 0]
    known = acts.known("inventory.changed")
    assert known is not None and known.act.reason == "lý do"
    assert known.state["agencies"]["so-mau"]["assets"]["cong"]["level"] == max(answers)
    with pytest.raises(Overtaken):
        acts.notice("policy.changed", "p", BEFORE, WHO, START, instead_of=base)
