"""The value of a Refresh header or of a meta element of that name: where in it the address stands. Pure.

HTML standard, "shared declarative refresh steps": seconds, then perhaps an address, with or without "url=" and quotes.
"""

import re
from typing import Final

_SPACE: Final = r"\t\n\f\r "
_SECONDS: Final = re.compile(rf"[{_SPACE}]*+(?:[0-9]++[0-9.]*+|\.[0-9.]*+)")
_SEPARATOR: Final = re.compile(rf"(?=[;,{_SPACE}])[{_SPACE}]*+[;,]?+[{_SPACE}]*+")
_NAME: Final = re.compile(rf"url[{_SPACE}]*+=[{_SPACE}]*+", re.IGNORECASE)


def place_of_address(value: str) -> tuple[int, int] | None:
    """Beginning and end of the address, equal where there is none and the page is asked for again; None where browsers
    make nothing of the value."""
    seconds = _SECONDS.match(value)
    if seconds is None:
        return None
    if seconds.end() == len(value):
        return len(value), len(value)
    separator = _SEPARATOR.match(value, seconds.end())
    if separator is None:
        return None
    name = _NAME.match(value, separator.end())
    begin = separator.end() if name is None else name.end()
    quote = value[begin : begin + 1]
    if quote not in ("'", '"'):
        return begin, len(value)
    end = value.find(quote, begin + 1)
    return begin + 1, len(value) if end < 0 else end
