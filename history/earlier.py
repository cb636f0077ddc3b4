"""What earlier runs saw of the targets of a run, for rules that compare."""

from collections.abc import Collection

from checks.model.evidence import Evidence
from history import models, queries, records, sights
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
    missing = set(keys)
    known: set[str] = set()
    """Looks that were gone through in a later run, and in which there is nothing more."""
    before = list(queries.run_ids(state="finished", before=run_id).filter(vantage=run.vantage)[:RUNS])
    ends = models.RunEnd.objects.in_bulk(before)
    for earlier, parts in records.back(before):
        if not missing:
            break
        found |= sights.seen(sights.restored(ends[earlier], parts, missing, known))
        known |= {part.looks for part in parts.values()}
        missing -= found.keys()
    return found
