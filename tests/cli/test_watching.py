"""Watching the watcher: metrics in a file and served, the heartbeat and what khien doctor says of it, disk room."""

import json
import shutil
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, cast

import pytest
from prometheus_client.parser import text_string_to_metric_families

from checks.model.text import Text
from scanner.cli.chores import BEAT_SECONDS, Chores
from scanner.cli.config import read_config
from scanner.cli.errand import Errand
from scanner.cli.pulse import beat, heartbeat_file, last_beat
from tests.cli.command import PATIENCE, command, khien, khien_each, surroundings
from tests.cli.conftest import Scanned
from tests.servers.tcp import TcpServer, held_port

HOLD = """
import sys
from pathlib import Path
import history
from history.lock import exclusive
from scanner.cli.config import read_config
history.setup(read_config(Path("khien.yaml")).database)
history.migrate()
with exclusive("schedule", 0):
    print("held", flush=True)
    sys.stdin.readline()
"""
SCHEDULES = "schedules: [{name: dem, what: {estate: true}, every: month on 1 at 22:30}]\n"


@pytest.fixture
def folder(scanned: Scanned, tmp_path: Path) -> Path:
    """A copy of the small estate after its runs."""
    shutil.copytree(scanned.folder, tmp_path / "work")
    return tmp_path / "work"


def configure(folder: Path, more: str) -> None:
    (folder / "khien.yaml").write_text(f"policy: small\npolicies: [rules]\n{more}")


def samples(text: str) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_a_scan_leaves_metrics_in_a_file_that_others_may_read(folder: Path) -> None:
    configure(folder, "metrics: {file: khien.prom}\n")
    scan, listed = khien_each(["scan"], ["history", "list", "--json"], folder=folder)
    assert scan.status == 0, scan.err
    path = folder / "khien.prom"
    found = samples(path.read_text())
    assert path.stat().st_mode & 0o777 == 0o644
    assert found["khien_runs", "finished"] == 3 and found["khien_runs", "open"] == 0
    row = listed.json()[0]
    findings = {key[1]: value for key, value in found.items() if key[0] == "khien_last_run_findings"}
    assert findings == row["findings"]
    assert found["khien_last_run_failed_looks", "refused"] == 2
    assert sum(value for key, value in found.items() if key[0] == "khien_last_run_targets") == row["sightings"]
    assert 0 <= found["khien_last_run_age_seconds",] < PATIENCE
    assert "so-mau" not in path.read_text() and "127.0.0.1" not in path.read_text()


def test_metrics_that_cannot_be_written_do_no_harm(folder: Path) -> None:
    configure(folder, "metrics: {file: nowhere/khien.prom}\n")
    ended = khien("scan", "--asset", "tat", folder=folder)
    assert ended.status == 0 and "khien.prom" in ended.err


