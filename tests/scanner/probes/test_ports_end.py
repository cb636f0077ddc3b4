"""No nmap outlives its scan: not the process that started it, and not the probe. A real nmap on loopback."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from checks.model.evidence import ProbeFailure
from checks.model.target import PortsTarget
from scanner.probes.ports import PortsProbe
from tests.scanner.probes.test_ports import GOOD, impostor
from tests.scope import loopback_context

PORTS = "1-2500"
"""At the pinned rate of one address this takes 50 seconds."""
CLOSED = ProbeFailure("tool_failed", "the probe is closed")

LOOK = """
import sys
from checks.model.target import PortsTarget
from scanner.probes.ports import PortsProbe
from tests.scope import loopback_context
PortsProbe(loopback_context()).look([PortsTarget(sys.argv[1], sys.argv[2])])
"""


def running(address: str) -> list[int]:
    """Every nmap of this machine that was told an address."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:  # it has just ended
            continue
        if words[0].endswith(b"nmap") and address.encode() in words:
            found.append(int(path.parent.name))
    return found


def within(seconds: float, condition: Callable[[], bool]) -> bool:
    """Whether something comes true in time."""
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


@pytest.mark.parametrize(("number", "address"), [(signal.SIGKILL, "127.77.0.61"), (signal.SIGTERM, "127.77.0.62")])
def test_nmap_dies_with_the_process_that_started_it(number: signal.Signals, address: str) -> None:
    with subprocess.Popen([sys.executable, "-c", LOOK, address, PORTS]) as process:
        try:
            assert within(20, lambda: bool(running(address)))
            time.sleep(0.5)
            assert running(address)
        finally:
            process.send_signal(number)
        process.wait()
        assert within(20, lambda: not running(address))


def test_closing_the_probe_ends_a_look_at_once_and_it_fails() -> None:
    target = PortsTarget("127.77.0.63", PORTS)
    probe = PortsProbe(loopback_context())
    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(probe.look, [target])
        assert within(20, lambda: bool(running(target.address)))
        time.sleep(0.5)
        probe.close()
        (evidence,) = looking.result(timeout=20)
    assert evidence.observation == CLOSED
    assert running(target.address) == []


def test_closing_the_probe_while_versions_are_asked_leaves_no_half_of_a_look(tmp_path: Path) -> None:
    probe = impostor(tmp_path, GOOD)
    program = tmp_path / "nmap"
    program.write_text(
        program.read_text().replace("*ersion-light*) echo", "*ersion-light*) echo > $0.asked; exec sleep 60; echo")
    )
    with ThreadPoolExecutor(1) as pool:
        looking = pool.submit(probe.look, [PortsTarget("127.77.0.29", "7")])
        assert within(20, (tmp_path / "nmap.asked").exists)
        probe.close()
        (evidence,) = looking.result(timeout=5)
    assert evidence.observation == CLOSED


def test_a_closed_probe_starts_nothing() -> None:
    probe = PortsProbe(loopback_context())
    probe.close()
    (evidence,) = probe.look([PortsTarget("127.77.0.64", "1")])
    assert evidence.observation == CLOSED
