"""Who owns what, and who allowed it to be looked at. Frozen values; the inventory makes them."""

from dataclasses import dataclass
from datetime import date
from typing import Literal
from urllib.parse import SplitResult, urlsplit

from checks.model.canonical import STRICT
from checks.model.text import Language, Text

DEFAULT_PORTS = {
    "http": 80,
    "https": 443,
    "smtp": 25,
    "imap": 143,
    "pop3": 110,
    "ftp": 21,
    "ldap": 389,
    "postgres": 5432,
}
"""Ports of the schemes that an asset or one of its endpoints may have (IANA service names)."""


@dataclass(frozen=True, slots=True)
class Contact:
    """Where mail about an agency goes."""

    __pydantic_config__ = STRICT

    email: str
    role: str
    """security | owner | operator | reader"""
    language: Language | None = None
    """In which alerts are written to it; None: the configured one."""


@dataclass(frozen=True, slots=True)
class Authorisation:
    """The written permission to look: by which document, when, where, and from where."""

    __pydantic_config__ = STRICT

    document: str
    """Number and symbol of the document, as in "01/QĐ-MAU"."""
    valid_from: date
    valid_until: date
    """The last day on which the permission holds."""
    window: str | None = None
    """"HH:MM-HH:MM" in `timezone`; past midnight it belongs to the day on which it starts. None: any time."""
    timezone: str = "Asia/Ho_Chi_Minh"
    addresses: tuple[str, ...] = ()
    """Networks in CIDR form that may be touched; empty: every address that the assets' names have."""
    source: tuple[str, ...] = ()
    """Addresses that scans come from, as the agency was told."""


@dataclass(frozen=True, slots=True)
class Agency:
    """An office that owns web assets."""

    __pydantic_config__ = STRICT

    id: str
    name: Text
    parent: str | None = None
    policy: str | None = None
    contacts: tuple[Contact, ...] = ()
    authorisation: Authorisation | None = None
    formerly: tuple[str, ...] = ()
    """Earlier ids of an agency that was renamed or merged; their history is this agency's."""

    @property
    def names(self) -> frozenset[str]:
        """Its id and those that it had before: what runs of any time may know it by."""
        return frozenset({self.id, *self.formerly})


@dataclass(frozen=True, slots=True)
class Asset:
    """A web address that an agency owns."""

    __pydantic_config__ = STRICT

    id: str
    agency: str
    url: str
    """Absolute http or https URL in ASCII: the host in lower case and IDNA A-labels, a path always."""
    level: int
    """System level 1 to 5; always declared, never guessed."""
    zone: str = "internet"
    """The vantage that it is looked at from."""
    tags: tuple[str, ...] = ()
    address: str | None = None
    """A literal IP address to look at instead of asking DNS."""
    ports: tuple[int, ...] | None = None
    """TCP ports that are expected to be open; None: only those of the URL and of the endpoints."""
    endpoints: tuple[str, ...] = ()
    """More services of the asset as URLs: smtp, imap, pop3, ftp, ldap, postgres (TLS begun within the
    protocol), https (TLS), http."""
    trust_anchors: tuple[str, ...] = ()
    """Digests of added trust anchors (of the DER form); ReferenceData holds the certificates."""
    policy: str | None = None
    status: Literal["active", "retired"] = "active"
    authorisation: Authorisation | None = None
    """Replaces the agency's as a whole."""

    @property
    def split(self) -> SplitResult:
        """The parts of the URL."""
        return urlsplit(self.url)

    @property
    def host(self) -> str:
        """The host of the URL: a name in A-labels, or a literal address without brackets."""
        return self.split.hostname or ""

    @property
    def port(self) -> int:
        """The TCP port of the URL."""
        return port_of(self.url)

    @property
    def expected_ports(self) -> frozenset[int]:
        """TCP ports that may be open: the declared ones, the URL's and the endpoints'."""
        return self.own_ports | frozenset(self.ports or ())

    @property
    def own_ports(self) -> frozenset[int]:
        """TCP ports of the URL, and of the endpoints on its host."""
        return frozenset(port_of(url) for url in (self.url, *self.endpoints) if host_of(url) == self.host)


def port_of(url: str) -> int:
    """The TCP port of a URL, given or implied by its scheme. Raises KeyError for an unknown scheme."""
    parts = urlsplit(url)
    return parts.port if parts.port is not None else DEFAULT_PORTS[parts.scheme]


def host_of(url: str) -> str:
    """The host of a URL, without brackets."""
    return urlsplit(url).hostname or ""
