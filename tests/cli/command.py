"""The command line as a shell runs it, and files for it to read."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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


EACH = """
import contextlib, io, json, sys
from scanner.cli.main import run

ended = []
for arguments in json.load(sys.stdin):
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        status = run(arguments)
    ended.append([status, out.getvalue(), err.getvalue()])
json.dump(ended, sys.stdout)
"""
"""A program that runs commands one after the other and says how each ended."""


def khien(*arguments: object, folder: Path, environment: Mapping[str, str] | None = None) -> "Ended":
    """Run a command in a folder, in English unless the environment or the arguments say otherwise."""
    ended = subprocess.run(
        command(*arguments), cwd=folder, env=surroundings(environment), capture_output=True, timeout=PATIENCE
    )
    return Ended(ended.returncode, ended.stdout.decode(), ended.stderr.decode())


def done(*arguments: object, status: int = 0, folder: Path | None = None) -> "Ended":
    """Run a command that must end with this status."""
    ended = khien(*arguments, folder=folder or Path.cwd())
    assert ended.status == status, ended.out + ended.err
    return ended


def khien_each(*commands: Sequence[object], folder: Path) -> "list[Ended]":
    """Run several commands in a folder, in English and in one process: starting Python takes most of the time."""
    ended = subprocess.run(
        [sys.executable, "-P", "-c", EACH],
        cwd=folder,
        env=surroundings(),
        input=json.dumps([list(map(str, each)) for each in commands]),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    return [Ended(*each) for each in json.loads(ended.stdout)]


def command(*arguments: object) -> list[str]:
    """What a shell would run: the script, since `python -m` would look for packages in the working folder first."""
    return [str(Path(sys.executable).with_name("khien")), *map(str, arguments)]


def surroundings(more: Mapping[str, str] | None = None) -> dict[str, str]:
    """The environment without anything that the command line listens to, and English on top."""
    heard = ("KHIEN", "LC_", "LANG", "DJANGO", "COLUMNS", "COV_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(heard)}
    return {**kept, "COLUMNS": "250", **({"KHIEN_LANG": "en"} if more is None else more)}


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
    (folder / "khien.yaml").write_text(f"policy: small\npolicies: [rules]\n{more}", encoding="utf-8")
    (folder / "inventory.yaml").write_text(
        f"agencies:\n  - id: so-mau\n    name: {{vi: Sở Mẫu, en: Sample Department}}\n    authorisation: {ALWAYS}\n"
        f"assets:\n{assets}",
        encoding="utf-8",
    )
