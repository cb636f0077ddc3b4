"""Bodies of old evidence go by rule and by an act, and everything still verifies; without an act it is damage."""

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import DatabaseError

from checks.model.evidence import DnsObservation, Observation, observation_digest
from checks.model.retention import Period, period
from checks.model.target import DnsTarget
from checks.model.text import TextError
from history import log, models, queries, retention, whole
from history.errors import BodyRemoved
from history.export import export_run
from history.ledger import Problem
from history.store import Recorder
from tests.history.samples import FINDINGS, START, evidence, in_every_table, open_run
from tests.history.tampering import execute, tampering

OLD, BOTH, NEW = (DnsObservation((f"127.0.0.{number}",)) for number in (1, 2, 3))
LATER = START + timedelta(days=2000)
RULE = START + timedelta(days=1000)


def saw(recorder: Recorder, started: datetime, observations: Iterable[Observation]) -> str:
    """A finished run that saw these, each at a name of its own."""
    run = open_run(recorder, plan=[], started=started)
    seen = [evidence(DnsTarget(f"a{n}.example"), each, started) for n, each in enumerate(observations)]
    recorder.record_all(run, seen)
    recorder.finish(run, FINDINGS, started)
    return run


@pytest.fixture
def runs(recorder: Recorder) -> tuple[str, str]:
    """One that is old, and one that is not."""
    return saw(recorder, START, (OLD, BOTH)), saw(recorder, LATER, (BOTH, NEW))


def remove() -> None:
    retention.remove(retention.due(RULE), "5 years", RULE, "Trần Văn Mẫu", LATER)


def test_what_only_old_runs_refer_to_is_due(runs: tuple[str, str], recorder: Recorder) -> None:
    assert set(retention.due(RULE)) == {observation_digest(OLD)}
    assert retention.due(START) == {}
    assert set(retention.due(LATER + timedelta(days=1))) == {observation_digest(each) for each in (OLD, BOTH, NEW)}
    still_open = open_run(recorder, plan=[], started=START)
    recorder.record(still_open, evidence(DnsTarget("a.example"), OLD))
    assert retention.due(RULE) == {}


def test_everything_verifies_and_says_what_became_of_the_body(runs: tuple[str, str], recorder: Recorder) -> None:
    old, new = runs
    findings, looks = recorder.findings(old), export_run(old)["sightings"]
    remove()
    assert list(whole.verify()) == []
    assert recorder.findings(old) == findings
    assert export_run(old, bodies=True)["sightings"] == looks
    assert observation_digest(OLD) not in export_run(old, bodies=True)["bodies"]
    assert recorder.evidence(new).keys() == {"dns:a0.example", "dns:a1.example"}
    assert recorder.evidence(old, ["dns:a1.example"])["dns:a1.example"].observation == BOTH
    with pytest.raises(BodyRemoved, match="removed by retention on 2032-05-15, act 0"):
        recorder.evidence(old)
    with pytest.raises(BodyRemoved):
        queries.content(observation_digest(OLD))
    assert models.Blob.objects.get(pk=observation_digest(OLD)).size > 0
    assert retention.due(RULE) == {}
    (told,) = retention.removals()
    assert (told.removal.by, told.removal.rule, told.removal.number) == ("Trần Văn Mẫu", "5 years", 1)
    assert [leaf.subject for leaf in log.leaves() if leaf.kind == "retention"] == ["0"]


def test_what_is_seen_again_is_stored_again_and_may_go_again(runs: tuple[str, str], recorder: Recorder) -> None:
    remove()
    again = saw(recorder, LATER + timedelta(days=1), (OLD,))
    assert recorder.evidence(again)["dns:a0.example"].observation == OLD
    assert list(whole.verify()) == []
    assert retention.due(RULE) == {}
    retention.remove(retention.due(LATER + timedelta(days=2)), "5 years", LATER, "Trần Văn Mẫu", LATER)
    assert len(retention.removals()) == 2
    assert list(whole.verify()) == []
    with pytest.raises(BodyRemoved, match="act 1"):
        recorder.evidence(again)


def test_a_missing_body_without_an_act_is_damage(runs: tuple[str, str], recorder: Recorder) -> None:
    old, new = runs
    remove()
    name = observation_digest(BOTH)
    with tampering():
        execute("UPDATE history_blob SET body = %s WHERE digest = %s", [b"", name])
        assert {problem.what for _, problem in whole.verify()} == {f"blob {name}"}
    with tampering():
        models.insert(models.RemovedBody, [{"blob_id": name, "act": 0}])
        execute("UPDATE history_blob SET body = %s WHERE digest = %s", [b"", name])
        told = {(problem.fault, problem.what) for _, problem in whole.verify()}
        assert told == {("damaged", f"blob {name}"), ("inserted", f"removed body {name}")}
    with tampering():
        execute("DELETE FROM history_removedbody")
        gone = observation_digest(OLD)
        assert Problem("removed", f"removed body {gone}", "retention 0 has it") in {p for _, p in whole.verify()}
        assert [each.what for each in recorder.verify(old)] == [f"blob {gone}"]
        assert recorder.verify(new) == []


def test_only_a_body_that_an_act_names_may_go(runs: tuple[str, str]) -> None:
    remove()
    for statement in (
        "UPDATE history_blob SET body = ''",
        "UPDATE history_blob SET size = 0",
        "DELETE FROM history_blob",
        "UPDATE history_blob SET digest = 'x'",
        "DELETE FROM history_removedbody",
    ):
        with pytest.raises(DatabaseError, match="append-only"):
            execute(statement)
    with pytest.raises(DatabaseError, match="append-only"):
        models.put_body(observation_digest(BOTH), b"")


def test_a_removal_that_was_altered_is_named(recorder: Recorder) -> None:
    in_every_table(recorder)
    (logged,) = retention.removals()
    with tampering():
        execute("UPDATE history_blob SET size = size + 1 WHERE digest = %s", [next(iter(_bodies(logged)))])
        assert list(retention.verify()) != []


def _bodies(logged: retention.Logged) -> dict[str, int]:
    found: dict[str, int] = json.loads(queries.content(logged.removal.bodies))
    return found


@pytest.mark.parametrize(
    ("written", "moment", "before"),
    [
        ("5 years", datetime(2028, 2, 29, 3, tzinfo=UTC), datetime(2023, 2, 28, 3, tzinfo=UTC)),
        ("7 months", datetime(2026, 3, 31, tzinfo=UTC), datetime(2025, 8, 31, tzinfo=UTC)),
        ("13 months", datetime(2026, 1, 31, tzinfo=UTC), datetime(2024, 12, 31, tzinfo=UTC)),
        ("1 year", datetime(2026, 12, 1, tzinfo=UTC), datetime(2025, 12, 1, tzinfo=UTC)),
        ("400 days", datetime(2026, 12, 1, tzinfo=UTC), datetime(2025, 10, 27, tzinfo=UTC)),
    ],
)
def test_a_rule_is_a_span_of_the_calendar(written: str, moment: datetime, before: datetime) -> None:
    assert period(written).before(moment) == before
    assert str(period(written)) == written


@pytest.mark.parametrize("written", ["", "5", "0 years", "5 yearss", "-1 years", "179 days", "101 years", "5 years "])
def test_other_rules_are_refused(written: str) -> None:
    with pytest.raises(TextError):
        period(written)


def test_a_span_is_written_as_it_is_read() -> None:
    assert str(replace(Period(1, "month"), number=2)) == "2 months"
