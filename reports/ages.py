"""How old the open faults are, and how long it took to fix those that are gone (pure)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median_low

from checks.compare import Change
from checks.model.finding import Finding

LIMITS = (7, 30, 90)
"""Days: the last of each bucket; what is older is in one of its own."""


@dataclass(frozen=True, slots=True)
class Ages:
    """The ages of faults: single ports, cookies, certificates ..."""

    open: tuple[int, ...]
    """Faults that are no more than so many days old, for each of LIMITS, and those that are older."""
    fixed: int
    """Faults that the run before had and this one shows to be gone."""
    median: int | None
    """Days from first seen to the run that shows it gone, of those; the lower of two in the middle. None: no fault."""


def ages(findings: Iterable[Finding], fixed_after: Sequence[int], today: date) -> Ages:
    """The ages on a day of what fails in some findings; `fixed_after` is `days_to_fix`."""
    counts = [0] * (len(LIMITS) + 1)
    for finding in findings:
        if finding.verdict == "fail" and finding.announced is None:
            for instance in finding.instances:
                if instance.first_seen is not None:
                    days = (today - instance.first_seen).days
                    counts[sum(days > limit for limit in LIMITS)] += 1
    return Ages(tuple(counts), len(fixed_after), median_low(fixed_after) if fixed_after else None)


def days_to_fix(changes: Iterable[Change], before: Iterable[Finding], today: date) -> tuple[int, ...]:
    """Of every fault that is fixed since the findings before, the days since it was first seen, sorted.

    A fault of unknown age is left out.
    """
    first_seen = {
        (finding.asset, finding.control, each.key): each.first_seen
        for finding in before
        for each in finding.instances
        if each.first_seen is not None
    }
    days = []
    for change in changes:
        for each in change.instances:
            first = first_seen.get((change.asset, change.control, each.key)) if each.kind == "fixed" else None
            if first is not None:
                days.append(max(0, (today - first).days))
    return tuple(sorted(days))
