"""The log of the whole database: one leaf for each run that ended and for each row of a journal, in the order in which
they were committed, under one Merkle tree (`history.merkle`).

A leaf is appended in the transaction that stores what it commits to, so that there is never one without the other.
"""

from collections.abc import Iterator, Mapping

from django.db import connection

from checks.model.checkpoint import Head
from history import models
from history.errors import Damaged
from history.ledger import Leaf, Problem
from history.lock import ADVISORY_LOG, ADVISORY_SPACE
from history.merkle import Tree, leaf_hash

CHUNK = 2000
RUN = "run"
"""Kind of the leaf of a run, whose content is the digest of the run's record."""


def append(kind: str, subject: str, content: str) -> int:
    """Add a leaf, within the transaction of the caller, and give its place: 0, 1, 2 ... without gaps.

    `kind` and `subject` name what the leaf commits to, and `content` is the digest of its bytes. Call it last in the
    transaction: on PostgreSQL it keeps every other process from appending until the end of it (on SQLite the
    transaction does so from its beginning). Raises django.db.DatabaseError where the database does not take it.
    """
    if not connection.in_atomic_block:
        raise RuntimeError("a leaf is appended in the transaction that stores what it commits to")
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s, %s)", [ADVISORY_SPACE, ADVISORY_LOG])
    last: int | None = models.LogEntry.objects.order_by("-index").values_list("index", flat=True).first()
    index = 0 if last is None else last + 1
    models.LogEntry(index=index, kind=kind, subject=subject, content=content).save()
    return index


def leaves(size: int | None = None) -> Iterator[Leaf]:
    """The first `size` leaves in their order, or all. Raises Damaged where one is missing or makes no sense."""
    found = models.LogEntry.objects.order_by("index")
    expected = 0
    for row in found.iterator(CHUNK):
        if expected == size:
            return
        if row.index != expected or not all(isinstance(each, str) for each in (row.kind, row.subject, row.content)):
            raise Damaged(f"log entry {expected}")
        expected += 1
        yield Leaf(row.kind, row.subject, row.content)
    if size is not None and expected < size:
        raise Damaged(f"log entry {expected}")


def tree(size: int | None = None) -> Tree:
    """The tree over the first `size` leaves, or over all. Raises Damaged."""
    return Tree(leaf_hash(leaf.data) for leaf in leaves(size))


def head(size: int | None = None) -> Head:
    """The state of the log, now or when it had so many leaves. Raises Damaged."""
    found = tree(size)
    return Head(found.size, found.root().hex())


def head_of_run(run_id: str) -> Head:
    """The state of the log in which a run that has ended is the last leaf: what its reports print.

    Raises Damaged where it has none.
    """
    return head(index_of(run_id) + 1)


def index_of(run_id: str) -> int:
    """The place of the leaf of a run. Raises Damaged where there is none, as for a run that has not ended."""
    found: int | None = models.LogEntry.objects.filter(kind=RUN, subject=run_id).values_list("index", flat=True).first()
    if found is None:
        raise Damaged(f"log entry {RUN} {run_id}")
    return found


def twice(found: Mapping[int, Leaf]) -> Iterator[Problem]:
    """Every leaf, by its place, of what has one already: nothing is done or ends twice."""
    first: dict[tuple[str, str], int] = {}
    for index, leaf in found.items():
        before = first.setdefault((leaf.kind, leaf.subject), index)
        if before != index:
            yield Problem("inserted", f"log entry {index}", f"entry {before} is of {leaf.name} already")


def verify_run(run_id: str, content: str | None) -> Iterator[Problem]:
    """Whether the log has the leaf of a run that ended, and with the digest of its record; None: it has not ended."""
    row = models.LogEntry.objects.filter(kind=RUN, subject=run_id).first()
    name = f"log entry {RUN} {run_id}"
    if row is None:
        if content is not None:
            yield Problem("removed", name)
        return
    if content is None:
        yield Problem("inserted", name, "the run has not ended")
    elif row.content != content:
        yield Problem("changed", name, "it commits to other entries")
    if models.LogEntry.objects.filter(index__lt=row.index).count() != row.index:
        yield Problem("removed", name, "a place before it is empty")
