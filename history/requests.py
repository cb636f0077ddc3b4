"""Scans, rechecks and reports that somebody asks for: the daemon takes them up, and tells step by step what becomes of
them."""

import secrets
from collections.abc import Collection
from datetime import datetime
from functools import reduce
from itertools import islice
from operator import or_

from django.db.models import Q, QuerySet

from checks.model.operation import Operation, OperationKind, Step
from checks.model.report_order import ReportOrder
from checks.model.task import Task
from checks.model.text import Text
from history import models, operations
from history.errors import BadAct
from history.facts import utc

LATEST = 50


def ask(wanted: Task | ReportOrder, by: str, at: datetime, reason: str = "") -> str:
    """Ask for a run, or for reports; the id of the request. Raises NotStored."""
    while True:
        name = f"{utc(at):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        if isinstance(wanted, Task):
            step = Step("request", name, 0, "asked", at, by, detail=reason, task=wanted)
        else:
            step = Step("report", name, 0, "asked", at, by, detail=reason, report=wanted, run=wanted.run)
        if operations.add(step):
            return name


def withdraw(name: str, by: str, at: datetime, reason: str = "", kind: OperationKind = "request") -> None:
    """Take a request back that is not begun. Raises BadAct where it is, or is over, or there is none; NotStored."""
    found = operations.operation(f"{kind}:{name}")
    if found is not None and found.last.step == "asked":
        if operations.add(Step(kind, name, found.last.sequence + 1, "withdrawn", at, by, detail=reason)):
            return
    raise BadAct(Text(f"{name}: không còn rút lại được", f"{name}: it can no longer be withdrawn"))


def latest(
    number: int = LATEST,
    agencies: Collection[str] | None = None,
    skip: int = 0,
    kind: OperationKind = "request",
) -> tuple[Operation, ...]:
    """The latest requests after so many others, newest first, whatever became of them: of all, or of those that name
    none but these agencies. Raises Damaged."""
    names = _first_steps(kind, agencies).order_by("-id").values_list("subject", flat=True)
    if agencies is None:
        names, skip = names[skip:], 0
    found = (operations.operation(each) for each in names.iterator(operations.CHUNK))
    wanted = (each for each in found if each is not None and (agencies is None or _of(each.task, agencies)))
    return tuple(islice(wanted, skip, skip + number))


def count(agencies: Collection[str] | None = None) -> int:
    """How many requests there are; of agencies also those that name others behind them."""
    return _first_steps("request", agencies).count()


def _first_steps(kind: OperationKind, agencies: Collection[str] | None) -> QuerySet[models.OperationStep]:
    """The rows in which requests begin; those of others are not read: the body is canonical JSON."""
    rows = models.OperationStep.objects.filter(kind=kind, sequence=0)
    if agencies is None:
        return rows
    return rows.filter(reduce(or_, (Q(body__contains=f'"agencies":["{each}"') for each in sorted(agencies))))


def _of(task: Task, agencies: Collection[str]) -> bool:
    return bool(task.agencies) and set(task.agencies) <= set(agencies)
