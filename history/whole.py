"""Everything that a database remembers, checked at once."""

from collections.abc import Iterable, Iterator

from checks.model.checkpoint import Witness
from history import (
    acts,
    alerts,
    audit,
    checkpoints,
    deliveries,
    issues,
    keys,
    log_audit,
    matters,
    operations,
    retention,
)
from history.database import snapshot
from history.ledger import Problem


def verify(witnesses: Iterable[Witness] = ()) -> Iterator[tuple[str, Problem]]:
    """Every fault of every run, by the run's id, and of everything beside the runs, under an empty one; also whether
    the log begins with the states that were noted elsewhere."""
    seen = audit.Seen()
    for run_id in audit.run_ids():
        for problem in audit.verify(run_id, seen=seen):
            yield run_id, problem
    with snapshot():  # or an act committed between two of the questions would seem to be inserted
        for acts_of in (matters, deliveries, issues, operations, alerts, acts, keys, checkpoints, retention):
            yield from (("", problem) for problem in acts_of.verify())
        yield from (("", problem) for problem in log_audit.verify(witnesses))
