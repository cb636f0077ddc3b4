"""A server that answers hellos with what no installed OpenSSL serves any more: SSL 3.0, and a 512-bit modulus.

It speaks as far as ServerHelloDone, truthfully signed, with one suite: TLS_DHE_RSA_WITH_AES_128_CBC_SHA
(RFC 5246 sections 7.4.1.3, 7.4.2, 7.4.3; RFC 6101 for SSL 3.0). A client that accepts the modulus would get no further.
"""

import hashlib
import os
import socket
import struct

from cryptography.hazmat.primitives.asymmetric import rsa

from tests.servers.pki import Identity
from tests.servers.tcp import TcpServer

SUITE = 0x0033
PRIME = int(
    "b1bb84aef5ba91a3a77b2cd1ba2a54c1a6e09a8c5d49b1e1b2a8b1c5ff4f90a7"
    "e0a1a3a6c1c3d5f0a9d2e6b4f7c8a1b3c5d7e9f1a2b4c6d8eaf0b1d3f5a7c98b",
    16,
)
"""512 bits; nobody gets as far as to rely on its being prime."""

SHA256_INFO = bytes.fromhex("3031300d060960864801650304020105000420")
"""DigestInfo of SHA-256 (RFC 8017 section 9.2, note 1)."""


class WeakHello(TcpServer):
    """Answers a hello of one of the given versions with a 512-bit Diffie-Hellman group, others with an alert."""

    def __init__(self, identity: Identity, versions: frozenset[int]) -> None:
        super().__init__()
        assert isinstance(identity.key, rsa.RSAPrivateKey)
        self.identity = identity
        self.key = identity.key
        self.versions = versions

    def serve(self, sock: socket.socket) -> None:
        hello = sock.recv(16384)
        if len(hello) < 50 or hello[0] != 22:
            return
        version = int.from_bytes(hello[9:11])
        client_random = hello[11:43]
        suites = hello[46 + hello[43] : 46 + hello[43] + int.from_bytes(hello[44 + hello[43] : 46 + hello[43]])]
        offered = {int.from_bytes(suites[at : at + 2]) for at in range(0, len(suites), 2)}
        if version not in self.versions or (b"\x00\x2b" in hello[43:] and b"\x03\x04" in hello[43:]):
            sock.sendall(b"\x15\x03\x01\x00\x02\x02\x46")  # protocol_version
        elif SUITE not in offered:
            sock.sendall(b"\x15\x03\x01\x00\x02\x02\x28")  # handshake_failure
        else:
            sock.sendall(self._flight(version, client_random))
            sock.recv(16384)

    def _flight(self, version: int, client_random: bytes) -> bytes:
        server_random = os.urandom(32)
        wire_version = struct.pack(">H", version)
        chain = b"".join(_sized(der, 3) for der in self.identity.der)
        group = b"".join(
            _sized(number.to_bytes((number.bit_length() + 7) // 8), 2) for number in (PRIME, 2, PRIME // 3)
        )
        exchange = group + self._signature(version, client_random + server_random + group)
        messages = (
            (2, wire_version + server_random + b"\x00" + struct.pack(">HB", SUITE, 0)),
            (11, _sized(chain, 3)),
            (12, exchange),
            (14, b""),
        )
        body = b"".join(bytes([kind]) + _sized(content, 3) for kind, content in messages)
        return b"\x16" + wire_version + _sized(body, 2)

    def _signature(self, version: int, data: bytes) -> bytes:
        """Signed as TLS 1.2 does, or as everything before it did (RFC 4346 section 7.4.3)."""
        if version == 0x0303:
            return b"\x04\x01" + _sized(self._raw(SHA256_INFO + hashlib.sha256(data).digest()), 2)
        return _sized(self._raw(hashlib.md5(data).digest() + hashlib.sha1(data).digest()), 2)

    def _raw(self, content: bytes) -> bytes:
        """RSASSA-PKCS1-v1_5 of what is already a digest."""
        numbers = self.key.private_numbers()
        size = self.key.key_size // 8
        block = b"\x00\x01" + b"\xff" * (size - 3 - len(content)) + b"\x00" + content
        return pow(int.from_bytes(block), numbers.d, numbers.public_numbers.n).to_bytes(size)


def _sized(content: bytes, width: int) -> bytes:
    """Content with its length before it."""
    return len(content).to_bytes(width) + content
