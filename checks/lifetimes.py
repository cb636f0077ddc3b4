"""How old open faults are and how long fixed ones took, as figures (pure)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from math import ceil
from statistics import median_low

from checks.model.canonical import STRICT
from checks.model.fault import Fault
from checks.model.policy import SEVERITIES, Severity


@dataclass(frozen=True, slots=True)
class Days:
    """So many faults, and their days: an open one's age, or how long a fixed one took."""

    __pydantic_config__ = STRICT

    count: int
    median: int | None
    """The lower of two in the middle; None where there are none."""
    p90: int | None
    """Nine of ten take no longer: the nearest rank."""


@dataclass(frozen=True, slots=True)
class Lifetimes:
    """The figures of some faults on a day."""

    __pydantic_config__ = STRICT

    open: Days
    """Those that are open and count, with their ages."""
    overdue: int
    """Of these, those past their date and under no waiver."""
    acknowledged: int
    """Of these, those for which somebody has named a day."""
    fixed: Days
    """Those that a scan of the period saw gone, with the days since they were first seen."""
    seen_again: int
    """Of all these, those that were back after a scan had seen them gone."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """The figures as a whole, by severity and by agency."""

    __pydantic_config__ = STRICT

    since: date | None
    """The first day whose fixed faults count; None: from the first run on."""
    day: date
    """The last one, on which ages are told."""
    whole: Lifetimes
    by_severity: Mapping[Severity, Lifetimes]
    by_agency: Mapping[str, Lifetimes]


def statistics(faults: Iterable[Fault], since: date | None, at: datetime) -> Statistics:
    """The figures of faults as they stood at a moment (`checks.lives`); days are those of its time zone."""
    told = list(faults)
    by_agency: dict[str, list[Fault]] = {}
    for each in told:
        by_agency.setdefault(each.agency, []).append(each)
    return Statistics(
        since=since,
        day=at.date(),
        whole=_figures(told, since, at),
        by_severity={
            each: _figures([fault for fault in told if fault.severity == each], since, at) for each in SEVERITIES
        },
        by_agency={name: _figures(own, since, at) for name, own in sorted(by_agency.items())},
    )


def _figures(faults: Sequence[Fault], since: date | None, at: datetime) -> Lifetimes:
    day = at.date()
    counted = [each for each in faults if each.state == "open" and each.counts]
    gone = [
        (each, each.fixed.astimezone(at.tzinfo).date()) for each in faults if each.fixed is not None and each.counts
    ]
    fixed = [(each, on) for each, on in gone if since is None or on >= since]
    return Lifetimes(
        open=days([max(0, (day - each.first_seen).days) for each in counted]),
        overdue=sum(each.overdue for each in counted),
        acknowledged=sum(each.acknowledged is not None for each in counted),
        fixed=days([max(0, (on - each.first_seen).days) for each, on in fixed]),
        seen_again=sum(bool(each.seen_again) for each in (*counted, *(fault for fault, _ in fixed))),
    )


def days(values: Iterable[int]) -> Days:
    """The figures of so many days."""
    ordered = sorted(values)
    if not ordered:
        return Days(0, None, None)
    return Days(len(ordered), median_low(ordered), ordered[ceil(len(ordered) * 9 / 10) - 1])
