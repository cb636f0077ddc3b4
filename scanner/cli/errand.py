"""A command that the daemon runs now and then in a process of its own, beside its scans."""

import subprocess
import time
from collections.abc import Callable, Sequence

PATIENCE = 3600.0
"""Seconds after which a process that has not ended is killed."""
GRACE = 10.0
"""Seconds that it has to end by itself."""


class Errand:
    """One such command, of which one process runs at a time. What it says goes where the daemon's words go."""

    def __init__(self, command: Sequence[str], every: float, monotonic: Callable[[], float] = time.monotonic) -> None:
        """It is due at once, then every so many seconds."""
        self._command = command
        self._every = every
        self._monotonic = monotonic
        self._begun: float | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def tick(self) -> None:
        """Start it where it is due, and end it where it takes too long. Raises OSError where it cannot be started."""
        now = self._monotonic()
        if self._process is not None and self._process.poll() is None:
            if self._begun is not None and now - self._begun > PATIENCE:
                self.end()
            return
        self._process = None
        if self._begun is None or now - self._begun >= self._every:
            self._begun = now
            self._process = subprocess.Popen(  # noqa: S603  (the caller names it)
                self._command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, start_new_session=True
            )

    def wait(self) -> None:
        """Until the process that runs is over, if one does; it is killed where it takes too long."""
        if self._process is not None:
            try:
                self._process.wait(PATIENCE)
            except subprocess.TimeoutExpired:
                self.end()

    def end(self) -> None:
        """End the process that runs, if one does."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None
