"""What finished runs said of assets, by digest: what did not change from run to run is neither read nor compared twice.

Everything that tells of a past moment, compares two of them or follows a fault is made of readings.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Generic, Protocol, TypeVar

from checks.compare import FindingKey
from checks.lives import Spell
from checks.model.brief import Brief
from checks.model.finding import Finding
from checks.score import Counted
from history import briefs, models, queries, records, rows, sealed
from history.errors import Damaged
from history.facts import FinishedRun, Tallied, utc
from history.records import STRIDE
from history.sealed import NOBODY, Part

OBSERVATION = re.compile(rb'"observation":"sha256:[0-9a-f]{64}"')
"""In the canonical bytes of a finding, where a text of outside origin has no quote that is not escaped."""
ASSETS = 50
"""Assets of which the findings are held at once where many are read."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one finished run said of one asset."""

    run: FinishedRun
    asset: str
    agency: str
    """As that run has it."""
    findings: str
    """A digest: two readings of an asset with equal ones have equal findings."""


class Judged(Protocol):
    """A finding, whole or in brief, as far as it is chosen here."""

    @property
    def control(self) -> str: ...
    @property
    def policy(self) -> str: ...


F_co = TypeVar("F_co", bound=Judged, covariant=True)


@dataclass(frozen=True, slots=True)
class State(Generic[F_co]):
    """How assets stood at a moment, by the latest looks up to then."""

    runs: Mapping[str, FinishedRun]
    """Of each asset the latest scan; one that only rechecks looked at has none."""
    findings: tuple[F_co, ...]
    """In the order of asset and control."""
    told_by: Mapping[FindingKey, FinishedRun]
    """The run that each finding is of."""


def finished_runs(since: datetime | None, until: datetime | None) -> list[FinishedRun]:
    """The finished runs that started from one moment on and had finished by another, newest first."""
    found = models.Run.objects.filter(end__outcome="finished").order_by("-started", "-id")
    if since is not None:
        found = found.filter(started__gte=utc(since))
    if until is not None:
        found = found.filter(end__finished__lte=utc(until))
    columns = found.values_list("id", "started", "as_of", "end__finished", "purpose")
    scan = rows.purpose_column("scan")
    return [
        FinishedRun(name, started, as_of, finished, whole=purpose == scan)
        for name, started, as_of, finished, purpose in columns
    ]


def readings(
    runs: Iterable[FinishedRun], agencies: Collection[str] | None, assets: Collection[str] | None
) -> Iterator[Reading]:
    """What each of the runs said of each asset, run by run as they are asked for, in a run in the order of assets.

    Of the agencies that are named, by the ids that the run has for them, and of these the assets that are named; None
    leaves none out. What several runs hold of an agency alike is read once. Raises Damaged.
    """
    left = iter(runs)
    kept: dict[str, dict[str, Part]] = {}
    stride = 1
    while chunk := list(islice(left, stride)):
        stride = min(2 * stride, STRIDE)
        contents = _contents(chunk, agencies)
        named = {content for each in contents.values() for _, content in each}
        kept = {name: kept[name] for name in named & kept.keys()} | records.held_assets(named - kept.keys(), assets)
        for run in chunk:
            found = (
                Reading(run, asset, agency, part.findings)
                for agency, content in contents[run.id]
                for asset, part in kept[content].items()
                if part.findings
            )
            yield from sorted(found, key=lambda each: each.asset)


def _contents(runs: Sequence[FinishedRun], agencies: Collection[str] | None) -> dict[str, list[tuple[str, str]]]:
    """By run each agency with the digest of what the run holds of it."""
    contents: dict[str, list[tuple[str, str]]] = {each.id: [] for each in runs}
    found = models.AgencyRecord.objects.filter(run__in=list(contents)).exclude(agency=NOBODY)
    if agencies is not None:
        found = found.filter(agency__in=list(agencies))
    for run, agency, content in found.values_list("run", "agency", "content_id"):
        contents[run].append((agency, content))
    return contents


def findings_of(chosen: Iterable[Reading]) -> dict[str, tuple[Finding, ...]]:
    """The findings of readings by digest, in the order of controls; each digest is read once. Raises Damaged."""
    names = sorted({each.findings for each in chosen})
    return {name: _findings(sealed.lines(data)) for name, data in queries.bodies(names)}


