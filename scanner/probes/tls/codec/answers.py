"""What a server says in the clear: ServerHello, HelloRetryRequest, certificates, key exchange, alerts.

Also the messages of TLS 1.3 that come encrypted, once somebody has decrypted them. Every function takes the body of one
message and raises CodecError for what is not one.
"""

from dataclasses import dataclass
from typing import Final

from scanner.probes.tls.codec import hello as ask
from scanner.probes.tls.codec.cursor import CodecError, Cursor, extensions

HELLO_REQUEST: Final = 0
SERVER_HELLO: Final = 2
NEW_SESSION_TICKET: Final = 4
ENCRYPTED_EXTENSIONS: Final = 8
CERTIFICATE: Final = 11
SERVER_KEY_EXCHANGE: Final = 12
CERTIFICATE_REQUEST: Final = 13
SERVER_HELLO_DONE: Final = 14
CERTIFICATE_VERIFY: Final = 15
FINISHED: Final = 20
CERTIFICATE_STATUS: Final = 22
"""Handshake types (RFC 8446 section 4, RFC 5246 section 7.4, RFC 6066 section 8)."""

WARNING: Final = 1
FATAL: Final = 2

CLOSE_NOTIFY: Final = 0
HANDSHAKE_FAILURE: Final = 40
PROTOCOL_VERSION: Final = 70
INSUFFICIENT_SECURITY: Final = 71
USER_CANCELED: Final = 90
UNRECOGNIZED_NAME: Final = 112
NO_APPLICATION_PROTOCOL: Final = 120
"""Descriptions of alerts (RFC 8446 section 6, RFC 6066 section 9, RFC 7301)."""

RETRY_RANDOM: Final = bytes.fromhex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c")
"""The random value by which a HelloRetryRequest is known (RFC 8446 section 4.1.3)."""

MAX_CERTIFICATES: Final = 200
"""Certificates of one chain that are taken in."""


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert (RFC 8446 section 6)."""

    level: int
    description: int


def alert(payload: bytes) -> Alert:
    """The alert in a record."""
    if len(payload) != 2:
        raise CodecError("not an alert")
    return Alert(payload[0], payload[1])


@dataclass(frozen=True, slots=True)
class ServerHello:
    """What the server chose, and what it says beside it."""

    version: int
    """The version chosen (RFC 8446 section 4.1.3: in TLS 1.3 it stands in an extension)."""
    suite: int
    compression: int
    retry: bool
    """Whether this is a HelloRetryRequest."""
    extensions: dict[int, bytes]
    random: bytes
    session_id: bytes

    @property
    def group(self) -> int | None:
        """The group of a key share, or the one that a HelloRetryRequest asks for. Raises CodecError."""
        share = self.extensions.get(ask.KEY_SHARE)
        return None if share is None else Cursor(share).number(2)

    @property
    def alpn(self) -> bytes | None:
        """The protocol chosen (RFC 7301 section 3.1); below TLS 1.3 alone. Raises CodecError."""
        return chosen_protocol(self.extensions)

    def has(self, extension: int) -> bool:
        """Whether an extension was answered."""
        return extension in self.extensions


def server_hello(body: bytes) -> ServerHello:
    """A ServerHello of SSL 3.0 to TLS 1.3, or a HelloRetryRequest."""
    cursor = Cursor(body)
    version = cursor.number(2)
    random = cursor.take(32)
    session_id = cursor.vector(1)
    if len(session_id) > 32:
        raise CodecError("a session identifier longer than 32 octets")
    suite = cursor.number(2)
    compression = cursor.number(1)
    found = extensions(cursor.vector(2)) if cursor.left else {}
    cursor.end()
    chosen = found.get(ask.SUPPORTED_VERSIONS)
    if chosen is not None:
        selected = Cursor(chosen)
        version = selected.number(2)
        selected.end()
    return ServerHello(version, suite, compression, random == RETRY_RANDOM, found, random, session_id)


def chosen_protocol(found: dict[int, bytes]) -> bytes | None:
    """The one protocol in the server's answer about ALPN, if there is one."""
    answer = found.get(ask.ALPN)
    if answer is None:
        return None
    names = Cursor(Cursor(answer).vector(2))
    name = names.vector(1)
    names.end()
    return name


