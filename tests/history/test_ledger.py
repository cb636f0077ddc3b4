"""The chain in itself: every way to alter a list of entries is found, with the entry that was altered."""

import hashlib
from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from history.ledger import (
    Entry,
    EntryKind,
    Leaf,
    Problem,
    entry_digest,
    link,
    verify_chain,
    verify_leaves,
    verify_order,
)

KINDS: tuple[tuple[EntryKind, str], ...] = (
    ("opening", ""),
    ("sighting", "dns:a.example"),
    ("sighting", "ports:127.0.0.1"),
    ("sighting", "ports:127.0.0.2"),
    ("finding", "a/TLS-12"),
    ("closing", ""),
)


def chain() -> list[Entry]:
    entries: list[Entry] = []
    for kind, subject in KINDS:
        entries.append(link("run", entries[-1] if entries else None, kind, subject, f"content of {subject}"))
    return entries


def leaves() -> list[Leaf]:
    return [Leaf(kind, subject, f"content of {subject}") for kind, subject in KINDS]


def problems(entries: Sequence[Entry]) -> list[Problem]:
    ordered = sorted(entries, key=lambda each: each.sequence)
    return [*verify_chain(ordered), *verify_order(ordered), *verify_leaves(ordered, leaves())]


def test_a_chain_as_it_was_made() -> None:
    assert problems(chain()) == []
    assert [each.sequence for each in chain()] == list(range(len(KINDS)))


def test_the_digest_is_the_published_one() -> None:
    """Whoever checks an export elsewhere computes the same."""
    first = link("20261123-030000-1a2b", None, "opening", "", "sha256:00")
    text = (
        '{"content":"sha256:00","kind":"opening","previous":"","run":"20261123-030000-1a2b","sequence":0,"subject":""}'
    )
    assert first.digest == "sha256:" + hashlib.sha256(text.encode()).hexdigest()


@pytest.mark.parametrize("position", range(len(KINDS)))
@pytest.mark.parametrize("field", ["run", "kind", "subject", "content", "previous", "digest"])
def test_a_changed_entry_is_named(position: int, field: str) -> None:
    entries = chain()
    forged: Entry = replace(entries[position], **{field: "forged"})  # type: ignore[arg-type]
    entries[position] = forged
    assert Problem("changed", forged.name) in problems(entries)


@pytest.mark.parametrize("position", range(len(KINDS)))
def test_a_changed_entry_with_a_new_digest_is_found(position: int) -> None:
    entries = chain()
    forged = replace(entries[position], content="forged")
    entries[position] = replace(forged, digest=entry_digest(forged))
    found = problems(entries)
    assert Problem("changed", f"{forged.kind} {forged.subject}".strip()) in found
    if position + 1 < len(entries):
        assert Problem("changed", entries[position + 1].name, "it does not follow the entry before it") in found


@pytest.mark.parametrize("position", range(len(KINDS)))
def test_a_removed_entry_is_named(position: int) -> None:
    entries = chain()
    removed = entries.pop(position)
    found = problems(entries)
    assert Problem("inserted", f"{removed.kind} {removed.subject}".strip(), "no chain entry commits to it") in found
    if position + 1 < len(KINDS):
        assert Problem("removed", f"chain entry {position}") in found


@pytest.mark.parametrize("position", range(1, len(KINDS)))
def test_a_removed_entry_whose_place_is_closed_up_is_found(position: int) -> None:
    entries = chain()
    removed = entries.pop(position)
    entries[position:] = [replace(each, sequence=each.sequence - 1) for each in entries[position:]]
    assert {each.fault for each in problems(entries)} >= {"inserted"}
    assert removed.subject in {each.what.partition(" ")[2] for each in problems(entries)}


def test_a_removed_row_is_named() -> None:
    entries = chain()
    assert list(verify_leaves(entries, leaves()[:2] + leaves()[3:])) == [Problem("removed", "sighting ports:127.0.0.1")]


@pytest.mark.parametrize("position", range(1, len(KINDS)))
def test_an_inserted_entry_is_found(position: int) -> None:
    entries = chain()
    forged = link("run", entries[position - 1], "sighting", "forged", "forged")
    shifted = [replace(each, sequence=each.sequence + 1) for each in entries[position:]]
    assert problems([*entries[:position], forged, *shifted])
    assert any(each.fault == "inserted" for each in verify_chain([*entries[: position + 1], forged]))


def test_an_entry_after_the_closing_one_is_named() -> None:
    entries = chain()
    forged = link("run", entries[-1], "sighting", "forged", "forged")
    assert Problem("inserted", forged.name) in problems([*entries, forged])


@given(st.permutations(range(len(KINDS))))
def test_entries_in_another_order_are_named(order: Sequence[int]) -> None:
    entries = [replace(entry, sequence=place) for entry, place in zip(chain(), order, strict=True)]
    moved = [entry for entry, place in zip(entries, range(len(KINDS)), strict=True) if entry.sequence != place]
    found = [each for each in problems(entries) if each.fault == "reordered"]
    assert {each.what for each in found} == {entry.name for entry in moved}


def test_a_second_entry_for_the_same_thing_is_named() -> None:
    entries = chain()[:-1]
    twice = link("run", entries[-1], "finding", "a/TLS-12", "content of a/TLS-12")
    assert Problem("inserted", twice.name, "a second entry for the same thing") in problems([*entries, twice])
