"""What an HTTP look tells beside headers: facts of the page, and answers to questions of their own.

All of it is canonical like the observation that it belongs to: no text of the page, no query of a URL, no contact.
"""

from dataclasses import dataclass
from typing import Literal

from checks.model.canonical import STRICT

Question = Literal[
    "trace",  # the method TRACE
    "security_txt",  # /.well-known/security.txt
    "missing_page",  # a path that no site has
    "foreign_origin",  # the same page for a script of another site, which nobody has
]
"""What is asked of an origin beside the page, each with one request (and the redirects of security.txt)."""

ReferrerWord = Literal[
    "no-referrer",
    "no-referrer-when-downgrade",
    "same-origin",
    "origin",
    "strict-origin",
    "origin-when-cross-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
]
"""W3C Referrer Policy section 3, but for the empty word, which says nothing."""

ResourceKind = Literal["script", "style", "frame", "object", "font", "preload", "image", "media", "other"]
"""What a page loads. Mixed Content Level 2 section 3 upgrades "image" and "media" and blocks the others."""


@dataclass(frozen=True, slots=True)
class Resource:
    """Something that a page loads from elsewhere."""

    __pydantic_config__ = STRICT

    kind: ResourceKind
    url: str
    """Absolute; its query is redacted."""
    integrity: tuple[str, ...] = ()
    """Hashes of valid integrity metadata (Subresource Integrity section 3.3): sha256, sha384, sha512, in order."""
    crossorigin: Literal["anonymous", "use-credentials"] | None = None
    """The attribute of that name; without it there is no CORS, and a browser refuses what it should check."""
    upgradeable: bool = False
    """Whether browsers ask for it over HTTPS by themselves: an image, audio or video that is named by `src`."""


@dataclass(frozen=True, slots=True)
class Page:
    """What a final answer's body says of itself, as far as a reader without scripts can tell."""

    __pydantic_config__ = STRICT

    html: bool
    """Whether it is a page at all, by its media type or, without one, its first letters."""
    complete: bool = True
    """Whether the whole of it was read: otherwise more may be in it than is listed here."""
    head: bool = True
    """Whether its head was read to the end, if it is HTML: otherwise more policies may stand in it, and a refresh."""
    csp: tuple[str, ...] = ()
    """Content Security Policies of meta elements (HTML section 4.2.5.3), in their order, nonces redacted."""
    referrer: ReferrerWord | None = None
    """What the last meta element "referrer" with a known word sets in place of the header (HTML section 4.2.5.1)."""
    refresh: str | None = None
    """Where it sends its reader by itself: the absolute http or https URL of its Refresh header or, without one, of its
    first meta element of that name (HTML section 4.2.5.3), query redacted; None: nowhere, or to itself."""
    resources: tuple[Resource, ...] = ()
    """Scripts and styles of other origins, and whatever is loaded in cleartext; sorted, each once."""
    cleartext_forms: tuple[str, ...] = ()
    """Absolute http URLs that forms send to, queries redacted; sorted."""
    listing: str | None = None
    """Whose automatic list of a directory's files it is: nginx, apache, iis, tomcat, python, other; None: of none."""


@dataclass(frozen=True, slots=True)
class TraceAnswer:
    """The answer to TRACE (RFC 9110 section 9.3.8)."""

    __pydantic_config__ = STRICT

    status: int
    reflected: bool
    """Whether the request came back in the answer."""


@dataclass(frozen=True, slots=True)
class ForeignOrigin:
    """The answer to a request that names an origin which exists nowhere (Fetch standard, "CORS protocol")."""

    __pydantic_config__ = STRICT

    status: int
    allowed: tuple[str, ...] = ()
    """Values of Access-Control-Allow-Origin, in the order sent."""
    credentials: tuple[str, ...] = ()
    """Values of Access-Control-Allow-Credentials, in the order sent."""


@dataclass(frozen=True, slots=True)
class SecurityTxt:
    """What is at /.well-known/security.txt (RFC 9116), at the end of its redirects."""

    __pydantic_config__ = STRICT

    url: str
    status: int
    media_type: str = ""
    """Of the Content-Type header, in lower case, without parameters but the charset."""
    fields: tuple[str, ...] = ()
    """Names of the fields that it holds, in lower case, sorted; of those of RFC 9116 and its registry only."""
    contacts: tuple[str, ...] = ()
    """URI schemes of the Contact fields, sorted, each once; "" for one that is no URI."""
    expires: tuple[str, ...] = ()
    """Every Expires field: a time of RFC 3339 in UTC ("2027-01-31T00:00:00Z"); "" for one that is none."""
    signed: bool = False
    """Whether it stands in an OpenPGP cleartext signature (RFC 9580 section 7); the signature itself is not checked."""
    complete: bool = True
    """Whether the whole of it was read."""


@dataclass(frozen=True, slots=True)
class MissingPage:
    """The answer for a path that no site has."""

    __pydantic_config__ = STRICT

    status: int
    discloses: tuple[str, ...] = ()
    """Known patterns in its body, as "version.nginx" or "stack_trace.java"; sorted."""
    complete: bool = True
    """Whether the whole of it was read."""
