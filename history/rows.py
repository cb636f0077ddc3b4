"""Rows to values of `checks.model` and back: pure, no queries."""

import json
import zlib
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from checks.model.canonical import adapter, canonical, digest, load, plain
from checks.model.evidence import Evidence, Sighting, load_observation
from checks.model.finding import Finding
from checks.model.target import DnsTarget, Target
from history import models
from history.errors import Damaged
from history.facts import Closing, Opening, Purpose, utc
from history.ledger import Entry
from history.sealed import Look

COMPRESSION = 6


def blob(data: bytes) -> models.Blob:
    """Bytes as they are stored."""
    return models.Blob(digest=digest(data), size=len(data), body=zlib.compress(data, COMPRESSION))


def content(row: models.Blob) -> bytes:
    """The bytes of a blob. Raises Damaged where they are not those that its digest names."""
    return inflated(row.digest, row.size, row.body)


def inflated(name: str, size: object, body: object) -> bytes:
    """The bytes of the columns of a blob. Raises Damaged where they are not those that its digest names."""
    if not isinstance(size, int) or not isinstance(body, bytes | bytearray | memoryview):
        raise Damaged(name)  # SQLite takes any value in any column
    try:
        data = zlib.decompressobj().decompress(body, size + 1)  # never more, whatever was put there
    except (zlib.error, OverflowError, ValueError) as error:
        raise Damaged(name) from error
    if len(data) != size or digest(data) != name:
        raise Damaged(name)
    return data


def targets_bytes(targets: tuple[Target, ...]) -> bytes:
    """The canonical bytes of a plan."""
    return canonical([plain(target) for target in targets])


def load_targets(data: bytes) -> tuple[Target, ...]:
    """The inverse of `targets_bytes`."""
    targets: tuple[Target, ...] = adapter(tuple[Target, ...]).validate_json(data)
    return targets


def sighting_columns(run_id: str, sighting: Sighting) -> tuple[dict[str, object], str]:
    """One look as the columns of its row, its times in UTC; and the digest of it, which the run commits to."""
    written = plain(sighting)
    columns = {
        "run_id": run_id,
        "key": sighting.target.key,
        "target": canonical(written["target"]).decode(),
        "address": _address(sighting.target),
        "vantage": sighting.vantage,
        "started": sighting.started,
        "finished": sighting.finished,
        "connections": sighting.connections,
        "tools": canonical(written["tools"]).decode(),
        "observation_id": sighting.observation,
    }
    return columns, digest(canonical(written))


def look(row: models.Sighting) -> Look:
    """The look of a row, as its columns have it."""
    return Look(
        key=row.key,
        target=row.target,
        vantage=row.vantage,
        started=row.started,
        finished=row.finished,
        connections=row.connections,
        tools=row.tools,
        observation=row.observation_id,
    )


def sighting(look: Look) -> Sighting:
    """The value of a look. Raises Damaged where it makes no sense."""
    try:
        (target,) = load_targets(f"[{look.target}]".encode())
        tools = load_texts(look.tools)
    except ValueError as error:
        raise Damaged(f"sighting {look.key}") from error
    return Sighting(
        target=target,
        vantage=look.vantage,
        started=look.started,
        finished=look.finished,
        connections=look.connections,
        tools=tools,
        observation=look.observation,
    )


def sighting_json(look: Look) -> dict[str, Any]:
    """A look in JSON types, as it was written: a field that a type gained since is not in it.

    Raises ValueError where target or tools are no JSON.
    """
    return {
        "target": json.loads(look.target),
        "vantage": look.vantage,
        "started": _iso(look.started),
        "finished": _iso(look.finished),
        "connections": look.connections,
        "tools": json.loads(look.tools),
        "observation": look.observation,
    }


def _iso(moment: datetime) -> str:
    """As `checks.model.canonical.plain` writes a time in UTC."""
    return moment.isoformat().replace("+00:00", "Z")


def tools(looks: Iterable[Look]) -> dict[str, str]:
    """Tools and versions over looks in the order of recording; where one changed, the version of the later look.

    A text that makes no sense, which is told as a fault of the look, says nothing here.
    """
    found: dict[str, str] = {}
    for text in reversed(list(dict.fromkeys(look.tools for look in reversed(list(looks))))):
        with suppress(ValueError):
            found |= load_texts(text)
    return found


