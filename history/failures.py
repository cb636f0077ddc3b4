"""The looks of a run that saw nothing, by reason, without reading what the others saw."""

from collections import Counter

from checks.model.evidence import ProbeFailure, load_observation
from history import models, queries, rows, sights

LARGEST = 8192
"""Bytes: a failure is a reason and a short remark, so that a larger observation is none."""


def failures(run_id: str) -> dict[str, int]:
    """How many looks failed for each reason, by the name of the reason. Raises UnknownRun, Damaged."""
    queries.known(run_id)
    counted = sights.observations(run_id)
    found: Counter[str] = Counter()
    names = sorted(counted)
    for start in range(0, len(names), queries.CHUNK):
        small = models.Blob.objects.filter(size__lte=LARGEST, pk__in=names[start : start + queries.CHUNK])
        for row in small:
            seen = load_observation(rows.content(row))
            if isinstance(seen, ProbeFailure):
                found[seen.reason] += counted[row.pk]
    return dict(sorted(found.items()))
