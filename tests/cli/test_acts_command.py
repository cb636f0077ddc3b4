"""khien history acts: what commands do is put on record, with who did it, and with what was changed in files."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from scanner.cli.acts import schema
from tests.cli.command import khien, khien_each, surroundings
from tests.cli.conftest import Scanned

KEPT = Path(__file__).parents[2] / "docs" / "schemas" / "acts.json"


@pytest.fixture
def folder(scanned: Scanned, tmp_path: Path) -> Path:
    """A copy of the scanned workspace, to be written to."""
    shutil.copytree(scanned.folder, tmp_path / "work")
    return tmp_path / "work"


def listed(folder: Path, *arguments: object) -> list[dict[str, Any]]:
    ended = khien("history", "acts", "--json", *arguments, folder=folder)
    assert ended.status == 0, ended.err
    found: list[dict[str, Any]] = ended.json()
    return found


def replaced(path: Path, before: str, after: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after), encoding="utf-8")


def test_the_schema_is_up_to_date() -> None:
    """Renew it with `khien history acts --schema > docs/schemas/acts.json`."""
    assert json.loads(KEPT.read_text(encoding="utf-8")) == schema()


def test_a_scan_puts_on_record_what_it_starts_from(scanned: Scanned) -> None:
    first, *rest = [each["what"] for each in listed(scanned.folder)]
    assert first == "database.upgraded"
    noticed = ["configuration.changed", "inventory.changed", "waiver.file_changed", "policy.changed"]
    assert rest == [*noticed, "run.opened", "run.finished", "run.opened", "run.finished"]
    opened = listed(scanned.folder, "--what", "run.opened")[0]
    assert opened["via"] == "command"
    assert opened["account"] and opened["who"] == opened["account"]
    assert opened["run"] == scanned.run


def test_what_was_edited_is_told_at_the_next_scan(folder: Path) -> None:
    replaced(folder / "inventory.yaml", "level: 2", "level: 3")
    replaced(folder / "rules" / "small.yaml", "severity: medium", "severity: low")
    replaced(folder / "khien.yaml", "scan: {", "scan: {looks_at_once: 2, ")
    ended, again = (
        khien("scan", "--asset", "tat", folder=folder, environment={"KHIEN_LANG": "en", "KHIEN_ACTOR": "Trần Văn Mẫu"})
        for _ in range(2)
    )
    assert (ended.status, again.status) == (0, 0), ended.err
    found = {each["what"]: each for each in listed(folder, "--who", "trần văn mẫu")}
    assert set(found) == {"configuration.changed", "inventory.changed", "policy.changed", "run.opened"}
    assert len(listed(folder, "--who", "trần văn mẫu")) == 5  # the second run changed nothing
    inventory, policy = found["inventory.changed"], found["policy.changed"]
    assert inventory["agencies"] == ["so-mau"]
    sides = [inventory[side]["value"]["agencies"]["so-mau"]["assets"]["cong"] for side in ("before", "after")]
    assert sides == [{"level": 2}, {"level": 3}]
    assert (policy["subject"], set(policy["after"]["value"])) == ("small", {"controls", "digest"})
    assert policy["after"]["value"]["controls"] == {"HDR-CSP": {"severity": "low"}}
    runs = khien("history", "list", "--json", folder=folder).json()
    assert policy["after"]["value"]["digest"] == runs[0]["policies"]["small"]
    assert found["configuration.changed"]["after"]["value"] == {"scan": {"looks_at_once": 2}}


def test_an_import_tells_what_it_changed_from_what_was_edited_before(folder: Path) -> None:
    shutil.copy(folder / "inventory.yaml", folder / "new.yaml")
    replaced(folder / "new.yaml", "level: 2", "level: 4")
    replaced(folder / "inventory.yaml", "level: 2", "level: 3")
    imported = khien("inventory", "import", "new.yaml", "--by", "Trần Văn Mẫu", folder=folder)
    assert imported.status == 0, imported.err
    edited, by_import = listed(folder, "--what", "inventory")[-2:]
    levels = [
        each[side]["value"]["agencies"]["so-mau"]["assets"]["cong"]["level"]
        for each in (edited, by_import)
        for side in ("before", "after")
    ]
    assert levels == [2, 3, 3, 4]
    assert by_import["who"] == "Trần Văn Mẫu"


def test_backups_and_their_way_back_are_put_on_record(folder: Path) -> None:
    made, restored = khien_each(
        ("db", "backup", "a.khien", "--by", "Trần Văn Mẫu"),
        ("db", "restore", "a.khien", "--replace", "--by", "Nguyễn Thị Mẫu"),
        folder=folder,
    )
    assert (made.status, restored.status) == (0, 0), restored.err
    last = listed(folder, "--what", "database")[-1]
    assert (last["what"], last["who"], last["subject"]) == ("database.restored", "Nguyễn Thị Mẫu", "a.khien")
    assert (last["before"]["value"]["runs"], last["after"]["value"]["runs"]) == (2, 2)
    (old,) = folder.glob("khien.sqlite3.*.bak")
    assert last["before"]["value"]["kept"] == old.name
    shutil.copy(old, folder / "khien.sqlite3")
    backed_up = listed(folder, "--what", "database")[-1]
    assert backed_up["after"]["value"]["digest"] == last["after"]["value"]["digest"]
    assert khien("history", "verify", folder=folder).status == 0


def test_an_interrupted_scan_and_who_goes_on_with_it(folder: Path) -> None:
    script = (
        "import sys; from scanner.cli import looking, main; from scanner.cli.errors import Interrupted\n"
        "from scanner.cli import scan\n"
        "def look(*_): raise Interrupted('dừng', 'stopped', 'halted')\n"
        "scan.look = look\n"
        "sys.exit(main.run(['scan', '--asset', 'tat', '--by', 'Trần Văn Mẫu']))\n"
    )
    import subprocess
    import sys

    ended = subprocess.run([sys.executable, "-P", "-c", script], cwd=folder, env=surroundings(), capture_output=True)
    assert ended.returncode == 130, ended.stderr
    run = listed(folder, "--what", "run.interrupted")[0]["run"]
    resumed = khien("scan", "--resume", run, "--by", "Nguyễn Thị Mẫu", folder=folder)
    assert resumed.status == 0, resumed.err
    told = [(each["what"], each["who"], each["reason"]) for each in listed(folder) if each["run"] == run]
    assert told == [
        ("run.opened", "Trần Văn Mẫu", ""),
        ("run.interrupted", "Trần Văn Mẫu", "halted"),
        ("run.resumed", "Nguyễn Thị Mẫu", ""),
        ("run.finished", "", ""),
    ]


def test_people_read_it_in_both_languages(folder: Path) -> None:
    replaced(folder / "inventory.yaml", "level: 2", "level: 3")
    assert khien("scan", "--asset", "tat", folder=folder).status == 0
    english, vietnamese = (
        khien_each(("history", "acts", "--what", "inventory"), ("history", "acts"), folder=folder)[0],
        khien("history", "acts", "--what", "inventory", folder=folder, environment={"KHIEN_LANG": "vi"}),
    )
    assert "Inventory: changed" in english.out and "put on record for the first time" in english.out
    assert "agencies.so-mau.assets.cong.level" in english.out and "2 → 3" in english.out
    assert "Danh mục: thay đổi" in vietnamese.out and "2 → 3" in vietnamese.out


def test_what_there_is_not_is_an_error(scanned: Scanned) -> None:
    kind, day, name = khien_each(
        ("history", "acts", "--what", "waivers"),
        ("history", "acts", "--from", "2026-13-01"),
        ("scan", "--by", " "),
        folder=scanned.folder,
    )
    assert (kind.status, day.status, name.status) == (2, 2, 2)
    assert "waiver.granted" in kind.err and "--from" in day.err and "--by" in name.err
