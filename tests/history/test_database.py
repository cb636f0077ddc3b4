"""How a database is named, opened and given its schema."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import DjangoDbBlocker

import history
from history.database import configuration
from history.errors import DatabaseUnusable
from history.store import Recorder
from tests.history.samples import open_run
from tests.history.test_crash import ROOT, WAIT


def pragma(name: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        return cursor.fetchone()[0]


def test_sqlite_keeps_what_it_committed(sqlite: str) -> None:
    assert pragma("journal_mode") == "wal"
    assert pragma("synchronous") == 2  # FULL
    assert pragma("foreign_keys") == 1
    assert pragma("recursive_triggers") == 1
    assert pragma("busy_timeout") == 30_000


def test_a_new_database_is_made_once_and_for_its_owner_only(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> None:
    path = tmp_path / "new folder" / "khien.sqlite3"
    with django_db_blocker.unblock():
        history.setup(str(path))
        steps = sorted(each.stem for each in Path(history.__file__).with_name("migrations").glob("0*.py"))
        assert history.pending() == tuple(f"history.{each}" for each in steps)
        assert not path.exists()
        assert history.migrate()
        assert history.pending() == ()
        assert not history.migrate()
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert Recorder().runs() == []
        history.close()


def test_two_databases_one_after_the_other(sqlite: str, tmp_path: Path) -> None:
    run = open_run(Recorder())
    history.setup(str(tmp_path / "other.sqlite3"))
    history.migrate()
    assert Recorder().runs() == []
    history.setup(sqlite)
    assert [each.id for each in Recorder().runs()] == [run]


def test_the_environment_overrides_the_configured_database(
    sqlite: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = open_run(Recorder())
    monkeypatch.setenv("KHIEN_DATABASE", sqlite)
    history.setup(str(tmp_path / "other.sqlite3"))
    assert [each.id for each in Recorder().runs()] == [run]


def test_two_first_uses_at_once(tmp_path: Path) -> None:
    path = tmp_path / "khien.sqlite3"
    program = f"import history; print(history.open_recorder({str(path)!r}).runs(), history.pending())"
    children = [
        subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)
    ]
    assert [child.communicate(timeout=WAIT)[0] for child in children] == ["[] ()\n", "[] ()\n"]


@pytest.mark.parametrize("bad", ["mysql://host/name", "postgresql://host", "postgresql://host:port/name"])
def test_a_database_named_wrongly_is_refused(bad: str) -> None:
    with pytest.raises(DatabaseUnusable):
        configuration(bad)


def test_the_words_on_a_malformed_url_hold_nothing_of_a_password() -> None:
    for bad in ("postgresql://khien:bi/mat@db.example/khien", "postgresql://khien:bi[mat@db.example/khien"):
        with pytest.raises(DatabaseUnusable) as caught:
            configuration(bad)
        assert not {"bi", "mat"} & set(caught.value.text.en.replace("'", " ").split())
        assert caught.value.__cause__ is None


def test_a_url_is_taken_apart() -> None:
    found = configuration("postgresql://user%40x:p%2Fw@db.example:6432/khi%C3%AAn?sslmode=verify-full")
    assert {key: found[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")} == {
        "USER": "user@x",
        "PASSWORD": "p/w",
        "HOST": "db.example",
        "PORT": "6432",
        "NAME": "khiên",
    }
    assert found["OPTIONS"]["sslmode"] == "verify-full"


def test_a_database_that_is_not_one(tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> None:
    path = tmp_path / "khien.sqlite3"
    path.write_bytes(b"not a database, but long enough to be read as the head of one" * 20)
    with django_db_blocker.unblock():
        for bad in (str(path), str(tmp_path), "postgresql://khien@127.0.0.1:1/none"):
            history.setup(bad)
            with pytest.raises(DatabaseUnusable):
                history.migrate()
            with pytest.raises(DatabaseUnusable):
                history.pending()


def test_the_models_are_those_of_the_migrations() -> None:
    command = [sys.executable, "-m", "django", "makemigrations", "--check", "--dry-run", "--settings=history.settings"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=WAIT)
    assert done.stdout == "No changes detected\n"
