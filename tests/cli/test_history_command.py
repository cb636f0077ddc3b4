"""khien history: what was found, how runs differ, and what was changed behind its back."""

import contextlib
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

from checks.compare import Side, compare
from scanner.cli.differing import CHANGE_WORDS, change_rows
from tests.cli.command import PATIENCE, khien, khien_each
from tests.cli.conftest import POLICY, Scanned
from tests.factories import finding, instance


def test_history_shows_what_fails_and_says_once_what_could_not_be_assessed(scanned: Scanned) -> None:
    ended = khien("history", "show", scanned.run, folder=scanned.folder)
    assert ended.status == 0
    lines = ended.out.splitlines()
    assert "cong/CERT-TRUST: fail, critical" in lines
    down = [each for each in lines if each.startswith("tat")]
    assert len(down) == 1
    assert f"{len(POLICY)} controls: The server refused the connection." in down[0]
    assert all(control in down[0] for control in POLICY)


def test_history_shows_one_control_whole(scanned: Scanned) -> None:
    ended = khien("history", "show", scanned.run, "--control", "TLS-12", folder=scanned.folder)
    assert ended.status == 0
    assert "cong/TLS-12: pass, high" in ended.out
    assert "tat/TLS-12: not assessable, high" in ended.out
    assert "sha256:" in ended.out
    assert "  $ " in ended.out


def test_history_as_json(scanned: Scanned) -> None:
    shown, exported = khien_each(
        ("history", "show", scanned.run, "--asset", "cong", "--json"),
        ("history", "export", scanned.run),
        folder=scanned.folder,
    )
    assert {each["control"] for each in shown.json()} == set(POLICY)
    assert {each["asset"] for each in shown.json()} == {"cong"}
    assert exported.json()["run"] == scanned.run
    assert len(exported.json()["findings"]) == 2 * len(POLICY)


def test_the_history_commands_do_not_load_what_sends_mail_and_what_looks() -> None:
    """What a branch of the commands imports is what its user waits for."""
    program = "import sys; from scanner.cli.main import application; application('history'); print(*sys.modules)"
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=PATIENCE)
    assert ended.returncode == 0, ended.stderr
    loaded = set(ended.stdout.split())
    assert "scanner.cli.history" in loaded
    assert loaded & {"reports.mail", "reportlab", "openpyxl", "scanner.engine.local"} == set()


def test_history_diff(scanned: Scanned) -> None:
    second = scanned.second.json()["run"]
    forth, back = khien_each(
        ("history", "diff", scanned.run, second, "--json"),
        ("history", "diff", second, scanned.run),
        folder=scanned.folder,
    )
    kinds = {(each["asset"], each["control"]): each["kind"] for each in forth.json()}
    assert kinds["cong", "CERT-TRUST"] == "scope_changed"
    assert back.status == 0
    assert "not about this asset" in next(line for line in back.out.splitlines() if "CERT-TRUST" in line)


def test_a_fault_that_came_while_others_stay_is_told_below_its_finding() -> None:
    old, new = (finding("fail", instances=tuple(map(instance, keys))) for keys in ("ab", "bc"))
    (change,) = compare(Side((old,)), Side((new,)))
    words = [CHANGE_WORDS[each] for each in ("still_failing", "fixed", "new")]
    assert [row[1:3] for row in change_rows(change)] == list(zip(("TLS-12", "  a", "  c"), words, strict=True))


def test_an_unknown_run_is_bad_usage(scanned: Scanned) -> None:
    unknown = [("history", "show", "gone"), ("history", "diff", scanned.run, "gone"), ("history", "export", "gone")]
    unknown += [("history", "verify", "gone"), ("report", "--run", "gone"), ("report", "issued", "--run", "gone")]
    unknown += [("report", "sent", "--run", "gone"), ("report", "issued", "--agency", "gone")]
    for arguments, ended in zip(unknown, khien_each(*unknown, folder=scanned.folder), strict=True):
        assert (ended.status, ended.out) == (2, ""), arguments
        assert "gone" in ended.err


def test_verify_finds_what_was_changed_behind_its_back(scanned: Scanned, tmp_path: Path) -> None:
    assert khien("history", "verify", folder=scanned.folder).status == 0
    copy = tmp_path / "copy"
    shutil.copytree(scanned.folder, copy)
    with contextlib.closing(sqlite3.connect(copy / "khien.sqlite3")) as database:
        database.execute("DROP TRIGGER history_agencyrecord_no_update")
        changed = database.execute("UPDATE history_agencyrecord SET tally = replace(tally, 'fail', 'pass')")
        assert changed.rowcount > 0
        database.commit()
    ended = khien("history", "verify", folder=copy)
    assert ended.status == 1
    assert scanned.run in ended.err
    assert "not intact" in ended.err
