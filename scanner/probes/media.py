"""The media type of an answer (Fetch standard, "extract a MIME type"). Pure."""

import re
from collections.abc import Iterable
from typing import Final

from checks.headers.fields import list_items

_TYPE: Final = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+/[!#$%&'*+.^_`|~0-9A-Za-z-]+[\t\n\r ]*(?:;.*)?", re.DOTALL)


def media_type(fields: Iterable[str]) -> str:
    """The last value of all Content-Type fields that is a media type, with its parameters; "" for none."""
    found = [each for each in list_items(fields) if _TYPE.fullmatch(each) and not each.startswith("*/*")]
    return found[-1] if found else ""
