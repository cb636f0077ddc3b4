"""How many requests somebody may make: counted by the minute, for each token, each user, and each address.

The counts are this process's own; the console is one process. What is counted ends with the minute, so that they grow
no further than a minute's connections.
"""

from collections import Counter
from datetime import datetime
from threading import Lock

SECONDS = 60
PER_TOKEN, PER_ADDRESS = 300, 600
"""Requests of programs in a minute."""
PER_USER, PER_SOURCE = 600, 1200
"""The same of browsers: of somebody who has signed in, and from one address without a sign-in (an office has one)."""
WEIGHT = 6
"""A form, or a file that is taken, counts as so many: it is work, and most leave an act."""


class Minute:
    """The requests of the current minute."""

    def __init__(self) -> None:
        self._minute = 0
        self._counts: Counter[str] = Counter()
        self._lock = Lock()

    def wait(self, key: str, most: int, now: datetime, weight: int = 1) -> int:
        """Count a request. Seconds until another is taken where there were too many; 0: this one is taken."""
        minute, second = divmod(int(now.timestamp()), SECONDS)
        with self._lock:
            if minute != self._minute:
                self._minute = minute
                self._counts.clear()
            self._counts[key] += weight
            return SECONDS - second if self._counts[key] > most else 0


MINUTE = Minute()
"""That of the running console."""
