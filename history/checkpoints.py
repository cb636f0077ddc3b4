"""States of the log that were signed: what binds everything that is remembered up to a moment."""

import base64
from collections.abc import Callable, Iterator
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from checks.model.canonical import digest, dump, load
from checks.model.text import Text
from history import journal, keys, log, models, rows
from history.errors import BadKey, Damaged
from history.facts import utc
from history.ledger import Problem
from history.statements import Checkpoint, LoggedCheckpoint, public_of, signature

Stamp = Callable[[bytes], bytes]
"""Gives a token by RFC 3161 over some bytes."""


def make(private: Ed25519PrivateKey, at: datetime, stamp: Stamp | None = None) -> LoggedCheckpoint:
    """Sign the state of the log as it is now, and keep that; on disk on return.

    Raises BadKey where the key is not the one in use; Damaged, NotStored, and what `stamp` raises, and then nothing is
    kept.
    """
    now = keys.keyring().in_use
    if now is None or now.key != public_of(private):
        raise BadKey(
            Text(
                "Khóa này không phải khóa đang được dùng (xem khien history key list).",
                "This key is not the one in use (see khien history key list).",
            )
        )
    found = log.head()
    told = Checkpoint(found.size, found.root, utc(at), now.key)
    signed, token = signature(private, told), "" if stamp is None else base64.b64encode(stamp(dump(told))).decode()
    row = journal.append(
        models.Checkpoint,
        lambda place, previous: _row(LoggedCheckpoint(place, previous, told, signed, token)),
    )
    return logged(row)


def checkpoints() -> Iterator[LoggedCheckpoint]:
    """Every signed state, in order. Raises Damaged."""
    for row in models.Checkpoint.objects.order_by("sequence"):
        yield logged(row)


def verify() -> Iterator[Problem]:
    """Every checkpoint that is not as it was stored, or whose place is empty."""
    return journal.verify(models.Checkpoint, "checkpoint", logged)


def logged(row: models.Checkpoint) -> LoggedCheckpoint:
    """The checkpoint of a row. Raises Damaged where the columns are not those of the body, or the body is another."""
    name = f"checkpoint {row.sequence}"
    try:
        found = load(LoggedCheckpoint, row.body)
        sound = digest(row.body.encode()) == row.digest
    except (ValueError, TypeError, AttributeError) as error:  # SQLite takes any value in any column
        raise Damaged(name) from error
    if not sound or rows.columns(row) != rows.columns(_row(found)):
        raise Damaged(name)
    return found


def _row(logged: LoggedCheckpoint) -> models.Checkpoint:
    body = dump(logged)
    return models.Checkpoint(
        sequence=logged.sequence,
        at=logged.checkpoint.at,
        body=body.decode(),
        digest=digest(body),
        size=logged.checkpoint.size,
    )
