"""The log of deliveries: kept whole and in order, and no change in it goes unseen."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import DatabaseError, connections

from history import deliveries
from history.errors import Damaged, UnknownRun
from history.store import Recorder
from tests.history.samples import DELIVERY, START, open_run
from tests.history.tampering import execute, tampering


@pytest.fixture
def run(recorder: Recorder) -> str:
    """A run with two steps in the log."""
    run_id = open_run(recorder)
    deliveries.record(replace(DELIVERY, run=run_id))
    deliveries.record(replace(DELIVERY, run=run_id, state="deferred", reason="answer", code=451, detail="thử lại\x00"))
    return run_id


def test_what_was_logged_comes_out_in_order(run: str, recorder: Recorder) -> None:
    other = open_run(recorder, started=START + timedelta(hours=1))
    deliveries.record(replace(DELIVERY, run=other))
    assert [(each.state, each.code) for each in deliveries.deliveries(run)] == [("begun", None), ("deferred", 451)]
    assert deliveries.deliveries(run)[0] == replace(DELIVERY, run=run)
    assert [each.run for each in deliveries.deliveries()] == [run, run, other]
    assert list(deliveries.verify()) == []


def test_nothing_is_logged_of_a_run_that_is_not_there(recorder: Recorder) -> None:
    with pytest.raises(UnknownRun):
        deliveries.record(replace(DELIVERY, run="none"))
    assert deliveries.deliveries() == ()


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("sequence", "7"),
        ("agency", "'so-khac'"),
        ("recipient", "'ai-do@khac.example'"),
        ("state", "'rejected'"),
        ("at", "'2020-01-01 00:00:00+00:00'"),
        ("body", "'{}'"),
        ("body", "replace(body, 'attt@', 'lanh-dao@')"),
        ("digest", "'sha256:0'"),
    ],
)
@pytest.mark.parametrize("sequence", [0, 1])
def test_a_changed_row_is_found_and_never_used(run: str, column: str, value: str, sequence: int) -> None:
    with tampering(keep=True):
        assert execute(f"UPDATE history_delivery SET {column} = {value} WHERE sequence = {sequence}") == 1
    assert "changed" in {each.fault for each in deliveries.verify()}
    with pytest.raises(Damaged):
        deliveries.deliveries(run)


def test_a_removed_row_is_found(run: str) -> None:
    with tampering():
        execute("DELETE FROM history_delivery WHERE sequence = 0")
        assert [each.fault for each in deliveries.verify()] == ["removed"]
    with pytest.raises(DatabaseError, match="append-only"):
        execute("DELETE FROM history_delivery")


def test_those_who_log_at_once_all_get_a_place(run: str) -> None:
    def several() -> None:
        try:
            for _ in range(5):
                deliveries.record(replace(DELIVERY, run=run))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=several) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join(60)
    assert len(deliveries.deliveries(run)) == 17
    assert list(deliveries.verify()) == []
