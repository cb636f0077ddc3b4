"""Everything that a database remembers, checked at once."""

from collections.abc import Iterator

from history import alerts, audit, deliveries, issues, matters, operations
from history.ledger import Problem


def verify() -> Iterator[tuple[str, Problem]]:
    """Every fault of every run, by the run's id, and of everything beside the runs, under an empty one."""
    seen = audit.Seen()
    for run_id in audit.run_ids():
        for problem in audit.verify(run_id, seen=seen):
            yield run_id, problem
    for log in (matters, deliveries, issues, operations, alerts):
        for problem in log.verify():
            yield "", problem
