"""Questions to the tables that several modules ask."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NoReturn

from django.db import connection
from django.db.models import Q, QuerySet

from checks.model.canonical import load
from history import models, rows
from history.errors import BodyRemoved, Damaged, UnknownRun
from history.facts import Opening, Purpose, State, utc
from history.sealed import Look

CHUNK = 500
"""Blobs that are held at once where many are read."""


def content(digest: str) -> bytes:
    """The bytes of a digest. Raises Damaged where they are missing or others."""
    row = models.Blob.objects.filter(pk=digest).first()
    try:
        return rows.content(row) if row is not None else _lost(digest)
    except Damaged:
        return _lost(digest)


def _lost(digest: str) -> NoReturn:
    """Raises Damaged; BodyRemoved where an act says that it was removed."""
    removed = models.RemovedBody.objects.filter(blob=digest).order_by("-act").first()
    act = None if removed is None else models.Retention.objects.filter(sequence=removed.act).first()
    if removed is None or act is None or removed.blob.body:
        raise Damaged(digest)
    raise BodyRemoved(digest, act.sequence, act.at)


def contents(digests: Iterable[str]) -> Iterator[tuple[str, bytes | None]]:
    """Each digest once with its bytes; None where they are missing or damaged."""
    for chunk, found in named(models.Blob, ("size", "body"), digests):
        for digest in chunk:
            try:
                yield digest, rows.inflated(digest, *found[digest])
            except (KeyError, Damaged):
                yield digest, None


def named(
    table: type[models.AppendOnlyModel], columns: Sequence[str], keys: Iterable[str]
) -> Iterator[tuple[list[str], dict[str, tuple[Any, ...]]]]:
    """Rows of a table by their primary keys, each once, in lots: the keys, and what the database has in those columns,
    which on SQLite may be anything. For many rows several times as fast as Django's own way."""
    left = list(dict.fromkeys(keys))
    meta = table._meta
    named_columns = {each.name: each.column for each in meta.concrete_fields}
    chosen = ", ".join(f'"{named_columns[each]}"' for each in (meta.pk.name, *columns))
    for start in range(0, len(left), CHUNK):
        chunk = left[start : start + CHUNK]
        places = ", ".join(["%s"] * len(chunk))
        with connection.cursor() as cursor:
            statement = f'SELECT {chosen} FROM {meta.db_table} WHERE "{meta.pk.column}" IN ({places})'  # noqa: S608
            cursor.execute(statement, chunk)
            yield chunk, {key: row for key, *row in cursor.fetchall()}


def bodies(digests: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    """Each digest once with its bytes. Raises Damaged where they are missing or others."""
    for digest, data in contents(digests):
        yield digest, _lost(digest) if data is None else data


def looks(found: QuerySet[models.Sighting]) -> Iterator[tuple[Look, str]]:
    """The looks of many rows, in the order of recording, each with the column of its address."""
    columns = ("key", "target", "vantage", "started", "finished", "connections", "tools", "observation_id", "address")
    for *look, address in found.order_by("id").values_list(*columns).iterator(CHUNK):
        yield Look(*look), address


def known(run_id: str) -> None:
    """Raises UnknownRun where there is no such run."""
    if not models.Run.objects.filter(pk=run_id).exists():
        raise UnknownRun(run_id)


def opening(run_id: str) -> Opening:
    """What a run started from. Raises UnknownRun, Damaged."""
    row = models.Run.objects.filter(pk=run_id).first()
    if row is None:
        raise UnknownRun(run_id)
    return load(Opening, content(row.opening_id))


def run_ids(
    *,
    state: State | None = None,
    before: str | None = None,
    agencies: Collection[str] | None = None,
    purpose: Purpose | None = None,
    ended_by: datetime | None = None,
) -> QuerySet[models.Run, str]:
    """Ids of runs, newest first. `before` are those that started before another; of finished ones those that had
    finished when that one did, so that a run which was gone on with later changes nothing of what was told of it.

    Raises UnknownRun where `before` names none.
    """
    found: QuerySet[models.Run] = models.Run.objects.order_by("-started", "-id")
    if state == "open":
        found = found.filter(end__isnull=True)
    elif state is not None:
        found = found.filter(end__outcome=state)
    if before is not None:
        other = models.Run.objects.filter(pk=before).first()
        if other is None:
            raise UnknownRun(before)
        found = found.filter(Q(started__lt=other.started) | Q(started=other.started, id__lt=other.id))
        end = models.RunEnd.objects.filter(run=before).first()
        if state == "finished" and end is not None:
            found = found.filter(end__finished__lte=end.finished)
    if agencies is not None:
        found = found.filter(pk__in=models.AgencyRecord.objects.filter(agency__in=list(agencies)).values("run"))
    if ended_by is not None:
        found = found.filter(end__finished__lte=utc(ended_by))
    if purpose is not None:
        found = found.filter(purpose=rows.purpose_column(purpose))
    return found.values_list("id", flat=True)
