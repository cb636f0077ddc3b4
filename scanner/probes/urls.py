"""URLs as the HTTP probe follows them: parsed strictly, resolved by hand, never handed to a resolver.

A Location header is hostile input. What a browser would repair in different ways is refused here.
"""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import quote, urljoin, urlsplit

from checks.model.asset import DEFAULT_PORTS
from scanner.probes.names import is_host_name

MAX_LENGTH = 8000
"""Octets of a URL (RFC 9110 section 4.1 asks for support of at least 8000)."""

BLOCKED_PORTS = frozenset(
    int(port)
    for port in (
        "1 7 9 11 13 15 17 19 20 21 22 23 25 37 42 43 53 69 77 79 87 95 "
        "101 102 103 104 109 110 111 113 115 117 119 123 135 137 139 143 161 179 389 427 465 512 "
        "513 514 515 526 530 531 532 540 548 554 556 563 587 601 636 989 990 993 995 1719 1720 1723 "
        "2049 3659 4045 4190 5060 5061 6000 6566 6665 6666 6667 6668 6669 6679 6697 10080 "
    ).split()
)
"""Ports where a request would speak to something else than HTTP (Fetch Standard, "bad port"): no browser goes there."""

_ODD_SLASHES = re.compile(r"https?:(?!//[^/])|///", re.IGNORECASE)
"""RFC 3986 and browsers (WHATWG URL Standard) find different hosts in "https:a", "https:/a" and "///a"."""
_UNSAFE = re.compile(r"[^\x20-\x7e\x80-\xff]")
_KEPT_BY_QUOTE = "".join(chr(code) for code in range(0x21, 0x7F))


class BadUrl(ValueError):
    """A text is not an absolute http or https URL that may be asked for."""


@dataclass(frozen=True, slots=True)
class Url:
    """An absolute http or https URL without user information and fragment."""

    scheme: str
    host: str
    """A name in lower case, or a literal address in canonical form without brackets."""
    port: int
    path: str
    """The request target (RFC 9112 section 3.2.1): path and query, never empty."""

    @property
    def authority(self) -> str:
        """The value of the Host header (RFC 9110 section 7.2): the port only where it is not the scheme's own."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == DEFAULT_PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def server_name(self) -> str | None:
        """The name for SNI; none for a literal address (RFC 6066 section 3)."""
        return self.host if is_host_name(self.host) else None

    def __str__(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"


def parse(text: str) -> Url:
    """The URL of a text in ASCII; a fragment is dropped. Raises BadUrl."""
    if len(text) > MAX_LENGTH or re.search(r"[^\x21-\x7e]", text):
        raise BadUrl("too long, or not printable ASCII")
    try:
        parts = urlsplit(text)
        port = parts.port
    except ValueError as error:
        raise BadUrl("not a URL") from error
    scheme = parts.scheme.lower()
    if scheme not in ("http", "https"):
        raise BadUrl("neither http nor https")
    if "@" in parts.netloc or "\\" in parts.netloc + parts.path:
        raise BadUrl("user information or a backslash")
    port = DEFAULT_PORTS[scheme] if port is None else port
    if port == 0:
        raise BadUrl("port 0")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Url(scheme, _host(parts.hostname or "", bracketed="[" in parts.netloc), port, path)


def resolve(base: Url, location: str) -> Url:
    """Where a Location header leads (RFC 9110 section 10.2.2), its value decoded as Latin-1.

    Octets above ASCII and spaces are percent-encoded as browsers do (RFC 3987 section 3.1); a host must be
    ASCII. Raises BadUrl.
    """
    if len(location) > MAX_LENGTH or _UNSAFE.search(location):
        raise BadUrl("too long, or control characters")
    if "\\" in re.split(r"[?#]", location, maxsplit=1)[0]:
        raise BadUrl("a backslash")
    text = quote(location.strip(" ").encode("latin-1"), safe=_KEPT_BY_QUOTE)
    if _ODD_SLASHES.match(text):
        raise BadUrl("slashes that readers take differently")
    try:
        joined = urljoin(str(base), text)
    except ValueError as error:
        raise BadUrl("not a URL") from error
    url = parse(joined)
    if url.port in BLOCKED_PORTS and url.port != base.port:
        raise BadUrl("a port that is not for HTTP")
    return url


def _host(host: str, bracketed: bool) -> str:
    """A name, or a literal address in canonical form. Raises BadUrl."""
    if bracketed:
        try:
            address = ipaddress.IPv6Address(host)
        except ValueError as error:
            raise BadUrl("a bad IPv6 literal") from error
        if address.scope_id is not None:
            raise BadUrl("an IPv6 literal with a zone")
        return str(address)
    name = host.removesuffix(".")
    if is_host_name(name):
        return name
    try:
        return str(ipaddress.IPv4Address(name))
    except ValueError as error:
        raise BadUrl("a bad host") from error
