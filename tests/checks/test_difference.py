"""What differs between two states: all of it, nothing else, and enough to make one out of the other."""

from collections.abc import Mapping
from typing import Any

from hypothesis import given
from hypothesis import strategies as some

from checks.difference import Line, difference, lines
from checks.model.canonical import canonical

VALUES = some.recursive(
    some.none() | some.booleans() | some.integers(-2, 2) | some.text(max_size=3),
    lambda inner: some.lists(inner, max_size=3) | some.dictionaries(some.sampled_from("abcd"), inner, max_size=4),
    max_leaves=12,
)
OBJECTS = some.dictionaries(some.sampled_from("abcd"), VALUES, max_size=4)


def patched(state: Mapping[str, Any], was: Mapping[str, Any], now: Mapping[str, Any]) -> dict[str, Any]:
    """The state after, of the one before and the difference."""
    found = {key: value for key, value in state.items() if key not in was}
    for key, value in now.items():
        before = state.get(key)
        inside = key in was and isinstance(before, Mapping) and isinstance(value, Mapping)
        found[key] = patched(before, was[key], value) if inside else value  # type: ignore[arg-type]  # it is a Mapping
    return found


@given(OBJECTS, OBJECTS)
def test_the_difference_makes_one_state_of_the_other(before: dict[str, Any], after: dict[str, Any]) -> None:
    was, now = difference(before, after)
    assert canonical(patched(before, was, now)) == canonical(after)
    assert canonical(patched(after, now, was)) == canonical(before)
    assert difference(after, before) == (now, was)


@given(OBJECTS)
def test_equal_states_do_not_differ(state: dict[str, Any]) -> None:
    assert difference(state, dict(state)) == ({}, {})
    assert list(lines({}, {})) == []


def test_each_place_is_told_once() -> None:
    before = {"cong": {"level": 2, "tags": ["a"], "zone": "internet"}, "cu": {"level": 1}, "on": 1, "rong": {}}
    after = {"cong": {"level": 3, "tags": ["a", "b"], "zone": "internet"}, "moi": {"level": 1}, "on": True, "rong": {}}
    was, now = difference(before, after)
    assert list(lines(was, now)) == [
        Line(("cong", "level"), 2, 3),
        Line(("cong", "tags"), ["a"], ["a", "b"]),
        Line(("cu",), {"level": 1}, None),
        Line(("moi",), None, {"level": 1}),
        Line(("on",), 1, True),
    ]


def test_what_became_empty_is_told_from_what_went() -> None:
    assert difference({"a": {"x": 1}}, {"a": {}}) == ({"a": {"x": 1}}, {"a": {}})
    assert difference({"a": {"x": 1}}, {}) == ({"a": {"x": 1}}, {})
    assert list(lines({"a": {"x": 1}}, {"a": {}})) == [Line(("a", "x"), 1, None)]
