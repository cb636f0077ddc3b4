"""Who did what, when, and what was before and after: the acts of every journal, for those who see everything."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.http import HttpResponseBase

from checks.difference import lines
from checks.model.act import Deed
from checks.model.canonical import canonical
from console import audit_words, days, paging, tables, words
from console.pages import page
from console.request import Request, Unclear
from console.tables import Cell, Column, Table
from console.views import common
from history.chronicle import Wanted
from reports.messages import acts as names
from reports.messages.figures import moment

SHOWN = 50
"""Acts on a page; the CSV has all."""
DAYS, LONGEST = timedelta(days=31), timedelta(days=92)
"""Of acts that are told where no first day is named, and at the most."""
CHANGES, VALUE = 30, 300
"""Places of an act at which something changed that a page shows, and characters of one value."""
NAME = 100
"""Characters of a name that is asked for."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An act as the page tells it."""

    deed: Deed
    person: str
    via: str
    what: str
    href: str
    """Of the run; empty where none is concerned."""
    changes: Sequence[tuple[str, str, str]]
    """Place, before, after."""
    more: int
    """Changes beyond those."""


def every(request: Request) -> HttpResponseBase:
    """The acts that fit, newest first. Raises Unclear for days that are none, or too far apart."""
    wanted, subject = _wanted(request), common.searched(request)
    found = [each for each in request.door.acts(wanted)[::-1] if subject in each.subject.casefold()]
    if tables.wants_csv(request):
        return tables.answer(request, _table(request, found), "acts")
    part = paging.part(request, len(found), SHOWN)
    latest = request.door.latest()
    agencies = () if latest is None else request.door.inventory(latest.id).agencies
    return page(
        request,
        "acts.html",
        entries=[_entry(request, each) for each in found[part.start : part.end]],
        part=part,
        kinds=[(each, _kind(each, request)) for each in names.codes()],
        agencies=[(each.id, each.name.in_(request.language)) for each in agencies],
        filters={name: request.GET.get(name, "") for name in ("who", "what", "q", "agency", "from", "to")},
    )


def _wanted(request: Request) -> Wanted:
    until = days.named(request, "to") or days.today()
    since = days.named(request, "from") or until - DAYS
    if not timedelta() <= until - since <= LONGEST:
        raise Unclear(audit_words.ACTS_PERIOD)
    agency = request.GET.get("agency", "")
    return Wanted(
        days.begin(since),
        days.end(until),
        request.GET.get("who", "").strip()[:NAME],
        common.chosen(request, "what", names.codes()),
        (agency,) if agency else (),
    )


def _kind(code: str, request: Request) -> str:
    """The name of a matter, or of one of its steps."""
    found = names.words(code) if "." in code else names.MATTERS[code][0]
    return found.in_(request.language)


def _entry(request: Request, deed: Deed) -> Entry:
    changes = _changes(deed)
    return Entry(
        deed=deed,
        person=_person(deed),
        via="–" if deed.via is None else names.VIA[deed.via].in_(request.language),
        what=names.words(deed.what).in_(request.language),
        href=common.link("run", run=deed.run) if deed.run else "",
        changes=[(place, _cut(before), _cut(after)) for place, before, after in changes[:CHANGES]],
        more=max(0, len(changes) - CHANGES),
    )


def _person(deed: Deed) -> str:
    if not deed.account or deed.account == deed.who:
        return deed.who or "–"
    return f"{deed.who} ({deed.account})"


def _changes(deed: Deed) -> list[tuple[str, str, str]]:
    was, now = ({} if side is None else side.value for side in (deed.before, deed.after))
    return [
        (".".join(each.path), _value(each.before), _value(each.after))
        for each in lines(was, now)
        if deed.before is not None or each.after not in (None, "")
    ]


def _value(value: Any) -> str:
    if value is None:
        return "–"
    return value if isinstance(value, str) else canonical(value).decode()


def _cut(text: str) -> str:
    return text if len(text) <= VALUE else f"{text[:VALUE]}…"


def _table(request: Request, found: Sequence[Deed]) -> Table:
    language = request.language
    rows = [
        (
            Cell(moment(each.at, language), value=each.at.isoformat()),
            Cell(each.who),
            Cell(each.account),
            Cell("" if each.via is None else names.VIA[each.via].in_(language)),
            Cell(each.what),
            Cell(names.words(each.what).in_(language)),
            Cell(each.subject),
            Cell(" ".join(each.agencies)),
            Cell(each.run),
            Cell(each.reason),
            Cell("; ".join(f"{place}: {before} → {after}" for place, before, after in _changes(each))),
            Cell(each.content),
        )
        for each in found
    ]
    columns = (
        Column(audit_words.WHEN),
        Column(audit_words.WHO),
        Column(audit_words.ACCOUNT),
        Column(audit_words.THROUGH),
        Column(audit_words.CODE),
        Column(audit_words.ACT),
        Column(audit_words.SUBJECT),
        Column(words.AGENCY),
        Column(words.RUN),
        Column(words.REASON),
        Column(audit_words.DETAILS),
        Column(audit_words.RECORD),
    )
    return Table(audit_words.ACTS_TITLE, columns, rows, audit_words.ACTS_NONE)
