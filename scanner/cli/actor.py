"""Who acts: the operating system's user, and the name that is given with `--by` or in KHIEN_ACTOR."""

import os
import pwd
from typing import Annotated

import typer

from checks.model.act import Actor
from scanner.cli.errors import Usage
from scanner.cli.language import say

VARIABLE = "KHIEN_ACTOR"
LONGEST = 200
"""Characters of a name."""
ByOption = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="NAME",
        envvar=VARIABLE,
        help=say("Ai làm việc này; mặc định là tài khoản đang dùng.", "Who does this; else the account it runs as."),
    ),
]


def actor(name: str | None = None) -> Actor:
    """Whoever runs this command, under the name that is given, otherwise the one of the environment.

    Raises Usage for a name that is blank or too long.
    """
    given = os.environ.get(VARIABLE) or None if name is None else name
    if given is not None and (not given.strip() or len(given) > LONGEST):
        raise Usage(f"--by dài 1 đến {LONGEST} ký tự", f"--by has 1 to {LONGEST} characters")
    return Actor(_account(), "command", (given or "").strip())


def by_daemon(asked_by: str = "") -> Actor:
    """The process that works by schedule, or for whoever has asked."""
    return Actor(_account(), "daemon", asked_by)


def _account() -> str:
    """By the user id, which nobody can set for a command as one can the variables USER and LOGNAME."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:  # a container may run under an id that has no name
        return f"uid {os.getuid()}"
