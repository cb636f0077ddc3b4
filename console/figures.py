"""What the pages tell of a run: how each agency stands, which controls fail most. Made of what the door lets through.

A finished run never changes, so what is made of it for those who see everything is kept for the next who asks.
"""

from collections import Counter, OrderedDict
from collections.abc import Callable, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from threading import Lock
from typing import NamedTuple, TypeVar, cast

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
RANK: Mapping[Severity, int] = {severity: rank for rank, severity in enumerate(SEVERITIES)}
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


class DueFinding(NamedTuple):
    """A finding that fails, counts and is under no waiver, with the first of the days by which its faults are due."""

    due: date
    rank: int
    """Of its severity: 0 is the worst."""
    asset: str
    control: str
    agency: str
    title: Text
    severity: Severity


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
        judged = door.tallies(run.id)
        assets = Counter(each.agency for each in inventory.assets)
        found = [
            Standing(each, assets[each.id], score_of(judged[each.id]))
            for each in inventory.agencies
            if each.id in judged
        ]
        before = _before(door, run, [each.agency.id for each in found])
        return tuple(replace(each, before=before.get(each.agency.id)) for each in found)

    return _of_run(door, run, "standings", make)


def failing_controls(door: Door, run: RunRow) -> tuple[FailingControl, ...]:
    """The controls that fail in a run and count: the worst severity first, then those that fail at most assets."""

    def make() -> tuple[FailingControl, ...]:
        demands = _demands(door, run)
        failed: dict[str, tuple[Control, Counter[str]]] = {}
        waived: Counter[str] = Counter()
        for agency, controls in door.by_control(run.id).items():
            for key, kinds in controls.items():
                for kind, number in kinds.items():
                    if kind.verdict == "fail" and not kind.announced and key in demands:
                        control = demands[key]
                        failed.setdefault(control.id, (control, Counter()))[1][agency] += number
                        waived[control.id] += number if kind.waived else 0
        told = [FailingControl(each, at.total(), len(at), waived[each.id]) for each, at in failed.values()]
        return tuple(sorted(told, key=lambda each: (RANK[each.control.severity], -each.assets, each.control.id)))

    return _of_run(door, run, "controls", make)


def due(door: Door, run: RunRow) -> tuple[DueFinding, ...]:
    """What fails in a run, counts, and is due by a day: what is due first comes first."""

    def make() -> tuple[DueFinding, ...]:
        titles = {key: each.title for key, each in _demands(door, run).items()}
        found = [
            DueFinding(day, RANK[said.severity], asset, said.control, agency, titles[key], said.severity)
            for agency, asset, said in door.failing(run.id)
            if said.counts and (key := (said.policy, said.control)) in titles and (day := said.due) is not None
        ]
        return tuple(sorted(found, key=lambda each: each[:4]))

    return _of_run(door, run, "due", make)


def _demands(door: Door, run: RunRow) -> dict[tuple[str, str], Control]:
    """The controls of a run's policies, by the ids of both."""
    return {(policy.id, each.id): each for policy in door.policies(run.id).values() for each in policy.controls}


def past(door: Door, run: RunRow, agency: str | None = None) -> list[Past]:
    """The scans before a run, newest first."""
    return _of_run(door, run, f"past {agency}", lambda: door.scans_before(run.id, TREND, agency))


def trend(run: RunRow, tally: Score, before: list[Past]) -> list[Point]:
    """The points of the chart, oldest first, the run itself last."""
    points = [_point(each.run, each.started, score_of(each.tally)) for each in reversed(before)]
    return [*points, _point(run.id, run.started, tally)]


def _point(run: str, started: datetime, score: Score) -> Point:
    return Point(run, local_date(started), score.score, score.coverage)


def _before(door: Door, run: RunRow, agencies: Iterable[str]) -> dict[str, Score]:
    """Of each agency the score by the latest scan before that judged it, under its id or an earlier one."""
    left, found = set(agencies), dict[str, Score]()
    for each in past(door, run):
        judged = door.tallies(each.run)
        told = {agency: judged.get(agency) or door.tally(each.run, agency) for agency in left}
        found |= {agency: score_of(tally) for agency, tally in told.items() if tally}
        left -= found.keys()
        if not left:
            break
    return found


def _of_run(door: Door, run: RunRow, what: str, make: Callable[[], T]) -> T:
    """Kept only for those who see everything, and only of a run that is over."""
    return make() if not door.whole or run.state == "open" else _kept.get((run.id, what), make)
