"""Bodies of evidence that are older than the rule says: which they are, their removal, and what is left to show of it.

Only observations go, and of these only the bytes: digest and size stay, so that every run still verifies. What was
removed stands in an act, which is a leaf of the log. Findings, policies, looks and files that were issued are never
removed. What is seen again later is stored again.

One chain over all acts: see `history.journal`.
"""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from checks.model.canonical import STRICT, adapter, canonical, digest, dump, load
from checks.model.retention import Removal
from history import journal, models, queries, records, rows, sights
from history.errors import Damaged
from history.facts import utc
from history.ledger import Problem


@dataclass(frozen=True, slots=True)
class Logged:
    """A removal in its place. Its canonical bytes are what the digest of the row names."""

    __pydantic_config__ = STRICT

    sequence: int
    """0, 1, 2 ... over all removals."""
    previous: str
    """Digest of the one before; empty for the first."""
    removal: Removal
    schema: Literal[1] = 1


def due(before: datetime) -> dict[str, int]:
    """The observations that only runs refer to which started before a moment and have ended: digest, and bytes of the
    body; without those whose body is gone already. Raises Damaged."""
    ended = models.Run.objects.filter(end__isnull=False)
    old = _observed(ended.filter(started__lt=utc(before)))
    young = _observed(ended.filter(started__gte=utc(before)))
    young |= set(models.Sighting.objects.values_list("observation_id", flat=True))
    names = sorted(old - young)
    found: dict[str, int] = {}
    for start in range(0, len(names), queries.CHUNK):
        rows_ = models.Blob.objects.filter(pk__in=names[start : start + queries.CHUNK])
        found |= {row.pk: row.size for row in rows_ if row.body}
    return found


def remove(bodies: dict[str, int], rule: str, before: datetime, by: str, at: datetime) -> Removal:
    """Remove the bodies that are `due`, and keep that in an act; on disk on return. No scan may run meanwhile.

    Raises NotStored.
    """
    told = rows.blob(canonical(bodies))
    removal = Removal(utc(at), by, rule, utc(before), told.digest, len(bodies), sum(bodies.values()))

    def row_of(place: int, previous: str) -> models.Retention:
        models.Blob.objects.bulk_create([told], ignore_conflicts=True)
        models.insert(models.RemovedBody, [{"blob_id": name, "act": place} for name in bodies])
        for name in bodies:
            models.put_body(name, b"")
        return _row(Logged(place, previous, removal))

    return _logged(journal.append(models.Retention, row_of)).removal


def removals() -> tuple[Logged, ...]:
    """Every removal, in order. Raises Damaged."""
    return tuple(_logged(row) for row in models.Retention.objects.order_by("sequence"))


def between(since: datetime | None, until: datetime | None) -> Iterator[tuple[str, Removal]]:
    """Each removal from one moment to another, with the digest of its record, in order of time. Raises Damaged."""
    for content, logged in journal.between(models.Retention, _logged, since, until):
        yield content, logged.removal


def excused(names: Collection[str]) -> dict[str, Logged]:
    """Of blobs that have no body: the last removal that says so, where the blob is otherwise as it was.

    Raises Damaged where such an act is.
    """
    acts: dict[int, tuple[Logged, dict[str, int]]] = {}
    found: dict[str, Logged] = {}
    rows_ = models.RemovedBody.objects.filter(blob__in=list(names)).select_related("blob").order_by("act")
    for row in rows_:
        if row.act not in acts:
            act = models.Retention.objects.filter(sequence=row.act).first()
            if act is None:
                continue
            acts[row.act] = _logged(act), _bodies(_logged(act))
        logged, bodies = acts[row.act]
        if bodies.get(row.blob_id) == row.blob.size and not row.blob.body:
            found[row.blob_id] = logged
    return found


def verify() -> Iterator[Problem]:
    """Every removal that is not as it was recorded, or whose place is empty, and every body that is said to have been
    removed by none."""
    yield from journal.verify(models.Retention, "retention", _sound)
    left = {(row.blob_id, row.act) for row in models.RemovedBody.objects.all()}
    for row in models.Retention.objects.order_by("sequence"):
        try:
            logged = _sound(row)
        except Damaged:  # told already
            return
        for name, size in _bodies(logged).items():
            blob = models.Blob.objects.filter(pk=name).first()
            if (name, logged.sequence) not in left:
                yield Problem("removed", f"removed body {name}", f"retention {logged.sequence} has it")
            elif blob is None or blob.size != size:
                yield Problem("damaged", f"blob {name}", f"it is not as retention {logged.sequence} left it")
            left.discard((name, logged.sequence))
    for name, place in sorted(left):
        yield Problem("inserted", f"removed body {name}", f"no retention {place} has it")


def _observed(runs: Iterable[models.Run]) -> set[str]:
    """Everything that some runs saw."""
    looks = {part.looks for _, parts in records.back([run.pk for run in runs]) for part in parts.values() if part.looks}
    return sights.observed(looks)


def _sound(row: models.Retention) -> Logged:
    """The removal of a row, the list of which is whole. Raises Damaged."""
    logged = _logged(row)
    bodies = _bodies(logged)
    if (len(bodies), sum(bodies.values())) != (logged.removal.number, logged.removal.size):
        raise Damaged(f"retention {row.sequence}")
    return logged


def _bodies(logged: Logged) -> dict[str, int]:
    try:
        found: dict[str, int] = adapter(dict[str, int]).validate_json(queries.content(logged.removal.bodies))
    except ValueError as error:  # the bytes of another blob
        raise Damaged(f"retention {logged.sequence}") from error
    return found


def _row(logged: Logged) -> models.Retention:
    body = dump(logged)
    return models.Retention(
        sequence=logged.sequence,
        at=logged.removal.at,
        body=body.decode(),
        digest=digest(body),
        bodies_id=logged.removal.bodies,
    )


def _logged(row: models.Retention) -> Logged:
    """The removal of a row. Raises Damaged where the columns are not those of the body, or the body is another."""
    name = f"retention {row.sequence}"
    try:
        logged = load(Logged, row.body)
        sound = digest(row.body.encode()) == row.digest
    except (ValueError, TypeError, AttributeError) as error:  # SQLite takes any value in any column
        raise Damaged(name) from error
    if not sound or rows.columns(row) != rows.columns(_row(logged)):
        raise Damaged(name)
    return logged
