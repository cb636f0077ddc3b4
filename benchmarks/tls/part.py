"""What the parts share: how much is asked for, and runs of several tools in turn."""

import contextlib
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from benchmarks.tls.child import Work
from benchmarks.tls.figures import Run
from benchmarks.tls.looker import Absent, Looker, attempt, looker


@dataclass(frozen=True, slots=True)
class Asked:
    """What the command line asks for."""

    full: bool = False
    """Every tool, size and limit; otherwise a choice that takes a minute or so."""
    runs: int = 3
    """Runs after the warm-up; the median is shown."""
    seconds: float = 60.0
    """A run is stopped after so long."""
    cryptolyzer: str | None = None
    """Where the command of cryptolyzer is."""
    kinds: tuple[str, ...] = ()
    """Only these kinds of servers; all where there are none."""


@dataclass(slots=True)
class Turn:
    """One tool, its runs so far, and what ended it."""

    tool: Looker | None
    runs: list[Run]
    absent: str = ""

    def take(self, work: Work, seconds: float, counts: bool = True) -> None:
        """One run, unless the tool is out."""
        if self.tool is None or self.absent:
            return
        found, self.absent = attempt(self.tool, work, seconds)
        if found is not None and counts:
            self.runs.append(found)


@contextlib.contextmanager
def turns(tools: Sequence[str], per_address: int | None, cryptolyzer: str | None) -> Iterator[dict[str, Turn]]:
    """The tools by name, ready; their processes are ended with the block."""
    found: dict[str, Turn] = {}
    try:
        for name in tools:
            try:
                found[name] = Turn(looker(name, per_address, cryptolyzer), [])
            except Absent as reason:
                found[name] = Turn(None, [], str(reason))
        yield found
    finally:
        for each in found.values():
            if each.tool is not None:
                each.tool.close()


def in_turn(ready: dict[str, Turn], work: Work, runs: int, seconds: float) -> None:
    """A warm-up of every tool, and then their runs in turn, so that a change of the machine's pace meets them all."""
    for number in range(runs + 1):
        for each in ready.values():
            each.take(work, seconds, counts=number > 0)


def say(line: str) -> None:
    """Progress, apart from the figures."""
    print(line, file=sys.stderr, flush=True)
