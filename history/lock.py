"""One at a time on one database: locks that the kernel or the server takes back when their holder dies.

SQLite: flock(2) on a file beside the database, in which the holder writes who it is. PostgreSQL: a session advisory
lock on a connection of its own, whose application name says who holds it. Who scans writes there also which run: that
says which one is being worked on, and says so no longer once its process is dead.
"""

import fcntl
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from history.errors import Holder, LockHeld, LockName

ADVISORY_SPACE = 0x4B484945
"""First half of the key of Khiên's advisory locks ("KHIE"), so that they meet nobody else's."""
ADVISORY_KEYS: dict[LockName, int] = {"scan": 1, "upgrade": 2, "schedule": 3, "alerts": 4, "reports": 6}
ADVISORY_LOG = 5
"""Taken by a transaction that appends to the log, until its end: see `history.log`."""
POLL_SECONDS = 0.2
HOLDER_BYTES = 1024
"""At most so much is read of what a holder wrote."""

SIGNED_BYTES = 63
"""Of an application name PostgreSQL keeps so many; a process, a time and a run have room in them."""

_held: set[int] = set()
"""Open lock files of this process."""
_signing: dict[LockName, Callable[[str], None]] = {}
"""By the locks that this process holds: how to write into each who holds it."""


def _forget_in_child() -> None:
    """A forked child shares the open file and with it the lock; it lets go, so that the lock dies with us."""
    for descriptor in _held:
        os.close(descriptor)
    _held.clear()


os.register_at_fork(after_in_child=_forget_in_child)


@contextmanager
def scan_lock(wait_seconds: float = 0) -> Iterator[None]:
    """Hold the right to scan on this database, waiting for it at most so many seconds.

    Raises LockHeld, which names the holder, where another process (or this one) still has it then.
    """
    with exclusive("scan", wait_seconds):
        yield


@contextmanager
def exclusive(name: LockName, wait_seconds: float) -> Iterator[None]:
    """Hold the lock of that name on this database; raises LockHeld when it is not free in time."""
    deadline = time.monotonic() + wait_seconds
    held = _advisory_lock if connection.vendor == "postgresql" else _file_lock
    with held(name, deadline) as write:
        since = time.time()
        _signing[name] = lambda run: write(_signature(since, run))
        _signing[name]("")
        try:
            yield
        finally:
            del _signing[name]


def working_on(run_id: str) -> None:
    """Say which run is worked on from now on; where this process does not hold the right to scan, nothing is said."""
    if "scan" in _signing:
        _signing["scan"](run_id)


def holder(name: LockName) -> Holder | None:
    """Who holds the lock now; None where nobody does. It is not taken for that."""
    if connection.vendor == "postgresql":
        return _advisory_holder(connection, name)
    try:
        descriptor = os.open(_path(name), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return None
    try:
        written = os.pread(descriptor, HOLDER_BYTES, 0)
        # Who lets go in order empties the file: so it is tried only where somebody has it, or died with it.
        return _parse(written) if written and not _flock(descriptor, fcntl.LOCK_SH) else None
    finally:
        os.close(descriptor)


def _path(name: LockName) -> Path:
    return Path(f"{connection.settings_dict['NAME']}.{name}.lock")


@contextmanager
def _file_lock(name: LockName, deadline: float) -> Iterator[Callable[[str], None]]:
    # Never removed: a waiter may have the old file open while another makes a new one, and both would hold "the" lock.
    descriptor = os.open(_path(name), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    _held.add(descriptor)
    try:
        while not _flock(descriptor, fcntl.LOCK_EX):
            if time.monotonic() >= deadline:
                raise LockHeld(name, _parse(os.pread(descriptor, HOLDER_BYTES, 0)))
            time.sleep(POLL_SECONDS)
        yield lambda signature: _write(descriptor, signature)
        os.ftruncate(descriptor, 0)
    finally:
        _held.discard(descriptor)
        os.close(descriptor)


def _write(descriptor: int, signature: str) -> None:
    os.pwrite(
        descriptor, signature.encode().ljust(SIGNED_BYTES), 0
    )  # over the one before, so that there is one at any moment


def _flock(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def _advisory_lock(name: LockName, deadline: float) -> Iterator[Callable[[str], None]]:
    # A connection of its own: the usual one may be closed and opened again while the scan goes on.
    own = connections.create_connection("default")

    def write(signature: str) -> None:
        with own.cursor() as cursor:
            cursor.execute("SELECT set_config('application_name', %s, false)", [signature])

    try:
        write(_signature(time.time(), ""))
        while not _advisory(own, name):
            if time.monotonic() >= deadline:
                raise LockHeld(name, _advisory_holder(own, name) or Holder())
            time.sleep(POLL_SECONDS)
        yield write
    finally:
        own.close()


def _advisory(own: BaseDatabaseWrapper, name: LockName) -> bool:
    with own.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", [ADVISORY_SPACE, ADVISORY_KEYS[name]])
        row = cursor.fetchone()
    return bool(row and row[0])


def _advisory_holder(own: BaseDatabaseWrapper, name: LockName) -> Holder | None:
    with own.cursor() as cursor:
        cursor.execute(
            "SELECT activity.application_name FROM pg_locks lock JOIN pg_stat_activity activity USING (pid)"
            " WHERE lock.locktype = 'advisory' AND lock.granted AND lock.classid = %s AND lock.objid = %s"
            " AND activity.datname = current_database()",
            [ADVISORY_SPACE, ADVISORY_KEYS[name]],
        )
        row = cursor.fetchone()
    return _parse(str(row[0]).encode()) if row else None


def _signature(since: float, run: str) -> str:
    """Who holds the lock since when, and the run that is worked on."""
    return f"{os.getpid()} {int(since)} {run}"


def _parse(written: bytes) -> Holder:
    """The holder as it signed; an unknown one where the bytes say nothing (it may be writing them just now)."""
    try:
        pid, since, *run = written.decode().split()
        return Holder(int(pid), datetime.fromtimestamp(int(since), UTC), run[0] if run else "")
    except (ValueError, OverflowError):
        return Holder()
