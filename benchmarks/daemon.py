"""The real `khien schedule run` under a benchmark: started, asked, listened to, and what its database holds."""

import os
import signal
import sqlite3
import subprocess
import sys
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import history
from benchmarks.processes import tree
from checks.model.operation import FINAL
from checks.model.task import Task
from history.sealed import lines, load_parts, unpacked

KHIEN = (sys.executable, "-P", "-m", "scanner.cli", "--lang", "en")
PATIENCE = 600
"""Seconds within which whatever is waited for must come."""
END_SECONDS = 90
LOOKS = "select run_id || ' ' || key || ' ' || observation_id from history_sighting"
SEALED = "select run_id, body from history_agencyrecord join history_blob on digest = content_id"
STEPS = "select subject || ' ' || sequence || ' ' || digest from history_operationstep"
TOLD = """
select step || case when ifnull(json_extract(body, '$.reason'), '') != ''
then ': ' || json_extract(body, '$.reason') else '' end
from history_operationstep where subject = ? order by sequence
"""


class Late(Exception):
    """Raised where what is waited for does not come; the text says what the daemon said."""


class Daemon:
    """`with Daemon(config) as daemon`: it is ended with the block, and everything that it started."""

    def __init__(
        self,
        config: Path,
        around: Callable[[Sequence[str]], Sequence[str]] = list,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """`around` gives the command that runs its command; `environment` is added to ours."""
        self.config = config
        self.database = database_of(config)
        self._log = config.with_name("daemon.err")
        with self._log.open("ab") as said:
            self._process = subprocess.Popen(
                around([*KHIEN, "schedule", "run", "--config", str(config)]),
                stdin=subprocess.DEVNULL,
                stderr=said,
                env={**os.environ, **(environment or {})},
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process.poll() is None:
            for pid in tree(self.pid):
                with suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)
        self._process.wait()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def said(self) -> list[str]:
        """What it and its scans said on standard error so far, in lines."""
        return self._log.read_text(encoding="utf-8", errors="replace").splitlines()

    def until(self, what: Callable[[], object], seconds: float = PATIENCE) -> None:
        """Wait until something is so. Raises Late, also where the daemon ends meanwhile."""
        end = time.monotonic() + seconds
        while not what():
            if self._process.poll() is not None or time.monotonic() > end:
                raise Late("\n".join([f"status {self._process.returncode}", *self.said()[-20:]]))
            time.sleep(0.2)

    def end(self) -> int:
        """Tell it to end; its exit status."""
        self._process.send_signal(signal.SIGTERM)
        return self._process.wait(END_SECONDS)


def database_of(config: Path) -> Path:
    """The SQLite file that a configuration names."""
    from scanner.cli.config import read_config

    return Path(read_config(config).database)


def ask(database: Path, task: Task, by: str = "bench") -> str:
    """Ask for a run as the console does; the subject of its steps."""
    history.setup(str(database))
    history.migrate()
    from history import requests

    try:
        return f"request:{requests.ask(task, by, datetime.now(UTC).replace(microsecond=0))}"
    finally:
        history.close()


def query(database: Path, text: str, *values: str) -> list[tuple[Any, ...]]:
    """What a question to the database gives, read beside those who write."""
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as connection:
        return list(connection.execute(text, values))


def looks(database: Path) -> list[str]:
    """Every look that the database holds, of open runs and of those that have ended: run, target and what was seen."""
    found = []
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as connection:
        connection.execute("begin")  # a run that ends meanwhile is seen before or after
        found += [row[0] for row in connection.execute(LOOKS)]
        for run, content in connection.execute(SEALED):
            for part in load_parts(zlib.decompress(content)).values():
                for (body,) in connection.execute("select body from history_blob where digest = ?", [part.looks]):
                    told = map(unpacked, lines(zlib.decompress(body)))
                    found += [f"{run} {each['key']} {each['observation']}" for each in told]
    return found


def rows(database: Path) -> set[str]:
    """Every look and every step that the database holds."""
    return {*looks(database), *(row[0] for row in query(database, STEPS))}


def steps(database: Path, subject: str) -> list[str]:
    """What became of a slot or request, step by step, each with its reason."""
    return [row[0] for row in query(database, TOLD, subject)]


def over(database: Path, subject: str) -> bool:
    """Whether nothing of it is left to do."""
    return any(each.partition(":")[0] in FINAL for each in steps(database, subject))


def verified(config: Path) -> bool:
    """Whether `khien history verify` finds everything intact."""
    command = [*KHIEN, "history", "verify", "--config", str(config)]
    return subprocess.run(command, timeout=PATIENCE, stdout=subprocess.DEVNULL, check=False).returncode == 0
