"""Files that somebody named, opened without a wait."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from scanner.cli.errors import Usage


@contextmanager
def regular_file(path: Path) -> Iterator[BinaryIO]:
    """A file, open to be read. Pipes and devices are refused: they may have no end, or never begin.

    Raises Usage, OSError.
    """
    with open(path, "rb", opener=_at_once) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise Usage(f"{path}: không phải tệp thường", f"{path}: not a regular file")
        yield file


def _at_once(path: str, flags: int) -> int:
    """Opened by this, a pipe that nobody writes to is not waited for."""
    return os.open(path, flags | os.O_NONBLOCK)
