"""Counts over what is remembered."""

from datetime import timedelta

import pytest

from history.errors import UnknownRun
from history.figures import looks_by_kind, runs_by_state
from history.store import Recorder
from tests.history.samples import START, open_run, whole_run


def test_runs_are_counted_by_state_and_looks_by_kind(recorder: Recorder) -> None:
    assert runs_by_state() == {"open": 0, "finished": 0, "abandoned": 0}
    whole = whole_run(recorder)
    for hours in (1, 2, 3):
        last = open_run(recorder, started=START + timedelta(hours=hours))
    recorder.abandon(last, "đủ rồi")
    assert runs_by_state() == {"open": 2, "finished": 1, "abandoned": 1}
    assert looks_by_kind(whole) == {"dns": 1, "ports": 1, "tls": 2, "http": 1}
    assert looks_by_kind(last) == {}
    with pytest.raises(UnknownRun):
        looks_by_kind("none")
