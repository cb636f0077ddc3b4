"""Findings against those of an earlier run: ages and dates due now, and what became of each since."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Generic, Literal, Protocol, TypeVar, get_args

from checks.model.canonical import STRICT, canonical, digest, plain
from checks.model.finding import Finding, Instance, Verdict
from checks.model.policy import Policy

InstanceKey = tuple[str, str, str]
"""Asset id, control id, instance key."""
FindingKey = tuple[str, str]
"""Asset id, control id."""
ChangeKind = Literal[
    "new",
    "regressed",
    "still_failing",
    "fixed",
    "no_longer_assessable",
    "newly_assessable",
    "scope_changed",
    "rule_changed",
    "unchanged",
]
KINDS: tuple[ChangeKind, ...] = get_args(ChangeKind)
"""In the order in which a reader wants them."""
ChangeReason = Literal[
    "evidence_changed",  # something else was seen
    "same_evidence",  # the same was seen: time went on, or reference data or neighbours changed
    "seen_before",  # it failed in a run before these two, and was gone meanwhile
    "still_there",  # it fails as it did
    "reason_changed",  # the same thing fails, for another reason
    "could_not_look",  # why, the finding itself says
    "could_look_again",
    "asset_added",
    "asset_removed",
    "not_selected",  # one of the runs was not about this asset, or not about this control
    "excluded",  # one of the runs left the asset out: not authorised, outside its window ...
    "control_added",
    "control_removed",
    "in_force",  # the control was only announced
    "announced",  # the control is only announced from now on
    "became_applicable",
    "no_longer_applicable",
    "rule",  # another rule judged the same evidence
    "rule_and_evidence",  # another rule, and other evidence: which of them it was cannot be told
    "as_before",
]
Told = tuple[ChangeKind, ChangeReason]
F_co = TypeVar("F_co", bound="Compared", covariant=True)
_NONE: Mapping[str, str] = {}


class ToldInstance(Protocol):
    """One thing that fails, as far as it is compared."""

    @property
    def key(self) -> str: ...
    @property
    def reason(self) -> str: ...
    @property
    def first_seen(self) -> date | None: ...


class Compared(Protocol):
    """A finding as far as it is compared: a whole one, or one in brief."""

    @property
    def asset(self) -> str: ...
    @property
    def control(self) -> str: ...
    @property
    def policy(self) -> str: ...
    @property
    def check(self) -> str: ...
    @property
    def check_version(self) -> int: ...
    @property
    def verdict(self) -> Verdict: ...
    @property
    def announced(self) -> date | None: ...
    @property
    def gaps(self) -> object:
        """True where there are any."""

    @property
    def evidence(self) -> object:
        """What is equal for equal evidence."""

    @property
    def instances(self) -> Sequence[ToldInstance]: ...


@dataclass(frozen=True, slots=True)
class InstanceChange:
    """What became of one thing that fails in one of two runs."""

    __pydantic_config__ = STRICT

    key: str
    kind: ChangeKind
    reason: ChangeReason


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one finding from one run to the next."""

    __pydantic_config__ = STRICT

    kind: ChangeKind
    asset: str
    control: str
    reason: ChangeReason
    before: Verdict | None
    """None: that run had no such finding."""
    after: Verdict | None
    instances: tuple[InstanceChange, ...] = ()
    """Of everything that fails in one of the two, in the order of keys."""


@dataclass(frozen=True, slots=True)
class Side(Generic[F_co]):
    """One of two runs that are compared."""

    findings: tuple[F_co, ...]
    rules: Mapping[FindingKey, str] = field(default_factory=dict)
    """What each finding was judged by: see `rules_of`. Where either run lacks one, the version of the rule decides."""
    excluded: Mapping[str, str] = field(default_factory=dict)
    """Asset id to the reason for which the run left it out."""
    partial: bool = False
    """Whether the run judged only a part of each asset's controls."""
    assets: Collection[str] = ()
    """Assets that it judged, where some of their findings are left out for being the same on both sides."""


