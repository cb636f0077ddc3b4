"""Rows of what is told in brief (`history.brief`): written when a run is sealed, read in place of the findings.

What is the same in brief as in the run before is there once, as everything under a digest. `history.audit` makes all of
it again from the findings.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from checks.model.brief import Brief
from checks.model.canonical import digest
from checks.model.finding import Finding
from checks.score import Counted
from history import brief, models, queries, sealed
from history.brief import ControlKey
from history.errors import Damaged
from history.sealed import Part


class Told(NamedTuple):
    """What there is in brief of a blob."""

    told: str
    """Digest of what is told."""
    grounds: str
    """Of findings: what each was judged on."""


class Walk:
    """What runs said of assets, in brief, run after run: only what is new is read."""

    def __init__(self) -> None:
        self._told: dict[str, str] = {}
        """By the digest of findings that of what they say in brief."""
        self._said: dict[str, tuple[str, list[Brief]]] = {}
        """Of each asset what was read last, under its digest."""
        self._lines: dict[bytes, Brief] = {}

    def told(self, parts: Mapping[str, Part]) -> dict[str, str]:
        """Of each asset that has findings the digest of what they say in brief. Raises Damaged."""
        asked = {asset: part.findings for asset, part in parts.items() if part.findings}
        fresh = index(name for name in asked.values() if name not in self._told)
        self._told |= {name: each.told for name, each in fresh.items()}
        return {asset: self._told[name] for asset, name in asked.items()}

    def of(self, told: Mapping[str, str]) -> Iterator[tuple[str, list[Brief]]]:
        """What is said of each asset, by the digests of `told`. Raises Damaged."""
        fresh: dict[str, list[str]] = {}
        for asset, name in told.items():
            if self._said.get(asset, ("",))[0] != name:
                fresh.setdefault(name, []).append(asset)
        for name, data in queries.bodies(fresh):
            said = _said(name, data, self._lines)
            self._said |= {asset: (name, said) for asset in fresh[name]}
        for asset in told:
            yield asset, self._said[asset][1]


def index(names: Iterable[str]) -> dict[str, Told]:
    """What there is in brief of blobs. Raises Damaged where there is nothing."""
    found: dict[str, Told] = {}
    for chunk, rows in queries.named(models.Brief, ("told", "grounds"), names):
        for name in chunk:
            if name not in rows:
                raise Damaged(f"brief {name}")
            found[name] = Told(*rows[name])
    return found


def parsed(asset: str, lines: Iterable[bytes], grounds: str, without: Collection[bytes] = ()) -> tuple[Brief, ...]:
    """What an asset's findings say in brief, but for some of the lines. Raises Damaged."""
    try:
        evidence = brief.load_grounds(grounds)
        told = zip(lines, evidence, strict=True)
        return tuple(brief.load_line(line, asset, seen) for line, seen in told if line not in without)
    except ValueError as error:  # the bytes of another blob
        raise Damaged(f"brief of {asset}") from error


def by_control(contents: Collection[str]) -> dict[str, dict[ControlKey, dict[Counted, int]]]:
    """How many findings of each kind the controls of agencies have, by the digest of what runs hold of them.

    Raises Damaged.
    """
    told = index(contents)
    bodies = dict(queries.bodies(each.told for each in told.values()))
    try:
        return {name: brief.load_counts(bodies[each.told]) for name, each in told.items()}
    except ValueError as error:  # the bytes of another blob
        raise Damaged("briefs") from error


def rows_of(
    findings: Mapping[str, Sequence[Finding]],
    agencies: Mapping[str, Mapping[str, Part]],
    known: Collection[str] = (),
) -> tuple[dict[str, bytes], list[models.Brief]]:
    """The bodies and rows of findings, by the digest of these, and of agencies, by the digest of what a run holds of
    them, but for those that are known. Every finding of an agency is among the findings."""
    bodies: dict[str, bytes] = {}
    made = []

    def keep(of: str, data: bytes, grounds: str = "") -> None:
        name = digest(data)
        bodies[name] = data
        made.append(models.Brief(of_id=of, told_id=name, grounds=grounds))

    for name, told in findings.items():
        if name not in known:
            keep(name, brief.said_bytes(told), brief.grounds_text(told))
    for content, parts in agencies.items():
        if content not in known:
            held = (finding for part in parts.values() if part.findings for finding in findings[part.findings])
            keep(content, brief.counts_bytes(Counter(brief.kinds(held))))
    return bodies, made


def _said(name: str, data: bytes, known: dict[bytes, Brief]) -> list[Brief]:
    """`known` are lines that were read before: what passes is the same at most assets."""
    said: list[Brief] = []
    lines = sealed.lines(data)
    if not lines:  # the bytes of another blob: there is no asset with findings without one
        raise Damaged(name)
    for line in lines:
        if line not in known:
            try:
                known[line] = brief.load_line(line)
            except ValueError as error:  # the bytes of another blob
                raise Damaged(name) from error
        said.append(known[line])
    return said
