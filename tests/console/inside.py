"""Changes the database of a console as only time can."""

import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.core import signing

SALT = "django.contrib.sessions.SessionStore"
"""Under which Django signs what a session holds."""


def age(folder: Path, key: str, since: int, seen: int) -> None:
    """Let a session have begun so many seconds earlier, and have been used so many seconds earlier."""
    with closing(sqlite3.connect(folder / "khien.sqlite3", timeout=60)) as database, database:
        [(secret,)] = database.execute("SELECT value FROM console_secret").fetchall()
        [(data,)] = database.execute("SELECT session_data FROM django_session WHERE session_key = ?", (key,)).fetchall()
        session = signing.loads(data, key=secret, salt=SALT)
        session["since"] -= since
        session["seen"] -= seen
        changed = signing.dumps(session, key=secret, salt=SALT, compress=True)
        database.execute("UPDATE django_session SET session_data = ? WHERE session_key = ?", (changed, key))


def fail(folder: Path, name: str, ago: int, codes: int) -> None:
    """Let there have been so many wrong codes of a name, each from an address of its own, so many seconds ago."""
    at = (datetime.now(UTC) - timedelta(seconds=ago)).replace(tzinfo=None).isoformat(" ")
    rows = [(name, f"198.51.100.{number}", at, True) for number in range(codes)]
    with closing(sqlite3.connect(folder / "khien.sqlite3", timeout=60)) as database, database:
        database.executemany("INSERT INTO console_failedtry (name, address, at, code) VALUES (?, ?, ?, ?)", rows)


def give_second_factor(folder: Path, name: str, secret: str) -> None:
    """Let somebody have set up a second factor."""
    with closing(sqlite3.connect(folder / "khien.sqlite3", timeout=60)) as database, database:
        database.execute("UPDATE console_user SET totp_secret = ? WHERE name = ?", (secret, name))


def forget_tries(folder: Path) -> None:
    """Let nobody have failed to sign in."""
    with closing(sqlite3.connect(folder / "khien.sqlite3", timeout=60)) as database, database:
        database.execute("DELETE FROM console_failedtry")
