"""Servers that answer hellos with what a test wants: as far as the ServerHello, and never a whole handshake."""

import os
import socket
from abc import abstractmethod
from collections.abc import Sequence
from typing import Final

from tests.hostile.tls_relays import ALERT, HANDSHAKE, record
from tests.scanner.probes.tls13_played import RETRY_RANDOM, ReadHello, sized
from tests.servers.starttls import read
from tests.servers.tcp import TcpServer

SERVER_HELLO: Final = 2
HELLO_REQUEST: Final = 0
TLS1_3: Final = 0x0304
AES_128_GCM: Final = 0x009C
AES_128_GCM_13: Final = 0x1301
SUPPORTED_VERSIONS: Final = 43
KEY_SHARE: Final = 51


def server_hello(
    version: int, suite: int, *extensions: tuple[int, bytes], random: bytes = bytes(32), session: bytes = b""
) -> bytes:
    """The message (RFC 5246 section 7.4.1.3)."""
    block = b"".join(kind.to_bytes(2) + sized(2, body) for kind, body in extensions)
    body = version.to_bytes(2) + random + sized(1, session) + suite.to_bytes(2) + b"\0" + sized(2, block)
    return bytes([SERVER_HELLO]) + sized(3, body)


def records(message: bytes, version: int = 0x0303) -> bytes:
    """A message in as many records as it needs."""
    return b"".join(record(HANDSHAKE, message[at : at + 2**14], version) for at in range(0, len(message), 2**14))


class HelloServer(TcpServer):
    """Reads one hello, and says something."""

    stays = False
    """Whether it keeps the connection then, until the client goes."""

    def serve(self, sock: socket.socket) -> None:
        if sock.recv(1, socket.MSG_PEEK) != b"\x16":
            self.otherwise(sock)
            return
        head = read(sock, 5)
        hello = ReadHello.of(read(sock, int.from_bytes(head[3:5])))
        for words in self.answer(hello):
            sock.sendall(words)
        while self.stays and sock.recv(4096):
            pass

    def otherwise(self, sock: socket.socket) -> None:
        """Answer what is no hello of SSL 3.0 or later: by an alert."""
        sock.sendall(record(ALERT, b"\x02\x46"))

    @abstractmethod
    def answer(self, hello: ReadHello) -> Sequence[bytes]:
        """What is said."""


def offers13(hello: ReadHello) -> bool:
    """Whether a hello offers TLS 1.3."""
    return TLS1_3 in (hello.listed(SUPPORTED_VERSIONS, 1) if hello.get(SUPPORTED_VERSIONS) else [])


class PicksUnoffered(HelloServer):
    """Chooses a suite that was not offered."""

    def answer(self, hello: ReadHello) -> Sequence[bytes]:
        return (records(server_hello(hello.version, 0x6A6A)),)


class PicksAlwaysTheSame(HelloServer):
    """Has one suite, and chooses it whether or not it is offered."""

    def answer(self, hello: ReadHello) -> Sequence[bytes]:
        if hello.version < 0x0303:
            return (record(ALERT, b"\x02\x46"),)
        return (records(server_hello(0x0303, AES_128_GCM)),)


class AlwaysTls10(HelloServer):
    """Knows nothing but TLS 1.0, and says so to everybody (RFC 5246 appendix E.1)."""

    def answer(self, hello: ReadHello) -> Sequence[bytes]:
        if hello.version < 0x0301:
            return (record(ALERT, b"\x02\x46", 0x0300),)
        if 0x002F not in hello.suites:
            return (record(ALERT, b"\x02\x28", 0x0301),)
        return (records(server_hello(0x0301, 0x002F), 0x0301),)


class TooNew(HelloServer):
    """Answers every hello in a version that is newer than what was offered."""

    def answer(self, hello: ReadHello) -> Sequence[bytes]:
        if offers13(hello):
            return (records(server_hello(0x0303, hello.suites[-1], (SUPPORTED_VERSIONS, b"\x03\x05"))),)
        return (records(server_hello(hello.version + 1, hello.suites[-1])),)


class Unreal(HelloServer):
    """Answers in a version that there is not."""

    def answer(self, hello: ReadHello) -> Sequence[bytes]:
        return (records(server_hello(0x0505, hello.suites[-1])),)


