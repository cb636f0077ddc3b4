"""Which database, how it is opened, and its schema. Nothing here knows what is stored.

SQLite is opened in WAL with synchronous=FULL: what was committed survives the loss of power, and a reader never
waits for the writer. Every transaction begins IMMEDIATE, so that a second writer waits for the first at the start
(at most BUSY_SECONDS) and never fails half way.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import django
from django.apps import apps
from django.core.management import call_command
from django.db import DatabaseError, connection, connections, transaction
from django.db.migrations.loader import MigrationLoader

from checks.model.text import Text
from history.errors import DatabaseUnusable, LockHeld
from history.lock import exclusive

ENVIRONMENT = "KHIEN_DATABASE"
"""Overrides the configured database, so that a password need not stand in a file."""
NOWHERE = ":memory:"
"""What the settings name until `setup` is called; nothing can be remembered there."""
BUSY_SECONDS = 30
CONNECT_SECONDS = 10
UPGRADE_SECONDS = 120
"""How long to wait for another process that upgrades the same database."""

SQLITE_INIT = (
    "PRAGMA journal_mode=WAL;"
    "PRAGMA synchronous=FULL;"
    # REPLACE deletes rows; only with this pragma does it meet the triggers that refuse to
    "PRAGMA recursive_triggers=ON"
)


def configuration(database: str) -> dict[str, Any]:
    """The Django settings of a database: the path of an SQLite file, or postgresql://user:password@host/name.

    Raises DatabaseUnusable for another scheme, for a URL without a name, and where the driver is missing.
    """
    scheme, separator, _ = database.partition("://")
    if not separator:
        return _sqlite(database)
    if scheme not in ("postgresql", "postgres"):
        raise DatabaseUnusable(
            Text(
                vi=f"Không hỗ trợ loại cơ sở dữ liệu {scheme!r}: chỉ dùng tệp SQLite hoặc postgresql://",
                en=f"Databases of kind {scheme!r} are not supported: an SQLite file or postgresql://",
            )
        )
    return _postgresql(database)


def setup(database: str, settings_module: str = "history.settings") -> None:
    """Make ready for a database, which KHIEN_DATABASE overrides; call it before anything that reads or writes.

    May be called again for another database. Connections of other threads stay with the one they have.
    Raises DatabaseUnusable where the database is named wrongly.
    """
    chosen = configuration(os.environ.get(ENVIRONMENT) or database)
    if not apps.ready:
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", settings_module)
        django.setup()
    use(chosen)


def use(database: str | Mapping[str, Any]) -> None:
    """Let this thread work on a database, named as for `setup` or by its Django settings; nothing overrides it."""
    chosen = configuration(database) if isinstance(database, str) else dict(database)
    connections.close_all()
    connections.settings = connections.configure_settings({"default": chosen})
    with suppress(AttributeError):  # this thread has none yet
        del connections["default"]


def migrate() -> tuple[str, ...]:
    """Create the schema, or bring it up to date; the names of the steps that were to be done. Safe at every start.

    Raises DatabaseUnusable where the database cannot be opened or written.
    """
    try:
        if connection.vendor == "sqlite":
            _create(connection.settings_dict["NAME"])
        # Before the first connection: two that turn a new SQLite file to WAL at once fail without waiting.
        with exclusive("upgrade", UPGRADE_SECONDS):
            steps = pending()
            if steps:
                call_command("migrate", interactive=False, verbosity=0)
    except (DatabaseError, OSError, LockHeld) as error:
        raise _unusable(error) from error
    return steps


def pending() -> tuple[str, ...]:
    """Names of the schema's steps that this database lacks; looking does not create it.

    Raises DatabaseUnusable where it cannot be opened.
    """
    missing = connection.vendor == "sqlite" and not Path(connection.settings_dict["NAME"]).exists()
    try:
        loader = MigrationLoader(None if missing else connection)
    except DatabaseError as error:
        raise _unusable(error) from error
    applied = loader.applied_migrations or {}
    steps = dict.fromkeys(step for leaf in loader.graph.leaf_nodes() for step in loader.graph.forwards_plan(leaf))
    return tuple(f"{app}.{name}" for app, name in steps if (app, name) not in applied)


def require_sound() -> None:
    """Raises DatabaseUnusable where the file of an SQLite database is damaged, as far as its own quick check tells;
    PostgreSQL looks after its files itself."""
    if connection.vendor != "sqlite":
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA quick_check(1)")
            (found,) = cursor.fetchone()
    except DatabaseError as error:
        raise _unusable(error) from error
    if found != "ok":
        raise DatabaseUnusable(Text(vi=f"Tệp cơ sở dữ liệu bị hỏng: {found}", en=f"The database is damaged: {found}"))


@contextmanager
def snapshot() -> Iterator[None]:
    """Everything that is read within is of one moment, whatever is committed meanwhile. For reading only.

    Nobody waits for it: neither the reader for a writer nor a writer for the reader. Within another snapshot or a
    transaction it is the view of that one.
    """
    connection.ensure_connection()
    if connection.in_atomic_block or getattr(connection.connection, "in_transaction", False):
        yield
    elif connection.vendor == "sqlite":
        # Past Django, whose transactions would begin IMMEDIATE and keep the writer out.
        with connection.cursor() as cursor:
            cursor.execute("BEGIN DEFERRED")
            try:
                yield
            finally:
                cursor.execute("ROLLBACK")
    else:
        with transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield


def close() -> None:
    """Close this thread's connections; the last one of an SQLite file folds the write-ahead log into it."""
    connections.close_all()


