"""What a run commits to when it opens and when it ends, and how a run is shown to others. Frozen values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal

from checks.model.act import Actor
from checks.model.canonical import STRICT
from checks.model.fault import Acknowledgement
from checks.model.finding import Verdict
from checks.model.waiver import Dispute, Waiver
from checks.score import Counted
from history.ledger import Fault

Outcome = Literal["finished", "abandoned"]
State = Literal["open", "finished", "abandoned"]
Purpose = Literal["scan", "recheck"]
"""A scan judges each of its assets by the whole of its policy; a recheck by the part that was not in order."""
Exclusions = tuple[tuple[str, str, str], ...]
"""Asset id, reason code, detail: what of the inventory is not looked at, and why."""


@dataclass(frozen=True, slots=True)
class Opening:
    """Everything that a run starts from. Its canonical bytes are the first that the run commits to."""

    __pydantic_config__ = STRICT

    id: str
    vantage: str
    started: datetime
    as_of: datetime
    inventory: str
    """Digest of the inventory as it was."""
    plan: str
    """Digest of the targets planned at the start; what DNS adds follows in entries of its own."""
    policies: Mapping[str, str]
    """Policy id to the digest of the resolved policy."""
    policy_sources: Mapping[str, Mapping[str, str]]
    """Policy id to file name to the digest of the text."""
    waivers: str
    """Digest of the waivers."""
    rule_versions: Mapping[str, int]
    data_versions: Mapping[str, str]
    exclusions: Exclusions
    tools: Mapping[str, str]
    """Khiên itself, and whatever else concerns the whole run, with versions."""
    purpose: Purpose = "scan"
    started_by: Actor | None = None
    """None: it was not recorded."""
    schema: Literal[1] = 1


@dataclass(frozen=True, slots=True)
class Closing:
    """How a run ended, and what it holds. Its canonical bytes end the run's entries."""

    __pydantic_config__ = STRICT

    run: str
    outcome: Outcome
    finished: datetime
    reason: str
    """Why it was abandoned; empty otherwise."""
    sightings: int
    findings: int
    connections: int
    """TCP connections of all looks."""
    tools: Mapping[str, str]
    """Tools and versions over all looks; where one changed within the run, the version of the later look."""
    plan: tuple[str, ...]
    """Digests of the additions to the plan, in the order in which they were made."""
    agencies: Mapping[str, str]
    """Agency id to the digest of what the run holds of its assets (`history.sealed`); under an empty id the looks that
    no finding refers to."""
    times: str
    """Digest of what differs at every look."""
    faults: tuple[tuple[Fault, str, str], ...] = ()
    """What of the run was not as it had been committed when it was sealed: fault, thing, remark."""
    head: str = ""
    """Of a run from before runs were sealed: the last digest of its chain, which its reports print."""
    schema: Literal[2] = 2


Matter = Literal["waiver", "dispute", "fault"]
Step = Literal["asked", "granted", "refused", "withdrawn", "raised", "confirmed", "rejected", "planned"]
WaiverState = Literal["asked", "granted", "refused", "withdrawn"]


@dataclass(frozen=True, slots=True)
class Act:
    """One step in the matter of a waiver, a dispute, or faults that are acknowledged.

    Its canonical bytes are stored, and never changed.
    """

    __pydantic_config__ = STRICT

    matter: Matter
    id: str
    """Of the waiver or the dispute, or `Acknowledgement.id`; one id is of one matter alone."""
    sequence: int
    """0, 1, 2 ... within the matter."""
    step: Step
    by: str
    at: datetime
    reason: str
    previous: str
    """Digest of the act before; empty for the first."""
    waiver: Waiver | None = None
    """With "asked" as it is asked for, with "granted" as it is granted."""
    dispute: Dispute | None = None
    """With "raised", "confirmed" and "rejected": as it then stands."""
    acknowledgement: Acknowledgement | None = None
    """With "planned"."""
    schema: Literal[1] = 1


@dataclass(frozen=True, slots=True)
class WaiverCase:
    """A waiver that was asked for in the database, and what became of it."""

    __pydantic_config__ = STRICT

    waiver: Waiver
    """As granted; until then as asked for, granted by nobody."""
    state: WaiverState
    acts: tuple[Act, ...]


@dataclass(frozen=True, slots=True)
class FinishedRun:
    """A finished run, as far as its place in time goes."""

    id: str
    started: datetime
    at: datetime
    """The time of judgement."""
    finished: datetime
    whole: bool
    """False for a recheck, which judged only a part of each asset's controls."""


@dataclass(frozen=True, slots=True)
class Tallied:
    """So many findings of each kind a run has: what a score is made of."""

    run: FinishedRun
    tally: Mapping[Counted, int]


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as lists and reports show it."""

    id: str
    vantage: str
    started: datetime
    as_of: datetime
    state: State
    finished: datetime | None
    """When it was finished or abandoned."""
    reason: str
    """Why it was abandoned."""
    head: str
    """What its reports print: the root of its record (`history.sealed`). Of a run that is open the last digest of its
    chain so far, of one from before runs were sealed the last of all."""
    sightings: int
    connections: int
    """TCP connections of all sightings."""
    findings: Mapping[Verdict, int]
    """Findings by verdict; empty until it is finished."""
    tools: Mapping[str, str] = field(repr=False)
    """Tools and versions, over all sightings."""
    policies: Mapping[str, str] = field(repr=False)
    """Policy id to digest."""
    rule_versions: Mapping[str, int] = field(repr=False)
    data_versions: Mapping[str, str] = field(repr=False)
    exclusions: Exclusions = field(repr=False)
    purpose: Purpose = "scan"

    @property
    def not_asked_for(self) -> int:
        """Assets that a run of a part of the inventory was not to look at: what it tells of the whole lacks them."""
        return sum(reason == "not_selected" for _, reason, _ in self.exclusions)


def utc(moment: datetime) -> datetime:
    """The same moment in UTC, as it is stored. Raises ValueError for one without a time zone."""
    if moment.tzinfo is None:
        raise ValueError(f"a time without a time zone: {moment}")
    return moment.astimezone(UTC)
