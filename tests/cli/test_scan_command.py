"""khien scan: what it refuses, what it does, and what it shows of a server's words."""

import signal
import socket
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.cli.command import EXPIRED, PATIENCE, asset_row, command, khien, khien_each, surroundings, write_workspace
from tests.cli.conftest import POLICY, Scanned, small
from tests.servers.misbehaving import Silent
from tests.servers.pki import Authority
from tests.servers.tcp import TcpServer, held_port
from tests.servers.tls import SslServer, server_context

HOLD = """
import sys, history
from history.lock import scan_lock
history.setup(sys.argv[1])
with scan_lock():
    print("held", flush=True)
    sys.stdin.read()
"""


# What is told


class Tiring(SslServer):
    """Answers some connections, and refuses all others."""

    def serve(self, sock: socket.socket) -> None:
        if self.connections == 20:
            self._listener.close()
        super().serve(sock)


def test_a_server_that_came_to_refuse_is_told_of_and_who_asks_is_missed(tmp_path: Path) -> None:
    context = server_context(Authority().issue("a.so-mau.example"), tmp_path)
    with Tiring(context) as server:
        folder = tmp_path / "w"
        write_workspace(folder, asset_row("a", server.port), POLICY)
        ended = khien("scan", folder=folder)
    assert ended.status == 0, ended.err
    assert "127.0.0.1: the server slowed down or refused; connections a second were brought down to " in ended.err
    assert "scan.contact in khien.yaml is empty" in ended.err


