"""The power goes, the process is killed, the disk is full: what was committed stays, and the chain still fits."""

import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.db import connection

from checks.model.evidence import DnsObservation
from checks.model.target import DnsTarget
from history.database import snapshot
from history.errors import NotStored
from history.lock import scan_lock
from history.store import Recorder
from tests.history.samples import EVIDENCE, FINDINGS, START, evidence, finding, open_run
from tests.history.tampering import execute

ROOT = Path(__file__).parents[2]
WAIT = 30
"""Seconds for anything that a child process is waited for."""


@contextmanager
def start_child(database: str) -> Iterator["subprocess.Popen[str]"]:
    """A process that records on a database; it is killed at the latest when the block is left."""
    command = [sys.executable, "-m", "tests.history.recording_child", database]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as child:
        try:
            yield child
        finally:
            child.kill()


def said(child: "subprocess.Popen[str]", lines: int) -> list[str]:
    """So many lines of a child's output."""
    assert child.stdout is not None
    return [child.stdout.readline().rstrip("\n") for _ in range(lines)]


@pytest.mark.parametrize("looks", [0, 7, 60])
def test_a_killed_scan_loses_at_most_what_was_in_flight(recorder: Recorder, database: str, looks: int) -> None:
    with start_child(database) as child:
        begin, *kept = said(child, 1 + looks)
        child.kill()
        assert child.stdout is not None
        rest = child.stdout.read()  # not communicate(), which passes over what was read ahead of the last line
    run = begin.removeprefix("run ")
    kept += [line for line in rest.split("\n")[:-1]]
    recorded = recorder.evidence(run).keys()
    assert set(kept) <= recorded
    assert len(recorded) <= len(kept) + 1
    assert recorder.verify(run) == []
    assert recorder.run(run).state == "open"
    with scan_lock(WAIT):  # the kernel, or the server, took it back
        assert recorder.record(run, evidence(DnsTarget("resumed.example"), DnsObservation(())))
        recorder.finish(run, FINDINGS, START)
    assert recorder.verify(run) == []


def test_a_full_disk_keeps_what_was_committed(sqlite: str) -> None:
    recorder = Recorder()
    run = open_run(recorder, plan=[])
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        (pages,) = cursor.fetchone()
    execute(f"PRAGMA max_page_count = {pages + 20}")
    kept = []
    with pytest.raises(NotStored, match="full"):
        for number in range(10_000):
            target = DnsTarget(f"a{number}.example")
            recorder.record(run, evidence(target, DnsObservation((f"127.0.0.{number}",))))
            kept.append(target.key)
    assert recorder.evidence(run).keys() == set(kept) != frozenset()
    assert recorder.verify(run) == []
    with pytest.raises(NotStored):
        recorder.finish(run, [finding(f"C-{number}", "pass") for number in range(1000)], START)
    assert recorder.run(run).state == "open"
    execute("PRAGMA max_page_count = 1073741823")
    assert recorder.record(run, evidence(DnsTarget("more.example"), DnsObservation(())))
    recorder.finish(run, FINDINGS, START)
    assert recorder.verify(run) == []
    assert recorder.run(run).state == "finished"


def test_a_run_that_cannot_be_finished_stays_open_as_a_whole(recorder: Recorder) -> None:
    run = open_run(recorder)
    with pytest.raises(NotStored):
        recorder.finish(run, [FINDINGS[0], FINDINGS[0]], START)
    assert recorder.findings(run) == ()
    assert recorder.run(run).state == "open"
    recorder.finish(run, FINDINGS, START)
    assert recorder.verify(run) == []


def test_a_snapshot_stays_what_it_was_while_a_scan_goes_on(recorder: Recorder) -> None:
    """Else a look committed between two questions of the audit would seem to be tampering."""
    run = open_run(recorder, plan=[])
    recorder.record(run, EVIDENCE[0])

    def scan() -> None:
        recorder.record(run, EVIDENCE[1])
        connection.close()

    with snapshot():
        before = recorder.export(run)
        thread = threading.Thread(target=scan)
        thread.start()
        thread.join(WAIT)
        assert not thread.is_alive()
        assert recorder.export(run) == before
        assert recorder.verify(run) == []
    assert len(recorder.export(run)["sightings"]) == 2
    assert recorder.verify(run) == []


def test_several_threads_extend_one_chain(recorder: Recorder) -> None:
    run = open_run(recorder, plan=[])
    together = threading.Barrier(4)

    def work(worker: int) -> None:
        together.wait(WAIT)
        for number in range(5):
            recorder.record(run, evidence(DnsTarget(f"a{number}.w{worker}.example"), DnsObservation(())))
        connection.close()

    threads = [threading.Thread(target=work, args=(worker,)) for worker in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    assert len(recorder.evidence(run)) == 20
    assert recorder.verify(run) == []
