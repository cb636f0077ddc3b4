"""How the command line shows things: results on standard output, progress and errors on standard error.

Text that came from servers or files is shown through `clean`, and never read as markup.
"""

import json
import os
import sys
import time
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text as Line

from checks.model.evidence import Evidence, ProbeFailure
from checks.model.target import Target
from scanner.cli.language import say

WIDE = None if sys.stdout.isatty() or "COLUMNS" in os.environ else 200
"""Width of what goes to a file or a pipe, so that ids are not folded there."""
out = Console(highlight=False, soft_wrap=True, width=WIDE)
err = Console(stderr=True, highlight=False, soft_wrap=True)

PLAIN_SECONDS = 30.0
"""Without a terminal a line of progress is printed at most this often, and at the end."""


def clean(text: object) -> str:
    """Text of outside origin on one line, without anything that a terminal would obey."""
    return "".join("\N{REPLACEMENT CHARACTER}" if unicodedata.category(char)[0] == "C" else char for char in str(text))


def print_line(text: object, style: str = "") -> None:
    """One line of result."""
    out.print(Line(clean(text), style=style))


FAULT = "red"
"""The style of a line that tells of a fault."""
_listener: Callable[[str, str], None] | None = None
_printing = True


def note(text: object, style: str = "") -> None:
    """One line to standard error, and to whoever else listens."""
    if _listener is not None:
        _listener(str(text), style)
    if _printing:
        err.print(Line(clean(text), style=style))


def divert(listener: Callable[[str, str], None] | None, instead: bool = True) -> None:
    """Let somebody else hear every line and its style too, or `instead` of standard error; None: nobody else."""
    global _listener, _printing
    _listener, _printing = listener, listener is None or not instead


def print_json(value: Any) -> None:
    """A result for other programs. JSON itself escapes only C0: what else a terminal would obey is escaped here."""
    text = json.dumps(value, ensure_ascii=False, indent=2, sort_keys=True)
    sys.stdout.write("".join(_escaped(char) for char in text) + "\n")


def _escaped(char: str) -> str:
    return json.dumps(char)[1:-1] if unicodedata.category(char)[0] == "C" and char != "\n" else char


def print_table(headings: Sequence[str], rows: Sequence[Sequence[object]], title: str | None = None) -> None:
    """A result for people."""
    table = Table(title=title, title_justify="left", header_style="bold", show_lines=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(Line(clean("" if cell is None else cell)) for cell in row))
    out.print(table, soft_wrap=False)


class ScanProgress:
    """Live bars, one a kind of probe; plain lines without a terminal."""

    def __init__(self, live: Progress | None) -> None:
        self._live = live
        self._bars: dict[str, TaskID] = {}
        self._totals: dict[str, int] = {}
        self._done: dict[str, int] = {}
        self._failed = 0
        self._last = time.monotonic()

    def expect(self, pending: Sequence[Target]) -> None:
        """Targets that are going to be looked at."""
        for target in pending:
            kind = kind_of(target)
            self._totals[kind] = self._totals.get(kind, 0) + 1
        for kind, total in self._totals.items():
            if self._live is not None:
                if kind not in self._bars:
                    self._bars[kind] = self._live.add_task(kind, total=total)
                self._live.update(self._bars[kind], total=total)

    def advance(self, evidence: Evidence) -> None:
        """One look is done."""
        kind = kind_of(evidence.sighting.target)
        self._done[kind] = self._done.get(kind, 0) + 1
        self._failed += isinstance(evidence.observation, ProbeFailure)
        if self._live is not None:
            self._live.advance(self._bars[kind])
            return
        finished = sum(self._done.values()) == sum(self._totals.values())
        if finished or time.monotonic() - self._last >= PLAIN_SECONDS:
            self._last = time.monotonic()
            parts = ", ".join(f"{kind} {self._done.get(kind, 0)}/{total}" for kind, total in self._totals.items())
            failed = say(f"không xem được {self._failed}", f"failed looks {self._failed}")
            note(f"{parts} ({failed})")


@contextmanager
def scan_progress() -> Iterator[ScanProgress]:
    """The display of one scan."""
    if not err.is_terminal:
        yield ScanProgress(None)
        return
    with _bars() as live:
        yield ScanProgress(live)


class StepProgress:
    """A live bar of so many steps; plain lines without a terminal."""

    def __init__(self, what: str, total: int, live: Progress | None) -> None:
        self._what, self._total, self._live = what, total, live
        self._bar = live.add_task(what, total=total) if live is not None else None
        self._done = 0
        self._last = time.monotonic()

    def advance(self) -> None:
        """One step is done."""
        self._done += 1
        if self._live is not None and self._bar is not None:
            self._live.advance(self._bar)
        elif self._done == self._total or time.monotonic() - self._last >= PLAIN_SECONDS:
            self._last = time.monotonic()
            note(f"{self._what} {self._done}/{self._total}")

    @contextmanager
    def aside(self) -> Iterator[None]:
        """A time for results to be printed: the bar is out of their way, for both may go to one terminal."""
        if self._live is not None and out.is_terminal:
            self._live.stop()
            yield
            self._live.start()
        else:
            yield


@contextmanager
def step_progress(what: str, total: int) -> Iterator[StepProgress]:
    """The display of work that comes in so many steps."""
    if not err.is_terminal:
        yield StepProgress(what, total, None)
        return
    with _bars() as live:
        yield StepProgress(what, total, live)


def _bars() -> Progress:
    columns = (TextColumn("{task.description:>6}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=err, transient=True)


def kind_of(target: Target) -> str:
    """The kind of a target in one word, which its key begins with."""
    return target.key.partition(":")[0]
