"""What ends a command early. Only the command line prints and exits.

CommandError
├── Usage          2: bad usage, configuration, inventory or policy
├── Refused        4: out of scope, not authorised, or a scan is running
│   └── NotNow     4: the same, until a window opens
└── Interrupted  130: stopped, and can be resumed
"""

from checks.model.operation import Reason
from checks.model.text import Text


class CommandError(Exception):
    """A command that cannot go on, with what to tell the user."""

    status = 2

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(vi, en)


class Usage(CommandError):
    """Something that the user wrote is wrong."""


class Refused(CommandError):
    """Khiên will not do it."""

    status = 4


class NotNow(Refused):
    """Khiên will do it later: a window is closed."""


class Interrupted(CommandError):
    """Stopped before the end; `--resume` goes on."""

    status = 130

    def __init__(self, vi: str, en: str, reason: Reason = "interrupted") -> None:
        super().__init__(vi, en)
        self.reason: Reason = reason
