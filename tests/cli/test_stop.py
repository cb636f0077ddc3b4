"""khien stop: every scan ends within seconds, whatever it is in the middle of, and none begins until the release."""

import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.cli.command import PATIENCE, Ended, asset_row, command, khien, khien_each, surroundings, write_workspace
from tests.cli.conftest import POLICY
from tests.servers.misbehaving import Silent

LONG = "scan: {tls_seconds: 3600, http_seconds: 3600}\n"
"""A silent server would keep a scan for longer than any test waits."""
NMAP = """#!/bin/sh
case "$1" in --version|-V) echo "Nmap version 7.93 ( https://nmap.example )"; exit;; esac
echo $$ > "{folder}/nmap.pid"
exec sleep 3600
"""


class Held(Silent):
    """Says when the first connection has come; keeps everybody waiting until it lets go."""

    def __init__(self) -> None:
        super().__init__()
        self.reached = threading.Event()
        self._let_go = threading.Event()

    def let_go(self) -> None:
        """Hang up on whoever waits, and on everybody from now on: looks end at once."""
        self._let_go.set()
        self.hang_up()

    def serve(self, sock: socket.socket) -> None:
        self.reached.set()
        if not self._let_go.is_set():
            super().serve(sock)


@pytest.fixture
def server() -> Iterator[Held]:
    with Held() as running:
        yield running


