"""A run as JSON, for whoever wants to look at it elsewhere: what it commits to, and what there is behind it."""

import json
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

from checks.model.canonical import plain
from history import models, queries, records, rows, sealed, sights
from history.database import snapshot
from history.errors import BodyRemoved
from history.facts import Opening

SCHEMA = "khien.history.run/2"


def export_run(run_id: str, bodies: bool = False) -> dict[str, Any]:
    """The whole run in JSON types, with the text of every blob where `bodies` are wanted. Raises UnknownRun, Damaged.

    `record` has the root of the Merkle tree over `entries`; both are null and a chain while the run is open. Blobs
    (observations, policies, texts, findings and looks of an asset ...) are named by digest.
    """
    with snapshot():  # the chain of a run that goes on, and what it commits to, are of one moment
        found = _export(run_id)
        if bodies:
            found["bodies"] = dict(_bodies(found["blobs"]))
        return found


def _bodies(names: list[str]) -> Iterator[tuple[str, str]]:
    """The texts of blobs, but for those that were removed by an act. Raises Damaged."""
    for name in names:
        with suppress(BodyRemoved):
            yield name, queries.content(name).decode()


def _export(run_id: str) -> dict[str, Any]:
    opening = queries.opening(run_id)
    facts = models.Run.objects.values_list("opening_id", flat=True).get(pk=run_id)
    end = records.end(run_id)
    chain = models.ChainEntry.objects.filter(run=run_id).order_by("sequence")
    looks = sights.looks(run_id)
    parts = records.parts(run_id)
    findings = (part.findings for _, part in sorted(parts.items()) if part.findings)
    return {
        "schema": SCHEMA,
        "run": run_id,
        "opening": json.loads(queries.content(facts)),
        "closing": None if end is None else json.loads(queries.content(end.closing_id)),
        "record": None if end is None else plain(records.record(end)),
        "entries": [plain(entry) for entry in (map(rows.entry, chain) if end is None else records.entries(run_id))],
        "sightings": [rows.sighting_json(look) for look in looks],
        "findings": [json.loads(line) for _, data in queries.bodies(findings) for line in sealed.lines(data)],
        "blobs": [
            facts,
            *_blobs(opening, records.plan(run_id)),
            *([] if end is None else _sealed(end)),
            *sorted(each for part in parts.values() for each in (part.findings, part.looks) if each),
            *sorted({look.observation for look in looks}),
        ],
    }


def _blobs(opening: Opening, additions: tuple[str, ...]) -> list[str]:
    """Digests of everything that the opening facts and the additions to the plan name."""
    texts = [digest for files in opening.policy_sources.values() for digest in files.values()]
    named = [opening.inventory, opening.plan, opening.waivers, *opening.policies.values(), *texts, *additions]
    return list(dict.fromkeys(named))


def _sealed(end: models.RunEnd) -> list[str]:
    """Digests of what a run that has ended is kept in, beside findings and looks."""
    closing = records.closing(end)
    return [end.closing_id, end.record_id, closing.times, *closing.agencies.values()]
