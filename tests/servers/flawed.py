"""A server that says hello like any other of its age, and then shows flaws of the years 2014 to 2017, or hides them.

It speaks RSA key exchange as far as the client's Finished, which it never accepts (RFC 5246 section 7.3).
"""

import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from cryptography.hazmat.primitives.asymmetric import rsa

from tests.servers.pki import Identity
from tests.servers.tcp import TcpServer, reset

SUITES = (0x009C, 0x002F)
"""TLS_RSA_WITH_AES_128_GCM_SHA256, TLS_RSA_WITH_AES_128_CBC_SHA."""

LARGEST_HEARTBEAT = 0x3FED
"""Bytes of payload in a record beside its header and padding (RFC 6520 section 4)."""
CHANGE_CIPHER_SPEC, ALERT, HANDSHAKE, APPLICATION_DATA, HEARTBEAT = 20, 21, 22, 23, 24
UNEXPECTED, BAD_MAC, HANDSHAKE_FAILURE, UNKNOWN_NAME = 10, 20, 40, 112

NO_CERTIFICATE = bytes((11, 0, 0, 3, 0, 0, 0))
"""What a client says that has no certificate (RFC 5246 section 7.4.6)."""

Reaction = int | Literal["bleed", "ignore", "reset", "close"]
"""What is done about a message: an alert of that number, a heartbeat in return, nothing, RST, or an end of file."""


@dataclass(frozen=True)
class Manners:
    """How such a server reacts."""

    heartbeat: Reaction = "ignore"
    early_cipher: Reaction = UNEXPECTED
    """To a ChangeCipherSpec before any key exchange, or to the record after it."""
    unexpected: Reaction = UNEXPECTED
    padding: Callable[[bytes], Reaction] = lambda _: BAD_MAC
    """To a Finished after a key exchange, by what was decrypted; every Finished is false."""
    name: Reaction | None = None
    """To a hello with a server name."""
    asks_for_certificate: bool = False
    no_certificate: Reaction = "ignore"
    """To a client that has none, where it was asked for one."""


class Flawed(TcpServer):
    """A server of SSL 3.0 to TLS 1.2 with these manners. Its key has to be of RSA."""

    def __init__(self, identity: Identity, manners: Manners) -> None:
        super().__init__()
        assert isinstance(identity.key, rsa.RSAPrivateKey)
        self.key = identity.key.private_numbers()
        self.chain = identity.der
        self.manners = manners

    def serve(self, sock: socket.socket) -> None:
        sock.settimeout(20)
        version, hello = 0x0303, b""
        secret: bytes | None = None
        early, bare = False, False
        while (record := read_record(sock)) is not None:
            kind, payload = record
            reaction: Reaction = "ignore"
            if kind == HANDSHAKE and not hello:
                hello = payload
                version = int.from_bytes(hello[4:6])
                if self.manners.name is not None and b"\x00\x00" in extensions_of(hello):
                    reaction = self.manners.name
                else:
                    sock.sendall(self.flight(version, hello))
            elif kind == HEARTBEAT:
                reaction = self.manners.heartbeat
            elif kind == HANDSHAKE and self.manners.asks_for_certificate and payload == NO_CERTIFICATE:
                bare, reaction = True, self.manners.no_certificate
            elif kind == HANDSHAKE and self.manners.asks_for_certificate and not bare:
                reaction = UNEXPECTED
            elif kind == HANDSHAKE and secret is None and payload[0] == 16:
                secret = self.decrypted(payload[6:] if version > 0x0300 else payload[4:])
            elif kind == HANDSHAKE:
                reaction = self.manners.unexpected if secret is None else self.manners.padding(secret)
            elif kind == CHANGE_CIPHER_SPEC and not early:
                early = secret is None
            elif early:
                reaction = self.manners.early_cipher
            if not react(sock, version, reaction, payload):
                return

    def flight(self, version: int, hello: bytes) -> bytes:
        """ServerHello, Certificate and ServerHelloDone, in one record each; a CertificateRequest where it is asked."""
        at = 39 + hello[38]
        suites = hello[at + 2 : at + 2 + int.from_bytes(hello[at : at + 2])]
        offered = {int.from_bytes(suites[each : each + 2]) for each in range(0, len(suites), 2)}
        chosen = next((each for each in SUITES if each in offered and (version == 0x0303 or each < 0x009C)), None)
        if chosen is None:
            return record_of(ALERT, version, bytes((2, HANDSHAKE_FAILURE)))
        chain = b"".join(sized(each, 3) for each in self.chain)
        messages = [
            (2, version.to_bytes(2) + os.urandom(32) + b"\x00" + chosen.to_bytes(2) + b"\x00"),
            (11, sized(chain, 3)),
        ]
        if self.manners.asks_for_certificate:
            schemes = sized(b"\x04\x01", 2) if version == 0x0303 else b""
            messages.append((13, b"\x01\x01" + schemes + b"\x00\x00"))
        messages.append((14, b""))
        return b"".join(record_of(HANDSHAKE, version, bytes((kind,)) + sized(body, 3)) for kind, body in messages)

    def decrypted(self, encrypted: bytes) -> bytes:
        """The block with its padding (RFC 8017 section 7.2.2, without any check)."""
        size = (self.key.public_numbers.n.bit_length() + 7) // 8
        return pow(int.from_bytes(encrypted), self.key.d, self.key.public_numbers.n).to_bytes(size)


def react(sock: socket.socket, version: int, reaction: Reaction, payload: bytes) -> bool:
    """React; whether the connection goes on."""
    if isinstance(reaction, int):
        sock.sendall(record_of(ALERT, version, bytes((2, reaction))))
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(4096):  # so that the alert is not lost to what the client has sent besides
            pass
        return False
    if reaction == "bleed":
        claimed = min(int.from_bytes(payload[1:3]), LARGEST_HEARTBEAT)  # what was sent, and what lay behind it
        sock.sendall(record_of(HEARTBEAT, version, b"\x02" + payload[1:] + bytes(max(0, 3 + claimed - len(payload)))))
    elif reaction == "reset":
        reset(sock)
        return False
    return reaction != "close"


def well_padded(block: bytes) -> bool:
    """Whether a block is padded as RFC 8017 section 7.2.1 wants it, with 48 bytes in it."""
    return block[:2] == b"\x00\x02" and block.find(b"\x00", 2) == len(block) - 49


def extensions_of(hello: bytes) -> set[bytes]:
    """Types of the extensions in a ClientHello."""
    at = 39 + hello[38]
    at += 2 + int.from_bytes(hello[at : at + 2])
    at += 1 + hello[at] + 2
    found = set()
    while at < len(hello):
        found.add(hello[at : at + 2])
        at += 4 + int.from_bytes(hello[at + 2 : at + 4])
    return found


def read_record(sock: socket.socket) -> tuple[int, bytes] | None:
    """The next record's content type and payload; None at the end."""
    header = read_exactly(sock, 5)
    if header is None:
        return None
    payload = read_exactly(sock, int.from_bytes(header[3:5]))
    return None if payload is None else (header[0], payload)


def read_exactly(sock: socket.socket, size: int) -> bytes | None:
    """So many bytes; None where the end comes before."""
    data = b""
    while len(data) < size:
        more = sock.recv(size - len(data))
        if not more:
            return None
        data += more
    return data


def record_of(kind: int, version: int, payload: bytes) -> bytes:
    """One record."""
    return bytes((kind,)) + version.to_bytes(2) + sized(payload, 2)


def sized(content: bytes, width: int) -> bytes:
    """Content with its length before it."""
    return len(content).to_bytes(width) + content
