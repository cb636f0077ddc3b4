"""The language that the command line speaks: Vietnamese, unless English is asked for.

It is settled before the commands are built, because their help is text too: by `--lang` anywhere on the command
line, then KHIEN_LANG, then the locale.
"""

import os
import sys
from collections.abc import Mapping, Sequence

from checks.model.text import Language, Text


def chosen(arguments: Sequence[str], environment: Mapping[str, str]) -> Language:
    """The language of these arguments and this environment."""
    for position, argument in enumerate(arguments):
        if argument == "--lang" and position + 1 < len(arguments):
            return "en" if arguments[position + 1] == "en" else "vi"
        if argument.startswith("--lang="):
            return "en" if argument == "--lang=en" else "vi"
    for variable in ("KHIEN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environment.get(variable, "").lower()
        if value:
            return "en" if value.startswith("en") else "vi"
    return "vi"


LANGUAGE: Language = chosen(sys.argv[1:], os.environ)
"""What this process speaks."""


def say(vi: str, en: str) -> str:
    """The one of two sentences that this process speaks."""
    return Text(vi, en).in_(LANGUAGE)