def _sqlite(database: str) -> dict[str, Any]:
    name = database if database == NOWHERE else str(Path(database).expanduser().absolute())
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": name,
        "OPTIONS": {"timeout": BUSY_SECONDS, "transaction_mode": "IMMEDIATE", "init_command": SQLITE_INIT},
    }


def _postgresql(database: str) -> dict[str, Any]:
    try:
        parts = urlsplit(database)
        port = parts.port
    except ValueError:  # its words quote the URL, and with it a password that holds a "/"
        raise DatabaseUnusable(
            Text(
                vi="Địa chỉ PostgreSQL viết sai; ký tự đặc biệt của mật khẩu viết dạng %2F",
                en="The PostgreSQL URL is malformed; write special characters of a password as in %2F",
            )
        ) from None
    name = unquote(parts.path.lstrip("/"))
    if not name:
        raise DatabaseUnusable(
            Text(vi="Địa chỉ PostgreSQL thiếu tên cơ sở dữ liệu", en="The PostgreSQL URL names no database")
        )
    if find_spec("psycopg") is None:
        raise DatabaseUnusable(
            Text(
                vi="Thiếu trình điều khiển PostgreSQL: cài đặt khien[postgres]",
                en="The driver for PostgreSQL is missing: install khien[postgres]",
            )
        )
    options: dict[str, Any] = {
        "connect_timeout": CONNECT_SECONDS,
        "options": f"-c lock_timeout={BUSY_SECONDS}s -c synchronous_commit=on",
        **dict(parse_qsl(parts.query)),
    }
    host = options.pop("host", None) or unquote(parts.hostname or "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": name,
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": host,
        "PORT": "" if port is None else str(port),
        "OPTIONS": options,
    }


def _create(name: str) -> None:
    """The file, readable by its owner only: it holds every weakness of an estate."""
    if name == NOWHERE:
        raise DatabaseUnusable(Text(vi="Chưa chỉ định cơ sở dữ liệu", en="No database is named"))
    path = Path(name)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600, exist_ok=True)


def _unusable(error: Exception) -> DatabaseUnusable:
    return DatabaseUnusable(
        Text(vi=f"Không dùng được cơ sở dữ liệu: {error}", en=f"The database cannot be used: {error}")
    )
