"""The way from a configuration to its history. Django's models exist only once the database is named."""

from typing import TYPE_CHECKING

import history
from scanner.cli.config import Config

if TYPE_CHECKING:
    from history.store import Recorder


def open_history(config: Config) -> "Recorder":
    """The history of a configuration, its tables made or brought up to date. Raises HistoryError."""
    history.setup(config.database)
    history.migrate()
    from history.store import Recorder

    return Recorder()
