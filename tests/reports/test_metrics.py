"""Metrics: every number that there is to tell, in the text format, and nothing by which an agency could be known."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from prometheus_client.parser import text_string_to_metric_families

from reports.metrics import Facts, LastRun, exposition

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
RUN = LastRun(
    id="20261123-000000-abcd",
    started=NOW - timedelta(hours=2),
    finished=NOW - timedelta(hours=1),
    held=False,
    connections=1234,
    looks={"tls": 10, "http": 20},
    findings={"pass": 5, "fail": 3},
    failures={"timed_out": 2},
)
FACTS = Facts(
    version="0.1.0",
    runs={"open": 1, "finished": 40, "abandoned": 2},
    last=RUN,
    queue={"slot": 1, "request": 0},
    halted=True,
    heartbeat=NOW - timedelta(seconds=5),
)


def samples(facts: Facts) -> dict[tuple[str, ...], float]:
    text = exposition(facts, NOW).decode()
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_everything_is_told_once() -> None:
    assert samples(FACTS) == {
        ("khien_info", "0.1.0"): 1,
        ("khien_runs", "open"): 1,
        ("khien_runs", "finished"): 40,
        ("khien_runs", "abandoned"): 2,
        ("khien_queue", "slot"): 1,
        ("khien_queue", "request"): 0,
        ("khien_halted",): 1,
        ("khien_heartbeat_timestamp_seconds",): NOW.timestamp() - 5,
        ("khien_last_run_timestamp_seconds",): NOW.timestamp() - 3600,
        ("khien_last_run_age_seconds",): 3600,
        ("khien_last_run_duration_seconds",): 3600,
        ("khien_last_run_held",): 0,
        ("khien_last_run_connections",): 1234,
        ("khien_last_run_targets", "tls"): 10,
        ("khien_last_run_targets", "http"): 20,
        ("khien_last_run_findings", "pass"): 5,
        ("khien_last_run_findings", "fail"): 3,
        ("khien_last_run_failed_looks", "timed_out"): 2,
    }


def test_what_there_is_not_is_left_out() -> None:
    names = {each[0] for each in samples(replace(FACTS, last=None, heartbeat=None))}
    assert names == {"khien_info", "khien_runs", "khien_queue", "khien_halted"}


def test_what_a_value_holds_breaks_no_line() -> None:
    hostile = 'x"\n# HELP forged\\ \r y'
    found = samples(replace(FACTS, last=replace(RUN, failures={hostile: 7})))
    assert found["khien_last_run_failed_looks", hostile] == 7
    assert len(found) == len(samples(FACTS))
