"""What is offered, and in how many hellos: the registered code points in the order in which it pays to ask for them.

A hello holds at most so many suites as servers of every age take. Those below TLS 1.3 are cut into parts that do not
exhaust each other: what today's servers take, what yesterday's did, and what hardly anybody ever did. Within a hello
the weakest come first: a server that then takes something better follows an order of its own.
"""

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from checks.model.evidence import Protocol
from checks.tls import iana
from checks.tls.suites import properties

CODES: Final[dict[Protocol, int]] = {version: code for code, version in iana.PROTOCOL_CODES.items()}
"""Version to its code point in a hello."""

SUITES_AT_ONCE: Final = 126
"""So that with two signalling values no hello has more than 128: some stacks refuse longer lists."""
SUITES_AT_ONCE_PLAIN: Final = 100
"""In a hello of SSL 3.0, which has no extension to be padded with and must stay below 256 octets."""

GROUPS: Final = tuple(
    sorted(
        iana.GROUPS,
        key=lambda code: (iana.GROUPS[code] not in ("x25519", "secp256r1", "secp384r1", "X25519MLKEM768"), code),
    )
)
"""Every registered group, the common ones first."""

SCHEMES: Final = tuple(
    sorted(iana.SIGNATURE_SCHEMES, key=lambda code: (code >> 8 in (1, 2, 3), iana.KEY_OF_SCHEME[code], -code))
)
"""Every signature scheme, those with MD5, SHA-1 and SHA-224 last."""

COMPACT_SCHEMES: Final = (0x0403, 0x0503, 0x0401, 0x0804, 0x0807, 0x0402, 0x0201, 0x0203)
"""Signature schemes in a compact hello: some for each kind of key."""

_UNUSUAL: Final = ("_DSS_", "TLS_DH_RSA", "TLS_ECDH_", "_anon_", "_EXPORT", "_NULL_", "_DES_", "DES40", "IDEA", "RC2")
_RARE: Final = (
    "PSK",
    "SRP",
    "KRB5",
    "ECCPWD",
    "GOST",
    "KUZNYECHIK",
    "MAGMA",
    "ARIA",
    "FORTEZZA",
    "FIPS",
    "OLD_",
    "SM4",
)


@cache
def suites_of(version: Protocol) -> tuple[int, ...]:
    """Every code point that may be asked for in a version, the commonest first."""
    if version == "ssl2":
        return tuple(iana.SSL2_SUITES)
    tls13 = version == "tls1_3"
    codes = [code for code in iana.SUITES if (code in iana.TLS13_SUITES) == tls13]
    return tuple(sorted(codes, key=lambda code: (_rarity(iana.SUITES[code]), len(properties(iana.SUITES[code])), code)))


@cache
def parts_of(version: Protocol) -> tuple[tuple[int, ...], ...]:
    """The suites of a version as they go into hellos."""
    return parts(suites_of(version), SUITES_AT_ONCE_PLAIN if version == "ssl3" else SUITES_AT_ONCE)


def parts(codes: Sequence[int], size: int) -> tuple[tuple[int, ...], ...]:
    """So many at once, in the order given; within a part the last comes first."""
    return tuple(tuple(codes[at : at + size][::-1]) for at in range(0, len(codes), size))


def codes_of(names: Iterable[str]) -> frozenset[int]:
    """Code points of suites of SSL 3.0 to TLS 1.3 by IANA name; unknown names have none."""
    return frozenset(_SUITE_CODES[name] for name in names if name in _SUITE_CODES)


def group_codes_of(names: Iterable[str]) -> frozenset[int]:
    """Code points of groups by IANA name; unknown names have none."""
    return frozenset(_GROUP_CODES[name] for name in names if name in _GROUP_CODES)


_SUITE_CODES: Final = {name: code for code, name in iana.SUITES.items()}
_GROUP_CODES: Final = {name: code for code, name in iana.GROUPS.items()}


def _rarity(name: str) -> int:
    if any(each in name for each in _RARE):
        return 2
    return 1 if any(each in name for each in _UNUSUAL) else 0


def authentication(name: str) -> str | None:
    """The kind of key by which a server proves itself in a suite below TLS 1.3: "rsa", "ecdsa", "dss"; None: another
    way, or none."""
    exchange = name.partition("_WITH_")[0]
    if ("PSK" in exchange and not exchange.endswith("RSA_PSK")) or "anon" in exchange or "KRB5" in exchange:
        return None
    for key in ("ECDSA", "DSS", "RSA"):
        if key in exchange:
            return key.lower()
    return None


def finite_field(name: str) -> bool:
    """Whether a suite exchanges keys with a modulus that the server sends (RFC 5246 section 7.4.3)."""
    exchange = name.partition("_WITH_")[0]
    return ("_DHE" in exchange and "ECDHE" not in exchange) or "TLS_DH_anon" in exchange


def elliptic(name: str) -> bool:
    """Whether a suite below TLS 1.3 exchanges keys in a group that the server names (RFC 8422 section 5.4)."""
    exchange = name.partition("_WITH_")[0]
    return "ECDHE" in exchange or "ECDH_anon" in exchange


def transports_rsa(name: str) -> bool:
    """Whether the client encrypts the secret with the certificate's RSA key (RFC 5246 section 7.4.7.1)."""
    exchange = name.partition("_WITH_")[0]
    return exchange in ("TLS_RSA", "TLS_RSA_EXPORT", "TLS_RSA_PSK", "TLS_RSA_EXPORT1024", "SSL_RSA_FIPS")