def look_digest(look: Look) -> str:
    """The digest of a look, which an open run commits to; empty where it is not written as one is."""
    try:
        written = sighting_json(look)
        spelled = tuple(canonical(written[name]).decode() for name in ("target", "tools"))
        return digest(canonical(written)) if (look.target, look.tools) == spelled else ""
    except (ValueError, TypeError):  # SQLite takes any value in any column
        return ""


def committed(look: Look, address: str) -> str:
    """The same of a row, all columns of which have to fit."""
    found = look_digest(look)
    return found if found and address == json.loads(look.target).get("address", "") else ""


def row_digest(row: models.Sighting) -> str:
    """The same."""
    return committed(look(row), row.address)


def evidence(look: Look, observed: bytes) -> Evidence:
    """A look and what it saw."""
    return Evidence(sighting(look), load_observation(observed))


def finding(body: bytes) -> Finding:
    """The finding of its canonical bytes."""
    return load(Finding, body)


def escape(key: str) -> str:
    """A key from outside as it stands inside a JSON string: without NUL and other control characters."""
    return json.dumps(key, ensure_ascii=False)[1:-1]


def unescape(column: str) -> str:
    """The inverse of `escape`."""
    return str(json.loads(f'"{column}"'))


def entry_columns(entry: Entry) -> dict[str, object]:
    """A link as the columns of its row."""
    return {
        "run_id": entry.run,
        "sequence": entry.sequence,
        "kind": entry.kind,
        "subject": entry.subject,
        "content": entry.content,
        "previous": entry.previous,
        "digest": entry.digest,
    }


def entry(row: models.ChainEntry) -> Entry:
    """The link that a row holds. Raises Damaged where a column is not of its type (SQLite takes any value)."""
    texts = (row.run_id, row.kind, row.subject, row.content, row.previous, row.digest)
    if not isinstance(row.sequence, int) or not all(isinstance(each, str) for each in texts):
        raise Damaged(f"chain entry, row {row.pk}")
    return Entry(row.run_id, row.sequence, row.kind, row.subject, row.content, row.previous, row.digest)


def run_row(opening: Opening, opening_digest: str) -> models.Run:
    """A run's index over its opening facts."""
    return models.Run(
        id=opening.id,
        vantage=opening.vantage,
        started=opening.started,
        as_of=opening.as_of,
        opening_id=opening_digest,
        purpose=purpose_column(opening.purpose),
    )


def purpose_column(purpose: Purpose) -> str | None:
    """How the column tells what a run is for: nothing stands there for a scan, as for every run before rechecks."""
    return None if purpose == "scan" else purpose


def end_row(closing: Closing, closing_digest: str, record: str) -> models.RunEnd:
    """The end of a run as a row: an index over its closing facts, with the digests of these and of its record."""
    return models.RunEnd(
        run_id=closing.run,
        outcome=closing.outcome,
        finished=closing.finished,
        reason=escape(closing.reason),
        sightings=closing.sightings,
        findings=closing.findings,
        closing_id=closing_digest,
        record_id=record,
    )


def load_texts(text: str) -> dict[str, str]:
    """A JSON object of strings. Raises ValueError for anything else."""
    texts: dict[str, str] = adapter(dict[str, str]).validate_json(text)
    return texts


def in_utc(sighting: Sighting) -> Sighting:
    """The same look with its times in UTC: equal moments then are equal bytes."""
    if sighting.started.tzinfo is UTC and sighting.finished.tzinfo is UTC:
        return sighting
    return replace(sighting, started=utc(sighting.started), finished=utc(sighting.finished))


def columns(row: models.AppendOnlyModel) -> dict[str, Any]:
    """The values of a row by column, without the number that the database gave it."""
    return {
        field.attname: getattr(row, field.attname)
        for field in type(row)._meta.concrete_fields
        if field.get_internal_type() != "BigAutoField"
    }


def _address(target: Target) -> str:
    return "" if isinstance(target, DnsTarget) else target.address
