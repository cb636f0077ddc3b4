"""Waivers, disputes and acknowledgements in the database: acts in, the same values as of waivers.yaml out.

A waiver is asked for by one person, granted or refused by another, and may be withdrawn. A dispute is raised, and
confirmed or rejected by somebody else; a confirmed one is a waiver of its own kind. Faults are acknowledged as often as
a new day is named. Each act is kept whole, names the digest of the act before, and is never changed; what a waiver is
now, or was at any moment, is read off its acts.

Each act has a leaf of the log (`history.log`), which shows also that the last acts of a matter are missing.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime

from django.db import DatabaseError, IntegrityError, transaction

from checks.model.canonical import digest, dump, load
from checks.model.fault import Acknowledgement
from checks.model.text import Text
from checks.model.waiver import LONGEST, Dispute, Waiver, false_positive, same_person
from history import journal, models
from history.errors import BadAct, Damaged, NotStored
from history.facts import Act, Matter, Step, WaiverCase, WaiverState, utc
from history.ledger import Problem


def ask(waiver: Waiver, at: datetime) -> None:
    """Ask for a waiver; who asks is `requested_by`. Raises BadAct, NotStored."""
    if waiver.approved_by or waiver.kind != "waiver":
        raise ValueError("what is asked for is granted by nobody yet")
    _lasting(waiver)
    act = Act("waiver", waiver.id, 0, "asked", waiver.requested_by, at, waiver.justification, "", waiver=waiver)
    _add(act)


def grant(name: str, by: str, at: datetime, waiver: Waiver, reason: str = "") -> Waiver:
    """Grant what was asked for, in the form of `waiver` (its dates may be narrower); the waiver that is in force now.

    Raises BadAct where it was not asked for, is decided already, is another one, or `by` asked for it; NotStored.
    """
    last = _open(name, "waiver")
    asked = _waiver([last])
    _other_person(asked.requested_by, by, name)
    granted = replace(waiver, approved_by=by)
    if replace(granted, approved_by="", valid_from=asked.valid_from, valid_until=asked.valid_until) != asked:
        raise _bad(name, "không phải là miễn trừ đã được đề nghị", "it is not what was asked for")
    if granted.valid_from < asked.valid_from or granted.valid_until > asked.valid_until:
        raise _bad(name, "thời hạn dài hơn đề nghị", "it would last longer than was asked for")
    _lasting(granted)
    _add(_next(last, "granted", by, at, reason, waiver=granted))
    return granted


def refuse(name: str, by: str, at: datetime, reason: str) -> None:
    """Refuse what was asked for. Raises BadAct, NotStored."""
    last = _open(name, "waiver")
    _other_person(last.by, by, name)
    _add(_next(last, "refused", by, at, reason))


def withdraw(name: str, by: str, at: datetime, reason: str) -> None:
    """End a waiver that was granted, or take back what was asked for. Raises BadAct, NotStored."""
    last = _last(name, "waiver")
    if last.step not in ("asked", "granted"):
        raise _bad(name, "đã kết thúc", "it is over already")
    _add(_next(last, "withdrawn", by, at, reason))


def dispute(raised: Dispute, at: datetime) -> None:
    """Raise a dispute. Raises BadAct, NotStored."""
    if raised.state != "open":
        raise ValueError("a dispute that is raised is open")
    _add(Act("dispute", raised.id, 0, "raised", raised.raised_by, at, raised.reason, "", dispute=raised))


def decide(settled: Dispute, at: datetime) -> None:
    """Confirm or reject an open dispute (`checks.model.waiver.decided`).

    Raises BadAct where there is none, it is decided already, or who decides has raised it; NotStored.
    """
    last = _open(settled.id, "dispute")
    _other_person(last.by, settled.decided_by, settled.id)
    step: Step = "confirmed" if settled.state == "confirmed" else "rejected"
    if settled.state == "confirmed":
        _lasting(false_positive(settled))
    _add(_next(last, step, settled.decided_by, at, settled.decision, dispute=settled))


def acknowledge(told: Acknowledgement) -> None:
    """Keep that somebody knows of faults, and by when they will be fixed. Raises BadAct, NotStored."""
    last = models.Act.objects.filter(name=told.id).order_by("-sequence").first()
    sequence, previous = (0, "") if last is None else (last.sequence + 1, last.digest)
    told = replace(told, at=utc(told.at))
    _add(Act("fault", told.id, sequence, "planned", told.by, told.at, told.note, previous, acknowledgement=told))


def acknowledgements(until: datetime | None = None) -> dict[str, tuple[Acknowledgement, ...]]:
    """All that were made up to a moment, by their ids, each matter's in the order of time. Raises Damaged."""
    return {
        name: tuple(each.acknowledgement for each in acts if each.acknowledgement is not None)
        for name, acts in _matters("fault", until).items()
    }


def waiver_cases(until: datetime | None = None) -> tuple[WaiverCase, ...]:
    """Every waiver that was asked for here up to a moment, as it then stood, in the order of ids. Raises Damaged."""
    states: dict[Step, WaiverState] = {"granted": "granted", "refused": "refused", "withdrawn": "withdrawn"}
    return tuple(
        WaiverCase(_waiver(acts), states.get(acts[-1].step, "asked"), tuple(acts))
        for acts in _matters("waiver", until).values()
    )


def disputes(until: datetime | None = None) -> tuple[Dispute, ...]:
    """Every dispute as it stood at a moment, or stands, in the order of ids. Raises Damaged."""
    return tuple(_dispute(acts) for acts in _matters("dispute", until).values())


