"""Rows to values of `checks.model` and back: pure, no queries."""

import json
import zlib
from dataclasses import replace
from datetime import date
from typing import Any

from checks.model.canonical import adapter, canonical, digest, dump, load, plain
from checks.model.evidence import Evidence, Sighting, load_observation, observation_bytes
from checks.model.finding import Finding
from checks.model.target import DnsTarget, Target
from history import models
from history.errors import Damaged
from history.facts import Closing, Opening, Outcome, Purpose, utc
from history.ledger import Entry

COMPRESSION = 6
InstanceColumns = tuple[str, str, date | None, date | None]
"""Key (escaped), reason, first seen, due."""


def blob(data: bytes) -> models.Blob:
    """Bytes as they are stored."""
    return models.Blob(digest=digest(data), size=len(data), body=zlib.compress(data, COMPRESSION))


def content(row: models.Blob) -> bytes:
    """The bytes of a blob. Raises Damaged where they are not those that its digest names."""
    if not isinstance(row.size, int) or not isinstance(row.body, bytes | bytearray | memoryview):
        raise Damaged(row.digest)  # SQLite takes any value in any column
    try:
        inflate = zlib.decompressobj()
        data = inflate.decompress(bytes(row.body), row.size + 1)  # never more, whatever was put there
    except zlib.error as error:
        raise Damaged(row.digest) from error
    if len(data) != row.size or digest(data) != row.digest:
        raise Damaged(row.digest)
    return data


def targets_bytes(targets: tuple[Target, ...]) -> bytes:
    """The canonical bytes of a plan."""
    return canonical([plain(target) for target in targets])


def load_targets(data: bytes) -> tuple[Target, ...]:
    """The inverse of `targets_bytes`."""
    targets: tuple[Target, ...] = adapter(tuple[Target, ...]).validate_json(data)
    return targets


def sighting_row(run_id: str, sighting: Sighting) -> models.Sighting:
    """One look, as a row; its times become UTC."""
    return models.Sighting(
        run_id=run_id,
        key=sighting.target.key,
        target=dump(sighting.target).decode(),
        address=_address(sighting.target),
        vantage=sighting.vantage,
        started=utc(sighting.started),
        finished=utc(sighting.finished),
        connections=sighting.connections,
        tools=canonical(dict(sighting.tools)).decode(),
        observation_id=sighting.observation,
    )


def sighting(row: models.Sighting) -> Sighting:
    """The look that a row holds. Raises Damaged where the row makes no sense."""
    try:
        (target,) = load_targets(f"[{row.target}]".encode())
        tools = load_texts(row.tools)
    except ValueError as error:
        raise Damaged(f"sighting {row.run_id} {row.key}") from error
    return Sighting(
        target=target,
        vantage=row.vantage,
        started=row.started,
        finished=row.finished,
        connections=row.connections,
        tools=tools,
        observation=row.observation_id,
    )


def sighting_json(row: models.Sighting) -> dict[str, Any]:
    """The look of a row in JSON types, as it was written: a field that a type gained since is not in it.

    Raises Damaged where the row makes no sense.
    """
    value = plain(sighting(row))
    kept = {name: value[name] for name in ("vantage", "started", "finished", "connections", "observation")}
    return {**kept, "target": json.loads(row.target), "tools": json.loads(row.tools)}


def sighting_digest(row: models.Sighting) -> str:
    """What the chain commits to, made of the columns; empty where they contradict each other or make no sense."""
    try:
        target = sighting(row).target
        written = sighting_json(row)
    except Damaged:
        return ""
    if (row.key, row.address) != (target.key, _address(target)):
        return ""
    if (row.target, row.tools) != tuple(canonical(written[name]).decode() for name in ("target", "tools")):
        return ""
    return digest(canonical(written))


def evidence(row: models.Sighting, observed: bytes) -> Evidence:
    """A look and what it saw."""
    return Evidence(sighting(row), load_observation(observed))


def evidence_rows(run_id: str, found: Evidence) -> tuple[models.Sighting, models.Blob]:
    """A look and what it saw, as rows. Raises Damaged where the look names another observation."""
    seen = blob(observation_bytes(found.observation))
    if seen.digest != found.sighting.observation:
        raise Damaged(found.sighting.observation)
    return sighting_row(run_id, found.sighting), seen


def finding_row(run_id: str, finding: Finding, body: str) -> models.Finding:
    """A finding's index over its body."""
    return models.Finding(
        run_id=run_id,
        agency=finding.agency,
        asset=finding.asset,
        control=finding.control,
        verdict=finding.verdict,
        severity=finding.severity,
        reason=finding.reason,
        policy=finding.policy,
        gaps=len(finding.gaps),
        waived=finding.waiver is not None,
        announced=finding.announced is not None,
        body_id=body,
    )


def finding(body: bytes) -> Finding:
    """The finding of its canonical bytes."""
    return load(Finding, body)


def instance_columns(finding: Finding) -> list[InstanceColumns]:
    """What is indexed of each instance of a finding."""
    return [(escape(each.key), each.reason, each.first_seen, each.due) for each in finding.instances]


def escape(key: str) -> str:
    """A key from outside as it stands inside a JSON string: without NUL and other control characters."""
    return json.dumps(key, ensure_ascii=False)[1:-1]


def unescape(column: str) -> str:
    """The inverse of `escape`."""
    return str(json.loads(f'"{column}"'))


def entry_row(entry: Entry) -> models.ChainEntry:
    """A link as a row."""
    return models.ChainEntry(
        run_id=entry.run,
        sequence=entry.sequence,
        kind=entry.kind,
        subject=entry.subject,
        content=entry.content,
        previous=entry.previous,
        digest=entry.digest,
    )


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


def end_row(closing: Closing) -> models.RunEnd:
    """The end of a run as a row."""
    return models.RunEnd(
        run_id=closing.run,
        outcome=closing.outcome,
        finished=closing.finished,
        reason=escape(closing.reason),
        sightings=closing.sightings,
        findings=closing.findings,
    )


def closing(row: models.RunEnd) -> Closing:
    """The end that a row holds. Raises Damaged where the row makes no sense."""
    try:
        outcome: Outcome = adapter(Outcome).validate_python(row.outcome)
        reason = unescape(row.reason)
    except ValueError as error:
        raise Damaged(f"end {row.run_id}") from error
    return Closing(row.run_id, outcome, row.finished, reason, row.sightings, row.findings)


def load_texts(text: str) -> dict[str, str]:
    """A JSON object of strings. Raises ValueError for anything else."""
    texts: dict[str, str] = adapter(dict[str, str]).validate_json(text)
    return texts


def in_utc(sighting: Sighting) -> Sighting:
    """The same look with its times in UTC: equal moments then are equal bytes."""
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
