"""The worker of the TLS probe: it ends when it must, leaves nothing behind, and is believed where it makes sense."""

import json
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from checks.model.canonical import plain
from checks.model.evidence import DnsObservation, Evidence, ProbeFailure, TlsObservation
from checks.model.target import TlsTarget
from scanner.probes.interface import Limits, ProbeContext
from scanner.probes.tls.pool import COMMAND, LOOKS
from scanner.probes.tls.probe import TlsProbe
from tests.scanner.probes.tls_looking import evidence, identity, seen
from tests.scope import loopback_context
from tests.servers.misbehaving import Silent
from tests.servers.tls import SslServer, free_port, server_context

SHORT = loopback_context(limits=Limits(connect_seconds=1, tls_seconds=1))
LONG = loopback_context(limits=Limits(connect_seconds=1, tls_seconds=20))
TARGET = TlsTarget("127.0.0.1", 9, None)
"""The discard port: the programs of these tests connect to nothing."""


def program(text: str) -> tuple[str, ...]:
    """A Python program in the worker's place."""
    return (sys.executable, "-I", "-S", "-c", text)


def looked(command: tuple[str, ...], context: ProbeContext = SHORT) -> Evidence:
    """What one look with such a program brings."""
    probe = TlsProbe(context, command=command)
    try:
        [found] = probe.look([TARGET])
        assert probe.worker_pids() == (), "a worker that failed is still there"
        return found
    finally:
        probe.close()


def running(pid: int) -> bool:
    """Whether a process is there and has not ended; one that awaits its reaping by somebody else has."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def gone(pid: int) -> bool:
    """Whether a process ends within a few seconds, which a signal just sent may take."""
    end = time.monotonic() + 5
    while running(pid) and time.monotonic() < end:
        time.sleep(0.01)
    return not running(pid)


def test_at_its_deadline_the_worker_ends_with_everything_that_it_started(tmp_path: Path) -> None:
    note = tmp_path / "pids"
    found = looked(
        program(
            "import os, pathlib, subprocess, sys, time\n"
            "sys.stdin.readline()\n"
            "child = subprocess.Popen(['sleep', '600'])\n"
            f"pathlib.Path({str(note)!r}).write_text(f'{{os.getpid()}} {{child.pid}}')\n"
            "time.sleep(600)"
        )
    )
    worker, child = (int(pid) for pid in note.read_text().split())

    assert found.observation == ProbeFailure("deadline")
    assert not Path(f"/proc/{worker}").exists(), "the worker was not reaped"
    assert gone(child)


def test_a_worker_that_drips_bytes_ends_at_its_deadline_as_well() -> None:
    started = time.monotonic()
    found = looked(program("import sys, time\nwhile True: sys.stdout.write(' '); sys.stdout.flush(); time.sleep(0.05)"))
    assert found.observation == ProbeFailure("deadline")
    assert time.monotonic() - started < 3


def test_a_real_look_ends_by_its_deadline() -> None:
    started = time.monotonic()
    with Silent() as server:
        probe = TlsProbe(loopback_context(limits=Limits(connect_seconds=60, tls_seconds=2)))
        try:
            found = evidence(probe, server.port)
        finally:
            probe.close()
    assert isinstance(found.observation, ProbeFailure)
    assert found.observation.reason in ("timed_out", "deadline")
    assert time.monotonic() - started < 4


def reply(**changes: object) -> str:
    """A reply that makes sense, but for what is changed."""
    value = {"connections": 1, "observation": plain(ProbeFailure("refused")), "target": TARGET.key, **changes}
    return json.dumps(value)


def says(line: str) -> tuple[str, ...]:
    """A worker that answers every request with a line."""
    return program(f"import sys\nfor _ in sys.stdin: print({line!r}, flush=True)")


def test_a_reply_that_makes_sense_is_believed() -> None:
    probe = TlsProbe(SHORT, command=says(reply()))
    try:
        [found] = probe.look([TARGET])
        assert found.observation == ProbeFailure("refused")
        assert found.sighting.connections == 1
        assert len(probe.worker_pids()) == 1
    finally:
        probe.close()


SEEN = plain(ProbeFailure("refused"))


@pytest.mark.parametrize(
    "command",
    [
        program("pass"),
        program("raise SystemExit(3)"),
        program("import os; os.abort()"),
        says("not JSON"),
        says(""),
        says("[]"),
        says("null"),
        says("NaN"),
        says("\xff\x00"),
        says("[" * 100_000),
        says(reply(target=TlsTarget("127.0.0.1", 10, None).key)),
        says(reply() + "\n" + reply()),
    ],
)
def test_garbage_is_a_fault_of_the_tool(command: tuple[str, ...]) -> None:
    found = looked(command, LONG)
    assert isinstance(found.observation, ProbeFailure)
    assert found.observation.reason == "tool_failed"


FALSE_REPLIES = [
    reply(connections=-1),
    reply(connections="many"),
    reply(connections=True),
    reply(observation=None),
    reply(observation={}),
    reply(observation=[SEEN]),
    reply(observation={**SEEN, "reason": "because"}),
    reply(observation={**SEEN, "more": 1}),
    reply(observation={**SEEN, "schema": 2}),
    reply(observation=plain(DnsObservation(("127.0.0.1",)))),
]
"""Lines that are JSON and about the right target, with a fault that lies deeper."""


def test_a_reply_of_the_wrong_form_is_a_fault_of_the_tool() -> None:
    answers = program(
        f"import sys\nfor line, _ in zip({[*FALSE_REPLIES, reply()]!r}, sys.stdin): print(line, flush=True)"
    )
    probe = TlsProbe(LONG, command=answers)
    try:
        for line in FALSE_REPLIES:
            [found] = probe.look([TARGET])
            assert found.observation == ProbeFailure("tool_failed", "the worker's reply makes no sense"), line
        [found] = probe.look([TARGET])
        assert found.observation == ProbeFailure("refused")
    finally:
        probe.close()


def test_endless_output_is_cut() -> None:
    found = looked(program("import sys\nwhile True: sys.stdout.write('x' * 1000000)"), LONG)
    assert found.observation == ProbeFailure("tool_failed", "the worker's reply is too long")


def test_a_worker_is_kept_for_a_number_of_looks_and_then_replaced() -> None:
    port = free_port()
    probe = TlsProbe(loopback_context(), workers=1)
    try:
        pids = []
        for _ in range(LOOKS + 1):
            assert evidence(probe, port).observation == ProbeFailure("refused")
            pids.append(probe.worker_pids())
        first = pids[0]
        assert len(first) == 1
        assert pids[: LOOKS - 1] == [first] * (LOOKS - 1)
        assert pids[LOOKS - 1] == ()
        assert len(pids[LOOKS]) == 1
        assert pids[LOOKS] != first
        assert not Path(f"/proc/{first[0]}").exists()
    finally:
        probe.close()


def test_after_a_worker_failed_the_next_look_has_a_new_one(tmp_path: Path) -> None:
    with Silent() as silent, SslServer(server_context(identity(), tmp_path)) as server:
        probe = TlsProbe(loopback_context(), workers=1)
        try:
            assert supported_at_all(seen(probe, server.port))
            [pid] = probe.worker_pids()
            look = threading.Thread(target=evidence, args=(probe, silent.port))
            look.start()
            await_connection(silent)
            subprocess.run(["kill", "-KILL", str(pid)], check=True)
            look.join(10)
            assert not look.is_alive()
            assert supported_at_all(seen(probe, server.port))
            assert probe.worker_pids() != (pid,)
        finally:
            probe.close()


def supported_at_all(observation: TlsObservation) -> bool:
    """Whether the look saw the server's newest version."""
    return observation.protocols["tls1_3"] is True


