"""What runs that have ended hold (`history.sealed`), read back; blobs that several runs share are read once."""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any, NamedTuple, TypeVar

from checks.model.canonical import load
from checks.model.finding import Finding
from checks.score import Counted, counted
from history import chain, models, queries, rows, sealed
from history.errors import Damaged
from history.facts import Closing
from history.ledger import Leaf
from history.sealed import NOBODY, Part, Record

T = TypeVar("T")
STRIDE = 16
"""Runs whose agencies are asked for at once on a way back; the first few, at which most ways end, one by one."""


class Judgement(NamedTuple):
    """What a run said of one control at one asset, as far as one asks on the way back through the runs."""

    control: str
    policy: str
    verdict: str
    severity: str
    gaps: int
    """Places of the asset at which the control could not be assessed."""
    counts: bool
    """Whether a fail of it counts: it is not waived, and no longer only announced."""
    ages: Mapping[str, str | None]
    """First-seen dates (ISO 8601) by instance key."""
    body: bytes
    """The finding in canonical bytes."""

    @property
    def settled(self) -> bool:
        """Whether there is nothing more to look at."""
        return self.verdict in ("pass", "not_applicable") and not self.gaps


class Judgements:
    """What runs said of assets; asset by asset kept until its findings are others."""

    def __init__(self) -> None:
        self._kept: dict[str, tuple[str, list[Judgement]]] = {}

    def of(self, parts: Mapping[str, Part]) -> Iterator[tuple[str, list[Judgement]]]:
        """What is said of each asset that has findings. Raises Damaged."""
        asked = {asset: part.findings for asset, part in parts.items() if part.findings}
        fresh = {name: asset for asset, name in asked.items() if self._kept.get(asset, ("",))[0] != name}
        for name, data in queries.bodies(fresh):
            self._kept[fresh[name]] = name, _judgements(name, data)
        for asset in asked:
            yield asset, self._kept[asset][1]


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


def _judgements(name: str, data: bytes) -> list[Judgement]:
    try:
        return [_judgement(json.loads(body), body) for body in sealed.lines(data)]
    except (ValueError, KeyError, TypeError) as error:  # the bytes of another blob
        raise Damaged(name) from error


def _judgement(told: dict[str, Any], body: bytes) -> Judgement:
    return Judgement(
        control=told["control"],
        policy=told["policy"],
        verdict=told["verdict"],
        severity=told["severity"],
        gaps=len(told.get("gaps", ())),
        counts=told.get("waiver") is None and told.get("announced") is None,
        ages={each["key"]: each.get("first_seen") for each in told.get("instances", ())},
        body=body,
    )


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
