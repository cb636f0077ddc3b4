"""What is said in cleartext before TLS, as the conversation around the one in TLS; the protocols are in `starttls.py`.

Whatever a server sends, a preface never raises, keeps at most MAX_BYTES, and gives the same however the bytes were
cut into pieces. Nothing of the server's words leaves it: only which of the fixed refusals they mean.
"""

from abc import ABC, abstractmethod
from enum import StrEnum
from typing import Literal

from scanner.probes.tls.conversation import Conversation

MAX_BYTES = 65536
"""Octets that a server may send before TLS; those of real servers are some hundreds."""

RefusalKind = Literal["no_tls", "no_service", "other_protocol"]
"""What a refusal says of TLS: in words that this service does not switch to it, nothing (the service is busy, or will
not serve us at all), or nothing because what is spoken is not the protocol that was expected."""


class Refusal(StrEnum):
    """Why a server did not come as far as TLS, in fixed words."""

    NOT_OFFERED = "STARTTLS is not offered"
    NO_SWITCH = "the server does not switch to TLS"
    BUSY = "the server is busy or does not serve at the moment"
    NOT_SERVED = "the server does not serve this client"
    OTHER_PROTOCOL = "the server does not speak the expected protocol"
    TOO_MUCH = "the server talks too much before TLS"

    @property
    def kind(self) -> RefusalKind:
        """What it says of TLS."""
        match self:
            case Refusal.NOT_OFFERED | Refusal.NO_SWITCH:
                return "no_tls"
            case Refusal.BUSY | Refusal.NOT_SERVED:
                return "no_service"
            case Refusal.OTHER_PROTOCOL | Refusal.TOO_MUCH:
                return "other_protocol"


class Preface(ABC):
    """The words before TLS on one connection. It ends in `ready` or in a `refusal`, and stays there."""

    def __init__(self) -> None:
        self.ready = False
        """The server has said that TLS may begin."""
        self.refusal: Refusal | None = None
        self._waiting = bytearray()
        self._taken = 0

    def begin(self) -> bytes:
        """What to send once the connection stands; empty where the server speaks first."""
        return b""

    def receive(self, data: bytes) -> bytes:
        """Take what came in; give what is to be sent."""
        if self.refusal is not None:
            return b""
        self._waiting += data
        reply = bytearray()
        while not self.over and (unit := self._unit()) is not None:
            self._taken += len(unit)
            del self._waiting[: len(unit)]
            if self._taken > MAX_BYTES:
                self._refuse(Refusal.TOO_MUCH)
            else:
                reply += self._answer(unit)
        if not self.over and self._taken + len(self._waiting) > MAX_BYTES:
            self._refuse(Refusal.TOO_MUCH)
        return bytes(reply)

    @property
    def over(self) -> bool:
        """Nothing more is said before TLS."""
        return self.ready or self.refusal is not None

    def rest(self) -> bytes:
        """What came after the go-ahead, which is TLS if it is anything. It is given once."""
        rest = bytes(self._waiting) if self.ready else b""
        self._waiting.clear()
        return rest

    @abstractmethod
    def _unit(self) -> bytes | None:
        """The next line or message that is complete, at least one byte; None: more has to come, or it is refused."""

    @abstractmethod
    def _answer(self, unit: bytes) -> bytes:
        """Take one line or message; give what is to be sent."""

    def _go_ahead(self) -> bytes:
        self.ready = True
        return b""

    def _refuse(self, refusal: Refusal) -> bytes:
        self.refusal = refusal
        self._waiting.clear()
        return b""


class Prefaced(Conversation):
    """A conversation in TLS that begins after a preface."""

    def __init__(self, preface: Preface, inner: Conversation) -> None:
        self.preface = preface
        self.inner = inner

    @property
    def refusal(self) -> Refusal | None:
        """Why TLS was not reached. None: it was, or the preface is not over (it may have been cut off)."""
        return self.preface.refusal

    @property
    def in_tls(self) -> bool:
        """Whether the inner conversation has begun: what befalls the connection from here on befalls TLS."""
        return self.preface.ready

    def begin(self) -> bytes:
        """See Conversation."""
        return self.preface.begin()

    def receive(self, data: bytes) -> bytes:
        """See Conversation. What came together with the go-ahead is the inner conversation's."""
        if self.finished:
            return b""
        reply = self.inner.receive(data) if self.in_tls else self._before_tls(data)
        self.finished = self.refusal is not None or (self.in_tls and self.inner.finished)
        return reply

    def _before_tls(self, data: bytes) -> bytes:
        reply = self.preface.receive(data)
        if self.in_tls:
            reply += self.inner.begin()
            rest = self.preface.rest()
            if rest and not self.inner.finished:
                reply += self.inner.receive(rest)
        return reply
