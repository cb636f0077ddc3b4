"""The types of the API's answers and parameters that are its own; others are those that history keeps."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import AwareDatetime, Field, StringConstraints

from checks.model.canonical import STRICT
from checks.model.evidence import Evidence
from checks.model.finding import Finding, Verdict
from checks.model.issued import IssuedFile
from checks.model.operation import Step, StepName
from checks.model.policy import Severity
from checks.model.task import Task
from checks.model.text import Text
from checks.score import Score
from console.api.interface import Id, Limit, Offset
from history.access import Role


@dataclass(frozen=True, slots=True)
class OfRun:
    """By which finished run; the latest scan where it is left out."""

    __pydantic_config__ = STRICT

    run: Id | None = None


@dataclass(frozen=True, slots=True)
class AgenciesWanted:
    """Which agencies."""

    __pydantic_config__ = STRICT

    run: Id | None = None
    limit: Limit = 50
    offset: Offset = 0


@dataclass(frozen=True, slots=True)
class SeriesWanted:
    """How far back a series goes."""

    __pydantic_config__ = STRICT

    run: Id | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 26


@dataclass(frozen=True, slots=True)
class RunsWanted:
    """Which runs."""

    __pydantic_config__ = STRICT

    agency: Id | None = None
    limit: Limit = 50
    offset: Offset = 0


@dataclass(frozen=True, slots=True)
class FindingsWanted:
    """Which findings of a run."""

    __pydantic_config__ = STRICT

    agency: Id | None = None
    asset: Id | None = None
    control: Id | None = None
    verdict: Verdict | None = None
    severity: Severity | None = None
    limit: Limit = 50
    offset: Offset = 0


@dataclass(frozen=True, slots=True)
class DifferencesWanted:
    """Against which earlier run, and of whom."""

    __pydantic_config__ = STRICT

    before: Id
    agency: Id | None = None
    everything: bool = False
    """Also what is as it was."""
    limit: Limit = 50
    offset: Offset = 0


@dataclass(frozen=True, slots=True)
class ReportsWanted:
    """Which files."""

    __pydantic_config__ = STRICT

    agency: Id | None = None
    run: Id | None = None
    limit: Limit = 50
    offset: Offset = 0


@dataclass(frozen=True, slots=True)
class ActsWanted:
    """Which acts: of the 31 days before `until` where `since` is left out, and up to now where `until` is."""

    __pydantic_config__ = STRICT

    since: AwareDatetime | None = None
    until: AwareDatetime | None = None
    who: Annotated[str, StringConstraints(max_length=100)] = ""
    what: Annotated[str, StringConstraints(pattern=r"^[a-z_]{1,40}(\.[a-z_]{1,40})?$")] | None = None
    agency: Id | None = None
    limit: Limit = 50
    offset: Offset = 0


@dataclass(frozen=True, slots=True)
class Wish:
    """What is asked for: a scan of the whole estate, or of a part; a recheck of what was not in order there."""

    __pydantic_config__ = STRICT

    what: Literal["scan", "recheck"]
    agency: Id | None = None
    asset: Id | None = None
    control: Id | None = None
    """Of a recheck of an asset."""


@dataclass(frozen=True, slots=True)
class Because:
    """Why something is done; it goes on record."""

    __pydantic_config__ = STRICT

    reason: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


@dataclass(frozen=True, slots=True)
class StopWish:
    """That every scan is to stop, or may go on."""

    __pydantic_config__ = STRICT

    step: Literal["halt", "release"]
    reason: Annotated[str, StringConstraints(min_length=1, max_length=2000)]


@dataclass(frozen=True, slots=True)
class Cancellation:
    """Whether a run was cancelled. It ends within seconds, and is then abandoned."""

    __pydantic_config__ = STRICT

    run: str
    step: Step | None
    """Who cancelled it, when and why; None: nobody did."""


@dataclass(frozen=True, slots=True)
class EmergencyStop:
    """Whether the emergency stop stands; while it does, no scan runs."""

    __pydantic_config__ = STRICT

    stands: bool
    last: Step | None
    """The last stop or release, with who, when and why; None: there never was one."""


@dataclass(frozen=True, slots=True)
class Me:
    """Whose token it is."""

    __pydantic_config__ = STRICT

    user: str
    role: Role
    agency: str
    """Of one whose role is agency; empty otherwise."""
    token: str
    expires: datetime


@dataclass(frozen=True, slots=True)
class AgencyStanding:
    """How an agency stands by a run."""

    __pydantic_config__ = STRICT

    id: str
    name: Text
    run: str
    assets: int
    score: Score
    before: Score | None
    """By the scan before that judged it; None: there was none."""


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """The figures of one scan."""

    __pydantic_config__ = STRICT

    run: str
    started: datetime
    score: Score


@dataclass(frozen=True, slots=True)
class WholeFinding:
    """A finding with what it rests on."""

    __pydantic_config__ = STRICT

    run: str
    title: Text
    """Of the control."""
    finding: Finding
    evidence: Mapping[str, Evidence]
    """By target key."""
    policy_file: str
    """The file of the policy that states the control; empty where the run has none."""
    policy_text: str
    """What it states, word for word."""


@dataclass(frozen=True, slots=True)
class Report:
    """A file that was issued, signed or sent."""

    __pydantic_config__ = STRICT

    number: int
    """By which it is asked for."""
    file: IssuedFile


@dataclass(frozen=True, slots=True)
class Request:
    """A scan or recheck that somebody asked for, and what became of it."""

    __pydantic_config__ = STRICT

    id: str
    by: str
    asked: datetime
    task: Task
    step: StepName
    """The last one."""
    detail: str
    open: bool
    run: str
    """Empty while there is none."""
