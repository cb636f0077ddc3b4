"""What a server said in the clear, read from the bytes of one connection: pure, bytes in, values out.

Only what decides an answer stands here: whether the server spoke TLS at all, whether it chose a version and a
suite, and the size of its Diffie-Hellman modulus (RFC 5246 sections 6.2.1, 7.4; RFC 8446 section 5.1).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from checks.model.evidence import Protocol

ALERT, HANDSHAKE = 21, 22
"""Content types of records (RFC 5246 section 6.2.1)."""

SERVER_HELLO, SERVER_KEY_EXCHANGE = 2, 12
"""Handshake types (RFC 5246 section 7.4)."""

UNKNOWN_NAME_WARNING = b"\x01\x70"
"""Level warning, unrecognized_name: the handshake goes on after it."""

MAX_RECORD = 2**14 + 2048
"""Longest payload of a record (RFC 5246 section 6.2.3)."""

WIRE_VERSIONS: dict[int, Protocol] = {
    0x0300: "ssl3",
    0x0301: "tls1_0",
    0x0302: "tls1_1",
    0x0303: "tls1_2",
    0x0304: "tls1_3",
}

SUPPORTED_VERSIONS = 43
"""Extension in which TLS 1.3 says its version (RFC 8446 section 4.2.1)."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Bytes taken from the front; raises IndexError where there are not enough."""

    data: bytes

    def number(self, offset: int, size: int) -> int:
        """The big-endian number at an offset."""
        return int.from_bytes(self.take(offset, size))

    def take(self, offset: int, size: int) -> bytes:
        """The bytes at an offset."""
        if offset + size > len(self.data):
            raise IndexError("too few bytes")
        return self.data[offset : offset + size]


def tls_bytes(chunks: Iterable[bytes]) -> bytes:
    """What was received from the first chunk on that begins like a TLS record; empty where none does.

    Chunks before it are the words of a protocol that switches to TLS (STARTTLS).
    """
    found: list[bytes] = []
    for chunk in chunks:
        if found or (chunk[:1] in (b"\x15", b"\x16") and chunk[1:2] in (b"\x03", b"")):
            found.append(chunk)
    return b"".join(found)


def is_ssl2_hello(chunks: Iterable[bytes]) -> bool:
    """Whether a chunk begins like a SERVER-HELLO of SSL 2.0: a two-byte length and message type 4."""
    return any(len(chunk) > 2 and chunk[0] & 0x80 and chunk[2] == 4 for chunk in chunks)


def records(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The complete records of a stream, each as content type and payload; ends at the first that is not one."""
    offset = 0
    while len(data) - offset >= 5:
        kind, size = data[offset], int.from_bytes(data[offset + 3 : offset + 5])
        if data[offset + 1] != 3 or size > MAX_RECORD or len(data) - offset - 5 < size:
            return
        yield kind, data[offset + 5 : offset + 5 + size]
        offset += 5 + size


def has_alert(data: bytes) -> bool:
    """Whether an alert ends the handshake: any but the warning that a name is unknown (RFC 6066 section 3)."""
    return any(kind == ALERT and payload != UNKNOWN_NAME_WARNING for kind, payload in records(data))


def handshake_messages(data: bytes) -> Iterator[tuple[int, bytes]]:
    """The complete handshake messages before anything else, but for the warning of a name, as type and body."""
    stream = bytearray()
    for kind, payload in records(data):
        if (kind, payload) == (ALERT, UNKNOWN_NAME_WARNING):
            continue
        if kind != HANDSHAKE:
            break
        stream += payload
    offset = 0
    while len(stream) - offset >= 4:
        size = int.from_bytes(stream[offset + 1 : offset + 4])
        if len(stream) - offset - 4 < size:
            return
        yield stream[offset], bytes(stream[offset + 4 : offset + 4 + size])
        offset += 4 + size


@dataclass(frozen=True, slots=True)
class Choice:
    """What a ServerHello chose."""

    version: Protocol | None
    """None for a version that no registry knows."""
    suite: int
    """Code point of the cipher suite."""


def choice(data: bytes) -> Choice | None:
    """The choice of the ServerHello, if one was sent (RFC 5246 section 7.4.1.3, RFC 8446 section 4.1.3)."""
    for kind, body in handshake_messages(data):
        if kind == SERVER_HELLO:
            hello = Reader(body)
            try:
                return Choice(WIRE_VERSIONS.get(_hello_version(hello)), hello.number(35 + hello.number(34, 1), 2))
            except IndexError:
                return None
    return None


def dh_modulus_bits(data: bytes) -> int | None:
    """Bits of the modulus of a finite-field ServerKeyExchange (RFC 5246 section 7.4.3).

    The message does not say of which kind it is: ask only where the suite uses ephemeral Diffie-Hellman.
    """
    for kind, body in handshake_messages(data):
        if kind == SERVER_KEY_EXCHANGE:
            reader = Reader(body)
            try:
                return reader.number(2, reader.number(0, 2)).bit_length() or None
            except IndexError:
                return None
    return None


def _hello_version(hello: Reader) -> int:
    """The version of a ServerHello; TLS 1.3 says it in an extension. Raises IndexError for a hello cut short."""
    after_session = 35 + hello.number(34, 1)
    offset, end = after_session + 5, len(hello.data)
    while offset + 4 <= end:
        size = hello.number(offset + 2, 2)
        if hello.number(offset, 2) == SUPPORTED_VERSIONS:
            return hello.number(offset + 4, 2)
        offset += 4 + size
    return hello.number(0, 2)
