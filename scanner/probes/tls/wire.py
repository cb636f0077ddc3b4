"""Every TCP connection of a look: opened here, counted, bounded in time and bytes, and written down.

sslyze bounds each receive but not the connection, and turns a time-out or a reset into "rejected". Its sockets
are therefore opened by this module, and what happened on them is kept in a Journal, one for each question.
"""

import ipaddress
import socket
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from sslyze.connection_helpers import tls_connection
from sslyze.server_setting import ServerNetworkLocation

from checks.model.evidence import FailureReason

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

Trouble = Literal["timed_out", "refused", "unreachable", "reset", "closed"]
"""What can befall a connection; "closed" is an end of file where an answer was awaited."""

WORST_FIRST: tuple[Trouble, ...] = ("timed_out", "refused", "unreachable", "reset", "closed")

RECEIVED_BYTES = 4 * 1024 * 1024
"""A connection that sends more is cut."""

KEPT_BYTES = 256 * 1024
"""So much of what a connection received is kept for the question to read."""


@dataclass
class Journal:
    """What happened on the connections of one question."""

    troubles: set[Trouble] = field(default_factory=set)
    chunks: list[bytes] = field(default_factory=list)
    """Received on the last connection, in order, up to KEPT_BYTES."""
    kept: int = 0

    @property
    def trouble(self) -> Trouble | None:
        """The worst that happened."""
        return worst(self.troubles)

    def opened(self) -> None:
        """A new connection: the bytes of the one before are of no more interest."""
        self.chunks.clear()
        self.kept = 0

    def received(self, data: bytes) -> None:
        """Bytes came in; none means an end of file."""
        if not data:
            self.troubles.add("closed")
        elif self.kept < KEPT_BYTES:
            self.chunks.append(data)
            self.kept += len(data)

    def failed(self, error: OSError) -> None:
        """An operation on a socket failed."""
        self.troubles.add(trouble_of(error))


def worst(troubles: set[Trouble]) -> Trouble | None:
    """The worst of some troubles, if there are any."""
    return next((each for each in WORST_FIRST if each in troubles), None)


def trouble_of(error: OSError) -> Trouble:
    """The trouble that an error of the operating system stands for."""
    if isinstance(error, TimeoutError):
        return "timed_out"
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    if isinstance(error, ConnectionError):
        return "reset"
    return "unreachable"


def reason_of(trouble: Trouble) -> FailureReason:
    """The reason under which evidence names a trouble."""
    return "reset" if trouble == "closed" else trouble


class Wire:
    """The one way out of a look: it opens connections, counts them and knows when the look has to end."""

    def __init__(self, connect_seconds: float, seconds: float) -> None:
        self.connect_seconds = connect_seconds
        self.end = time.monotonic() + seconds
        """On the monotonic clock: no connection lasts beyond it."""
        self.connections = 0
        self._lock = threading.Lock()
        self._local = threading.local()

    @property
    def expired(self) -> bool:
        """Whether the look's time is used up."""
        return time.monotonic() >= self.end

    def journal(self) -> Journal:
        """A fresh journal for the question that this thread asks next."""
        fresh = Journal()
        self._local.journal = fresh
        return fresh

    def install(self) -> None:
        """Make sslyze open its connections here."""
        tls_connection._open_socket_for_direct_connection = self._open_for_sslyze

    def open(self, address: str, port: int) -> "BoundedSocket":
        """A connection of which the whole life is bounded by twice the time allowed for connecting.

        Raises OSError where none comes about, ValueError for a name: nothing here asks DNS.
        """
        family = socket.AF_INET6 if ipaddress.ip_address(address).version == 6 else socket.AF_INET
        journal: Journal = self._local.journal
        journal.opened()
        end = min(time.monotonic() + 2 * self.connect_seconds, self.end)
        sock = BoundedSocket(family, journal, self.connect_seconds, end)
        try:
            sock.wind()  # no time left: nothing is sent, and nothing is counted
            with self._lock:
                self.connections += 1
            sock.connect((address, port))
        except OSError as error:
            journal.failed(error)
            sock.close()
            raise
        return sock

    def _open_for_sslyze(self, server_location: ServerNetworkLocation, network_timeout: int) -> socket.socket:
        if server_location.ip_address is None:
            raise OSError("no address given")
        return self.open(server_location.ip_address, server_location.port)


class BoundedSocket(socket.socket):
    """A TCP socket with an absolute end and a cap of bytes, which writes down what happens to it."""

    def __init__(self, family: int, journal: Journal, step_seconds: float, end: float) -> None:
        super().__init__(family, socket.SOCK_STREAM)
        self._journal = journal
        self._step = step_seconds
        self._end = end
        self._left = RECEIVED_BYTES

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        """At most `bufsize` bytes. Raises TimeoutError at the end of the connection's time, OSError otherwise."""
        try:
            self.wind()
            data = super().recv(min(bufsize, self._left), flags)
        except OSError as error:
            self._journal.failed(error)
            raise
        self._take(data)
        return data

    def recv_into(self, buffer: "WriteableBuffer", nbytes: int = 0, flags: int = 0) -> int:
        """As `recv`, into a buffer; this is what file objects on top of the socket use."""
        view = memoryview(buffer)
        data = self.recv(min(nbytes or len(view), len(view)), flags)
        view[: len(data)] = data
        return len(data)

    def send(self, data: "ReadableBuffer", flags: int = 0, /) -> int:
        """Send what the peer takes. Raises TimeoutError at the end of the connection's time, OSError otherwise."""
        try:
            self.wind()
            return super().send(data, flags)
        except OSError as error:
            self._journal.failed(error)
            raise

    def sendall(self, data: "ReadableBuffer", flags: int = 0, /) -> None:
        """Send everything, as `send`."""
        view = memoryview(data)
        while view:
            view = view[self.send(view, flags) :]

    def wind(self) -> None:
        """Let the next operation last until the step or the connection ends, whichever is first.

        Raises TimeoutError where the connection's time is used up.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the connection's time is used up")
        self.settimeout(min(left, self._step))

    def _take(self, data: bytes) -> None:
        self._journal.received(data)
        self._left -= len(data)
        if self._left <= 0:
            self._journal.troubles.add("reset")
            raise ConnectionAbortedError("too many bytes")
