"""The heartbeat of the daemon: a small file that says when it was last alive, and what it worked on.

A watcher looks at the file or at `khien_heartbeat_timestamp_seconds`; `khien doctor` looks at the file.
"""

import json
import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from reports.atomic import replacing
from scanner.cli.config import Config

LARGEST = 4096
"""Bytes that are read of such a file."""


@dataclass(frozen=True, slots=True)
class Heartbeat:
    """What the file says."""

    at: datetime
    pid: int
    work: str
    """What is scanned; empty: nothing."""


def heartbeat_file(config: Config) -> Path | None:
    """Where the heartbeat stands: where `metrics` says, else beside an SQLite database; None: nowhere."""
    if config.metrics is not None and config.metrics.heartbeat is not None:
        return Path(config.metrics.heartbeat)
    return None if "://" in config.database else Path(f"{config.database}.heartbeat")


def beat(path: Path, now: datetime, work: str) -> None:
    """Say that the daemon is alive. Raises OSError."""
    with replacing(path) as file:
        file.write(json.dumps({"at": now.isoformat(), "pid": os.getpid(), "work": work}).encode())


def last_beat(path: Path) -> Heartbeat | None:
    """What the file says; None where there is none, or it makes no sense."""
    try:
        with path.open("rb") as file:
            said = json.loads(file.read(LARGEST))
        found = Heartbeat(datetime.fromisoformat(said["at"]), int(said["pid"]), str(said["work"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return found if found.at.tzinfo is not None else None
