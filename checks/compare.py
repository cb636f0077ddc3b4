"""Findings against those of an earlier run: ages and dates due now, differences between runs."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from checks.model.finding import Finding, Instance
from checks.model.policy import Policy

InstanceKey = tuple[str, str, str]
"""Asset id, control id, instance key."""
ChangeKind = Literal["new", "fixed", "still_open", "no_longer_assessable", "out_of_scope"]


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one finding from one run to the next."""

    kind: ChangeKind
    asset: str
    control: str


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


def changes(before: Iterable[Finding], after: Iterable[Finding]) -> tuple[Change, ...]:
    """What became of every finding that fails in one of two runs, in the order of asset and control."""
    old = {(each.asset, each.control): each for each in before}
    new = {(each.asset, each.control): each for each in after}
    found = []
    for asset, control in sorted(old.keys() | new.keys()):
        kind = _change(old.get((asset, control)), new.get((asset, control)))
        if kind is not None:
            found.append(Change(kind, asset, control))
    return tuple(found)


def _change(before: Finding | None, after: Finding | None) -> ChangeKind | None:
    failed_before = before is not None and before.verdict == "fail"
    if after is None:
        return "out_of_scope" if failed_before else None
    if after.verdict == "fail":
        return "still_open" if failed_before else "new"
    if not failed_before:
        return None
    if after.verdict == "pass":
        return "fixed"
    return "no_longer_assessable" if after.verdict == "not_assessable" else "out_of_scope"
