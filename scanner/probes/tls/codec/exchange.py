"""Key shares of TLS 1.3 (RFC 8446 section 4.2.8): our half of an exchange, and the secret that both halves give.

Every share is made out of octets that are handed in, so that a conversation can be had again as it was.
"""

import functools
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Final

from cryptography.hazmat.primitives.asymmetric import ec, x448, x25519
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from scanner.probes.tls.codec.cursor import CodecError
from scanner.probes.tls.codec.mlkem import DecapsulationKey

Entropy = Callable[[int], bytes]
"""Gives so many unpredictable octets."""

_CURVES: Final[dict[int, ec.EllipticCurve]] = {23: ec.SECP256R1(), 24: ec.SECP384R1(), 25: ec.SECP521R1()}
_X25519: Final = 29
_X448: Final = 30
_FIELDS: Final = {
    256: (2048, 560316, 225),
    257: (3072, 2625351, 275),
    258: (4096, 5736041, 325),
    259: (6144, 15705020, 375),
    260: (8192, 10965728, 400),
}
"""The groups of RFC 7919 appendix A: bits of the prime, the number that tells it from others of its form, and the bits
that an exponent should have."""
_KEMS: Final = {0x0200: 512, 0x0201: 768, 0x0202: 1024}
"""ML-KEM by itself (draft-ietf-tls-mlkem)."""
_X25519MLKEM768: Final = 0x11EC
_HYBRIDS: Final = {0x11EB: (23, 0x0201), _X25519MLKEM768: (0x0201, _X25519), 0x11ED: (24, 0x0202)}
"""Two groups side by side, in the order of their values and of their secrets (draft-ietf-tls-ecdhe-mlkem section 3)."""

SHARED: Final = (_X25519, 23, _X448, 25, 24, *_FIELDS)
"""Groups in which a key can be agreed on, the cheapest first."""
SHARED_AT_COST: Final = (_X25519MLKEM768, 0x11EB, 0x0200, 0x0201, 0x0202, 0x11ED)
"""The same with ML-KEM, whose keys take some milliseconds each here; some servers want these where they can."""


class KeyShare(ABC):
    """One private value, used once."""

    __slots__ = ("public",)

    public: bytes
    """The public value, as a key share holds it (RFC 8446 sections 4.2.8.1, 4.2.8.2)."""

    @property
    def answer_size(self) -> int:
        """Octets of the server's public value."""
        return len(self.public)

    @abstractmethod
    def secret(self, peer: bytes) -> bytes:
        """The shared secret with the server's public value. Raises CodecError for one that is not of the group."""


def can_share(group: int) -> bool:
    """Whether a key share of this group can be made."""
    return group in SHARED or group in SHARED_AT_COST


def key_share(group: int, entropy: Entropy) -> KeyShare:
    """A fresh key share. Raises CodecError for a group of which none can be made."""
    if group == _X25519:
        return _X25519Share(entropy)
    if group in _CURVES:
        return _CurveShare(_CURVES[group], entropy)
    if group == _X448:
        return _X448Share(entropy)
    if group in _FIELDS:
        return _FieldShare(group, entropy)
    if group in _KEMS:
        return _KemShare(_KEMS[group], entropy)
    if group in _HYBRIDS:
        first, second = _HYBRIDS[group]
        return _HybridShare(key_share(first, entropy), key_share(second, entropy))
    raise CodecError("a group of which no key share can be made here")


_BAD_VALUE: Final = "a public value that is not of the group"


class _X25519Share(KeyShare):
    """RFC 7748 section 6.1."""

    __slots__ = ("_private",)

    def __init__(self, entropy: Entropy) -> None:
        self._private = x25519.X25519PrivateKey.from_private_bytes(entropy(32))
        self.public = self._private.public_key().public_bytes_raw()

    def secret(self, peer: bytes) -> bytes:
        try:
            return self._private.exchange(x25519.X25519PublicKey.from_public_bytes(peer))
        except ValueError:  # another length, or a point of small order
            raise CodecError(_BAD_VALUE) from None


