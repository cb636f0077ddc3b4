"""khien db backup and restore, tried by restoring."""

import shutil
import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from history.lock import exclusive, scan_lock
from tests.cli.command import khien, khien_each
from tests.cli.conftest import Scanned


@pytest.fixture
def folder(scanned: Scanned, tmp_path: Path) -> Path:
    """A database of the test's own with two runs."""
    shutil.copytree(scanned.folder, tmp_path / "w")
    return tmp_path / "w"


def test_what_was_backed_up_is_restored(folder: Path) -> None:
    (folder / "copies").mkdir()
    made, listed = khien_each(("db", "backup", "copies/a.khien"), ("history", "list", "--json"), folder=folder)
    assert made.status == 0, made.err
    assert "2 runs, intact" in made.out
    copy = folder / "copies" / "a.khien"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert [each.name for each in copy.parent.iterdir()] == ["a.khien"]
    before = copy.read_bytes()
    for name in ("khien.sqlite3", "khien.sqlite3-wal", "khien.sqlite3-shm"):
        (folder / name).unlink(missing_ok=True)
    restored, again, verified = khien_each(
        ("db", "restore", "copies/a.khien"), ("history", "list", "--json"), ("history", "verify"), folder=folder
    )
    assert restored.status == 0, restored.err
    assert again.json() == listed.json()
    assert verified.status == 0
    assert copy.read_bytes() == before


def test_what_is_there_is_replaced_only_when_told_to_and_kept(folder: Path) -> None:
    made, scanned, refused, replaced, listed = khien_each(
        ("db", "backup", "a.khien"),
        ("scan", "--asset", "tat"),
        ("db", "restore", "a.khien"),
        ("db", "restore", "a.khien", "--replace"),
        ("history", "list", "--json"),
        folder=folder,
    )
    assert (made.status, scanned.status, refused.status, replaced.status) == (0, 0, 4, 0), replaced.err
    assert "holds 3 runs" in refused.err
    assert len(listed.json()) == 2
    (kept,) = folder.glob("khien.sqlite3.*.bak")
    shutil.copy(kept, folder / "khien.sqlite3")
    assert len(khien("history", "list", "--json", folder=folder).json()) == 3


def test_a_failed_backup_or_restore_leaves_nothing_behind(folder: Path) -> None:
    (folder / "no.khien").write_text("no copy")
    before = sorted(each.name for each in folder.iterdir())
    nowhere, no_copy, missing = khien_each(
        ("db", "backup", "none/a.khien"),
        ("db", "restore", "no.khien", "--replace"),
        ("db", "restore", "none.khien", "--replace"),
        folder=folder,
    )
    assert [each.status for each in (nowhere, no_copy, missing)] == [2, 2, 2]
    assert "not a backup" in no_copy.err
    assert not [each for each in (nowhere, no_copy, missing) if "Traceback" in each.err]
    left = {each.name for each in folder.iterdir()} - set(before)
    assert left <= {"khien.sqlite3-wal", "khien.sqlite3-shm", "khien.sqlite3.upgrade.lock"}


def test_a_copy_with_a_damaged_index_is_not_restored(folder: Path) -> None:
    assert khien("db", "backup", "a.khien", folder=folder).status == 0
    with closing(sqlite3.connect(folder / "a.khien")) as copy:
        (size,) = copy.execute("PRAGMA page_size").fetchone()
        (page,) = copy.execute("SELECT rootpage FROM sqlite_master WHERE name = 'operation_slots'").fetchone()
    with (folder / "a.khien").open("r+b") as file:
        file.seek((page - 1) * size)
        file.write(bytes(size))
    refused, sound = khien_each(("db", "restore", "a.khien", "--replace"), ("db", "check"), folder=folder)
    assert refused.status == 1
    assert "the copy is not intact" in refused.err
    assert sound.status == 0


def test_no_copy_takes_the_place_of_the_database_that_others_use(folder: Path) -> None:
    (folder / "link").symlink_to("khien.sqlite3")
    before = (folder / "khien.sqlite3").stat().st_ino
    for name in ("khien.sqlite3", "khien.sqlite3-wal", "link"):
        made = khien("db", "backup", name, folder=folder)
        assert (made.status, "is the database itself" in made.err) == (2, True)
    assert (folder / "khien.sqlite3").stat().st_ino == before


def test_nothing_is_restored_while_a_scan_or_a_daemon_runs(folder: Path, django_db_blocker: object) -> None:
    import history

    assert khien("db", "backup", "a.khien", folder=folder).status == 0
    history.setup(str(folder / "khien.sqlite3"))
    with scan_lock():
        ended = khien("db", "restore", "a.khien", "--replace", folder=folder)
    with exclusive("schedule", 0):
        by_daemon = khien("db", "restore", "a.khien", "--replace", folder=folder)
    history.close()
    assert (ended.status, by_daemon.status) == (4, 4)
    assert "Another scan is running" in ended.err
    assert "khien schedule run is at work" in by_daemon.err


def test_a_check_tells_of_old_tables_and_of_damage_and_changes_nothing(folder: Path) -> None:
    database = folder / "khien.sqlite3"
    assert "2 scan runs" in khien("db", "check", folder=folder).out
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    whole = bytearray(database.read_bytes())
    size = int.from_bytes(whole[16:18]) or 1 << 16
    whole[size : size + 8] = b"\xff" * 8  # the head of the second page
    database.write_bytes(whole)
    damaged = khien("db", "check", folder=folder)
    for each in folder.glob("khien.sqlite3*"):
        each.unlink()
    none = khien("db", "check", folder=folder)
    assert (damaged.status, none.status) == (2, 2)
    assert "damaged" in damaged.err or "malformed" in damaged.err
    assert "khien db upgrade" in none.err
    assert not database.exists()