def waivers(until: datetime | None = None) -> tuple[Waiver, ...]:
    """Every waiver that was granted and not withdrawn, and every confirmed false positive, in the order of ids; by the
    acts up to a moment, or by all.

    Those that have expired are among them: a report shows them. Raises Damaged.
    """
    granted = [each.waiver for each in waiver_cases(until) if each.state == "granted"]
    wrong = [false_positive(each) for each in disputes(until) if each.state == "confirmed"]
    return tuple(sorted((*granted, *wrong), key=lambda each: each.id))


def between(since: datetime | None, until: datetime | None) -> Iterator[tuple[str, Act, Act | None]]:
    """Each act from one moment to another, in order of time: the digest of its record, the act, and the one
    before it in the same matter. Raises Damaged.
    """
    for content, act in journal.between(models.Act, _act, since, until):
        row = models.Act.objects.filter(name=act.id, sequence=act.sequence - 1).first() if act.sequence else None
        yield content, act, None if row is None else _act(row)


def verify() -> Iterator[Problem]:
    """Every act that is not as it was stored, or whose place is empty."""
    before: Act | None = None
    digest_before = ""
    for row in models.Act.objects.order_by("name", "sequence", "id"):
        name = f"act {row.name} {row.sequence}"
        try:
            act = _act(row)
        except Damaged:
            yield Problem("changed", name)
            before, digest_before = None, ""
            continue
        first = before is None or before.id != act.id
        expected = 0 if first or before is None else before.sequence + 1
        if act.sequence != expected:
            yield Problem("removed", f"act {row.name} {expected}")
        elif act.previous != ("" if first else digest_before):
            yield Problem("changed", name, "it does not follow the act before it")
        before, digest_before = act, row.digest


def _matters(matter: Matter, until: datetime | None) -> dict[str, list[Act]]:
    found: dict[str, list[Act]] = {}
    stored = models.Act.objects.filter(matter=matter).order_by("name", "sequence")
    for row in stored if until is None else stored.filter(at__lte=utc(until)):
        found.setdefault(row.name, []).append(_act(row))
    return dict(sorted(found.items()))


def _waiver(acts: Sequence[Act]) -> Waiver:
    """The waiver as the last act that has it states it. Raises Damaged where none has."""
    for act in reversed(acts):
        if act.waiver is not None:
            return act.waiver
    raise Damaged(f"act {acts[0].id}")


def _dispute(acts: Sequence[Act]) -> Dispute:
    """The same of a dispute."""
    for act in reversed(acts):
        if act.dispute is not None:
            return act.dispute
    raise Damaged(f"act {acts[0].id}")


def _last(name: str, matter: Matter) -> Act:
    row = models.Act.objects.filter(name=name, matter=matter).order_by("-sequence").first()
    if row is None:
        raise _bad(name, "không có trong cơ sở dữ liệu", "the database has none of that name")
    return _act(row)


def _open(name: str, matter: Matter) -> Act:
    last = _last(name, matter)
    if last.sequence > 0:
        raise _bad(name, "đã được quyết định", "it has been decided already")
    return last


def _next(
    last: Act,
    step: Step,
    by: str,
    at: datetime,
    reason: str,
    waiver: Waiver | None = None,
    dispute: Dispute | None = None,
) -> Act:
    stored = models.Act.objects.get(name=last.id, sequence=last.sequence)  # as it was written
    return Act(last.matter, last.id, last.sequence + 1, step, by, at, reason, stored.digest, waiver, dispute)


def _add(act: Act) -> None:
    """Store an act; of two that would take the same place one is refused."""
    act = replace(act, at=utc(act.at))
    body = dump(act)
    row = models.Act(
        matter=act.matter,
        name=act.id,
        sequence=act.sequence,
        step=act.step,
        at=act.at,
        body=body.decode(),
        digest=digest(body),
    )
    try:
        with transaction.atomic(durable=True):
            journal.commit(row)
    except IntegrityError:
        raise _bad(
            act.id, "mã đã được dùng, hoặc vừa có người quyết định", "the id is taken, or just decided"
        ) from None
    except DatabaseError as error:
        raise NotStored(error) from error


def _act(row: models.Act) -> Act:
    """The act of a row. Raises Damaged where the columns are not those of the body, or the body is another."""
    try:
        act = load(Act, row.body)
        sound = digest(row.body.encode()) == row.digest
    except (ValueError, TypeError, AttributeError) as error:  # SQLite takes any value in any column
        raise Damaged(f"act {row.name} {row.sequence}") from error
    columns = (act.matter, act.id, act.sequence, act.step, act.at)
    if not sound or columns != (row.matter, row.name, row.sequence, row.step, row.at):
        raise Damaged(f"act {row.name} {row.sequence}")
    return act


def _lasting(waiver: Waiver) -> None:
    if waiver.valid_until < waiver.valid_from:
        raise _bad(waiver.id, "ngày cuối trước ngày đầu", "its last day is before its first")
    if waiver.valid_until - waiver.valid_from > LONGEST:
        raise _bad(waiver.id, f"dài nhất {LONGEST.days} ngày", f"it lasts {LONGEST.days} days at the most")


def _other_person(one: str, other: str, name: str) -> None:
    if same_person(one, other):
        raise _bad(name, "người đề nghị không thể tự quyết định", "who asks does not decide")


def _bad(name: str, vi: str, en: str) -> BadAct:
    return BadAct(Text(f"{name}: {vi}", f"{name}: {en}"))
