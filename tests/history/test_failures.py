"""The looks of a run that saw nothing, by reason."""

from datetime import timedelta

import pytest

from checks.model.evidence import ProbeFailure
from checks.model.target import HttpTarget, TlsTarget
from history.errors import UnknownRun
from history.failures import failures
from history.store import Recorder
from tests.history.samples import EVIDENCE, START, evidence, open_run


def test_failed_looks_are_counted_by_reason(recorder: Recorder) -> None:
    run, other = open_run(recorder), open_run(recorder, started=START + timedelta(hours=1))
    recorder.record_all(run, EVIDENCE)  # one failure among them, and a look at a web server with a few headers
    for number in range(3):
        target = TlsTarget(f"127.0.0.{number}", 443, None)
        recorder.record(run, evidence(target, ProbeFailure("timed_out", "kết nối" if number else "")))
    recorder.record(other, evidence(HttpTarget("127.0.0.1", "http://a.example/"), ProbeFailure("refused")))
    assert failures(run) == {"not_tls": 1, "timed_out": 3}
    assert failures(other) == {"refused": 1}
    with pytest.raises(UnknownRun):
        failures("none")
