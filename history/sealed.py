"""The form in which a run that has ended is kept: values in, bytes out, and back. Pure, and for good: what is stored in
it is never written anew.

What does not change from run to run is stored once, under the digest of its bytes:

- of each asset its **findings**, one a line in canonical JSON, in the order of controls;
- of each asset its **looks**, one a line in the order of keys: what each look was at, from where, with which tools, and
  the digest of what it saw. A look belongs to the first asset, by id, of which a finding refers to its target; where
  none does, to the asset with the empty id.
- of each agency, its assets with the digests of the two.

What changes at every look (start, end, connections) is kept for all looks of the run at once, as columns of whole
numbers. The **entries** of the run name all this, and the **record** of the run holds the root of their Merkle tree.
"""

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Literal, NamedTuple

from checks.model.canonical import STRICT, adapter, canonical, digest, dump, load
from checks.model.finding import EvidenceRef, Finding, Gap, Instance
from checks.score import Counted, counted_all
from history.facts import Closing, Opening
from history.ledger import Leaf
from history.merkle import root

NOBODY = ""
"""Id of the asset, and of the agency, to which the looks belong that no finding refers to."""
MICROSECOND = timedelta(microseconds=1)
_KEY = b'{"key":'
_AFTER_KEY = b',"observation":'
"""A line of a look begins with its key; no string in JSON holds a quote that is not escaped."""


class Part(NamedTuple):
    """What a run holds of one asset."""

    findings: str
    """Digest of its findings; empty where it has none."""
    looks: str
    """Digest of its looks; empty where it has none."""
    number: int
    """How many looks these are."""


@dataclass(frozen=True, slots=True)
class Look:
    """One look: the columns of a sighting. Both texts are canonical JSON, unless somebody changed them in the row."""

    key: str
    target: str
    vantage: str
    started: datetime
    finished: datetime
    connections: int
    tools: str
    observation: str


@dataclass(frozen=True, slots=True)
class Times:
    """What differs at every look of a run, one column a field, in the order in which they were recorded."""

    __pydantic_config__ = STRICT

    places: tuple[int, ...]
    """Which look it is: its place among the looks of all assets, in the order of the assets' ids."""
    started: tuple[int, ...]
    """Microseconds from the start of the run."""
    lasted: tuple[int, ...]
    """Microseconds."""
    connections: tuple[int, ...]
    schema: Literal[1] = 1

    def of(self, recorded: int, run_started: datetime) -> tuple[datetime, datetime, int]:
        """Start, end and connections of the look that was recorded at that place."""
        started = run_started + self.started[recorded] * MICROSECOND
        return started, started + self.lasted[recorded] * MICROSECOND, self.connections[recorded]


@dataclass(frozen=True, slots=True)
class Record:
    """What stands for a whole run: the root of the Merkle tree over its entries."""

    __pydantic_config__ = STRICT

    run: str
    size: int
    """How many entries there are."""
    root: str
    """Hexadecimal."""
    schema: Literal[1] = 1


@dataclass(frozen=True, slots=True)
class Packed:
    """Findings and looks of a run, ready to be stored."""

    bodies: Mapping[str, bytes]
    """All bytes by digest."""
    agencies: Mapping[str, Mapping[str, Part]]
    """What there is of each asset, by agency and asset."""
    contents: Mapping[str, str]
    """Digest of the bytes of each agency."""
    findings: Mapping[str, Sequence[Finding]]
    """Those of an asset by the digest of their bytes, in the order of controls."""
    tallies: Mapping[str, str]
    """How many findings of each kind each agency has, in canonical JSON."""
    times: str


def pack(
    started: datetime,
    looks: Sequence[Look],
    findings: Iterable[Finding],
    written: Callable[[Finding], bytes] = dump,
) -> Packed:
    """Findings, and looks in the order of recording, of a run that started then.

    `written` gives the bytes of a finding, which are its canonical ones unless it was stored when its type had fewer
    fields. Raises ValueError for two findings of one control at one asset, and for an asset of two agencies.
    """
    bodies: dict[str, bytes] = {}

    def keep(data: bytes) -> str:
        name = digest(data)
        bodies[name] = data
        return name

    judged = _by_asset(findings)
    agency_of = {asset: told[0].agency for asset, told in judged.items()}
    places = _owned(looks, judged)
    agencies: dict[str, dict[str, Part]] = defaultdict(dict)
    told_of: dict[str, Sequence[Finding]] = {}
    for asset in sorted({*judged, *places}):
        told, seen = judged.get(asset, []), [looks[place] for place in places.get(asset, [])]
        part = Part(
            keep(join(map(written, told))) if told else "",
            keep(join(map(look_line, seen))) if seen else "",
            len(seen),
        )
        agencies[agency_of.get(asset, NOBODY)][asset] = part
        if told:
            told_of[part.findings] = told
    order = [place for asset in sorted(places) for place in places[asset]]
    return Packed(
        bodies=bodies,
        agencies=agencies,
        contents={agency: keep(parts_bytes(parts)) for agency, parts in agencies.items()},
        findings=told_of,
        tallies={
            agency: tally_text(counted_all(finding for asset in parts for finding in judged.get(asset, ())))
            for agency, parts in agencies.items()
        },
        times=keep(dump(_times(started, looks, order))),
    )


def _by_asset(findings: Iterable[Finding]) -> dict[str, list[Finding]]:
    """Findings in the order of controls. Raises ValueError, see `pack`."""
    judged: dict[str, list[Finding]] = {}
    for finding in findings:
        judged.setdefault(finding.asset, []).append(finding)
    for asset, told in judged.items():
        told.sort(key=lambda each: each.control)
        for one, other in pairwise(told):
            if one.control == other.control:
                raise ValueError(f"two findings {one.id}")
            if one.agency != other.agency:
                raise ValueError(f"asset {asset} of two agencies: {one.agency}, {other.agency}")
    return judged


