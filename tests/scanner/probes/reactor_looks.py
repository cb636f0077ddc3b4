"""Looks and conversations that know nothing of TLS, to drive the reactor with; and servers that count."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterator, Sequence

from scanner.probes.interface import Deadline
from scanner.probes.politeness import Politeness
from scanner.probes.tls.conversation import Conversation, Trouble
from scanner.probes.tls.reactor import Reactor
from tests.scope import WITHOUT_BOUND
from tests.servers.tcp import TcpServer

LONG = 30.0
"""Seconds that no test comes near."""


class Talk(Conversation):
    """Says something, and is finished once it has heard so many bytes."""

    def __init__(self, hello: bytes = b"hello", wanted: int = 1, answer: bytes = b"") -> None:
        self.hello = hello
        self.wanted = wanted
        self.answer = answer
        """Said once, on the first bytes that are heard."""
        self.heard = b""
        self.finished = False

    def begin(self) -> bytes:
        return self.hello

    def receive(self, data: bytes) -> bytes:
        first = not self.heard
        self.heard += data
        self.finished = len(self.heard) >= self.wanted
        return self.answer if first else b""


class Plan:
    """A look: one connection for each talk, in order."""

    def __init__(self, server: TcpServer | tuple[str, int], talks: Sequence[Conversation], at_once: int = 1000) -> None:
        self.address, self.port = (server.address, server.port) if isinstance(server, TcpServer) else server
        self.at_once = at_once
        self.finished = self.unsteady = False
        self.waiting = list(talks)
        self.open = 0
        self.troubles: list[Trouble | None] = []
        self.expired = False

    def take(self, now: float) -> Conversation | None:
        if not self.waiting:
            self.finished = not self.open
            return None
        self.open += 1
        return self.waiting.pop(0)

    def wake(self) -> float | None:
        return None

    def told(self, conversation: Conversation, trouble: Trouble | None, now: float) -> None:
        self.open -= 1
        self.troubles.append(trouble)

    def expire(self) -> None:
        self.expired = self.finished = True


class Count:
    """How many connections are served together, over all the servers that share it."""

    def __init__(self, meeting: int = 1) -> None:
        self._lock = threading.Lock()
        self._met = threading.Barrier(meeting)
        self.now = 0
        self.most = 0

    def meet(self) -> None:
        """Come, wait until so many are here, and go. Whoever answers only afterwards never counts one too many."""
        with self._lock:
            self.now += 1
            self.most = max(self.most, self.now)
        self._met.wait(10)
        with self._lock:
            self.now -= 1


class Counting(TcpServer):
    """Answers once enough others are connected."""

    def __init__(self, count: Count, address: str = "127.0.0.1") -> None:
        super().__init__(address)
        self.count = count

    def serve(self, sock: socket.socket) -> None:
        sock.recv(4096)
        self.count.meet()
        sock.sendall(b"answer")


class Serving(TcpServer):
    """Serves with a function."""

    def __init__(self, serve: Callable[[socket.socket], None], address: str = "127.0.0.1") -> None:
        super().__init__(address)
        self._serve = serve

    def serve(self, sock: socket.socket) -> None:
        self._serve(sock)


def echo(sock: socket.socket) -> None:
    sock.sendall(sock.recv(4096))


@contextlib.contextmanager
def reactor(
    per_address: int = 5,
    at_once: int = 256,
    connect_seconds: float = LONG,
    answer_seconds: float = LONG,
    received_bytes: int = 4 * 1024 * 1024,
) -> Iterator[Reactor]:
    driver = Reactor(
        Politeness(WITHOUT_BOUND, per_address),
        at_once=at_once,
        connect_seconds=connect_seconds,
        answer_seconds=answer_seconds,
        received_bytes=received_bytes,
    )
    try:
        yield driver
    finally:
        driver.close()


def soon(seconds: float = LONG) -> Deadline:
    return Deadline(seconds)
