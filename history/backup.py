"""Copies of the whole database, of one moment, while a scan writes; and the way back from one.

SQLite: its own backup, in one step, which reads a snapshot and keeps no writer waiting. PostgreSQL: pg_dump and
pg_restore, which do the same there. Passwords go to them by the environment, where other users cannot see them.
"""

import os
import secrets
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from django.db import DatabaseError, connection

from checks.model.text import Text
from history.database import close, use
from history.errors import BackupFailed

TOOL_SECONDS = 3600
"""One run of pg_dump or pg_restore."""
SQLITE_MAGIC = b"SQLite format 3\x00"
POSTGRESQL_MAGIC = b"PGDMP"


def write_copy(path: Path) -> None:
    """Copy the database of `history.setup` into a file that is there already, and empty. Raises BackupFailed."""
    if connection.vendor == "postgresql":
        _tool("pg_dump", "--format=custom", "--no-owner", f"--file={path}", settings=connection.settings_dict)
        return
    try:
        with (
            closing(sqlite3.connect(connection.settings_dict["NAME"], timeout=30)) as source,
            closing(sqlite3.connect(path)) as target,
        ):
            source.backup(target)
            target.execute("PRAGMA journal_mode=DELETE")  # one file, with nothing beside it
    except sqlite3.Error as error:
        raise _failed(str(error)) from error


def kind_of(path: Path) -> str:
    """Of which kind of database a copy is: sqlite or postgresql. Raises BackupFailed for anything else."""
    try:
        with path.open("rb") as file:
            begin = file.read(16)
    except OSError as error:
        raise _failed(f"{path}: {error.strerror}") from error
    if begin == SQLITE_MAGIC:
        return "sqlite"
    if begin.startswith(POSTGRESQL_MAGIC):
        return "postgresql"
    raise _failed(f"{path} không phải bản sao lưu", f"{path} is not a backup")


@contextmanager
def opened(path: Path) -> Iterator[bool]:
    """The copy as the database of this process, to be looked into; then the one before again.

    On PostgreSQL it is restored into a database of its own, which is removed at the end; where the role may not make
    one, nothing is opened, and False is what comes out. Raises BackupFailed.
    """
    before = dict(connection.settings_dict)
    if kind_of(path) == "sqlite":
        try:
            with _used(str(path)):
                yield True
        except DatabaseError as error:
            raise _failed(f"{path}: {error}") from error
        finally:
            use(before)
        return
    scratch = f"khien_check_{secrets.token_hex(6)}"
    if not _made(scratch):
        yield False
        return
    try:
        _tool("pg_restore", "--no-owner", "--exit-on-error", str(path), settings={**before, "NAME": scratch})
        with _used({**before, "NAME": scratch}):
            yield True
    finally:
        use(before)
        with connection.cursor() as cursor:
            cursor.execute(f'DROP DATABASE IF EXISTS "{scratch}"')


def bring_back(path: Path, keep: Path) -> None:
    """Put a copy, which is checked already, in the place of the database; what was there is kept as `keep`.

    Nobody else may use the database meanwhile. Raises BackupFailed; then the database is as it was.
    """
    if kind_of(path) != connection.vendor:
        kind = kind_of(path)
        raise _failed(f"{path} là bản sao của {kind}", f"{path} is a copy of {kind}")
    if connection.vendor == "postgresql":
        keep.touch(mode=0o600)
        write_copy(keep)
        how = ("--clean", "--if-exists", "--no-owner", "--exit-on-error", "--single-transaction")
        _tool("pg_restore", *how, str(path), settings=connection.settings_dict)
        close()
        return
    database = Path(connection.settings_dict["NAME"])
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy = cursor.fetchone()[0]
    close()
    if busy:
        raise _failed("có tiến trình khác đang dùng cơ sở dữ liệu", "another process uses the database")
    beside = database.with_name(f".{database.name}.{os.getpid()}.part")
    try:
        shutil.copyfile(path, beside)
        beside.chmod(0o600)
        with beside.open("rb") as file:
            os.fsync(file.fileno())
        for ending in ("-wal", "-shm"):  # folded into the file, and of no other
            Path(f"{database}{ending}").unlink(missing_ok=True)
        os.link(database, keep)
        beside.replace(database)
    except OSError as error:
        raise _failed(f"{error.filename}: {error.strerror}") from error
    finally:
        beside.unlink(missing_ok=True)


@contextmanager
def _used(database: str | Mapping[str, Any]) -> Iterator[None]:
    use(database)
    try:
        yield
    finally:
        close()


def _made(name: str) -> bool:
    """Make an empty database; False where the role may not."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}"')
    except DatabaseError:
        return False
    return True


def _tool(program: str, *arguments: str, settings: Mapping[str, Any]) -> None:
    """Run a program of PostgreSQL's client on a database. Raises BackupFailed."""
    found = shutil.which(program)
    if found is None:
        raise _failed(
            f"không có {program}: cài gói postgresql-client", f"there is no {program}: install postgresql-client"
        )
    where = ["--dbname" if program == "pg_restore" else "--", str(settings["NAME"])]
    options = ["--no-password", *arguments[: -1 if program == "pg_restore" else None]]
    command = [found, *options, *where, *(arguments[-1:] if program == "pg_restore" else ())]
    asked = {"PGHOST": settings["HOST"], "PGPORT": settings["PORT"], "PGUSER": settings["USER"]}
    asked |= {"PGPASSWORD": settings["PASSWORD"]}
    environment = {**os.environ, **{name: str(value) for name, value in asked.items() if value}}
    try:
        ended = subprocess.run(  # noqa: S603  (a program of this machine, arguments of ours)
            command, env=environment, capture_output=True, timeout=TOOL_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise _failed(f"{program}: {TOOL_SECONDS} s") from error
    if ended.returncode != 0:
        raise _failed(f"{program}: {_last(ended.stderr.decode(errors='replace').splitlines())}")


def _last(lines: Sequence[str]) -> str:
    return next((each.strip() for each in reversed(lines) if each.strip()), "?")


def _failed(vi: str, en: str = "") -> BackupFailed:
    return BackupFailed(Text(f"Không sao lưu hoặc khôi phục được: {vi}", f"Backup or restore failed: {en or vi}"))
