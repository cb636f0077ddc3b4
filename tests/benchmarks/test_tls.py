"""The harness of the TLS figures: that it counts, computes and ends what it measures as it says."""

import os
import re
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from benchmarks.printing import megabytes, milliseconds, ratio, seconds, table
from benchmarks.processes import CpuMeter, OutOfTime, cpu_of_tree, resident, run, tree
from benchmarks.tls import hosts, many, never_slower
from benchmarks.tls.child import Found, Work, measured
from benchmarks.tls.figures import BASE, Row, Run, base_of
from benchmarks.tls.looker import KHIEN, QUICK, SSLYZE_COMMAND, Absent, Command, attempt, looker
from benchmarks.tls.part import Asked, Turn, in_turn
from benchmarks.tls.relay import relay_to
from benchmarks.tls.servers import NAME, many_addresses, serving
from benchmarks.tls.wire import turned
from tests.servers.tcp import TcpServer

POLICY = "mozilla-intermediate"


class Echo(TcpServer):
    """Gives everything back until an end of file, and then says goodbye."""

    def serve(self, sock: socket.socket) -> None:
        while data := sock.recv(4096):
            sock.sendall(data)
        sock.sendall(b"bye")


class Cutter(TcpServer):
    """Takes a word, and resets the connection."""

    def serve(self, sock: socket.socket) -> None:
        sock.recv(1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")
        sock.close()


def said(port: int, *words: bytes) -> bytes:
    """Everything that comes back for some words and an end of file."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as sock:
        for word in words:
            sock.sendall(word)
        sock.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: sock.recv(4096), b""))


def test_a_relay_passes_everything_on_and_counts_connections() -> None:
    with Echo() as server, relay_to("127.0.0.1", server.port) as relay:
        long = os.urandom(300_000)
        assert said(relay.port, b"first ", b"second") == b"first secondbye"
        answers: list[bytes] = []
        sender = threading.Thread(target=lambda: answers.append(said(relay.port, long)))
        sender.start()
        assert said(relay.port) == b"bye"
        sender.join(20)
        assert answers == [long + b"bye"]
        assert relay.count() == 3
        assert relay.count() == 0


def test_a_relay_counts_a_connection_that_the_server_resets_and_resets_it_too() -> None:
    with Cutter() as server, relay_to("127.0.0.1", server.port) as relay:
        with socket.create_connection(("127.0.0.1", relay.port), timeout=10) as sock:
            sock.sendall(b"x")
            with pytest.raises(ConnectionResetError):
                sock.recv(1)
        assert relay.count() == 1


def test_a_relay_can_put_a_round_trip_between_two_sides() -> None:
    with Echo() as server, relay_to("127.0.0.1", server.port, round_trip=0.2) as relay:
        started = time.monotonic()
        assert said(relay.port, b"x") == b"xbye"
        assert time.monotonic() - started >= 0.2


def test_medians_and_ratios() -> None:
    slow = Row("old", BASE, (Run(9.0, 0.4), Run(1.0, 0.2), Run(2.0, 0.3)))
    fast = Row("old", KHIEN, (Run(0.04, 0.01, 15),))
    elsewhere = Row("new", BASE, (Run(5.0, 1.0),))
    assert (slow.wall, slow.cpu) == (2.0, 0.3)
    assert fast.own_count == 15
    assert base_of([elsewhere, fast, slow], fast) is slow
    assert base_of([elsewhere, fast], fast) is None
    assert ratio(slow.wall, fast.wall) == "50"
    assert ratio(fast.wall, slow.wall) == "0.02"
    assert ratio(None, 1.0) == ratio(1.0, None) == ratio(1.0, 0.0) == "-"
    assert Row("old", KHIEN).wall is None
    assert slow.as_json()["median_wall"] == 2.0


def test_figures_are_printed_with_the_digits_that_mean_something() -> None:
    assert [seconds(each) for each in (None, 0.01234, 1.5, 123.4)] == ["-", "0.0123", "1.5", "123"]
    assert [milliseconds(each) for each in (None, 0.00234, 0.4)] == ["-", "2.3", "400"]
    assert [megabytes(each) for each in (None, 61_400_000)] == ["-", "61"]
    assert table(("a", "bc"), [("def", "g")]).splitlines() == ["| a   | bc |", "| --- | -- |", "| def | g  |"]


def test_a_command_is_accounted_with_what_it_starts() -> None:
    burn = "import time\nwhile time.process_time() < 0.2: pass"
    done = run([sys.executable, "-c", f"import subprocess, sys\nsubprocess.run([sys.executable, '-c', {burn!r}])"], 60)
    assert done.status == 0
    assert done.cost.cpu >= 0.2
    assert done.cost.peak > 1_000_000


def test_a_command_is_stopped_at_its_bound_with_what_it_started(tmp_path: Path) -> None:
    script = "import subprocess, sys; p = subprocess.Popen(['sleep', '60']); print(p.pid, flush=True); p.wait()"
    told = tmp_path / "pid"
    with pytest.raises(OutOfTime):
        run(["sh", "-c", f'"{sys.executable}" -c "{script}" > {told}'], 3)
    sleeper = int(told.read_text())
    assert _gone(sleeper)


def _gone(pid: int) -> bool:
    """Whether a process has ended, or does so within seconds; its parent may not have waited for it yet."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z":
                return True
        except OSError:
            return True
        time.sleep(0.01)
    return False


def test_the_cpu_of_children_that_live_is_seen() -> None:
    meter = CpuMeter()
    burn = "import time\nwhile time.process_time() < 0.3: pass\nprint('', flush=True)\nimport sys; sys.stdin.read()"
    with subprocess.Popen([sys.executable, "-c", burn], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert process.pid in tree(os.getpid())
        alive = meter.read()
        assert alive >= 0.3
        assert cpu_of_tree(process.pid) >= 0.3
        assert resident(process.pid) > 1_000_000
        process.communicate()
    assert meter.read() >= 0.3


def test_a_command_without_its_proof_is_no_run() -> None:
    work = Work(("127.0.0.1",), 443, None)
    good = Command(lambda address, port, name: ["echo", f"Accepted {name}\nAccepted {port}"], r"(?m)^Accepted ")
    bad = Command(lambda address, port, name: ["sh", "-c", "echo no >&2; exit 3"], r"Accepted")
    found, absent = attempt(good, work, 10)
    assert found is not None
    assert (found.told, absent) == ("2 suites", "")
    assert attempt(bad, work, 10) == (None, "it ended with 3: no")


def test_a_tool_that_is_not_there_is_named_and_never_dropped() -> None:
    with pytest.raises(Absent, match="--cryptolyzer"):
        looker("cryptolyzer", POLICY)


def test_runs_end_when_enough_was_spent() -> None:
    turn = Turn(Command(lambda *at: ["sh", "-c", "sleep 0.1; echo x"], "x"))
    in_turn({"x": turn}, Work(("127.0.0.1",), 1, None), Asked(runs=5, spend=0.15))
    assert len(turn.runs) == 2


def test_what_is_measured_has_wall_cpu_and_what_was_found() -> None:
    found = measured(lambda work: Found(len(work.addresses), "enough"), Work(many_addresses(3), 443, NAME))
    assert (found.connections, found.told) == (3, "enough")
    assert found.wall >= 0
    assert found.cpu >= 0


def test_addresses_of_many_targets_are_loopback_and_differ() -> None:
    found = many_addresses(600)
    assert len(set(found)) == 600
    assert all(each.startswith("127.20.") for each in found)


def test_a_packet_on_the_wire_comes_back_from_where_it_was_sent_to() -> None:
    header = bytes.fromhex("4500 0028 0001 0000 4006 0000 c6120001 c6120002")
    assert turned(header + b"rest") == bytes.fromhex("4500 0028 0001 0000 4006 0000 c6120002 c6120001") + b"rest"


def test_khien_and_sslyze_look_at_a_server_and_khien_counts_as_the_relay_does() -> None:
    with serving("modern") as server, relay_to(server.address, server.port) as relay:
        work = Work((server.address,), relay.port, NAME)
        for tool in (KHIEN, QUICK):
            relay.count()
            looking = looker(tool, POLICY)
            try:
                found = looking.look(work, 60)
            finally:
                looking.close()
            assert found.connections == relay.count()
            assert found.connections
            assert re.search(r"[13] suites, 1 chains$", found.told)
            assert looking.peak
        done = looker(SSLYZE_COMMAND, POLICY).look(work, 60)
        assert done.wall > 0
        assert relay.count() > 100


def test_tables_name_what_is_absent_and_what_differs() -> None:
    told = {"own count": "7", "found": "3 suites", "runs": "1"}
    rows = [
        Row("modern", KHIEN, (Run(0.1, 0.01, 7),), counted=8, extra=told),
        Row("modern", "sslscan", absent="sslscan is not installed", extra={**told, "own count": "-"}),
    ]
    shown = hosts.show(rows)
    assert "sslscan is not installed" in shown
    assert shown.endswith("Own count differs from the relay's: modern")
    size = Row("intermediate, 50", KHIEN, (Run(0.5, 0.25, 1000),), hosts=50, server_cpu=0.5, extra={"found": ""})
    assert "| 100 " in many.show([size])


def test_a_server_where_khien_is_slower_is_listed() -> None:
    def row(work: str, tool: str, wall: float, found: str = "") -> Row:
        return Row(work, tool, (Run(wall, 0.0),), extra={"found": found})

    rows = [
        row("good", KHIEN, 0.1),
        row("good", BASE, 1.0),
        row("late", KHIEN, 2.0),
        row("late", BASE, 1.0),
        row("given-up", KHIEN, 2.0),
        row("given-up", BASE, 1.0, "0 suites, 1 failed"),
        Row("stopped", KHIEN, absent="stopped after 60 s", extra={"found": ""}),
        row("stopped", BASE, 1.0),
    ]
    assert [each.work for each in never_slower.slower(rows)] == ["late", "given-up", "stopped"]
    shown = never_slower.show(rows)
    assert "Slower than sslyze: late, stopped\n" in shown
    assert shown.endswith("gave up without a report: given-up")
