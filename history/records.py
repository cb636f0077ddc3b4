"""What runs that have ended hold (`history.sealed`), read back; blobs that several runs share are read once."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import TypeVar

from checks.model.canonical import load
from checks.model.finding import Finding
from checks.score import Counted, counted
from history import briefs, chain, models, queries, rows, sealed
from history.brief import ControlKey
from history.errors import Damaged
from history.facts import Closing
from history.ledger import Leaf
from history.sealed import NOBODY, Part, Record

T = TypeVar("T")
STRIDE = 16
"""Runs whose agencies are asked for at once on a way back; the first few, at which most ways end, one by one."""


def end(run_id: str) -> models.RunEnd | None:
    """The row of a run that has ended."""
    return models.RunEnd.objects.filter(run=run_id).first()


def closing(row: models.RunEnd) -> Closing:
    """How a run ended, and what it holds. Raises Damaged."""
    return _loaded(Closing, row.closing_id)


def record(row: models.RunEnd) -> Record:
    """What stands for a whole run. Raises Damaged."""
    return _loaded(Record, row.record_id)


def entries(run_id: str) -> list[Leaf]:
    """What a run commits to, in order; of an open run as far as it has come. Raises UnknownRun, Damaged."""
    opening = queries.opening(run_id)
    ended = end(run_id)
    if ended is None:
        found = models.ChainEntry.objects.filter(run=run_id).order_by("sequence")
        return [Leaf(row.kind, row.subject, row.content) for row in found]
    opened = models.Run.objects.values_list("opening_id", flat=True).get(pk=run_id)
    return sealed.entries(opening, opened, closing(ended), ended.closing_id, parts(run_id))


def plan(run_id: str) -> tuple[str, ...]:
    """Digests of what was added to the plan of a run, in order. Raises Damaged."""
    ended = end(run_id)
    return chain.additions(run_id) if ended is None else closing(ended).plan


def parts(run_id: str, agency: str | None = None) -> dict[str, Part]:
    """What a run holds of each asset, of one agency or of all; nothing while it is open. Raises Damaged."""
    found = models.AgencyRecord.objects.filter(run=run_id)
    if agency is not None:
        found = found.filter(agency=agency)
    contents = held_assets(found.values_list("content_id", flat=True))
    return {asset: part for each in contents.values() for asset, part in each.items()}


def back(run_ids: Iterable[str], assets: Collection[str] | None = None) -> Iterator[tuple[str, dict[str, Part]]]:
    """What each of some runs holds of its assets, or of those named, run by run in the order given; read as it goes.

    Raises Damaged.
    """
    left = list(run_ids)
    kept: dict[str, dict[str, Part]] = {}
    stride = 1
    while left:
        chunk, left, stride = left[:stride], left[stride:], min(2 * stride, STRIDE)
        contents: dict[str, list[str]] = {run: [] for run in chunk}
        found = models.AgencyRecord.objects.filter(run__in=chunk).values_list("run", "content_id")
        for run, content in found:
            contents[run].append(content)
        named = {content for each in contents.values() for content in each}
        kept = {name: kept[name] for name in named & kept.keys()} | held_assets(named - kept.keys(), assets)
        for run in chunk:
            yield run, {asset: part for each in contents[run] for asset, part in kept[each].items()}


def findings(parts: Mapping[str, Part]) -> tuple[Finding, ...]:
    """The findings of assets, in the order of asset and control id. Raises Damaged."""
    names = [parts[asset].findings for asset in sorted(parts) if parts[asset].findings]
    return _findings(line for _, data in queries.bodies(names) for line in sealed.lines(data))


def tally(run_id: str, agency: str | None, assets_of: str | None) -> dict[Counted, int]:
    """How many findings of each kind a run has; only those of the assets that another run judged. Raises Damaged."""
    found = models.AgencyRecord.objects.filter(run=run_id).order_by("agency")
    if agency is not None:
        found = found.filter(agency=agency)
    judged = None if assets_of is None else {name for name, part in parts(assets_of).items() if part.findings}
    total: Counter[Counted] = Counter()
    for row in found:
        held = {} if judged is None else held_assets([row.content_id])[row.content_id]
        if judged is None or all(name in judged for name, part in held.items() if part.findings):
            total.update(_tally(row.run_id, row.agency, row.tally))
        else:
            chosen = {name: part for name, part in held.items() if name in judged}
            total.update(counted(each) for each in findings(chosen))
    return dict(total)


def by_control(run_id: str, agency: str | None) -> dict[str, dict[ControlKey, dict[Counted, int]]]:
    """How many findings of each kind the controls have in a run, by agency. Raises Damaged."""
    found = models.AgencyRecord.objects.filter(run=run_id).exclude(agency=NOBODY).order_by("agency")
    if agency is not None:
        found = found.filter(agency=agency)
    contents = dict(found.values_list("agency", "content_id"))
    told = briefs.by_control(contents.values())
    return {agency: told[content] for agency, content in contents.items()}


def totals(run_ids: Iterable[str], agencies: Collection[str] | None = None) -> dict[str, dict[Counted, int]]:
    """How many findings of each kind each of some runs has, of agencies taken together or of all. Raises Damaged.

    The trend of an estate adds up tens of thousands of rows, most of which say what they said the week before: each
    text is read once, and what is added up are numbers by the place of their kind.
    """
    found = models.AgencyRecord.objects.filter(run__in=list(run_ids)).order_by()
    if agencies is not None:
        found = found.filter(agency__in=list(agencies))
    places: dict[Counted, int] = {}
    read: dict[str, list[tuple[int, int]]] = {}
    sums: dict[str, dict[int, int]] = {}
    for run, agency, text in found.values_list("run", "agency", "tally").iterator(queries.CHUNK):
        if text not in read:
            told = _tally(run, agency, text).items()
            read[text] = [(places.setdefault(kind, len(places)), number) for kind, number in told]
        total = sums.setdefault(run, {})
        for place, number in read[text]:
            total[place] = total.get(place, 0) + number
    kinds = list(places)
    return {run: {kinds[place]: number for place, number in total.items()} for run, total in sums.items()}


def tallies(run_id: str) -> dict[str, dict[Counted, int]]:
    """How many findings of each kind each agency has in a run. Raises Damaged."""
    found = models.AgencyRecord.objects.filter(run=run_id).exclude(agency=NOBODY).values_list("agency", "tally")
    return {agency: _tally(run_id, agency, text) for agency, text in found}


def agencies(run_id: str) -> frozenset[str]:
    """The agencies of which a run has findings."""
    found = models.AgencyRecord.objects.filter(run=run_id).exclude(agency=NOBODY)
    return frozenset(found.values_list("agency", flat=True))


def held_assets(names: Iterable[str], chosen: Collection[str] | None = None) -> dict[str, dict[str, Part]]:
    """The assets of agencies by the digest of their bytes, or those chosen of them. Raises Damaged."""
    found = {}
    for name, data in queries.bodies(names):
        try:
            assets = sealed.load_parts(data)
        except ValueError as error:
            raise Damaged(name) from error
        found[name] = assets if chosen is None else {each: part for each, part in assets.items() if each in chosen}
    return found


def _findings(bodies: Iterable[bytes]) -> tuple[Finding, ...]:
    try:
        return tuple(map(rows.finding, bodies))
    except ValueError as error:  # the bytes of another blob
        raise Damaged("findings") from error


def _tally(run: str, agency: str, text: str) -> dict[Counted, int]:
    try:
        return sealed.load_tally(text)
    except ValueError as error:
        raise Damaged(f"tally {run} {agency}") from error


def _loaded(kind: type[T], name: str) -> T:
    try:
        return load(kind, queries.content(name))
    except ValueError as error:  # the bytes of another blob
        raise Damaged(name) from error
