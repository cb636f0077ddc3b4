"""The keys that sign states of the log: what was said of each, and what one may say next.

One key signs at a time. The private keys are never here; whoever calls has them.
"""

from collections.abc import Iterator
from datetime import datetime

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from checks.model.canonical import digest, dump, load
from checks.model.text import Text
from history import journal, models, rows
from history.errors import BadKey, Damaged
from history.facts import utc
from history.ledger import Problem
from history.statements import Key, Keyring, KeyStatement, LoggedKey, public_of, signature


def make(private: Ed25519PrivateKey, by: str, at: datetime) -> None:
    """Begin to use a key where none is in use. Raises BadKey, NotStored, Damaged."""
    _say(KeyStatement("made", public_of(private), utc(at), by), private)


def rotate(old: Ed25519PrivateKey, new: Ed25519PrivateKey, by: str, at: datetime, reason: str = "") -> None:
    """Let a key take the place of the one in use, which says so with its signature.

    Raises BadKey, NotStored, Damaged.
    """
    _say(KeyStatement("rotated", public_of(new), utc(at), by, reason, before=public_of(old)), old, new)


def revoke(key: str, since: datetime, by: str, at: datetime, reason: str) -> None:
    """Say that what a key signed from a moment on is not to be believed, and use it no longer.

    Raises BadKey, NotStored, Damaged.
    """
    _say(KeyStatement("revoked", key, utc(at), by, reason, since=utc(since)))


def keyring() -> Keyring:
    """What is known of all keys now. Raises Damaged where a statement does not hold."""
    found = Keyring()
    for place, logged in enumerate(statements()):
        for problem in found.take(place, logged):
            raise Damaged(problem.what)
    return found


def keys() -> tuple[Key, ...]:
    """Every key in the order in which they came into use. Raises Damaged."""
    return tuple(keyring().keys.values())


def statements() -> Iterator[LoggedKey]:
    """Everything that was said of keys, in order. Raises Damaged."""
    for row in models.KeyStatement.objects.order_by("sequence"):
        yield logged(row)


def verify() -> Iterator[Problem]:
    """Every statement that is not as it was stored, or whose place is empty."""
    return journal.verify(models.KeyStatement, "key statement", logged)


def logged(row: models.KeyStatement) -> LoggedKey:
    """The statement of a row. Raises Damaged where the columns are not those of the body, or the body is another."""
    name = f"key statement {row.sequence}"
    try:
        found = load(LoggedKey, row.body)
        sound = digest(row.body.encode()) == row.digest
    except (ValueError, TypeError, AttributeError) as error:  # SQLite takes any value in any column
        raise Damaged(name) from error
    if not sound or rows.columns(row) != rows.columns(_row(found)):
        raise Damaged(name)
    return found


def _say(statement: KeyStatement, *signers: Ed25519PrivateKey) -> None:
    signatures = {public_of(each): signature(each, statement) for each in signers}

    def row_of(place: int, previous: str) -> models.KeyStatement:
        made = LoggedKey(place, previous, statement, signatures)
        for problem in keyring().take(place, made):
            raise _bad(problem.detail)
        return _row(made)

    journal.append(models.KeyStatement, row_of)


def _row(logged: LoggedKey) -> models.KeyStatement:
    body = dump(logged)
    return models.KeyStatement(
        sequence=logged.sequence,
        at=logged.statement.at,
        body=body.decode(),
        digest=digest(body),
        key=logged.statement.key,
        step=logged.statement.step,
    )


def _bad(why: str) -> BadKey:
    known = {
        "another key was in use": Text(
            "Đang có một khóa khác được dùng; thay khóa bằng khien history key rotate, hoặc thu hồi trước.",
            "Another key is in use; let khien history key rotate replace it, or revoke it first.",
        ),
        "the key was there already": Text("Khóa này đã có trong sổ.", "The key is known already."),
        "the key before it was not in use": Text(
            "Khóa trong khien.yaml không phải khóa đang được dùng.", "The key of khien.yaml is not the one in use."
        ),
        "there is no such key": Text(
            "Không có khóa này, hoặc khóa đã bị thu hồi.", "There is no such key, or it is revoked already."
        ),
    }
    return BadKey(known[why])
