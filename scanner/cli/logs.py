"""The log of what Khiên does, for those who run it: one line for each event, for people or as JSON.

Commands set it up once, by the section `log` of khien.yaml; without that section nothing is logged. Values come raw,
also from servers: no value breaks a line, and nothing that a terminal would obey is written.
"""

import json
import logging
import os
import sys
import time
import traceback
import unicodedata
from collections.abc import Mapping
from contextlib import suppress
from datetime import UTC, datetime
from fcntl import LOCK_EX, LOCK_NB, flock
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from scanner.cli import ui
from scanner.cli.sections import Section

LEVELS = {"debug": logging.DEBUG, "info": logging.INFO, "warning": logging.WARNING, "error": logging.ERROR}
LONGEST = 2000
"""Characters of one value."""
MIB = 1 << 20
LOCK_SECONDS = 1.0
"""So long another process may take for its line."""
_LOGGER = logging.getLogger("khien")
_LOGGER.propagate = False


class LogSection(Section):
    """`log:`."""

    form: Literal["human", "json"] = "human"
    file: str | None = None
    """None: standard error."""
    level: Literal["debug", "info", "warning", "error"] = "info"
    max_mib: Annotated[int, Field(ge=1, le=1024)] = 10
    """A file that would grow beyond is put aside."""
    keep: Annotated[int, Field(ge=1, le=100)] = 5
    """So many that were put aside are kept."""

    def whole(self, folder: Path) -> "LogSection":
        """With a whole path."""
        return self if self.file is None else self.model_copy(update={"file": str(folder / self.file)})


def set_up(section: LogSection | None) -> None:
    """Log from now on as this section says. Raises OSError where its file cannot be written."""
    for each in list(_LOGGER.handlers):
        _LOGGER.removeHandler(each)
        each.close()
    ui.divert(None)
    if section is None:
        _LOGGER.addHandler(logging.NullHandler())
        return
    handler: logging.Handler
    if section.file is not None:
        handler = SharedFile(Path(section.file), section.max_mib * MIB, section.keep)
    else:
        handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines() if section.form == "json" else HumanLines())
    _LOGGER.addHandler(handler)
    _LOGGER.setLevel(LEVELS[section.level])
    if section.file is not None:
        ui.divert(_error, instead=False)
    elif section.form == "json":
        ui.divert(_note)  # or what else is said there would not be JSON


def on_stderr() -> bool:
    """Whether the log goes where notes go."""
    return any(type(each) is logging.StreamHandler for each in _LOGGER.handlers)


def log(event: str, level: int = logging.INFO, /, **values: object) -> None:
    """One event, as in log("run.finished", run="...", seconds=12)."""
    _LOGGER.log(level, event, extra={"values": values})


def _note(text: str, style: str) -> None:
    log("note", logging.ERROR if style == ui.FAULT else logging.INFO, text=text)


def _error(text: str, style: str) -> None:
    if style == ui.FAULT:
        _note(text, style)


class JsonLines(logging.Formatter):
    """One JSON object a line, with what a terminal or a reader of lines would obey escaped."""

    def format(self, record: logging.LogRecord) -> str:
        """See logging.Formatter."""
        line = {**_head(record), **_values(record)}
        return _escaped(json.dumps(line, ensure_ascii=False))


class HumanLines(logging.Formatter):
    """Time, level, event, and values as name=value; a value with spaces is quoted."""

    def format(self, record: logging.LogRecord) -> str:
        """See logging.Formatter."""
        head = _head(record)
        words = [head["at"], head["level"].upper().ljust(7), head["event"]]
        words += [f"{name}={_word(value)}" for name, value in _values(record).items()]
        return " ".join(words)


class SharedFile(RotatingFileHandler):
    """A file that several processes write to, each line by itself, put aside by whichever meets its bound first.

    A lock on a file beside it is held for each line: without it a process would go on writing to a file that another
    one has put aside, or put a fresh one aside again. It is for its owner to read, since it names weak servers.
    """

    def __init__(self, path: Path, most: int, keep: int) -> None:
        """Raises OSError where it cannot be written."""
        self._lock_path = path.with_name(f".{path.name}.lock")
        self._failed = False
        super().__init__(path, maxBytes=most, backupCount=keep, encoding="utf-8")

    def emit(self, record: logging.LogRecord) -> None:
        """See logging.Handler."""
        try:
            descriptor = os.open(self._lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            try:
                _locked(descriptor)
                self._follow()
                super().emit(record)
            finally:
                os.close(descriptor)
        except OSError:
            self.handleError(record)

    def _follow(self) -> None:
        """Open the file anew where another process has put it aside."""
        try:
            there: os.stat_result | None = Path(self.baseFilename).stat()
        except OSError:
            there = None
        own = os.fstat(self.stream.fileno()) if self.stream is not None else None
        if own is None or there is None or (own.st_dev, own.st_ino) != (there.st_dev, there.st_ino):
            if self.stream is not None:
                self.stream.close()
            self.stream = self._open()

    def _open(self) -> Any:
        return open(self.baseFilename, "a", encoding="utf-8", opener=lambda path, flags: os.open(path, flags, 0o600))

    def handleError(self, record: logging.LogRecord) -> None:
        """A full disk is told of once; what Khiên does goes on, and the next line tries anew."""
        why = traceback.format_exception_only(*sys.exc_info()[:2])[-1].strip()
        with suppress(OSError):
            if self.stream is not None:
                self.stream.close()  # with the line that it could not write
        self.stream = None
        if not self._failed:
            self._failed = True
            ui.note(f"{self.baseFilename}: {why}")


def _locked(descriptor: int) -> None:
    """Wait for the lock, but not for a process that has stopped with it."""
    end = time.monotonic() + LOCK_SECONDS
    while time.monotonic() < end:
        try:
            flock(descriptor, LOCK_EX | LOCK_NB)
            return
        except BlockingIOError:
            time.sleep(0.005)


def _head(record: logging.LogRecord) -> dict[str, Any]:
    at = datetime.fromtimestamp(record.created, UTC)
    return {
        "at": f"{at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z",
        "level": record.levelname.lower(),
        "event": record.getMessage(),
        "pid": record.process,
    }


def _values(record: logging.LogRecord) -> dict[str, Any]:
    found: Mapping[str, Any] = getattr(record, "values", {})
    return {name: _cut(value) for name, value in found.items() if value is not None}


def _cut(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name)[:LONGEST]: _cut(each) for name, each in value.items()}
    if isinstance(value, bool | int | float):
        return value
    text = str(value)
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}…"


def _word(value: Any) -> str:
    """A value in one word: as it is, or quoted as JSON quotes it."""
    if isinstance(value, Mapping):
        value = ",".join(f"{name}:{each}" for name, each in value.items())
    text = str(value)
    if text and not any(each in ' "=\\' or _unprintable(each) for each in text):
        return text
    return _escaped(json.dumps(text, ensure_ascii=False))


def _escaped(text: str) -> str:
    return "".join(json.dumps(each)[1:-1] if _unprintable(each) else each for each in text)


def _unprintable(character: str) -> bool:
    """What a terminal would obey, and what some readers take for the end of a line."""
    category = unicodedata.category(character)
    return category[0] == "C" or category in ("Zl", "Zp")