@contextmanager
def scanning(folder: Path, path: str | None = None, *words: str) -> Iterator["subprocess.Popen[str]"]:
    """A scan, or another command; it is killed at the latest when the block is left."""
    environment = surroundings() | ({} if path is None else {"PATH": path})
    with subprocess.Popen(
        command(*(words or ("scan",))),
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def ended(process: "subprocess.Popen[str]") -> Ended:
    out, err = process.communicate(timeout=PATIENCE)
    return Ended(process.returncode, out, err)


def alive(pid: int) -> bool:
    """Whether a process runs; one that is dead and not yet buried does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_scan_in_the_middle_of_a_look_is_halted_and_gone_on_with_after_the_release(
    tmp_path: Path, server: Held
) -> None:
    folder = tmp_path / "w"
    write_workspace(folder, asset_row("a", server.port), POLICY, LONG)
    with scanning(folder) as process:
        assert server.reached.wait(PATIENCE)
        khien("stop", "--by", "Trần Văn Mẫu", "--reason", "máy chủ quá tải", folder=folder)
        scan = ended(process)
    assert scan.status == 130, scan.err
    assert "Trần Văn Mẫu" in scan.err
    assert "máy chủ quá tải" in scan.err
    run = scan.err.split("--resume ")[1].split()[0]
    server.let_go()
    refused, refused_too, again, status, release, told, resumed = khien_each(
        ("scan",),
        ("scan", "--resume", run),
        ("stop", "--by", "người khác", "--reason", "khác"),
        ("stop", "--status", "--json"),
        ("stop", "--release", "--by", "Nguyễn Thị Mẫu"),
        ("stop", "--status"),
        ("scan", "--resume", run, "--json"),
        folder=folder,
    )
    assert (refused.status, refused_too.status) == (4, 4)
    assert "Trần Văn Mẫu" in refused.err
    assert "máy chủ quá tải" in refused.err
    assert "Trần Văn Mẫu" in again.out  # the stop that stands says who was first
    assert [each["step"] for each in status.json()] == ["halted"]
    assert "Nguyễn Thị Mẫu let scans run again" in release.out
    assert [word for line in told.out.splitlines() for word in ("stopped", "let") if word in line] == ["stopped", "let"]
    assert resumed.status == 0, resumed.err
    assert resumed.json()["run"] == run


def test_a_look_by_hand_is_halted_and_refused_too(tmp_path: Path, server: Held) -> None:
    folder = tmp_path / "w"
    write_workspace(folder, asset_row("a", server.port), POLICY, LONG)
    look = ("probe", "http", f"https://a.so-mau.example:{server.port}/")
    with scanning(folder, None, *look) as process:
        assert server.reached.wait(PATIENCE)
        khien("stop", "--by", "Trần Văn Mẫu", folder=folder)
        halted = ended(process)
    assert (halted.status, "Trần Văn Mẫu" in halted.err) == (130, True), halted.err
    refused = khien(*look, folder=folder)
    assert (refused.status, "emergency stop" in refused.err) == (4, True)


def test_a_log_that_cannot_be_written_keeps_no_stop_from_standing(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    write_workspace(folder, asset_row("a", 1), POLICY, "log: {file: khong-co/khien.log}\n")
    stop = khien("stop", "--by", "Trần Văn Mẫu", folder=folder)
    assert "Trần Văn Mẫu stopped every scan" in stop.out
    assert "khong-co" in stop.err
    assert [each["step"] for each in khien("stop", "--status", "--json", folder=folder).json()] == ["halted"]


def test_a_fault_elsewhere_in_the_configuration_keeps_no_stop_from_standing(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    write_workspace(folder, asset_row("a", 1), POLICY, "colour: red\nscan: {looks_at_once: many}\n")
    stop = khien("stop", "--by", "Trần Văn Mẫu", folder=folder)
    assert (stop.status, "Trần Văn Mẫu stopped every scan" in stop.out) == (0, True), stop.err
    assert "colour: unknown key" in stop.err
    (folder / "khien.yaml").write_text("policy: small\npolicies: [rules]\n")
    assert khien("scan", folder=folder).status == 4


def test_where_the_database_cannot_be_told_there_is_no_stop(tmp_path: Path) -> None:
    for text in ("database: [a]\n", "- database\n", "database: 'a\n"):
        (tmp_path / "khien.yaml").write_text(text)
        assert khien("stop", folder=tmp_path).status == 2
    assert [each.name for each in tmp_path.iterdir()] == ["khien.yaml"]


def test_nmap_is_killed_by_the_stop(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    write_workspace(
        folder, asset_row("a", 9), {"PORT-DB": ("ports.forbidden", '{service: database, ports: ["3306"]}', "high")}
    )
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "nmap").write_text(NMAP.format(folder=tmp_path))
    (programs / "nmap").chmod(0o755)
    with scanning(folder, f"{programs}:/usr/bin:/bin") as process:
        while not (tmp_path / "nmap.pid").exists() or not (tmp_path / "nmap.pid").read_text():
            assert process.poll() is None, ended(process).err
            time.sleep(0.05)
        pid = int((tmp_path / "nmap.pid").read_text())
        khien("stop", "--by", "a", folder=folder)
        assert ended(process).status == 130
    deadline = time.monotonic() + PATIENCE
    while alive(pid):
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_told_to_end_it_keeps_what_comes_in_time_and_leaves_a_run_to_resume(tmp_path: Path, server: Held) -> None:
    """SIGTERM: looks under way are waited for, and nothing else is begun."""
    folder = tmp_path / "w"
    assets = asset_row("a", server.port) + asset_row("b", server.port, address="127.0.0.2")
    write_workspace(folder, assets, POLICY, "scan: {tls_seconds: 3, http_seconds: 3, looks_at_once: 1}\n")
    with scanning(folder) as process:
        assert server.reached.wait(PATIENCE)
        process.send_signal(signal.SIGTERM)
        scan = ended(process)
    assert scan.status == 130, scan.err
    assert "told to end" in scan.err
    server.let_go()
    run = scan.err.split("--resume ")[1].split()[0]
    resumed = khien("scan", "--resume", run, "--json", folder=folder)
    assert resumed.status == 0, resumed.err
    assert khien("history", "verify", folder=folder).status == 0


def test_a_stop_needs_a_name(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    write_workspace(folder, asset_row("a", 9), POLICY)
    empty, long, both, never = khien_each(
        ("stop", "--by", " "),
        ("stop", "--reason", "x" * 201),
        ("stop", "--release", "--status"),
        ("stop", "--status"),
        folder=folder,
    )
    assert (empty.status, long.status, both.status, never.status) == (2, 2, 2, 0)
    assert "No stop was ever made" in never.out
