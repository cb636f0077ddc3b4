"""What a later step of the schema does with a database that is there already: nothing of it is lost, and what was not
in order before is told for ever."""

import base64
import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, transaction
from pytest_django import DjangoDbBlocker

import history
from checks.model.target import DnsTarget, PortsTarget
from checks.score import counted
from history import deliveries, issues, log, matters, whole
from history.ledger import Problem
from history.models import ChainEntry, Sighting
from history.store import Recorder
from tests.history.postgresql import Cluster
from tests.history.samples import EVIDENCE, FILE, FINDINGS, POLICY, START, finding
from tests.history.tampering import execute, tampering

BEFORE = json.loads((Path(__file__).parent / "before_sealing.json").read_text(encoding="utf-8"))
"""A database as the step 0008 left it, by table: two runs that were finished, one abandoned and one open; a waiver that
was granted, a delivery, an issued file, a stop and an alert. And the heads of the runs' chains."""
LAST = "0008_alerts"
FIRST, SECOND, GONE, OPEN = (each[0] for each in BEFORE["history_run"]["rows"])
ANNOUNCED = replace(finding("TLS-13", asset="trang-xa", agency="xa-mau"), announced=date(2027, 1, 1), waiver=None)


@pytest.fixture(params=["sqlite", "postgresql"])
def before(request: pytest.FixtureRequest, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """That database."""
    name = str(tmp_path / "khien.sqlite3")
    if request.param == "postgresql":
        cluster: Cluster = request.getfixturevalue("postgresql")
        name = cluster.url(cluster.create())
    else:
        Path(name).touch()
    with django_db_blocker.unblock():
        history.setup(name)
        call_command("migrate", "history", LAST, verbosity=0)
        with transaction.atomic():
            for table, content in BEFORE.items():
                if table != "heads":
                    _fill(table, content["columns"], content["rows"])
        yield
        history.close()


def _fill(table: str, columns: list[str], rows: list[list[Any]]) -> None:
    names, places = ", ".join(f'"{each}"' for each in columns), ", ".join(["%s"] * len(columns))
    for row in rows:
        values = [_value(column, value) for column, value in zip(columns, row, strict=True)]
        execute(f"INSERT INTO {table} ({names}) VALUES ({places})", values)


def _value(column: str, stored: Any) -> Any:
    if column in ("waived", "announced"):
        return bool(stored)
    return base64.b64decode(stored["base64"]) if isinstance(stored, dict) else stored


def test_everything_of_before_reads_back(before: None) -> None:
    call_command("migrate", verbosity=0)
    recorder = Recorder()
    assert list(whole.verify()) == []
    assert {run.id: run.state for run in recorder.runs()} == {
        FIRST: "finished",
        SECOND: "finished",
        GONE: "abandoned",
        OPEN: "open",
    }
    every = tuple(sorted((*FINDINGS, ANNOUNCED), key=lambda each: (each.asset, each.control)))
    assert recorder.findings(FIRST) == every
    assert recorder.tally(FIRST) == dict(Counter(map(counted, every)))
    assert recorder.findings(SECOND) == (FINDINGS[1], FINDINGS[0], FINDINGS[2])
    assert recorder.findings(GONE) == recorder.findings(OPEN) == ()
    for run in (FIRST, SECOND):
        assert list(recorder.evidence(run).values()) == list(EVIDENCE)
    assert list(recorder.evidence(GONE).values()) == [EVIDENCE[0]]
    assert list(recorder.evidence(OPEN).values()) == [EVIDENCE[1]]
    assert recorder.plan(OPEN) == recorder.plan(SECOND) == (DnsTarget("a.example"), PortsTarget("127.0.0.1"))
    assert recorder.policies(FIRST)[POLICY.id] == POLICY
    facts = recorder.run(GONE)
    assert (facts.reason, facts.finished) == ('dừng khẩn cấp "\\\x00', START + timedelta(days=2))
    assert {run.id: run.head for run in recorder.runs()} == BEFORE["heads"]
    assert [each.state for each in matters.waiver_cases()] == ["granted"]
    assert [each.run for each in deliveries.deliveries()] == [FIRST]
    assert issues.content(issues.get(0)) == FILE


def test_everything_of_before_is_in_the_log_in_the_order_of_time(before: None) -> None:
    call_command("migrate", verbosity=0)
    found = [(leaf.kind, leaf.subject) for leaf in log.leaves()]
    stop = BEFORE["history_operationstep"]["rows"][0][1]
    assert sorted(found) == sorted(
        [
            *(("run", each) for each in (FIRST, SECOND, GONE)),
            *(("matter", f"W-1/{each}") for each in (0, 1)),
            *(("operation", f"{stop}/{each}") for each in (0, 1)),
            *((each, "0") for each in ("delivery", "file", "alert")),
        ]
    )
    assert [subject for kind, subject in found if kind == "run"] == [FIRST, SECOND, GONE]
    assert found.index(("matter", "W-1/1")) > found.index(("run", FIRST)) > found.index(("matter", "W-1/0"))


def test_what_reports_printed_is_still_what_a_run_is_known_by(before: None) -> None:
    call_command("migrate", verbosity=0)
    recorder = Recorder()
    for run, head in BEFORE["heads"].items():
        assert recorder.verify(run, head) == []
        assert recorder.verify(run, "sha256:" + "0" * 64) != []


def test_an_open_run_goes_on_and_ended_ones_have_no_rows(before: None) -> None:
    call_command("migrate", verbosity=0)
    recorder = Recorder()
    assert set(Sighting.objects.values_list("run", flat=True)) == {OPEN}
    assert set(ChainEntry.objects.values_list("run", flat=True)) == {OPEN}
    assert recorder.record_all(OPEN, EVIDENCE) == len(EVIDENCE) - 1
    recorder.finish(OPEN, FINDINGS, START + timedelta(days=4))
    assert list(whole.verify()) == []
    assert recorder.findings(OPEN) == recorder.findings(SECOND)


def test_findings_alone_are_not_kept_twice(before: None) -> None:
    bodies = {row[BEFORE["history_finding"]["columns"].index("body_id")] for row in BEFORE["history_finding"]["rows"]}
    call_command("migrate", verbosity=0)
    stored = set(apps.get_model("history", "Blob").objects.values_list("digest", flat=True))
    assert bodies
    assert not bodies & stored


CHANGES = {
    "a verdict": ("UPDATE history_finding SET verdict = 'pass' WHERE verdict = 'fail'", "finding cong-so-mau/TLS-12"),
    "an age": ("UPDATE history_findinginstance SET first_seen = '2020-01-01'", "finding cong-so-mau/TLS-12"),
    "a look": ("UPDATE history_sighting SET connections = 0 WHERE key LIKE 'ports:%%'", "sighting ports:127.0.0.11"),
    "a finding gone": ("DELETE FROM history_finding WHERE control = 'HDR-HSTS'", "finding cong-so-mau/HDR-HSTS"),
    "the end": ("UPDATE history_runend SET findings = 7 WHERE outcome = 'finished'", "closing"),
    "the chain": ("DELETE FROM history_chainentry WHERE sequence = 2", "chain entry 2"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_was_altered_before_is_told_for_ever(before: None, change: str) -> None:
    statement, what = CHANGES[change]
    with tampering(keep=True):
        assert execute(statement) > 0
    call_command("migrate", verbosity=0)
    told = Recorder().verify(FIRST)
    assert what in {each.what for each in told}, told
    assert Recorder().verify(FIRST) == told


def test_a_finding_whose_bytes_are_damaged_is_named(before: None) -> None:
    columns = BEFORE["history_finding"]["columns"]
    row = dict(zip(columns, BEFORE["history_finding"]["rows"][0], strict=True))
    with tampering(keep=True):
        execute("UPDATE history_blob SET size = size + 1 WHERE digest = %s", [row["body_id"]])
    call_command("migrate", verbosity=0)
    name = f"finding {row['asset']}/{row['control']}"
    assert Problem("damaged", name, f"blob {row['body_id']}") in Recorder().verify(FIRST)
    assert f"{row['asset']}/{row['control']}" not in {each.id for each in Recorder().findings(FIRST)}


def test_nothing_can_be_changed_afterwards(before: None) -> None:
    call_command("migrate", verbosity=0)
    tables = ("runend", "agencyrecord", "blob", "brief", "sighting", "chainentry")
    for table in (f"history_{each}" for each in tables):
        for statement in (
            f"DELETE FROM {table}",
            f"UPDATE {table} SET {KEYS.get(table, 'id')} = {KEYS.get(table, 'id')}",
        ):
            with pytest.raises(DatabaseError, match="append-only"):
                execute(statement)


KEYS = {"history_runend": "run_id", "history_blob": "digest", "history_brief": "of_id"}
