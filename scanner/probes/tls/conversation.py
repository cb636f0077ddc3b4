"""The two seams of the TLS engine: one connection without a socket, and one look that says which to open next.

A driver (`reactor.py` with sockets, a test without) moves bytes between them and the server, keeps the bounds, and
decides nothing.
"""

from abc import ABC, abstractmethod
from typing import Literal, Protocol

Trouble = Literal["timed_out", "refused", "unreachable", "reset", "closed", "too_large"]
"""What can befall a connection: "closed" is an end of file before the conversation was finished, "reset" an RST in its
middle, "refused" an RST instead of a connection, "too_large" more bytes than the driver's cap."""


class Conversation(ABC):
    """One connection, from the first byte sent to the last one read. Never raises for what the server sends."""

    finished: bool = False
    """Nothing more is wanted: the driver closes."""

    @abstractmethod
    def begin(self) -> bytes:
        """What to send once the connection stands; empty where the server speaks first."""

    @abstractmethod
    def receive(self, data: bytes) -> bytes:
        """Take what came in, at least one byte; give what is to be sent."""


class Look(Protocol):
    """Everything that is to be asked of one endpoint."""

    address: str
    port: int
    at_once: int
    """Connections of this look that may be open together."""
    finished: bool
    """Nothing is open, and nothing more is wanted."""
    unsteady: bool
    """The server has cut or ignored what it answers at another time."""

    def take(self, now: float) -> Conversation | None:
        """The next connection to open, if one may be opened now (`now`: seconds on the monotonic clock)."""
        ...

    def wake(self) -> float | None:
        """When `take` may have more to give though nothing was told meanwhile; None: only after `told`."""
        ...

    def told(self, conversation: Conversation, trouble: Trouble | None, now: float) -> None:
        """A connection is over: finished by itself (None), or by a trouble."""
        ...

    def expire(self) -> None:
        """The look's time is up: what is open has been closed, nothing more may be opened. It is finished then."""
        ...
