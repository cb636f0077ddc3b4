"""Whatever is altered in the database, in any table and any column, the audit finds it and names it."""

import zlib
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.apps import apps
from django.db import models as fields

from checks.model.canonical import digest
from checks.model.evidence import observation_digest
from checks.model.target import PortsTarget
from history import models, queries, records, rows, seal, sealed, sights, whole
from history.errors import Damaged
from history.ledger import Problem
from history.store import Recorder
from tests.history.samples import EVIDENCE, FINDINGS, OBSERVATIONS, START, in_every_table, open_run, whole_run
from tests.history.tampering import execute, tampering

TABLES = list(apps.get_app_config("history").get_models())
COLUMNS = [
    (model, field)
    for model in TABLES
    for field in model._meta.concrete_fields
    if field.get_internal_type() != "BigAutoField"  # numbers that the database gave, and that mean nothing
]
KEY = PortsTarget("127.0.0.11").key


@pytest.fixture
def runs(recorder: Recorder) -> tuple[str, str]:
    """A finished run, and one that is open; and at least one row in every table."""
    return in_every_table(recorder)


@pytest.fixture
def run(runs: tuple[str, str]) -> str:
    return runs[0]


@pytest.fixture
def still_open(runs: tuple[str, str]) -> str:
    return runs[1]


def found() -> list[Problem]:
    """Everything that the audit of the whole database says."""
    return [problem for _, problem in whole.verify()]


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


def test_nothing_is_wrong_before(run: str, still_open: str, recorder: Recorder) -> None:
    assert found() == []
    assert recorder.verify(run, recorder.run(run).head) == []
    assert recorder.verify(still_open, recorder.run(still_open).head) == []


@pytest.mark.parametrize(
    ("model", "field"), COLUMNS, ids=lambda each: each.__name__ if isinstance(each, type) else each.attname
)
def test_a_changed_column_is_found_in_every_row(
    run: str, model: type[fields.Model], field: "fields.Field[Any, Any]"
) -> None:
    pk = model._meta.pk
    assert pk is not None
    table = model._meta.db_table
    every = list(model._default_manager.all())
    assert every, "a table without a row shows nothing"
    for row in every:
        value = getattr(row, field.attname)
        with tampering():
            statement = f'UPDATE {table} SET "{field.column}" = %s WHERE "{pk.column}" = %s'
            assert execute(statement, [other(value), row.pk]) == 1
            assert found(), f"{row} {value!r}"
    assert found() == []


@pytest.mark.parametrize("model", TABLES, ids=lambda each: each.__name__)
def test_a_removed_row_is_found(run: str, model: type[fields.Model]) -> None:
    pk = model._meta.pk
    assert pk is not None
    every = list(model._default_manager.all())
    assert every, "a table without a row shows nothing"
    for row in every:
        with tampering():
            execute(f'DELETE FROM {model._meta.db_table} WHERE "{pk.column}" = %s', [row.pk])
            assert found(), row


def test_a_changed_sighting_is_named(still_open: str, recorder: Recorder) -> None:
    with tampering():
        execute("UPDATE history_sighting SET connections = 0 WHERE key = %s", [KEY])
        assert recorder.verify(still_open) == [Problem("changed", f"sighting {KEY}")]


def test_a_removed_sighting_is_named(still_open: str, recorder: Recorder) -> None:
    with tampering():
        execute("DELETE FROM history_sighting WHERE key = %s", [KEY])
        assert recorder.verify(still_open) == [Problem("removed", f"sighting {KEY}")]


def test_an_inserted_sighting_is_named(still_open: str, recorder: Recorder) -> None:
    row = models.Sighting.objects.get(run=still_open, key=KEY)
    target = PortsTarget("127.0.0.99")
    with tampering():
        row.pk, row.key, row._state.adding = None, target.key, True
        row.save()
        told = recorder.verify(still_open)
        assert told == [Problem("inserted", f"sighting {target.key}", "no chain entry commits to it")]


