"""khien history key and checkpoint: the keys of the log from the first to the last, and what they sign."""

import base64
import json
import shutil
import stat
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pikepdf
import pytest

from checks.model.checkpoint import Head
from tests.cli.command import Ended, khien
from tests.cli.conftest import Scanned
from tests.servers.timestamps import TimeStampServer
from tests.signers import root, time_authority, write_pem

SECRET = {"KHIEN_LANG": "en", "KHIEN_LEDGER_PASSPHRASE": "mật khẩu dài mẫu"}
RECORDED = 7
"""Leaves before any of these: the database was made; configuration, inventory, waivers and policy noticed; two runs."""


class Estate:
    """A folder with two runs, and its commands."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._plain = (folder / "khien.yaml").read_text()

    def run(self, *arguments: object, status: int = 0, **environment: str) -> Ended:
        ended = khien(*arguments, folder=self.folder, environment={**SECRET, **environment})
        assert ended.status == status, ended.out + ended.err
        return ended

    def name(self, key: str, more: str = "") -> None:
        section = f"ledger: {{key: {key}, passphrase_variable: KHIEN_LEDGER_PASSPHRASE{more}}}\n"
        (self.folder / "khien.yaml").write_text(self._plain + section)


@pytest.fixture
def estate(scanned: Scanned, tmp_path: Path) -> Estate:
    shutil.copytree(scanned.folder, tmp_path / "work")
    return Estate(tmp_path / "work")


@pytest.fixture
def keyed(estate: Estate) -> Estate:
    """With a key in use."""
    estate.run("history", "key", "new", "one.pem", "--by", "Trần Văn Mẫu")
    estate.name("one.pem")
    return estate


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TimeStampServer]:
    with TimeStampServer(tmp_path_factory.mktemp("tsa"), time_authority()) as running:
        yield running


def test_without_a_key_the_state_is_told_and_not_signed(estate: Estate) -> None:
    ended = estate.run("history", "checkpoint")
    short, long = ended.out.splitlines()
    size, root = long.removeprefix("size ").split(", root ")
    assert Head(int(size), root).short == short
    assert int(size) == RECORDED
    assert "Not signed" in ended.err
    assert estate.run("history", "checkpoint", "--json").json() == {
        "size": RECORDED, "root": root, "short": short, "signed": None,
    }  # fmt: skip


def test_a_key_is_made_signs_and_is_replaced(keyed: Estate) -> None:
    file = keyed.folder / "one.pem"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert b"ENCRYPTED PRIVATE KEY" in file.read_bytes()
    signed = keyed.run("history", "checkpoint", "--json", "--out", "mark.json").json()
    assert (signed["size"], signed["signed"]["checkpoint"]["root"]) == (RECORDED + 1, signed["root"])
    assert json.loads((keyed.folder / "mark.json").read_text()) == signed["signed"]
    second = keyed.run("history", "key", "rotate", "two.pem", "--reason", "Hằng năm").out.strip()
    assert "not the one in use" in keyed.run("history", "checkpoint", status=2).err
    keyed.name("two.pem")
    assert keyed.run("history", "checkpoint", "--json").json()["signed"]["checkpoint"]["key"] == second
    told = keyed.run("history", "key", "list").out
    assert "replaced" in told and "in use" in told and "Trần Văn Mẫu" in told
    listed = keyed.run("history", "key", "list", "--json").json()
    assert [each["statement"]["step"] for each in listed] == ["made", "rotated"]
    assert set(listed[1]["signatures"]) == {listed[0]["statement"]["key"], second}
    assert keyed.run("history", "verify").status == 0


def test_a_key_is_revoked_and_another_begins(keyed: Estate) -> None:
    since = ("--since", "2020-11-30", "--reason", "Bị lộ")
    keyed.run("history", "checkpoint")
    assert "NOT believed" not in keyed.run("history", "verify").err
    assert "no one key" in keyed.run("history", "key", "revoke", "zz", *since, status=2).err
    keyed.run("history", "key", "revoke", *since)
    assert "2020-11-29 17:00 UTC: Bị lộ" in keyed.run("history", "key", "list").out
    assert "NOT believed" in keyed.run("history", "verify").err
    keyed.run("history", "checkpoint", status=2)
    keyed.run("history", "key", "new", "two.pem")
    keyed.name("two.pem")
    keyed.run("history", "checkpoint")


def test_keys_are_kept_from_others_and_from_harm(keyed: Estate) -> None:
    run = keyed.run
    assert "is there already" in run("history", "key", "rotate", "one.pem", status=2).err
    assert "Another key is in use" in run("history", "key", "new", "two.pem", status=2).err
    assert not (keyed.folder / "two.pem").exists()
    assert "passphrase is wrong" in run("history", "checkpoint", status=2, KHIEN_LEDGER_PASSPHRASE="khác").err
    assert "is not set" in run("history", "checkpoint", status=2, KHIEN_LEDGER_PASSPHRASE="").err
    (keyed.folder / "one.pem").chmod(0o644)
    assert "others can read" in run("history", "checkpoint", status=2).err


def test_a_new_key_has_a_passphrase_that_is_long_enough(estate: Estate) -> None:
    ended = estate.run("history", "key", "new", "one.pem", status=2, KHIEN_LEDGER_PASSPHRASE="short")
    assert "at least 12" in ended.err
    assert not (estate.folder / "one.pem").exists()


def test_a_time_stamp_is_over_what_was_signed(keyed: Estate, server: TimeStampServer) -> None:
    keyed.name("one.pem", f", timestamp: '{server.url}'")
    ended = keyed.run("history", "checkpoint", "--json")
    told = ended.json()["signed"]
    folder = keyed.folder
    canonical = json.dumps(told["checkpoint"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    (folder / "signed").write_bytes(canonical.encode())
    (folder / "token").write_bytes(base64.b64decode(told["timestamp"]))
    write_pem(folder / "root.pem", root().certificate)
    write_pem(folder / "between.pem", *time_authority().chain)
    asked = ["openssl", "ts", "-verify", "-data", "signed", "-in", "token", "-token_in"]
    asked += ["-CAfile", "root.pem", "-untrusted", "between.pem"]
    assert subprocess.run(asked, cwd=folder, capture_output=True, timeout=60).returncode == 0
    (folder / "signed").write_bytes(canonical.replace(f'"size":{RECORDED + 1}', '"size":4').encode())
    assert subprocess.run(asked, cwd=folder, capture_output=True, timeout=60).returncode != 0


def test_a_stamp_that_cannot_be_had_is_said_and_the_signature_kept(keyed: Estate) -> None:
    keyed.name("one.pem", ", timestamp: 'http://127.0.0.1:9/', timestamp_seconds: 5")
    ended = keyed.run("history", "checkpoint")
    assert "No time stamp could be had" in ended.err and "without a time stamp" in ended.err


def test_a_run_that_ends_is_signed_of_itself(keyed: Estate) -> None:
    keyed.run("scan", "--asset", "tat")
    listed = keyed.run("history", "checkpoint", "--json").json()["signed"]
    assert (listed["sequence"], listed["checkpoint"]["size"]) == (
        1,
        RECORDED + 4,
    )  # key, configuration, run, checkpoint
    ended = keyed.run("scan", "--asset", "tat", KHIEN_LEDGER_PASSPHRASE="")
    assert "The log was not signed" in ended.err


def test_a_report_carries_the_state_of_the_log_that_its_run_left(estate: Estate, scanned: Scanned) -> None:
    for out in ("one", "two"):
        estate.run("report", "--run", scanned.run, "--out", out)
        estate.run("history", "key", "new", f"{out}.pem", status=0 if out == "one" else 2)  # the log goes on
    for name in ("so-mau.vi.pdf", "so-mau.vi.json"):
        assert (estate.folder / "one" / name).read_bytes() == (estate.folder / "two" / name).read_bytes()
    told = json.loads((estate.folder / "one" / "so-mau.vi.json").read_text())["run"]["checkpoint"]
    assert Head(told["size"], told["root"]).short == told["short"]
    with pikepdf.open(estate.folder / "one" / "so-mau.vi.pdf") as pdf:
        assert f"log {told['short']}," in str(pdf.docinfo["/Keywords"])
    assert estate.run("history", "verify", "--checkpoint", told["short"])
    estate.run("history", "verify", "--checkpoint", f"{told['size']} {'0' * 64}", status=1)
