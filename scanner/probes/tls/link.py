"""What the reactor keeps of a connection, of a look under way and of an address; and how the system's errors are named.

Only the reactor's thread reads and writes these objects, except where said otherwise.
"""

import errno
import ipaddress
import resource
import socket
import threading
from collections import deque
from dataclasses import dataclass, field

from scanner.probes.interface import Deadline
from scanner.probes.politeness import RETRY_SECONDS, Gate, Turn
from scanner.probes.tls.conversation import Conversation, Look, Trouble

EXHAUSTED = frozenset({errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM})
"""Errors of `socket()` that pass: something else must be closed first."""

_TROUBLES: dict[int | None, Trouble] = {
    errno.ECONNREFUSED: "refused",
    errno.ECONNRESET: "reset",
    errno.EPIPE: "closed",  # an RST after the server's end of file: the end of file came first
    errno.ETIMEDOUT: "timed_out",
}

Peer = tuple[str, int] | tuple[str, int, int, int]
"""An address as `connect` takes it: IPv4, or IPv6 with flow and scope."""


def trouble_of(number: int | None) -> Trouble:
    """What an error number of `connect`, `send` or `recv` means; all that keeps packets from leaving is unreachable."""
    return _TROUBLES.get(number, "unreachable")


def peer_of(address: str, port: int) -> tuple[socket.AddressFamily, Peer]:
    """What to connect to. Raises ValueError for all but a literal address without a scope, and a port."""
    if not 0 < port < 65536:
        raise ValueError(f"not a port: {port}")
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv4Address):
        return socket.AF_INET, (str(parsed), port)
    if parsed.scope_id is not None:
        raise ValueError(f"an address with a scope: {address}")
    if parsed.ipv4_mapped is not None:
        return socket.AF_INET, (str(parsed.ipv4_mapped), port)
    return socket.AF_INET6, (str(parsed), port, 0, 0)


def open_sockets(wanted: int) -> int:
    """As many sockets as wanted, but never more than three quarters of the descriptors that this process may have."""
    allowed, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
    return wanted if allowed == resource.RLIM_INFINITY else max(1, min(wanted, allowed * 3 // 4))


@dataclass(frozen=True, slots=True)
class Bounds:
    """What no look may exceed."""

    at_once: int
    """Sockets open together in all."""
    connect_seconds: float
    """The longest wait for a connection to stand."""
    link_seconds: float
    """The longest life of a connection, from its opening."""
    received_bytes: int
    """What one connection may send."""


@dataclass(slots=True, eq=False)
class Place:
    """One address, for the sake of politeness."""

    gate: Gate
    waiting: "deque[Run]" = field(default_factory=deque)
    """Looks that had to stand back because it had no turn for them."""
    due: float = float("inf")
    """When the first of them is to be called, unless a connection ends before."""
    runs: int = 0
    """Looks under way at it."""

    def park(self, run: "Run", now: float) -> None:
        """Let a look wait. Only for the rate is it the scanner that is slow, and not the server."""
        run.parked = None if self.gate.full else now
        self.waiting.append(run)
        self.due = min(self.due, now + self.gate.wait(now))

    def call(self, now: float) -> "Run | None":
        """The first look that waits, if there is a turn for it now."""
        seconds = self.gate.wait(now)
        if not self.waiting or seconds:
            self.due = now + seconds if self.waiting else float("inf")
            return None
        run = self.waiting.popleft()
        run.settle(now)
        run.parked = None
        self.due = now + RETRY_SECONDS if self.waiting else float("inf")
        return run


@dataclass(slots=True, eq=False)
class Run:
    """One look under way. The thread that asked for it sets `abandoned` and reads the outcome once `over` is set."""

    look: Look
    until: Deadline
    """When it ends at the latest."""
    family: socket.AddressFamily
    peer: Peer
    place: Place
    open: int = 0
    """Connections that are open."""
    connections: int = 0
    """Connections that were opened in all."""
    queued: bool = False
    """It stands in a queue: with the ready, or with those waiting at its address."""
    held: Conversation | None = None
    """A conversation for which no descriptor was free."""
    parked: float | None = None
    """Since when it waits because connections to its address are too frequent."""
    unsteady: bool = False
    """Its look has said that the server was."""
    wake: float | None = None
    """When it wants to be asked again."""
    abandoned: bool = False
    """Its caller no longer waits."""
    error: str | None = None
    """Why it failed."""
    over: threading.Event = field(default_factory=threading.Event)

    def settle(self, now: float) -> None:
        """Put off its end by what it has waited so far."""
        if self.parked is not None:
            self.until.put_off(now - self.parked)
            self.parked = now


class Link:
    """One open connection."""

    __slots__ = (
        "connecting",
        "conversation",
        "descriptor",
        "opened",
        "received",
        "run",
        "socket",
        "turn",
        "unsent",
        "watched",
    )

    def __init__(
        self,
        run: Run,
        turn: Turn,
        conversation: Conversation,
        connection: socket.SocketType,
        descriptor: int,
        opened: float,
    ) -> None:
        self.run = run
        self.turn = turn
        self.conversation = conversation
        self.socket = connection
        self.descriptor = descriptor
        self.opened = opened
        self.connecting = False
        self.received = 0
        """Bytes that came in."""
        self.unsent = b""
        """Bytes that the socket did not take yet."""
        self.watched = 0
        """The events that epoll reports of it; none before it is registered."""
