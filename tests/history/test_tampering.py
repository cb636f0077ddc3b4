"""Whatever is altered in the database, in any table and any column, the audit finds it and names it."""

import zlib
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import models as fields

from checks.model.canonical import digest, dump
from checks.model.evidence import observation_digest
from checks.model.target import PortsTarget
from history import models, records, rows
from history.ledger import Problem, link
from history.store import Recorder
from tests.history.samples import EVIDENCE, FINDINGS, OBSERVATIONS, START, whole_run
from tests.history.tampering import execute, tampering

COLUMNS = [
    (model, field)
    for model in apps.get_app_config("history").get_models()
    for field in model._meta.concrete_fields
    if field.get_internal_type() != "BigAutoField"  # numbers that the database gave, and that mean nothing
]
KEY = PortsTarget("127.0.0.11").key


@pytest.fixture
def run(recorder: Recorder) -> str:
    return whole_run(recorder)


def other(value: Any) -> Any:
    """Another value of the same type."""
    match value:
        case None:
            return date(2000, 1, 1)
        case bool():
            return not value
        case int():
            return value + 1000
        case datetime():
            return value + timedelta(microseconds=1)
        case date():
            return value + timedelta(days=1)
        case str():
            return f"{value[:-1]}{'1' if value[-1:] == '0' else '0'}"
        case _:
            return bytes(value)[:-1] + b"\xff"


def test_nothing_is_wrong_before(run: str, recorder: Recorder) -> None:
    assert recorder.verify(run) == []
    assert recorder.verify(run, recorder.run(run).head) == []


@pytest.mark.parametrize(
    ("model", "field"), COLUMNS, ids=lambda each: each.__name__ if isinstance(each, type) else each.attname
)
def test_a_changed_column_is_found_in_every_row(
    run: str, recorder: Recorder, model: type[fields.Model], field: "fields.Field[Any, Any]"
) -> None:
    pk = model._meta.pk
    assert pk is not None
    table = model._meta.db_table
    for row in model._default_manager.all():
        value = getattr(row, field.attname)
        with tampering():
            statement = f'UPDATE {table} SET "{field.column}" = %s WHERE "{pk.column}" = %s'
            assert execute(statement, [other(value), row.pk]) == 1
            assert recorder.verify(run), f"{row} {value!r}"
    assert recorder.verify(run) == []


@pytest.mark.parametrize("model", list(apps.get_app_config("history").get_models()), ids=lambda each: each.__name__)
def test_a_removed_row_is_found(run: str, recorder: Recorder, model: type[fields.Model]) -> None:
    pk = model._meta.pk
    assert pk is not None
    for row in model._default_manager.all():
        with tampering():
            execute(f'DELETE FROM {model._meta.db_table} WHERE "{pk.column}" = %s', [row.pk])
            found = recorder.verify(run)
            assert {each.fault for each in found} & {"removed", "damaged", "inserted"}, row


def test_a_changed_sighting_is_named(run: str, recorder: Recorder) -> None:
    with tampering():
        execute("UPDATE history_sighting SET connections = 0 WHERE key = %s", [KEY])
        assert recorder.verify(run) == [Problem("changed", f"sighting {KEY}")]


def test_a_removed_sighting_is_named(run: str, recorder: Recorder) -> None:
    with tampering():
        execute("DELETE FROM history_sighting WHERE key = %s", [KEY])
        assert recorder.verify(run) == [Problem("removed", f"sighting {KEY}")]


def test_an_inserted_sighting_is_named(run: str, recorder: Recorder) -> None:
    row = models.Sighting.objects.get(run=run, key=KEY)
    target = PortsTarget("127.0.0.99")
    with tampering():
        row.pk, row.key, row._state.adding = None, target.key, True
        row.save()
        assert recorder.verify(run) == [Problem("inserted", f"sighting {target.key}", "no chain entry commits to it")]


def test_a_verdict_turned_to_pass_is_named(run: str, recorder: Recorder) -> None:
    with tampering():
        execute("UPDATE history_finding SET verdict = 'pass' WHERE verdict = 'fail'")
        assert recorder.verify(run) == [Problem("changed", "finding cong-so-mau/TLS-12", "column verdict")]


def test_an_instance_made_younger_is_named(run: str, recorder: Recorder) -> None:
    with tampering():
        execute("UPDATE history_findinginstance SET first_seen = '2026-11-22' WHERE key LIKE '%%tls1_0'")
        found = recorder.verify(run)
        assert found == [Problem("changed", "finding cong-so-mau/TLS-12, instance 127.0.0.11:443/tls1_0")]


def test_a_finding_with_another_body_is_named(run: str, recorder: Recorder) -> None:
    """The forger leaves everything in agreement but the chain."""
    failed, passed = (models.Finding.objects.get(run=run, verdict=verdict) for verdict in ("fail", "pass"))
    with tampering():
        execute("UPDATE history_finding SET body_id = %s WHERE id = %s", [passed.body_id, failed.pk])
        assert Problem("changed", "finding cong-so-mau/TLS-12") in recorder.verify(run)


