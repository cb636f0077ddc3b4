"""What became of every finding from one run to another, or from one day to another: of the estate, or of an agency."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.http import HttpResponseBase

from checks.compare import KINDS, Change
from checks.model.asset import Agency
from console import audit_words, days, paging, tables, words
from console.pages import page
from console.request import Request, Unclear
from console.tables import Cell, Column, Table
from console.views import common
from history.differences import differs
from history.facts import RunRow
from reports.messages import labels
from reports.messages.exceptions import CHANGE_REASONS
from reports.messages.figures import local_date

SHOWN = 100
"""Rows on a page; the CSV has all."""
CHOICE = 60
"""So many runs are offered to choose from; any other is named by a day, or in the URL."""
FAULTS = 3
"""Faults of a finding that a row of the page names; the CSV has all."""
CHANGES = tuple(each for each in KINDS if each != "unchanged")


@dataclass(frozen=True, slots=True)
class Pair:
    """Two finished runs, and what is told of their findings."""

    before: RunRow
    after: RunRow
    owners: dict[str, Agency]
    """By asset; of one that changed hands the later."""
    titles: dict[str, str]
    """By control."""


def show(request: Request) -> HttpResponseBase:
    """The latest scan against the one before, unless the URL names runs (`before`, `after`) or days (`from`, `to`).

    Raises Unclear, NotSeen.
    """
    agency = request.GET.get("agency", "") or None
    pair = _pair(request, agency)
    if pair is None:
        return page(request, "empty.html", title=audit_words.DIFFERENCES, reason=audit_words.NO_TWO, day_shown=None)
    kind, search = common.chosen(request, "kind", CHANGES), common.searched(request)
    alike = kind == "still_failing"
    found = request.door.differences(pair.before.id, pair.after.id, local_date(pair.before.as_of), agency, alike)
    told = [each for each in found if (differs(each) or alike) and search in _searchable(each, pair)]
    counts = Counter(each.kind for each in told)
    chosen = [each for each in told if kind in ("", each.kind)]
    if tables.wants_csv(request):
        table = _table(request, chosen, pair, whole=True)
        return tables.answer(request, table, f"{pair.before.id}-{pair.after.id}-differences")
    part = paging.part(request, len(chosen), SHOWN)
    agencies = sorted({(each.id, each.name.in_(request.language)) for each in pair.owners.values()})
    return page(
        request,
        "differences.html",
        pair=pair,
        table=_table(request, chosen[part.start : part.end], pair),
        part=part,
        counts=[
            (each, labels.CHANGE_NAMES[each].in_(request.language), counts[each]) for each in CHANGES if counts[each]
        ],
        kinds=[(each, labels.CHANGE_NAMES[each].in_(request.language)) for each in CHANGES],
        kind=kind,
        runs=_choice(request, pair, agency),
        agencies=agencies if request.door.whole else [],
        filters={name: request.GET.get(name, "") for name in ("from", "to", "agency", "q")},
    )


def _pair(request: Request, agency: str | None) -> Pair | None:
    """The runs that are compared; None where there are no two."""
    after = _run(request, "after", "to", agency) or request.door.latest(agency)
    before = None if after is None else _run(request, "before", "from", agency) or _previous(request, after, agency)
    if after is None or before is None:
        return None
    if before.started > after.started:
        raise Unclear(audit_words.WRONG_ORDER)
    owners: dict[str, Agency] = {}
    titles: dict[str, str] = {}
    for run in (before, after):
        inventory = request.door.inventory(run.id)
        agencies = {each.id: each for each in inventory.agencies}
        owners |= {each.id: agencies[each.agency] for each in inventory.assets}
        policies = request.door.policies(run.id).values()
        titles |= {each.id: each.title.in_(request.language) for policy in policies for each in policy.controls}
    return Pair(before, after, owners, titles)


def _run(request: Request, name: str, by_day: str, agency: str | None) -> RunRow | None:
    """The finished run that a parameter names, or the latest scan at the end of the day that another one names."""
    named, day = request.GET.get(name, ""), days.named(request, by_day)
    if day is not None:
        found = request.door.latest(agency, days.end(day))
        if found is None:
            raise Unclear(audit_words.none_by(day))
        return found
    run = request.door.run(named) if named else None
    if run is not None and run.state != "finished":
        raise Unclear(audit_words.NOT_FINISHED)
    return run


def _previous(request: Request, after: RunRow, agency: str | None) -> RunRow | None:
    past = request.door.scans_before(after.id, 1, agency)
    return request.door.run(past[0].run) if past else None


def _choice(request: Request, pair: Pair, agency: str | None) -> list[tuple[str, str]]:
    """Runs to choose from, newest first, those that are compared among them."""
    latest = [each for each in request.door.runs(CHOICE, agency=agency) if each.state == "finished"]
    chosen = {each.id: each for each in (*latest, pair.after, pair.before)}
    ordered = sorted(chosen.values(), key=lambda each: each.started, reverse=True)
    return [
        (
            each.id,
            f"{common.local_time(each.started)} · {words.PURPOSES[each.purpose].in_(request.language)} · {each.id}",
        )
        for each in ordered
    ]


def _searchable(change: Change, pair: Pair) -> str:
    return f"{change.asset} {change.control} {pair.titles.get(change.control, '')}".casefold()


def _table(request: Request, found: Sequence[Change], pair: Pair, whole: bool = False) -> Table:
    language = request.language
    columns = (
        Column(words.CONTROL),
        Column(words.DEMAND),
        Column(words.AGENCY),
        Column(words.ASSET),
        Column(audit_words.BECAME),
        Column(audit_words.BECAUSE),
        Column(audit_words.BEFORE),
        Column(audit_words.AFTER),
        Column(audit_words.FAULTS),
    )
    rows = []
    for each in found:
        ways = [
            "" if verdict is None else common.link("finding", run=run.id, asset=each.asset, control=each.control)
            for run, verdict in ((pair.before, each.before), (pair.after, each.after))
        ]
        owner = pair.owners.get(each.asset)
        faults = list(_faults(request, each))
        rows.append(
            (
                Cell(each.control, ways[1] or ways[0], look="code"),
                Cell(pair.titles.get(each.control, "")),
                Cell("–") if owner is None else Cell(owner.name.in_(language)),
                Cell(each.asset, look="code"),
                Cell(labels.CHANGE_NAMES[each.kind].in_(language)),
                Cell(CHANGE_REASONS[each.reason].in_(language)),
                Cell("–") if each.before is None else common.verdict_cell(each.before, language, ways[0]),
                Cell("–") if each.after is None else common.verdict_cell(each.after, language, ways[1]),
                Cell(
                    "; ".join(faults if whole else faults[:FAULTS])
                    + ("; …" if len(faults) > FAULTS and not whole else "")
                ),
            )
        )
    return Table(audit_words.DIFFERENCES, columns, rows, audit_words.DIFFERENCES_NONE)


def _faults(request: Request, change: Change) -> Iterator[str]:
    """Each fault of which another thing is to be said than of the finding."""
    for each in change.instances:
        if (each.kind, each.reason) != (change.kind, change.reason):
            yield f"{each.key}: {labels.CHANGE_NAMES[each.kind].in_(request.language).lower()}"