def with_ages(
    findings: Iterable[Finding], policy: Policy, first_seen: Mapping[InstanceKey, date], today: date
) -> tuple[Finding, ...]:
    """The findings with first-seen and due dates: an instance that is known keeps its age, another starts today.

    Nothing is due before the day from which its control counts.
    """
    controls = {control.id: control for control in policy.controls}

    def aged(finding: Finding, instance: Instance) -> Instance:
        first = first_seen.get((finding.asset, finding.control, instance.key), today)
        control = controls[finding.control]
        due = first + timedelta(days=control.due_days)
        return replace(instance, first_seen=first, due=max(due, control.effective or due))

    return tuple(
        replace(finding, instances=tuple(aged(finding, each) for each in finding.instances)) for finding in findings
    )


def rules_of(findings: Iterable[Compared], policies: Mapping[str, Policy]) -> dict[FindingKey, str]:
    """What each finding was judged by: a digest over all of its control that judgement reads.

    A policy's own digest also changes with its texts, severities and other controls, none of which changes a verdict
    of this one: so that a fault which came up meanwhile is not laid at the door of a corrected sentence.
    """
    return ruled(findings, {name: demands(policy) for name, policy in policies.items()})


def demands(policy: Policy) -> dict[str, str]:
    """By control the digest over all of it that judgement reads."""
    return {
        control.id: digest(canonical([control.check, dict(control.params), plain(control.when)]))
        for control in policy.controls
    }


def ruled(findings: Iterable[Compared], demanded: Mapping[str, Mapping[str, str]]) -> dict[FindingKey, str]:
    """The same by the `demands` of policies."""
    judged = (((each.asset, each.control), demanded.get(each.policy, _NONE).get(each.control)) for each in findings)
    return {key: rule for key, rule in judged if rule is not None}


def first_seen_before(findings: Iterable[Compared], day: date) -> set[InstanceKey]:
    """Of the faults in findings those that were first seen before a day, which they still have as their age."""
    return {
        (finding.asset, finding.control, each.key)
        for finding in findings
        for each in finding.instances
        if each.first_seen is not None and each.first_seen < day
    }


def compare(
    before: Side[Compared], after: Side[Compared], seen_before: Collection[InstanceKey] = ()
) -> tuple[Change, ...]:
    """What became of every finding of the two runs: each is in exactly one kind, in the order of asset and control.

    `seen_before` are the things that failed in runs before and may be held to be the same again (`history.ages`: within
    90 days): one of them that `before` shows to be gone, and that is back, has regressed.
    """
    old = {(each.asset, each.control): each for each in before.findings}
    new = {(each.asset, each.control): each for each in after.findings}
    known = frozenset(seen_before)
    then, now = ({asset for asset, _ in keys}.union(side.assets) for keys, side in ((old, before), (new, after)))
    changes = []
    for key in sorted(old.keys() | new.keys()):
        first, second = old.get(key), new.get(key)
        if first is None:
            changes.append(_one(new[key], _came(key[0], then, before), came=True))
        elif second is None:
            changes.append(_one(first, _went(key[0], now, after), came=False))
        else:
            differs = _differs(first, second, before.rules.get(key), after.rules.get(key))
            changes.append(_both(first, second, differs, known))
    return tuple(changes)


def _differs(old: Compared, new: Compared, rule_then: str | None, rule_now: str | None) -> bool:
    """Whether two findings were judged by different rules."""
    if (old.check, old.check_version) != (new.check, new.check_version):
        return True
    return rule_then is not None and rule_now is not None and rule_then != rule_now


def _came(asset: str, known: Collection[str], before: Side[Compared]) -> ChangeReason:
    if asset in known:
        return "not_selected" if before.partial else "control_added"
    return _left_out(before.excluded.get(asset)) or "asset_added"


def _went(asset: str, known: Collection[str], after: Side[Compared]) -> ChangeReason:
    if asset in known:
        return "not_selected" if after.partial else "control_removed"
    return _left_out(after.excluded.get(asset)) or "asset_removed"


