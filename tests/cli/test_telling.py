"""Reports from history: each agency's is made of its own rows alone, and is what it would be of the whole estate's."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from pytest_django import DjangoDbBlocker

import history
from checks.breaker import Hold, held
from checks.compare import Side, rules_of
from checks.model.asset import Asset
from checks.model.evidence import DnsObservation, Evidence, PortsObservation
from checks.model.finding import EvidenceRef, Finding, Verdict, WaiverNote
from checks.model.inventory import Inventory, inventory_bytes, inventory_of
from checks.model.target import DnsTarget, PortsTarget
from checks.model.text import Text
from checks.score import score
from history.store import Recorder
from reports.build import build
from reports.formats.json import Json
from reports.formats.pdf import typeset
from reports.messages.figures import local_date
from reports.model import AgencyReport, Issue, Letter, Snapshot
from scanner.cli.errors import Usage
from scanner.cli.holding import TREND, hold_of
from scanner.cli.issue import Order, issue_reports
from scanner.cli.telling import AgencyReports, run_facts
from tests.reports import pages, sample

AGENCIES = tuple(
    replace(sample.AGENCY, id=name, name=Text(f"Sở {name}", f"Department {name}"))
    for name in ("so-ba", "so-hai", "so-mot")
)
IDLE = replace(sample.AGENCY, id="so-nghi")
"""An agency that was scanned once and is not any more."""
POLICIES = {each.id: each for each in (sample.POLICY, sample.OTHER_POLICY)}
STRAY = sample.evidence(PortsTarget("127.0.9.9", "22"), PortsObservation((), "22", ""))
"""Seen at no asset's own address, and pointed to by a finding."""
VERDICTS: tuple[Verdict, ...] = ("fail", "pass", "pass", "fail", "pass", "not_assessable", "not_applicable")
NOTE = WaiverNote("MT-01", date(2027, 3, 31), "Nguyễn Thị Mẫu", "Chờ nâng cấp.")
RUNS = 4


def assets() -> tuple[Asset, ...]:
    """Nine, of three agencies in turn: one found by its name alone, one retired, one under another policy."""
    own = [replace(each, agency=AGENCIES[index % 3].id) for index, each in enumerate(sample.assets(9))]
    settled = [
        replace(each, policy=(sample.OTHER_POLICY if index == 3 else sample.POLICY).id)
        for index, each in enumerate(own)
    ]
    return (*settled[:7], replace(settled[7], status="retired"), replace(settled[8], address=None))


def seen(asset: Asset, run: int) -> Iterator[Evidence]:
    """What is there, at an address that the name may lead to."""
    if asset.address is not None:
        yield from sample.evidence_for(asset)
        return
    address = f"127.0.7.{run}"
    yield sample.evidence(DnsTarget(asset.host), DnsObservation((address,)))
    yield from sample.evidence_for(replace(asset, address=address))


def findings(asset: Asset, run: int) -> Iterator[Finding]:
    """Of every verdict, other ones from run to run; some waived, one control only announced before the last run."""
    placed = replace(asset, address=asset.address or f"127.0.7.{run}")
    policy, number = POLICIES[asset.policy or ""], int(asset.id[-2:])
    for index, control in enumerate(policy.controls):
        verdict = VERDICTS[(index + number + (run or number % 2)) % len(VERDICTS)]
        made = replace(sample.finding(placed, control, verdict), policy=policy.id)
        if index == 0:
            made = replace(
                made, evidence=(*made.evidence, EvidenceRef(STRAY.sighting.target.key, STRAY.sighting.observation))
            )
        if index == 1 and run < RUNS - 1:
            made = replace(made, announced=date(2026, 11, 20))
        if verdict == "fail" and (index // 2 + run) % 2 == 0:
            made = replace(made, waiver=NOTE)
        yield made


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory, django_db_blocker: DjangoDbBlocker) -> Iterator[list[str]]:
    """Four finished runs, the second of the first agency alone; the last is the one that reports are of."""
    with django_db_blocker.unblock():
        history.setup(str(tmp_path_factory.mktemp("telling") / "khien.sqlite3"))
        history.migrate()
        yield [_run(Recorder(), number) for number in range(RUNS)]
        history.close()


