"""A state of the log: how many leaves it has, and the root of the Merkle tree over them (RFC 9162, section 2.1)."""

import base64
import re
from dataclasses import dataclass

from checks.model.canonical import STRICT

SHORT_BYTES = 20
"""Of a root in its short form. Whoever keeps the log could look for two histories with the same short form; with 160
bits that takes some 2**80 tries."""
GROUP = 4
_SHORT = re.compile(r"([0-9]{1,15})[-\s]([A-Z2-7]{4}(?:[-\s]?[A-Z2-7]{4}){7})")
_LONG = re.compile(r"([0-9]{1,15})[-:\s]([0-9a-f]{64})")


@dataclass(frozen=True, slots=True)
class Head:
    """A state of the log. Every later state begins with the same leaves, so that a root seen once can be held to it."""

    __pydantic_config__ = STRICT

    size: int
    root: str
    """64 hexadecimal digits."""

    @property
    def short(self) -> str:
        """The form that people type: the size, and the beginning of the root in base32 (RFC 4648, section 6)."""
        letters = base64.b32encode(bytes.fromhex(self.root)[:SHORT_BYTES]).decode()
        groups = [letters[at : at + GROUP] for at in range(0, len(letters), GROUP)]
        return "-".join((str(self.size), *groups))


@dataclass(frozen=True, slots=True)
class Witness:
    """A state of the log that somebody noted elsewhere, in whichever form it was printed."""

    size: int
    begin: str
    """The root, or the beginning of it, in hexadecimal."""

    def fits(self, head: Head) -> bool:
        """Whether it is that state."""
        return self.size == head.size and head.root.startswith(self.begin)


def witness(text: str) -> Witness:
    """Read `Head.short`, or the size and the whole root, however it is spaced. Raises ValueError."""
    told = text.strip()
    long = _LONG.fullmatch(told.lower())
    if long is not None:
        return Witness(int(long[1]), long[2])
    short = _SHORT.fullmatch(told.upper())
    if short is None:
        raise ValueError("not a checkpoint")
    return Witness(int(short[1]), base64.b32decode(re.sub(r"[-\s]", "", short[2])).hex())
