"""The key schedule of TLS 1.3 (RFC 8446 section 7) and the protection of its records (section 5.2).

For a client that looks and keeps nothing: there are no pre-shared keys here, no exporters and no key updates.
"""

import functools
import hashlib
import hmac
from collections.abc import Callable
from typing import Final, NamedTuple, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESCCM, AESGCM, ChaCha20Poly1305

from scanner.probes.tls.codec.cursor import CodecError, vector
from scanner.probes.tls.codec.records import APPLICATION_DATA, Record

_VERSION: Final = b"\x03\x03"
"""What every protected record gives as its version (RFC 8446 section 5.2)."""

MAX_CONTENT: Final = 2**14
"""Octets that one protected record may hold (RFC 8446 section 5.4)."""


class _Cipher(Protocol):
    """Authenticated encryption as `cryptography` offers it."""

    def encrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None, /) -> bytes: ...

    def decrypt(self, nonce: bytes, data: bytes, associated_data: bytes | None, /) -> bytes: ...


class _Suite(NamedTuple):
    digest: str
    key_size: int
    tag_size: int
    cipher: Callable[[bytes], _Cipher]


_SUITES: Final = {
    0x1301: _Suite("sha256", 16, 16, AESGCM),
    0x1302: _Suite("sha384", 32, 16, AESGCM),
    0x1303: _Suite("sha256", 32, 16, ChaCha20Poly1305),
    0x1304: _Suite("sha256", 16, 16, AESCCM),
    0x1305: _Suite("sha256", 16, 8, lambda key: AESCCM(key, 8)),
}
"""The suites of RFC 8446 appendix B.4. `cryptography` lacks the ciphers of all others of TLS 1.3."""


def can_protect(suite: int) -> bool:
    """Whether a handshake with this cipher suite can be carried through."""
    return suite in _SUITES


def digest_of(suite: int) -> str:
    """The name that hashlib has for the hash of a suite. Raises CodecError for one that cannot be carried through."""
    if suite not in _SUITES:
        raise CodecError("a cipher suite that cannot be computed here")
    return _SUITES[suite].digest


def expand_label(digest: str, secret: bytes, label: bytes, context: bytes, size: int) -> bytes:
    """HKDF-Expand-Label (RFC 8446 section 7.1), for no more octets than the hash has, which is one block."""
    info = size.to_bytes(2, "big") + vector(1, b"tls13 " + label) + vector(1, context)
    return hmac.digest(secret, info + b"\x01", digest)[:size]


@functools.cache
def _before_exchange(digest: str) -> bytes:
    """What the shared secret is mixed into: the same for every connection without a pre-shared key."""
    nothing = hashlib.new(digest)
    early = hmac.digest(b"\0", bytes(nothing.digest_size), digest)
    return expand_label(digest, early, b"derived", nothing.digest(), nothing.digest_size)


class Schedule:
    """The secrets of one connection, each out of the one before (RFC 8446 section 7.1)."""

    __slots__ = ("_digest", "_secret", "_size")

    def __init__(self, suite: int, shared: bytes) -> None:
        """`shared` is what the key exchange gave. Raises CodecError for a suite that cannot be carried through."""
        self._digest = digest_of(suite)
        self._secret = hmac.digest(_before_exchange(self._digest), shared, self._digest)
        self._size = len(self._secret)

    def handshake(self, transcript: bytes) -> tuple[bytes, bytes]:
        """The client's and the server's secret for the handshake; `transcript` is the hash up to ServerHello."""
        return self._derive(b"c hs traffic", transcript), self._derive(b"s hs traffic", transcript)

    def application(self, transcript: bytes) -> tuple[bytes, bytes]:
        """The same for what comes after it; `transcript` is the hash up to the server's Finished."""
        derived = self._derive(b"derived", hashlib.new(self._digest).digest())
        self._secret = hmac.digest(derived, bytes(self._size), self._digest)
        return self._derive(b"c ap traffic", transcript), self._derive(b"s ap traffic", transcript)

    def finished(self, secret: bytes, transcript: bytes) -> bytes:
        """What a Finished says (RFC 8446 section 4.4.4), by the secret of the side that sends it."""
        key = expand_label(self._digest, secret, b"finished", b"", self._size)
        return hmac.digest(key, transcript, self._digest)

    def _derive(self, label: bytes, transcript: bytes) -> bytes:
        return expand_label(self._digest, self._secret, label, transcript, self._size)


class Protection:
    """One direction of a connection, under one secret (RFC 8446 sections 5.2, 5.3, 7.3)."""

    __slots__ = ("_cipher", "_mask", "_sequence", "_tag")

    def __init__(self, suite: int, secret: bytes) -> None:
        """Raises CodecError for a suite that cannot be carried through."""
        digest = digest_of(suite)
        kind = _SUITES[suite]
        self._cipher = kind.cipher(expand_label(digest, secret, b"key", b"", kind.key_size))
        self._mask = int.from_bytes(expand_label(digest, secret, b"iv", b"", 12), "big")
        self._tag = kind.tag_size
        self._sequence = 0

    def seal(self, kind: int, content: bytes) -> bytes:
        """A record with this content, of at most MAX_CONTENT octets, and its true type."""
        header = self._header(len(content) + 1 + self._tag)
        return header + self._cipher.encrypt(self._nonce(), content + bytes((kind,)), header)

    def open(self, record: Record) -> tuple[int, bytes]:
        """The true type and the content of a record. Raises CodecError for one that was not made with these keys."""
        header = bytes((record.kind,)) + record.version.to_bytes(2, "big") + len(record.payload).to_bytes(2, "big")
        try:
            plain = self._cipher.decrypt(self._nonce(), record.payload, header)
        except InvalidTag:
            raise CodecError("a record that does not decrypt") from None
        content = plain.rstrip(b"\0")
        if not content:
            raise CodecError("a record without a type")
        if len(content) > MAX_CONTENT + 1:
            raise CodecError("a record longer than the bound")
        return content[-1], content[:-1]

    def _header(self, size: int) -> bytes:
        return bytes((APPLICATION_DATA,)) + _VERSION + size.to_bytes(2, "big")

    def _nonce(self) -> bytes:
        nonce = self._mask ^ self._sequence
        self._sequence += 1
        return nonce.to_bytes(12, "big")
