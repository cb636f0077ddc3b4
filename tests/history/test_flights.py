"""Runs that are under way: how far they have come, who works on them, and how they are cancelled."""

import os
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from itertools import count

import pytest

from checks.model.asset import Agency, Asset
from checks.model.evidence import DnsObservation, Evidence, PortsObservation
from checks.model.inventory import Inventory, inventory_bytes
from checks.model.operation import Step, StepName
from checks.model.target import DnsTarget, HttpTarget, PortsTarget, Target
from checks.model.task import Task
from checks.model.text import Text
from history import cancels, lock, operations, stop
from history.access import Door, Viewer
from history.errors import BadAct, NotSeen
from history.flights import Flights
from history.lock import scan_lock, working_on
from history.progress import AgencyShare, Share
from history.store import Recorder
from tests.history.samples import START, evidence

INVENTORY = Inventory(
    (Agency("mot", Text("Một", "One")), Agency("hai", Text("Hai", "Two")), Agency("ba", Text("Ba", "Three"))),
    (
        Asset("a", "mot", "http://a.example/", 1),
        Asset("b", "hai", "http://b.example/", 1, address="127.0.0.2"),
        Asset("c", "ba", "http://c.example/", 1, address="127.0.0.3"),
    ),
)
NAMES = (DnsTarget("a.example"),)
OTHERS: tuple[Target, ...] = (
    PortsTarget("127.0.0.1"),
    PortsTarget("127.0.0.2"),
    HttpTarget("127.0.0.1", "http://a.example/"),
    HttpTarget("127.0.0.2", "http://b.example/"),
)
NOTHING = PortsObservation((), "", "")
SOON = START + timedelta(minutes=1)
SECURITY = Viewer("an-ninh", "security")


def opened(recorder: Recorder) -> str:
    """A run over two agencies; a third one's asset is left out."""
    return recorder.open_run(
        vantage="internet",
        as_of=START,
        started=START,
        inventory=inventory_bytes(INVENTORY),
        plan=(),
        policies={},
        policy_sources={},
        waivers=(),
        rule_versions={},
        data_versions={},
        exclusions=(("c", "outside_window", "00:00-04:00"),),
    )


def look(target: Target) -> Evidence:
    return evidence(target, DnsObservation(("127.0.0.1",)) if isinstance(target, DnsTarget) else NOTHING)


def flights(viewer: Viewer = SECURITY) -> Flights:
    return Flights(Door(viewer))


def test_how_far_a_run_has_come_in_all_by_probe_and_by_agency(recorder: Recorder) -> None:
    run = opened(recorder)
    recorder.extend_plan(run, NAMES)
    recorder.record(run, look(NAMES[0]))
    [flight] = flights().every(SOON)
    assert (flight.run.id, flight.progress.planning, flight.progress.total) == (run, True, Share(1, 1))
    recorder.extend_plan(run, OTHERS)
    recorder.record_all(run, map(look, OTHERS[1:]))
    found = flights().one(run, SOON).progress
    assert (found.planning, found.total) == (False, Share(4, 5))
    assert found.probes == {"dns": Share(1, 1), "ports": Share(1, 2), "http": Share(2, 2)}
    assert found.agencies == (
        AgencyShare("mot", Text("Một", "One"), Share(2, 3)),
        AgencyShare("hai", Text("Hai", "Two"), Share(2, 2)),
    )
    assert found.left_seconds is None


def test_what_is_left_is_reckoned_by_the_looks_since_the_process_began(recorder: Recorder) -> None:
    run = opened(recorder)
    targets = [PortsTarget(f"127.0.1.{number}") for number in range(40)]
    recorder.extend_plan(run, targets)
    recorder.record_all(run, map(look, targets[:20]))
    with scan_lock():
        working_on(run)
        assert flights().one(run, SOON).progress.left_seconds is None  # the looks are of an earlier process
        later = [evidence(each, NOTHING, started=SOON + timedelta(days=3650)) for each in targets[20:30]]
        recorder.record_all(run, later)
        since = flights().one(run, SOON).since
        assert since is not None
        assert flights().one(run, since + timedelta(seconds=30)).progress.left_seconds == 30


