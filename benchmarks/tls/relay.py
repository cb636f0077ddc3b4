"""A TCP relay in a process of its own that counts connections, and can delay what it passes on.

A delay is half the round trip in each direction. Establishing a connection is not delayed, because the kernel does
it: `wire.py` delays that too, where it is allowed to.
"""

import contextlib
import json
import os
import selectors
import socket
import struct
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator

from benchmarks.processes import end

CHUNK = 65536
START_SECONDS = 10.0
HARD_RESET = struct.pack("ii", 1, 0)
"""SO_LINGER of no time: closing sends RST."""


class Relay:
    """A relay that runs. Made by `relay_to`."""

    def __init__(self, process: "subprocess.Popen[bytes]", port: int) -> None:
        self.port = port
        self._process = process

    def count(self) -> int:
        """Connections accepted since the last time this was asked."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(b"\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())


@contextlib.contextmanager
def relay_to(address: str, port: int, round_trip: float = 0.0, listen: str | None = None) -> Iterator[Relay]:
    """A relay on a free port of the same address or another one, until the block ends; `round_trip` in seconds."""
    process = subprocess.Popen(
        [sys.executable, "-m", "benchmarks.tls.relay", json.dumps([listen or address, address, port, round_trip / 2])],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        yield Relay(process, int(process.stdout.readline()))
    finally:
        end(process)


class _Server:
    """The relay inside its process."""

    def __init__(self, listen: str, address: str, port: int, delay: float) -> None:
        self._listen = listen
        self._to = (address, port)
        self._delay = delay
        self._accepted = 0
        self._selector = selectors.DefaultSelector()
        self._waiting: deque[tuple[float, _Half, bytes | None]] = deque()
        """What came in: when it is due, from which side, and the bytes; none for an end of file, None for a reset."""

    def serve(self) -> None:
        """Until standard input ends, as it does when whoever started this is gone."""
        listener = socket.create_server((self._listen, 0), backlog=4096)
        self._selector.register(listener, selectors.EVENT_READ)
        self._selector.register(0, selectors.EVENT_READ)
        print(listener.getsockname()[1], flush=True)
        while True:
            pause = max(0.0, self._waiting[0][0] - time.monotonic()) if self._waiting else None
            for key, _ in self._selector.select(pause):
                if key.fileobj is listener:
                    self._accept(listener)
                elif key.data is not None:
                    self._take(key.data)
                elif not self._answer():
                    return
            self._pass_on(time.monotonic())

    def _answer(self) -> bool:
        """Say how many connections there were; False at the end of standard input."""
        if not os.read(0, 1):
            return False
        print(self._accepted, flush=True)
        self._accepted = 0
        return True

    def _accept(self, listener: socket.socket) -> None:
        near, _ = listener.accept()
        self._accepted += 1
        try:
            far = socket.create_connection(self._to, timeout=START_SECONDS)
        except OSError:
            _reset(near)
            return
        for sock in (near, far):
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        halves = (_Half(near, far), _Half(far, near))
        for half, other in (halves, halves[::-1]):
            half.other = other
            self._selector.register(half.source, selectors.EVENT_READ, half)

    def _take(self, half: "_Half") -> None:
        if half.ended:  # its connection was cut while this event waited
            return
        try:
            data: bytes | None = half.source.recv(CHUNK)
        except OSError:
            data = None
        if not data:
            half.ended = True
            self._selector.unregister(half.source)
        self._waiting.append((time.monotonic() + self._delay, half, data))

    def _pass_on(self, now: float) -> None:
        """Send what is due. One that takes no more for a while would hold up everything: none of them does."""
        while self._waiting and self._waiting[0][0] <= now:
            _, half, data = self._waiting.popleft()
            if half.passed:
                continue
            try:
                if data:
                    half.sink.sendall(data)
                    continue
                if data is None:
                    raise ConnectionResetError
                half.sink.shutdown(socket.SHUT_WR)
            except OSError:
                self._cut(half)
                continue
            half.passed = True
            if half.other is not None and half.other.passed:
                half.source.close()
                half.sink.close()

    def _cut(self, half: "_Half") -> None:
        """Reset both sides."""
        for each in filter(None, (half, half.other)):
            if not each.ended:
                self._selector.unregister(each.source)
            each.ended = each.passed = True
            _reset(each.source)


class _Half:
    """One direction of a connection."""

    def __init__(self, source: socket.socket, sink: socket.socket) -> None:
        self.source, self.sink = source, sink
        self.other: _Half | None = None
        self.ended = False
        """Nothing more is read."""
        self.passed = False
        """Nothing more is sent."""


def _reset(sock: socket.socket) -> None:
    """Close with RST, as the other side was."""
    with contextlib.suppress(OSError):
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, HARD_RESET)
        sock.close()


if __name__ == "__main__":
    _Server(*json.loads(sys.argv[1])).serve()
