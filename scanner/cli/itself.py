"""Commands of Khiên that Khiên runs as processes of their own."""

import sys
from pathlib import Path

from scanner.cli.language import LANGUAGE


def our_command(config: Path, *words: str) -> list[str]:
    """A command of `khien` as a process of its own."""
    # -P: a folder named like a package of ours, where this one happens to run, must not be imported.
    return [sys.executable, "-P", "-m", "scanner.cli", "--lang", LANGUAGE, *words, "--config", str(config)]