def test_who_asks_is_not_missed_where_it_is_said(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    with held_port() as port:
        write_workspace(folder, asset_row("a", port), POLICY, "scan: {contact: attt@tinh-mau.example}\n")
        scanned, looked_over = khien_each(("scan",), ("doctor", "--json"), folder=folder)
    assert "scan.contact" not in scanned.err
    assert "slowed down" not in scanned.err
    (contact,) = [each for each in looked_over.json() if each["what"] == "contact"]
    assert (contact["state"], contact["text"]["en"]) == ("ok", "attt@tinh-mau.example")


# What is refused


def test_nothing_is_sent_to_what_may_not_be_scanned(tmp_path: Path) -> None:
    later = datetime.now(UTC) + timedelta(hours=9)  # two hours on, in the time of Hanoi
    window = f'"{later:%H}:00-{later:%H}:30"'
    with TcpServer() as server:
        permissions = {
            "expired": f", authorisation: {EXPIRED}",
            "not_yet_valid": ', authorisation: {document: "0", valid_from: 2098-01-01, valid_until: 2099-12-31}',
            "outside_window": ', authorisation: {document: "0", valid_from: 2020-01-01, valid_until: 2099-12-31, '
            f"window: {window}}}",
            "other_zone": ", zone: inner",
            "retired": ", status: retired",
        }
        rows = [
            asset_row(reason.replace("_", "-"), server.port, permission) for reason, permission in permissions.items()
        ]
        folder = small(tmp_path / "w", "".join(rows))
        ended, other, listed = khien_each(
            ("scan",),
            ("scan", "--vantage", "elsewhere", "--asset", "expired"),
            ("history", "list", "--json"),
            folder=folder,
        )
        assert server.connections == 0
    assert ended.status == 4
    assert all(f"{reason.replace('_', '-')} ({reason}" in ended.err for reason in permissions)
    assert ended.out == ""
    assert other.status == 4
    assert "expired (other_zone" in other.err
    assert listed.json() == []


def test_an_asset_without_any_authorisation_is_refused(tmp_path: Path) -> None:
    with TcpServer() as server:
        folder = small(tmp_path / "w", asset_row("a", server.port))
        inventory = folder / "inventory.yaml"
        lines = [each for each in inventory.read_text(encoding="utf-8").splitlines() if "authorisation" not in each]
        inventory.write_text("\n".join(lines), encoding="utf-8")
        ended = khien("scan", folder=folder)
        assert server.connections == 0
    assert ended.status == 4
    assert "not_authorised" in ended.err


def test_a_scan_of_what_there_is_not_is_bad_usage(scanned: Scanned) -> None:
    wrong = [("--agency", "so-la"), ("--asset", "la"), ("--fail-on", "huge"), ("--resume", "none-such")]
    for arguments, ended in zip(
        wrong, khien_each(*(("scan", *each) for each in wrong), folder=scanned.folder), strict=True
    ):
        assert (ended.status, ended.out) == (2, ""), arguments
        assert arguments[1] in ended.err
        assert "Traceback" not in ended.err


def test_one_scan_at_a_time(scanned: Scanned) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(scanned.folder / "khien.sqlite3")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=surroundings(),
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        ended = khien("scan", folder=scanned.folder)
    finally:
        holder.communicate(b"", timeout=PATIENCE)
    assert ended.status == 4
    assert f"process {holder.pid}" in ended.err
    assert "Another scan is running" in ended.err


# What is done


def test_a_scan_tells_its_status_when_asked(scanned: Scanned) -> None:
    assert scanned.first.status == 1, scanned.first.err
    assert scanned.second.status == 3, scanned.second.err
    agency = scanned.first.json()["agencies"]["so-mau"]
    assert agency["failed_by_severity"]["critical"] == 1
    assert agency["counts"]["not_assessable"] == len(POLICY)
    assert scanned.second.json()["agencies"]["so-mau"]["counts"]["fail"] == 0


def test_without_being_asked_the_status_is_0_and_fail_on_minds_the_severity(scanned: Scanned) -> None:
    ended = khien("scan", "--asset", "tat", "--fail-on", "info", folder=scanned.folder)
    assert ended.status == 0, ended.err
    assert "khien report --run" in ended.out


def test_a_quick_scan_keeps_with_its_looks_what_it_asked(scanned: Scanned) -> None:
    ended = khien("scan", "--asset", "tat", "--quick", "--json", folder=scanned.folder)
    assert ended.status == 0, ended.err
    kept = khien("history", "export", ended.json()["run"], folder=scanned.folder).json()["sightings"]
    (needs,) = [each["target"]["needs"] for each in kept if "needs" in each["target"]]
    assert needs["protocols"] == ["tls1_2"]
    assert needs["certificates"]
    assert not needs["suites"]


def test_an_expired_asset_is_named_and_left_alone_while_others_are_scanned(scanned: Scanned) -> None:
    assert "het-han: expired 00: 2020-12-31" in scanned.first.err
    assert scanned.unauthorised == 0
    shown = khien("history", "list", "--json", folder=scanned.folder).json()
    exclusions = {run["id"]: run["exclusions"] for run in shown}[scanned.run]
    assert [each[:2] for each in exclusions] == [["het-han", "expired"]]


def test_an_interrupted_scan_is_resumed(tmp_path: Path) -> None:
    connected = threading.Event()

    class Holding(Silent):
        def serve(self, sock: socket.socket) -> None:
            connected.set()
            super().serve(sock)

    with Holding() as server:
        folder = tmp_path / "w"
        # an interrupted scan ends with the looks that are under way
        write_workspace(folder, asset_row("a", server.port), POLICY, "scan: {http_seconds: 2, tls_seconds: 2}\n")
        process = subprocess.Popen(
            command("scan"), cwd=folder, env=surroundings(), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert connected.wait(PATIENCE)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, err
    run_id = err.split("--resume ")[1].split()[0]
    resumed, again = khien_each(("scan", "--resume", run_id, "--json"), ("scan", "--resume", run_id), folder=folder)
    assert resumed.status == 0, resumed.err
    assert resumed.json()["run"] == run_id
    assert again.status == 2
    assert "finished" in again.err


# Hostile text


def test_what_a_server_says_never_reaches_the_terminal_raw(scanned: Scanned) -> None:
    url = f"https://cong.so-mau.example:{scanned.port}/"
    answers = khien_each(
        ("history", "show", scanned.run, "--control", "HDR-LEAKS"),
        ("history", "show", scanned.run, "--json"),
        ("probe", "http", url, "--json"),
        ("probe", "http", url),
        folder=scanned.folder,
    )
    for ended in answers:
        assert ended.status == 0, ended.err
        assert "31mred" in ended.out
        assert not {"\x1b", "\x9b"} & set(ended.out + ended.err)
