"""kill -9 in the middle of a scan, then `--resume`: the same findings as of an undisturbed run, and nothing twice."""

import json
import random
import signal
import sqlite3
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from demo.estate import running_estate
from tests.cli.command import command, done, surroundings

AGENCY = "so-mau-hai"
WAIT_SECONDS = 60


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


def scanned(config: Path) -> int:
    """Looks that the database holds for good, over all runs."""
    database = config.parent / "khien.sqlite3"
    if not database.exists():
        return 0
    with sqlite3.connect(f"file:{database}?mode=ro", uri=True) as connection:
        try:
            return int(connection.execute("select count(*) from history_sighting").fetchone()[0])
        except sqlite3.OperationalError:
            return 0


def killed_after(config: Path, looks: int) -> None:
    """Start a scan, and kill it when it has recorded so many looks more than there were."""
    before = scanned(config)
    process = subprocess.Popen(
        command("scan", "--agency", AGENCY, "--config", config),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=surroundings(),
    )
    deadline = time.monotonic() + WAIT_SECONDS
    while scanned(config) - before < looks:
        assert process.poll() is None, "the scan ended before it could be killed"
        assert time.monotonic() < deadline
        time.sleep(0.02)
    process.send_signal(signal.SIGKILL)
    assert process.wait(WAIT_SECONDS) == -signal.SIGKILL


def test_a_killed_scan_is_resumed_with_the_same_findings(estate: Path) -> None:
    done("scan", "--agency", AGENCY, "--config", estate)
    undisturbed = done("history", "list", "--json", "--config", estate).json()[0]
    expected = verdicts(done("history", "show", undisturbed["id"], "--json", "--config", estate).json())
    total = undisturbed["sightings"]
    for looks in sorted(random.sample(range(1, total - 2), 3)):
        killed_after(estate, looks)
        run = done("history", "list", "--json", "--config", estate).json()[0]
        assert run["state"] == "open"
        assert looks <= run["sightings"] < total
        kept = done("history", "export", run["id"], "--config", estate).json()["sightings"]
        done("scan", "--resume", run["id"], "--config", estate)
        finished = done("history", "export", run["id"], "--config", estate).json()["sightings"]
        assert finished[: len(kept)] == kept
        assert len(finished) == total == len({json.dumps(each["target"], sort_keys=True) for each in finished})
        assert verdicts(done("history", "show", run["id"], "--json", "--config", estate).json()) == expected
    done("history", "verify", "--config", estate)
    done("scan", "--resume", undisturbed["id"], "--config", estate, status=2)


def test_what_is_revoked_meanwhile_is_looked_at_no_more(estate: Path) -> None:
    """An asset that is retired after the run was opened gets no further look, and the run comes to its end."""
    killed_after(estate, 1)
    run = done("history", "list", "--json", "--config", estate).json()[0]["id"]
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
