"""In front of a TLS server that behaves: relays that each do one thing wrong, or do what is odd and allowed."""

import os
import random
import socket
import threading
import time
from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from tests.servers.misbehaving import Relay, Then
from tests.servers.tcp import reset

ALERT: Final = 21
HANDSHAKE: Final = 22
APPLICATION_DATA: Final = 23
INTERNAL_ERROR: Final = 80
UNRECOGNIZED_NAME: Final = 112


def record(kind: int, payload: bytes, version: int = 0x0303) -> bytes:
    """One record (RFC 8446 section 5.1)."""
    return bytes([kind]) + version.to_bytes(2) + len(payload).to_bytes(2) + payload


WARNING: Final = record(ALERT, bytes([1, UNRECOGNIZED_NAME]))
CLOSE_NOTIFY: Final = record(ALERT, bytes([1, 0]))


class Segments(Relay):
    """Every byte is a segment of its own."""

    def distort(self) -> Callable[[bytes], Iterable[bytes]]:
        return lambda data: (data[at : at + 1] for at in range(len(data)))


class Records(Relay):
    """Something befalls whole records of the answer."""

    def distort(self) -> Callable[[bytes], Iterable[bytes]]:
        buffer = bytearray()
        place = 0

        def take(data: bytes) -> Iterable[bytes]:
            nonlocal place
            buffer.extend(data)
            while len(buffer) >= 5 and len(buffer) >= (end := 5 + int.from_bytes(buffer[3:5])):
                whole = bytes(buffer[:end])
                del buffer[:end]
                yield from self.replaced(whole, place)
                place += 1

        return take

    @abstractmethod
    def replaced(self, whole: bytes, place: int) -> Sequence[bytes]:
        """What is sent instead of a record, which is the so-manieth of its connection. May raise OSError to close."""


class OneByteRecords(Records):
    """Messages in the clear are cut into records of one byte."""

    def replaced(self, whole: bytes, place: int) -> Sequence[bytes]:
        if whole[0] != HANDSHAKE:
            return (whole,)
        return (b"".join(record(HANDSHAKE, whole[at : at + 1]) for at in range(5, len(whole))),)


class RecordVersion(Records):
    """Records in the clear bear another version."""

    version = 0x0399

    def replaced(self, whole: bytes, place: int) -> Sequence[bytes]:
        return (whole[:1] + self.version.to_bytes(2) + whole[3:] if whole[0] in (ALERT, HANDSHAKE) else whole,)


class RecordVersion5(RecordVersion):
    """Of a major version that there is not."""

    version = 0x0500


class WarnsFirst(Records):
    """A warning comes before everything else (RFC 6066 section 3 tells servers not to, and some do)."""

    def replaced(self, whole: bytes, place: int) -> Sequence[bytes]:
        return (WARNING + whole,) if place == 0 else (whole,)


class EmptyFirst(Records):
    """Empty records come before the ServerHello, though no more than clients suffer."""

    def replaced(self, whole: bytes, place: int) -> Sequence[bytes]:
        return (record(HANDSHAKE, b"") * 20 + whole,) if place == 0 and whole[0] == HANDSHAKE else (whole,)


class ClosesPolitely(Records):
    """Refuses by close_notify instead of an error."""

    def replaced(self, whole: bytes, place: int) -> Sequence[bytes]:
        return (CLOSE_NOTIFY,) if whole[0] == ALERT else (whole,)


class FailsInternally(Records):
    """Refuses by internal_error, as if it were its own fault."""

    def replaced(self, whole: bytes, place: int) -> Sequence[bytes]:
        return (record(ALERT, bytes([2, INTERNAL_ERROR])),) if whole[0] == ALERT else (whole,)


class RefusesInSilence(Records):
    """Says nothing more where it refuses, and keeps the connection."""

    def replaced(self, whole: bytes, place: int) -> Sequence[bytes]:
        if whole[0] == ALERT:
            self.stopping.wait(10)
        return () if whole[0] == ALERT else (whole,)


class WarnsInsteadOfRefusing(Records):
    """Gives a warning where it refuses, and keeps the connection."""

    def replaced(self, whole: bytes, place: int) -> Sequence[bytes]:
        return (WARNING, *RefusesInSilence.replaced(self, whole, place)) if whole[0] == ALERT else (whole,)  # type: ignore[arg-type]


class HangsAfterHello(Records):
    """The ServerHello, and nothing after it."""

    def replaced(self, whole: bytes, place: int) -> Sequence[bytes]:
        if place or whole[0] != HANDSHAKE:
            return () if whole[0] != ALERT else (whole,)
        end = 9 + int.from_bytes(whole[6:9])
        return (record(HANDSHAKE, whole[5:end]),)


class GarblesSecrets(Records):
    """What is encrypted is replaced by as many bytes that mean nothing."""

    def replaced(self, whole: bytes, place: int) -> Sequence[bytes]:
        return (whole[:5] + os.urandom(len(whole) - 5),) if whole[0] == APPLICATION_DATA else (whole,)


class Late(Relay):
    """Each answer comes late, though within what a connection may take."""

    def choose(self, hello: bytes) -> Then | None:
        self.stopping.wait(0.4)
        return None


class IgnoresLongHellos(Relay):
    """Says nothing to a hello of more than 255 bytes."""

    def choose(self, hello: bytes) -> Then | None:
        return "hang" if hello[:1] == b"\x16" and int.from_bytes(hello[3:5]) > 255 else None


class HalfAtRandom(Relay):
    """Cuts every other connection or so."""

    def __init__(self, backend: tuple[str, int], address: str) -> None:
        super().__init__(backend, address=address)
        self.random = random.Random(7)

    def choose(self, hello: bytes) -> Then | None:
        return self.random.choice((None, "reset"))


class RateLimit(Relay):
    """Resets what comes beyond so many connections in so many seconds."""

    most = 15
    seconds = 1.0

    def __init__(self, backend: tuple[str, int], address: str) -> None:
        super().__init__(backend, address=address)
        self.times: deque[float] = deque()

    def serve(self, sock: socket.socket) -> None:
        now = time.monotonic()
        while self.times and self.times[0] < now - self.seconds:
            self.times.popleft()
        if len(self.times) >= self.most:
            reset(sock)
            return
        self.times.append(now)
        super().serve(sock)


class ListensByTurns(Relay):
    """After so many connections nothing listens for a while, so that connections are refused."""

    most = 12
    seconds = 0.7

    def _accept(self) -> None:
        while not self.stopping.is_set():
            for _ in range(self.most):
                try:
                    sock, _ = self._listener.accept()
                except OSError:
                    return
                self.connections += 1
                self.keep(sock)
                threading.Thread(target=self._handle, args=(sock,), daemon=True).start()
            self._listener.close()
            if self.stopping.wait(self.seconds):
                return
            self._listener = socket.create_server((self.address, self.port), backlog=256)
