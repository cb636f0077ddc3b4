"""Databases for the tests: real SQLite files in WAL, and a real PostgreSQL server, empty for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from pytest_django import DjangoDbBlocker

import history
from history.store import Recorder
from tests.history.postgresql import Cluster, cluster
from tests.history.tampering import execute, tampering


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
def postgresql_database(postgresql: Cluster, django_db_blocker: DjangoDbBlocker) -> str:
    """The URL of a database with the schema."""
    url = postgresql.url(postgresql.create())
    _migrated(url, django_db_blocker)
    return url


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
def postgres(postgresql_database: str, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """An empty database, set up; its URL."""
    with django_db_blocker.unblock():
        history.setup(postgresql_database)
        yield postgresql_database
        with tampering(keep=True):
            tables = ", ".join(model._meta.db_table for model in apps.get_app_config("history").get_models())
            execute(f"TRUNCATE {tables}")
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
