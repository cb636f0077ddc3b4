"""The log: every run that ends and every row of every journal has one leaf, in one order without gaps."""

import threading
from dataclasses import replace

import pytest
from django.db import connections, transaction

from checks.model.alert import AlertStep
from checks.model.canonical import digest
from history import alerts, deliveries, issues, log, matters, merkle, models, queries, records, stop
from history.errors import BadAct, Damaged
from history.ledger import Problem
from history.store import Recorder
from tests.history.samples import DELIVERY, FILE, FINDINGS, ISSUED, START, WAIVER, open_run, whole_run
from tests.history.tampering import execute, tampering


def everything(recorder: Recorder) -> tuple[str, str]:
    """One of everything that has a leaf; the finished and the abandoned run."""
    matters.ask(replace(WAIVER, approved_by=""), START)
    run = whole_run(recorder)
    deliveries.record(replace(DELIVERY, run=run))
    issues.archive(replace(ISSUED, run=run), FILE)
    issues.archive(replace(ISSUED, run=run), FILE)  # there already
    stop.halt("Trần Văn Mẫu", "", START)
    alerts.record(AlertStep("judged", START, run=run))
    abandoned = open_run(recorder)
    recorder.abandon(abandoned, "x")
    return run, abandoned


def test_each_thing_has_one_leaf_in_the_order_of_committing(recorder: Recorder) -> None:
    run, abandoned = everything(recorder)
    found = list(log.leaves())
    stopped = models.OperationStep.objects.get()
    assert [(each.kind, each.subject) for each in found] == [
        ("matter", f"{WAIVER.id}/0"),
        ("run", run),
        ("delivery", "0"),
        ("file", "0"),
        ("operation", f"{stopped.subject}/0"),
        ("alert", "0"),
        ("run", abandoned),
    ]
    assert found[0].content == models.Act.objects.get().digest
    assert found[4].content == stopped.digest
    assert log.tree().root() == merkle.root(each.data for each in found)
    assert log.tree(2).root() == log.tree().root(2)


def test_the_leaf_of_a_run_commits_to_each_of_its_entries(recorder: Recorder) -> None:
    run, _ = everything(recorder)
    entries = records.entries(run)
    leaf = list(log.leaves())[log.index_of(run)]
    root = merkle.root(each.data for each in entries).hex()
    record = f'{{"root":"{root}","run":"{run}","schema":1,"size":{len(entries)}}}'.encode()
    assert (leaf.subject, leaf.content) == (run, digest(record))
    assert queries.content(leaf.content) == record
    assert [each.kind for each in entries][:2] == ["opening", "policy"]
    assert entries[-1].data == f'{{"content":"{entries[-1].content}","kind":"closing","subject":""}}'.encode()


def test_an_open_run_has_no_leaf(recorder: Recorder) -> None:
    run = open_run(recorder)
    assert list(log.leaves()) == []
    with pytest.raises(Damaged):
        log.index_of(run)
    recorder.finish(run, FINDINGS, START)
    assert [leaf.subject for leaf in log.leaves()] == [run]


def test_what_is_refused_leaves_no_leaf(recorder: Recorder) -> None:
    matters.ask(replace(WAIVER, approved_by=""), START)
    with pytest.raises(BadAct):
        matters.ask(replace(WAIVER, approved_by=""), START)
    with pytest.raises(RuntimeError), transaction.atomic():
        log.append("other", "0", "sha256:00")
        raise RuntimeError
    assert len(list(log.leaves())) == 1


def test_a_leaf_is_appended_within_a_transaction_only(recorder: Recorder) -> None:
    with pytest.raises(RuntimeError, match="transaction"):
        log.append("other", "0", "sha256:00")


def test_many_at_once_leave_no_gap(recorder: Recorder) -> None:
    threads = 4

    def act(number: int) -> None:
        try:
            for turn in range(5):
                stop_or_alert(number, turn)
        finally:
            connections.close_all()

    def stop_or_alert(number: int, turn: int) -> None:
        if number % 2:
            alerts.record(AlertStep("judged", START, run=f"r-{number}-{turn}"))
        else:
            matters.ask(replace(WAIVER, id=f"W-{number}-{turn}", approved_by=""), START)

    running = [threading.Thread(target=act, args=(number,)) for number in range(threads)]
    for each in running:
        each.start()
    for each in running:
        each.join(60)
    found = list(log.leaves())
    assert len(found) == 20 == len(set(found))
    assert list(alerts.verify()) == list(matters.verify()) == []


def test_a_missing_leaf_is_told_and_not_read_over(recorder: Recorder) -> None:
    run, _ = everything(recorder)
    with tampering():
        execute('DELETE FROM history_logentry WHERE "index" = 0')
        with pytest.raises(Damaged, match="log entry 0"):
            list(log.leaves())
        assert recorder.verify(run) == [Problem("removed", f"log entry run {run}", "a place before it is empty")]
    with pytest.raises(Damaged, match="log entry 7"):
        log.tree(8)


@pytest.mark.parametrize(
    ("statement", "problem"),
    [
        ("DELETE FROM history_logentry WHERE kind = 'run'", Problem("removed", "")),
        ("UPDATE history_logentry SET content = 'sha256:00'", Problem("changed", "", "it commits to other entries")),
        ("DELETE FROM history_runend", Problem("inserted", "", "the run has not ended")),
    ],
)
def test_a_run_and_its_leaf_are_held_to_each_other(recorder: Recorder, statement: str, problem: Problem) -> None:
    run = whole_run(recorder)
    with tampering():
        execute(statement)
        assert replace(problem, what=f"log entry run {run}") in recorder.verify(run)


def test_every_journal_is_known_by_its_leaf() -> None:
    kinds = [each.LEAF for each in models.JournalRow.__subclasses__()]
    own = ["act", "alert", "checkpoint", "delivery", "file", "key", "matter", "operation", "retention"]
    assert sorted(kinds) == own
