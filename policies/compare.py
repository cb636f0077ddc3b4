"""What is different between two policies: controls added, removed, and changed field by field (pure)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from checks.model.canonical import STRICT, plain
from checks.model.policy import Control, Policy

Kind = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a control that is not the same in both policies."""

    __pydantic_config__ = STRICT

    field: str
    """Its path, as in "params.min_age" or "title.vi"."""
    before: Any
    """In JSON types; None where it is not there."""
    after: Any


@dataclass(frozen=True, slots=True)
class ControlChange:
    """One control that is not the same in both policies."""

    __pydantic_config__ = STRICT

    control: str
    kind: Kind
    check: str
    """Id of the rule: the later one where it changed."""
    fields: tuple[FieldChange, ...] = ()
    """Of a changed control, in the order of their paths."""


def differences(before: Policy, after: Policy) -> tuple[ControlChange, ...]:
    """Every control that one policy has and the other lacks or states otherwise, in the order of ids.

    Which policy states a control is no difference; what it states is.
    """
    old = {each.id: each for each in before.controls}
    new = {each.id: each for each in after.controls}
    found = [ControlChange(name, "added", new[name].check) for name in new.keys() - old.keys()]
    found += [ControlChange(name, "removed", old[name].check) for name in old.keys() - new.keys()]
    found += [change for name in old.keys() & new.keys() for change in _change(old[name], new[name])]
    return tuple(sorted(found, key=_control))


def _control(change: ControlChange) -> str:
    return change.control


def _change(old: Control, new: Control) -> Iterator[ControlChange]:
    first, second = dict(_leaves("", _stated(old))), dict(_leaves("", _stated(new)))
    fields = tuple(
        FieldChange(path, first.get(path), second.get(path))
        for path in sorted(first.keys() | second.keys())
        if first.get(path) != second.get(path)
    )
    if fields:
        yield ControlChange(new.id, "changed", new.check, fields)


def _stated(control: Control) -> Mapping[str, Any]:
    return {name: value for name, value in plain(control).items() if name not in ("id", "origin")}


def _leaves(path: str, value: Any) -> Iterator[tuple[str, Any]]:
    """The parts of a value that are no mappings, by their paths; a list is one part."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield from _leaves(f"{path}.{name}" if path else name, each)
    else:
        yield path, value