def _run(recorder: Recorder, number: int) -> str:
    at = sample.FINISHED - timedelta(days=30 * (RUNS - 1 - number))
    own, selected = assets(), AGENCIES[:1] if number == 1 else AGENCIES
    gone = () if number else tuple(replace(each, agency=IDLE.id) for each in sample.assets(40)[-1:])
    judged = [each for each in own if each.agency in {chosen.id for chosen in selected} and each.status == "active"]
    left_out = [each for each in own if each not in judged]
    run = recorder.open_run(
        vantage="internet",
        as_of=at,
        started=at,
        inventory=inventory_bytes(Inventory((*AGENCIES, IDLE), own)),
        plan=(),
        policies=POLICIES,
        policy_sources={},
        waivers=sample.WAIVERS,
        rule_versions={},
        data_versions={},
        exclusions=tuple((each.id, "retired" if each.status == "retired" else "not_selected", "") for each in left_out),
    )
    recorder.record(run, STRAY)
    recorder.record_all(run, (each for asset in judged for each in seen(asset, number)))
    recorder.finish(run, [each for asset in (*judged, *gone) for each in _of(asset, number)], at)
    return run


def _of(asset: Asset, number: int) -> list[Finding]:
    return list(findings(replace(asset, policy=asset.policy or sample.POLICY.id), number))


def of_everything(recorder: Recorder, run_id: str) -> list[AgencyReport]:
    """The reports as they are made of all findings and all evidence of the whole estate, read at once."""
    row, inventory = recorder.run(run_id), inventory_of(recorder.inventory(run_id))
    earlier = recorder.earlier(run_id, TREND)
    now, past = recorder.findings(run_id), {each.id: recorder.findings(each.id) for each in earlier}
    left_out = {asset for asset, reason, _ in row.exclusions if reason != "not_selected"}
    present = {each.agency for each in now} | {each.agency for each in inventory.assets if each.id in left_out}
    made = []
    for agency in inventory.agencies:
        own = [
            (run, of)
            for run in reversed(earlier)
            if (of := [each for each in past[run.id] if each.agency == agency.id])
        ]
        previous: Side[Finding] = Side(())
        if own:
            run, found = own[-1]
            rules = rules_of(found, recorder.policies(run.id))
            previous = Side(tuple(found), rules, {asset: reason for asset, reason, _ in run.exclusions})
        if agency.id in present:
            made.append(
                build(
                    run=run_facts(row, recorder.checkpoint(run_id), of_all_findings(now, past.values())),
                    agency=agency,
                    assets=inventory.assets,
                    policies=recorder.policies(run_id),
                    policy_of={each.id: each.policy or "" for each in inventory.assets},
                    findings=now,
                    evidence=recorder.evidence(run_id),
                    history=[Snapshot(run.id, run.started, score(of)) for run, of in own],
                    previous=previous,
                    seen_before=recorder.first_seen(run_id),
                    waivers=recorder.waivers(run_id),
                    disputes=recorder.disputes(),
                    letter=sample.LETTER,
                )
            )
    return made


def of_all_findings(now: Sequence[Finding], earlier: Collection[Sequence[Finding]]) -> Hold | None:
    """Whether a run is held, as it is told by all findings."""
    judged = {each.asset for each in now}
    before = [score(each for each in run if each.asset in judged).coverage for run in earlier]
    return held(score(now).coverage, before)


def test_reports_are_those_that_all_rows_of_the_estate_give(runs: list[str]) -> None:
    for run in runs:
        whole, one_by_one = of_everything(Recorder(), run), AgencyReports(Recorder(), run, (), sample.LETTER)
        assert [each.agency.id for each in one_by_one] == [each.agency.id for each in whole]
        for expected, made in zip(whole, one_by_one, strict=True):
            assert made == expected
            assert Json().render(made, "vi") == Json().render(expected, "vi")
    assert typeset(made, "vi") == typeset(expected, "vi")


