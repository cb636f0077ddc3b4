"""Lists of TCP ports as people, policies and nmap write them, and their one canonical form.

A list is items joined by commas; an item is a number ("22"), a range with both ends in it ("8000-8100"), and may
end in "/tcp". Only TCP is scanned, so no other protocol is accepted. Pure: text and numbers only.
"""

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator, Field

from checks.model.text import TextError

LOWEST, HIGHEST = 1, 65535
"""Bounds of a TCP port that can be connected to (RFC 6335 section 6; port 0 is reserved)."""

_ITEM = re.compile(r"([0-9]{1,5})(?:-([0-9]{1,5}))?(?:/tcp)?", re.ASCII)


@lru_cache(maxsize=4096, typed=True)  # of an estate nearly all ports are the same few; True is not 1
def parse_ports(item: str | int) -> range:
    """The ports of one item. Raises ValueError for anything that is not a number or a range within the bounds."""
    if isinstance(item, int):
        first = last = -1 if isinstance(item, bool) else item
    else:
        found = _ITEM.fullmatch(item)
        if found is None:
            raise TextError(
                f"không phải cổng hoặc dải cổng: {item[:40]!r}", f"not a port or a range of ports: {item[:40]!r}"
            )
        first = int(found[1])
        last = first if found[2] is None else int(found[2])
    if not LOWEST <= first <= last <= HIGHEST:
        shown = repr(str(item)[:40])
        raise TextError(
            f"cổng từ {LOWEST} đến {HIGHEST}, dải cổng ghi từ nhỏ đến lớn: {shown}",
            f"a port is {LOWEST} to {HIGHEST}, and a range goes upwards: {shown}",
        )
    return range(first, last + 1)


def members(items: Iterable[str | int]) -> frozenset[int]:
    """Every port that the items name. Raises ValueError like `parse_ports`."""
    return frozenset(port for item in items for port in parse_ports(item))


def canonical_ports(items: Iterable[str | int]) -> str:
    """The canonical list of the items' ports: sorted, each once, neighbours merged ("22,80,8000-8100").

    Equal sets of ports give equal text; no items give the empty text. Raises ValueError like `parse_ports`.
    """
    runs: list[tuple[int, int]] = []
    for port in sorted(members(items)):
        if runs and runs[-1][1] == port - 1:
            runs[-1] = (runs[-1][0], port)
        else:
            runs.append((port, port))
    return ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)


@lru_cache(maxsize=512)
def expand(ports: str) -> frozenset[int]:
    """Every port of a list; the empty text has none. Raises ValueError like `parse_ports`."""
    return members(ports.split(",")) if ports else frozenset()


def _checked(item: str) -> str:
    parse_ports(item)
    return item


PortNumber = Annotated[int, Field(ge=LOWEST, le=HIGHEST)]
"""One port in what is read from outside."""
PortItem = PortNumber | Annotated[str, Field(pattern=r"^[0-9]{1,5}(-[0-9]{1,5})?(/tcp)?$"), AfterValidator(_checked)]
"""A port or a range in what is read from outside, as in a policy: 22, "8000-8100" or "8000-8100/tcp"."""
