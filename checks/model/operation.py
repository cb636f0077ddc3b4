"""What is to be done and what became of it: slots of schedules, requests of people for scans and reports, runs that are
cancelled, the emergency stop.

Each is a row of steps that are only added to; what it is now is its last step. `scanner` decides, `history` keeps,
`console` asks and shows.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from checks.model.canonical import STRICT
from checks.model.report_order import ReportOrder
from checks.model.task import Task
from checks.model.text import Text

OperationKind = Literal["schedule", "slot", "request", "report", "run", "stop"]
StepName = Literal[
    "known",  # of a schedule: its slots count from now on
    "due",  # of a slot: it is taken, and its run begins as soon as it may
    "asked",  # of a request, also for reports
    "skipped",  # nothing is done
    "begun",  # its run is opened, or is about to be (by need also a second one); the reports are being made or sent
    "paused",  # the run can be gone on with
    "resumed",
    "finished",
    "stopped",  # given up by rule; the run is abandoned
    "failed",  # given up for a fault; the run, if there is one, stays open
    "withdrawn",  # of a request
    "cancelled",  # of a run: whoever scans ends it
    "halted",  # of the stop: no scan may run
    "released",
]
FINAL: frozenset[StepName] = frozenset({"skipped", "finished", "stopped", "failed", "withdrawn"})
Reason = Literal[
    "",
    "missed",  # skipped: nobody was there at its time
    "blackout",  # skipped
    "in_progress",  # skipped: the run before of the same schedule is not over
    "nothing_due",  # skipped: no asset needs to be looked at yet
    "authorisation",  # paused: an authorisation or its window ended
    "window",  # paused or stopped: the schedule's window ended
    "length",  # paused or stopped: it has worked as long as it may at a time
    "halted",  # paused: emergency stop
    "interrupted",  # paused: Khiên was told to end
    "crashed",  # paused or failed: the process ended by itself
    "refused",  # failed: nothing of it may be scanned
    "changed",  # failed: rules or data are no longer those of the run
    "unscheduled",  # stopped: the schedule is no longer there
    "abandoned",  # stopped: somebody has ended the run
    "cancelled",  # stopped: somebody has cancelled the run
]


@dataclass(frozen=True, slots=True)
class Step:
    """One step. Its canonical bytes are stored, and never changed."""

    __pydantic_config__ = STRICT

    kind: OperationKind
    name: str
    """Of the schedule (also for its slots); the id of the request or of the run; "scans" for the stop."""
    sequence: int
    """0, 1, 2 ... of one slot, request, schedule or run, or of the stop. Of two that take one place one is refused."""
    step: StepName
    at: datetime
    by: str
    """Who: a person, or the process of a daemon."""
    slot: datetime | None = None
    """In UTC."""
    reason: Reason = ""
    detail: str = ""
    """Words of people, or of an error; of "known" what the slots come from."""
    task: Task | None = None
    """With the first step of a slot or request."""
    report: ReportOrder | None = None
    """With the first step of a request for reports."""
    files: tuple[int, ...] = ()
    """With the last one: the places in the archive of what was made."""
    told: Text | None = None
    """With the last one: what came of it, in words."""
    run: str = ""
    """From "begun" on, and with "cancelled": the id of the run."""
    missed: int = 0
    """So many earlier slots of the schedule, that nobody took, this one stands for."""
    missed_since: datetime | None = None
    """The first of those."""
    wait_seconds: int = 0
    """So long it is not gone on with."""
    previous: str = ""
    """Digest of the step before; empty for the first."""
    schema: Literal[1] = 1

    @property
    def subject(self) -> str:
        """What the step belongs to."""
        return ":".join((self.kind, self.name, *([] if self.slot is None else [f"{self.slot:%Y-%m-%dT%H:%MZ}"])))


@dataclass(frozen=True, slots=True)
class Operation:
    """The steps of a slot or of a request so far; at least one."""

    steps: tuple[Step, ...]

    @property
    def first(self) -> Step:
        """How it came to be."""
        return self.steps[0]

    @property
    def last(self) -> Step:
        """How it stands."""
        return self.steps[-1]

    @property
    def open(self) -> bool:
        """Whether something is left to do."""
        return self.last.step not in FINAL

    @property
    def run(self) -> str:
        """The id of its run, of two the second; empty while there is none."""
        return next((each.run for each in reversed(self.steps) if each.run), "")

    @property
    def task(self) -> Task:
        """What its run is about."""
        return self.first.task or Task()

    @property
    def crashes(self) -> int:
        """How often its process ended by itself."""
        return sum(each.reason == "crashed" for each in self.steps)
