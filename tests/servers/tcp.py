"""TCP servers in threads of the test: the ground on which the servers that behave and misbehave stand."""

import contextlib
import errno
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Self

TCP_ESTABLISHED = 1  # linux/tcp_states.h


class TcpServer:
    """Accepts on a free loopback port, or the one named; hands each connection to `serve`, in a thread of its own."""

    def __init__(self, address: str = "127.0.0.1", port: int = 0) -> None:
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._listener = socket.create_server((address, port), family=family, backlog=256)
        self._sockets: set[socket.socket] = set()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self.address = address
        self.port: int = self._listener.getsockname()[1]
        self.connections = 0
        """Accepted so far."""
        self.stopping = threading.Event()

    def serve(self, sock: socket.socket) -> None:
        """Talk to one client; the connection is closed afterwards. May raise OSError."""
        raise OSError("nothing is served")

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stopping.set()
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.hang_up()
        for thread in self._threads:
            thread.join(10)

    def hang_up(self) -> None:
        """End every connection that stands."""
        with self._lock:
            for sock in self._sockets:
                with contextlib.suppress(OSError):
                    sock.shutdown(socket.SHUT_RDWR)

    def keep(self, sock: socket.socket) -> None:
        """Remember a socket, so that the end of the server ends it."""
        with self._lock:
            self._sockets.add(sock)
        if self.stopping.is_set():
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def _start(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self.stopping.is_set():
            try:
                sock, _ = self._listener.accept()
            except OSError as error:
                if error.errno != errno.EMFILE:
                    return
                self.stopping.wait(0.01)  # a test that takes all descriptors away gives them back
                continue
            self.connections += 1
            self.keep(sock)
            self._start(lambda sock=sock: self._handle(sock))  # type: ignore[misc]

    def _handle(self, sock: socket.socket) -> None:
        with contextlib.suppress(OSError), sock:
            self.serve(sock)
        with self._lock:
            self._sockets.discard(sock)


@contextlib.contextmanager
def held_port(address: str = "127.0.0.1") -> Iterator[int]:
    """A port that refuses connections, and that a server may take which cannot be told to take any free one.

    It is bound here and not listened on. So the kernel gives it to nobody else, neither to a server nor to a client;
    but whoever names it and sets SO_REUSEADDR, as servers do, listens there. `address` is 0.0.0.0 for a server that
    listens on every address.
    """
    with socket.socket() as sock:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        sock.bind((address, 0))
        yield sock.getsockname()[1]


def stands(sock: socket.socket) -> bool:
    """Whether a connection was closed by neither side, as the kernel knows before the process does."""
    try:
        state = sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 1)[0]
    except OSError:
        return False
    return state == TCP_ESTABLISHED


def reset(sock: socket.socket) -> None:
    """Close a connection with RST (SO_LINGER with time 0)."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()
