"""The estate starts, stops and dies cleanly, whoever runs it."""

import os
import select
import signal
import socket
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

import pytest

from demo.estate import running_estate
from demo.files import FILES
from demo.nginx import find_nginx
from demo.sites import HIGH, SITES, STANDARD, site
from demo.words import EstateError
from tests.demo.client import get

MODEL = site("cong-tinh-mau")
SECONDS = 60

RUN = """
import sys
from collections.abc import Iterable
from pathlib import Path
from demo.estate import running_estate
from demo.sites import SITES
with running_estate(Path(sys.argv[1])) as estate:
    print(estate.pid, estate.address(SITES[0]), estate.ports.https, flush=True)
    sys.stdin.read()
"""


def children(pid: int) -> list[int]:
    """Process ids of the children of a process."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = (entry / "stat").read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[1]) == pid:
            found.append(int(entry.name))
    return found


def assert_gone(watched: list[int]) -> None:
    """Wait until the processes behind pid file descriptors have ended."""
    for descriptor in watched:
        ended, _, _ = select.select([descriptor], [], [], SECONDS)
        os.close(descriptor)
        assert ended


def assert_closed(endpoints: Iterable[tuple[str, int]]) -> None:
    """No endpoint of an estate that has ended is open, unless another estate has moved in meanwhile."""
    endpoints = list(endpoints)
    block = endpoints[0][0].split(".")[2]
    with socket.socket(socket.AF_UNIX) as claim:
        try:
            claim.bind(f"\0khien-demo-{block}")
        except OSError:
            return  # tests run side by side, and that estate found every port free
        for endpoint in endpoints:
            with socket.socket() as trial, pytest.raises(ConnectionRefusedError):
                trial.connect(endpoint)


def test_nothing_is_left_behind_and_it_starts_again(tmp_path: Path) -> None:
    for _ in range(2):
        with running_estate(tmp_path / "demo") as estate:
            assert get(estate, MODEL, "https").status == 200
            watched = [os.pidfd_open(pid) for pid in (estate.pid, *children(estate.pid))]
            assert len(watched) == 2  # the keeper and nginx
            ports = estate.ports
            used = (ports.http, ports.https, ports.telnet, ports.mysql)
            endpoints = [(estate.address(each), port) for each in SITES for port in used]
        assert_gone(watched)
        assert_closed(endpoints)
        assert {path.name for path in (tmp_path / "demo").iterdir()} == set(FILES)


def test_an_error_inside_stops_it(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), running_estate(tmp_path) as estate:
        watched = [os.pidfd_open(pid) for pid in (estate.pid, *children(estate.pid))]
        raise KeyboardInterrupt
    assert_gone(watched)


def test_two_estates_run_side_by_side(tmp_path: Path) -> None:
    with running_estate(tmp_path / "a") as first, running_estate(tmp_path / "b") as second:
        assert first.address(MODEL) != second.address(MODEL)
        assert get(first, MODEL, "https").status == get(second, MODEL, "https").status == 200


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_the_servers_die_with_whoever_started_them(tmp_path: Path, how: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", RUN, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as parent:
        assert parent.stdout is not None
        keeper, address, port = parent.stdout.readline().split()
        watched = [os.pidfd_open(pid) for pid in (int(keeper), *children(int(keeper)))]
        assert len(watched) == 2
        parent.send_signal(how)
        assert parent.wait(SECONDS) != 0
    assert_gone(watched)
    assert_closed([(address, int(port))])
    assert {path.name for path in tmp_path.iterdir()} == set(FILES)


def test_nginx_dies_with_the_keeper(tmp_path: Path) -> None:
    with running_estate(tmp_path) as estate:
        (nginx,) = children(estate.pid)
        watched = [os.pidfd_open(nginx)]
        os.kill(estate.pid, signal.SIGKILL)
        assert_gone(watched)


def test_it_runs_as_an_ordinary_user(tmp_path: Path) -> None:
    command = [sys.executable, "-c", RUN, str(tmp_path)]
    if os.geteuid() == 0:
        # The interpreter may live where only root reads, so the user keeps the right to read files and no other.
        os.chown(tmp_path, 65534, 65534)
        kept = "-all,+dac_override"
        command = [
            *("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"),
            *(f"--inh-caps={kept}", f"--ambient-caps={kept}", f"--bounding-set={kept}", *command),
        ]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        keeper, address, port = parent.stdout.readline().split()
        assert Path(f"/proc/{keeper}").stat().st_uid != 0
        with socket.create_connection((address, int(port)), timeout=SECONDS):
            pass
    assert parent.returncode == 0
    lowest = int(Path("/proc/sys/net/ipv4/ip_unprivileged_port_start").read_text())
    assert int(port) == (HIGH if lowest > STANDARD.telnet else STANDARD).https
    assert_closed([(address, int(port))])


def test_a_directory_of_somebody_else_is_refused(tmp_path: Path) -> None:
    (tmp_path / "inventory.yaml").write_text("agencies: []\n")
    with pytest.raises(EstateError) as caught, running_estate(tmp_path):
        pass
    assert "inventory.yaml" in caught.value.words.vi
    assert [path.name for path in tmp_path.iterdir()] == ["inventory.yaml"]


def test_an_anchor_without_a_configuration_is_somebody_elses(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("-----BEGIN CERTIFICATE-----\n")
    with pytest.raises(EstateError), running_estate(tmp_path):
        pass
    assert (tmp_path / "ca.pem").read_text() == "-----BEGIN CERTIFICATE-----\n"


def test_without_nginx_it_says_what_to_install(tmp_path: Path) -> None:
    with pytest.raises(EstateError) as caught:
        find_nginx(str(tmp_path))
    assert "nginx-light" in caught.value.words.vi
    assert "nginx-light" in caught.value.words.en


def test_servers_that_do_not_start_are_an_error_with_their_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = tmp_path / "bin" / "nginx"
    broken.parent.mkdir()
    broken.write_text("#!/bin/sh\necho hong hoc >&2\nexit 1\n")
    broken.chmod(0o755)
    monkeypatch.setenv("PATH", f"{broken.parent}:{os.environ['PATH']}")
    with pytest.raises(EstateError, match="hong hoc"), running_estate(tmp_path / "demo"):
        pass
    assert {path.name for path in (tmp_path / "demo").iterdir()} == set(FILES)
