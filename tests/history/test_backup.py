"""Copies of the whole database, of one moment, and the way back."""

from pathlib import Path

import pytest
from django.db import connection

from checks.model.evidence import DnsObservation
from checks.model.target import DnsTarget
from history import backup, whole
from history.errors import BackupFailed
from history.store import Recorder
from tests.history.samples import EVIDENCE, evidence, open_run, whole_run
from tests.history.tampering import execute, tampering
from tests.history.test_crash import said, start_child


def copied(path: Path) -> Path:
    path.touch()
    backup.write_copy(path)
    return path


def test_a_copy_holds_everything_and_is_intact(recorder: Recorder, database: str, tmp_path: Path) -> None:
    run = whole_run(recorder)
    copy = copied(tmp_path / "copy")
    assert backup.kind_of(copy) == connection.vendor
    recorder.record(open_run(recorder), EVIDENCE[0])
    expected = recorder.export(run)
    with backup.opened(copy) as opened:
        assert opened
        assert Recorder().run_ids() == [run]
        assert Recorder().export(run) == expected
        assert list(whole.verify()) == []
    assert len(recorder.run_ids()) == 2  # the database is the one before again


def test_a_copy_made_while_a_scan_writes_is_of_one_moment(database: str, tmp_path: Path) -> None:
    with start_child(database) as child:
        begin, *_ = said(child, 20)
        copies = [copied(tmp_path / f"copy-{number}") for number in range(3)]
        told = said(child, 1)  # it goes on
        assert told
        child.kill()
    run = begin.removeprefix("run ")
    looks = []
    for copy in copies:
        with backup.opened(copy):
            assert list(whole.verify()) == []
            looks.append(len(Recorder().evidence(run)))
    assert 19 <= looks[0] <= looks[1] <= looks[2]


def test_what_was_there_is_kept_and_the_copy_takes_its_place(recorder: Recorder, tmp_path: Path) -> None:
    first = whole_run(recorder)
    copy = copied(tmp_path / "copy")
    second = open_run(recorder)
    recorder.record(second, evidence(DnsTarget("moi.example"), DnsObservation(())))
    backup.bring_back(copy, tmp_path / "kept")
    assert Recorder().run_ids() == [first]
    assert list(whole.verify()) == []
    assert (tmp_path / "kept").stat().st_mode & 0o077 == 0
    with backup.opened(tmp_path / "kept"):
        assert sorted(Recorder().run_ids()) == sorted([first, second])
        assert list(whole.verify()) == []
    with pytest.raises(Exception, match="append-only"):
        execute("DELETE FROM history_run")


def test_a_copy_of_something_that_was_altered_says_so(recorder: Recorder, tmp_path: Path) -> None:
    run = whole_run(recorder)
    with tampering(keep=True):
        execute("UPDATE history_runend SET sightings = 99")
    with backup.opened(copied(tmp_path / "copy")):
        assert {name for name, _ in whole.verify()} == {run}


def test_what_is_no_copy_is_refused(recorder: Recorder, tmp_path: Path) -> None:
    run = whole_run(recorder)
    other = b"PGDMP" if connection.vendor == "sqlite" else b"SQLite format 3\x00"
    for number, content in enumerate((b"", b"PK\x03\x04", other)):
        path = tmp_path / f"no-{number}"
        path.write_bytes(content)
        with pytest.raises(BackupFailed):
            backup.bring_back(path, tmp_path / "kept")
    with pytest.raises(BackupFailed):
        backup.kind_of(tmp_path / "none")
    assert Recorder().run_ids() == [run]
    assert not (tmp_path / "kept").exists()


def test_a_damaged_copy_leaves_the_database_as_it_was(recorder: Recorder, tmp_path: Path) -> None:
    run = whole_run(recorder)
    copy = copied(tmp_path / "copy")
    copy.write_bytes(copy.read_bytes()[: copy.stat().st_size // 2])
    with pytest.raises(BackupFailed), backup.opened(copy):
        list(whole.verify())
    if connection.vendor == "postgresql":
        with pytest.raises(BackupFailed):
            backup.bring_back(copy, tmp_path / "kept")
    assert Recorder().run_ids() == [run]
    assert recorder.verify(run) == []


def test_without_the_programs_it_says_what_to_install(
    postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupFailed, match="postgresql-client"):
        copied(tmp_path / "copy")
