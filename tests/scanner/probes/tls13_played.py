"""The other side of a TLS 1.3 handshake, played by the test: it says whatever it is told to say, with the right keys.

It reads hellos with a parser of its own, so that the codec is not held against itself.
"""

import hashlib
import os
import struct
from dataclasses import dataclass, field

from scanner.probes.tls.codec.exchange import key_share
from scanner.probes.tls.codec.protection import Protection, Schedule, digest_of
from scanner.probes.tls.codec.records import HANDSHAKE, Message, Record, record

SERVER_HELLO = 2
TICKET = 4
ENCRYPTED_EXTENSIONS = 8
CERTIFICATE = 11
CERTIFICATE_REQUEST = 13
CERTIFICATE_VERIFY = 15
FINISHED = 20
KEY_UPDATE = 24

RETRY_RANDOM = hashlib.sha256(b"HelloRetryRequest").digest()
"""RFC 8446 section 4.1.3 says where its value comes from."""


def sized(width: int, content: bytes) -> bytes:
    """Content with its length before it."""
    return len(content).to_bytes(width) + content


@dataclass
class ReadHello:
    """A ClientHello as another reader sees it."""

    version: int
    random: bytes
    session_id: bytes
    suites: list[int]
    compression: bytes
    extensions: list[tuple[int, bytes]] | None

    @classmethod
    def of(cls, message: bytes) -> "ReadHello":
        """Read a message with its header; every length must agree to the last octet."""
        assert message[0] == 1 and int.from_bytes(message[1:4]) == len(message) - 4
        version, random = struct.unpack_from(">H32s", message, 4)
        at = 38

        def piece(width: int) -> bytes:
            nonlocal at
            end = at + width + int.from_bytes(message[at : at + width])
            found, at = message[at + width : end], end
            return found

        session_id, suites, compression = piece(1), piece(2), piece(1)
        extensions = None
        if at < len(message):
            block, start = piece(2), 0
            extensions = []
            while start < len(block):
                kind, size = struct.unpack_from(">HH", block, start)
                extensions.append((kind, block[start + 4 : start + 4 + size]))
                start += 4 + size
            assert start == len(block)
        assert at == len(message)
        return cls(version, random, session_id, numbers(suites), compression, extensions)

    def get(self, kind: int) -> bytes | None:
        """The extension of a kind, which comes once."""
        found = [body for each, body in self.extensions or () if each == kind]
        assert len(found) < 2
        return found[0] if found else None

    def listed(self, kind: int, width: int = 2) -> list[int]:
        """An extension that is one list of 16-bit numbers."""
        body = self.get(kind) or bytes(width)
        assert len(body) == width + int.from_bytes(body[:width])
        return numbers(body[width:])

    def shares(self) -> dict[int, bytes]:
        """Public values by group."""
        body, at, found = (self.get(51) or bytes(2))[2:], 0, {}
        while at < len(body):
            group, size = struct.unpack_from(">HH", body, at)
            found[group] = body[at + 4 : at + 4 + size]
            at += 4 + size
        assert at == len(body)
        return found


def numbers(data: bytes) -> list[int]:
    """16-bit numbers."""
    assert len(data) % 2 == 0
    return list(struct.unpack(f">{len(data) // 2}H", data))


@dataclass
class Certified:
    """A Certificate message: DER, and extensions of each entry."""

    entries: list[tuple[bytes, list[tuple[int, bytes]]]] = field(default_factory=lambda: [(b"leaf", [])])

    def message(self) -> Message:
        """With an empty context."""
        body = b"".join(
            sized(3, der) + sized(2, b"".join(kind.to_bytes(2) + sized(2, value) for kind, value in extensions))
            for der, extensions in self.entries
        )
        return Message(CERTIFICATE, b"\0" + sized(3, body))


def extensions_message(*extensions: tuple[int, bytes]) -> Message:
    """EncryptedExtensions."""
    return Message(
        ENCRYPTED_EXTENSIONS, sized(2, b"".join(kind.to_bytes(2) + sized(2, body) for kind, body in extensions))
    )


