"""Trying a policy for the console: `khien policy impact` in a process of its own, one at a time.

On 2,000 assets it takes some ten seconds of a core and 400 MiB, and a text that somebody has written may take any time:
a process leaves the console free to answer others, and can be ended.
"""

import json
import resource
import subprocess
from pathlib import Path
from threading import Lock

from checks.impact import AgencyImpact
from checks.model.canonical import adapter
from console.written import NoPreview, Preview, Previewer, Wish
from policies.strict_yaml import InputError, InputErrors
from scanner.cli.itself import our_command

SECONDS = 50
"""So long it may take: a reverse proxy waits for a minute."""
MOST_MEMORY = 2 << 30
"""Bytes of address space that it may take."""


def previewer(config: Path) -> Previewer:
    """Tries policies on the history of a configuration."""
    busy = Lock()

    def preview(wish: Wish) -> Preview:
        if not busy.acquire(blocking=False):
            raise NoPreview
        try:
            return _told(_printed(_command(config, wish), wish.text.encode()))
        finally:
            busy.release()

    return preview


def _command(config: Path, wish: Wish) -> list[str]:
    words = ["policy", "impact", wish.policy or "-", "--json", "--run", wish.run]
    words += ["--agency", wish.agency] if wish.agency else []
    words += ["--under", wish.under] if wish.under else []
    return our_command(config.absolute(), *words)


def _printed(command: list[str], text: bytes) -> bytes:
    """What a command prints of a text. Raises NoPreview where it does not end in time."""
    with subprocess.Popen(  # noqa: S603  (our own interpreter and module)
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        try:
            resource.prlimit(process.pid, resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
            return process.communicate(text, timeout=SECONDS)[0]
        except (subprocess.TimeoutExpired, OSError) as error:
            raise NoPreview from error
        finally:
            process.kill()


def _told(printed: bytes) -> Preview:
    """Raises InputErrors where the text was no policy, NoPreview where nothing came of it."""
    try:
        found = json.loads(printed)
    except ValueError as error:
        raise NoPreview from error
    if "errors" in found:
        raise InputErrors(adapter(tuple[InputError, ...]).validate_python(found["errors"]))
    return Preview(
        policy=found["policy"]["id"],
        version=found["policy"]["version"],
        changed_since=tuple(found["changed_since"]),
        agencies=adapter(tuple[AgencyImpact, ...]).validate_python(found["agencies"]),
    )
