"""The lives of faults: from what runs said of an asset, one after the other, to each fault from first seen to fixed.

A fault is open until a run shows it gone: one that could judge the whole of its control at its asset, and did not name
it. Runs that could not, or that were not about it, say nothing. It is the same fault again where a run gives it the age
that it had; whether it may (90 days) was settled when that run was judged.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, tzinfo

from checks.compare import complete
from checks.model.fault import Acknowledgement, Fault, Key
from checks.model.finding import Finding, Instance

_NONE: Mapping[Key, Acknowledgement] = {}


@dataclass(frozen=True, slots=True)
class Spell:
    """What runs, one after the other, said of one asset in the same words."""

    asset: str
    findings: tuple[Finding, ...]
    first_run: str
    first: datetime
    """The time of judgement of the first of them."""
    last_run: str
    last: datetime
    whole: bool = True
    """False where they judged only a part of the asset's controls."""


def lives(
    spells: Iterable[Spell],
    at: datetime,
    in_use: Collection[str],
    acknowledged: Mapping[Key, Acknowledgement] = _NONE,
) -> tuple[Fault, ...]:
    """Every fault that the spells tell of as it stands at a moment, in the order of asset, control, key and first-seen
    date.

    The spells of each asset are in the order of time. Days are those of the moment's time zone. `in_use` are the assets
    that are still looked at; open faults of others are unwatched.
    """
    by_asset: dict[str, list[Spell]] = {}
    for spell in spells:
        by_asset.setdefault(spell.asset, []).append(spell)
    found: list[Fault] = []
    for asset, told in by_asset.items():
        watched = _controls(told) if asset in in_use else frozenset()
        for life in _asset(told, at.tzinfo):
            found.append(_told(life, watched, acknowledged, at))
    return tuple(sorted(found, key=lambda each: each.id))


@dataclass(slots=True)
class _Life:
    """A fault on the way through the runs."""

    fault: Fault
    fixed: tuple[str, datetime] | None = None
    again: list[datetime] = field(default_factory=list)


def _asset(spells: Sequence[Spell], calendar: tzinfo | None) -> list[_Life]:
    """The faults of one asset."""
    all_: list[_Life] = []
    known: dict[str, dict[str, _Life]] = {}
    """By control and key, each the latest."""
    for spell in spells:
        for finding in spell.findings:
            own = known.setdefault(finding.control, {})
            for instance in finding.instances:
                seen = _seen(spell, finding, instance, calendar)
                life = own.get(instance.key)
                if life is not None and (life.fixed is None or life.fault.first_seen == seen.first_seen):
                    _go_on(life, seen, spell.first)
                else:
                    own[instance.key] = _Life(seen)
                    all_.append(own[instance.key])
            if complete(finding):
                _close(own, {each.key for each in finding.instances}, spell)
    return all_


def _go_on(life: _Life, seen: Fault, at: datetime) -> None:
    """The same fault is seen again, or still."""
    if life.fixed is not None:
        life.fixed = None
        life.again.append(at)
    life.fault = replace(seen, first_seen=life.fault.first_seen)


def _close(own: Mapping[str, _Life], named: Collection[str], spell: Spell) -> None:
    """What a run that could judge the whole of a control does not name is gone."""
    for key, life in own.items():
        if key not in named and life.fixed is None:
            life.fixed = spell.first_run, spell.first


def _seen(spell: Spell, finding: Finding, instance: Instance, calendar: tzinfo | None) -> Fault:
    return Fault(
        asset=finding.asset,
        agency=finding.agency,
        control=finding.control,
        key=instance.key,
        severity=finding.severity,
        reason=instance.reason,
        params=instance.params,
        first_seen=instance.first_seen or spell.first.astimezone(calendar).date(),
        last_seen=spell.last,
        last_run=spell.last_run,
        due=instance.due,
        state="open",
        counts=finding.announced is None,
        waived_until=finding.waiver.valid_until if finding.waiver is not None else None,
    )


def _told(life: _Life, watched: Collection[str], acknowledged: Mapping[Key, Acknowledgement], at: datetime) -> Fault:
    fault = replace(life.fault, seen_again=tuple(life.again), acknowledged=acknowledged.get(life.fault.id))
    if life.fixed is not None:
        run, gone = life.fixed
        return replace(fault, state="fixed", fixed=gone, fixed_run=run)
    if fault.control not in watched:
        return replace(fault, state="unwatched")
    waived = fault.waived_until is not None and fault.waived_until >= at.date()
    late = fault.due is not None and fault.due < at.date() and fault.counts and not waived
    return replace(fault, overdue=late)


def _controls(spells: Sequence[Spell]) -> frozenset[str]:
    """Those that the latest whole look at an asset judged; all where there was none."""
    latest = next((each for each in reversed(spells) if each.whole), None)
    chosen = spells if latest is None else [latest]
    return frozenset(finding.control for spell in chosen for finding in spell.findings)
