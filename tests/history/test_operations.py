"""Steps of slots, requests and the stop: kept in order, each place taken once, and no change goes unseen."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connections

from checks.model.operation import Operation, Step, StepName
from checks.model.task import Task
from history import operations, stop
from history.errors import Damaged
from history.store import Recorder
from tests.history.samples import NOISE, START
from tests.history.tampering import execute, tampering

HOUR = timedelta(hours=1)
DUE = Step("slot", "dem", 0, "due", START, "may 1", slot=START, task=Task(tags=("portal",)), detail=NOISE)


def step(name: StepName, sequence: int, **more: object) -> Step:
    """A further step of the same slot."""
    return Step("slot", "dem", sequence, name, START, "may 1", slot=START, **more)  # type: ignore[arg-type]


def found(subject: str) -> Operation:
    operation = operations.operation(subject)
    assert operation is not None
    return operation


@pytest.fixture
def taken(recorder: Recorder) -> Recorder:
    """A database in which a slot was taken and begun."""
    assert operations.add(DUE)
    assert operations.add(step("begun", 1, run="r-1"))
    return recorder


def test_what_was_added_comes_out_with_its_chain(taken: Recorder) -> None:
    operation = found(DUE.subject)
    assert operation.first == DUE
    assert operation.last.previous.startswith("sha256:")
    assert (operation.open, operation.run, operation.task) == (True, "r-1", DUE.task)
    assert operations.add(step("finished", 2))
    assert not found(DUE.subject).open
    assert found(DUE.subject).run == "r-1"
    assert list(operations.verify()) == []


@pytest.mark.parametrize("sequence", [0, 1, 3])
def test_a_place_is_taken_once_and_in_order(taken: Recorder, sequence: int) -> None:
    assert not operations.add(step("paused", sequence))
    assert found(DUE.subject).last.step == "begun"


def test_of_those_who_want_a_slot_at_once_one_has_it(recorder: Recorder) -> None:
    together = threading.Barrier(6)
    got: list[bool] = []

    def want(number: int) -> None:
        together.wait(60)
        try:
            got.append(operations.add(Step("slot", "dem", 0, "due", START, f"may {number}", slot=START)))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=want, args=(number,)) for number in range(6)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert sorted(got) == [False] * 5 + [True]
    assert len(found(DUE.subject).steps) == 1


def test_slots_and_requests_are_found(taken: Recorder) -> None:
    later = Step("slot", "dem", 0, "skipped", START + HOUR, "may 1", slot=START + HOUR, reason="in_progress")
    other = Step("slot", "khac", 0, "due", START, "may 1", slot=START + 2 * HOUR)
    asked = [Step("request", f"r-{number}", 0, "asked", START, "ai", task=Task()) for number in (2, 1, 3)]
    for each in (later, other, *asked, Step("request", "r-1", 1, "withdrawn", START, "ai")):
        assert operations.add(each)
    latest = operations.latest_taken("dem")
    assert latest is not None
    assert latest.first == DUE
    assert operations.latest_taken("none") is None
    assert operations.latest_slot("dem", START + HOUR) == START + HOUR
    assert operations.latest_slot("dem", START + HOUR / 2) == START
    assert operations.latest_slot("dem", START - HOUR) is None
    assert [each.first.name for each in operations.requests()] == ["r-2", "r-3"]
    assert [each.last.step for each in operations.slots("dem", START, START + 2 * HOUR)] == ["begun", "skipped"]
    assert operations.slots("dem", START + 2 * HOUR, START + 3 * HOUR) == ()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("subject", "'slot:dem:2030-01-01T00:00Z'"),
        ("sequence", "7"),
        ("kind", "'request'"),
        ("name", "'khac'"),
        ("slot", "NULL"),
        ("step", "'finished'"),
        ("at", "'2020-01-01 00:00:00+00:00'"),
        ("body", "'{}'"),
        ("body", "replace(body, 'may 1', 'may 2')"),
        ("digest", "'sha256:0'"),
    ],
)
@pytest.mark.parametrize("sequence", [0, 1])
def test_a_changed_step_is_found_and_never_used(taken: Recorder, column: str, value: str, sequence: int) -> None:
    with tampering(keep=True):
        where = f"subject = '{DUE.subject}' AND sequence = {sequence}"
        assert execute(f"UPDATE history_operationstep SET {column} = {value} WHERE {where}") == 1
    assert "changed" in {each.fault for each in operations.verify()}
    if column != "subject":
        with pytest.raises(Damaged):
            operations.operation(DUE.subject)


def test_a_removed_step_is_found(taken: Recorder) -> None:
    with tampering():
        execute("DELETE FROM history_operationstep WHERE sequence = 0")
        assert [each.fault for each in operations.verify()] == ["removed"]
    with pytest.raises(DatabaseError, match="append-only"):
        execute("DELETE FROM history_operationstep")


def test_the_stop_stands_until_the_release(recorder: Recorder) -> None:
    assert stop.standing() is None
    assert not stop.release("ai", "", START)
    first = stop.halt("Trần Văn Mẫu", "sự cố", START)
    assert stop.halt("người khác", "khác", START + HOUR) == first == stop.standing()
    assert stop.release("Nguyễn Thị Mẫu", "xong", START + 2 * HOUR)
    assert stop.standing() is None
    stop.halt("Trần Văn Mẫu", "nữa", START + 3 * HOUR)
    assert [(each.step, each.by, each.detail) for each in stop.acts()] == [
        ("halted", "Trần Văn Mẫu", "sự cố"),
        ("released", "Nguyễn Thị Mẫu", "xong"),
        ("halted", "Trần Văn Mẫu", "nữa"),
    ]
    assert list(operations.verify()) == []


def test_what_failed_without_a_run_is_known_and_nothing_else(taken: Recorder) -> None:
    assert operations.add(step("failed", 2, reason="changed"))
    other = replace(DUE, slot=START + HOUR)
    assert operations.add(other)
    assert operations.given_up_unbegun(START) == ()
    assert operations.add(replace(other, step="failed", sequence=1, at=START + HOUR, task=None, reason="refused"))
    (failed,) = operations.given_up_unbegun(START)
    assert (failed.first.slot, failed.last.reason) == (START + HOUR, "refused")
    assert operations.given_up_unbegun(START + 2 * HOUR) == ()
