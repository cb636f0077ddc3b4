"""What a played TLS server can, which is the truth that evidence is held against, and how it behaves."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from checks.model.evidence import Protocol
from tests import certificates
from tests.scanner.probes.tls13_played import ReadHello
from tests.scanner.probes.tls_looking import identity
from tests.servers.pki import KeyKind

OLD: tuple[Protocol, ...] = ("ssl3", "tls1_0", "tls1_1", "tls1_2")
"""Oldest first."""
Key = Literal["rsa", "ecdsa", "eddsa", "dss"]
"""Kinds of keys, as suites name them; a suite of ECDSA is served with EdDSA as well (RFC 8422 section 2.1)."""

PKI: Mapping[Key, KeyKind] = {"rsa": "rsa2048", "ecdsa": "p256", "eddsa": "ed25519"}
SCHEMES: Mapping[Key, frozenset[int]] = {
    "rsa": frozenset({0x0401, 0x0501, 0x0601, 0x0201, 0x0804, 0x0805, 0x0806}),
    "ecdsa": frozenset({0x0403, 0x0203}),
    "eddsa": frozenset({0x0807}),
    "dss": frozenset({0x0402, 0x0202}),
}
"""What each key signs with."""
SCHEMES13: Mapping[Key, frozenset[int]] = {**SCHEMES, "rsa": frozenset({0x0804, 0x0805, 0x0806}), "dss": frozenset()}


@cache
def chain_of(key: Key) -> tuple[bytes, ...]:
    """The chain for a kind of key, in DER."""
    if key != "dss":
        return identity(PKI[key]).der
    return (certificates.leaf(certificates.root(), private=certificates.key("dsa", 1024)),)


@dataclass(frozen=True)
class Capabilities:
    """The truth about a server."""

    suites: Mapping[Protocol, tuple[int, ...]]
    """For each version that it has, in its own order."""
    groups: tuple[int, ...] = (29, 23)
    """Below TLS 1.3, in its own order."""
    groups13: tuple[int, ...] = (29, 23)
    keys: tuple[Key, ...] = ("rsa",)
    own_order: bool = True
    """Of suites and groups."""
    dh_bits: int = 2048
    features: frozenset[str] = frozenset({"secure_renegotiation", "extended_master_secret"})
    """Names as in the evidence, but for grease_tolerance; "session_tickets_13" beside "session_tickets"."""
    alpn: tuple[bytes, ...] = ()
    stapled: bytes | None = None
    timestamps: tuple[bytes, ...] = ()
    own_curve: bool = False
    """Whether ECDSA wants the curve of its key, secp256r1, to be offered (RFC 8422 section 5.1)."""
    stubborn_group: bool = False
    """Whether the first of `groups` is sent whatever is offered."""


@dataclass(frozen=True)
class Manners:
    """How it behaves, beside what it can."""

    refusal: Literal["alert", "cut", "reset", "silence"] = "alert"
    """What follows an offer of which nothing is acceptable."""
    refusal_alert: int = 40
    version_alert: int = 70
    level: int = 2
    """Of the alerts; with 1 it closes behind them."""
    ssl2_refusal: Literal["alert", "cut", "reset", "silence"] = "alert"
    bears_grease: bool = True
    longest_hello: int = 1 << 16
    """Octets of a message; what is longer is `shunned`."""
    most_suites: int = 1 << 16
    wants_share: bool = False
    """Whether a hello of TLS 1.3 without key shares is shunned."""
    shunned: Literal["alert", "cut", "reset", "silence"] = "cut"
    """What follows what it does not bear."""
    window: tuple[int, float] | None = None
    """So many connections are served in so many seconds; the others are cut."""
    most_open: int = 1 << 16
    """Connections that are served together; the others are cut."""
    cuts: float = 0.0
    """Probability by which a connection is cut, come what may."""
    sleeps: float = 0.0
    """Probability by which a connection is ignored, come what may."""
    dies_after: int = 1 << 16
    """Connections that are answered at all."""
    plain: bytes = b""
    """What a request in the clear is answered by; otherwise it meets what an offer does that is not acceptable."""
    spoils: Callable[[ReadHello], bytes | None] | None = None
    """What is said in place of the right answer, if anything."""
    seed: int = 0
