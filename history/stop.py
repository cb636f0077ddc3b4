"""The emergency stop: while it stands, no scan runs on this database. Who stopped and who released stays on record."""

from datetime import datetime

from checks.model.operation import Step
from history import operations

NAME = "scans"
SUBJECT = f"stop:{NAME}"


def standing() -> Step | None:
    """The stop that stands now; None where scans may run. Raises Damaged."""
    found = operations.operation(SUBJECT)
    return found.last if found is not None and found.last.step == "halted" else None


def acts() -> tuple[Step, ...]:
    """Every stop and every release, in order. Raises Damaged."""
    found = operations.operation(SUBJECT)
    return () if found is None else found.steps


def halt(by: str, reason: str, at: datetime) -> Step:
    """Stop every scan; where a stop stands already, that one, since it says first who and why. Raises NotStored."""
    while (found := standing()) is None:
        operations.add(Step("stop", NAME, len(acts()), "halted", at, by, detail=reason))
    return found


def release(by: str, reason: str, at: datetime) -> bool:
    """Let scans run again; False where no stop stands. Raises NotStored."""
    while standing() is not None:
        if operations.add(Step("stop", NAME, len(acts()), "released", at, by, detail=reason)):
            return True
    return False
