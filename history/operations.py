"""The steps of slots, requests, schedules, cancelled runs and the stop: values of `checks.model.operation` in and out.

The place that a step takes in its subject is unique: of two processes that want it, the database lets one have it. So a
slot is taken once, whoever sees it due. Each step names the digest of the one before, and has a leaf of the log
(`history.log`), which shows also that the last steps of a subject are missing.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from django.db import DatabaseError, IntegrityError, transaction

from checks.model.canonical import digest, dump, load
from checks.model.operation import FINAL, Operation, OperationKind, Step
from history import journal, models
from history.errors import Damaged, NotStored
from history.facts import utc
from history.ledger import Problem

CHUNK = 500


def add(step: Step) -> bool:
    """Keep a step, which is on disk on return; False where its place is taken, or nobody took the one before.

    Raises NotStored.
    """
    try:
        with transaction.atomic(durable=True):
            last = models.OperationStep.objects.filter(subject=step.subject).order_by("-sequence").first()
            if step.sequence != (0 if last is None else last.sequence + 1):
                return False
            journal.commit(_row(replace(_in_utc(step), previous="" if last is None else last.digest)))
    except IntegrityError:
        return False
    except DatabaseError as error:
        raise NotStored(error) from error
    return True


def operation(subject: str) -> Operation | None:
    """The steps of a slot, a request, a schedule or the stop; None where there are none. Raises Damaged."""
    found = models.OperationStep.objects.filter(subject=subject).order_by("sequence")
    steps = tuple(_step(row) for row in found)
    return Operation(steps) if steps else None


def latest_taken(schedule: str) -> Operation | None:
    """The slot of a schedule that was taken last, and not skipped at once. Raises Damaged."""
    firsts = models.OperationStep.objects.filter(kind="slot", name=schedule, sequence=0, step="due")
    row = firsts.order_by("-id").first()
    return None if row is None else operation(row.subject)


def latest_slot(schedule: str, until: datetime) -> datetime | None:
    """The latest slot of a schedule, of those until a moment, of which anything is known."""
    firsts = models.OperationStep.objects.filter(kind="slot", name=schedule, sequence=0, slot__lte=utc(until))
    found: datetime | None = firsts.order_by("-slot").values_list("slot", flat=True).first()
    return found


def schedules() -> tuple[str, ...]:
    """The names of all schedules that were ever known."""
    return _names("schedule")


def requests(kind: OperationKind = "request") -> tuple[Operation, ...]:
    """Requests for scans, or for reports, of which something is left to do, in the order in which they were asked for.
    Raises Damaged."""
    rows = models.OperationStep.objects.filter(kind=kind)
    over = rows.filter(step__in=FINAL).values("subject")  # left to the database: there are more of them each year
    left = rows.filter(sequence=0).exclude(subject__in=over).order_by("id").values_list("subject", flat=True)
    return tuple(found for each in left if (found := operation(each)) is not None)


def unfinished() -> tuple[Operation, ...]:
    """Slots and requests of which something is left to do; of a schedule only the latest can be. Raises Damaged."""
    latest = (latest_taken(each) for each in schedules())
    return (*(each for each in latest if each is not None and each.open), *requests())


def slots(schedule: str, since: datetime, until: datetime) -> tuple[Operation, ...]:
    """What became of the slots of a schedule from one moment to another, in order. Raises Damaged."""
    rows = models.OperationStep.objects.filter(
        kind="slot", name=schedule, sequence=0, slot__gte=utc(since), slot__lt=utc(until)
    )
    subjects = list(rows.order_by("slot").values_list("subject", flat=True))
    steps: dict[str, list[Step]] = {each: [] for each in subjects}
    for start in range(0, len(subjects), CHUNK):
        chunk = models.OperationStep.objects.filter(subject__in=subjects[start : start + CHUNK])
        for row in chunk.order_by("subject", "sequence"):
            steps[row.subject].append(_step(row))
    return tuple(Operation(tuple(each)) for each in steps.values())


def given_up_unbegun(since: datetime) -> tuple[Operation, ...]:
    """Slots and requests that failed from a moment on and have no run, in order of time. Raises Damaged."""
    rows = models.OperationStep.objects.filter(kind__in=("slot", "request"), step="failed", at__gte=utc(since))
    found = (operation(each) for each in rows.order_by("at", "id").values_list("subject", flat=True))
    return tuple(each for each in found if each is not None and not each.run)


def between(since: datetime | None, until: datetime | None) -> Iterator[tuple[str, Step]]:
    """Each step from one moment to another, with the digest of its record, in order of time.

    Raises Damaged.
    """
    return journal.between(models.OperationStep, _step, since, until)


def verify() -> Iterator[Problem]:
    """Every step that is not as it was stored, or whose place is empty."""
    subject, expected, before = "", 0, ""
    told = False
    """Whether the step before was damaged: then what follows it cannot be compared, and that is told already."""
    for row in models.OperationStep.objects.order_by("subject", "sequence", "id").iterator(CHUNK):
        if row.subject != subject:
            subject, expected, before, told = row.subject, 0, "", False
        name = f"step {row.subject} {row.sequence}"
        try:
            step = _step(row)
        except Damaged:
            yield Problem("changed", name)
            expected, told = expected + 1, True
            continue
        if step.sequence != expected:
            yield Problem("removed", f"step {row.subject} {expected}")
        elif not told and step.previous != before:
            yield Problem("changed", name, "it does not follow the step before it")
        expected, before, told = step.sequence + 1, row.digest, False


def _names(kind: OperationKind) -> tuple[str, ...]:
    found = models.OperationStep.objects.filter(kind=kind).order_by("name").values_list("name", flat=True)
    return tuple(found.distinct())


def _in_utc(step: Step) -> Step:
    slot, since = (None if each is None else utc(each) for each in (step.slot, step.missed_since))
    return replace(step, at=utc(step.at), slot=slot, missed_since=since)


def _row(step: Step) -> models.OperationStep:
    body = dump(step)
    return models.OperationStep(
        subject=step.subject,
        sequence=step.sequence,
        kind=step.kind,
        name=step.name,
        slot=step.slot,
        step=step.step,
        at=step.at,
        body=body.decode(),
        digest=digest(body),
    )


def _step(row: models.OperationStep) -> Step:
    """The step of a row. Raises Damaged where the columns are not those of the body, or the body is another."""
    try:
        step = load(Step, row.body)
        sound = digest(row.body.encode()) == row.digest
    except (ValueError, TypeError, AttributeError) as error:  # SQLite takes any value in any column
        raise Damaged(f"step {row.subject} {row.sequence}") from error
    told = (step.subject, step.sequence, step.kind, step.name, step.slot, step.step, step.at)
    if not sound or told != (row.subject, row.sequence, row.kind, row.name, row.slot, row.step, row.at):
        raise Damaged(f"step {row.subject} {row.sequence}")
    return step
