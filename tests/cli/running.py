"""The command line as a user runs it: a process of its own."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

BOUND_SECONDS = 240
"""No command of a test may take longer."""


def command(*arguments: str | Path) -> list[str]:
    """The words that start `khien` with these arguments."""
    return [sys.executable, "-P", "-m", "scanner.cli", *map(str, arguments)]


def environment(language: str = "vi") -> dict[str, str]:
    """The environment of this process with nothing of a user's own settings."""
    kept = {key: value for key, value in os.environ.items() if not key.startswith(("KHIEN_", "LC_", "LANG"))}
    return {**kept, "KHIEN_LANG": language, "DJANGO_SETTINGS_MODULE": "history.settings"}


def khien(*arguments: str | Path, language: str = "en", status: int = 0) -> subprocess.CompletedProcess[str]:
    """Run to the end; the exit status is what the test expects."""
    done = subprocess.run(
        command(*arguments),
        capture_output=True,
        text=True,
        timeout=BOUND_SECONDS,
        env=environment(language),
        check=False,
    )
    assert done.returncode == status, done.stdout + done.stderr
    return done


def khien_json(*arguments: str | Path) -> Any:
    """What a command prints for other programs."""
    return json.loads(khien(*arguments).stdout)


def verdicts(findings: list[dict[str, Any]]) -> dict[tuple[str, str], Any]:
    """Findings without what differs from one run to the next at the same servers."""
    return {
        (each["asset"], each["control"]): (
            each["verdict"],
            each["reason"],
            [(one["key"], one["reason"], one["params"]) for one in each["instances"]],
            [(gap["target"], gap["reason"]) for gap in each["gaps"]],
        )
        for each in findings
    }
