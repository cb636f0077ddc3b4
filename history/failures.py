"""The looks of a run that saw nothing, by reason, without reading what the others saw."""

from collections import Counter

from django.db.models import Count

from checks.model.evidence import ProbeFailure, load_observation
from history import models, queries, rows

LARGEST = 8192
"""Bytes: a failure is a reason and a short remark, so that a larger observation is none."""


def failures(run_id: str) -> dict[str, int]:
    """How many looks failed for each reason, by the name of the reason. Raises UnknownRun, Damaged."""
    queries.known(run_id)
    looks = models.Sighting.objects.filter(run=run_id, observation__size__lte=LARGEST).order_by()
    counted = {row["observation"]: row["number"] for row in looks.values("observation").annotate(number=Count("id"))}
    found: Counter[str] = Counter()
    names = sorted(counted)
    for start in range(0, len(names), queries.CHUNK):
        for row in models.Blob.objects.filter(pk__in=names[start : start + queries.CHUNK]):
            seen = load_observation(rows.content(row))
            if isinstance(seen, ProbeFailure):
                found[seen.reason] += counted[row.pk]
    return dict(sorted(found.items()))
