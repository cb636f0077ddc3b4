"""Servers that misbehave in one way each, alone or in front of a server that behaves."""

import contextlib
import socket
import threading
from collections.abc import Callable, Iterable
from typing import Literal

from tests.servers.tcp import TcpServer, reset, stands

SERVER_HELLO_START = bytes.fromhex("160303007a020000760303") + bytes(100)


class Silent(TcpServer):
    """Accepts, reads, and never answers."""

    def serve(self, sock: socket.socket) -> None:
        while sock.recv(4096):
            pass


class Drip(TcpServer):
    """Answers with one byte a second of something that begins like a ServerHello."""

    def serve(self, sock: socket.socket) -> None:
        for value in SERVER_HELLO_START:
            sock.sendall(bytes([value]))
            if self.stopping.wait(1.0):
                return


class Says(TcpServer):
    """Answers the first bytes with fixed words, then closes."""

    def __init__(self, words: bytes, first: bool = False, address: str = "127.0.0.1") -> None:
        super().__init__(address)
        self.words = words
        self.first = first
        """Whether it speaks before it is spoken to."""

    def serve(self, sock: socket.socket) -> None:
        if not self.first:
            sock.recv(4096)
        sock.sendall(self.words)
        with contextlib.suppress(OSError):
            sock.shutdown(socket.SHUT_WR)
            sock.recv(4096)


class PlainHttp(Says):
    """HTTP without TLS that, like many, closes without a word when it is greeted in TLS."""

    def __init__(self, address: str = "127.0.0.1") -> None:
        super().__init__(b"HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n", address=address)

    def serve(self, sock: socket.socket) -> None:
        request = sock.recv(4096)
        if request[:1].isalpha():
            sock.sendall(self.words)


class Garbage(TcpServer):
    """Answers everything with endless bytes that mean nothing."""

    def serve(self, sock: socket.socket) -> None:
        sock.recv(4096)
        while not self.stopping.is_set():
            sock.sendall(b"\x00\xff" * 8192)


Then = Literal["hang", "reset", "close"]


class Relay(TcpServer):
    """Passes connections on to a server that behaves, up to a point.

    `answered` connections are passed on, `then` befalls the rest; of each answer at most `reply_bytes` come
    through; connections beyond `at_once` are reset, and so is one of `every` so many. What the client has closed counts
    no more, whenever this process comes to notice: a client that keeps to `at_once` is never reset for it.
    """

    def __init__(
        self,
        backend: tuple[str, int],
        answered: int | None = None,
        then: Then = "hang",
        reply_bytes: int | None = None,
        at_once: int | None = None,
        every: int | None = None,
        address: str = "127.0.0.1",
    ) -> None:
        super().__init__(address)
        self.backend = backend
        self.answered = answered
        self.then = then
        self.reply_bytes = reply_bytes
        self.at_once = at_once
        self.every = every
        self.begun = 0
        self._standing: list[socket.socket] = []
        self._count = threading.Lock()

    def serve(self, sock: socket.socket) -> None:
        with self._count:
            self.begun += 1
            number = self.begun
            self._standing = [each for each in self._standing if stands(each)]
            too_many = self.at_once is not None and len(self._standing) >= self.at_once
            if not too_many:
                self._standing.append(sock)
        if self.answered is not None and number > self.answered:
            self._refuse(sock, self.then)
        elif too_many or (self.every is not None and number % self.every == 0):
            self._refuse(sock, "reset")
        else:
            self._pass_on(sock)

    def choose(self, hello: bytes) -> Then | None:
        """What befalls a connection that begins with these bytes instead of being passed on: nothing."""
        return None

    def distort(self) -> Callable[[bytes], Iterable[bytes]]:
        """For one connection: what becomes of a piece of the answer, each part sent by itself."""
        return lambda data: (data,)

    def _refuse(self, sock: socket.socket, then: Then) -> None:
        if then == "reset":
            sock.recv(1)
            reset(sock)
        elif then == "hang":
            while sock.recv(4096):
                pass

    def _pass_on(self, sock: socket.socket) -> None:
        then = self.choose(sock.recv(16, socket.MSG_PEEK))
        if then is not None:
            self._refuse(sock, then)
            return
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with socket.create_connection(self.backend, timeout=10) as behind:
            self.keep(behind)
            back = threading.Thread(
                target=self._pump, args=(behind, sock, self.distort(), self.reply_bytes), daemon=True
            )
            back.start()
            self._pump(sock, behind, lambda data: (data,), None)
            back.join(10)

    def _pump(
        self,
        source: socket.socket,
        sink: socket.socket,
        distort: Callable[[bytes], Iterable[bytes]],
        limit: int | None,
    ) -> None:
        passed = 0
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                if limit is not None:
                    data = data[: limit - passed]
                passed += len(data)
                for part in distort(data):
                    sink.sendall(part)
        if limit is None or passed < limit:
            with contextlib.suppress(OSError):
                sink.shutdown(socket.SHUT_WR)


class CutsOldHellos(Relay):
    """Resets every connection whose hello is of a version below TLS 1.2, as some servers do instead of an alert."""

    def choose(self, hello: bytes) -> Then | None:
        return None if hello[:1] == b"\x16" and hello[9:11] == b"\x03\x03" else "reset"
