"""A table whose rows are one chain: each names the digest of the row before, in the order in which they were added.

Each row has a leaf of the log (`history.log`), which shows also that the last rows of a table are missing.
"""

from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from typing import Any, Protocol, TypeVar

from django.apps import apps
from django.db import DatabaseError, IntegrityError, transaction

from history import log, queries
from history.errors import Damaged, NotStored
from history.facts import utc
from history.ledger import Problem
from history.models import JournalRow

RACES = 20
"""Times that a place taken by another process is tried anew."""


class InPlace(Protocol):
    """What the body of a row says of its place."""

    @property
    def sequence(self) -> int: ...
    @property
    def previous(self) -> str: ...


Row = TypeVar("Row", bound=JournalRow)
Loaded = TypeVar("Loaded")


def commit(row: JournalRow) -> None:
    """Store a row with its leaf of the log, within the transaction of the caller. Raises django.db.DatabaseError."""
    row.save()
    log.append(row.LEAF, row.place, row.digest)


def append(table: type[Row], row_of: Callable[[int, str], Row]) -> Row:
    """Add a row, made for its place and the digest of the row before; it is on disk on return.

    A row that `row_of` gives and that has been stored already stays as it is. Raises NotStored, and what `row_of`
    raises.
    """
    for tried in range(1, RACES + 1):
        try:
            with transaction.atomic(durable=True):
                last: Any = table.objects.order_by("-sequence").first()
                row = row_of(*((0, "") if last is None else (last.sequence + 1, last.digest)))
                if row._state.adding:
                    commit(row)
            return row
        except IntegrityError as error:  # another process took the place
            if tried == RACES:
                raise NotStored(error) from error
        except DatabaseError as error:
            raise NotStored(error) from error
    raise AssertionError("every try ends")


def journals() -> list[type[JournalRow]]:
    """Every table of acts."""
    return [each for each in apps.get_app_config("history").get_models() if issubclass(each, JournalRow)]


def bodies(kinds: Collection[str] | None = None) -> Iterator[tuple[str, bytes]]:
    """The bodies of acts by digest, of some kinds or of all."""
    for table in journals():
        if kinds is None or table.LEAF in kinds:
            found = table.objects.order_by("id").values_list("digest", "body")
            yield from ((digest, body.encode()) for digest, body in found.iterator(queries.CHUNK))


def between(
    table: type[Row], load: Callable[[Row], Loaded], since: datetime | None, until: datetime | None
) -> Iterator[tuple[str, Loaded]]:
    """The rows from one moment to another, in order of time: each digest with what `load` makes of the row.

    For every table of acts, whether its rows are one chain or one for each subject. Raises what `load` raises.
    """
    found = table.objects.order_by("at", "id")
    if since is not None:
        found = found.filter(at__gte=utc(since))
    if until is not None:
        found = found.filter(at__lte=utc(until))
    for row in found.iterator(queries.CHUNK):
        yield row.digest, load(row)


def verify(table: type[Row], name: str, load: Callable[[Row], InPlace]) -> Iterator[Problem]:
    """Every row that is not as it was stored (`load` raises Damaged), or whose place is empty."""
    expected = 0
    before: str | None = ""
    """Digest of the row before; None where that one was damaged, which is told already."""
    row: Any
    for row in table.objects.order_by("sequence", "id").iterator(queries.CHUNK):
        shown = f"{name} {row.sequence}"
        try:
            found = load(row)
        except Damaged:
            yield Problem("changed", shown)
            expected, before = expected + 1, None
            continue
        if found.sequence != expected:
            yield Problem("removed", f"{name} {expected}")
        elif before is not None and found.previous != before:
            yield Problem("changed", shown, f"it does not follow the {name} before it")
        expected, before = found.sequence + 1, row.digest
