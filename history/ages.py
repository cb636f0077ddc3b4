"""How old a fault is: the date on which it was first seen, carried from run to run.

An instance keeps its age while no look has shown it gone: runs that could not assess its control, or not at every
place of the asset, say nothing. Once shown gone it keeps its age if it is seen again within MEMORY.
"""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from checks.compare import InstanceKey
from checks.model.brief import Brief
from history import briefs, models, queries, records
from history.sealed import Part

MEMORY = timedelta(days=90)
"""Between the run that showed a fault gone and the one that sees it again."""

_NONE: Mapping[str, date] = {}


@dataclass(frozen=True, slots=True)
class Judged:
    """What one run said of one control at one asset."""

    asset: str
    control: str
    verdict: str
    gaps: int
    """Places at which it could not be assessed."""
    ages: Mapping[str, date] = field(default_factory=dict)
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

    Raises UnknownRun, Damaged.
    """
    earlier = queries.run_ids(state="finished", before=run_id).values_list("id", "started", "as_of", "purpose")
    runs = {run: (started, as_of, purpose) for run, started, as_of, purpose in earlier}
    left = None if assets is None else set(assets)
    at = models.Run.objects.values_list("as_of", flat=True).get(pk=run_id)
    walk = _Walk(at)
    for run, parts in records.back(runs, left):
        over = walk.add(parts, *runs[run])
        if left is not None:
            left -= over
            if not left:
                break
    return walk.ages.found


class _Walk:
    """The way back through the runs, on which what is as it was in the run after is not taken in once more."""

    def __init__(self, at: datetime) -> None:
        self.ages = Ages(at)
        self._limit = at - MEMORY
        self._over: set[str] = set()
        """Assets of which no earlier run can say anything more."""
        self._last: dict[str, tuple[str, bool]] = {}
        """Of each asset what was taken in last, and whether in a run of before the limit: further runs that say the
        same before the limit add nothing, and neither do further ones after it."""
        self._briefs = briefs.Walk()

    def add(self, parts: Mapping[str, Part], started: datetime, as_of: datetime, purpose: str | None) -> frozenset[str]:
        """Take in the run before; the assets of it about which no earlier run can say anything more."""
        beyond = started < self._limit
        told = self._briefs.told({asset: part for asset, part in parts.items() if asset not in self._over})
        fresh = {asset: name for asset, name in told.items() if self._last.get(asset) != (name, beyond)}
        self._last |= {asset: (name, beyond) for asset, name in fresh.items()}
        judged = [
            Judged(asset, each.control, each.verdict, each.gaps, _dates(each, as_of.date()))
            for asset, said in self._briefs.of(fresh)
            for each in said
        ]
        over = self.ages.add(started, judged)
        if purpose is not None:  # a recheck says nothing of an asset's other controls
            return frozenset()
        self._over |= over
        return over


def _dates(said: Brief, day: date) -> Mapping[str, date]:
    """An instance without an age starts with its run."""
    return {each.key: each.first_seen or day for each in said.instances} if said.instances else _NONE
