"""Who did what: every journal in one list, in order of time, and what is asked for out of it."""

from dataclasses import replace
from datetime import timedelta
from typing import get_args

import pytest
from django.db import DatabaseError

from checks.model.act import Actor, AdministrativeAct, What
from checks.model.alert import AlertStep
from checks.model.fault import Acknowledgement
from checks.model.task import Task
from history import acts, alerts, checkpoints, deliveries, issues, journal, keys, matters, requests, stop
from history.chronicle import Wanted, deeds
from history.store import Recorder
from reports.messages.acts import codes, words
from tests.history.samples import DELIVERY, FILE, ISSUED, KEY, NOISE, START, WAIVER, in_every_table, open_run, whole_run
from tests.history.tampering import execute

HOUR = timedelta(hours=1)
TEAM = Actor("khien", "command", "Trần Văn Mẫu")
LAST = ["alert.judged", "key.made", "checkpoint.signed", "database.backed_up"]
HEAD = "Nguyễn Thị Mẫu"


def inventory(level: int) -> dict[str, object]:
    return {"agencies": {"so-mau": {"assets": {"cong-so-mau": {"level": level}}}, "xa-mau": {"assets": {}}}}


@pytest.fixture
def run(recorder: Recorder) -> str:
    """A run, and acts in every journal, an hour between them."""
    acts.notice("inventory.changed", "", inventory(2), TEAM, START - 2 * HOUR)
    acts.notice("inventory.changed", "", inventory(3), TEAM, START - HOUR)
    run_id = whole_run(recorder)
    asked = replace(WAIVER, id="w-1", approved_by="")
    matters.ask(asked, START + HOUR)
    matters.grant("w-1", HEAD, START + 2 * HOUR, asked)
    faults = (("127.0.0.11:443/tls1_0", START.date()),)
    planned = Acknowledgement("cong-so-mau", "TLS-12", faults, HEAD, START + 2.5 * HOUR, START.date(), NOISE)
    matters.acknowledge(planned)
    requests.ask(Task(agencies=("xa-mau",)), HEAD, START + 3 * HOUR, "đã sửa")
    stop.halt(HEAD, "sự cố", START + 4 * HOUR)
    issues.archive(replace(ISSUED, run=run_id, at=START + 5 * HOUR), FILE)
    deliveries.record(replace(DELIVERY, run=run_id, at=START + 6 * HOUR))
    alerts.record(AlertStep("judged", START + 7 * HOUR, run=run_id))
    keys.make(KEY, HEAD, START + 7 * HOUR)
    checkpoints.make(KEY, START + 7 * HOUR)
    acts.record(AdministrativeAct("database.backed_up", START + 8 * HOUR, Actor("root", "command"), "a.khien"))
    return run_id


def test_all_journals_are_one_list_in_order_of_time(run: str) -> None:
    found = deeds(Wanted())
    assert [each.what for each in found] == [
        "inventory.changed",
        "inventory.changed",
        "run.opened",
        "run.finished",
        "waiver.asked",
        "waiver.granted",
        "fault.planned",
        "request.asked",
        "stop.halted",
        "report.issued",
        "delivery.begun",
        "alert.judged",
        "key.made",
        "checkpoint.signed",
        "database.backed_up",
    ]
    assert [each.at for each in found] == sorted(each.at for each in found)
    assert all(each.content.startswith("sha256:") for each in found)
    assert len({each.content for each in found}) == len(found)
    assert {each.what for each in found} <= set(codes())
    assert [each.run for each in found if each.run] == [run] * 5


def test_no_journal_is_left_out(recorder: Recorder) -> None:
    in_every_table(recorder)
    stored = {each for table in journal.journals() for each in table.objects.values_list("digest", flat=True)}
    found = deeds(Wanted())
    assert stored <= {each.content for each in found}
    assert {each.what for each in found} <= set(codes())


def test_what_was_and_what_is_stand_beside_each_other(run: str) -> None:
    change = deeds(Wanted(what="inventory.changed"))[1]
    assert change.before is not None and change.after is not None
    assert change.before.value == {"agencies": {"so-mau": {"assets": {"cong-so-mau": {"level": 2}}}}}
    assert change.after.value == {"agencies": {"so-mau": {"assets": {"cong-so-mau": {"level": 3}}}}}
    assert change.agencies == ("so-mau",)
    granted = deeds(Wanted(what="waiver.granted"))[0]
    assert granted.before is not None and granted.after is not None
    assert granted.before.value == {"approved_by": "", "step": "asked"}
    assert granted.after.value == {"approved_by": HEAD, "step": "granted"}
    assert granted.agencies == ("so-mau",)  # the waiver names only the asset
    planned = deeds(Wanted(what="fault"))[0]
    assert (planned.subject, planned.agencies, planned.reason) == ("cong-so-mau/TLS-12", ("so-mau",), NOISE)


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        (Wanted(who="nguyễn thị MẪU"), ["waiver.granted", "fault.planned", "request.asked", "stop.halted", "key.made"]),
        (Wanted(who="khien"), ["inventory.changed", "inventory.changed"]),
        (Wanted(who="nobody"), []),
        (Wanted(what="waiver"), ["waiver.asked", "waiver.granted"]),
        (Wanted(what="waiver.asked"), ["waiver.asked"]),
        (Wanted(agencies=["xa-mau"]), ["run.opened", "run.finished", "request.asked"]),
        (Wanted(agencies=["so-la"]), []),
        (Wanted(since=START + 6 * HOUR), ["delivery.begun", *LAST]),
        (Wanted(until=START - HOUR), ["inventory.changed", "inventory.changed"]),
        (Wanted(since=START + HOUR, until=START + 2 * HOUR), ["waiver.asked", "waiver.granted"]),
    ],
)
def test_what_is_asked_for_comes_out(run: str, wanted: Wanted, expected: list[str]) -> None:
    assert [each.what for each in deeds(wanted)] == expected


def test_a_run_names_who_started_it(recorder: Recorder) -> None:
    open_run(recorder)
    open_run(recorder, started=START + HOUR, by=TEAM)
    unknown, known = deeds(Wanted(what="run.opened"))
    assert (unknown.who, unknown.account, unknown.via) == ("", "", None)
    assert (known.who, known.account, known.via) == ("Trần Văn Mẫu", "khien", "command")


def test_listing_writes_nothing(run: str) -> None:
    before = deeds(Wanted())
    assert deeds(Wanted()) == before
    with pytest.raises(DatabaseError, match="append-only"):
        execute("DELETE FROM history_administrativeact")


def test_every_act_has_a_name() -> None:
    assert set(get_args(What)) <= set(codes())
    for code in codes():
        if "." in code:
            assert words(code).vi and words(code).en


def test_a_run_ends_before_another_begins_in_the_same_second(recorder: Recorder) -> None:
    first = open_run(recorder, started=START)
    recorder.abandon(first, "", START + HOUR)
    second = open_run(recorder, started=START + HOUR)
    recorder.abandon(second, "", START + HOUR)
    told = [(each.what, each.run) for each in deeds(Wanted(what="run"))]
    steps = ("run.opened", "run.abandoned")
    assert told == [(step, run) for run in (first, second) for step in steps]
