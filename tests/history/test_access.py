"""Who sees what of agencies that were renamed and merged: its own under every id that it had, and nobody else's."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from checks.model.asset import Agency, Asset
from checks.model.inventory import Inventory, inventory_bytes
from checks.model.task import Task
from checks.model.text import Text
from history.access import Door, Viewer
from history.errors import NotSeen
from history.store import Recorder
from tests.history.samples import POLICY, START, finding

WEEK = timedelta(weeks=1)
OWNERS = (
    {"cong-a": "so-a", "cong-b": "so-b", "cong-k": "so-khac"},
    {"cong-a": "so-c", "cong-b": "so-b", "cong-k": "so-khac"},
    {"cong-a": "so-c", "cong-b": "so-c", "cong-k": "so-khac"},
)
"""Week by week: so-a is renamed so-c, and then so-b merged into it."""
FORMERLY: tuple[Sequence[str], ...] = ((), ("so-a",), ("so-a", "so-b"))


def _run(recorder: Recorder, week: int) -> str:
    owners, started = OWNERS[week], START + week * WEEK
    agencies = [
        Agency(name, Text(name, name), formerly=tuple(FORMERLY[week]) if name == "so-c" else ())
        for name in sorted(set(owners.values()))
    ]
    assets = [Asset(name, owner, f"https://{name}.example/", 2) for name, owner in owners.items()]
    run = recorder.open_run(
        vantage="internet",
        as_of=started,
        inventory=inventory_bytes(Inventory(tuple(agencies), tuple(assets))),
        plan=(),
        policies={POLICY.id: POLICY},
        policy_sources={},
        waivers=(),
        rule_versions={},
        data_versions={},
        exclusions=tuple((asset, "outside_window", "") for asset in owners),
        started=started,
    )
    found = [finding(asset=asset, agency=owner) for asset, owner in owners.items()]
    recorder.finish(run, found, started + timedelta(minutes=1))
    return run


@pytest.fixture
def runs(recorder: Recorder) -> list[str]:
    """One a week."""
    return [_run(recorder, week) for week in range(3)]


def door(agency: str = "") -> Door:
    """That of an agency's user, or of an auditor."""
    return Door(Viewer("somebody", "agency" if agency else "auditor", agency))


def seen(of: Door, run: str, agency: str | None = None) -> list[str]:
    """The assets of the findings that are seen; the counts agree."""
    found = [each.asset for each in of.findings(run, agency)]
    assert sum(of.tally(run, agency).values()) == len(found)
    return found


def test_an_agency_sees_its_history_under_every_id_that_it_had(runs: list[str]) -> None:
    mine = door("so-c")
    assert [each.id for each in mine.runs(9)] == runs[::-1]
    assert [seen(mine, run) for run in runs] == [["cong-a", "cong-b"]] * 3
    assert [sum(each.findings.values()) for each in mine.runs(9)] == [2, 2, 2]
    assert {asset for each in mine.runs(9) for asset, _, _ in each.exclusions} == {"cong-a", "cong-b"}
    assert [sum(each.tally.values()) for each in mine.scans_before(runs[2], 9)] == [2, 2]
    assert {each.id for each in mine.inventory(runs[0]).assets} == {"cong-a", "cong-b"}
    assert mine.agencies(runs[0]) == {"so-a", "so-b"}
    assert mine.agency(runs[0], "so-c").id == "so-c"
    assert mine.agency(runs[0], "so-a").id == "so-a"
    assert mine.finding(runs[0], "cong-a", "TLS-12").agency == "so-a"


def test_and_nobody_elses(runs: list[str]) -> None:
    mine, other = door("so-c"), door("so-khac")
    for agency in ("so-khac", "so-a", "so-b", "so-c"):
        with pytest.raises(NotSeen):
            (mine if agency == "so-khac" else other).findings(runs[0], agency)
        with pytest.raises(NotSeen):
            (mine if agency == "so-khac" else other).latest(agency)
    with pytest.raises(NotSeen):
        mine.finding(runs[0], "cong-k", "TLS-12")
    assert [seen(other, run) for run in runs] == [["cong-k"]] * 3


def test_who_still_has_an_id_that_another_took_over_sees_what_was_judged_under_it(runs: list[str]) -> None:
    former = door("so-b")
    assert [each.id for each in former.runs(9)] == runs[1::-1]
    assert [seen(former, run) for run in runs[:2]] == [["cong-b"]] * 2
    for asked in (
        lambda: former.findings(runs[2]),
        lambda: former.findings(runs[0], "so-a"),
        lambda: former.latest("so-c"),
    ):
        with pytest.raises(NotSeen):
            asked()


def test_an_auditor_asks_by_any_id(runs: list[str]) -> None:
    auditor = door()
    assert seen(auditor, runs[2], "so-a") == seen(auditor, runs[0], "so-c") == ["cong-a", "cong-b"]
    assert seen(auditor, runs[0], "so-a") == seen(auditor, runs[1], "so-c") == ["cong-a"]
    assert auditor.agency(runs[0], "so-c").id == auditor.agency(runs[2], "so-b").id == "so-c"
    latest = auditor.latest("so-b", until=START + WEEK + timedelta(hours=1))
    assert latest is not None and latest.id == runs[1]
    assert [sum(each.tally.values()) for each in auditor.scans_before(runs[1], 9, "so-c")] == [1]
    with pytest.raises(NotSeen):
        auditor.agency(runs[0], "nobody")


def test_requests_of_others_hide_none_of_ones_own(runs: list[str]) -> None:
    before = Door(Viewer("a", "agency", "so-b")).ask(Task(recheck=True), START)
    for number in range(6):
        Door(Viewer(f"doi-{number}", "security")).ask(Task(agencies=("so-khac",), assets=(f"x-{number}",)), START)
    assert [each.first.name for each in door("so-c").requests(1)] == [before]
    assert len(door("so-khac").requests(3)) == 3