def ticket_message(early_data: int | None = None) -> Message:
    """NewSessionTicket (RFC 8446 section 4.6.1)."""
    extensions = b"" if early_data is None else b"\x00\x2a" + sized(2, early_data.to_bytes(4))
    return Message(TICKET, bytes(8) + sized(1, b"n") + sized(2, b"ticket") + sized(2, extensions))


VERIFY = Message(CERTIFICATE_VERIFY, b"\x08\x04" + sized(2, b"signature"))


class PlayedServer:
    """Says ServerHello and what follows, each when it is told to."""

    def __init__(self, suite: int = 0x1301, group: int = 29) -> None:
        self.suite = suite
        self.group = group
        self.digest = digest_of(suite)
        self.transcript = b""
        """The messages that are hashed."""

    def hear(self, data: bytes) -> ReadHello:
        """Take the ClientHello out of what the client sent, whatever records stand before it."""
        payload = b""
        while data:
            kind, _, size = struct.unpack_from(">BHH", data)
            payload += data[5 : 5 + size] if kind == HANDSHAKE else b""
            data = data[5 + size :]
        self.transcript += payload
        self.client = ReadHello.of(payload)
        return self.client

    def hello(self, *more: tuple[int, bytes]) -> bytes:
        """ServerHello, after which there are keys."""
        share = key_share(self.group, os.urandom)
        answer = self.server_hello((51, self.group.to_bytes(2) + sized(2, share.public)), *more)
        self.transcript += answer
        self.schedule = Schedule(self.suite, share.secret(self.client.shares()[self.group]))
        self.client_secret, self.server_secret = self.schedule.handshake(self._hashed())
        self.writing = Protection(self.suite, self.server_secret)
        self.reading = Protection(self.suite, self.client_secret)
        return record(HANDSHAKE, answer, 0x0303)

    def retry(self, *extensions: tuple[int, bytes]) -> bytes:
        """HelloRetryRequest."""
        answer = self.server_hello(*extensions, random=RETRY_RANDOM)
        self.transcript = b"\xfe\0\0" + sized(1, self._hashed()) + answer
        return record(HANDSHAKE, answer, 0x0303)

    def server_hello(self, *extensions: tuple[int, bytes], random: bytes = bytes(32), version: int = 0x0304) -> bytes:
        """The message."""
        block = b"".join(kind.to_bytes(2) + sized(2, body) for kind, body in (*extensions, (43, version.to_bytes(2))))
        body = b"\x03\x03" + random + sized(1, self.client.session_id) + self.suite.to_bytes(2) + b"\0"
        return bytes((SERVER_HELLO,)) + sized(3, body + sized(2, block))

    def say(self, *messages: Message) -> bytes:
        """Messages in one protected record, or in several where they are long."""
        data = b"".join(each.encoded for each in messages)
        self.transcript += data
        return b"".join(self.seal(HANDSHAKE, data[at : at + 2**14]) for at in range(0, len(data), 2**14))

    def seal(self, kind: int, content: bytes) -> bytes:
        """One protected record."""
        return self.writing.seal(kind, content)

    def finished(self) -> Message:
        """The right Finished for all that was said so far."""
        return Message(FINISHED, self.schedule.finished(self.server_secret, self._hashed()))

    def finish(self) -> bytes:
        """Finished in a record, and the next keys."""
        data = self.say(self.finished())
        _, server = self.schedule.application(self._hashed())
        self.writing = Protection(self.suite, server)
        return data

    def flight(self, *between: Message) -> bytes:
        """All from EncryptedExtensions to Finished."""
        return self.say(extensions_message(), *between, Certified().message(), VERIFY) + self.finish()

    def open(self, data: bytes) -> tuple[int, bytes]:
        """The first record under the client's keys of the handshake, whatever stands before it."""
        while data[0] != 23:
            data = data[5 + int.from_bytes(data[3:5]) :]
        return self.reading.open(Record(data[0], int.from_bytes(data[1:3]), data[5 : 5 + int.from_bytes(data[3:5])]))

    def _hashed(self) -> bytes:
        return hashlib.new(self.digest, self.transcript).digest()
