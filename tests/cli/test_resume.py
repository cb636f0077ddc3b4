"""kill -9 in the middle of a scan, then `--resume`: the same findings as of an undisturbed run, and nothing twice."""

import json
import random
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo.estate import running_estate
from tests.cli.command import PATIENCE, done, khien_each, surroundings

ASSETS = ("--asset", "cong-so-mau-hai", "--asset", "tin-tuc-so-mau-hai", "--asset", "tai-khoan-so-mau-hai")
DYING = """
import os, signal, sys
from scanner import run
from scanner.cli import looking, main

def dying(*order, **options):
    left = int(sys.argv[1])
    for progress in run.scan(*order, **options):
        left -= progress.evidence is not None
        if not left:
            os.kill(os.getpid(), signal.SIGKILL)
        yield progress

looking.scan = dying
main.run(sys.argv[2:])
"""
"""A command whose scan gets a SIGKILL as soon as so many looks are recorded: a kill from outside may come too late."""


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("estate")
    with running_estate(folder):
        yield folder / "khien.yaml"


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
        if each["check"] != "ports.newly_open"  # which is about the run before, and that is not the same
    }


def killed_after(looks: int, config: Path) -> str:
    """The run of a scan that was killed when it had recorded so many looks, with others under way."""
    words = [sys.executable, "-P", "-c", DYING, str(looks), "scan", *ASSETS, "--config", str(config)]
    ended = subprocess.run(words, env=surroundings(), capture_output=True, timeout=PATIENCE)
    assert ended.returncode == -signal.SIGKILL, ended.stderr
    run = done("history", "list", "--json", "--config", config).json()[0]
    assert (run["state"], run["sightings"]) == ("open", looks)
    return str(run["id"])


def each(config: Path, *commands: tuple[str, ...]) -> list[Any]:
    """What commands that end well print, run one after the other."""
    ended = khien_each(*((*words, "--config", str(config)) for words in commands), folder=config.parent)
    assert [one.status for one in ended] == [0] * len(commands), ended
    return [json.loads(one.out) for one in ended]


def test_a_killed_scan_is_resumed_with_the_same_findings(estate: Path) -> None:
    undisturbed = done("scan", *ASSETS, "--json", "--config", estate).json()["run"]
    [found, run] = each(estate, ("history", "show", undisturbed, "--json"), ("history", "export", undisturbed))
    expected, total = verdicts(found), len(run["sightings"])
    for looks in sorted(random.sample(range(1, total), 2)):
        run = killed_after(looks, estate)
        [kept, _, finished, found] = each(
            estate,
            ("history", "export", run),
            ("scan", "--resume", run, "--json"),
            ("history", "export", run),
            ("history", "show", run, "--json"),
        )
        assert finished["sightings"][:looks] == kept["sightings"]
        targets = {json.dumps(each["target"], sort_keys=True) for each in finished["sightings"]}
        assert len(finished["sightings"]) == total == len(targets)
        assert verdicts(found) == expected
    done("history", "verify", "--config", estate)
    done("scan", "--resume", undisturbed, "--config", estate, status=2)


def test_what_is_revoked_meanwhile_is_looked_at_no_more(estate: Path) -> None:
    """An asset that is retired after the run was opened gets no further look, and the run comes to its end."""
    run = killed_after(1, estate)
    inventory = estate.parent / "inventory.yaml"
    before = inventory.read_text(encoding="utf-8")
    entry = "- id: tin-tuc-so-mau-hai\n"
    assert entry in before
    inventory.write_text(before.replace(entry, f"{entry}  status: retired\n"), encoding="utf-8")
    try:
        done("scan", "--resume", run, "--config", estate)
    finally:
        inventory.write_text(before, encoding="utf-8")
    found = done("history", "show", run, "--asset", "tin-tuc-so-mau-hai", "--json", "--config", estate).json()
    gaps = {gap["reason"] for each in found for gap in each["gaps"] if not gap["target"].startswith("ports:")}
    assert gaps == {"out_of_scope"}
