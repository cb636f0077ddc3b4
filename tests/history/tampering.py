"""What somebody with the database's own password can do: the triggers go, and with them the foreign keys' checks."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import connection, transaction


def execute(statement: str, parameters: Sequence[Any] = ()) -> int:
    """Run one statement past the models; how many rows it met."""
    with connection.cursor() as cursor:
        cursor.execute(statement, parameters)
        return int(cursor.rowcount)


@contextmanager
def tampering(*, keep: bool = False) -> Iterator[None]:
    """A time in which rows can be changed. Afterwards nothing shows that there was one; unless kept, all is undone."""
    on_sqlite = connection.vendor == "sqlite"
    if on_sqlite:
        execute("PRAGMA foreign_keys = OFF")
    with transaction.atomic():
        triggers = _drop_triggers() if on_sqlite else []
        if not on_sqlite:
            execute("SET LOCAL session_replication_role = replica")  # as triggers that are switched off
        yield
        for sql in triggers:
            execute(sql)
        transaction.set_rollback(not keep)
    if on_sqlite:
        execute("PRAGMA foreign_keys = ON")


def _drop_triggers() -> list[str]:
    """The statements that make the triggers again."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        found = cursor.fetchall()
    for name, _ in found:
        execute(f"DROP TRIGGER {name}")
    return [sql for _, sql in found]
