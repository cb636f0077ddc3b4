"""The archive of what left the office: each file that was issued, signed or sent, to the byte, and what is told of it.

One chain over all of them: see `history.journal`. The bytes are a blob, which the row names by its digest.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal, cast

from checks.model.canonical import STRICT, digest, dump, load
from checks.model.issued import IssuedFile
from history import journal, models, queries, rows
from history.errors import Damaged, NotStored, NumberTaken, UnknownFile, UnknownRun
from history.facts import utc
from history.ledger import Problem

LARGEST = 64 * 1024 * 1024
"""Bytes of a file; a report on 300 assets has one MiB, and some five times as much memory is taken while it is kept."""


@dataclass(frozen=True, slots=True)
class Archived:
    """A file in its place. Its canonical bytes are what the digest of the row names."""

    __pydantic_config__ = STRICT

    sequence: int
    """0, 1, 2 ... over all files; what a file is asked for by."""
    previous: str
    """Digest of the one before; empty for the first."""
    file: IssuedFile
    schema: Literal[1] = 1


def archive(file: IssuedFile, data: bytes) -> Archived:
    """Keep a file; it is on disk on return. What was kept before, the same bytes of the same document, stays.

    Raises NumberTaken where another document has its number in that year, or the same one has it on another day;
    UnknownRun, NotStored; ValueError where the digest or the size is not that of the bytes.
    """
    if (file.digest, file.size) != (digest(data), len(data)):
        raise ValueError("digest and size are not those of the file")
    if len(data) > LARGEST:
        raise NotStored(ValueError(f"{file.name}: more than {LARGEST} bytes"))
    if not models.Run.objects.filter(pk=file.run).exists():
        raise UnknownRun(file.run)
    told, blob = replace(file, at=utc(file.at)), rows.blob(data)

    def row_of(place: int, previous: str) -> models.IssuedFile:
        check(told)
        for row in models.IssuedFile.objects.filter(run=told.run, agency=told.agency, content=told.digest):
            if _same_document(_archived(row).file, told):
                return cast(models.IssuedFile, row)
        models.Blob.objects.bulk_create([blob], ignore_conflicts=True)
        return _row(Archived(place, previous, told))

    return _archived(journal.append(models.IssuedFile, row_of))


def check(file: IssuedFile) -> None:
    """Raises NumberTaken, as `archive` would; Damaged."""
    if file.number is None or file.day is None:
        return
    same = models.IssuedFile.objects.filter(number=file.number, day__year=file.day.year).order_by("sequence")
    for found in (_archived(row).file for row in same):
        if found.symbol != file.symbol or (found.run, found.agency, found.day) == (file.run, file.agency, file.day):
            continue
        raise NumberTaken(found)


def issued(run_id: str | None = None, agency: str | None = None) -> tuple[Archived, ...]:
    """What was archived, of all, of one run or of one agency, in the order of archiving. Raises Damaged."""
    found = models.IssuedFile.objects.order_by("sequence")
    if run_id is not None:
        found = found.filter(run=run_id)
    if agency is not None:
        found = found.filter(agency=agency)
    return tuple(_archived(row) for row in found)


def of_document(file: IssuedFile) -> tuple[Archived, ...]:
    """The files that were archived of a document (a run's report on an agency in a language and a format, with its
    number or as a draft), in the order of archiving. Raises Damaged."""
    found = issued(file.run, file.agency)
    return tuple(each for each in found if _same_document(each.file, file))


def latest(run_id: str, agency: str, language: str, format: str, until: datetime | None = None) -> Archived | None:
    """The file that stands for a report: the one last issued with a number, otherwise the one last signed, of those
    that were archived up to a moment.

    Raises Damaged.
    """
    kept = (
        issued(run_id, agency) if until is None else [each for each in issued(run_id, agency) if each.file.at <= until]
    )
    found = [each for each in kept if (each.file.language, each.file.format) == (language, format)]
    numbered = [each for each in found if each.file.number is not None]
    signed = [each for each in found if each.file.signer]
    return next(reversed(numbered or signed), None)


def get(sequence: int) -> Archived:
    """What is told of one file. Raises UnknownFile, Damaged."""
    row = models.IssuedFile.objects.filter(sequence=sequence).first()
    if row is None:
        raise UnknownFile(sequence)
    return _archived(row)


def content(archived: Archived) -> bytes:
    """The very bytes. Raises Damaged."""
    return queries.content(archived.file.digest)


def between(since: datetime | None, until: datetime | None) -> Iterator[tuple[str, IssuedFile]]:
    """What was archived from one moment to another, with the digest of its record, in order of time.

    Raises Damaged.
    """
    for content, archived in journal.between(models.IssuedFile, _archived, since, until):
        yield content, archived.file


def verify() -> Iterator[Problem]:
    """Every file that is not as it was archived, or whose place is empty."""
    return journal.verify(models.IssuedFile, "issued file", _whole)


def _whole(row: models.IssuedFile) -> Archived:
    found = _archived(row)
    if len(content(found)) != found.file.size:
        raise Damaged(found.file.digest)
    return found


def _same_document(one: IssuedFile, other: IssuedFile) -> bool:
    """Whether two files are of one document, however they are signed."""
    keys = [(each.run, each.agency, each.language, each.format, each.number, each.day) for each in (one, other)]
    return keys[0] == keys[1]


def _row(archived: Archived) -> models.IssuedFile:
    file, body = archived.file, dump(archived)
    return models.IssuedFile(
        sequence=archived.sequence,
        run_id=file.run,
        agency=file.agency,
        number=file.number,
        day=file.day,
        content_id=file.digest,
        at=file.at,
        body=body.decode(),
        digest=digest(body),
    )


def _archived(row: models.IssuedFile) -> Archived:
    """The file of a row. Raises Damaged where the columns are not those of the body, or the body is another."""
    name = f"issued file {row.sequence}"
    try:
        archived = load(Archived, row.body)
        sound = digest(row.body.encode()) == row.digest
    except (ValueError, TypeError, AttributeError) as error:  # SQLite takes any value in any column
        raise Damaged(name) from error
    if not sound or rows.columns(row) != rows.columns(_row(archived)):
        raise Damaged(name)
    return archived
