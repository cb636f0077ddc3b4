"""The log of alerts: kept whole and in order, and no change in it goes unseen."""

from dataclasses import replace

import pytest
from django.db import DatabaseError

from checks.model.alert import AlertStep, AlertSummary
from history import alerts
from history.errors import Damaged
from history.store import Recorder
from tests.history.samples import ALERT, NOISE, START
from tests.history.tampering import execute, tampering

STEPS = (
    AlertStep("judged", START, run="20261123-030000-abcd"),
    AlertStep("raised", START, agency="so-mau", alerts=(ALERT, replace(ALERT, key="khac", title=None))),
    AlertStep("accepted", START, agency="so-mau", keys=(ALERT.key,), recipient="attt@so-mau.example", detail=NOISE),
    AlertStep("over", START, agency="so-mau", keys=(ALERT.key, "khac")),
)


@pytest.fixture
def logged(recorder: Recorder) -> None:
    """A log with four steps."""
    for each in STEPS:
        alerts.record(each)


def test_what_was_logged_comes_out_in_order(logged: None) -> None:
    assert tuple(alerts.steps()) == STEPS
    assert list(alerts.verify()) == []


def test_who_goes_on_reads_what_came_since_the_steps_were_summed_up(logged: None) -> None:
    assert tuple(alerts.latest()) == STEPS
    alerts.record(AlertStep("begun", START, recipient="attt@so-mau.example"))
    assert tuple(alerts.latest()) == STEPS
    summary = AlertSummary((ALERT,), {"due": START}, {"20261123-030000-abcd": False}, {}, {"a@b.example": (NOISE,)})
    summed, after = AlertStep("summed", START, summary=summary), AlertStep("judged", START, run="r")
    for each in (summed, after):
        alerts.record(each)
    assert tuple(alerts.latest()) == (summed, after)
    assert len(tuple(alerts.steps())) == 7
    assert list(alerts.verify()) == []


@pytest.mark.parametrize("column", ["step", "run", "agency", "recipient", "at", "digest"])
@pytest.mark.parametrize("sequence", [0, 3])
def test_a_changed_column_is_found_and_never_used(logged: None, column: str, sequence: int) -> None:
    value = "'2020-01-01 00:00:00+00:00'" if column == "at" else "'khac'"
    with tampering(keep=True):
        assert execute(f"UPDATE history_alertstep SET {column} = {value} WHERE sequence = {sequence}") == 1
    assert "changed" in {each.fault for each in alerts.verify()}
    with pytest.raises(Damaged):
        list(alerts.steps())


@pytest.mark.parametrize("body", ["'{}'", "'[]'", "replace(body, 'so-mau', 'so-gia')", "replace(body, '1', '2')"])
def test_another_body_is_found_and_never_used(logged: None, body: str) -> None:
    with tampering(keep=True):
        assert execute(f"UPDATE history_alertstep SET body = {body} WHERE sequence = 1") == 1
    assert [each.fault for each in alerts.verify()] == ["changed"]
    with pytest.raises(Damaged):
        list(alerts.steps())


def test_a_removed_row_is_found(logged: None) -> None:
    with tampering():
        execute("DELETE FROM history_alertstep WHERE sequence = 1")
        assert [each.fault for each in alerts.verify()] == ["removed"]
    with pytest.raises(DatabaseError, match="append-only"):
        execute("DELETE FROM history_alertstep")