def certificates(body: bytes) -> tuple[bytes, ...]:
    """The chain in a Certificate message below TLS 1.3 (RFC 5246 section 7.4.2), leaf first."""
    cursor = Cursor(body)
    entries = Cursor(cursor.vector(3))
    cursor.end()
    found: list[bytes] = []
    while entries.left:
        found.append(entries.vector(3))
        if len(found) > MAX_CERTIFICATES:
            raise CodecError("more certificates than the bound")
    return tuple(found)


@dataclass(frozen=True, slots=True)
class CertificateEntry:
    """One certificate of TLS 1.3, with what was sent about it."""

    der: bytes
    extensions: dict[int, bytes]


def certificates13(body: bytes) -> tuple[CertificateEntry, ...]:
    """The entries of a Certificate message of TLS 1.3 (RFC 8446 section 4.4.2), leaf first."""
    cursor = Cursor(body)
    cursor.vector(1)
    entries = Cursor(cursor.vector(3))
    cursor.end()
    found: list[CertificateEntry] = []
    while entries.left:
        found.append(CertificateEntry(entries.vector(3), extensions(entries.vector(2))))
        if len(found) > MAX_CERTIFICATES:
            raise CodecError("more certificates than the bound")
    return tuple(found)


def certificate_status(body: bytes) -> bytes:
    """The OCSP response in a CertificateStatus (RFC 6066 section 8), which TLS 1.3 sends as an extension."""
    cursor = Cursor(body)
    if cursor.number(1) != 1:
        raise CodecError("a certificate status of an unknown kind")
    response = cursor.vector(3)
    cursor.end()
    return response


def timestamps(body: bytes) -> tuple[bytes, ...]:
    """The signed certificate timestamps in an extension (RFC 6962 section 3.3), each as sent."""
    cursor = Cursor(body)
    entries = Cursor(cursor.vector(2))
    cursor.end()
    found: list[bytes] = []
    while entries.left:
        found.append(entries.vector(2))
    return tuple(found)


def encrypted_extensions(body: bytes) -> dict[int, bytes]:
    """EncryptedExtensions of TLS 1.3 (RFC 8446 section 4.3.1)."""
    cursor = Cursor(body)
    found = extensions(cursor.vector(2))
    cursor.end()
    return found


NAMED_CURVE: Final = 3
"""ECCurveType (RFC 8422 section 5.4)."""


def curve_of_key_exchange(body: bytes, *, hinted: bool = False) -> int | None:
    """The group of a ServerKeyExchange of ECDHE (RFC 8422 section 5.4); None for a curve written out.

    `hinted`: an identity hint stands before it, as in suites with a pre-shared key (RFC 5489 section 2).
    """
    cursor = Cursor(body)
    if hinted:
        cursor.vector(2)
    return cursor.number(2) if cursor.number(1) == NAMED_CURVE else None


def modulus_bits(body: bytes, *, hinted: bool = False) -> int:
    """Bits of the modulus of a ServerKeyExchange of finite-field Diffie-Hellman (RFC 5246 section 7.4.3).

    `hinted`: an identity hint stands before it, as in suites with a pre-shared key (RFC 4279 section 3).
    """
    cursor = Cursor(body)
    if hinted:
        cursor.vector(2)
    modulus = int.from_bytes(cursor.vector(2), "big")
    if modulus == 0:
        raise CodecError("no modulus")
    return modulus.bit_length()


def max_early_data(body: bytes) -> int:
    """Octets of early data that a NewSessionTicket of TLS 1.3 permits (RFC 8446 sections 4.2.10, 4.6.1)."""
    cursor = Cursor(body)
    cursor.take(8)  # lifetime, age
    cursor.vector(1)  # nonce
    cursor.vector(2)  # ticket
    found = extensions(cursor.vector(2))
    cursor.end()
    return Cursor(found[EARLY_DATA]).number(4) if EARLY_DATA in found else 0


EARLY_DATA: Final = 42
"""Extension (RFC 8446 section 4.2.10)."""
