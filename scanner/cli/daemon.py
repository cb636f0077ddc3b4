"""khien schedule run: the daemon's world, which is history, one process at a time, and the terminal."""

import signal
import subprocess
import threading
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import history
from checks.model.operation import Operation, Step
from checks.model.text import Text
from history.errors import LockHeld, RunEnded, UnknownRun
from history.lock import exclusive
from scanner.cli.actor import by_daemon
from scanner.cli.chores import Chores
from scanner.cli.errand import Errand
from scanner.cli.itself import our_command
from scanner.cli.job import process
from scanner.cli.language import LANGUAGE
from scanner.cli.logs import log, on_stderr, set_up
from scanner.cli.memory import open_history
from scanner.cli.noticing import notice_configuration
from scanner.cli.ui import note
from scanner.cli.watch import DRAIN_SECONDS
from scanner.cli.workspace import open_workspace
from scanner.schedule.daemon import TICK_SECONDS, Daemon, run
from scanner.schedule.decide import Known
from scanner.schedule.model import Schedule

if TYPE_CHECKING:
    from history.store import Recorder

ONCE_SECONDS = 0.5
"""With --once it is looked so often whether the scan is over."""
END_SECONDS = DRAIN_SECONDS + 15
"""So long a scan has to end by itself when the daemon ends; then it is killed, and its run is resumed later."""

ALERT_SECONDS = 3600.0
"""So often dates are looked at, and what could not be told is told. What a scan shows is told at its end."""


class HistoryStore:
    """`scanner.schedule.daemon.Store` on the database."""

    def __init__(self, recorder: "Recorder") -> None:
        self._recorder = recorder

    def known(self, schedule: Schedule, now: datetime, by: str) -> Known:
        """See Store."""
        from history import operations

        found = operations.operation(f"schedule:{schedule.name}")
        since = None if found is None or found.last.detail != schedule.written else found.last.at
        if since is None or since > now:  # unknown, or known only by a clock that was put back since
            sequence = 0 if found is None else found.last.sequence + 1
            operations.add(Step("schedule", schedule.name, sequence, "known", now, by, detail=schedule.written))
            since = now
        return Known(since, operations.latest_slot(schedule.name, now), operations.latest_taken(schedule.name))

    def add(self, step: Step) -> bool:
        """See Store."""
        from history import operations

        return operations.add(step)

    def operation(self, subject: str) -> Operation | None:
        """See Store."""
        from history import operations

        return operations.operation(subject)

    def unscheduled(self, names: Sequence[str]) -> Sequence[Operation]:
        """See Store."""
        from history import operations

        gone = [each for each in operations.schedules() if each not in names]
        found = [operations.latest_taken(each) for each in gone]
        return [each for each in found if each is not None and each.open]

    def requests(self) -> Sequence[Operation]:
        """See Store."""
        from history import operations

        return operations.requests()

    def abandon(self, run: str, reason: str) -> None:
        """See Store."""
        try:
            self._recorder.abandon(run, reason)
        except (UnknownRun, RunEnded):
            return

    def cancelled(self, run: str) -> bool:
        """See Store."""
        from history import cancels

        return cancels.cancelled(run) is not None

    def halted(self) -> bool:
        """See Store."""
        from history import stop

        return stop.standing() is not None

    def recover(self) -> None:
        """See Store."""
        history.close()


class ReportStore(HistoryStore):
    """The same for reports that people ask for: they have no schedule, and the emergency stop is none for them, since
    they look at nothing."""

    def unscheduled(self, names: Sequence[str]) -> Sequence[Operation]:
        """See Store."""
        return ()

    def requests(self) -> Sequence[Operation]:
        """See Store."""
        from history import operations

        return operations.requests("report")

    def halted(self) -> bool:
        """See Store."""
        return False


class WorkProcess:
    """`scanner.schedule.daemon.Work`: a process that works on one slot or request."""

    def __init__(self, config: Path) -> None:
        self._config = config
        self._subject = ""
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def subject(self) -> str:
        """See Work."""
        return self._subject

    def start(self, subject: str) -> None:
        """See Work."""
        self._process = subprocess.Popen(  # noqa: S603  (our own interpreter and module)
            our_command(self._config, "schedule", "work", subject),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            start_new_session=True,  # Ctrl-C is for the daemon, which ends it in order
        )
        self._subject = subject

    def ended(self) -> int | None:
        """See Work."""
        status = None if self._process is None else self._process.poll()
        if status is not None:
            self._process, self._subject = None, ""
        return status

    def end(self) -> None:
        """Let it keep what is under way, and end; kill it where it does not."""
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


def serve(config: Path, once: bool) -> int:
    """Do what is due until told to end (SIGTERM, Ctrl-C); with `once` until nothing is left to do now.

    One daemon acts on a database at a time; another one waits, and goes on where the first ends, however it ends.
    """
    from scanner.cli.schedule import open_schedules

    workspace = open_workspace(config)
    set_up(workspace.config.log)
    schedules = open_schedules(workspace)
    recorder = open_history(workspace.config)
    notice_configuration(workspace.config, by_daemon(), datetime.now(UTC).replace(microsecond=0))
    alerts = Errand(our_command(config, "alerts"), ALERT_SECONDS) if workspace.config.alerts is not None else None
    chores = Chores(workspace.config, recorder, alerts, _tell)
    ending = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: ending.set())
    waiting = False
    while not ending.is_set():
        try:
            with exclusive("schedule", 0):
                _act(schedules, recorder, config, ending, once, chores)
            break
        except LockHeld as error:
            if once:
                raise
            if not waiting:
                _tell(Text(f"{error.text.vi}; chờ", f"{error.text.en}; standing by"))
            waiting = True
            ending.wait(TICK_SECONDS)
    return 0


def _act(
    schedules: Sequence[Schedule],
    recorder: "Recorder",
    config: Path,
    ending: threading.Event,
    once: bool,
    chores: Chores,
) -> None:
    scans, reports = WorkProcess(config), WorkProcess(config)
    scanning = Daemon(schedules, HistoryStore(recorder), scans, process(), tell=_tell)
    reporting = Daemon((), ReportStore(recorder), reports, process(), tell=_tell)

    def tick() -> bool:
        """Whether anything is worked on: a scan keeps no report waiting."""
        return any([scanning.tick(), reporting.tick()])

    def tick_with_chores() -> None:
        tick()
        chores.tick(scans.subject)

    _tell(Text(f"bắt đầu; {len(schedules)} lịch", f"started; {len(schedules)} schedules"))
    try:
        if once:
            while tick() and not ending.wait(ONCE_SECONDS):
                pass
            if not ending.is_set():
                chores.finish()
        else:
            with chores.serving():
                run(tick_with_chores, ending.wait)
    finally:
        reports.end()
        scans.end()
        chores.end()
    _tell(Text("kết thúc", "ended"))


def _tell(text: Text) -> None:
    log("daemon", text=text.en)
    if on_stderr():
        return
    note(f"{datetime.now(UTC).astimezone():%Y-%m-%d %H:%M:%S} {text.in_(LANGUAGE)}")
