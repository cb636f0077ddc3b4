"""khien schedule run: real daemons, real scans, the database between them."""

import os
import select
import signal
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

import history
from checks.model.operation import Reason
from checks.model.text import Text
from history.lock import exclusive
from scanner.cli.errors import Interrupted
from scanner.cli.watch import Ending, Watch
from tests.cli.command import PATIENCE, Ended, asset_row, command, khien, surroundings, write_workspace
from tests.cli.conftest import POLICY, Add
from tests.cli.test_stop import Held
from tests.servers.tcp import held_port


def missed(more: str = "") -> str:
    """Of khien.yaml: a schedule whose slot was due some minutes ago."""
    at = datetime.now(UTC) - timedelta(minutes=5)
    return f"schedules:\n  - {{name: gio, what: {{estate: true}}, every: hour at :{at:%M}{more}}}\n"


def listed(folder: Path) -> list[dict[str, Any]]:
    """The steps of the latest slot of the first schedule."""
    found: list[dict[str, Any]] = khien("schedule", "list", "--json", folder=folder).json()[0]["last"]["steps"]
    return found


def runs(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = khien("history", "list", "--json", folder=folder).json()
    return found


@contextmanager
def daemon(folder: Path) -> Iterator["subprocess.Popen[str]"]:
    """A daemon; it is killed at the latest when the block is left."""
    with subprocess.Popen(
        command("schedule", "run"), cwd=folder, env=surroundings(), stderr=subprocess.PIPE, text=True
    ) as process:
        try:
            yield process
        finally:
            process.kill()


def once(folder: Path) -> Ended:
    return khien("schedule", "run", "--once", folder=folder)


@pytest.fixture
def closed() -> Iterator[int]:
    with held_port() as port:
        yield port


def test_what_is_due_is_done_once(tmp_path: Path, closed: int, add: Add) -> None:
    folder = tmp_path / "w"
    write_workspace(folder, asset_row("a", closed), POLICY, missed())
    add(folder, "known")
    first, second = once(folder), once(folder)
    assert (first.status, second.status) == (0, 0), first.err
    steps = listed(folder)
    assert [each["step"] for each in steps] == ["due", "begun", "finished"]
    assert steps[0]["missed"] in (0, 1)
    (run,) = runs(folder)
    assert (run["id"], run["state"]) == (steps[1]["run"], "finished")
    shown = khien("schedule", "list", folder=folder).out
    assert "finished" in shown
    assert run["id"] in shown
    assert khien("history", "verify", folder=folder).status == 0


def test_a_schedule_that_is_new_catches_nothing_up(tmp_path: Path, closed: int) -> None:
    folder = tmp_path / "w"
    write_workspace(folder, asset_row("a", closed), POLICY, missed())
    assert once(folder).status == 0
    assert runs(folder) == []


def test_where_nothing_needs_to_be_looked_at_no_run_is_made(tmp_path: Path, closed: int, add: Add) -> None:
    folder = tmp_path / "w"
    write_workspace(folder, asset_row("a", closed), POLICY, missed(", need: true"))
    assert khien("scan", folder=folder).status == 0
    add(folder, "known")
    assert once(folder).status == 0
    assert [(each["step"], each["reason"]) for each in listed(folder)] == [("due", ""), ("skipped", "nothing_due")]
    assert len(runs(folder)) == 1


@pytest.mark.parametrize("kind", ["known", "recheck"])
def test_what_is_due_or_asked_for_while_every_authorisation_is_closed_waits(
    tmp_path: Path, add: Add, kind: str
) -> None:
    folder = tmp_path / "w"
    opens = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")) + timedelta(hours=2)
    window = f"{opens:%H:%M}-{opens + timedelta(hours=1):%H:%M}"
    with held_port() as port:
        write_workspace(folder, asset_row("a", port), POLICY, missed())
        assert khien("scan", folder=folder).status == 0
    closed = f", authorisation: {{document: x, valid_from: 2026-01-01, valid_until: 2999-12-31, window: '{window}'}}"
    agency = (folder / "inventory.yaml").read_text().partition("assets:")[0]
    (folder / "inventory.yaml").write_text(f"{agency}assets:\n{asset_row('a', 9, closed)}")
    add(folder, kind)
    assert once(folder).status == 0
    waiting = khien("schedule", "list", "--json", folder=folder).json()[0 if kind == "known" else 1]["last"]["steps"][
        -1
    ]
    assert (waiting["step"], waiting["reason"], waiting["wait_seconds"]) == ("paused", "authorisation", 900)
    assert "outside_window" in waiting["detail"]
    assert len(runs(folder)) == 1


def test_requests_are_taken_up_and_told_of(tmp_path: Path, closed: int, add: Add) -> None:
    folder = tmp_path / "w"
    write_workspace(folder, asset_row("a", closed), POLICY)
    add(folder, "scan")
    assert once(folder).status == 0
    add(folder, "recheck")
    assert once(folder).status == 0
    assert [(each["purpose"], each["state"]) for each in runs(folder)] == [
        ("recheck", "finished"),
        ("scan", "finished"),
    ]
    assert khien("schedule", "list", "--json", folder=folder).json() == []
    acts = khien("history", "acts", "--json", folder=folder).json()
    opened = [(each["who"], each["via"]) for each in acts if each["what"] == "run.opened"]
    assert opened == [("Trần Văn Mẫu", "daemon")] * 2
    assert [each["subject"] for each in acts if each["what"] == "policy.changed"] == [
        "small"
    ]  # the recheck asks a part


def test_while_one_daemon_works_another_one_does_not(tmp_path: Path, closed: int, add: Add) -> None:
    folder = tmp_path / "w"
    write_workspace(folder, asset_row("a", closed), POLICY, missed())
    add(folder, "known")
    history.setup(str(folder / "khien.sqlite3"))
    with exclusive("schedule", 0):
        other = once(folder)
        with daemon(folder) as waiting:
            assert waiting.stderr is not None
            assert select.select([waiting.stderr], [], [], PATIENCE)[0]
            said = waiting.stderr.readline()
    history.close()
    assert other.status == 4
    assert f"process {os.getpid()}" in other.err
    assert f"process {os.getpid()}" in said and "standing by" in said
    assert runs(folder) == []


def test_told_to_end_it_leaves_a_run_that_the_next_one_goes_on_with(tmp_path: Path, add: Add) -> None:
    folder = tmp_path / "w"
    with Held() as server:
        write_workspace(
            folder, asset_row("a", server.port), POLICY, "scan: {tls_seconds: 5, http_seconds: 5}\n" + missed()
        )
        add(folder, "known")
        with daemon(folder) as running:
            assert server.reached.wait(PATIENCE)
            running.send_signal(signal.SIGTERM)
            _, err = running.communicate(timeout=PATIENCE)
        assert running.returncode == 0, err
        steps = listed(folder)
        assert [each["step"] for each in steps] == ["due", "begun", "paused"]
        assert steps[-1]["reason"] == "interrupted"
        assert [each["state"] for each in runs(folder)] == ["open"]
        server.let_go()
        ended = once(folder)
        assert ended.status == 0, ended.err
    assert [each["step"] for each in listed(folder)] == ["due", "begun", "paused", "resumed", "finished"]
    assert [each["state"] for each in runs(folder)] == ["finished"]


def test_a_stop_halts_the_scan_of_a_daemon_and_holds_it_until_the_release(tmp_path: Path, add: Add) -> None:
    folder = tmp_path / "w"
    with Held() as server:
        write_workspace(folder, asset_row("a", server.port), POLICY, "scan: {tls_seconds: 3600}\n" + missed())
        add(folder, "known")
        with daemon(folder):
            assert server.reached.wait(PATIENCE)
            khien("stop", "--by", "ai", folder=folder)
            waited = threading.Event()
            for _ in range(PATIENCE * 2):
                if listed(folder)[-1]["step"] == "paused":
                    break
                waited.wait(0.5)
        assert listed(folder)[-1]["reason"] == "halted"
        server.let_go()
        assert once(folder).status == 0
        assert listed(folder)[-1]["step"] == "paused"
        khien("stop", "--release", "--by", "ai", folder=folder)
        assert once(folder).status == 0
        assert listed(folder)[-1]["step"] == "finished"


def test_what_is_over_or_unknown_is_not_worked_on(tmp_path: Path, closed: int, add: Add) -> None:
    folder = tmp_path / "w"
    write_workspace(folder, asset_row("a", closed), POLICY, missed())
    add(folder, "known")
    assert once(folder).status == 0
    gone = khien("schedule", "work", "slot:none:2026-01-01T00:00Z", folder=folder)
    over = khien("schedule", "work", f"slot:gio:{listed(folder)[0]['slot'][:16]}Z", folder=folder)
    assert (gone.status, over.status) == (2, 0)
    assert len(runs(folder)) == 1


# The watch


def ended_by(ending: Ending) -> Interrupted:
    """How a wait ends that the watch interrupts, or that goes on until nothing is under way."""
    asked: list[int] = []

    def question() -> Ending | None:
        asked.append(1)
        return ending if len(asked) > 1 else None

    with pytest.raises(Interrupted) as caught, Watch((question,)) as watch:
        try:
            while watch.may_start():
                threading.Event().wait(PATIENCE if ending.at_once else 0.05)
        except KeyboardInterrupt:
            pass
        watch.settle()
    return caught.value


@pytest.mark.parametrize("reason", ["window", "authorisation", "halted"])
def test_the_watch_ends_a_wait_in_the_middle(reason: Reason) -> None:
    assert ended_by(Ending(reason, Text("vì", "why"))).reason == reason


def test_the_watch_ends_a_wait_also_of_a_command_that_a_shell_began_in_the_background() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # as shells do it for what they begin with "&"
    try:
        assert ended_by(Ending("halted", Text("vì", "why"))).reason == "halted"
    finally:
        signal.signal(signal.SIGINT, before)


def test_the_watch_lets_what_is_under_way_come_to_its_end() -> None:
    error = ended_by(Ending("length", Text("vì", "why"), at_once=False))
    assert (error.reason, error.text.en, error.status) == ("length", "why", 130)


def test_a_watch_that_is_over_interrupts_nothing() -> None:
    told: list[Ending] = []
    with Watch((lambda: told[0] if told else None,)):
        pass
    told.append(Ending("halted", Text("", "")))
    assert not threading.Event().wait(1.5)
    assert signal.getsignal(signal.SIGTERM) in (signal.SIG_DFL, signal.default_int_handler)
