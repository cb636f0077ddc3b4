"""How old a fault is: the date on which it was first seen, carried from run to run.

An instance keeps its age while no look has shown it gone: runs that could not assess its control, or not at every
place of the asset, say nothing. Once shown gone it keeps its age if it is seen again within MEMORY.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from checks.compare import InstanceKey
from history import models, queries, rows

MEMORY = timedelta(days=90)
"""Between the run that showed a fault gone and the one that sees it again."""
FILTER = 500
"""Up to so many assets are named to the database; more are sorted out here."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What one run said of one control at one asset."""

    asset: str
    control: str
    verdict: str
    gaps: int
    """Places at which it could not be assessed."""
    ages: dict[str, date] = field(default_factory=dict)
    """First-seen dates by instance key."""

    @property
    def complete(self) -> bool:
        """Whether what it does not name is not there."""
        return self.verdict != "not_assessable" and self.gaps == 0


class Ages:
    """Walks back through the runs, newest first, and collects the ages that reach a given moment. Pure."""

    def __init__(self, at: datetime) -> None:
        self.found: dict[InstanceKey, date] = {}
        self._limit = at - MEMORY
        self._closed: dict[tuple[str, str], datetime] = {}
        """Of each control at each asset: the earliest complete judgement met so far."""

    def add(self, judged_at: datetime, judged: Iterable[Judged]) -> frozenset[str]:
        """Take in the run before; the assets of it about which no earlier run can say anything more."""
        pending: dict[str, bool] = {}
        for each in judged:
            pair = (each.asset, each.control)
            if not self._settled(pair):
                for key, first_seen in each.ages.items():
                    self.found.setdefault((*pair, key), first_seen)
                if each.complete:
                    self._closed[pair] = judged_at
            pending[each.asset] = pending.get(each.asset, False) or not self._settled(pair)
        return frozenset(asset for asset, more in pending.items() if not more)

    def _settled(self, pair: tuple[str, str]) -> bool:
        """Whether whatever an earlier run saw there was gone for longer than MEMORY."""
        return pair in self._closed and self._closed[pair] < self._limit


def first_seen(run_id: str, assets: Collection[str] | None = None) -> dict[InstanceKey, date]:
    """First-seen dates, by asset, control and instance key, that finished runs before a run hand on to it.

    Raises UnknownRun.
    """
    at = models.Run.objects.filter(pk=run_id).values_list("as_of", flat=True).first()
    earlier = queries.run_ids(state="finished", before=run_id)
    judged = models.Finding.objects.filter(run__in=earlier)
    if assets is not None and len(assets) <= FILTER:
        judged = judged.filter(asset__in=list(assets))
    known = set(judged.order_by().values_list("asset", flat=True).distinct())
    wanted = known if assets is None else known & set(assets)
    if at is None or not wanted:
        return {}
    collected = Ages(at)
    for run in models.Run.objects.filter(pk__in=earlier).order_by("-started", "-id"):
        over = collected.add(run.started, _judged(run, wanted))
        wanted -= over if run.purpose is None else frozenset()  # a recheck says nothing of an asset's other controls
        if not wanted:
            break
    return collected.found


def _judged(run: models.Run, assets: Collection[str]) -> list[Judged]:
    found = models.Finding.objects.filter(run=run)
    failing = models.FindingInstance.objects.filter(finding__run=run)
    if len(assets) <= FILTER:
        found = found.filter(asset__in=list(assets))
        failing = failing.filter(finding__asset__in=list(assets))
    judged = {
        row[0]: Judged(*row[1:])
        for row in found.values_list("id", "asset", "control", "verdict", "gaps")
        if row[1] in assets
    }
    day = run.as_of.date()
    for finding, key, first in failing.values_list("finding", "key", "first_seen"):
        if finding in judged:
            judged[finding].ages[rows.unescape(key)] = first or day
    return list(judged.values())