def await_connection(server: Silent) -> None:
    """Wait until somebody has connected."""
    end = time.monotonic() + 10
    while not server.connections and time.monotonic() < end:
        time.sleep(0.01)
    assert server.connections


def test_closing_ends_every_worker_idle_or_at_work() -> None:
    context = loopback_context(limits=Limits(connect_seconds=60, tls_seconds=60))
    probe = TlsProbe(context, workers=2)
    found: list[Evidence] = []
    with Silent() as server:
        look = threading.Thread(target=lambda: found.append(evidence(probe, server.port)))
        look.start()
        await_connection(server)
        assert evidence(probe, free_port()).observation == ProbeFailure("refused")
        pids = probe.worker_pids()
        assert len(pids) == 2

        probe.close()
        look.join(10)

    assert not look.is_alive()
    assert [each.observation for each in found] == [ProbeFailure("tool_failed", "the worker has ended")]
    assert probe.worker_pids() == ()
    assert not any(Path(f"/proc/{pid}").exists() for pid in pids)
    assert evidence(probe, server.port).observation == ProbeFailure("tool_failed", "the probe is closed")


def test_no_more_looks_are_under_way_than_there_are_workers() -> None:
    probe = TlsProbe(loopback_context(limits=Limits(connect_seconds=1, tls_seconds=5)), workers=2)
    port = free_port()
    try:
        looks = [threading.Thread(target=evidence, args=(probe, port)) for _ in range(8)]
        for look in looks:
            look.start()
        most = 0
        while any(look.is_alive() for look in looks):
            most = max(most, len(probe.worker_pids()))
            time.sleep(0.001)
        assert most == 2
    finally:
        probe.close()


def test_a_worker_without_a_parent_ends() -> None:
    with subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.communicate(timeout=20)[0] == b""
    assert process.returncode == 0


def test_the_environment_of_a_worker_holds_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KHIEN_MAIL_PASSWORD", "not-for-workers")
    probe = TlsProbe(loopback_context())
    try:
        evidence(probe, free_port())
        [pid] = probe.worker_pids()
        assert b"not-for-workers" not in Path(f"/proc/{pid}/environ").read_bytes()
    finally:
        probe.close()
