"""The peers that npm has, installed in a throw-away folder, and what they say of recorded answers."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

PACKAGES = {"@mdn/mdn-http-observatory": "1.4.8", "csp_evaluator": "1.1.8"}
"""The versions that the table of disagreements speaks of; of another one each entry is looked at again."""
INSTALL_SECONDS = 600
ANSWER_SECONDS = 300
DRIVER = Path(__file__).with_name("peers.mjs")


def install(folder: Path) -> None:
    """Put the packages below `folder`; nothing of theirs is run. Raises subprocess.CalledProcessError."""
    (folder / "package.json").write_text('{"private": true}\n')
    wanted = [f"{name}@{version}" for name, version in PACKAGES.items()]
    options = ("--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error")
    subprocess.run(
        ["npm", "install", *options, *wanted],
        cwd=folder,
        check=True,
        timeout=INSTALL_SECONDS,
        stdout=subprocess.DEVNULL,
    )
    # Its own script would fetch the list that browsers have; no name of ours is on it.
    (folder / "node_modules/@mdn/mdn-http-observatory/conf/hsts-preload.json").write_text("{}\n")
    shutil.copy(DRIVER, folder / DRIVER.name)


def ask(folder: Path, recorded: dict[str, Any]) -> dict[str, Any]:
    """What both say of each site, by site."""
    done = subprocess.run(
        ["node", DRIVER.name],
        cwd=folder,
        input=json.dumps(recorded),
        stdout=subprocess.PIPE,
        check=True,
        text=True,
        timeout=ANSWER_SECONDS,
    )
    found: dict[str, Any] = json.loads(done.stdout)
    return found
