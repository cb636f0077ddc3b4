"""How the values of header fields are taken apart where several headers agree on it. Nothing here raises."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

import http_sf
from http_sf import Token as Token

REDACTED = "<redacted>"
"""What the probe leaves of a value that it takes for an identifier: anything may have stood there."""

_PIECE = re.compile(r'"(?:[^"\\]|\\.)*"?|[^",]+|,', re.DOTALL)
"""A quoted string, which may lack its end; a run of other characters; a comma."""


def list_items(values: Iterable[str]) -> tuple[str, ...]:
    """The items of all fields of one name as one list (RFC 9110 section 5.3), commas inside quotes kept.

    The "get, decode, and split" of the Fetch standard: without fields there are no items, an empty field is one
    empty item; spaces and tabs around an item do not count.
    """
    fields = tuple(values)
    if not fields:
        return ()
    items: list[list[str]] = [[]]
    for piece in _PIECE.findall(", ".join(fields)):
        if piece == ",":
            items.append([])
        else:
            items[-1].append(piece)
    return tuple("".join(item).strip(" \t") for item in items)


def dictionary(values: Iterable[str]) -> Mapping[str, tuple[object, ...]] | None:
    """The members of a structured-field dictionary (RFC 9651 section 3.2); None where the value is not one.

    Each key has the bare items of its value: those of an inner list, or the one that is not in a list; parameters
    are left aside. Of a key that comes twice, the last value counts, as the section says.
    """
    try:
        found: Any = http_sf.parse(_octets(values), tltype="dictionary")
    except ValueError:
        return None
    return {key: _bare(member) for key, member in found.items()}


def _bare(member: Any) -> tuple[object, ...]:
    """The items of a member; http_sf pairs it, and each item of an inner list, with the parameters."""
    value, _ = member
    return tuple(item for item, _ in value) if isinstance(value, list) else (value,)


def token_item(values: Iterable[str]) -> str | None:
    """The token of a structured-field item, its parameters left aside; None where the value is not such an item."""
    try:
        found: Any = http_sf.parse(_octets(values), tltype="item")
    except ValueError:
        return None
    bare, _ = found
    return str(bare) if isinstance(bare, Token) else None


def _octets(values: Iterable[str]) -> bytes:
    """Fields of one name joined; what is not ASCII stays so, and so stays invalid."""
    return ", ".join(values).encode("utf-8", "surrogatepass")
