"""What is signed with a key of the log: states of the log, and what is said of the keys themselves. Pure.

Both are acts like others: each has a leaf of the log, and its place there decides which keys were in use when it was
made. `docs/verify_bundle.py` holds them to the same rules with none of this.
"""

import base64
import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

from asn1crypto import cms
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from checks.model.canonical import STRICT, dump
from history.ledger import Problem

KeyStep = Literal["made", "rotated", "revoked"]
KeyState = Literal["in_use", "replaced", "revoked"]
Belief = Literal["good", "stamped", "revoked"]
"""Of a checkpoint whose signature holds. good: nothing is said against its key; stamped: its key was revoked, but a
time stamp tells a time before, if one believes its authority; revoked: nothing tells when it was signed."""


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A signed state of the log. The signature, and the time stamp, are over its canonical bytes."""

    __pydantic_config__ = STRICT

    size: int
    root: str
    """Hexadecimal."""
    at: datetime
    """By the clock of the machine that signed."""
    key: str
    """The public key: its 32 bytes (RFC 8032) in hexadecimal."""
    schema: Literal["khien.checkpoint/1"] = "khien.checkpoint/1"


@dataclass(frozen=True, slots=True)
class LoggedCheckpoint:
    """A checkpoint in its place. Its canonical bytes are what the log commits to."""

    __pydantic_config__ = STRICT

    sequence: int
    previous: str
    """Digest of the one before; empty for the first."""
    checkpoint: Checkpoint
    signature: str
    """Ed25519 (RFC 8032), in hexadecimal."""
    timestamp: str = ""
    """A token by RFC 3161, in base64; empty: none was asked for, or none was to be had."""

    @property
    def name(self) -> str:
        """As a problem names it."""
        return f"checkpoint {self.sequence}"


@dataclass(frozen=True, slots=True)
class KeyStatement:
    """What is said of a key."""

    __pydantic_config__ = STRICT

    step: KeyStep
    key: str
    """The public key, in hexadecimal."""
    at: datetime
    by: str
    reason: str = ""
    before: str = ""
    """With "rotated": the key whose place it takes."""
    since: datetime | None = None
    """With "revoked": what was signed from then on is not to be believed."""
    schema: Literal["khien.key/1"] = "khien.key/1"


@dataclass(frozen=True, slots=True)
class LoggedKey:
    """A statement in its place. Its canonical bytes are what the log commits to."""

    __pydantic_config__ = STRICT

    sequence: int
    previous: str
    """Digest of the one before; empty for the first."""
    statement: KeyStatement
    signatures: Mapping[str, str]
    """By key, in hexadecimal: "made" by the key itself, "rotated" by both, "revoked" by none, since the key may be lost
    or somebody else's by then."""

    @property
    def name(self) -> str:
        """As a problem names it."""
        return f"key statement {self.sequence}"


def public_of(private: Ed25519PrivateKey) -> str:
    """The public key, as it is named everywhere."""
    return private.public_key().public_bytes_raw().hex()


def signature(private: Ed25519PrivateKey, value: Checkpoint | KeyStatement) -> str:
    """The signature of a statement."""
    return private.sign(dump(value)).hex()


def holds(key: str, signature: str, value: Checkpoint | KeyStatement) -> bool:
    """Whether a signature is that of the key over the statement."""
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), dump(value))
    except (ValueError, InvalidSignature):
        return False
    return True


def stamped_at(token: str, value: Checkpoint) -> datetime:
    """The time that a token tells. Whether its signer is to be believed is not asked: `openssl ts -verify` does that.

    Raises ValueError where it is not one over these bytes.
    """
    try:
        content = cms.ContentInfo.load(base64.b64decode(token, validate=True), strict=True)["content"]
        told = content["encap_content_info"]["content"].parsed
        imprint = told["message_imprint"]
        algorithm, hashed = imprint["hash_algorithm"]["algorithm"].native, imprint["hashed_message"].native
        at: datetime = told["gen_time"].native
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError("not a time stamp") from error
    if algorithm != "sha256" or hashed != hashlib.sha256(dump(value)).digest():
        raise ValueError("a time stamp of something else")
    return at


@dataclass(slots=True)
class Key:
    """What is known of a key so far."""

    key: str
    made: KeyStatement
    state: KeyState = "in_use"
    before: str = ""
    """The key whose place it took; empty: it began a new line, which nothing but its publication vouches for."""
    ended: int | None = None
    """The place in the log of the statement by which it went out of use."""
    revoked: KeyStatement | None = None


@dataclass(slots=True)
class Keyring:
    """All keys, by the statements on them in the order of the log."""

    keys: dict[str, Key] = field(default_factory=dict)

    @property
    def in_use(self) -> Key | None:
        """The one that signs."""
        return next((each for each in self.keys.values() if each.state == "in_use"), None)

    def take(self, index: int, logged: LoggedKey) -> Iterator[Problem]:
        """Go on with the next statement, which stands there in the log; what is wrong with it."""
        told = logged.statement
        fault = self._fault(logged)
        if fault:
            yield Problem("changed", logged.name, fault)
            return
        if told.step == "revoked":
            key = self.keys[told.key]
            key.state, key.revoked, key.ended = "revoked", told, index if key.ended is None else key.ended
            return
        if told.step == "rotated":
            before = self.keys[told.before]
            before.state, before.ended = "replaced", index
        self.keys[told.key] = Key(told.key, told, before=told.before)

    def _fault(self, logged: LoggedKey) -> str:
        told, now = logged.statement, self.in_use
        signers = {"made": [told.key], "rotated": [told.before, told.key], "revoked": []}[told.step]
        if sorted(logged.signatures) != sorted(set(signers)):
            return "it is signed by others than it must be"
        if not all(holds(key, logged.signatures[key], told) for key in signers):
            return "a signature does not hold"
        if told.step == "revoked":
            known = self.keys.get(told.key)
            sound = known is not None and known.state != "revoked" and told.since is not None and told.since.tzinfo
            return "" if sound else "there is no such key"
        if told.key in self.keys:
            return "the key was there already"
        if told.step == "made":
            return "" if now is None else "another key was in use"
        return "" if now is not None and now.key == told.before else "the key before it was not in use"

    def faults(self, index: int, logged: LoggedCheckpoint, root: Callable[[int], str]) -> Iterator[Problem]:
        """What is wrong with a checkpoint that stands there in the log; `root` gives the root of the first leaves."""
        told = logged.checkpoint
        key = self.keys.get(told.key)
        if not 0 <= told.size <= index:
            yield Problem("changed", logged.name, "it speaks of leaves that were not there yet")
        elif root(told.size) != told.root:
            yield Problem("changed", logged.name, f"the root of the first {told.size} leaves of the log is another one")
        if not holds(told.key, logged.signature, told):
            yield Problem("changed", logged.name, "its signature does not hold")
        if key is None:
            yield Problem("changed", logged.name, "nothing is known of its key")
        elif key.ended is not None and key.ended < index:
            yield Problem("changed", logged.name, "its key was no longer in use")
        if logged.timestamp:
            try:
                stamped_at(logged.timestamp, told)
            except ValueError as error:
                yield Problem("changed", logged.name, f"its time stamp: {error}")

    def belief(self, logged: LoggedCheckpoint) -> Belief:
        """What a checkpoint without faults is worth, by all that was said of its key up to now."""
        told = logged.checkpoint
        key = self.keys.get(told.key)
        if key is None or key.revoked is None or key.revoked.since is None:
            return "good"
        if not logged.timestamp:
            return "revoked"
        return "stamped" if stamped_at(logged.timestamp, told) < key.revoked.since else "revoked"
