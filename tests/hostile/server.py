"""A TCP server whose every connection is handled by a function that may misbehave as it likes.

It binds a free port of loopback, counts what it does, and always ends with its `with` block.
"""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from types import TracebackType
from typing import Self

PATIENCE = 20.0
"""Seconds after which a handler stops misbehaving by itself; longer than any test waits."""


class Stopped(Exception):
    """The server ends while a handler is at work."""


class Conversation:
    """One connection from the server's side."""

    def __init__(self, connection: socket.socket, server: "Server") -> None:
        self._connection = connection
        self._server = server
        connection.settimeout(PATIENCE)

    def request(self) -> bytes:
        """The head of the request, or what came of it."""
        data = b""
        while b"\r\n\r\n" not in data:
            more = self._connection.recv(65536)
            if not more:
                break
            data += more
        self._server.requests.append(data)
        return data

    def read(self) -> bytes:
        """Whatever comes first, as of a client that does not speak HTTP."""
        return self._connection.recv(65536)

    def send(self, data: bytes) -> None:
        """Send, and count what the kernel took."""
        if self._server.stopping.is_set():
            raise Stopped
        self._connection.sendall(data)
        self._server.sent += len(data)

    def pause(self, seconds: float) -> None:
        """Wait, unless the server ends meanwhile."""
        if self._server.stopping.wait(seconds):
            raise Stopped


Handler = Callable[[Conversation], None]


class Server:
    """Listens on a loopback address; `with Server(handler) as server: ... server.port`."""

    def __init__(self, handler: Handler, address: str = "127.0.0.1", tls: ssl.SSLContext | None = None) -> None:
        self.address = address
        self.stopping = threading.Event()
        self.connections = 0
        self.sent = 0
        self.requests: list[bytes] = []
        self._handler = handler
        self._tls = tls
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        self._listener = socket.create_server((address, 0), family=family)
        self._listener.settimeout(0.05)
        self.port: int = self._listener.getsockname()[1]
        self._threads = [threading.Thread(target=self._accept, daemon=True)]

    def __enter__(self) -> Self:
        self._threads[0].start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.stopping.set()
        for thread in self._threads:
            thread.join(PATIENCE)
        self._listener.close()

    def _accept(self) -> None:
        while not self.stopping.is_set():
            try:
                connection, _ = self._listener.accept()
            except TimeoutError:
                continue
            self.connections += 1
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, connection: socket.socket) -> None:
        with connection, contextlib.suppress(OSError, Stopped):
            connection.settimeout(PATIENCE)
            if self._tls is None:
                self._handler(Conversation(connection, self))
                return
            # A port scanner is gone before it says anything; wrap_socket would leave its socket open.
            if not connection.recv(1, socket.MSG_PEEK):
                return
            with self._tls.wrap_socket(connection, server_side=True) as wrapped:
                self._handler(Conversation(wrapped, self))
