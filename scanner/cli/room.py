"""Room on the disks that Khiên writes to."""

import shutil
from pathlib import Path

from scanner.cli.config import Config
from scanner.cli.errors import Refused
from scanner.cli.language import say
from scanner.cli.ui import note

MIB = 1 << 20
LOW = 5
"""Times the least: with less, it is spoken of."""


def written_to(config: Config) -> dict[str, Path]:
    """What a scan writes to, by what it is for."""
    found = {}
    if "://" not in config.database:
        found["database"] = Path(config.database)
    if config.log is not None and config.log.file is not None:
        found["log"] = Path(config.log.file)
    return found


def free_bytes(path: Path) -> int:
    """What is left where a file is, or will be."""
    there = next(each for each in (path, *path.parents) if each.exists())
    return shutil.disk_usage(there).free


def require_room(config: Config) -> None:
    """Raises Refused where a scan would probably not come to its end for want of room."""
    least = config.scan.least_free_mib
    for path in written_to(config).values():
        left = free_bytes(path) // MIB
        if left < least:
            raise Refused(
                f"{path.parent}: chỉ còn {left} MiB trống, cần ít nhất {least} MiB (scan.least_free_mib)",
                f"{path.parent}: only {left} MiB free, at least {least} MiB are needed (scan.least_free_mib)",
            )
        if left < LOW * least:
            note(say(f"{path.parent}: chỉ còn {left} MiB trống", f"{path.parent}: only {left} MiB free"))
