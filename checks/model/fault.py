"""One fault from the day on which it was first seen to the scan that saw it gone."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, get_args

from checks.model.canonical import STRICT, canonical, digest
from checks.model.finding import Values
from checks.model.policy import Severity

FaultState = Literal[
    "open",  # the latest scan that could tell saw it
    "fixed",  # a scan saw that it is gone
    "unwatched",  # no scan saw it gone, and none looks any more: its asset is retired, or its control is not asked for
]
FAULT_STATES: tuple[FaultState, ...] = get_args(FaultState)


Key = tuple[str, str, str, date]
"""Asset, control, instance key and first-seen date: what one fault is told from another by."""


@dataclass(frozen=True, slots=True)
class Acknowledgement:
    """Whoever is responsible knows of faults of a control at an asset, and says by when they will be fixed.

    It fixes nothing and moves no date that is due: a fault is closed by a scan alone.
    """

    __pydantic_config__ = STRICT

    asset: str
    control: str
    faults: tuple[tuple[str, date], ...]
    """Key and first-seen date of each, sorted: the same thing, seen anew after it was forgotten, is another fault."""
    by: str
    at: datetime
    planned: date
    """The day by which they are going to be fixed."""
    note: str = ""

    @property
    def id(self) -> str:
        """What acknowledgements of this control at this asset are kept under, the latest of which holds."""
        return acknowledged_id(self.asset, self.control)


def acknowledged_id(asset: str, control: str) -> str:
    """See `Acknowledgement.id`; of 40 characters."""
    return "fault-" + digest(canonical([asset, control])).removeprefix("sha256:")[:34]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that fails, or failed, a control at an asset: what became of it up to some moment."""

    __pydantic_config__ = STRICT

    asset: str
    agency: str
    """Of the latest run that saw it."""
    control: str
    key: str
    """Of the instance: "192.0.2.1:443/tls1_0"."""
    severity: Severity
    reason: str
    """Code of what is wrong with it, as it was last seen."""
    first_seen: date
    last_seen: datetime
    """The time of judgement of the latest run that saw it."""
    last_run: str
    due: date | None
    state: FaultState
    params: Values = field(default_factory=dict)
    fixed: datetime | None = None
    """The time of judgement of the first run, of those after it was last seen, that saw it gone."""
    fixed_run: str = ""
    seen_again: tuple[datetime, ...] = ()
    """Each time at which it was back, after a run had seen it gone for no more than 90 days."""
    counts: bool = True
    """False while its control is only announced."""
    waived_until: date | None = None
    """The last day of the waiver that lay over it when it was last seen."""
    acknowledged: Acknowledgement | None = None
    """The latest that names it."""
    overdue: bool = False
    """Whether it is open after the day by which it was due, counts, and is under no waiver."""

    @property
    def id(self) -> Key:
        """What it is told from every other by."""
        return self.asset, self.control, self.key, self.first_seen


def acknowledgements_by_fault(acts: Mapping[str, tuple[Acknowledgement, ...]]) -> dict[Key, Acknowledgement]:
    """The latest acknowledgement of each fault, of those that were made, each matter's in the order of time."""
    return {
        (each.asset, each.control, key, first_seen): each
        for told in acts.values()
        for each in told
        for key, first_seen in each.faults
    }
