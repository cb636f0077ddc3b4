"""The command line as a shell runs it, and files for it to read."""

import atexit
import json
import os
import selectors
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from scanner.cli.language import chosen

COLUMNS = "250"
"""How wide what commands print may be."""
PATIENCE = 240
"""Seconds after which a command that has not ended fails its test."""
ALWAYS = '{document: "01/MAU", valid_from: 2020-01-01, valid_until: 2099-12-31}'
"""An authorisation that holds at any time."""
EXPIRED = '{document: "00", valid_from: 2020-01-01, valid_until: 2020-12-31}'
"""One that does no more."""
CONTROL = """\
  {id}:
    title: {{vi: Tiêu đề {id}, en: Title {id}}}
    check: {check}
    params: {params}
    severity: {severity}
    due_days: 30
    basis: [{{kind: good_practice, document: Sample}}]
    rationale: {{vi: Vì sao, en: Why}}
    remediation: {{vi: Cách xử lý, en: How}}
"""


def khien(*arguments: object, folder: Path, environment: Mapping[str, str] | None = None, typed: str = "") -> "Ended":
    """Run a command in a folder, in English unless the environment or the arguments say otherwise; `typed` is what it
    can read."""
    around, words = surroundings(environment), list(map(str, arguments))
    if (chosen(words, around), around["COLUMNS"]) == ("en", COLUMNS):
        [ended] = prepared().run([words], folder, around, typed)
        return ended
    done = subprocess.run(
        command(*words), cwd=folder, env=around, input=typed.encode(), capture_output=True, timeout=PATIENCE
    )
    return Ended(done.returncode, done.stdout.decode(), done.stderr.decode())


def done(*arguments: object, status: int = 0, folder: Path | None = None) -> "Ended":
    """Run a command that must end with this status."""
    ended = khien(*arguments, folder=folder or Path.cwd())
    assert ended.status == status, ended.out + ended.err
    return ended


def khien_each(
    *commands: Sequence[object], folder: Path, environment: Mapping[str, str] | None = None
) -> "list[Ended]":
    """Run several commands as `khien` does, in one process."""
    return prepared().run([list(map(str, each)) for each in commands], folder, surroundings(environment))


class Prepared:
    """The program of prepared.py at work. It speaks English, and folds lines at COLUMNS."""

    def __init__(self) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-P", str(Path(__file__).with_name("prepared.py"))],
            env=surroundings(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        atexit.register(self.close)

    def run(
        self, commands: Sequence[Sequence[str]], folder: Path, environment: Mapping[str, str], typed: str = ""
    ) -> "list[Ended]":
        """How commands end that are run one after the other in one process."""
        assert self._process.stdin is not None and self._process.stdout is not None
        with tempfile.NamedTemporaryFile("r", encoding="utf-8") as answer:
            request = {
                "commands": commands,
                "folder": str(folder),
                "environment": dict(environment),
                "typed": typed,
                "answer": answer.name,
            }
            self._process.stdin.write(json.dumps(request) + "\n")
            self._process.stdin.flush()
            with selectors.DefaultSelector() as selector:
                selector.register(self._process.stdout, selectors.EVENT_READ)
                assert selector.select(PATIENCE * len(commands)), f"no end of {commands}"
            assert self._process.stdout.readline() == "0\n", commands
            return [Ended(*each) for each in json.load(answer)]

    def close(self) -> None:
        """End the program."""
        self._process.kill()
        self._process.communicate()


prepared = cache(Prepared)
"""One of them for all tests of a process, once the first asks for it."""


def command(*arguments: object) -> list[str]:
    """What a shell would run: the script, since `python -m` would look for packages in the working folder first."""
    return [str(Path(sys.executable).with_name("khien")), *map(str, arguments)]


def surroundings(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment without anything that the command line listens to, and English on top."""
    heard = ("KHIEN", "LC_", "LANG", "DJANGO", "COLUMNS", "COV_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(heard)}
    return {**kept, "COLUMNS": COLUMNS, **({"KHIEN_LANG": "en"} if more is None else more)}


@dataclass(frozen=True)
class Ended:
    """A command that has ended."""

    status: int
    out: str
    err: str

    def json(self) -> Any:
        """What it wrote to standard output."""
        return json.loads(self.out)


def asset_row(id: str, port: int, more: str = "", *, address: str = "127.0.0.1", scheme: str = "https") -> str:
    """A site of the inventory, with more of what an asset may say."""
    url = f"{scheme}://{id}.so-mau.example:{port}/"
    return f'  - {{id: {id}, agency: so-mau, level: 2, url: "{url}", address: {address}{more}}}\n'


def write_workspace(folder: Path, assets: str, policy: Mapping[str, tuple[str, str, str]], more: str = "") -> None:
    """khien.yaml, an inventory of one agency with these assets, and a policy of (check, params, severity)."""
    (folder / "rules").mkdir(parents=True)
    controls = "".join(
        CONTROL.format(id=name, check=check, params=params, severity=severity)
        for name, (check, params, severity) in policy.items()
    )
    (folder / "rules" / "small.yaml").write_text(
        f'policy: small\nversion: "1"\ntitle: {{vi: Nhỏ, en: Small}}\ncontrols:\n{controls}', encoding="utf-8"
    )
    more = more if "scan: {" in more else more + "scan: {}\n"
    quick = more.replace("scan: {", "scan: {connections_per_second: 1000, ")  # nobody is spared on loopback
    (folder / "khien.yaml").write_text(f"policy: small\npolicies: [rules]\n{quick}", encoding="utf-8")
    (folder / "inventory.yaml").write_text(
        f"agencies:\n  - id: so-mau\n    name: {{vi: Sở Mẫu, en: Sample Department}}\n    authorisation: {ALWAYS}\n"
        f"assets:\n{assets}",
        encoding="utf-8",
    )
