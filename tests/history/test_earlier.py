"""The looks of earlier runs: the latest one of each target, from the same vantage, of runs that came to an end."""

from datetime import timedelta

import pytest

from checks.model.evidence import Evidence, PortsObservation
from checks.model.target import PortsTarget
from history import earlier
from history.errors import UnknownRun
from history.store import Recorder
from tests.history.samples import START, evidence, open_run

ONE, TWO = PortsTarget("127.0.0.1", "22"), PortsTarget("127.0.0.2", "22")
KEYS = (ONE.key, TWO.key)


def look(target: PortsTarget, ports: str) -> Evidence:
    """One look that tells itself from others."""
    return evidence(target, PortsObservation((), ports, ""))


def run_of(recorder: Recorder, day: int, *seen: Evidence, end: str = "finish", vantage: str = "internet") -> str:
    """A run of some day with what it saw."""
    started = START + timedelta(days=day)
    run = open_run(recorder, (), started, vantage)
    recorder.record_all(run, seen)
    if end == "finish":
        recorder.finish(run, (), started)
    elif end == "abandon":
        recorder.abandon(run, "x", started)
    return run


def test_each_target_has_its_latest_earlier_look(recorder: Recorder) -> None:
    run_of(recorder, 0, look(ONE, "1"), look(TWO, "1"))
    run_of(recorder, 1, look(ONE, "2"))
    run_of(recorder, 2, look(ONE, "3"), end="abandon")
    run_of(recorder, 3, look(ONE, "4"), end="open")
    run_of(recorder, 4, look(ONE, "5"), vantage="lan")
    run = run_of(recorder, 5, look(ONE, "6"), look(TWO, "6"), end="open")
    run_of(recorder, 6, look(ONE, "7"))
    found = recorder.evidence_before(run, KEYS)
    assert found == {ONE.key: look(ONE, "2"), TWO.key: look(TWO, "1")}
    assert recorder.evidence_before(run, (TWO.key,)) == {TWO.key: look(TWO, "1")}


def test_the_first_run_has_none(recorder: Recorder) -> None:
    run = run_of(recorder, 0, look(ONE, "1"))
    assert recorder.evidence_before(run, KEYS) == {}
    assert recorder.evidence_before(run_of(recorder, 1), ()) == {}


def test_nobody_goes_back_for_ever(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(earlier, "RUNS", 2)
    run_of(recorder, 0, look(ONE, "1"))
    run_of(recorder, 1)
    assert recorder.evidence_before(run_of(recorder, 2), KEYS) == {ONE.key: look(ONE, "1")}
    assert recorder.evidence_before(run_of(recorder, 3), KEYS) == {}


def test_many_targets_are_asked_for_in_chunks(recorder: Recorder) -> None:
    targets = [PortsTarget(f"127.0.{number // 250}.{number % 250 + 1}") for number in range(1100)]
    run_of(recorder, 0, *(look(each, "1") for each in targets))
    keys = [each.key for each in targets]
    assert set(recorder.evidence_before(run_of(recorder, 1), keys)) == set(keys)


def test_an_unknown_run_is_told(recorder: Recorder) -> None:
    with pytest.raises(UnknownRun):
        recorder.evidence_before("nothing", KEYS)
