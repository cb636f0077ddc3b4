"""What became of every finding from one finished run to another; what both say alike is neither read nor compared."""

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import TypeAlias

from checks.compare import Change, Side, compare, demands, first_seen_before, ruled
from checks.model.brief import Brief
from checks.model.canonical import load
from checks.model.policy import Policy
from history import queries, readings
from history.facts import FinishedRun
from history.readings import Reading

KEPT = 32
"""Policies of which the demands are held at once, by their digest."""
Told: TypeAlias = Mapping[str, tuple[Reading, ...]]
"""What was said of each asset, by its id."""


def finished(run_ids: Iterable[str]) -> dict[str, FinishedRun]:
    """Those of the runs that are finished. Raises UnknownRun."""
    wanted = set(run_ids)
    for each in wanted:
        queries.known(each)
    return {each.id: each for each in readings.finished_runs(None, None) if each.id in wanted}


def told(run: FinishedRun, agencies: Collection[str] | None, assets: Collection[str] = ()) -> Told:
    """What a run said of the assets of agencies, by the ids that it has for them, and of the assets that are named; of
    all, where None is given and none is named. Raises Damaged."""
    if not assets:
        return {each.asset: (each,) for each in readings.readings([run], agencies, None)}
    found = readings.readings([run], None, None)
    return {each.asset: (each,) for each in found if each.asset in assets or each.agency in (agencies or ())}


def between(
    runs: tuple[FinishedRun, FinishedRun], said: tuple[Told, Told], day: date, everything: bool = False
) -> tuple[Change, ...]:
    """What became of the findings of the one in the other; of what is the same only where `everything` is wanted.

    `day` is that of the earlier one. Raises Damaged.
    """
    bodies = readings.differing(said[0], said[1], everything)
    first, second = (_side(run, own, bodies) for run, own in zip(runs, said, strict=True))
    return compare(first, second, first_seen_before(second.findings, day))


def differs(change: Change) -> bool:
    """Whether a finding, or one of its faults, is not as it was."""
    kinds = [(change.kind, change.reason), *((each.kind, each.reason) for each in change.instances)]
    return change.kind != "unchanged" and any(each != ("still_failing", "still_there") for each in kinds)


def _side(run: FinishedRun, own: Told, bodies: Mapping[str, tuple[Brief, ...]]) -> Side[Brief]:
    opening = queries.opening(run.id)
    demanded = {name: _demands(each) for name, each in opening.policies.items()}
    findings = tuple(finding for each in own.values() for finding in bodies.get(each[0].findings, ()))
    excluded = {asset: reason for asset, reason, _ in opening.exclusions}
    return Side(findings, ruled(findings, demanded), excluded, not run.whole, own.keys())


@lru_cache(KEPT)
def _demands(digest: str) -> Mapping[str, str]:
    return demands(load(Policy, queries.content(digest)))