def differing(
    before: Mapping[str, Sequence[Reading]], after: Mapping[str, Sequence[Reading]], everything: bool = False
) -> dict[str, tuple[Brief, ...]]:
    """In brief the findings, by their digest, of the assets of which two moments say something else; where there is one
    reading of an asset at each, without what both say alike, if only of another observation. Of all assets all that is
    said where `everything` is wanted. Raises Damaged."""
    names = sorted(before.keys() | after.keys())
    pairs = [(before.get(each, ()), after.get(each, ())) for each in names]
    if not everything:
        pairs = [pair for pair in pairs if [each.findings for each in pair[0]] != [each.findings for each in pair[1]]]
    told = briefs.index(each.findings for pair in pairs for side in pair for each in side)
    found: dict[str, tuple[Brief, ...]] = {}
    for start in range(0, len(pairs), queries.CHUNK):
        chunk: list[tuple[Sequence[Reading], bool]] = []
        """Readings, and whether what both of two say is left out."""
        for one, other in pairs[start : start + queries.CHUNK]:
            single = not everything and [len(one), len(other)] == [1, 1]
            if single and told[one[0].findings].told == told[other[0].findings].told:
                found[one[0].findings] = found[other[0].findings] = ()
            else:
                chunk.append(((*one, *other), single))
        read = dict(queries.bodies(told[each.findings].told for own, _ in chunk for each in own))
        for own, single in chunk:
            said = [sealed.lines(read[told[each.findings].told]) for each in own]
            alike = set(said[0]).intersection(said[1]) if single else ()
            for each, lines in zip(own, said, strict=True):
                found[each.findings] = briefs.parsed(each.asset, lines, told[each.findings].grounds, alike)
    return found


def _said(data: bytes) -> dict[bytes, bytes]:
    """The lines of findings by what they say, whichever observation they say it of."""
    return dict(zip(sealed.lines(OBSERVATION.sub(b"", data)), sealed.lines(data), strict=True))


def _findings(lines: Iterable[bytes]) -> tuple[Finding, ...]:
    try:
        return tuple(map(rows.finding, lines))
    except ValueError as error:  # the bytes of another blob
        raise Damaged("findings") from error


def series(runs: Iterable[FinishedRun], agencies: Collection[str] | None) -> list[Tallied]:
    """How many findings of each kind each of the runs has, in their order, of agencies taken together or of all; runs
    that have none are left out. Raises Damaged."""
    chosen = list(runs)
    found: dict[str, dict[Counted, int]] = {}
    for start in range(0, len(chosen), queries.CHUNK):
        found |= records.totals([each.id for each in chosen[start : start + queries.CHUNK]], agencies)
    return [Tallied(each, found[each.id]) for each in chosen if found.get(each.id)]


def latest(told: Iterable[Reading], assets: Collection[str]) -> dict[str, tuple[Reading, ...]]:
    """Of each asset the readings that say how it stands, of those that are given newest first: its latest scan, after
    the rechecks since. Nothing more is asked for once every asset has its scan."""
    left = set(assets)
    found: dict[str, tuple[Reading, ...]] = {}
    if not left:
        return found
    for each in told:
        if each.asset in left:
            found[each.asset] = (*found.get(each.asset, ()), each)
            if each.run.whole:
                left.discard(each.asset)
                if not left:
                    break
    return found


def state(chosen: Mapping[str, Sequence[Reading]], bodies: Mapping[str, tuple[F_co, ...]]) -> State[F_co]:
    """How assets stood by their `latest` readings: each control by the last that judged it.

    Which controls there are, and by which policy, is what the scan says; a recheck by another policy is no look.
    """
    told: dict[FindingKey, tuple[FinishedRun, F_co]] = {}
    for asset, own in chosen.items():
        scan = own[-1] if own[-1].run.whole else None
        asked = None if scan is None else {(each.control, each.policy) for each in bodies[scan.findings]}
        for reading in own:
            for finding in bodies[reading.findings]:
                if asked is None or (finding.control, finding.policy) in asked:
                    told.setdefault((asset, finding.control), (reading.run, finding))
    ordered = sorted(told.items(), key=lambda each: each[0])
    return State(
        runs={asset: own[-1].run for asset, own in chosen.items() if own[-1].run.whole},
        findings=tuple(finding for _, (_, finding) in ordered),
        told_by={key: run for key, (run, _) in ordered},
    )


def spells(told: Iterable[Reading]) -> Iterator[list[Spell]]:
    """Readings, given oldest first, in stretches of equal ones: asset by asset in the order of ids, each in the order
    of time. Few assets are held at once, however many there are.

    What findings of an asset say alike is read once: they name the evidence of the first run that said it.
    Raises Damaged.
    """
    found: dict[str, list[tuple[Reading, Reading]]] = {}
    for each in told:
        own = found.setdefault(each.asset, [])
        if own and own[-1][1].findings == each.findings:
            own[-1] = own[-1][0], each
        else:
            own.append((each, each))
    names = sorted(found)
    for start in range(0, len(names), ASSETS):
        chunk = [found[name] for name in names[start : start + ASSETS]]
        read = dict(queries.bodies(first.findings for own in chunk for first, _ in own))
        yield from (_spells(own, read) for own in chunk)


def _spells(stretches: Iterable[tuple[Reading, Reading]], read: Mapping[str, bytes]) -> list[Spell]:
    known: dict[bytes, Finding] = {}
    found = []
    for first, end in stretches:
        lines = _said(read[first.findings])
        fresh = {said: line for said, line in lines.items() if said not in known}
        known |= zip(fresh, _findings(fresh.values()), strict=True)
        found.append(
            Spell(
                asset=first.asset,
                findings=tuple(known[said] for said in lines),
                first_run=first.run.id,
                first=first.run.at,
                last_run=end.run.id,
                last=end.run.at,
                whole=first.run.whole or end.run.whole,
            )
        )
    return found
