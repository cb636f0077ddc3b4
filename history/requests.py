"""Scans and rechecks that somebody asks for: the daemon takes them up, and tells step by step what becomes of them."""

import secrets
from datetime import datetime

from checks.model.operation import Operation, Step
from checks.model.task import Task
from checks.model.text import Text
from history import models, operations
from history.errors import BadAct
from history.facts import utc

LATEST = 50


def ask(task: Task, by: str, at: datetime, reason: str = "") -> str:
    """Ask for a run; the id of the request. Raises NotStored."""
    while True:
        name = f"{utc(at):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
        if operations.add(Step("request", name, 0, "asked", at, by, detail=reason, task=task)):
            return name


def withdraw(name: str, by: str, at: datetime, reason: str = "") -> None:
    """Take a request back that is not begun. Raises BadAct where it is, or is over, or there is none; NotStored."""
    found = operations.operation(f"request:{name}")
    if found is not None and found.last.step == "asked":
        if operations.add(Step("request", name, found.last.sequence + 1, "withdrawn", at, by, detail=reason)):
            return
    raise BadAct(Text(f"{name}: không còn rút lại được", f"{name}: it can no longer be withdrawn"))


def latest(number: int = LATEST) -> tuple[Operation, ...]:
    """The latest requests, newest first, whatever became of them. Raises Damaged."""
    rows = models.OperationStep.objects.filter(kind="request", sequence=0).order_by("-id")
    subjects = rows.values_list("subject", flat=True)[:number]
    return tuple(found for each in subjects if (found := operations.operation(each)) is not None)
