"""How the values of header fields are taken apart where several headers agree on it. Nothing here raises."""

import re
from collections.abc import Iterable

import http_sf

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


def dictionary(values: Iterable[str]) -> tuple[str, ...] | None:
    """The keys of a structured-field dictionary (RFC 9651 section 3.2); None where the value is not one."""
    try:
        found = http_sf.parse(_octets(values), tltype="dictionary")
    except ValueError:
        return None
    return tuple(found) if isinstance(found, dict) else None


def token_item(values: Iterable[str]) -> str | None:
    """The token of a structured-field item, its parameters left aside; None where the value is not such an item."""
    try:
        found = http_sf.parse(_octets(values), tltype="item")
    except ValueError:
        return None
    bare = found[0] if isinstance(found, tuple) else found
    return str(bare) if isinstance(bare, http_sf.Token) else None


def _octets(values: Iterable[str]) -> bytes:
    """Fields of one name joined; what is not ASCII stays so, and so stays invalid."""
    return ", ".join(values).encode("utf-8", "surrogatepass")
