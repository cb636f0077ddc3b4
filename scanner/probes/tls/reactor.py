"""The driver of the TLS engine, for the threads that want something looked at: one thread of its own does the work.

What to open and what to say is decided by the looks; `loop.py` keeps politeness, deadlines and byte caps.
"""

import os
import threading
from collections import deque

from scanner.probes.interface import Deadline, ProbeError
from scanner.probes.politeness import Politeness
from scanner.probes.tls.conversation import Look
from scanner.probes.tls.link import Bounds, Place, Run, open_sockets, peer_of
from scanner.probes.tls.loop import Loop

_END_SECONDS = 10
"""How long `close` waits for the thread: a look's own endless loop cannot be ended from outside."""


class Reactor:
    """Drives looks. Its thread starts with the first one and ends with `close`."""

    def __init__(
        self,
        politeness: Politeness,
        *,
        at_once: int = 256,
        connect_seconds: float,
        answer_seconds: float,
        received_bytes: int = 4 * 1024 * 1024,
    ) -> None:
        """Set the bounds of every look.

        politeness: what each connection asks for a turn.
        at_once: sockets open together in all.
        connect_seconds: the longest wait for a connection to stand.
        answer_seconds: what a connection has on top of that, from its opening to its end.
        received_bytes: what one connection may send.
        """
        self._politeness = politeness
        self._bounds = Bounds(open_sockets(at_once), connect_seconds, connect_seconds + answer_seconds, received_bytes)
        self._lock = threading.Lock()  # over all that follows
        self._inbox: deque[Run] = deque()
        self._bell = -1
        self._thread: threading.Thread | None = None
        self._ended: str | None = None

    def look(self, look: Look, until: Deadline) -> int:
        """Run a look to its end, or to `until`, which is put off for turns; give the connections opened.

        Raises ValueError where its address is not a literal one, and ProbeError("tool_failed") where it or one of its
        conversations raised, where it wants nothing yet is not finished, and where the reactor is closed.
        """
        family, peer = peer_of(look.address, look.port)
        run = Run(look, until, family, peer, Place(self._politeness.gate(look.address)))
        try:  # a caller may be interrupted at any moment
            self._post(run)
            run.over.wait()
        except BaseException:
            self._abandon(run)
            raise
        if run.error is not None:
            raise ProbeError("tool_failed", run.error)
        return run.connections

    def close(self) -> None:
        """End the looks under way: they raise; close every socket, and wait for the thread to end."""
        with self._lock:
            self._ended = self._ended or "the reactor is closed"
            self._ring()
            thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join(_END_SECONDS)

    def _post(self, run: Run) -> None:
        with self._lock:
            if self._ended is not None:
                raise ProbeError("tool_failed", self._ended)
            if self._thread is None:
                self._thread = self._start()
            self._inbox.append(run)
            self._ring()

    def _start(self) -> threading.Thread:
        try:
            loop = Loop(self._bounds)
            self._bell = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
            loop.listen(self._bell)
        except OSError as error:  # no descriptor is free; the next look may find one
            raise ProbeError("tool_failed", f"the reactor cannot start: {error}") from error
        thread = threading.Thread(target=self._work, args=(loop,), name="tls-reactor", daemon=True)
        thread.start()
        return thread

    def _abandon(self, run: Run) -> None:
        with self._lock:
            run.abandoned = True
            self._inbox.append(run)
            self._ring()

    def _ring(self) -> None:
        if self._bell >= 0:
            os.eventfd_write(self._bell, 1)

    def _work(self, loop: Loop) -> None:
        reason = "the reactor ended"
        try:
            self._serve(loop)
        except BaseException as error:  # our own fault; the looks tell of it
            reason = f"the reactor failed: {type(error).__name__}: {error}"
        finally:
            with self._lock:
                self._ended = self._ended or reason
                os.close(self._bell)
                self._bell = -1
                left = [run for run in self._inbox if not run.over.is_set()]
                self._inbox.clear()
            loop.end(left, self._ended)

    def _serve(self, loop: Loop) -> None:
        while self._ended is None:
            if loop.turn():
                os.eventfd_read(self._bell)
                while self._inbox and self._ended is None:
                    loop.admit(self._inbox.popleft())
