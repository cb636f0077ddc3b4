"""What earlier runs saw of the targets of a run, for rules that compare."""

from collections.abc import Collection

from checks.model.evidence import Evidence
from history import models, queries, rows
from history.errors import UnknownRun

RUNS = 20
"""No more runs are gone back to: what nobody has looked at for so long has no earlier look."""


def evidence_before(run_id: str, keys: Collection[str]) -> dict[str, Evidence]:
    """Of each of the targets, the latest look of the finished runs that started before another, from its vantage.

    Raises UnknownRun, Damaged.
    """
    run = models.Run.objects.filter(pk=run_id).first()
    if run is None:
        raise UnknownRun(run_id)
    found: dict[str, Evidence] = {}
    missing = sorted(keys)
    for earlier in queries.run_ids(state="finished", before=run_id).filter(vantage=run.vantage)[:RUNS]:
        for start in range(0, len(missing), queries.CHUNK):
            chunk = missing[start : start + queries.CHUNK]
            looks = models.Sighting.objects.filter(run=earlier, key__in=chunk).select_related("observation")
            found |= {row.key: rows.evidence(row, rows.content(row.observation)) for row in looks}
        missing = [each for each in missing if each not in found]
        if not missing:
            break
    return found
