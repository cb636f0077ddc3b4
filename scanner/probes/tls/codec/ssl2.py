"""The two hellos of SSL 2.0 (the SSL 0.2 protocol specification, Netscape 1995; its place is in RFC 6176).

The server's hello lists every kind of cipher that it takes: one connection tells all.
"""

from dataclasses import dataclass
from typing import Final

from scanner.probes.tls.codec.cursor import CodecError, Cursor

CLIENT_HELLO: Final = 1
SERVER_HELLO: Final = 4
ERROR: Final = 0
VERSION: Final = 0x0002

MAX_RECORD: Final = 0x7FFF
"""Longest record with a header of two octets."""


@dataclass(frozen=True, slots=True)
class Ssl2ServerHello:
    """What a server of SSL 2.0 says."""

    certificate: bytes
    """One, in DER; empty where a session goes on."""
    kinds: tuple[int, ...]
    """Code points of three octets, of those that were offered and the server takes."""


def client_hello(kinds: tuple[int, ...], challenge: bytes) -> bytes:
    """A record with a CLIENT-HELLO that offers kinds of ciphers; the challenge is 16 to 32 octets."""
    specs = b"".join(kind.to_bytes(3, "big") for kind in kinds)
    body = (
        bytes((CLIENT_HELLO,))
        + VERSION.to_bytes(2, "big")
        + len(specs).to_bytes(2, "big")
        + b"\0\0"
        + len(challenge).to_bytes(2, "big")
        + specs
        + challenge
    )
    return (0x8000 | len(body)).to_bytes(2, "big") + body


def record(data: bytes) -> bytes | None:
    """The payload of the first record in some bytes; None while it is not whole. Raises CodecError."""
    if not data:
        return None
    if data[0] & 0x80:
        header, padding = 2, 0
    else:
        header, padding = 3, data[2] if len(data) > 2 else 0
    if len(data) < header:
        return None
    mask = 0x7FFF if header == 2 else 0x3FFF
    size = int.from_bytes(data[:2], "big") & mask
    if size < 1 + padding:
        raise CodecError("not a record of SSL 2.0")
    if len(data) < header + size:
        return None
    return data[header : header + size - padding]


def server_hello(payload: bytes) -> Ssl2ServerHello:
    """A SERVER-HELLO. Raises CodecError for anything else."""
    cursor = Cursor(payload)
    if cursor.number(1) != SERVER_HELLO:
        raise CodecError("not a hello of SSL 2.0")
    cursor.take(2)  # whether a session goes on, and the kind of certificate
    if cursor.number(2) != VERSION:
        raise CodecError("not a hello of SSL 2.0")
    sizes = [cursor.number(2) for _ in range(3)]
    if sizes[1] % 3:
        raise CodecError("kinds of ciphers are three octets each")
    certificate = cursor.take(sizes[0])
    specs = cursor.take(sizes[1])
    cursor.take(sizes[2])
    kinds = tuple(int.from_bytes(specs[at : at + 3], "big") for at in range(0, len(specs), 3))
    return Ssl2ServerHello(certificate, kinds)


def is_error(payload: bytes) -> bool:
    """Whether a payload is an ERROR message: the server refuses in the words of SSL 2.0."""
    return len(payload) == 3 and payload[0] == ERROR
