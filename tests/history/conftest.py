"""Databases for the tests: real SQLite files in WAL, and a real PostgreSQL server, each test with one of its own."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

import history
from history.store import Recorder
from tests.history.postgresql import Cluster, cluster


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    """A running server."""
    with cluster() as running:
        yield running


def _migrated(database: str, blocker: DjangoDbBlocker) -> None:
    with blocker.unblock():
        history.setup(database)
        history.migrate()
        history.close()


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Path:
    """An empty database with the schema."""
    path = tmp_path_factory.mktemp("history") / "template.sqlite3"
    _migrated(str(path), django_db_blocker)
    return path


@pytest.fixture(scope="session")
def postgresql_template(postgresql: Cluster, django_db_blocker: DjangoDbBlocker) -> str:
    """The name of an empty database with the schema."""
    name = postgresql.create()
    _migrated(postgresql.url(name), django_db_blocker)
    return name


@pytest.fixture
def sqlite(sqlite_template: Path, tmp_path: Path, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A database of the test's own, set up; its path."""
    path = tmp_path / "khien.sqlite3"
    shutil.copy(sqlite_template, path)
    with django_db_blocker.unblock():
        history.setup(str(path))
        yield str(path)
        history.close()


@pytest.fixture
def postgres(postgresql: Cluster, postgresql_template: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A database of the test's own, set up; its URL."""
    url = postgresql.url(postgresql.create(postgresql_template))
    with django_db_blocker.unblock():
        history.setup(url)
        yield url
        history.close()


@pytest.fixture(params=["sqlite", "postgres"])
def database(request: pytest.FixtureRequest) -> str:
    """Each kind of database in turn; what `history.setup` takes."""
    name: str = request.getfixturevalue(request.param)
    return name


@pytest.fixture
def recorder(database: str) -> Recorder:
    """The memory of that database."""
    return Recorder()
