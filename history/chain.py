"""The chain of an open run: how a step extends it, and whether it still fits what it commits to (`history.ledger`)."""

from collections.abc import Iterator

from django.db import DatabaseError

from history import models, queries, rows
from history.errors import Damaged, RunEnded, UnknownRun
from history.ledger import Entry, EntryKind, Leaf, Problem, link, verify_chain, verify_leaves, verify_order

DETAIL = 200
"""A problem's remark is cut to this many characters."""
BATCH = 500
"""Rows a statement: within what SQLite and PostgreSQL take."""


class Chain:
    """The links that one step adds to the chain of a run."""

    def __init__(self, run_id: str, last: Entry | None) -> None:
        self.run_id = run_id
        self._last = last
        self._added: list[Entry] = []

    @classmethod
    def of(cls, run_id: str) -> "Chain":
        """The chain of an open run, which no other step can extend until this one is over.

        Raises UnknownRun, RunEnded, Damaged.
        """
        held(run_id)
        last = models.ChainEntry.objects.filter(run=run_id).order_by("-sequence").first()
        if last is None:
            raise Damaged(f"chain {run_id}")
        return cls(run_id, rows.entry(last))

    def add(self, kind: EntryKind, subject: str, content: str) -> "Chain":
        """Link one thing more."""
        self._last = link(self.run_id, self._last, kind, subject, content)
        self._added.append(self._last)
        return self

    def save(self) -> None:
        """Store the links."""
        models.insert(models.ChainEntry, [rows.entry_columns(each) for each in self._added])


def held(run_id: str) -> models.Run:
    """An open run, which no other step can extend or end until this one is over. Raises UnknownRun, RunEnded."""
    run: models.Run | None = models.Run.objects.select_for_update().filter(pk=run_id).first()
    if run is None:
        raise UnknownRun(run_id)
    if models.RunEnd.objects.filter(run=run_id).exists():
        raise RunEnded(run_id)
    return run


def additions(run_id: str) -> tuple[str, ...]:
    """Digests of what was added to the plan of an open run, in order."""
    found = models.ChainEntry.objects.filter(run=run_id, kind="plan").order_by("sequence")
    return tuple(found.values_list("content", flat=True))


def faults(run_id: str) -> Iterator[Problem]:
    """Everything of the chain of an open run, and of what it commits to, that is not as it was committed."""
    entries, problems = _entries(run_id)
    yield from problems
    yield from verify_chain(entries)
    yield from verify_order(entries)
    leaves: list[Leaf] = []
    try:
        leaves += [Leaf("opening", "", run.opening_id) for run in models.Run.objects.filter(pk=run_id)]
        for look, address in queries.looks(models.Sighting.objects.filter(run=run_id)):
            leaves.append(Leaf("sighting", look.key, rows.committed(look, address)))
    except Exception as error:  # SQLite takes any value in any column, and then no row of the table can be read
        yield Problem("damaged", "sightings", unreadable(error))
    for entry in entries:  # an addition to the plan has no row but its link
        if entry.kind == "plan":
            leaves.append(Leaf("plan", entry.subject, entry.content))
            if entry.subject != entry.content:
                yield Problem("changed", entry.name)
    yield from verify_leaves(entries, leaves)


def unreadable(error: Exception) -> str:
    """What is said of a table that cannot be read."""
    return f"it cannot be read: {type(error).__name__}: {error}"[:DETAIL]


def _entries(run_id: str) -> tuple[list[Entry], list[Problem]]:
    """The links of a run that can be read, by sequence, and those that cannot."""
    entries, problems = [], []
    try:
        for row in models.ChainEntry.objects.filter(run=run_id).order_by("sequence", "id"):
            try:
                entries.append(rows.entry(row))
            except Damaged:
                problems.append(Problem("damaged", f"chain entry, row {row.pk}", "a column is not of its type"))
    except DatabaseError as error:  # text that is no UTF-8
        problems.append(Problem("damaged", "chain", f"it cannot be read: {error}"[:DETAIL]))
    return entries, problems
