"""The ClientHello of SSL 3.0 to TLS 1.3 (RFC 6101, RFC 5246 section 7.4.1.2, RFC 8446 section 4.1.2).

A hello says nothing by itself: whoever makes one chooses every field. Some lengths kill old servers and middleboxes, so
that a hello that has extensions is padded past them (RFC 7685).
"""

import struct
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from scanner.probes.tls.codec.cursor import vector
from scanner.probes.tls.codec.records import HANDSHAKE, record

CLIENT_HELLO: Final = 1

SSL3: Final = 0x0300
TLS1_2: Final = 0x0303
TLS1_3: Final = 0x0304

SERVER_NAME: Final = 0  # RFC 6066 section 3
STATUS_REQUEST: Final = 5  # RFC 6066 section 8
SUPPORTED_GROUPS: Final = 10  # RFC 8446 section 4.2.7
EC_POINT_FORMATS: Final = 11  # RFC 8422 section 5.1.2
SIGNATURE_ALGORITHMS: Final = 13  # RFC 8446 section 4.2.3
HEARTBEAT: Final = 15  # RFC 6520
ALPN: Final = 16  # RFC 7301
SIGNED_CERTIFICATE_TIMESTAMP: Final = 18  # RFC 6962 section 3.3.1
PADDING: Final = 21  # RFC 7685
ENCRYPT_THEN_MAC: Final = 22  # RFC 7366
EXTENDED_MASTER_SECRET: Final = 23  # RFC 7627
SESSION_TICKET: Final = 35  # RFC 5077
SUPPORTED_VERSIONS: Final = 43  # RFC 8446 section 4.2.1
COOKIE: Final = 44  # RFC 8446 section 4.2.2
PSK_KEY_EXCHANGE_MODES: Final = 45  # RFC 8446 section 4.2.9
KEY_SHARE: Final = 51  # RFC 8446 section 4.2.8
RENEGOTIATION_INFO: Final = 0xFF01  # RFC 5746 section 3.2

GREASE_SUITE: Final = 0x1A1A  # RFC 8701 section 2, as are the next three
GREASE_GROUP: Final = 0x2A2A
GREASE_VERSION: Final = 0x3A3A
GREASE_EXTENSION: Final = 0x4A4A

NULL_COMPRESSION: Final = 0
DEFLATE: Final = 1  # RFC 3749

SHORTEST_LONG: Final = 512
"""Hellos of 256 to 511 octets hang some load balancers (RFC 7685 section 1)."""
_BAD_REMAINDERS: Final = (10, 14)
"""Lengths modulo 256 that other middleboxes take for the beginning of something else."""


