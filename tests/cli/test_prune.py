"""khien db prune: what the rule says is removed, and history is whole afterwards."""

import json
import shutil
from pathlib import Path

import pytest

from history.lock import scan_lock
from tests.cli.command import khien, khien_each
from tests.cli.conftest import Scanned


@pytest.fixture
def folder(scanned: Scanned, tmp_path: Path) -> Path:
    """A database of the test's own with two runs of today."""
    shutil.copytree(scanned.folder, tmp_path / "w")
    return tmp_path / "w"


def rule(folder: Path, written: str) -> None:
    file = folder / "khien.yaml"
    file.write_text(file.read_text(encoding="utf-8") + f"history: {{keep_evidence: {written}}}\n", encoding="utf-8")


def test_without_a_rule_nothing_is_removed(folder: Path) -> None:
    ended = khien("db", "prune", folder=folder)
    assert (ended.status, ended.out) == (2, "")
    assert "keep_evidence" in ended.err


def test_a_rule_that_makes_no_sense_is_told_with_its_place(folder: Path) -> None:
    rule(folder, "yesterday")
    ended = khien("db", "prune", folder=folder)
    assert ended.status == 2
    assert "khien.yaml:" in ended.err
    assert "5 years" in ended.err


def test_what_is_younger_stays(folder: Path) -> None:
    rule(folder, "1 year")
    dry, done, verified = khien_each(
        ("db", "prune", "--dry-run", "--json"), ("db", "prune"), ("history", "verify"), folder=folder
    )
    assert (dry.status, done.status, verified.status) == (0, 0, 0)
    told = json.loads(dry.out)
    assert (told["bodies"], told["bytes"], told["removed"]) == (0, 0, None)
    assert "0 pieces of evidence" in done.out


def test_no_scan_may_run_meanwhile(folder: Path, django_db_blocker: object) -> None:
    rule(folder, "1 year")
    import history

    history.setup(str(folder / "khien.sqlite3"))
    with scan_lock():
        ended = khien("db", "prune", folder=folder)
    history.close()
    assert ended.status == 4
    assert "Another scan is running" in ended.err
