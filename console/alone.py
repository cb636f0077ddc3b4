"""What takes long, and is done for one person at a time: who comes meanwhile is told so."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock

from console import audit_words
from console.request import Unclear

_lock = Lock()


@contextmanager
def alone() -> Iterator[None]:
    """While it lasts nobody else is. Raises Unclear where somebody is already."""
    if not _lock.acquire(blocking=False):
        raise Unclear(audit_words.BUSY)
    try:
        yield
    finally:
        _lock.release()