def test_a_process_at_work_is_told_from_a_run_that_is_paused_and_from_one_that_was_left(recorder: Recorder) -> None:
    run = opened(recorder)
    recorder.extend_plan(run, OTHERS)

    def stands() -> tuple[str, str, str]:
        flight = flights().one(run, SOON)
        return flight.activity, flight.reason, flight.wanted_by

    assert stands() == ("left", "", "")
    assert operations.add(Step("schedule", "dem", 0, "known", START, "x"))
    sequence = count()

    def add(name: StepName, **more: object) -> None:
        assert operations.add(Step("slot", "dem", next(sequence), name, START, "x", START, **more))  # type: ignore[arg-type]

    add("due", task=Task())
    [waiting] = flights().waiting()
    assert (waiting.first.name, waiting.last.step) == ("dem", "due")
    add("begun", run=run)
    assert flights().waiting() == ()
    assert stands() == ("paused", "interrupted", "dem")  # its process was killed
    add("paused", reason="window")
    assert stands() == ("paused", "window", "dem")
    assert lock.holder("scan") is None
    with scan_lock():
        holder = lock.holder("scan")
        assert holder is not None and (holder.pid, holder.run) == (os.getpid(), "")
        working_on(run)
        assert stands() == ("looking", "", "dem")
        stop.halt("ai", "sự cố", START)
        assert stands() == ("ending", "halted", "dem")
        stop.release("ai", "", START)
        recorder.record_all(run, map(look, OTHERS))
        assert stands()[0] == "judging"
    assert stands() == ("paused", "window", "dem")
    recorder.finish(run, (), SOON)
    assert flights().every(SOON) == []
    with pytest.raises(NotSeen):
        flights().one(run, SOON)


def test_a_run_that_nobody_works_on_ends_when_it_is_cancelled(recorder: Recorder) -> None:
    run = opened(recorder)
    flights().cancel(run, " làm nhầm ", SOON)
    assert (recorder.run(run).state, recorder.run(run).reason) == ("abandoned", "cancelled")
    told = flights().cancelled(run)
    assert told is not None and (told.by, told.detail, told.at) == ("an-ninh", "làm nhầm", SOON)
    with pytest.raises(BadAct):
        flights().cancel(run, "nữa", SOON)


def test_a_run_that_is_worked_on_is_left_to_its_process_and_another_ends_with_the_next_scan(recorder: Recorder) -> None:
    mine, paused = opened(recorder), opened(recorder)
    with scan_lock():
        working_on(mine)
        for run in (mine, paused):
            flights().cancel(run, "a", SOON)
            flights().cancel(run, "b", SOON)
            assert recorder.run(run).state == "open"
            assert flights().one(run, SOON).activity == "ending"
        cancels.settle()
    assert {recorder.run(run).state for run in (mine, paused)} == {"abandoned"}
    assert list(operations.verify()) == []


@pytest.mark.parametrize("viewer", [Viewer("kiem-toan", "auditor"), Viewer("van-thu", "agency", "mot")])
def test_only_the_security_team_ends_anything_and_an_agency_sees_nothing_of_it(
    recorder: Recorder, viewer: Viewer
) -> None:
    run = opened(recorder)
    shown = flights(viewer)
    acts: tuple[Callable[[], object], ...] = (
        partial(shown.cancel, run, "a", SOON),
        partial(shown.halt, "a", SOON),
        partial(shown.release, "a", SOON),
    )
    for act in acts:
        with pytest.raises(NotSeen):
            act()
    assert cancels.cancelled(run) is None and stop.acts() == ()
    if viewer.role == "agency":
        asks: tuple[Callable[[], object], ...] = (
            partial(shown.every, SOON),
            partial(shown.one, run, SOON),
            shown.waiting,
            shown.stops,
            partial(shown.cancelled, run),
        )
        for ask in asks:
            with pytest.raises(NotSeen):
                ask()
    else:
        assert [each.run.id for each in shown.every(SOON)] == [run]


def test_nothing_is_ended_without_a_reason(recorder: Recorder) -> None:
    run = opened(recorder)
    for act in (flights().halt, flights().release, partial(flights().cancel, run)):
        with pytest.raises(BadAct):
            act("  ", SOON)
    assert cancels.cancelled(run) is None and stop.acts() == ()