class _X448Share(KeyShare):
    """RFC 7748 section 6.2."""

    __slots__ = ("_private",)

    def __init__(self, entropy: Entropy) -> None:
        self._private = x448.X448PrivateKey.from_private_bytes(entropy(56))
        self.public = self._private.public_key().public_bytes_raw()

    def secret(self, peer: bytes) -> bytes:
        try:
            return self._private.exchange(x448.X448PublicKey.from_public_bytes(peer))
        except ValueError:
            raise CodecError(_BAD_VALUE) from None


class _CurveShare(KeyShare):
    """The curves of NIST, with points written out in full (RFC 8446 section 4.2.8.2)."""

    __slots__ = ("_curve", "_private")

    def __init__(self, curve: ec.EllipticCurve, entropy: Entropy) -> None:
        self._curve = curve
        # Numbers of one bit less than the order's are below it; zero is none that can come.
        bits = curve.key_size - 1
        number = int.from_bytes(entropy((bits + 7) // 8), "big") & ((1 << bits) - 1) | 1
        self._private = ec.derive_private_key(number, curve)
        self.public = self._private.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)

    def secret(self, peer: bytes) -> bytes:
        if len(peer) != len(self.public):  # another form of the point
            raise CodecError(_BAD_VALUE)
        try:
            return self._private.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(self._curve, peer))
        except ValueError:
            raise CodecError(_BAD_VALUE) from None


class _FieldShare(KeyShare):
    """Finite-field Diffie-Hellman (RFC 8446 section 4.2.8.1), values as long as the prime (section 7.4.1)."""

    __slots__ = ("_exponent", "_prime")

    def __init__(self, group: int, entropy: Entropy) -> None:
        bits = _FIELDS[group][2]
        self._prime = prime_of(group)
        self._exponent = int.from_bytes(entropy((bits + 7) // 8), "big") | 1 << (bits - 1)
        self.public = self._octets(2)

    def secret(self, peer: bytes) -> bytes:
        value = int.from_bytes(peer, "big")
        if len(peer) != len(self.public) or not 1 < value < self._prime - 1:
            raise CodecError(_BAD_VALUE)
        return self._octets(value)

    def _octets(self, base: int) -> bytes:
        return pow(base, self._exponent, self._prime).to_bytes((self._prime.bit_length() + 7) // 8, "big")


class _KemShare(KeyShare):
    """ML-KEM (FIPS 203): the server's value is a secret encapsulated to ours."""

    __slots__ = ("_key",)

    def __init__(self, size: int, entropy: Entropy) -> None:
        self._key = DecapsulationKey(size, entropy(32))
        self.public = self._key.public

    @property
    def answer_size(self) -> int:
        return self._key.ciphertext_size

    def secret(self, peer: bytes) -> bytes:
        return self._key.secret(peer)


class _HybridShare(KeyShare):
    """Two shares one behind the other."""

    __slots__ = ("_first", "_second")

    def __init__(self, first: KeyShare, second: KeyShare) -> None:
        self._first, self._second = first, second
        self.public = first.public + second.public

    @property
    def answer_size(self) -> int:
        return self._first.answer_size + self._second.answer_size

    def secret(self, peer: bytes) -> bytes:
        if len(peer) != self.answer_size:
            raise CodecError(_BAD_VALUE)
        size = self._first.answer_size
        return self._first.secret(peer[:size]) + self._second.secret(peer[size:])


@functools.cache
def prime_of(group: int) -> int:
    """The prime of a group of RFC 7919: 2^b - 2^(b-64) + (floor(2^(b-130) e) + X) 2^64 - 1."""
    bits, offset, _ = _FIELDS[group]
    shift = bits - 130
    spare = 64
    term = total = 1 << (shift + spare)
    divisor = 1
    while term:  # e is the sum of 1/n!; what each division cuts off stays within the spare bits
        term //= divisor
        total += term
        divisor += 1
    return (1 << bits) - (1 << (bits - 64)) + (((total >> spare) + offset) << 64) - 1
