"""What a change of the inventory does, agency by agency and asset by asset (pure): for previews, and for what was done.

It is made of the two sides of a difference (`checks.difference`) between two states of an inventory.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from checks.difference import Line, difference, lines

Kind = Literal["agencies", "assets"]
How = Literal["added", "changed", "moved", "retired", "reactivated", "removed"]
ORDER = (
    *("agency", "name", "parent", "url", "level", "zone", "tags", "status", "policy", "address", "ports", "endpoints"),
    *("trust_anchors", "formerly", "contacts", "authorisation"),
)
"""In which fields are told."""
HOWS: tuple[How, ...] = ("added", "changed", "moved", "retired", "reactivated", "removed")


@dataclass(frozen=True, slots=True)
class Change:
    """What becomes of one agency or asset."""

    agency: str
    """Whose it is afterwards; of what is removed, whose it was."""
    kind: Kind
    name: str
    """The id."""
    how: How
    lines: tuple[Line, ...]
    """Each field that is otherwise; of what came or went, those that say something."""


Sides = tuple[Mapping[str, Any] | None, Mapping[str, Any] | None]


def changes(was: Mapping[str, Any], now: Mapping[str, Any]) -> list[Change]:
    """Everything that a difference holds, by agency, the agency itself before its assets."""
    before, after = was.get("agencies", {}), now.get("agencies", {})
    found: list[Change] = []
    assets: dict[str, dict[str, Sides]] = {}
    for agency in sorted({*before, *after}):
        one, other = before.get(agency), after.get(agency)
        own = _fields(_without_assets(one), _without_assets(other))
        if own:
            found.append(Change(agency, "agencies", agency, _how(one, other), own))
        olds, news = (one or {}).get("assets", {}), (other or {}).get("assets", {})
        for asset in sorted({*olds, *news}):
            assets.setdefault(asset, {})[agency] = (olds.get(asset), news.get(asset))
    for asset, sides in assets.items():
        found.append(_of_asset(asset, sides))
    return sorted(found, key=lambda each: (each.agency, each.kind, each.name))


def _of_asset(asset: str, sides: Mapping[str, Sides]) -> Change:
    """One that left an agency and came to another has moved."""
    left = next((agency for agency, (one, other) in sides.items() if other is None), "")
    came = next((agency for agency, (one, other) in sides.items() if one is None), "")
    if left and came:
        one, other = sides[left][0], sides[came][1]
        return Change(came, "assets", asset, "moved", _fields(*difference(one or {}, other or {})))
    ((agency, (one, other)),) = sides.items()
    return Change(agency, "assets", asset, _how(one, other), _fields(one, other))


def _how(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> How:
    if before is None or after is None:
        return "added" if before is None else "removed"
    status = after.get("status")
    if before.get("status") == status:
        return "changed"
    return "retired" if status == "retired" else "reactivated"


def _fields(before: Mapping[str, Any] | None, after: Mapping[str, Any] | None) -> tuple[Line, ...]:
    whole = before is None or after is None
    found = (each for line in lines(before or {}, after or {}) for each in _apart(line, whole))
    return tuple(
        sorted(found, key=lambda each: (ORDER.index(each.path[0]) if each.path[0] in ORDER else -1, each.path))
    )


def _apart(line: Line, whole: bool) -> Iterator[Line]:
    """A field that is an object on one side, and nothing on the other, as its parts."""
    before, after = line.before, line.after
    if isinstance(before, Mapping) or isinstance(after, Mapping):
        for key in sorted({*(before or {}), *(after or {})}):
            yield from _apart(Line((*line.path, key), (before or {}).get(key), (after or {}).get(key)), True)
    elif not whole or before not in (None, []) or after not in (None, []):
        yield line


def _without_assets(agency: Mapping[str, Any] | None) -> Mapping[str, Any] | None:
    return None if agency is None else {key: value for key, value in agency.items() if key != "assets"}
