"""What a process and all that it starts take: wall time, CPU time, resident memory; and an end for each of them.

CPU time of a finished process is the operating system's own account of it. That of one that still lives is read from
its CPU clock, which counts nanoseconds, where /proc counts hundredths of a second.
"""

import contextlib
import os
import resource
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

POLL_SECONDS = 0.02
TICKS = os.sysconf("SC_CLK_TCK")
PAGE = os.sysconf("SC_PAGE_SIZE")


class OutOfTime(Exception):
    """Raised where a command was still running at its bound; it has been killed."""


class CommandFailed(Exception):
    """Raised where a command ended without what it was started for; the text says how."""


@dataclass(frozen=True, slots=True)
class Cost:
    """What one command took."""

    wall: float
    cpu: float
    """Seconds of user and system time, of the command and all that it started."""
    peak: int
    """Bytes of resident memory of the whole tree of processes at its highest, sampled; pages that two processes share
    are counted twice."""


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has ended."""

    cost: Cost
    status: int
    output: bytes
    error: bytes


def run(command: Sequence[str], seconds: float) -> Done:
    """Run a command to its end. Raises OutOfTime."""
    before = _children()
    started = time.monotonic()
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    with Watch(process.pid) as watch:
        try:
            output, error = process.communicate(timeout=seconds)
        except BaseException as reason:
            end(process)
            if isinstance(reason, subprocess.TimeoutExpired):
                raise OutOfTime(f"{seconds:g} s") from None
            raise
    wall = time.monotonic() - started
    return Done(Cost(wall, _children() - before, watch.peak), process.returncode, output, error)


def end(process: "subprocess.Popen[bytes]") -> None:
    """Kill a process that leads a session of its own, with everything in it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


class CpuMeter:
    """CPU seconds of this process and all that it starts, from the making of the meter on.

    Reading the others' clocks costs some itself, so that it is done outside the span that counts.
    """

    def __init__(self) -> None:
        self._others = self._living()
        self._own = _own()

    def read(self) -> float:
        """Seconds up to now."""
        own = _own()
        return own - self._own + self._living() - self._others

    def _living(self) -> float:
        here = os.getpid()
        return sum(_cpu(pid) for pid in tree(here) - {here})


def cpu_of_tree(root: int) -> float:
    """CPU seconds of a process and its descendants that live, and of their children that have ended."""
    return sum(_cpu(pid) for pid in tree(root))


def resident(root: int) -> int:
    """Resident bytes of a process and its descendants."""
    return sum(_resident_pages(pid) for pid in tree(root)) * PAGE


def tree(root: int) -> set[int]:
    """A process and its descendants that live, by their ids."""
    parents = dict(filter(None, map(_parentage, Path("/proc").iterdir())))
    found = {root}
    while grown := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= grown
    return found


def _parentage(entry: Path) -> tuple[int, int] | None:
    """A process and its parent; None for what is no process, or none any more."""
    if not entry.name.isdecimal():
        return None
    try:
        return int(entry.name), int((entry / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return None


def _own() -> float:
    """Of this process and its children that have ended."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime + _children()


def _children() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def _cpu(pid: int) -> float:
    """Of one process with its ended children; 0 where it has just ended itself, and is in its parent's account."""
    try:
        waited = (Path(f"/proc/{pid}/stat")).read_text().rpartition(")")[2].split()[13:15]
        return time.clock_gettime(~pid << 3 | 2) + sum(map(int, waited)) / TICKS
    except OSError:
        return 0.0


def _resident_pages(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    except (OSError, IndexError):
        return 0


class Watch:
    """Samples the resident memory of a tree of processes while the block lasts."""

    def __init__(self, root: int) -> None:
        self.peak = 0
        self._root = root
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> "Watch":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _sample(self) -> None:
        while not self._over.wait(POLL_SECONDS):
            self.peak = max(self.peak, resident(self._root))