def _owned(looks: Sequence[Look], judged: Mapping[str, Sequence[Finding]]) -> dict[str, list[int]]:
    """Which looks belong to each asset, as places in the order of recording, in the order of their keys."""
    owners: dict[str, str] = {}
    for asset in sorted(judged):
        for finding in judged[asset]:
            pointers: Iterable[EvidenceRef | Gap | Instance] = (*finding.evidence, *finding.gaps, *finding.instances)
            for each in pointers:
                owners.setdefault(each.target, asset)
    places: dict[str, list[int]] = defaultdict(list)
    for place in sorted(range(len(looks)), key=lambda place: looks[place].key):
        places[owners.get(looks[place].key, NOBODY)].append(place)
    return places


def _times(started: datetime, looks: Sequence[Look], order: Sequence[int]) -> Times:
    """`order` are the looks in the order of assets, by their places in the order of recording."""
    place_of = {recorded: place for place, recorded in enumerate(order)}
    return Times(
        places=tuple(place_of[recorded] for recorded in range(len(looks))),
        started=tuple((each.started - started) // MICROSECOND for each in looks),
        lasted=tuple((each.finished - each.started) // MICROSECOND for each in looks),
        connections=tuple(each.connections for each in looks),
    )


def restored(line: bytes, started: datetime, finished: datetime, connections: int) -> Look:
    """A look as it was. Raises ValueError where the line is of another form."""
    return Look(started=started, finished=finished, connections=connections, **unpacked(line))


def look_line(look: Look) -> bytes:
    """What does not change of a look."""
    return canonical(
        {
            "key": look.key,
            "observation": look.observation,
            "target": _spelled(look.target),
            "tools": _spelled(look.tools),
            "vantage": look.vantage,
        }
    )


def unpacked(line: bytes) -> dict[str, str]:
    """The columns that a line holds. Raises ValueError where it holds others."""
    told: dict[str, Any] = adapter(dict[str, Any]).validate_json(line)
    if told.keys() != {"key", "observation", "target", "tools", "vantage"}:
        raise ValueError("no line of a look")
    return {name: value if isinstance(value, str) else canonical(value).decode() for name, value in told.items()}


def _spelled(text: str) -> Any:
    """A column of JSON as it stands in a line: the value, or the text where it is not the canonical one of a value."""
    try:
        value = json.loads(text)
        return value if not isinstance(value, str) and canonical(value).decode() == text else text
    except ValueError:
        return text


def look_key(line: bytes) -> bytes:
    """The key of a look in canonical JSON, without reading the line."""
    return line[len(_KEY) : line.index(_AFTER_KEY)]


def join(lines: Iterable[bytes]) -> bytes:
    """The lines as they are stored, each with its end."""
    return b"".join(line + b"\n" for line in lines)


def lines(data: bytes) -> list[bytes]:
    """The inverse of `join`."""
    return data.split(b"\n")[:-1]


def parts_bytes(parts: Mapping[str, Part]) -> bytes:
    """The assets of an agency, as they are stored."""
    return canonical({asset: list(part) for asset, part in parts.items()})


def load_parts(data: bytes) -> dict[str, Part]:
    """The inverse of `parts_bytes`. Raises ValueError."""
    found = adapter(dict[str, tuple[str, str, int]]).validate_json(data)
    return {asset: Part(*part) for asset, part in found.items()}


def tally_text(tally: Mapping[Counted, int]) -> str:
    """How many findings of each kind there are, in canonical JSON."""
    kinds = sorted((each.verdict, each.severity, each.waived, each.announced, n) for each, n in tally.items())
    return canonical([list(kind) for kind in kinds]).decode()


def load_tally(text: str) -> dict[Counted, int]:
    """The inverse of `tally_text`. Raises ValueError."""
    kinds = adapter(tuple[tuple[Any, Any, bool, bool, int], ...]).validate_json(text)
    return {Counted(*kind): number for *kind, number in kinds}


def entries(
    opening: Opening, opening_digest: str, closing: Closing, closing_digest: str, parts: Mapping[str, Part]
) -> list[Leaf]:
    """What a run commits to, in order; `parts` are those of all its assets."""
    texts = [(name, file, text) for name, files in opening.policy_sources.items() for file, text in files.items()]
    assets = sorted(parts)
    return [
        Leaf("opening", "", opening_digest),
        *(Leaf("policy", name, policy) for name, policy in sorted(opening.policies.items())),
        *(Leaf("text", f"{name}/{file}", text) for name, file, text in sorted(texts)),
        *(Leaf("plan", each, each) for each in (opening.plan, *closing.plan)),
        *(Leaf("looks", asset, parts[asset].looks) for asset in assets if parts[asset].looks),
        *(Leaf("findings", asset, parts[asset].findings) for asset in assets if parts[asset].findings),
        Leaf("times", "", closing.times),
        Leaf("closing", "", closing_digest),
    ]


def record(run_id: str, leaves: Sequence[Leaf]) -> Record:
    """The record over the entries of a run."""
    return Record(run_id, len(leaves), root(each.data for each in leaves).hex())


def load_times(data: bytes) -> Times:
    """The times of a run. Raises ValueError where the columns are not of one length, or a place is missing."""
    times = load(Times, data)
    size = len(times.places)
    lengths = {len(times.started), len(times.lasted), len(times.connections)}
    if lengths != {size} or sorted(times.places) != list(range(size)):
        raise ValueError("times of other looks")
    return times