@pytest.mark.parametrize("table", ["history_sighting", "history_chainentry"])
def test_a_row_given_to_a_run_that_has_ended_is_named(run: str, recorder: Recorder, table: str) -> None:
    with tampering():
        execute(f"UPDATE {table} SET run_id = %s", [run])
        told = recorder.verify(run)
        assert {each.fault for each in told} == {"inserted"}
        assert {each.detail for each in told} == {"the run has ended, and holds no such rows"}


@pytest.mark.parametrize("kept", [True, False], ids=["recorded as it is", "and put right again"])
def test_what_was_changed_before_the_run_ended_is_told_for_ever(
    still_open: str, recorder: Recorder, kept: bool
) -> None:
    with tampering(keep=True):
        execute("UPDATE history_sighting SET connections = 0 WHERE key = %s", [KEY])
    recorder.finish(still_open, FINDINGS, START)
    assert recorder.verify(still_open) == [Problem("changed", f"sighting {KEY}")]
    assert recorder.evidence(still_open, [KEY])[KEY].sighting.connections == 0


def name_of(body: bytes) -> str:
    """Put bytes into the database, as a forger would."""
    row = rows.blob(body)
    models.Blob.objects.bulk_create([row], ignore_conflicts=True)
    return row.digest


def test_a_verdict_turned_to_pass_is_named(run: str, recorder: Recorder) -> None:
    """The forger stores other findings and leaves the rest: up to where the run commits to what there was."""
    part = records.parts(run)["cong-so-mau"]
    forged = queries.content(part.findings).replace(b'"verdict":"fail"', b'"verdict":"pass"')
    parts = {"cong-so-mau": part._replace(findings=name_of(forged))}
    with tampering():
        content = name_of(sealed.parts_bytes(parts))
        execute("UPDATE history_agencyrecord SET content_id = %s WHERE agency = 'so-mau'", [content])
        assert recorder.verify(run) == [Problem("changed", "agency so-mau", "column content_id")]


def test_a_tally_that_flatters_is_named(run: str, recorder: Recorder) -> None:
    with tampering():
        execute("UPDATE history_agencyrecord SET tally = '[]' WHERE agency = 'so-mau'")
        assert recorder.verify(run) == [Problem("changed", "agency so-mau", "column tally")]


def test_an_agency_removed_or_inserted_is_named(run: str, recorder: Recorder) -> None:
    with tampering():
        execute("UPDATE history_agencyrecord SET agency = 'khac' WHERE agency = 'so-mau'")
        assert recorder.verify(run) == [Problem("inserted", "agency khac"), Problem("removed", "agency so-mau")]


@pytest.mark.parametrize(("part", "asset"), [("findings", "cong-so-mau"), ("looks", "")])
def test_damaged_findings_and_looks_are_named(run: str, recorder: Recorder, part: str, asset: str) -> None:
    name, what = getattr(records.parts(run)[asset], part), f"{part} of {asset}"
    with tampering():
        execute("DELETE FROM history_blob WHERE digest = %s", [name])
        told = recorder.verify(run)
        assert told == [Problem("damaged", f"blob {name}", f"{what}: missing, or other bytes")]
        with pytest.raises(Damaged):
            recorder.findings(run) if part == "findings" else recorder.evidence(run)


@pytest.mark.parametrize(
    ("table", "column", "what"),
    [
        ("history_run", "opening_id", "opening"),
        ("history_runend", "closing_id", "end"),
        ("history_runend", "record_id", "record"),
        ("history_agencyrecord", "content_id", "agency so-mau"),
    ],
)
def test_a_pointer_to_other_bytes_is_named(run: str, recorder: Recorder, table: str, column: str, what: str) -> None:
    inventory = digest(b'{"agencies":[]}')
    with tampering():
        execute(f"UPDATE {table} SET {column} = %s", [inventory])
        assert what in {each.what for each in recorder.verify(run) if each.fault == "changed"}


