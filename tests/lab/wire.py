"""One hello sent and what a server says to it, over a plain socket: nothing of the engine reads it, and the bytes stay.

The reader below knows as little as proofs need (RFC 8446 sections 4.1.3, 4.2.8 and 5.1, RFC 5246 section 7.4,
RFC 8422 section 5.4); anything else that a server sends is an error, and fails the proof.
"""

import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from tests.lab.configuration import Endpoint

SECONDS = 20.0
"""How long one exchange may take in all."""

ALERT, HANDSHAKE = 21, 22
SERVER_HELLO, SERVER_KEY_EXCHANGE, SERVER_HELLO_DONE = 2, 12, 14
SUPPORTED_GROUPS, SUPPORTED_VERSIONS, KEY_SHARE = 10, 43, 51
TLS1_3: Final = 0x0304
NAMED_CURVE = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """What a server chose of a hello."""

    version: int
    suite: int
    group: int | None
    """Of the key share, of the request for another hello, or of the ServerKeyExchange on an elliptic curve."""


@dataclass(frozen=True)
class Exchange:
    """What went out on one connection, and all that came back until its answer was whole."""

    sent: bytes
    received: bytes

    @cached_property
    def alert(self) -> int | None:
        """The description of the alert that ended it before any choice, if so."""
        kind, payload = next(_records(self.received), (None, b""))
        return payload[1] if kind == ALERT and payload[0] == 2 else None

    @property
    def refused(self) -> bool:
        """Whether the server said no: by a fatal alert, or by closing without a word."""
        return self.alert is not None or not self.received

    @cached_property
    def choice(self) -> Choice | None:
        """What was chosen; None for nothing."""
        messages = dict(_messages(self.received))
        hello = messages.get(SERVER_HELLO)
        if hello is None:
            return None
        version, suite, extensions = _server_hello(hello)
        share = extensions.get(KEY_SHARE)
        if share is not None:
            return Choice(version, suite, _number(share, 0))
        exchange = messages.get(SERVER_KEY_EXCHANGE, b"")
        return Choice(version, suite, _named_curve(exchange))


def exchange(endpoint: Endpoint, hello: bytes) -> Exchange:
    """Send a hello; read until a fatal alert, the end of the server's flight or of the connection.

    Raises TimeoutError where the answer is not whole in time.
    """
    end = time.monotonic() + SECONDS
    received = b""
    with socket.create_connection((endpoint.address, endpoint.port), timeout=SECONDS) as sock:
        sock.sendall(hello)
        while not _whole(received):
            sock.settimeout(max(end - time.monotonic(), 0.001))
            try:
                piece = sock.recv(65536)
            except ConnectionResetError:
                piece = b""
            if not piece:
                break
            received += piece
    return Exchange(hello, received)


def _whole(received: bytes) -> bool:
    """Whether nothing more can come that is read here."""
    if any(kind == ALERT and payload[0] == 2 for kind, payload in _records(received)):
        return True
    for kind, body in _messages(received):
        if kind == SERVER_HELLO_DONE or (kind == SERVER_HELLO and _server_hello(body)[0] >= TLS1_3):
            return True
    return False


def _records(received: bytes) -> Iterator[tuple[int, bytes]]:
    """Content type and payload of each whole record."""
    at = 0
    while len(received) >= at + 5 and len(received) >= (end := at + 5 + _number(received, at + 3)):
        yield received[at], received[at + 5 : end]
        at = end


def _messages(received: bytes) -> Iterator[tuple[int, bytes]]:
    """Type and body of each whole handshake message in the clear."""
    joined = bytearray()
    for kind, payload in _records(received):
        if kind == HANDSHAKE:
            joined += payload
        elif kind != ALERT:
            break  # encrypted from here on
    at = 0
    while len(joined) >= at + 4 and len(joined) >= (end := at + 4 + int.from_bytes(joined[at + 1 : at + 4], "big")):
        yield joined[at], bytes(joined[at + 4 : end])
        at = end


def _server_hello(body: bytes) -> tuple[int, int, dict[int, bytes]]:
    """Version, suite and extensions."""
    version, at = _number(body, 0), 35 + body[34]
    suite = _number(body, at)
    extensions: dict[int, bytes] = {}
    at += 5  # suite, compression, length of the extensions
    while at < len(body):
        size = _number(body, at + 2)
        extensions[_number(body, at)] = body[at + 4 : at + 4 + size]
        at += 4 + size
    if SUPPORTED_VERSIONS in extensions:
        version = _number(extensions[SUPPORTED_VERSIONS], 0)
    return version, suite, extensions


def _named_curve(body: bytes) -> int | None:
    """The group of a ServerKeyExchange, behind the hint of suites with a pre-shared key; None for other exchanges.

    An exchange on a named curve begins with its type, 3; the empty hint of OpenSSL's server and the length of a
    modulus both begin with 0.
    """
    if body[:2] == b"\0\0":
        body = body[2:]
    return _number(body, 1) if body[:1] == bytes((NAMED_CURVE,)) else None


def _number(data: bytes, at: int) -> int:
    return int.from_bytes(data[at : at + 2], "big")


@dataclass(frozen=True, slots=True)
class Offer:
    """What a ClientHello of SSL 3.0 to TLS 1.3 in one record offers (RFC 8446 section 4.1.2)."""

    suites: tuple[int, ...]
    groups: tuple[int, ...]
    """None where it has no such extension."""


def offer(hello: bytes) -> Offer:
    """Read a hello that somebody else made."""
    [(_, payload)] = _records(hello)
    body = payload[4:]
    at = 35 + body[34]
    suites, at = _list(body, at)
    at += 1 + body[at]  # compression
    end = at + 2 + _number(body, at) if at < len(body) else at
    at += 2
    groups: tuple[int, ...] = ()
    while at < end:
        size = _number(body, at + 2)
        if _number(body, at) == SUPPORTED_GROUPS:
            groups, _ = _list(body, at + 4)
        at += 4 + size
    return Offer(suites, groups)


def _list(data: bytes, at: int) -> tuple[tuple[int, ...], int]:
    """Numbers of two octets behind their length, and where they end."""
    end = at + 2 + _number(data, at)
    return tuple(_number(data, place) for place in range(at + 2, end, 2)), end
