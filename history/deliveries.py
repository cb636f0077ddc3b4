"""The log of deliveries: which report went to whom, with what digest, when, by whom, and what became of it.

One chain over all of them: see `history.journal`.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from checks.model.canonical import STRICT, digest, dump, load
from checks.model.delivery import Delivery
from history import journal, models
from history.errors import Damaged, UnknownRun
from history.facts import utc
from history.ledger import Problem


@dataclass(frozen=True, slots=True)
class Logged:
    """A delivery in its place. Its canonical bytes are what the digest names."""

    __pydantic_config__ = STRICT

    sequence: int
    """0, 1, 2 ... over all deliveries."""
    previous: str
    """Digest of the one before; empty for the first."""
    delivery: Delivery
    schema: Literal[1] = 1


def record(delivery: Delivery) -> None:
    """Keep one step of a delivery; it is on disk on return. Raises UnknownRun, NotStored."""
    if not models.Run.objects.filter(pk=delivery.run).exists():
        raise UnknownRun(delivery.run)
    told = replace(delivery, at=utc(delivery.at))
    journal.append(models.Delivery, lambda place, previous: _row(place, told, dump(Logged(place, previous, told))))


def deliveries(run_id: str | None = None, agencies: Collection[str] | None = None) -> tuple[Delivery, ...]:
    """What was logged, of one run or of all, and of some agencies or of all, in the order of logging. Raises
    Damaged."""
    found = models.Delivery.objects.order_by("sequence")
    if run_id is not None:
        found = found.filter(run=run_id)
    if agencies is not None:
        found = found.filter(agency__in=sorted(agencies))
    return tuple(_logged(row).delivery for row in found)


def between(since: datetime | None, until: datetime | None) -> Iterator[tuple[str, Delivery]]:
    """Each step from one moment to another, with the digest of its record, in order of time.

    Raises Damaged.
    """
    for content, logged in journal.between(models.Delivery, _logged, since, until):
        yield content, logged.delivery


def verify() -> Iterator[Problem]:
    """Every row of the log that is not as it was stored, or whose place is empty."""
    return journal.verify(models.Delivery, "delivery", _logged)


def _row(sequence: int, delivery: Delivery, body: bytes) -> models.Delivery:
    return models.Delivery(
        sequence=sequence,
        run_id=delivery.run,
        agency=delivery.agency,
        recipient=delivery.recipient,
        state=delivery.state,
        at=delivery.at,
        body=body.decode(),
        digest=digest(body),
    )


def _logged(row: models.Delivery) -> Logged:
    """The delivery of a row. Raises Damaged where the columns are not those of the body, or the body is another."""
    try:
        logged = load(Logged, row.body)
        sound = digest(row.body.encode()) == row.digest
    except (ValueError, TypeError, AttributeError) as error:  # SQLite takes any value in any column
        raise Damaged(f"delivery {row.sequence}") from error
    told = logged.delivery
    columns = (logged.sequence, told.run, told.agency, told.recipient, told.state, told.at)
    if not sound or columns != (row.sequence, row.run_id, row.agency, row.recipient, row.state, row.at):
        raise Damaged(f"delivery {row.sequence}")
    return logged