def test_what_is_compared_says_something(runs: list[str]) -> None:
    reports = {each.agency.id: each for each in AgencyReports(Recorder(), runs[-1], (), sample.LETTER)}
    assert set(reports) == {each.id for each in AGENCIES}
    for made in reports.values():
        assert [each.run for each in made.history] == [
            run for run in runs[:-1] if run != runs[1] or made.agency == AGENCIES[0]
        ]
        assert {each.score.announced > 0 for each in made.history} == {True}
        assert any(each.score.score != each.score.score_with_waivers for each in made.history)
        assert made.score.announced == 0
        assert made.changes
        assert STRAY.sighting.target.key in made.evidence
    assert {"fixed", "new", "regressed"} <= {change.kind for made in reports.values() for change in made.changes}
    assert any(made.waivers for made in reports.values())
    by_name = next(each for each in assets() if each.address is None)
    own = reports[by_name.agency].evidence
    assert {DnsTarget(by_name.host).key, PortsTarget(f"127.0.7.{RUNS - 1}").key} <= own.keys()
    assert [each.asset for each in reports[AGENCIES[1].id].exclusions] == ["cong-08"]


class Counting(Recorder):
    """Remembers how many findings and pieces of evidence it has handed out."""

    def __init__(self) -> None:
        self.most = 0

    def findings(self, run_id: str, *, agency: str | None = None, asset: str | None = None) -> tuple[Finding, ...]:
        found = super().findings(run_id, agency=agency, asset=asset)
        self.most = max(self.most, len(found))
        return found

    def evidence(self, run_id: str, keys: Collection[str] | None = None, near: str = "") -> dict[str, Evidence]:
        found = super().evidence(run_id, keys, near)
        self.most = max(self.most, len(found))
        return found


def test_no_more_is_read_at_once_than_one_agency_has(runs: list[str]) -> None:
    recorder = Counting()
    reports = list(AgencyReports(recorder, runs[-1], (), Letter()))
    most = max(len(asset.findings) for made in reports for asset in made.assets) * 3
    assert len(reports) == 3
    assert recorder.most <= most < len(Recorder().findings(runs[-1]))


def test_reports_are_counted_chosen_and_walked_again(runs: list[str]) -> None:
    reports = AgencyReports(Recorder(), runs[-1], ["so-hai", "so-ba"], sample.LETTER)
    assert len(reports) == 2
    assert [each.agency.id for each in reports] == [each.agency.id for each in reports] == ["so-ba", "so-hai"]
    with pytest.raises(Usage, match="so-nghi"):
        AgencyReports(Recorder(), runs[-1], ["so-hai", "so-nghi"], sample.LETTER)


def test_a_run_that_goes_on_has_no_reports(runs: list[str], tmp_path: Path) -> None:
    recorder = Recorder()
    opened = recorder.open_run(
        vantage="internet",
        as_of=sample.FINISHED,
        inventory=inventory_bytes(Inventory(AGENCIES, ())),
        plan=(),
        policies={},
        policy_sources={},
        waivers=(),
        rule_versions={},
        data_versions={},
    )
    with pytest.raises(Usage, match=opened):
        AgencyReports(recorder, opened, (), sample.LETTER)
    recorder.abandon(opened, "")


def test_a_hold_is_of_the_same_assets(runs: list[str]) -> None:
    recorder = Recorder()
    for number, run in enumerate(runs):
        past = [recorder.findings(each) for each in reversed(runs[:number])]
        assert hold_of(recorder, run) == of_all_findings(recorder.findings(run), past)
        assert AgencyReports(recorder, run, (), Letter()).run.held == hold_of(recorder, run)


def test_each_number_goes_to_its_own_agency_while_somebody_else_issues(runs: list[str], tmp_path: Path) -> None:
    day = local_date(sample.FINISHED) + timedelta(days=1)
    order = Order(runs[-1], "BC-TTM", Issue(1, day), None, "Trần Văn Mẫu", "vi", tmp_path)
    every = AgencyReports(Recorder(), runs[-1], (), sample.LETTER)
    middle = AgencyReports(Recorder(), runs[-1], ["so-hai"], sample.LETTER)
    issued = issue_reports(order, every, estate=False, jobs=1)
    paths = [next(issued)]
    (other,) = issue_reports(replace(order, first=Issue(2, day)), middle, estate=False, jobs=1)
    paths.extend(issued)
    assert paths[1] == other
    for path, agency in zip(paths, AGENCIES, strict=True):
        assert path.name.startswith(agency.id)
        assert f"Kính gửi: {agency.name.vi}" in pages.texts(path)[0]
