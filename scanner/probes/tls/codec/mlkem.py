"""ML-KEM (FIPS 203) for the side that makes the key: what a client of TLS 1.3 sends, and what it reads of the answer.

Only so that a server that takes nothing else can be looked at; `cryptography` 46 has no ML-KEM. Each key serves one
handshake in which nothing is said, so that nothing here minds how long it takes for which key, and a ciphertext is not
encrypted again to see whether it was honest (section 6.3): another secret is no secret of ours.
"""

import hashlib
from typing import Final, NamedTuple

from scanner.probes.tls.codec.cursor import CodecError

_Q: Final = 3329
_N: Final = 256
_XOF_OCTETS: Final = 1344
"""Eight blocks of SHAKE128: some 730 numbers below q where 256 are needed, and never so few in the life of a world."""

Polynomial = list[int]
"""The coefficients, or the NTT representation (section 2.4.5)."""


class _Parameters(NamedTuple):
    """A row of table 2 in section 8."""

    rank: int
    eta1: int
    du: int
    dv: int


_SETS: Final = {512: _Parameters(2, 3, 10, 4), 768: _Parameters(3, 2, 10, 4), 1024: _Parameters(4, 2, 11, 5)}


def _reversed(number: int) -> int:
    """Seven bits the other way round (section 4.3)."""
    return int(f"{number:07b}"[::-1], 2)


_ZETAS: Final = tuple(pow(17, _reversed(at), _Q) for at in range(128))
_GAMMAS: Final = tuple(pow(17, 2 * _reversed(at) + 1, _Q) for at in range(128))
"""Appendix A."""


class DecapsulationKey:
    """One key pair."""

    __slots__ = ("_secret", "_set", "public")

    def __init__(self, size: int, seed: bytes) -> None:
        """`size` is the number in the name of the parameter set; the seed has 32 octets (algorithm 13)."""
        self._set = _SETS[size]
        rank, eta = self._set.rank, self._set.eta1
        digest = hashlib.sha3_512(seed + bytes((rank,))).digest()
        rho, sigma = digest[:32], digest[32:]
        noise = [_ntt(_centred(eta, sigma, number)) for number in range(2 * rank)]
        self._secret, errors = noise[:rank], noise[rank:]
        rows = ([_uniform(rho + bytes((column, row))) for column in range(rank)] for row in range(rank))
        key = [_sum(_product(row, self._secret), error) for row, error in zip(rows, errors, strict=True)]
        self.public = b"".join(_encoded(12, each) for each in key) + rho
        """The encapsulation key."""

    @property
    def ciphertext_size(self) -> int:
        """Octets of what is encapsulated."""
        return 32 * (self._set.du * self._set.rank + self._set.dv)

    def secret(self, ciphertext: bytes) -> bytes:
        """The shared secret in a ciphertext (algorithms 15 and 18). Raises CodecError for another length."""
        if len(ciphertext) != self.ciphertext_size:
            raise CodecError("a public value that is not of the group")
        rank, _, du, dv = self._set
        piece = 32 * du
        hidden = [_ntt(_unpacked(du, ciphertext[at * piece : (at + 1) * piece])) for at in range(rank)]
        mask = _inverse_ntt(_product(self._secret, hidden))
        noisy = [(each - less) % _Q for each, less in zip(_unpacked(dv, ciphertext[rank * piece :]), mask, strict=True)]
        message = _encoded(1, [(2 * each + _Q // 2) // _Q % 2 for each in noisy])  # Compress of one bit (4.7)
        return hashlib.sha3_512(message + hashlib.sha3_256(self.public).digest()).digest()[:32]


def _uniform(seed: bytes) -> Polynomial:
    """A polynomial out of a seed, in NTT representation (algorithm 7)."""
    stream = hashlib.shake_128(seed).digest(_XOF_OCTETS)
    found: Polynomial = []
    for at in range(0, _XOF_OCTETS, 3):
        low, middle, high = stream[at : at + 3]
        found += [each for each in (low | (middle & 15) << 8, middle >> 4 | high << 4) if each < _Q]
    return found[:_N]


def _centred(eta: int, seed: bytes, number: int) -> Polynomial:
    """Small coefficients (algorithm 8, of the function PRF of section 4.1)."""
    bits = int.from_bytes(hashlib.shake_256(seed + bytes((number,))).digest(64 * eta), "little")
    mask = (1 << eta) - 1
    pieces = (bits >> 2 * eta * at for at in range(_N))
    return [(each & mask).bit_count() - (each >> eta & mask).bit_count() for each in pieces]


def _ntt(values: Polynomial) -> Polynomial:
    """Algorithm 9."""
    found, turn, length = list(values), 1, 128
    while length >= 2:
        for start in range(0, _N, 2 * length):
            middle, zeta = start + length, _ZETAS[turn]
            turn += 1
            left = found[start:middle]
            right = [zeta * each % _Q for each in found[middle : middle + length]]
            found[start:middle] = [each + other for each, other in zip(left, right, strict=True)]
            found[middle : middle + length] = [each - other for each, other in zip(left, right, strict=True)]
        length //= 2
    return [each % _Q for each in found]


def _inverse_ntt(values: Polynomial) -> Polynomial:
    """Algorithm 10."""
    found, turn, length = list(values), 127, 2
    while length <= 128:
        for start in range(0, _N, 2 * length):
            middle, zeta = start + length, _ZETAS[turn]
            turn -= 1
            left, right = found[start:middle], found[middle : middle + length]
            found[start:middle] = [each + other for each, other in zip(left, right, strict=True)]
            found[middle : middle + length] = [
                zeta * (other - each) % _Q for each, other in zip(left, right, strict=True)
            ]
        length *= 2
    return [each * 3303 % _Q for each in found]


def _product(left: list[Polynomial], right: list[Polynomial]) -> Polynomial:
    """The inner product of two vectors in NTT representation (algorithms 11 and 12)."""
    found = [0] * _N
    for one, other in zip(left, right, strict=True):
        for at, gamma in enumerate(_GAMMAS):
            a, b, c, d = one[2 * at], one[2 * at + 1], other[2 * at], other[2 * at + 1]
            found[2 * at] += a * c + b * d * gamma
            found[2 * at + 1] += a * d + b * c
    return found


def _sum(left: Polynomial, right: Polynomial) -> Polynomial:
    return [(each + other) % _Q for each, other in zip(left, right, strict=True)]


def _encoded(width: int, values: Polynomial) -> bytes:
    """So many bits for each number (algorithm 5)."""
    digits = "".join(f"{each:0{width}b}" for each in reversed(values))
    return int(digits, 2).to_bytes(32 * width, "little")


def _unpacked(width: int, data: bytes) -> Polynomial:
    """The numbers that were compressed to so many bits (algorithm 6 and Decompress, section 4.2.1)."""
    bits, mask = int.from_bytes(data, "little"), (1 << width) - 1
    return [((bits >> width * at & mask) * _Q + (1 << width - 1)) >> width for at in range(_N)]