@contextmanager
def daemon_of(folder: Path, port: int) -> Iterator["subprocess.Popen[str]"]:
    """A daemon that serves metrics at a port that is held for it."""
    configure(folder, f"metrics: {{file: khien.prom, listen: '127.0.0.1:{port}'}}\n{SCHEDULES}")
    assert doctor(folder)["state"] == "warning"
    with subprocess.Popen(
        command("schedule", "run"), cwd=folder, env=surroundings(), stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def fetched(port: int) -> str:
    """What is served, once it is."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=PATIENCE) as answer:
                return cast(str, answer.read().decode())
        except OSError:
            assert time.monotonic() < end
            time.sleep(0.1)


def doctor(folder: Path) -> dict[str, Any]:
    """What khien doctor says of the daemon."""
    said = khien("doctor", "--json", folder=folder).json()
    return next((each for each in said if each["what"] == "daemon"), {})


def test_the_daemon_serves_metrics_and_is_heard_of(folder: Path) -> None:
    with held_port() as port, daemon_of(folder, port) as process:
        served = samples(fetched(port))
        path = heartbeat_file(read_config(folder / "khien.yaml"))
        assert path is not None
        end = time.monotonic() + PATIENCE
        while last_beat(path) is None or not (folder / "khien.prom").exists():
            assert time.monotonic() < end
            time.sleep(0.1)
        alive, found = doctor(folder), last_beat(path)
        process.terminate()
        assert process.wait(PATIENCE) == 0
    assert served["khien_runs", "finished"] == 2 and served["khien_queue", "slot"] == 0
    assert served["process_resident_memory_bytes",] > 0
    assert found is not None and found.pid == process.pid
    assert alive["state"] == "ok" and "running" in alive["text"]["en"]
    gone = doctor(folder)
    assert gone["state"] == "warning" and "last heard of" in gone["text"]["en"]


def test_a_daemon_that_hangs_is_named(folder: Path) -> None:
    configure(folder, SCHEDULES)
    path = heartbeat_file(read_config(folder / "khien.yaml"))
    assert path is not None
    with subprocess.Popen(
        [sys.executable, "-P", "-c", HOLD],
        cwd=folder,
        env=surroundings(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None and process.stdout.readline() == "held\n"
        beat(path, datetime.now(UTC) - timedelta(hours=1), "")
        hangs = doctor(folder)
        beat(path, datetime.now(UTC) + timedelta(seconds=30), "")
        fine = doctor(folder)
        process.communicate("\n", PATIENCE)
    assert hangs["state"] == "broken" and "silent for 36" in hangs["text"]["en"]
    assert fine["state"] == "ok"


@pytest.mark.parametrize(
    "written",
    ["", "{}", '{"at": "x", "pid": 1, "work": ""}', '{"at": "2026-01-01", "pid": 1, "work": ""}', "[]", "x" * 10**6],
)
def test_a_heartbeat_that_makes_no_sense_is_none(tmp_path: Path, written: str) -> None:
    path = tmp_path / "heartbeat"
    path.write_text(written)
    assert last_beat(path) is None
    beat(path, datetime.now(UTC), "slot:dem")
    assert (found := last_beat(path)) is not None and found.work == "slot:dem"
    assert [each.name for each in tmp_path.iterdir()] == ["heartbeat"]


@dataclass
class Clock:
    """Time that the test sets."""

    now: float = 0.0

    def __call__(self) -> float:
        return self.now


@dataclass
class FailingErrand:
    """Cannot be started."""

    ticks: int = 0

    def tick(self) -> None:
        self.ticks += 1
        raise RuntimeError("can't start new thread")


@dataclass
class Told:
    """What was told."""

    texts: list[str] = field(default_factory=list)

    def __call__(self, text: Text) -> None:
        self.texts.append(text.en)


def test_a_chore_that_fails_is_told_once_and_keeps_no_other_from_being_done(tmp_path: Path) -> None:
    (tmp_path / "khien.yaml").write_text("database: there/khien.sqlite3\n")
    config, clock, told, errand = read_config(tmp_path / "khien.yaml"), Clock(), Told(), FailingErrand()
    chores = Chores(config, cast(Any, None), cast(Errand, errand), told, clock)
    for _ in range(3):
        chores.tick("")
        clock.now += BEAT_SECONDS
    assert errand.ticks == 3 and len(told.texts) == 2
    (tmp_path / "there").mkdir()
    chores.tick("slot:dem")
    assert (found := last_beat(tmp_path / "there" / "khien.sqlite3.heartbeat")) is not None and found.work == "slot:dem"
    (tmp_path / "there" / "khien.sqlite3.heartbeat").unlink()
    (tmp_path / "there").rmdir()
    clock.now += BEAT_SECONDS
    chores.tick("")
    assert len(told.texts) == 3 and "heartbeat" in told.texts[2]


def test_an_address_that_cannot_be_had_keeps_no_scan_from_running(tmp_path: Path) -> None:
    with TcpServer() as other:
        address = f"127.0.0.1:{other.port}"
        (tmp_path / "khien.yaml").write_text(f"metrics: {{listen: '{address}'}}\n")
        told, nothing = Told(), cast(Any, object())
        chores = Chores(read_config(tmp_path / "khien.yaml"), nothing, None, told, _facts=nothing)
        with chores.serving():
            assert told.texts == [f"metrics cannot be served at {address}: Address already in use"]


def test_without_a_file_there_is_no_heartbeat(tmp_path: Path) -> None:
    (tmp_path / "khien.yaml").write_text("database: postgresql://localhost/khien\n")
    assert heartbeat_file(read_config(tmp_path / "khien.yaml")) is None
    (tmp_path / "khien.yaml").write_text("database: postgresql://localhost/khien\nmetrics: {heartbeat: nhip}\n")
    assert heartbeat_file(read_config(tmp_path / "khien.yaml")) == tmp_path / "nhip"


def test_without_room_no_scan_begins(folder: Path) -> None:
    configure(folder, "scan: {least_free_mib: 1048576}\n")
    scan, recheck, history = khien_each(["scan"], ["recheck"], ["history", "list", "--json"], folder=folder)
    assert (scan.status, recheck.status) == (4, 4)
    assert "MiB free, at least 1048576 MiB are needed" in scan.err
    assert len(history.json()) == 2
    free = shutil.disk_usage(folder).free >> 20
    configure(folder, f"scan: {{least_free_mib: {free // 4}}}\n")
    low = khien("scan", "--asset", "tat", folder=folder)
    assert low.status == 0 and "MiB free" in low.err


@pytest.mark.parametrize("listen", ["0.0.0.0:9464", "192.0.2.1:9464", "127.0.0.1", "127.0.0.1:0", "localhost:1", "x"])
def test_metrics_are_served_on_this_machine_alone(tmp_path: Path, listen: str) -> None:
    (tmp_path / "khien.yaml").write_text(f"metrics: {{listen: {json.dumps(listen)}}}\n")
    ended = khien("schedule", "next", folder=tmp_path)
    assert ended.status == 2 and "an address of this machine" in ended.err
