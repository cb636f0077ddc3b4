"""The journal of administrative acts: who did what, when, and what was before and after.

One chain over all of them: see `history.journal`. What an act leaves behind as a whole, such as an inventory, is a blob
that it names; so the next change is told as a difference, whoever made it in a file and however much later.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal, cast

from checks.difference import difference
from checks.model.act import Actor, AdministrativeAct, Side, What
from checks.model.canonical import STRICT, canonical, digest, dump, load
from history import journal, models, queries, rows
from history.errors import Damaged, Overtaken
from history.facts import utc
from history.ledger import Problem


@dataclass(frozen=True, slots=True)
class Logged:
    """An act in its place. Its canonical bytes are what the digest names."""

    __pydantic_config__ = STRICT

    sequence: int
    """0, 1, 2 ... over all acts."""
    previous: str
    """Digest of the one before; empty for the first."""
    act: AdministrativeAct
    schema: Literal[1] = 1


def record(act: AdministrativeAct) -> None:
    """Keep an act; it is on disk on return. Raises NotStored."""
    told = replace(act, at=utc(act.at))
    journal.append(models.AdministrativeAct, lambda place, previous: _row(Logged(place, previous, told)))


def notice(
    what: What,
    subject: str,
    state: Mapping[str, Any],
    by: Actor,
    at: datetime,
    reason: str = "",
    instead_of: str | None = None,
) -> bool:
    """Keep that something is in another state than when it was last noticed; False where it is not.

    `state` is JSON types; under "agencies" it may hold what belongs to each agency, by id. `instead_of` is the digest
    of the state that it may follow, "" where there may be none; None: whichever. Raises Overtaken where it is another
    by now; NotStored, Damaged.
    """
    blob, fresh = rows.blob(canonical(state)), False

    def row_of(place: int, previous: str) -> models.AdministrativeAct:
        nonlocal fresh
        last = _latest(what, subject)  # anew each time that the place was taken by another
        if instead_of not in (None, "" if last is None else _whole(last)):
            raise Overtaken
        fresh = last is None or _whole(last) != blob.digest
        if last is not None and not fresh:
            return last
        models.Blob.objects.bulk_create([blob], ignore_conflicts=True)
        before, after = _sides(last, state, blob.digest)
        concerned = _agencies(before, after)
        return _row(
            Logged(place, previous, AdministrativeAct(what, utc(at), by, subject, concerned, reason, before, after))
        )

    journal.append(models.AdministrativeAct, row_of)
    return fresh


@dataclass(frozen=True, slots=True)
class Known:
    """The state in which something was last noticed."""

    act: AdministrativeAct
    """The act that tells of it."""
    whole: str
    """Digest of the state."""
    state: dict[str, Any]


def known(what: What, subject: str = "") -> Known | None:
    """The state in which something was last noticed; None: it never was. Raises Damaged."""
    row = _latest(what, subject)
    return None if row is None else Known(_logged(row).act, _whole(row), _content(_whole(row)))


def told(what: What, limit: int) -> Iterator[AdministrativeAct]:
    """The latest acts of a kind, the newest first. Raises Damaged."""
    found = models.AdministrativeAct.objects.filter(what=what).order_by("-sequence")[:limit]
    return (_logged(each).act for each in found)


def state(what: What, subject: str = "") -> dict[str, Any] | None:
    """The same without the act."""
    found = known(what, subject)
    return None if found is None else found.state


def between(since: datetime | None, until: datetime | None) -> Iterator[tuple[str, AdministrativeAct]]:
    """Each act from one moment to another, with the digest of its record, in order of time.

    Raises Damaged.
    """
    for content, logged in journal.between(models.AdministrativeAct, _logged, since, until):
        yield content, logged.act


def verify() -> Iterator[Problem]:
    """Every act that is not as it was recorded, or whose place is empty, and every state that is gone."""
    return journal.verify(models.AdministrativeAct, "administrative act", _sound)


def _sides(known: models.AdministrativeAct | None, state: Mapping[str, Any], whole: str) -> tuple[Side | None, Side]:
    """What was and what is; the first time that something is noticed, nothing is known to have changed."""
    if known is None:
        return None, Side({}, whole)
    was = _whole(known)
    before, after = difference(_content(was), state)
    return Side(before, was), Side(after, whole)


def _agencies(before: Side | None, after: Side) -> tuple[str, ...]:
    parts = [each.value.get("agencies", {}) for each in (before, after) if each is not None]
    return tuple(sorted({agency for part in parts for agency in part}))


def _latest(what: What, subject: str) -> models.AdministrativeAct | None:
    found = (
        models.AdministrativeAct.objects.filter(what=what, subject=rows.escape(subject)).order_by("-sequence").first()
    )
    return cast("models.AdministrativeAct | None", found)


def _whole(row: models.AdministrativeAct) -> str:
    after = _logged(row).act.after
    return "" if after is None else after.whole


def _content(whole: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(queries.content(whole))
    return found


def _sound(row: models.AdministrativeAct) -> Logged:
    """The act of a row whose states are kept. Raises Damaged."""
    logged = _logged(row)
    for side in (logged.act.before, logged.act.after):
        if side is not None and side.whole:
            queries.content(side.whole)
    return logged


def _row(logged: Logged) -> models.AdministrativeAct:
    body = dump(logged)
    return models.AdministrativeAct(
        sequence=logged.sequence,
        what=logged.act.what,
        subject=rows.escape(logged.act.subject),
        at=logged.act.at,
        body=body.decode(),
        digest=digest(body),
    )


def _logged(row: models.AdministrativeAct) -> Logged:
    """The act of a row. Raises Damaged where the columns are not those of the body, or the body is another."""
    name = f"administrative act {row.sequence}"
    try:
        logged = load(Logged, row.body)
        sound = digest(row.body.encode()) == row.digest
    except (ValueError, TypeError, AttributeError) as error:  # SQLite takes any value in any column
        raise Damaged(name) from error
    if not sound or rows.columns(row) != rows.columns(_row(logged)):
        raise Damaged(name)
    return logged
