"""The way from a configuration to its history."""

import history
from history.store import Recorder
from scanner.cli.config import Config


def open_history(config: Config) -> Recorder:
    """The history of a configuration, its tables made or brought up to date."""
    history.setup(config.database)
    history.migrate()
    return Recorder()
