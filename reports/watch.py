"""Ends a conversation whose time is over, however slowly the other side goes on answering."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

BOTH_WAYS = 2
"""SHUT_RDWR of shutdown(2)."""
PULSE = 0.2
"""Seconds between two looks for a connection to end, once the time is over."""


class Watch:
    """Watches the connection of one client of the standard library: what it holds as `sock`."""

    def __init__(self) -> None:
        self.late = False
        """Whether the time was over before the end."""
        self._over = threading.Event()
        self._client: Any = None

    def over(self, client: object) -> None:
        """Whose connection it is; said before there is one."""
        self._client = client

    @contextmanager
    def running(self, seconds: float) -> Iterator[None]:
        """The conversation, which ends within so many seconds and a little."""
        thread = threading.Thread(target=self._wait, args=(seconds,), daemon=True)
        thread.start()
        try:
            yield
        finally:
            self._over.set()
            thread.join()

    def _wait(self, seconds: float) -> None:
        if self._over.wait(seconds):
            return
        self.late = True
        while not self._over.wait(PULSE):  # the connection may be only about to be made
            sock: Any = getattr(self._client, "sock", None)
            try:
                if sock is not None:
                    sock.shutdown(BOTH_WAYS)
            except OSError:
                continue  # it is gone, or became the socket of TLS
