"""What is altered in the log, or in an act behind its back, is found and named."""

from dataclasses import replace
from datetime import timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import connection

from checks.model.alert import AlertStep
from checks.model.canonical import digest, dump
from checks.model.checkpoint import Witness
from history import alerts, checkpoints, keys, log, log_audit, matters, models, whole
from history.ledger import Leaf
from history.store import Recorder
from tests.history.samples import START, WAIVER, whole_run
from tests.history.tampering import execute, tampering

ONE = Ed25519PrivateKey.from_private_bytes(b"\x01" * 32)
MOVE = 'UPDATE history_logentry SET "index" = %s WHERE "index" = %s'


@pytest.fixture
def run(recorder: Recorder) -> str:
    """A log of a key, two waivers, a run, two alerts, and a checkpoint of all of them."""
    keys.make(ONE, "Trần Văn Mẫu", START)
    for name in ("W-1", "W-2"):
        matters.ask(replace(WAIVER, id=name, approved_by=""), START)
    run_id = whole_run(recorder)
    for step in range(2):
        alerts.record(AlertStep("judged", START + timedelta(days=step), run=run_id))
    checkpoints.make(ONE, START)
    return run_id


def found(*witnesses: Witness) -> set[tuple[str, str]]:
    return {(each.fault, each.what) for each in log_audit.verify(witnesses)}


def test_nothing_is_wrong_before(run: str) -> None:
    assert list(whole.verify()) == []
    assert len(list(log.leaves())) == 7


@pytest.mark.parametrize(("index", "name"), [(0, "key 0"), (1, "matter W-1/0"), (4, "alert 0"), (6, "checkpoint 0")])
def test_a_leaf_that_is_gone_is_named(run: str, index: int, name: str) -> None:
    with tampering():
        execute('DELETE FROM history_logentry WHERE "index" = %s', [index])
        assert ("removed", f"log entry {name}") in found()
        assert index == 6 or ("removed", f"log entry {index}") in found()


@pytest.mark.parametrize(
    ("table", "name"),
    [
        ("history_act", "matter W-1/0"),
        ("history_alertstep", "alert 1"),
        ("history_checkpoint", "checkpoint 0"),
        ("history_keystatement", "key 0"),
    ],
)
def test_an_act_that_is_gone_is_named_also_the_last(run: str, table: str, name: str) -> None:
    kind, _, subject = name.partition(" ")
    content = models.LogEntry.objects.get(kind=kind, subject=subject).content
    with tampering():
        execute(f"DELETE FROM {table} WHERE digest = %s", [content])
        assert ("removed", name) in found()


def test_a_run_that_is_gone_is_named(run: str) -> None:
    with tampering():
        execute("DELETE FROM history_run")
        assert ("removed", f"run {run}") in found()


def test_a_leaf_that_says_something_else_is_named_and_breaks_the_signature(run: str) -> None:
    with tampering():
        execute("UPDATE history_logentry SET content = 'sha256:00' WHERE subject = 'W-2/0'")
        assert found() == {("changed", "matter W-2/0"), ("changed", "checkpoint 0")}


def test_leaves_that_are_inserted_or_of_no_known_kind_are_named(run: str) -> None:
    with tampering():
        models.LogEntry(index=7, kind="alert", subject="2", content="sha256:00").save()
        models.LogEntry(index=9, kind="other", subject="x", content="sha256:00").save()
        assert found() == {("removed", "alert 2"), ("removed", "log entry 8"), ("removed", "other x")}


def test_swapped_leaves_are_named_with_their_signature(run: str) -> None:
    with tampering():
        for after, before in ((99, 4), (4, 5), (5, 99)):
            execute(MOVE, [after, before])
        assert found() == {("reordered", "log entry 4 (alert 1)"), ("changed", "checkpoint 0")}


def test_a_wide_gap_is_named_at_once(run: str) -> None:
    with tampering():
        execute(MOVE, [9_000_000_000_000, 6])
        assert ("removed", "log entries 6 to 8999999999999") in found()


def test_a_state_that_was_noted_is_held_to_the_log(run: str) -> None:
    head = log.head()
    good = [Witness(head.size, head.root), Witness(4, log.head(4).root[:40]), Witness(0, "")]
    assert found(*good) == set()
    assert found(Witness(4, head.root)) == {("changed", "checkpoint of 4 leaves")}
    assert found(Witness(8, head.root)) == {("removed", "checkpoint of 8 leaves")}


def test_an_older_copy_is_found_by_a_later_state(run: str) -> None:
    """Nothing in the copy itself tells that it is old."""
    head = log.head()
    with tampering():
        execute("DELETE FROM history_checkpoint")
        execute('DELETE FROM history_logentry WHERE "index" = 6')
        assert found() == set()
        assert found(Witness(head.size, head.root)) == {("removed", "checkpoint of 7 leaves")}


def test_a_history_written_anew_breaks_on_the_signature(run: str) -> None:
    """A forger who keeps act and leaf in agreement has no key."""
    with tampering():
        case = next(each for each in matters.waiver_cases() if each.waiver.id == "W-2")
        forged = replace(case.acts[0], reason="khác")
        execute(
            "UPDATE history_act SET body = %s, digest = %s WHERE name = 'W-2'",
            [dump(forged).decode(), digest(dump(forged))],
        )
        execute("UPDATE history_logentry SET content = %s WHERE subject = 'W-2/0'", [digest(dump(forged))])
        assert list(matters.verify()) == []
        assert found() == {("changed", "checkpoint 0")}
        assert [each.detail for each in log_audit.verify()] == [
            "the root of the first 6 leaves of the log is another one"
        ]


def test_an_act_that_was_changed_and_logged_anew_is_found(run: str) -> None:
    """The old leaf stays, so that every root over it does; without this the later leaf would be read in its place."""
    row = models.Act.objects.get(name="W-2")
    leaf = Leaf("matter", "W-2/0", row.digest)
    assert list(log.twice({0: leaf, 1: replace(leaf, subject="W-1/0")})) == []
    assert [each.what for each in log.twice({0: leaf, 4: replace(leaf, content="sha256:0")})] == ["log entry 4"]
    with tampering():
        if connection.vendor == "sqlite":
            execute("CREATE TABLE apart AS SELECT * FROM history_logentry")
            execute("DROP TABLE history_logentry")
            execute("ALTER TABLE apart RENAME TO history_logentry")
        else:
            execute("ALTER TABLE history_logentry DROP CONSTRAINT logged_once")
        case = next(each for each in matters.waiver_cases() if each.waiver.id == "W-2")
        forged = dump(replace(case.acts[0], reason="khác"))
        execute("UPDATE history_act SET body = %s, digest = %s WHERE name = 'W-2'", [forged.decode(), digest(forged)])
        models.LogEntry(index=7, kind="matter", subject="W-2/0", content=digest(forged)).save()
        assert list(matters.verify()) == []
        assert ("inserted", "log entry 7") in found()