@dataclass(frozen=True, slots=True)
class ClientHello:
    """What is offered, in the order of preference."""

    version: int
    """The highest version offered; TLS 1.3 is said in an extension."""
    suites: tuple[int, ...]
    """Code points, with the signalling ones where they are wanted."""
    server_name: str | None = None
    """In A-labels."""
    groups: tuple[int, ...] = ()
    schemes: tuple[int, ...] = ()
    """Signature schemes, for the handshake and for certificates."""
    key_shares: tuple[tuple[int, bytes], ...] = ()
    """Group and public value; none makes a server of TLS 1.3 name the group that it wants (RFC 8446 section 4.2.8)."""
    cookie: bytes = b""
    """What a HelloRetryRequest gave, to be given back."""
    alpn: tuple[bytes, ...] = ()
    compression: tuple[int, ...] = (NULL_COMPRESSION,)
    also_versions: tuple[int, ...] = ()
    """With TLS 1.3: lower versions that are offered as well."""
    asking: bool = True
    """Whether to ask for all that a ServerHello can tell beside its choice: heartbeat, encrypt-then-MAC, extended
    master secret, tickets, stapled status, certificate timestamps, secure renegotiation."""
    extended: bool = True
    """Whether there are extensions at all; a hello without them is what clients of the last century sent."""
    grease: bool = False
    """Whether to add values that nobody knows (RFC 8701)."""

    def message(self, random: bytes, session_id: bytes = b"") -> bytes:
        """The handshake message with its header, padded; `random` is 32 octets."""
        suites = (GREASE_SUITE, *self.suites) if self.grease else self.suites
        head = (
            min(self.version, TLS1_2).to_bytes(2, "big")
            + random
            + vector(1, session_id)
            + vector(2, struct.pack(f">{len(suites)}H", *suites))
            + vector(1, bytes(self.compression))
        )
        if self.extended:
            head += vector(2, _padded(self._extensions(), len(head) + 6))
        return bytes((CLIENT_HELLO,)) + vector(3, head)

    def encode(self, random: bytes, session_id: bytes = b"") -> bytes:
        """The message in a record, whose version is the lowest that servers expect (RFC 8446 section 5.1)."""
        return record(HANDSHAKE, self.message(random, session_id), min(self.version, 0x0301))

    def with_shares(self, *shares: tuple[int, bytes]) -> "ClientHello":
        """The same hello with key shares."""
        return replace(self, key_shares=shares)

    def with_cookie(self, cookie: bytes) -> "ClientHello":
        """The same hello with a cookie."""
        return replace(self, cookie=cookie)

    def _extensions(self) -> bytes:
        tls13 = self.version >= TLS1_3
        parts: list[bytes] = []
        if self.grease:
            parts.append(_extension(GREASE_EXTENSION, b""))
        if self.server_name is not None:
            name = self.server_name.encode("ascii", "replace")
            parts.append(_extension(SERVER_NAME, vector(2, b"\0" + vector(2, name))))
        if self.groups:
            groups = (GREASE_GROUP, *self.groups) if self.grease else self.groups
            parts += (_extension(SUPPORTED_GROUPS, _codes(groups)), _UNCOMPRESSED)
        if self.schemes and self.version >= TLS1_2:
            parts.append(_extension(SIGNATURE_ALGORITHMS, _codes(self.schemes)))
        if self.alpn:
            parts.append(_extension(ALPN, vector(2, b"".join(vector(1, each) for each in self.alpn))))
        if self.asking:
            parts.append(_ASKING)
        if self.asking and (not tls13 or self.also_versions):
            parts.append(_ASKING_OLD)
        if tls13:
            parts.append(self._of_tls13())
        return b"".join(parts)

    def _of_tls13(self) -> bytes:
        versions = (*((GREASE_VERSION,) if self.grease else ()), self.version, *self.also_versions)
        shares = b"".join(group.to_bytes(2, "big") + vector(2, value) for group, value in self.key_shares)
        return (
            (_extension(COOKIE, vector(2, self.cookie)) if self.cookie else b"")
            + _extension(SUPPORTED_VERSIONS, vector(1, struct.pack(f">{len(versions)}H", *versions)))
            + _PSK_WITH_EXCHANGE
            + _extension(KEY_SHARE, vector(2, shares))
        )


def _extension(kind: int, body: bytes) -> bytes:
    return kind.to_bytes(2, "big") + len(body).to_bytes(2, "big") + body


@lru_cache(maxsize=256)  # the same few lists are offered to every server
def _codes(codes: tuple[int, ...]) -> bytes:
    return vector(2, struct.pack(f">{len(codes)}H", *codes))


_UNCOMPRESSED: Final = _extension(EC_POINT_FORMATS, b"\x01\x00")
_PSK_WITH_EXCHANGE: Final = _extension(PSK_KEY_EXCHANGE_MODES, b"\x01\x01")
_ASKING: Final = _extension(STATUS_REQUEST, b"\x01\0\0\0\0") + _extension(SIGNED_CERTIFICATE_TIMESTAMP, b"")
_ASKING_OLD: Final = (
    _extension(RENEGOTIATION_INFO, b"\0")
    + _extension(EXTENDED_MASTER_SECRET, b"")
    + _extension(ENCRYPT_THEN_MAC, b"")
    + _extension(SESSION_TICKET, b"")
    + _extension(HEARTBEAT, b"\x02")  # peer_not_allowed_to_send
)
"""What is asked below TLS 1.3 alone."""


def _padded(block: bytes, before: int) -> bytes:
    """A block of extensions, padded so that the whole message has none of the lengths that do harm.

    Padding has at least one octet: there are servers that do not bear an empty extension at the end.
    """
    length = before + len(block)
    wanted = length
    least = length + 5
    if 255 < length < SHORTEST_LONG:
        wanted = max(SHORTEST_LONG, least)
    if wanted % 256 in _BAD_REMAINDERS:
        wanted = least  # which is neither of them
    if wanted == length:
        return block
    return block + PADDING.to_bytes(2, "big") + vector(2, bytes(wanted - length - 4))
