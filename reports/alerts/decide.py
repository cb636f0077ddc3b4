"""What is raised and what is over, by how things stand and by what was raised before (pure)."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from checks.model.alert import ONCE, Alert, AlertKind
from reports.alerts.known import Known, News, RunState, Unbegun
from reports.alerts.memory import Memory
from reports.alerts.news import of_agency, of_left_out, of_run, of_unbegun
from reports.alerts.over import is_over
from reports.alerts.routing import Steps
from reports.alerts.standing import standing


@dataclass(frozen=True, slots=True)
class Decision:
    """What is to be logged, the end of what is over first: a fault that was gone and is back is both."""

    over: tuple[str, ...]
    """Keys."""
    raised: tuple[Alert, ...]


def of_known(
    memory: Memory, known: Known, news: Iterable[News], steps: Steps, kinds: Collection[AlertKind]
) -> Decision:
    """What is to be told of one agency. `news` are the runs over it that were not taken in yet, the oldest first."""
    told = list(news)
    fresh = {alert.key: alert for each in told for alert in of_agency(each)}
    now = {alert.key: alert for alert in standing(known, steps)} | fresh
    runs = {each.run for each in told}
    over = {
        each.key
        for each in memory.of(known.agency.id)
        if is_over(each, known, now, runs) or _is_back(fresh.get(each.key), each)
    }
    return _decision(memory, now.values(), over, kinds)


def of_runs(
    memory: Memory,
    runs: Sequence[RunState],
    unbegun: Iterable[Unbegun],
    now: datetime,
    kinds: Collection[AlertKind],
) -> Decision:
    """What is to be told of the runs as a whole, of what they left out, and of those that never began; both are all of
    the last days, and the runs stand with the oldest first."""
    found = {alert.key: alert for each in runs for alert in of_run(each, now)}
    found |= {alert.key: alert for alert in of_left_out(runs, now)}
    found |= {alert.key: alert for each in unbegun for alert in of_unbegun(each, now)}
    over = {each.key for each in memory.of("") if each.key not in found}
    return _decision(memory, found.values(), over, kinds)


def _is_back(now: Alert | None, before: Alert) -> bool:
    """Whether a fault that stands was gone meanwhile, in a run of which nobody was told."""
    return now is not None and now.kind == "regressed" and now.run != before.run


def _decision(memory: Memory, now: Iterable[Alert], over: Collection[str], kinds: Collection[AlertKind]) -> Decision:
    raised = tuple(
        each
        for each in now
        if each.kind in kinds
        and (each.key not in memory.standing or each.key in over)
        and not (each.kind in ONCE and each.key in memory.known)
    )
    return Decision(tuple(sorted(over)), raised)
