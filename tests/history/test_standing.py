"""How an asset stands: each control by the latest run that judged it, over scans and rechecks."""

from dataclasses import replace
from datetime import timedelta

from checks.model.finding import Finding, WaiverNote
from checks.model.policy import Severity
from checks.model.standing import MOST_SILENT
from history.facts import Purpose
from history.store import Recorder
from tests.history.samples import START, finding, open_run

DAY = timedelta(days=1)


def run(recorder: Recorder, day: int, *findings: Finding, purpose: Purpose = "scan") -> None:
    run_id = open_run(recorder, started=START + day * DAY, purpose=purpose)
    recorder.finish(run_id, findings, START + day * DAY)


def failing(control: str, severity: Severity) -> Finding:
    """A finding that counts."""
    return replace(finding(control, "fail"), severity=severity, waiver=None)


def test_the_latest_word_on_each_control_counts(recorder: Recorder) -> None:
    asset = finding().asset
    critical, high = failing("A", "critical"), failing("B", "high")
    assert recorder.standings([asset]) == {}
    run(recorder, 0, critical, high, finding("C", "pass"))
    first = recorder.standings([asset, "never"])
    assert list(first) == [asset]
    assert (first[asset].worst, first[asset].unsettled, first[asset].silent) == ("critical", ("A", "B"), 0)
    run(recorder, 1, finding("A", "pass"), purpose="recheck")
    second = recorder.standings([asset])[asset]
    assert (second.worst, second.unsettled, second.at) == ("high", ("B",), START + DAY)
    run(recorder, 2, finding("A", "pass"), finding("C", "pass"))  # B is no longer demanded
    assert recorder.standings([asset])[asset].worst is None


def test_what_is_waived_or_only_announced_is_not_the_worst(recorder: Recorder) -> None:
    note = WaiverNote("w-1", START.date(), "ai", "vì")
    waived = replace(failing("A", "critical"), waiver=note)
    announced = replace(failing("B", "high"), announced=START.date())
    low = failing("C", "low")
    run(recorder, 0, waived, announced, low)
    found = recorder.standings([low.asset])[low.asset]
    assert (found.worst, found.unsettled) == ("low", ("A", "B", "C"))


def test_silence_is_counted_from_the_latest_run_on(recorder: Recorder) -> None:
    silent = finding("A", "not_assessable")
    run(recorder, 0, finding("A", "pass"))
    for day in range(1, 4):
        run(recorder, day, silent, finding("B", "not_applicable"))
    assert recorder.standings([silent.asset])[silent.asset].silent == 3
    for day in range(4, MOST_SILENT + 5):
        run(recorder, day, silent)
    assert recorder.standings([silent.asset])[silent.asset].silent == MOST_SILENT
    run(recorder, 30, finding("A", "fail"))
    assert recorder.standings([silent.asset])[silent.asset].silent == 0
