"""The chain of digests of a run: pure functions that add a link, and that find what no longer fits.

Entry 0 commits to the facts that the run starts from; then comes one entry a sighting (and one for each addition to
the plan) in the order in which they were committed, until the run ends and is sealed (`history.seal`). Each entry's
digest is SHA-256 over the canonical JSON of {run, sequence, kind, subject, content, previous}, where `content` is the
digest of the canonical bytes of the thing itself and `previous` the digest of the entry before. Who knows the last
digest can tell whether anything before it was altered.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from checks.model.canonical import canonical, digest

EntryKind = Literal["opening", "plan", "sighting", "finding", "closing"]
"""Findings and the closing are of the chains of before runs were sealed (`history.seal`)."""
Fault = Literal["changed", "removed", "inserted", "reordered", "damaged"]
GAPS = 100
"""So many missing entries in a row are named one by one; a wider gap, which a forger may make as wide as he likes, is
named as one."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One link."""

    run: str
    sequence: int
    """From 0, without gaps."""
    kind: str
    """An EntryKind; a row that was tampered with may say anything."""
    subject: str
    """Key of the target, "asset/control", or digest of the addition to the plan; empty for the others."""
    content: str
    """Digest of the canonical bytes of what it commits to."""
    previous: str
    """Digest of the entry before; empty for the first."""
    digest: str

    @property
    def name(self) -> str:
        """The entry as a problem names it."""
        return f"chain entry {self.sequence} ({self.kind}{' ' if self.subject else ''}{self.subject})"


@dataclass(frozen=True, slots=True)
class Leaf:
    """One thing that is committed to: in the tree of a run an entry of it, in the log a run or an act."""

    kind: str
    subject: str
    content: str
    """Digest of its canonical bytes."""

    @property
    def data(self) -> bytes:
        """The bytes that a Merkle tree is made over."""
        return canonical({"content": self.content, "kind": self.kind, "subject": self.subject})

    @property
    def name(self) -> str:
        """The leaf as a problem names it."""
        return f"{self.kind} {self.subject}".strip()


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is not as it was committed."""

    fault: Fault
    what: str
    """The row, as in "finding cong-so-mau/TLS-12"."""
    detail: str = ""


def link(run: str, before: Entry | None, kind: EntryKind, subject: str, content: str) -> Entry:
    """The entry that follows another; None: the first of the run."""
    sequence = 0 if before is None else before.sequence + 1
    previous = "" if before is None else before.digest
    unsigned = Entry(run, sequence, kind, subject, content, previous, digest="")
    return replace(unsigned, digest=entry_digest(unsigned))


def entry_digest(entry: Entry) -> str:
    """What the digest of an entry must be."""
    return digest(
        canonical(
            {
                "run": entry.run,
                "sequence": entry.sequence,
                "kind": entry.kind,
                "subject": entry.subject,
                "content": entry.content,
                "previous": entry.previous,
            }
        )
    )


def verify_chain(entries: Sequence[Entry]) -> Iterator[Problem]:
    """Everything that is wrong with the chain in itself; `entries` are a run's, by sequence.

    The places that the entries had at first are read off their links, so that an entry that was moved is told from
    one that was changed, and a gap from an entry too many.
    """
    original = _linked_order(entries)
    expected = 0
    before: Entry | None = None  # also where it is at fault itself, so that its fault is not told twice
    for entry in entries:
        sound = entry_digest(entry) == entry.digest
        if not sound:
            yield _forged(entry, original.get(entry.digest))
        elif entry.sequence == expected and before is not None and entry.previous != before.digest:
            yield Problem("changed", entry.name, "it does not follow the entry before it")
        yield from _missing(expected, entry.sequence)
        if entry.sequence < expected:
            yield Problem("inserted", entry.name, "its place is taken")
        expected = max(expected, entry.sequence + 1)
        before = entry if sound else None


def _missing(first: int, following: int) -> Iterator[Problem]:
    if following - first > GAPS:
        yield Problem("removed", f"chain entries {first} to {following - 1}")
    else:
        yield from (Problem("removed", f"chain entry {gap}") for gap in range(first, following))


def _forged(entry: Entry, linked: int | None) -> Problem:
    """What happened to an entry whose digest is not its own; `linked` is the place that the links give it."""
    if linked is not None and entry_digest(replace(entry, sequence=linked)) == entry.digest:
        return Problem("reordered", entry.name, f"it was entry {linked}")
    return Problem("changed", entry.name)


def verify_order(entries: Sequence[Entry]) -> Iterator[Problem]:
    """Whether the kinds of the entries come in the order in which a run makes them."""
    closed = False
    for position, entry in enumerate(entries):
        if closed or (entry.kind == "opening") != (position == 0):
            yield Problem("inserted", entry.name)
        closed = closed or entry.kind == "closing"


def verify_leaves(entries: Iterable[Entry], leaves: Iterable[Leaf]) -> Iterator[Problem]:
    """Whether every entry has its row as it was, and every row its entry."""
    committed: dict[tuple[str, str], str] = {}
    for entry in entries:
        if (entry.kind, entry.subject) in committed:
            yield Problem("inserted", entry.name, "a second entry for the same thing")
        committed[entry.kind, entry.subject] = entry.content
    for leaf in leaves:
        content = committed.pop((leaf.kind, leaf.subject), None)
        if content is None:
            yield Problem("inserted", leaf.name, "no chain entry commits to it")
        elif content != leaf.content:
            yield Problem("changed", leaf.name)
    for kind, subject in committed:
        yield Problem("removed", f"{kind} {subject}".strip())


def _linked_order(entries: Sequence[Entry]) -> dict[str, int]:
    """The place of each entry by its digest, counted along the links from the first; what hangs loose has none."""
    following = {entry.previous: entry for entry in entries}
    order: dict[str, int] = {}
    at = ""
    while at in following and following[at].digest not in order:
        at = following[at].digest
        order[at] = len(order)
    return order
