"""What fails in a run, in brief. What did not change since the run that was asked for last is not read again."""

from collections.abc import Collection
from threading import Lock
from typing import NamedTuple

from checks.model.brief import Brief
from history import briefs, models, records
from history.sealed import NOBODY

RUNS = 50
"""After so many what was kept is let go: what no run says any more is in it too."""


class Failing(NamedTuple):
    """A control that fails at an asset."""

    agency: str
    """As the run has it."""
    asset: str
    said: Brief


class _Kept:
    """The walk through the runs of the estate. Whoever else asks meanwhile waits."""

    def __init__(self) -> None:
        self.lock = Lock()
        self._walk = briefs.Walk()
        self._runs = 0

    def walk(self) -> briefs.Walk:
        """To go on with."""
        if self._runs == RUNS:
            self._walk, self._runs = briefs.Walk(), 0
        self._runs += 1
        return self._walk


_kept = _Kept()


def failing(run_id: str, agencies: Collection[str] | None = None) -> list[Failing]:
    """What fails in a run at the assets of all, or of some agencies by the ids that the run has for them, in the order
    of assets and controls. Raises Damaged."""
    if agencies is not None:
        return _failing(run_id, agencies, briefs.Walk())
    with _kept.lock:
        return _failing(run_id, None, _kept.walk())


def _failing(run_id: str, agencies: Collection[str] | None, walk: briefs.Walk) -> list[Failing]:
    found = models.AgencyRecord.objects.filter(run=run_id).exclude(agency=NOBODY)
    if agencies is not None:
        found = found.filter(agency__in=list(agencies))
    contents = dict(found.values_list("agency", "content_id"))
    held = records.held_assets(contents.values())
    owners = {asset: agency for agency, content in contents.items() for asset in held[content]}
    parts = {asset: part for content in held.values() for asset, part in sorted(content.items())}
    return [
        Failing(owners[asset], asset, each)
        for asset, said in sorted(walk.of(walk.told(parts)))
        for each in said
        if each.verdict == "fail"
    ]