@pytest.mark.parametrize(
    ("table", "column"),
    [("history_run", "started"), ("history_runend", "finished"), ("history_sighting", "started")],
)
def test_a_row_that_cannot_be_read_is_named(sqlite: str, table: str, column: str) -> None:
    in_every_table(Recorder())
    with tampering():
        execute(f"UPDATE {table} SET {column} = '2026-13-45 00:00:00'")
        assert "damaged" in {each.fault for each in found()}


@pytest.mark.parametrize("column", ["agency", "content_id", "tally"])
@pytest.mark.parametrize("value", [b"\xff\x00", "CAST(x'ff00' AS TEXT)"], ids=["bytes", "no UTF-8"])
def test_a_record_of_an_agency_that_cannot_be_read_is_found(sqlite: str, column: str, value: bytes | str) -> None:
    in_every_table(Recorder())
    with tampering():
        if isinstance(value, bytes):
            execute(f"UPDATE history_agencyrecord SET {column} = %s WHERE agency = 'so-mau'", [value])
        else:
            execute(f"UPDATE history_agencyrecord SET {column} = {value} WHERE agency = 'so-mau'")
        assert found()


@pytest.mark.parametrize("column", ["sequence", "kind", "subject", "content", "previous", "digest"])
@pytest.mark.parametrize("value", [b"\xff\x00", "CAST(x'ff00' AS TEXT)"], ids=["bytes", "no UTF-8"])
def test_a_chain_entry_that_cannot_be_read_is_named(sqlite: str, column: str, value: bytes | str) -> None:
    recorder = Recorder()
    run = open_run(recorder)
    recorder.record_all(run, EVIDENCE)
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
    run = open_run(recorder)
    recorder.record_all(run, EVIDENCE)
    last = len(EVIDENCE)
    with tampering():
        execute("UPDATE history_chainentry SET sequence = 9000000000000000000 WHERE sequence = %s", [last])
        told = recorder.verify(run)
    assert Problem("removed", f"chain entries {last} to 8999999999999999999") in told
    assert len(told) < 5


def test_a_run_whose_row_is_gone_is_verified_with_the_others(run: str, still_open: str, recorder: Recorder) -> None:
    with tampering():
        execute("DELETE FROM history_run WHERE id = %s", [run])
        execute("UPDATE history_run SET opening_id = 'sha256:00'")
        assert {run, still_open} < set(recorder.run_ids())
        assert all(recorder.verify(each) for each in recorder.run_ids())


def test_swapped_entries_are_named(still_open: str, recorder: Recorder) -> None:
    with tampering():
        for before, after in ((2, 999), (3, 2), (999, 3)):
            execute("UPDATE history_chainentry SET sequence = %s WHERE sequence = %s", [after, before])
        told = recorder.verify(still_open)
        assert {(each.fault, each.detail) for each in told} == {
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


def test_a_run_computed_anew_is_found_by_what_was_published(run: str, recorder: Recorder) -> None:
    """Who owns the database and this program can forge a run whole; what was printed elsewhere tells."""
    head = recorder.run(run).head
    row, end = models.Run.objects.get(pk=run), models.RunEnd.objects.get(run=run)
    looks = sights.looks(run)
    kept = [each for each in recorder.findings(run) if each.asset != "trang-xa"]
    packed = sealed.pack(row.started, looks, kept)
    forged = replace(records.closing(end), findings=2, agencies=packed.contents, times=packed.times)
    with tampering():
        execute("DELETE FROM history_agencyrecord")
        execute("DELETE FROM history_runend")
        execute("UPDATE history_logentry SET content = %s WHERE kind = 'run'", [seal.write(row, forged, packed)])
        assert recorder.verify(run) == []
        assert [each.what for each in recorder.verify(run, head)] == ["head of the chain"]
