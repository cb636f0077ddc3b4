"""Runs that somebody has cancelled. The console writes it down; the process that scans asks every second, and ends.

A cancelled run is abandoned: what it saw is kept, nothing is judged from it, and nobody goes on with it. Whoever holds
the right to scan does that, so that no run ends under the hands of the process that works on it.
"""

from datetime import datetime

from checks.model.operation import Step
from checks.model.text import Text
from history import models, operations
from history.errors import BadAct, LockHeld, RunEnded
from history.lock import exclusive
from history.store import Recorder

REASON = "cancelled"
"""Why such a run is abandoned, in its closing facts."""


def cancelled(run_id: str) -> Step | None:
    """Who cancelled a run, when and why; None where nobody did. Raises Damaged."""
    found = operations.operation(f"run:{run_id}")
    return None if found is None else found.first


def cancel(run_id: str, by: str, reason: str, at: datetime) -> None:
    """Cancel a run; where nobody scans it has ended on return. Who cancels it once more changes nothing.

    Raises UnknownRun, BadAct where it has ended, NotStored.
    """
    if Recorder().run(run_id).state != "open":
        raise BadAct(Text(f"Đợt {run_id} đã kết thúc.", f"Run {run_id} has ended."))
    operations.add(Step("run", run_id, 0, "cancelled", at, by, detail=reason, run=run_id))
    try:
        with exclusive("scan", 0):
            settle()
    except LockHeld:  # by the process that works on it, which obeys; or by another, and the next one settles it
        return


def settle() -> None:
    """Abandon what is cancelled and still open. The caller holds the right to scan. Raises NotStored."""
    told = models.OperationStep.objects.filter(kind="run", step="cancelled").values("name")
    for run_id in models.Run.objects.filter(end__isnull=True, pk__in=told).values_list("id", flat=True):
        end(run_id)


def end(run_id: str) -> None:
    """Abandon a run as one that was cancelled, if it is open. Raises NotStored."""
    try:
        Recorder().abandon(run_id, REASON)
    except RunEnded:
        return
