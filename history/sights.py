"""What a run saw, look by look: of a run that is open its rows, of one that has ended what was sealed of them."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from typing import NamedTuple

from checks.model.canonical import canonical
from checks.model.evidence import Evidence
from history import models, queries, records, rows, sealed
from history.errors import Damaged
from history.sealed import Look, Part


class _Line(NamedTuple):
    """A look that was sealed."""

    place: int
    """Among the looks of all assets."""
    text: bytes


def evidence(run_id: str, keys: Collection[str] | None = None, near: str = "") -> dict[str, Evidence]:
    """What a run saw, or what it saw of some targets, in the order of recording; found soonest where they are those of
    the asset that is named. Raises UnknownRun, Damaged."""
    queries.known(run_id)
    return seen(looks(run_id, keys, near))


def seen(found: Iterable[Look]) -> dict[str, Evidence]:
    """Looks with what they saw, by the key of the target. Raises Damaged."""
    evidence_of: dict[str, Evidence | None] = {}
    by_observation: dict[str, list[Look]] = {}
    for look in found:
        evidence_of[look.key] = None  # in the order of the looks
        by_observation.setdefault(look.observation, []).append(look)
    for name, data in queries.bodies(by_observation):
        evidence_of |= {look.key: rows.evidence(look, data) for look in by_observation[name]}
    return {key: each for key, each in evidence_of.items() if each is not None}


def looks(run_id: str, keys: Collection[str] | None = None, near: str = "") -> list[Look]:
    """The looks of a run, or those at some targets, in the order of recording. Raises Damaged."""
    ended = records.end(run_id)
    if ended is None:
        return list(_open(run_id, keys))
    return restored(ended, records.parts(run_id), keys, near=near)


def restored(
    ended: models.RunEnd,
    parts: dict[str, Part],
    keys: Collection[str] | None,
    without: Collection[str] = (),
    near: str = "",
) -> list[Look]:
    """The looks of a run that has ended, given what it holds of all assets; not those in the blobs of `without`.

    Raises Damaged.
    """
    if keys is not None and not keys:
        return []
    found = _lines(parts, keys, without, near)
    if not found:
        return []
    name = records.closing(ended).times
    started = models.Run.objects.values_list("started", flat=True).get(pk=ended.run_id)
    try:
        times = sealed.load_times(queries.content(name))
        recorded = {place: number for number, place in enumerate(times.places)}
        ordered = sorted((recorded[line.place], line.text) for line in found)
        return [sealed.restored(text, *times.of(number, started)) for number, text in ordered]
    except (ValueError, KeyError) as error:  # the bytes of other blobs
        raise Damaged(name) from error


def observations(run_id: str) -> dict[str, int]:
    """How often a run saw what, by the digest of the observation. Raises Damaged."""
    if records.end(run_id) is None:
        names = models.Sighting.objects.filter(run=run_id).order_by().values_list("observation_id", flat=True)
        return dict(Counter(names.iterator(queries.CHUNK)))
    return dict(Counter(_column(run_id, "observation")))


def observed(looks: Iterable[str]) -> set[str]:
    """The digests of everything that was seen at the looks in some blobs, named by digest. Raises Damaged."""
    found: set[str] = set()
    for name, data in queries.bodies(looks):
        try:
            found |= {sealed.unpacked(line)["observation"] for line in sealed.lines(data)}
        except ValueError as error:  # the bytes of another blob
            raise Damaged(name) from error
    return found


def keys(run_id: str) -> Iterator[str]:
    """The keys of the targets that a run looked at. Raises Damaged."""
    if records.end(run_id) is None:
        found = models.Sighting.objects.filter(run=run_id).order_by().values_list("key", flat=True)
        yield from found.iterator(queries.CHUNK)
    else:
        yield from _column(run_id, "key")


def _open(run_id: str, keys: Collection[str] | None) -> Iterator[Look]:
    found = models.Sighting.objects.filter(run=run_id)
    wanted = sorted(keys or ())
    chunks = (wanted[start : start + queries.CHUNK] for start in range(0, len(wanted), queries.CHUNK))
    for part in [found] if keys is None else (found.filter(key__in=chunk) for chunk in chunks):
        yield from (look for look, _ in queries.looks(part))


def _lines(
    parts: dict[str, Part], keys: Collection[str] | None, without: Collection[str] = (), near: str = ""
) -> list[_Line]:
    """The looks at some targets, or all, in no order. Raises Damaged.

    All looks at a target stand with one asset (`sealed.pack`): nothing more is read once each target was found.
    """
    wanted = None if keys is None else {canonical(key) for key in keys}
    first: dict[str, int] = {}
    """Digest of an asset's looks to the place of the first of them."""
    place = 0
    for asset in sorted(parts):
        if parts[asset].looks and parts[asset].looks not in without:
            first[parts[asset].looks] = place
        place += parts[asset].number
    own = [parts[near].looks] if near in parts and parts[near].looks in first else []
    left = set(wanted or ())
    found = []
    for name, data in chain(queries.bodies(own), queries.bodies(first.keys() - set(own))):
        try:
            lines = [_Line(*each) for each in enumerate(sealed.lines(data), first[name])]
            if wanted is not None:
                keys_of = {line: sealed.look_key(line.text) for line in lines}
                lines = [line for line in lines if keys_of[line] in wanted]
                left -= set(keys_of.values())
        except ValueError as error:  # the bytes of another blob
            raise Damaged(name) from error
        found += lines
        if wanted and not left:
            break
    return found


def _column(run_id: str, column: str) -> Iterator[str]:
    """What stands in a column of each look of a run that has ended. Raises Damaged."""
    for line in _lines(records.parts(run_id), None):
        try:
            yield sealed.unpacked(line.text)[column]
        except ValueError as error:  # the bytes of another blob
            raise Damaged(f"looks of {run_id}") from error
