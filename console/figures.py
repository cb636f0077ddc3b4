"""What the pages tell of a run: how each agency stands, which controls fail most. Made of what the door lets through.

A finished run never changes, so what is made of it for those who see everything is kept for the next who asks.
"""

from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import date, datetime
from threading import Lock
from typing import TypeVar, cast

from django.db import connection

from checks.model.asset import Agency
from checks.model.policy import SEVERITIES, Control, Severity
from checks.model.text import Text
from checks.score import Score, score_of
from console.charts import Point
from history.access import Door, Past
from history.facts import RunRow
from reports.messages.figures import local_date

TREND = 12
"""Earlier scans that a trend goes back."""
LOW_COVERAGE = 8000
"""Basis points. Below it much of what applies was not assessed, and a score says little."""
KEPT = 200
"""So many results are kept at once."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Standing:
    """How an agency stands by a run."""

    agency: Agency
    assets: int
    """That the run's inventory has of it."""
    score: Score
    before: Score | None = None
    """By the scan before that judged it; None: there was none."""

    @property
    def moved(self) -> int | None:
        """Basis points from the score before to this one; None where either is not determined."""
        if self.before is None or self.before.score is None or self.score.score is None:
            return None
        return self.score.score - self.before.score

    @property
    def poorly_covered(self) -> bool:
        """Whether much of what applies was not assessed."""
        return self.score.coverage is not None and self.score.coverage < LOW_COVERAGE


@dataclass(frozen=True, slots=True)
class FailingControl:
    """A control that fails somewhere."""

    control: Control
    assets: int
    """At which it fails."""
    agencies: int
    waived: int
    """Of the assets: those at which a waiver lies over the fail."""


@dataclass(frozen=True, slots=True)
class DueFinding:
    """A finding that fails, counts and is under no waiver, with the first of the days by which its faults are due."""

    due: date
    agency: str
    asset: str
    control: str
    title: Text
    severity: Severity


@dataclass(frozen=True, slots=True)
class Troubles:
    """What fails in a run."""

    controls: tuple[FailingControl, ...]
    """Worst severity first, then those that fail at most assets."""
    due: tuple[DueFinding, ...]
    """What is due first comes first."""


class _Kept:
    """The results that were asked for last, by the database and what they are of."""

    def __init__(self) -> None:
        self._found: OrderedDict[Hashable, object] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        """What was kept, or what `make` gives, which is kept then. Two may make the same at once."""
        whole = (str(connection.settings_dict["NAME"]), key)
        with self._lock:
            if whole in self._found:
                self._found.move_to_end(whole)
                return cast(T, self._found[whole])
        made = make()
        with self._lock:
            self._found[whole] = made
            while len(self._found) > KEPT:
                self._found.popitem(last=False)
        return made


_kept = _Kept()


def standings(door: Door, run: RunRow) -> tuple[Standing, ...]:
    """Every agency that a run judged, in the order of ids, each beside its scan before."""

    def make() -> tuple[Standing, ...]:
        inventory = door.inventory(run.id)
        judged = door.agencies(run.id)
        assets = Counter(each.agency for each in inventory.assets)
        found = [
            Standing(each, assets[each.id], score_of(door.tally(run.id, each.id)))
            for each in inventory.agencies
            if each.id in judged
        ]
        earlier = [each.run for each in past(door, run)]
        return tuple(replace(each, before=_before(door, earlier, each.agency.id)) for each in found)

    return _of_run(door, run, "standings", make)


def troubles(door: Door, run: RunRow) -> Troubles:
    """What fails in a run and counts, by control and by the day by which it is due."""

    def make() -> Troubles:
        policies = door.policies(run.id)
        found: dict[str, tuple[Control, Counter[str]]] = {}
        waived: Counter[str] = Counter()
        due: list[DueFinding] = []
        for agency in sorted(door.agencies(run.id)):
            for finding in door.findings(run.id, agency):
                control = policies[finding.policy].control(finding.control)
                if finding.verdict != "fail" or finding.announced is not None or control is None:
                    continue
                found.setdefault(control.id, (control, Counter()))[1][agency] += 1
                waived[control.id] += finding.waiver is not None
                if finding.waiver is None and finding.due is not None:
                    due.append(
                        DueFinding(finding.due, agency, finding.asset, control.id, control.title, finding.severity)
                    )
        told = [FailingControl(c, at.total(), len(at), waived[c.id]) for c, at in found.values()]
        told.sort(key=lambda each: (SEVERITIES.index(each.control.severity), -each.assets, each.control.id))
        due.sort(key=lambda each: (each.due, SEVERITIES.index(each.severity), each.asset, each.control))
        return Troubles(tuple(told), tuple(due))

    return _of_run(door, run, "troubles", make)


def past(door: Door, run: RunRow, agency: str | None = None) -> list[Past]:
    """The scans before a run, newest first."""
    return _of_run(door, run, f"past {agency}", lambda: door.scans_before(run.id, TREND, agency))


def trend(run: RunRow, tally: Score, before: list[Past]) -> list[Point]:
    """The points of the chart, oldest first, the run itself last."""
    points = [_point(each.run, each.started, score_of(each.tally)) for each in reversed(before)]
    return [*points, _point(run.id, run.started, tally)]


def _point(run: str, started: datetime, score: Score) -> Point:
    return Point(run, local_date(started), score.score, score.coverage)


def _before(door: Door, earlier: list[str], agency: str) -> Score | None:
    """By the latest of the runs, newest first, that judged an agency."""
    tallies = (door.tally(each, agency) for each in earlier)
    return next((score_of(each) for each in tallies if each), None)


def _of_run(door: Door, run: RunRow, what: str, make: Callable[[], T]) -> T:
    """Kept only for those who see everything, and only of a run that is over."""
    return make() if not door.whole or run.state == "open" else _kept.get((run.id, what), make)
