"""What a look at a name tells beside its addresses: answers of DNS, canonical, without times to live.

A resolver answers for DNS here. What it says of signatures is as good as the way to it: see `Dnssec.authenticated`.
"""

from dataclasses import dataclass
from typing import Literal

from checks.model.canonical import STRICT

DnsQuestion = Literal[
    "aaaa",  # the AAAA records of the name
    "caa",  # the CAA records that hold for it
    "dnssec",  # whether its answers are signed, and proved
]
"""What a resolver is asked about a name beside its addresses."""


@dataclass(frozen=True, slots=True)
class CaaRecord:
    """One CAA record (RFC 8659 section 4.1)."""

    __pydantic_config__ = STRICT

    critical: bool
    """The issuer critical flag."""
    tag: str
    """The property in lower case: issue, issuewild, iodef ..."""
    value: str
    """As published; an address for reports is replaced by "<redacted>"."""


@dataclass(frozen=True, slots=True)
class Caa:
    """The CAA records that hold for a name: its own, or those of the nearest name above it that has any."""

    __pydantic_config__ = STRICT

    name: str | None
    """Where they were found (RFC 8659 section 3); None: neither the name nor one above it has any."""
    records: tuple[CaaRecord, ...] = ()
    """Sorted."""


@dataclass(frozen=True, slots=True)
class Dnssec:
    """What a resolver showed of the signatures of a name."""

    __pydantic_config__ = STRICT

    resolver: Literal[
        "validating",  # it marks the root zone, which is signed, as authenticated
        "passing",  # it hands signatures on, and does not say that it checked any
        "deaf",  # it hands no signature on, so that nothing follows from one that is missing
    ]
    """What the resolver does with DNSSEC, as its answer for the root zone shows."""
    authenticated: bool
    """The answer for the addresses came with the AD flag (RFC 4035 section 3.2.3): the resolver has proved it from its
    trust anchor. That is the resolver's word, and worth what the way to it is worth (RFC 4035 section 4.9.3)."""
    bogus: bool
    """The resolver refuses the answer, and gives it where checking is switched off (RFC 4035 section 3.2.2): there are
    signatures that do not prove it."""
    signed: bool
    """An RRSIG came with the addresses (or with the denial that there are any)."""
    zone: str | None = None
    """The zone that the name is in; None: could not tell."""
    dnskey: bool | None = None
    """Whether the zone publishes a DNSKEY; None: could not tell."""
    ds: bool | None = None
    """Whether the zone above publishes a DS for it, without which nothing leads to its keys; None: could not tell."""
