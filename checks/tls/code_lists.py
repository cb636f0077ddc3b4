"""Names of suites and groups as lists of their code points, so that hundreds of them are one short text when stored.

"0001-001d,1301,c02f": hexadecimal, sorted, neighbours in one range with both ends in it. A name without a code point
stands as it is, behind the others. Pure: text and the tables of `checks.tls.iana`.
"""

import re
from collections.abc import Iterable, Mapping
from functools import lru_cache

from checks.tls.iana import GROUPS, SSL2_SUITES, SUITES

_SUITES = {name: (code, 6) for code, name in SSL2_SUITES.items()} | {name: (code, 4) for code, name in SUITES.items()}
_GROUPS = {name: (code, 4) for code, name in GROUPS.items()}
_SUITE_NAMES = {f"{code:0{digits}x}": name for name, (code, digits) in _SUITES.items()}
_GROUP_NAMES = {f"{code:0{digits}x}": name for name, (code, digits) in _GROUPS.items()}
_ITEM = re.compile(r"([0-9a-f]{6}|[0-9a-f]{4})(?:-([0-9a-f]{6}|[0-9a-f]{4}))?", re.ASCII)


@lru_cache(maxsize=256)
def suites_to_text(names: tuple[str, ...]) -> str:
    """The list of some suites; those of SSL 2.0 have six digits."""
    return _to_text(names, _SUITES)


@lru_cache(maxsize=256)
def suites_of_text(text: str) -> tuple[str, ...]:
    """The inverse of `suites_to_text`, sorted by name. Raises ValueError for a code point that has no name."""
    return _of_text(text, _SUITE_NAMES)


@lru_cache(maxsize=256)
def groups_to_text(names: tuple[str, ...]) -> str:
    """The list of some groups."""
    return _to_text(names, _GROUPS)


@lru_cache(maxsize=256)
def groups_of_text(text: str) -> tuple[str, ...]:
    """The inverse of `groups_to_text`, sorted by name. Raises ValueError for a code point that has no name."""
    return _of_text(text, _GROUP_NAMES)


def _to_text(names: Iterable[str], codes: Mapping[str, tuple[int, int]]) -> str:
    known = sorted((codes[name][1], codes[name][0]) for name in set(names) if name in codes)
    runs: list[tuple[int, int, int]] = []
    for digits, code in known:
        if runs and runs[-1][0] == digits and runs[-1][2] == code - 1:
            runs[-1] = (digits, runs[-1][1], code)
        else:
            runs.append((digits, code, code))
    items = [f"{a:0{n}x}" if a == b else f"{a:0{n}x}-{b:0{n}x}" for n, a, b in runs]
    return ",".join(items + sorted(name for name in set(names) if name not in codes))


def _of_text(text: str, names: Mapping[str, str]) -> tuple[str, ...]:
    found: list[str] = []
    for item in text.split(",") if text else ():
        ends = _ITEM.fullmatch(item)
        if ends is None:
            found.append(item)
            continue
        first, last = ends[1], ends[2] or ends[1]
        if len(first) != len(last) or int(last, 16) - int(first, 16) not in range(len(names)):
            raise ValueError(f"not a range of code points: {item[:40]!r}")
        for code in range(int(first, 16), int(last, 16) + 1):
            name = names.get(f"{code:0{len(first)}x}")
            if name is None:
                raise ValueError(f"no such code point: {code:0{len(first)}x}")
            found.append(name)
    return tuple(sorted(found))
