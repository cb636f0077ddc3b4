"""Some days of a schedule by need, by made-up answers and a clock of the test's own: which run says what, and when."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from checks.model.evidence import Evidence, ProbeFailure
from checks.model.operation import Step
from checks.model.target import TlsTarget
from checks.model.task import Task
from history import operations
from history.store import Recorder
from scanner.cli.actor import actor
from scanner.cli.choosing import order_for
from scanner.cli.job import Job
from scanner.cli.looking import Order, judge
from scanner.cli.scan import open_run
from scanner.cli.workspace import open_workspace
from tests import factories
from tests.cli.command import asset_row, write_workspace
from tests.history.conftest import sqlite, sqlite_template  # noqa: F401  (a database, as the tests of history have it)

pytestmark = pytest.mark.usefixtures("sqlite")

START = datetime(2026, 11, 2, 15, 30, tzinfo=UTC)
DAY = timedelta(days=1)
NIGHTLY = Task(need=True)
POLICY = {
    "TLS-12": ("tls.protocols", "{required: [tls1_2]}", "critical"),
    "TLS-OLD": ("tls.protocols", "{forbidden: [tls1_0]}", "high"),
}
Answers = Mapping[str, Mapping[str, bool]]
"""By address the protocols that are spoken there; what is not named does not answer."""
Told = list[tuple[str, dict[str, list[str]]]]
"""Runs of one slot: what for, and the controls that were judged at each asset."""


class Estate:
    """A folder, and a database into which its slots look."""

    def __init__(self, folder: Path, sites: Mapping[str, str]) -> None:
        self.folder = folder
        self.recorder = Recorder()
        write_workspace(folder, "".join(asset_row(name, 443, address=at) for name, at in sites.items()), POLICY)

    def rewrite(self, file: str, old: str, new: str) -> None:
        """Change one of its files."""
        text = (self.folder / file).read_text(encoding="utf-8")
        assert old in text
        (self.folder / file).write_text(text.replace(old, new), encoding="utf-8")

    def slot(self, day: int, answers: Answers) -> Told:
        """The slot of one night."""
        told: Told = []
        now = START + day * DAY
        workspace = open_workspace(self.folder / "khien.yaml")
        while (order := order_for(NIGHTLY, workspace, self.recorder, now, now + DAY, bool(told))) is not None:
            run = open_run(self.recorder, workspace, order, now, actor(), f"day-{day}-{order.purpose}")
            self.recorder.record_all(run, looks(order, now, answers))
            findings = judge(run, order, self.recorder, workspace.data, now)
            self.recorder.finish(run, findings, now + timedelta(minutes=len(told)))
            said: dict[str, list[str]] = {}
            for each in findings:
                said.setdefault(each.asset, []).append(each.control)
            told.append((order.purpose, said))
            if order.purpose == "scan":
                break
        return told


def looks(order: Order, now: datetime, answers: Answers) -> list[Evidence]:
    found = []
    for asset in order.assets:
        spoken = answers.get(asset.address or "")
        seen = factories.tls_observation(protocols=spoken) if spoken else ProbeFailure("timed_out")
        found.append(factories.evidence(TlsTarget(asset.address or "", 443, asset.host), seen, started=now))
    return found


def speaks(*protocols: str) -> dict[str, bool]:
    return {each: each in protocols for each in ("ssl2", "ssl3", "tls1_0", "tls1_1", "tls1_2", "tls1_3")}


GOOD, OLD, OLDER = speaks("tls1_2"), speaks("tls1_2", "tls1_0"), speaks("tls1_0")
BOTH = ["TLS-12", "TLS-OLD"]


def test_what_was_in_order_is_told_as_of_the_last_whole_scan_until_the_next(tmp_path: Path) -> None:
    estate = Estate(tmp_path / "w", {"a": "127.0.0.1", "b": "127.0.0.2"})
    a, b = "127.0.0.1", "127.0.0.2"
    assert estate.slot(0, {a: speaks("tls1_3"), b: GOOD}) == [("scan", {"a": BOTH, "b": BOTH})]
    assert estate.slot(1, {a: OLDER, b: OLD}) == [("recheck", {"a": ["TLS-12"]})]  # nobody asked for the other
    [failed] = estate.recorder.findings("day-1-recheck")
    assert (failed.verdict, {each.first_seen for each in failed.instances}) == ("fail", {START.date()})
    assert {each.due for each in failed.instances} == {date(2026, 12, 2)}
    assert estate.slot(2, {a: OLD, b: OLD}) == [("recheck", {"a": ["TLS-12"]})]
    assert [estate.slot(day, {a: OLD, b: OLD}) for day in (3, 4, 5)] == [[], [], []]
    standing = estate.recorder.standings(["a"])["a"]
    assert (standing.worst, standing.whole, standing.at) == (None, START, START + 2 * DAY)
    assert estate.slot(7, {a: OLD, b: OLD}) == [("scan", {"a": BOTH, "b": BOTH})]
    found = {(each.asset, each.control): each for each in estate.recorder.findings("day-7-scan")}
    assert [key for key, each in found.items() if each.verdict == "fail"] == [("a", "TLS-OLD"), ("b", "TLS-OLD")]
    assert {each.first_seen for each in found["a", "TLS-OLD"].instances} == {(START + 7 * DAY).date()}
    assert estate.slot(8, {a: GOOD, b: OLD}) == [("recheck", {"a": ["TLS-OLD"], "b": ["TLS-OLD"]})]


CHANGES: dict[str, Callable[[Estate], None]] = {
    "address": lambda estate: estate.rewrite("inventory.yaml", "address: 127.0.0.2", "address: 127.0.0.3"),
    "ports": lambda estate: estate.rewrite("inventory.yaml", "address: 127.0.0.2", "address: 127.0.0.2, ports: [8443]"),
}


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize("answers", [True, False])
def test_an_asset_that_is_another_now_is_not_fresh_whatever_was_seen_of_it(
    tmp_path: Path, change: str, answers: bool
) -> None:
    """Nor does it wait as long as one that answered nothing does: it was never asked as it is now."""
    estate = Estate(tmp_path / "w", {"a": "127.0.0.1", "b": "127.0.0.2"})
    before = {"127.0.0.1": GOOD} | ({"127.0.0.2": GOOD} if answers else {})
    for day in (0, 1) if not answers else (0,):
        estate.slot(day, before)
    assert estate.slot(2, before) == []
    CHANGES[change](estate)
    assert estate.slot(2, {"127.0.0.1": GOOD, "127.0.0.3": GOOD}) == [("scan", {"b": BOTH})]


def test_a_policy_that_asks_for_something_else_makes_nothing_fresh(tmp_path: Path) -> None:
    estate = Estate(tmp_path / "w", {"a": "127.0.0.1"})
    estate.slot(0, {"127.0.0.1": GOOD})
    assert estate.slot(1, {"127.0.0.1": GOOD}) == []
    estate.rewrite("rules/small.yaml", "required: [tls1_2]", "required: [tls1_3]")
    assert estate.slot(1, {"127.0.0.1": GOOD}) == [("scan", {"a": BOTH})]


def test_a_slot_that_dies_after_its_recheck_does_not_begin_another(tmp_path: Path) -> None:
    """Between the step that names the scan and the opening of it."""
    estate = Estate(tmp_path / "w", {"a": "127.0.0.1"})
    now = datetime.now(UTC).replace(microsecond=0)
    day = (now - START) // DAY
    estate.slot(day - 1, {"127.0.0.1": OLDER})
    assert [purpose for purpose, _ in estate.slot(day, {"127.0.0.1": OLDER})] == ["recheck"]
    first = Step("request", "r", 0, "asked", now, "x", task=NIGHTLY)
    steps = [
        first,
        *(Step("request", "r", n, "begun", now, "x", run=run) for n, run in ((1, f"day-{day}-recheck"), (2, "none"))),
    ]
    assert all(map(operations.add, steps))
    operation = operations.operation(first.subject)
    assert operation is not None
    job = Job(operation, open_workspace(estate.folder / "khien.yaml"), estate.recorder)
    assert job._order() is None
    assert job.operation.last.step == "finished"
