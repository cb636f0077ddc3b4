"""How every asset stands: what is told of a control is told by the latest finished run that judged it.

A whole scan judges every control of an asset, a recheck some: so the way back through the runs ends, for an asset, with
the first whole one, and goes on only to count how long it has been silent.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from checks.model.brief import Brief
from checks.model.policy import SEVERITIES, Severity
from checks.model.standing import MOST_SILENT, Standing
from history import briefs, queries, records

RUNS = 400
"""No more runs are gone back to."""


@dataclass(slots=True)
class _Asset:
    """What is known of an asset on the way back."""

    at: datetime
    seen: set[str] = field(default_factory=set)
    failing: set[str] = field(default_factory=set)
    """Severities of what fails and counts."""
    unsettled: set[str] = field(default_factory=set)
    silent: int = 0
    answered: bool = False
    whole: datetime | None = None
    """When the latest whole scan was begun."""
    whole_run: str = ""

    @property
    def settled(self) -> bool:
        """Whether no earlier run can say anything more."""
        return self.whole is not None and (self.answered or self.silent >= MOST_SILENT)

    @property
    def worst(self) -> Severity | None:
        """The worst severity of what fails and counts."""
        return next((each for each in SEVERITIES if each in self.failing), None)

    def add(self, judged: Iterable[Brief], run: str, started: datetime, whole: bool) -> None:
        """Take in the run before."""
        fresh = [] if self.whole is not None else [each for each in judged if each.control not in self.seen]
        for each in fresh:
            self.seen.add(each.control)
            if each.verdict == "fail" and each.counts:
                self.failing.add(each.severity)
            if not each.settled:
                self.unsettled.add(each.control)
        if not self.answered:
            self.answered = any(each.verdict in ("pass", "fail") for each in judged)
            self.silent += not self.answered
        if whole and self.whole is None:
            self.whole, self.whole_run = started, run


def standings(assets: Collection[str]) -> dict[str, Standing]:
    """How each of the assets stands that a finished run has judged. Raises Damaged."""
    found: dict[str, _Asset] = {}
    left = set(assets)
    finished = queries.run_ids(state="finished").values_list("id", "started", "purpose")[:RUNS]
    runs = {run: (started, purpose is None) for run, started, purpose in finished}
    walk = briefs.Walk()
    for run, parts in records.back(runs, left):
        started, whole = runs[run]
        for asset, judged in walk.of(walk.told({each: part for each, part in parts.items() if each in left})):
            entry = found.setdefault(asset, _Asset(started))
            entry.add(judged, run, started, whole)
            if entry.settled:
                left.discard(asset)
        if not left:
            break
    return {
        asset: Standing(
            at=entry.at,
            worst=entry.worst,
            silent=entry.silent,
            unsettled=tuple(sorted(entry.unsettled)),
            whole=entry.whole,
            whole_run=entry.whole_run,
        )
        for asset, entry in found.items()
    }
