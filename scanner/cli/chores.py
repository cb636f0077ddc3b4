"""What the daemon does beside its scans: heartbeat, metrics, and the command that tells of dates, each in its time."""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import history
from checks.model.text import Text
from scanner.cli.config import Config
from scanner.cli.errand import Errand
from scanner.cli.pulse import beat, heartbeat_file

if TYPE_CHECKING:
    from history.store import Recorder
    from reports.metrics import Facts

BEAT_SECONDS = 15.0
READ_SECONDS = 60.0
"""So often history is asked for metrics."""


@dataclass
class Chores:
    """Done at every tick. What goes wrong is told once until it goes well again, and keeps no other chore waiting."""

    config: Config
    recorder: "Recorder"
    alerts: Errand | None
    tell: Callable[[Text], None]
    monotonic: Callable[[], float] = time.monotonic
    _facts: "Facts | None" = None
    """Read last."""
    _done: dict[str, float] = field(default_factory=dict)
    """When each was done last."""
    _failing: set[str] = field(default_factory=set)

    def tick(self, work: str) -> None:
        """Do what is due; `work` is what the daemon works on."""
        if self._due("heartbeat", BEAT_SECONDS):
            self._guarded("heartbeat", partial(self._beat, work))
        if self.config.metrics is not None and self._due("metrics", READ_SECONDS):
            self._guarded("metrics", self._measure)
        if self.alerts is not None:
            self._guarded("alerts", self.alerts.tick)

    def finish(self) -> None:
        """Do everything once more, to its end."""
        self._done.clear()
        self.tick("")
        if self.alerts is not None:
            self.alerts.wait()

    def end(self) -> None:
        """Leave nothing running."""
        if self.alerts is not None:
            self.alerts.end()

    def latest(self) -> "Facts":
        """The metrics that were read last."""
        from scanner.cli.metrics import facts_of

        if self._facts is None:
            self._facts = facts_of(self.config, self.recorder)
        return self._facts

    @contextmanager
    def serving(self) -> Iterator[None]:
        """Metrics are served, if they are to be; where the address cannot be had that is told, and scans go on."""
        metrics = self.config.metrics
        if metrics is None or metrics.listen is None:
            yield
            return
        from scanner.cli.metrics import serving

        self.latest()  # here, and not by the thread that serves
        with ExitStack() as served:
            try:
                served.enter_context(serving(metrics.listen, self.latest))
            except OSError as error:
                vi, en = "không phục vụ được số đo tại", "metrics cannot be served at"
                why = f"{metrics.listen}: {error.strerror or error}"
                self.tell(Text(f"{vi} {why}", f"{en} {why}"))
            yield

    def _due(self, what: str, every: float) -> bool:
        now = self.monotonic()
        if what in self._done and now - self._done[what] < every:
            return False
        self._done[what] = now
        return True

    def _guarded(self, what: str, chore: Callable[[], None]) -> None:
        try:
            chore()
        except Exception as error:  # the daemon goes on whatever happens; what happened is told
            if what not in self._failing:
                told = f"{type(error).__name__}: {error}"
                self.tell(Text(f"lỗi {NAMES[what].vi}: {told}", f"{NAMES[what].en} failed: {told}"))
            self._failing.add(what)
            history.close()
        else:
            self._failing.discard(what)

    def _beat(self, work: str) -> None:
        path = heartbeat_file(self.config)
        if path is not None:
            beat(path, datetime.now(UTC), work)

    def _measure(self) -> None:
        from scanner.cli.metrics import facts_of, write

        self._facts = facts_of(self.config, self.recorder, self._facts)
        if self.config.metrics is not None and self.config.metrics.file is not None:
            write(Path(self.config.metrics.file), self._facts, datetime.now(UTC))


NAMES: Mapping[str, Text] = {
    "heartbeat": Text("nhịp tim", "the heartbeat"),
    "metrics": Text("số đo", "metrics"),
    "alerts": Text("cảnh báo", "alerts"),
}
