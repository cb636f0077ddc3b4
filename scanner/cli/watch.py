"""Whether a run may go on: asked every second, beside the looks, and ended within that time where it may not.

An authorisation that ends, a window that closes and the emergency stop end a run like Ctrl-C, also in the middle of a
look: nmap and the workers are killed, and what was under way is made anew when the run goes on. A run that is told to
end by its service manager (SIGTERM), or has worked as long as it may, starts no further look, and keeps what is under
way if that is over within DRAIN_SECONDS.
"""

import signal
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Any

from django.db import DatabaseError

import history
from checks.model.operation import Reason
from checks.model.text import Text
from history.errors import HistoryError
from scanner.cli.errors import Interrupted

ASK_SECONDS = 1.0
WAKE = signal.SIGUSR1
"""What wakes the main thread: a command that a shell began in the background does not hear SIGINT."""
DRAIN_SECONDS = 30.0
"""Looks that are under way have so long when a run is told to end."""
DEAF_SECONDS = 30.0
"""A run of which the database does not say for so long that it may go on is ended."""


@dataclass(frozen=True, slots=True)
class Ending:
    """Why a run does not go on now."""

    reason: Reason
    text: Text
    at_once: bool = True
    """Otherwise looks under way are waited for."""


Question = Callable[[], Ending | None]


class Watch(AbstractContextManager["Watch"]):
    """Asks its questions in a thread of its own while a run looks. Used once, by the main thread."""

    def __init__(self, questions: Sequence[Question]) -> None:
        self._questions = questions
        self.ending: Ending | None = None
        self._drained_by = 0.0
        self._over = threading.Event()
        self._lock = threading.Lock()
        self._main = threading.main_thread().ident or 0
        self._thread = threading.Thread(target=self._run, name="watch", daemon=True)
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> "Watch":
        self.ending = self._ask()
        self.may_go_on()
        if threading.current_thread() is threading.main_thread():
            handlers = {signal.SIGTERM: self._told_to_end, WAKE: signal.default_int_handler}
            self._before = {number: signal.signal(number, handler) for number, handler in handlers.items()}
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        with self._lock:  # from here on nothing interrupts
            self._over.set()
        for number, before in self._before.items():
            signal.signal(number, before)
        self._thread.join(ASK_SECONDS)

    def may_start(self) -> bool:
        """Whether another look may begin."""
        return self.ending is None

    def may_go_on(self) -> None:
        """Raises Interrupted where the run is to end at once."""
        if self.ending is not None and self.ending.at_once:
            self.settle()

    def settle(self) -> None:
        """Raises Interrupted where the run is to end, at once or not."""
        if self.ending is not None:
            raise Interrupted(self.ending.text.vi, self.ending.text.en, self.ending.reason)

    def _told_to_end(self, number: int, frame: FrameType | None) -> None:
        if self.ending is None:
            self.ending = Ending("interrupted", Text("được lệnh dừng", "told to end"), at_once=False)
        elif not self.ending.at_once:  # told twice
            raise KeyboardInterrupt

    def _run(self) -> None:
        answered = time.monotonic()
        try:
            while not self._over.wait(ASK_SECONDS):
                try:
                    self.ending = self.ending or self._ask()
                    answered = time.monotonic()
                except (DatabaseError, HistoryError) as error:
                    if time.monotonic() - answered > DEAF_SECONDS:
                        said = Text(f"cơ sở dữ liệu không trả lời: {error}", f"the database does not answer: {error}")
                        self.ending = Ending("interrupted", said)
                if self.ending is not None and self._is_time(self.ending):
                    self._interrupt()
                    return
        finally:
            history.close()

    def _ask(self) -> Ending | None:
        return next((found for question in self._questions if (found := question()) is not None), None)

    def _is_time(self, ending: Ending) -> bool:
        if ending.at_once:
            return True
        self._drained_by = self._drained_by or time.monotonic() + DRAIN_SECONDS
        return time.monotonic() >= self._drained_by

    def _interrupt(self) -> None:
        """Wake the main thread as Ctrl-C does, whatever it waits for."""
        with self._lock:
            if not self._over.is_set():
                signal.pthread_kill(self._main, WAKE if self._before else signal.SIGINT)
