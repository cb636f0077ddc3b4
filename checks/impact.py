"""What another policy would change: the findings of a run beside those that the same evidence gives under it (pure)."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Literal, get_args

from checks.model.canonical import STRICT
from checks.model.finding import Finding, Gap, Verdict
from checks.model.policy import Policy, Severity
from checks.score import Score, score

Kind = Literal["new_fail", "no_longer_fails", "no_longer_assessable"]
KINDS: tuple[Kind, ...] = get_args(Kind)


@dataclass(frozen=True, slots=True)
class Shift:
    """One control at one asset whose verdict would be another."""

    __pydantic_config__ = STRICT

    kind: Kind
    asset: str
    control: str
    severity: Severity
    before: Verdict | None
    """None: the policy of the run has no such control, or only announces it."""
    after: Verdict | None
    """None: the other policy has no such control."""
    reasons: tuple[Gap, ...]
    """Of what could not be assessed: where, and why."""
    newer_rule: bool
    """The rule itself has changed since the run, so that the policy need not be the cause."""


@dataclass(frozen=True, slots=True)
class AgencyImpact:
    """What would change for one agency."""

    __pydantic_config__ = STRICT

    agency: str
    assets: int
    """Assets that were judged again."""
    before: Score
    after: Score
    shifts: tuple[Shift, ...]
    """In the order of kinds, assets and controls."""

    def count(self, kind: Kind) -> int:
        """How many shifts are of a kind."""
        return sum(each.kind == kind for each in self.shifts)


def in_force(policy: Policy) -> Policy:
    """The policy as it will be when everything that it announces counts."""
    return replace(policy, controls=tuple(replace(each, effective=None) for each in policy.controls))


def impact(before: Iterable[Finding], after: Iterable[Finding]) -> tuple[AgencyImpact, ...]:
    """What would change, by agency in the order of ids. Both are of the same assets."""
    old: dict[str, list[Finding]] = {}
    new: dict[str, list[Finding]] = {}
    for found, findings in ((old, before), (new, after)):
        for each in findings:
            found.setdefault(each.agency, []).append(each)
    return tuple(_of_agency(agency, old.get(agency, []), new.get(agency, [])) for agency in sorted(old | new))


def _of_agency(agency: str, before: list[Finding], after: list[Finding]) -> AgencyImpact:
    old = {(each.asset, each.control): each for each in before if each.announced is None}
    new = {(each.asset, each.control): each for each in after if each.announced is None}
    shifts = []
    for key in old.keys() | new.keys():
        shift = _shift(old.get(key), new.get(key))
        if shift is not None:
            shifts.append(shift)
    assets = len({each.asset for each in after})
    return AgencyImpact(agency, assets, score(before), score(after), tuple(sorted(shifts, key=_order)))


def _shift(old: Finding | None, new: Finding | None) -> Shift | None:
    if new is None:
        return _told("no_longer_fails", old, None) if old is not None and old.verdict == "fail" else None
    was = old.verdict if old is not None else None
    if new.verdict == was:
        return None
    if new.verdict == "fail":
        return _told("new_fail", old, new)
    if new.verdict == "not_assessable":
        return _told("no_longer_assessable", old, new)
    return _told("no_longer_fails", old, new) if was == "fail" else None


def _told(kind: Kind, old: Finding | None, new: Finding | None) -> Shift:
    shown = next(each for each in (new, old) if each is not None)
    reasons: tuple[Gap, ...] = ()
    if kind == "no_longer_assessable":
        reasons = shown.gaps or (Gap("", shown.reason, shown.params),)
    return Shift(
        kind=kind,
        asset=shown.asset,
        control=shown.control,
        severity=shown.severity,
        before=old.verdict if old is not None else None,
        after=new.verdict if new is not None else None,
        reasons=reasons,
        newer_rule=old is not None
        and new is not None
        and old.check == new.check
        and old.check_version != new.check_version,
    )


def _order(shift: Shift) -> tuple[int, str, str]:
    return KINDS.index(shift.kind), shift.asset, shift.control
