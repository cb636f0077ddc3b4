"""What alerts are made of: how an agency stands on a day, and what a run that is finished was about. Frozen values."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from checks.breaker import Hold
from checks.compare import FindingKey, InstanceKey, Side
from checks.model.asset import Agency, Asset
from checks.model.finding import Finding
from checks.model.text import Text
from reports.certificates import SeenCertificate


@dataclass(frozen=True, slots=True)
class Judged:
    """A finding with the run that made it."""

    run: str
    finding: Finding


@dataclass(frozen=True, slots=True)
class Known:
    """How one agency stands on a day: each control at each asset by the latest run that judged it."""

    agency: Agency
    """As the inventory has it on that day."""
    assets: tuple[Asset, ...]
    """Those of it that are not retired."""
    day: date
    """In Viet Nam."""
    findings: Mapping[FindingKey, Judged] = field(default_factory=dict)
    """Those that fail or could not be assessed, if only in a part; what is left out passes or does not apply."""
    looked_at: frozenset[str] = frozenset()
    """Ids of the assets that a run has looked at."""
    titles: Mapping[FindingKey, Text] = field(default_factory=dict)
    """Of the controls."""
    certificates: tuple[SeenCertificate, ...] = ()
    """Those that the latest looks saw at the assets."""
    services: Mapping[str, frozenset[int]] = field(default_factory=dict)
    """Open ports by address; an address whose ports could not be read is not among them."""


@dataclass(frozen=True, slots=True)
class News:
    """One agency in a run that is finished, beside what earlier runs said of the same controls at the same assets."""

    run: str
    agency: str
    now: Side[Finding]
    before: Side[Finding]
    earlier: Side[Finding]
    """What was said before `before`."""
    seen_before: Collection[InstanceKey] = ()
    """As `checks.compare.compare` takes them."""
    titles: Mapping[FindingKey, Text] = field(default_factory=dict)
    hold: Hold | None = None
    """That far more than usual of this agency could not be assessed."""


@dataclass(frozen=True, slots=True)
class RunState:
    """A run as a whole."""

    id: str
    started: datetime
    state: Literal["open", "finished", "abandoned"]
    hold: Hold | None = None
    """Why its reports are held back."""
    excluded: frozenset[str] = frozenset()
    """Ids of the assets that were not looked at."""
    outside: frozenset[str] = frozenset()
    """Those of them that may be looked at only at other hours."""


@dataclass(frozen=True, slots=True)
class Unbegun:
    """A slot of a schedule, or a request, that was given up before its run began."""

    subject: str
    """What names it among all of them."""
    name: str
    """Of the schedule; of a request its id."""
    planned: datetime
    """The time of the slot; when the request was made."""
    ended: datetime
