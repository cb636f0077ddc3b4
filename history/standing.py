"""How every asset stands: what is told of a control is told by the latest finished run that judged it.

A whole scan judges every control of an asset, a recheck some: so the way back through the runs ends, for an asset, with
the first whole one, and goes on only to count how long it has been silent.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import datetime

from checks.model.policy import SEVERITIES, Severity
from checks.model.standing import MOST_SILENT, Standing
from history import models, queries

RUNS = 400
"""No more runs are gone back to."""
Judged = tuple[str, str, str, int, bool]
"""Control, verdict, severity, gaps, whether a fail of it counts: it is not waived, and no longer only announced."""


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
    whole: bool = False

    @property
    def settled(self) -> bool:
        """Whether no earlier run can say anything more."""
        return self.whole and (self.answered or self.silent >= MOST_SILENT)

    @property
    def worst(self) -> Severity | None:
        """The worst severity of what fails and counts."""
        return next((each for each in SEVERITIES if each in self.failing), None)

    def add(self, judged: Iterable[Judged], whole: bool) -> None:
        """Take in the run before."""
        fresh = [] if self.whole else [each for each in judged if each[0] not in self.seen]
        for control, verdict, severity, gaps, counts in fresh:
            self.seen.add(control)
            if verdict == "fail" and counts:
                self.failing.add(severity)
            if verdict in ("fail", "not_assessable") or gaps:
                self.unsettled.add(control)
        if not self.answered:
            self.answered = any(each[1] in ("pass", "fail") for each in judged)
            self.silent += not self.answered
        self.whole = self.whole or whole


def standings(assets: Collection[str]) -> dict[str, Standing]:
    """How each of the assets stands that a finished run has judged."""
    found: dict[str, _Asset] = {}
    left = set(assets)
    for run in models.Run.objects.filter(pk__in=queries.run_ids(state="finished")).order_by("-started", "-id")[:RUNS]:
        if not left:
            break
        for asset, judged in _judged(run.pk, left).items():
            entry = found.setdefault(asset, _Asset(run.started))
            entry.add(judged, run.purpose is None)
            if entry.settled:
                left.discard(asset)
    return {
        asset: Standing(entry.at, entry.worst, entry.silent, tuple(sorted(entry.unsettled)))
        for asset, entry in found.items()
    }


def _judged(run_id: str, assets: Collection[str]) -> dict[str, list[Judged]]:
    found: dict[str, list[Judged]] = {}
    columns = ("asset", "control", "verdict", "severity", "gaps", "waived", "announced")
    judged = models.Finding.objects.filter(run=run_id).order_by().values_list(*columns)
    for asset, control, verdict, severity, gaps, waived, announced in judged.iterator(queries.CHUNK):
        if asset in assets:
            found.setdefault(asset, []).append((control, verdict, severity, gaps, not waived and not announced))
    return found
