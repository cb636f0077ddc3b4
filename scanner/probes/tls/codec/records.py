"""The record layer (RFC 8446 section 5.1, RFC 5246 section 6.2) and the handshake messages inside its records.

Both readers take bytes in pieces of any size and hold no more than one record, or one message, at a time.
"""

from typing import Final, NamedTuple

from scanner.probes.tls.codec.cursor import CodecError

CHANGE_CIPHER_SPEC: Final = 20
ALERT: Final = 21
HANDSHAKE: Final = 22
APPLICATION_DATA: Final = 23
HEARTBEAT: Final = 24

MAX_RECORD: Final = 2**14 + 2048
"""Longest payload of a record below TLS 1.3 (RFC 5246 section 6.2.3), which is the longer one."""
MAX_MESSAGE: Final = 4 * 1024 * 1024
"""Longest handshake message that is taken in; the length field could say four times as much."""
MAX_EMPTY: Final = 64
"""Records without any payload that are suffered in a row."""
MAX_RECORDS: Final = 2**14
"""Records of one connection; with a byte in each, a flight of usual length still comes through."""


class Record(NamedTuple):
    """One record."""

    kind: int
    """Content type."""
    version: int
    """As the record says it: of no meaning since TLS 1.3, and wrong in many servers before."""
    payload: bytes


class Message(NamedTuple):
    """One handshake message."""

    kind: int
    """HandshakeType (RFC 8446 section 4)."""
    body: bytes

    @property
    def encoded(self) -> bytes:
        """The message with its header, as transcripts hash it (RFC 8446 section 4.4.1)."""
        return bytes((self.kind,)) + len(self.body).to_bytes(3, "big") + self.body


class RecordReader:
    """Cuts a stream of bytes into records."""

    __slots__ = ("_buffer", "_empty", "_read")

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._empty = 0
        self._read = 0

    def feed(self, data: bytes) -> None:
        """Add what came in."""
        self._buffer += data

    def next(self) -> Record | None:
        """The next whole record. Raises CodecError for bytes that are not a record's."""
        buffer = self._buffer
        if not buffer:
            return None
        if not CHANGE_CIPHER_SPEC <= buffer[0] <= HEARTBEAT or (len(buffer) > 1 and buffer[1] != 3):
            raise CodecError("not a record of TLS")
        if len(buffer) < 5:
            return None
        size = (buffer[3] << 8) | buffer[4]
        if size > MAX_RECORD:
            raise CodecError("a record longer than the bound")
        if len(buffer) < 5 + size:
            return None
        self._empty = self._empty + 1 if size == 0 else 0
        if self._empty > MAX_EMPTY:
            raise CodecError("too many empty records")
        self._read += 1
        if self._read > MAX_RECORDS:
            raise CodecError("too many records")
        record = Record(buffer[0], (buffer[1] << 8) | buffer[2], bytes(buffer[5 : 5 + size]))
        del buffer[: 5 + size]
        return record


class MessageReader:
    """Puts handshake messages together out of the payloads of records, which may cut them anywhere."""

    __slots__ = ("_buffer", "_limit")

    def __init__(self, limit: int = MAX_MESSAGE) -> None:
        self._buffer = bytearray()
        self._limit = limit

    def feed(self, payload: bytes) -> None:
        """Add the payload of a handshake record."""
        self._buffer += payload

    def next(self) -> Message | None:
        """The next whole message. Raises CodecError for one that is longer than the bound."""
        buffer = self._buffer
        if len(buffer) < 4:
            return None
        size = (buffer[1] << 16) | (buffer[2] << 8) | buffer[3]
        if size > self._limit:
            raise CodecError("a message longer than the bound")
        if len(buffer) < 4 + size:
            return None
        message = Message(buffer[0], bytes(buffer[4 : 4 + size]))
        del buffer[: 4 + size]
        return message

    @property
    def pending(self) -> bool:
        """Whether a message has been begun and not ended."""
        return bool(self._buffer)


def record(kind: int, payload: bytes, version: int = 0x0301) -> bytes:
    """A record, cut into several where the payload is longer than one may hold."""
    pieces = [payload[at : at + 2**14] for at in range(0, len(payload), 2**14)] or [b""]
    return b"".join(
        bytes((kind,)) + version.to_bytes(2, "big") + len(piece).to_bytes(2, "big") + piece for piece in pieces
    )
