"""The scanner's own name; and what a host name is, strictly, so that no numeric form of an address passes for one."""

import re
from typing import Final

USER_AGENT: Final = "Khien/0.1 (compliance scan)"
"""Who asks, in every HTTP request; the configuration adds a contact."""

_NAME = re.compile(r"(?=.{1,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\Z")
_NUMBER = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)\Z")


def is_host_name(text: str) -> bool:
    """Whether a text is a host name in lower case: letters, digits and hyphens in labels of at most 63
    characters (RFC 1123 section 2.1), international names as A-labels (RFC 5890 section 2.3.2.1).

    A last label that is a number makes a text an address in an odd form ("127.1", "2130706433", "0x7f.1"),
    which getaddrinfo and browsers take for one (WHATWG URL Standard, "ends in a number"), so it is no name.
    """
    return _NAME.match(text) is not None and _NUMBER.match(text.rsplit(".", 1)[-1]) is None
