"""Files that somebody named, opened without a wait."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from scanner.cli.errors import Usage

LARGEST = 1024 * 1024
"""Bytes of a small file: a key, or certificates."""


@contextmanager
def regular_file(path: Path) -> Iterator[BinaryIO]:
    """A file, open to be read. Pipes and devices are refused: they may have no end, or never begin.

    Raises Usage, OSError.
    """
    with open(path, "rb", opener=_at_once) as file:
        if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
            raise Usage(f"{path}: không phải tệp thường", f"{path}: not a regular file")
        yield file


def small_file(path: Path, *, secret: bool = False) -> bytes:
    """The bytes of a small file; one with a secret must be closed to all but its owner. Raises Usage, OSError."""
    with regular_file(path) as file:
        if secret and stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
            raise Usage(
                f"{path}: người khác đọc được tệp khóa; chạy: chmod 600 {path}",
                f"{path}: others can read the key file; run: chmod 600 {path}",
            )
        data = file.read(LARGEST + 1)
    if len(data) > LARGEST:
        raise Usage(f"{path}: lớn hơn {LARGEST} byte", f"{path}: larger than {LARGEST} bytes")
    return data


def _at_once(path: str, flags: int) -> int:
    """Opened by this, a pipe that nobody writes to is not waited for."""
    return os.open(path, flags | os.O_NONBLOCK)
