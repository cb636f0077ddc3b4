"""The way from a configuration to its history. Django's models exist only once the database is named."""

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING

import history
from scanner.cli.config import Config
from scanner.cli.errors import Usage

if TYPE_CHECKING:
    from history.store import Recorder


def open_history(config: Config, settings: str = "history.settings") -> "Recorder":
    """The history of a configuration, its tables made or brought up to date. Raises HistoryError."""
    history.setup(config.database, settings)
    history.migrate()
    from history.store import Recorder

    return Recorder()


def open_console(config: Config) -> "Recorder":
    """The same with the tables of the console's users. Raises HistoryError."""
    return open_history(config, "console.settings")


def latest_run(recorder: "Recorder") -> str:
    """The id of the latest finished run. Raises Usage where there is none."""
    found = recorder.latest_finished()
    if found is None:
        raise Usage("chưa có đợt rà quét nào kết thúc; chạy khien scan", "no scan run is finished; run khien scan")
    return found.id


def all_present(run_id: str, agencies: Sequence[str], present: Collection[str]) -> None:
    """Raise Usage where agencies are named that a run was not about."""
    unknown = set(agencies) - set(present)
    if unknown:
        names = ", ".join(sorted(unknown))
        raise Usage(f"đợt {run_id} không có kết quả của: {names}", f"run {run_id} has no findings of: {names}")
