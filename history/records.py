"""What a run leaves in the log when it ends: the root of a Merkle tree over its entries, in a record of its own.

An entry says what belongs to the run, by digest: what it started from, what it saw, what was found, and how it ended.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from checks.model.canonical import STRICT, dump
from history import log, merkle, models, queries, rows
from history.ledger import Leaf


@dataclass(frozen=True, slots=True)
class Record:
    """What the log commits to of a run. The digest of its canonical bytes is the content of the run's leaf."""

    __pydantic_config__ = STRICT

    run: str
    size: int
    """How many entries it has."""
    root: str
    """Root of the tree over them, in hexadecimal."""
    schema: Literal[1] = 1


def entries(run_id: str) -> list[Leaf]:
    """Everything that belongs to a run, in the order in which it was committed. Raises UnknownRun, Damaged."""
    queries.known(run_id)
    found = models.ChainEntry.objects.filter(run=run_id).order_by("sequence")
    return [Leaf(each.kind, each.subject, each.content) for each in map(rows.entry, found.iterator(queries.CHUNK))]


def record_of(run_id: str, found: Sequence[Leaf]) -> Record:
    """The record of a run that has these entries."""
    return Record(run_id, len(found), merkle.root(leaf.data for leaf in found).hex())


def seal(run_id: str) -> Record:
    """Commit to a run that has just ended, within the transaction that ends it: its record, and a leaf of the log."""
    record = record_of(run_id, entries(run_id))
    blob = rows.blob(dump(record))
    models.Blob.objects.bulk_create([blob], ignore_conflicts=True)
    log.append(log.RUN, run_id, blob.digest)
    return record
