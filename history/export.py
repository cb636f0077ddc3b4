"""A run as JSON, for whoever wants to check it elsewhere: its chain, and what each link commits to."""

import json
from typing import Any

from checks.model.canonical import plain
from history import models, queries, rows
from history.database import snapshot
from history.facts import Opening

SCHEMA = "khien.history.run/1"


def export_run(run_id: str, bodies: bool = False) -> dict[str, Any]:
    """The whole run in JSON types, with the text of every blob where `bodies` are wanted. Raises UnknownRun, Damaged.

    The content of an entry is the digest of the canonical bytes (sorted keys, no spaces, UTF-8) of `opening`, of
    the entry's sighting, finding, or of `closing`. Blobs (observations, policies, texts ...) are named by digest.
    """
    with snapshot():  # the chain of a run that goes on, and what it commits to, are of one moment
        found = _export(run_id)
        if bodies:
            found["bodies"] = {each: queries.content(each).decode() for each in found["blobs"]}
        return found


def _export(run_id: str) -> dict[str, Any]:
    opening = queries.opening(run_id)
    facts = models.Run.objects.values_list("opening_id", flat=True).get(pk=run_id)
    entries = models.ChainEntry.objects.filter(run=run_id).order_by("sequence")
    sightings = models.Sighting.objects.filter(run=run_id).order_by("id")
    findings = models.Finding.objects.filter(run=run_id).order_by("id").select_related("body")
    end = models.RunEnd.objects.filter(run=run_id).first()
    chain = [rows.entry(row) for row in entries]
    looks = [rows.sighting_json(row) for row in sightings.iterator(queries.CHUNK)]
    return {
        "schema": SCHEMA,
        "run": run_id,
        "opening": json.loads(queries.content(facts)),
        "closing": None if end is None else plain(rows.closing(end)),
        "chain": [plain(entry) for entry in chain],
        "sightings": looks,
        "findings": [json.loads(rows.content(row.body)) for row in findings.iterator(queries.CHUNK)],
        "blobs": [
            facts,
            *_blobs(opening, [each.content for each in chain if each.kind == "plan"]),
            *sorted({look["observation"] for look in looks}),
        ],
    }


def _blobs(opening: Opening, additions: list[str]) -> list[str]:
    """Digests of everything that the opening facts and the additions to the plan name."""
    texts = [digest for files in opening.policy_sources.values() for digest in files.values()]
    named = [opening.inventory, opening.plan, opening.waivers, *opening.policies.values(), *texts, *additions]
    return list(dict.fromkeys(named))
