"""What differs between two states of something, as JSON types (pure)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from checks.model.canonical import canonical


@dataclass(frozen=True, slots=True)
class Line:
    """One place at which two states differ."""

    path: tuple[str, ...]
    """Keys from the outermost on."""
    before: Any
    """None: nothing was there."""
    after: Any
    """None: nothing is there."""


def difference(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Of two objects what each has otherwise than the other. Objects are compared key by key, all else as a whole.

    What stands on one side only came, or went.
    """
    was: dict[str, Any] = {}
    now: dict[str, Any] = {}
    for key in sorted({*before, *after}):
        if key not in after:
            was[key] = before[key]
        elif key not in before:
            now[key] = after[key]
        elif canonical(before[key]) != canonical(after[key]):  # True is 1 to Python, and not in JSON
            one, other = before[key], after[key]
            inside = isinstance(one, Mapping) and isinstance(other, Mapping)
            was[key], now[key] = difference(one, other) if inside else (one, other)
    return was, now


def lines(was: Mapping[str, Any], now: Mapping[str, Any], path: tuple[str, ...] = ()) -> Iterator[Line]:
    """Each place of a difference, in the order of keys."""
    for key in sorted({*was, *now}):
        before, after = was.get(key), now.get(key)
        if isinstance(before, Mapping) and isinstance(after, Mapping) and (before or after):
            yield from lines(before, after, (*path, key))
        else:
            yield Line((*path, key), before, after)