@pytest.mark.parametrize(
    ("table", "column", "what"),
    [
        ("history_run", "opening_id", "opening"),
        ("history_finding", "body_id", "finding cong-so-mau/TLS-12"),
        ("history_sighting", "observation_id", f"sighting {KEY}"),
    ],
)
def test_a_pointer_to_other_bytes_is_named(run: str, recorder: Recorder, table: str, column: str, what: str) -> None:
    inventory = digest(b'{"agencies":[]}')
    with tampering():
        execute(f"UPDATE {table} SET {column} = %s", [inventory])
        assert Problem("changed", what) in recorder.verify(run)


def test_a_table_that_cannot_be_read_is_named(sqlite: str) -> None:
    recorder = Recorder()
    run = whole_run(recorder)
    with tampering():
        execute("UPDATE history_sighting SET started = '2026-13-45 00:00:00'")
        assert ("damaged", "sightings") in {(each.fault, each.what) for each in recorder.verify(run)}


@pytest.mark.parametrize("column", ["sequence", "kind", "subject", "content", "previous", "digest"])
@pytest.mark.parametrize("value", [b"\xff\x00", "CAST(x'ff00' AS TEXT)"], ids=["bytes", "no UTF-8"])
def test_a_chain_entry_that_cannot_be_read_is_named(sqlite: str, column: str, value: bytes | str) -> None:
    recorder = Recorder()
    run = whole_run(recorder)
    with tampering():
        if isinstance(value, bytes):
            execute(f"UPDATE history_chainentry SET {column} = %s WHERE sequence = 2", [value])
        else:
            execute(f"UPDATE history_chainentry SET {column} = {value} WHERE sequence = 2")
        assert "damaged" in {each.fault for each in recorder.verify(run)}


@pytest.mark.parametrize(("column", "value"), [("body", 10**15), ("size", "'wide'"), ("body", "'text'")])
def test_a_blob_of_another_type_is_named(sqlite: str, column: str, value: int | str) -> None:
    recorder = Recorder()
    run = whole_run(recorder)
    name = digest(b'{"agencies":[]}')
    with tampering():
        execute(f"UPDATE history_blob SET {column} = {value} WHERE digest = %s", [name])
        assert [each.what for each in recorder.verify(run)] == [f"blob {name}"]


def test_a_gap_of_any_width_is_named_at_once(sqlite: str) -> None:
    recorder = Recorder()
    run = whole_run(recorder)
    with tampering():
        execute("UPDATE history_chainentry SET sequence = 9000000000000000000 WHERE kind = 'closing'")
        found = recorder.verify(run)
    last = len(EVIDENCE) + len(FINDINGS) + 1
    assert Problem("removed", f"chain entries {last} to 8999999999999999999") in found
    assert len(found) < 5


def test_a_run_whose_row_is_gone_is_verified_with_the_others(run: str, recorder: Recorder) -> None:
    other_run = whole_run(recorder, started=START + timedelta(days=1))
    with tampering():
        execute("DELETE FROM history_run WHERE id = %s", [run])
        execute("UPDATE history_run SET opening_id = 'sha256:00'")
        assert recorder.run_ids() == [run, other_run]
        assert all(recorder.verify(each) for each in recorder.run_ids())


def test_swapped_entries_are_named(run: str, recorder: Recorder) -> None:
    with tampering():
        for before, after in ((2, 999), (3, 2), (999, 3)):
            execute("UPDATE history_chainentry SET sequence = %s WHERE sequence = %s", [after, before])
        found = recorder.verify(run)
        assert {(each.fault, each.detail) for each in found} == {
            ("reordered", "it was entry 3"),
            ("reordered", "it was entry 2"),
        }


def test_a_damaged_blob_is_named(run: str, recorder: Recorder) -> None:
    for observation in OBSERVATIONS.values():
        name = observation_digest(observation)
        with tampering():
            execute("UPDATE history_blob SET body = %s WHERE digest = %s", [b"\x78\x9c", name])
            assert [each.what for each in recorder.verify(run)] == [f"blob {name}"]


def test_a_bomb_in_a_blob_is_not_unpacked(run: str, recorder: Recorder) -> None:
    bomb = zlib.compress(bytes(200_000_000), 9)
    name = digest(b'{"agencies":[]}')
    with tampering():
        execute("UPDATE history_blob SET body = %s WHERE digest = %s", [bomb, name])
        assert [each.fault for each in recorder.verify(run)] == ["damaged"]


def test_a_chain_computed_anew_is_found_by_its_published_head(run: str, recorder: Recorder) -> None:
    """Who owns the database and this program can forge a run whole; what was printed elsewhere tells."""
    head = recorder.run(run).head
    entries = [rows.entry(row) for row in models.ChainEntry.objects.filter(run=run).order_by("sequence")]
    kept = [entry for entry in entries if entry.subject != "trang-xa/TLS-12" and entry.kind != "closing"]
    closing = rows.closing(models.RunEnd.objects.get(run=run))
    with tampering():
        execute("DELETE FROM history_finding WHERE asset = 'trang-xa'")
        execute("UPDATE history_runend SET findings = 2")
        execute("DELETE FROM history_chainentry")
        last = link(run, kept[-1], "closing", "", digest(dump(replace(closing, findings=2))))
        models.ChainEntry.objects.bulk_create([rows.entry_row(entry) for entry in [*kept, last]])
        execute("DELETE FROM history_logentry")
        records.seal(run)
        assert recorder.verify(run) == []
        assert [each.what for each in recorder.verify(run, head)] == ["head of the chain"]
