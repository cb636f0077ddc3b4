"""The way from a configuration to its history. Django's models exist only once the database is named."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

import history
from checks.model.act import Actor, AdministrativeAct, Side
from scanner.cli.actor import actor
from scanner.cli.config import Config
from scanner.cli.errors import Usage

if TYPE_CHECKING:
    from history.store import Recorder


def open_history(config: Config, by: Actor | None = None, settings: str = "history.settings") -> "Recorder":
    """The history of a configuration, its tables made or brought up to date. Raises HistoryError."""
    return open_database(config.database, by, settings)


def open_database(database: str, by: Actor | None = None, settings: str = "history.settings") -> "Recorder":
    """The same of a database that is named. Raises HistoryError."""
    history.setup(database, settings)
    bring_up_to_date(by)
    from history.store import Recorder

    return Recorder()


def open_console(config: Config, by: Actor | None = None) -> "Recorder":
    """The same with the tables of the console's users. Raises HistoryError."""
    return open_history(config, by, "console.settings")


def bring_up_to_date(by: Actor | None = None) -> None:
    """Make the tables of the database that `history.setup` named, or upgrade them, and put that on record.

    Raises HistoryError.
    """
    steps = history.migrate()
    if not steps:
        return
    from history import acts

    now = datetime.now(UTC).replace(microsecond=0)
    after = Side({"steps": list(steps), "khien": version("khien")})
    acts.record(AdministrativeAct("database.upgraded", now, by or actor(), "", after=after))


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
