"""What the parts share: how much is asked for, and runs of several tools in turn."""

import contextlib
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

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
    spend: float = 4.0
    """Seconds after which a tool's runs on one piece of work are enough, however many they were."""
    seconds: float = 60.0
    """A run is stopped after so long."""
    cryptolyzer: str | None = None
    """Where the command of cryptolyzer is."""
    policy: str = "mozilla-intermediate"
    """What a quick verdict is asked for."""
    kinds: tuple[str, ...] = ()
    """Only these kinds of servers; all where there are none."""


@dataclass(slots=True)
class Turn:
    """One tool, its runs so far, and what ended it."""

    tool: Looker | None
    runs: list[Run] = field(default_factory=list)
    absent: str = ""
    warm: bool = False
    """It has looked once; a command is started anew every time, and needs no warming."""

    def take(self, work: Work, seconds: float) -> None:
        """One run, unless the tool is out."""
        if self.tool is None or self.absent:
            return
        found, self.absent = attempt(self.tool, work, seconds)
        if found is not None:
            self.runs.append(found)

    def warm_up(self, work: Work, seconds: float) -> None:
        """A run that does not count, for a tool that stays."""
        if self.tool is not None and self.tool.stays and not self.warm:
            self.absent = attempt(self.tool, work, seconds)[1]
            self.warm = True

    def renew(self) -> None:
        """Ready for other work."""
        self.runs = []
        self.absent = "" if self.tool is not None else self.absent

    @property
    def found(self) -> str:
        """What the first run found."""
        return self.runs[0].told if self.runs else ""


@contextlib.contextmanager
def turns(tools: Sequence[str], asked: Asked, per_address: int | None = None) -> Iterator[dict[str, Turn]]:
    """The tools by name, ready; their processes are ended with the block."""
    found: dict[str, Turn] = {}
    try:
        for name in tools:
            try:
                found[name] = Turn(looker(name, asked.policy, per_address, asked.cryptolyzer))
            except Absent as reason:
                found[name] = Turn(None, absent=str(reason))
        yield found
    finally:
        for each in found.values():
            if each.tool is not None:
                each.tool.close()


def in_turn(ready: Mapping[str, Turn], work: Work, asked: Asked) -> None:
    """The runs of the tools in turn, so that a change of the machine's pace meets them all; first the warm-ups."""
    for each in ready.values():
        each.warm_up(work, asked.seconds)
    for _ in range(asked.runs):
        for each in ready.values():
            if sum(run.wall for run in each.runs) < asked.spend:
                each.take(work, asked.seconds)


def say(line: str) -> None:
    """Progress, apart from the figures."""
    print(line, file=sys.stderr, flush=True)