class EndlessRetry(HelloServer):
    """Asks for another hello in TLS 1.3, and again, and again."""

    groups: tuple[int, ...] = (24, 25)

    def serve(self, sock: socket.socket) -> None:
        if sock.recv(1, socket.MSG_PEEK) != b"\x16":
            self.otherwise(sock)
            return
        asked = 0
        while head := sock.recv(5, socket.MSG_WAITALL):
            message = read(sock, int.from_bytes(head[3:5]))
            if head[0] != HANDSHAKE:
                continue
            sock.sendall(self.retry(ReadHello.of(message), self.groups[asked % len(self.groups)]))
            asked += 1

    def retry(self, hello: ReadHello, group: int) -> bytes:
        """HelloRetryRequest."""
        if not offers13(hello):
            return record(ALERT, b"\x02\x46")
        suite = next((each for each in (AES_128_GCM_13, 0x1302, 0x1303) if each in hello.suites), None)
        if suite is None or not set(self.groups) & {*hello.listed(10), *(set(self.groups) - {24, 25})}:
            return record(ALERT, b"\x02\x28")
        extensions = ((SUPPORTED_VERSIONS, TLS1_3.to_bytes(2)), (KEY_SHARE, group.to_bytes(2)))
        session = hello.session_id
        return records(server_hello(0x0303, suite, *extensions, random=RETRY_RANDOM, session=session))

    def answer(self, hello: ReadHello) -> Sequence[bytes]:
        return ()


class RetriesForNothing(EndlessRetry):
    """Asks for a group that was never offered."""

    groups = (0x6A6A,)


class LongHello(HelloServer):
    """A ServerHello of three records: it brings an extension of 40,000 bytes."""

    def answer(self, hello: ReadHello) -> Sequence[bytes]:
        if hello.version < 0x0303 or AES_128_GCM not in hello.suites:
            return (record(ALERT, b"\x02\x46" if hello.version < 0x0303 else b"\x02\x28"),)
        return (records(server_hello(0x0303, AES_128_GCM, (0xFDE8, bytes(40_000)))),)


class Says(HelloServer):
    """Answers every hello with the same words."""

    stays = True

    def __init__(self, words: bytes, address: str) -> None:
        super().__init__(address)
        self.words = words

    def otherwise(self, sock: socket.socket) -> None:
        sock.recv(4096)
        sock.sendall(self.words)
        while sock.recv(4096):
            pass

    def answer(self, hello: ReadHello) -> Sequence[bytes]:
        return (self.words,)


class Floods(TcpServer):
    """Answers with the same words without an end."""

    def __init__(self, words: bytes, address: str) -> None:
        super().__init__(address)
        self.words = words * (65536 // len(words))

    def serve(self, sock: socket.socket) -> None:
        sock.recv(4096)
        while not self.stopping.is_set():
            sock.sendall(self.words)


class Tarpit(TcpServer):
    """Takes in one byte a second through a window that is as small as may be, and says nothing."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1)

    def serve(self, sock: socket.socket) -> None:
        while sock.recv(1) and not self.stopping.wait(1.0):
            pass


class ClosesAtOnce(TcpServer):
    """Accepts, and closes."""

    def serve(self, sock: socket.socket) -> None:
        return


class NeverAccepts(TcpServer):
    """Listens, and is too busy ever to accept: the system holds a few connections for it, and drops the rest."""

    def _accept(self) -> None:
        self._listener.listen(0)
        self.stopping.wait()


class Ssl2Only(HelloServer):
    """Knows nothing but SSL 2.0, and drops whoever greets in anything else."""

    def serve(self, sock: socket.socket) -> None:
        if sock.recv(1, socket.MSG_PEEK)[0] & 0x80:
            sock.recv(4096)
            kinds = bytes.fromhex("010080 0700c0")
            body = b"\x04\x00\x01\x00\x02" + struct_of(b"", kinds, os.urandom(16))
            sock.sendall((0x8000 | len(body)).to_bytes(2) + body)

    def answer(self, hello: ReadHello) -> Sequence[bytes]:
        return ()


def struct_of(certificate: bytes, kinds: bytes, connection: bytes) -> bytes:
    """Three fields with their lengths before them all (draft-hickman-netscape-ssl-00, SERVER-HELLO)."""
    fields = (certificate, kinds, connection)
    return b"".join(len(each).to_bytes(2) for each in fields) + b"".join(fields)