def _left_out(reason: str | None) -> ChangeReason | None:
    if reason is None:
        return None
    return "not_selected" if reason == "not_selected" else "excluded"


def _one(finding: Compared, reason: ChangeReason, came: bool) -> Change:
    """A finding that only one of the runs has."""
    return Change(
        kind="scope_changed",
        asset=finding.asset,
        control=finding.control,
        reason=reason,
        before=None if came else finding.verdict,
        after=finding.verdict if came else None,
        instances=_all("scope_changed", reason, finding),
    )


def _both(old: Compared, new: Compared, differs: bool, known: Collection[InstanceKey]) -> Change:
    """A finding that both runs have."""
    kind, reason = _verdicts(old, new, differs, known)
    if not old.instances and not new.instances:
        instances: tuple[InstanceChange, ...] = ()
    elif kind == "scope_changed":
        instances = _all(kind, reason, old, new)
    else:
        instances = tuple(_instances(old, new, differs, known))
    return Change(kind, new.asset, new.control, reason, old.verdict, new.verdict, instances)


def _verdicts(old: Compared, new: Compared, differs: bool, known: Collection[InstanceKey]) -> Told:
    if (old.announced is None) != (new.announced is None):
        return "scope_changed", "in_force" if new.announced is None else "announced"
    if old.verdict == new.verdict:
        return ("still_failing", "still_there") if new.verdict == "fail" else ("unchanged", "as_before")
    if differs:
        return _by_rule(old, new)
    if new.verdict == "not_assessable":
        return "no_longer_assessable", "could_not_look"
    if old.verdict == "not_assessable":
        return "newly_assessable", "could_look_again"
    if new.verdict == "not_applicable":
        return "scope_changed", "no_longer_applicable"
    if old.verdict == "not_applicable":
        return "scope_changed", "became_applicable"
    if new.verdict == "pass":
        return "fixed", _cause(old, new)
    back = any((new.asset, new.control, each.key) in known for each in new.instances)
    return ("regressed", "seen_before") if back else ("new", _cause(old, new))


def _instances(old: Compared, new: Compared, differs: bool, known: Collection[InstanceKey]) -> Iterator[InstanceChange]:
    then, now = ({each.key: each.reason for each in finding.instances} for finding in (old, new))
    gone, came = _gone(old, new, differs), _came_up(old, new, differs)
    for key in sorted(then.keys() | now.keys()):
        if key not in now:
            yield InstanceChange(key, *gone)
        elif key in then:
            yield InstanceChange(key, "still_failing", "still_there" if then[key] == now[key] else "reason_changed")
        elif came[0] == "new" and (new.asset, new.control, key) in known:
            yield InstanceChange(key, "regressed", "seen_before")
        else:
            yield InstanceChange(key, *came)


def _gone(old: Compared, new: Compared, differs: bool) -> Told:
    """What is told of a fault that only the earlier run has."""
    if differs:
        return _by_rule(old, new)
    return ("fixed", _cause(old, new)) if complete(new) else ("no_longer_assessable", "could_not_look")


def _came_up(old: Compared, new: Compared, differs: bool) -> Told:
    """What is told of a fault that only the later run has, and none before."""
    if differs:
        return _by_rule(old, new)
    return ("new", _cause(old, new)) if complete(old) else ("newly_assessable", "could_look_again")


def _all(kind: ChangeKind, reason: ChangeReason, *findings: Compared) -> tuple[InstanceChange, ...]:
    keys = sorted({each.key for finding in findings for each in finding.instances})
    return tuple(InstanceChange(key, kind, reason) for key in keys)


def _by_rule(old: Compared, new: Compared) -> Told:
    return "rule_changed", "rule" if old.evidence == new.evidence else "rule_and_evidence"


def _cause(old: Compared, new: Compared) -> ChangeReason:
    return "same_evidence" if old.evidence == new.evidence else "evidence_changed"


def complete(finding: Compared) -> bool:
    """Whether what a finding does not name is not there."""
    return finding.verdict != "not_assessable" and not finding.gaps
