"""The log of alerts: what was raised and when it was over, who was told of it, and what became of each message.

One chain over all of it: see `history.journal`.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import islice
from typing import Literal

from checks.model.alert import AlertStep
from checks.model.canonical import STRICT, digest, dump, load
from history import journal, models, queries
from history.errors import Damaged
from history.facts import utc
from history.ledger import Problem


@dataclass(frozen=True, slots=True)
class Logged:
    """A step in its place. Its canonical bytes are what the digest names."""

    __pydantic_config__ = STRICT

    sequence: int
    """0, 1, 2 ... over all steps."""
    previous: str
    """Digest of the one before; empty for the first."""
    alert: AlertStep
    schema: Literal[1] = 1


def record(step: AlertStep) -> None:
    """Keep a step; it is on disk on return. Raises NotStored."""
    told = replace(step, at=utc(step.at))
    journal.append(models.AlertStep, lambda place, previous: _row(place, told, dump(Logged(place, previous, told))))


def steps() -> Iterator[AlertStep]:
    """Everything that was logged, in order. Raises Damaged."""
    for row in models.AlertStep.objects.order_by("sequence").iterator(queries.CHUNK):
        yield _logged(row).alert


def latest() -> Iterator[AlertStep]:
    """What was logged since the steps were last summed up, that summary first; without one everything. Tries that told
    nobody are left out, and so is what only began. Raises Damaged."""
    found = models.AlertStep.objects.exclude(step__in=("begun", "deferred", "rejected")).order_by("sequence")
    summed = models.AlertStep.objects.filter(step="summed").order_by("-sequence").first()
    if summed is not None:
        found = found.filter(sequence__gte=summed.sequence)
    for row in found.iterator(queries.CHUNK):
        yield _logged(row).alert


def reminders(agencies: Collection[str], number: int) -> tuple[AlertStep, ...]:
    """The latest messages about what is due at agencies, of those that were taken over, newest first. Raises
    Damaged."""
    found = models.AlertStep.objects.filter(step="accepted", agency__in=sorted(agencies)).order_by("-sequence")
    told = (_logged(row).alert for row in found.iterator(queries.CHUNK))
    return tuple(islice((each for each in told if any(key.startswith("due:") for key in each.keys)), number))


def between(since: datetime | None, until: datetime | None) -> Iterator[tuple[str, AlertStep]]:
    """Each step from one moment to another, with the digest of its record, in order of time.

    Raises Damaged.
    """
    for content, logged in journal.between(models.AlertStep, _logged, since, until):
        yield content, logged.alert


def verify() -> Iterator[Problem]:
    """Every row of the log that is not as it was stored, or whose place is empty."""
    return journal.verify(models.AlertStep, "alert", _logged)


def _row(sequence: int, step: AlertStep, body: bytes) -> models.AlertStep:
    return models.AlertStep(
        sequence=sequence,
        step=step.step,
        run=step.run,
        agency=step.agency,
        recipient=step.recipient,
        at=step.at,
        body=body.decode(),
        digest=digest(body),
    )


def _logged(row: models.AlertStep) -> Logged:
    """The step of a row. Raises Damaged where the columns are not those of the body, or the body is another."""
    try:
        logged = load(Logged, row.body)
        sound = digest(row.body.encode()) == row.digest
    except (ValueError, TypeError, AttributeError) as error:  # SQLite takes any value in any column
        raise Damaged(f"alert {row.sequence}") from error
    told = logged.alert
    columns = (logged.sequence, told.step, told.run, told.agency, told.recipient, told.at)
    if not sound or columns != (row.sequence, row.step, row.run, row.agency, row.recipient, row.at):
        raise Damaged(f"alert {row.sequence}")
    return logged
