"""What the report on the estate says of its agencies is what their own reports say, added up and put in order."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from checks.model.asset import Asset
from checks.model.finding import VERDICTS, Finding, Verdict
from checks.model.policy import SEVERITIES, Basis
from checks.score import score
from reports.build import build as build_agency
from reports.estate.across import controls, services
from reports.estate.build import build
from reports.estate.distribution import bins
from reports.estate.expiry import calendar, expiry
from reports.estate.model import LOW_COVERAGE, EstateReport, standing_of
from reports.estate.sections.yearly import period
from reports.estate.summary import summaries
from reports.grouping import overdue
from reports.model import AgencyReport
from tests.reports import estate_sample as sample
from tests.reports.sample import TODAY

COUNT = 12


@pytest.fixture(scope="module")
def agencies() -> list[AgencyReport]:
    return [sample.report(number, 2) for number in range(COUNT)]


@pytest.fixture(scope="module")
def estate(agencies: list[AgencyReport]) -> EstateReport:
    return sample.estate_of(agencies)


def counted(report: AgencyReport) -> list[Finding]:
    return [each for asset in report.assets for each in asset.findings if each.announced is None]


def test_totals_are_those_of_the_agencies_reports(agencies: list[AgencyReport], estate: EstateReport) -> None:
    every = [each for report in agencies for each in counted(report)]
    assert estate.score == score(every)
    assert estate.score.counts["fail"] > 50 and estate.score.counts["not_assessable"] > 5
    own = {each.agency.id: each for each in estate.summaries}
    for report in agencies:
        summary = own[report.agency.id]
        assert summary.score == report.score
        assert summary.assets == len(report.assets)
        late = overdue(counted(report), TODAY)
        assert summary.overdue.count == len(late)
        assert summary.overdue.since == min((since for _, since in late), default=None)
        assert sum(summary.unassessed.values()) == report.score.counts["not_assessable"]
        assert sum(summary.changes.values()) == len(report.changes)
        for verdict in VERDICTS:
            assert sum(tally.counts[verdict] for tally in summary.controls) == report.score.counts[verdict]
        assert sum(sum(tally.due.values()) + tally.waived for tally in summary.controls) == report.score.counts["fail"]
    assert any(each.overdue.count for each in estate.summaries)
    assert sum(each.counts["fail"] for each in estate.controls) == estate.score.counts["fail"]


def test_the_last_time_is_each_agencys_own_run_before(agencies: list[AgencyReport], estate: EstateReport) -> None:
    assert estate.compared == COUNT and estate.last is not None
    counts = Counter[str]()
    for report in agencies:
        counts.update(report.history[-1].score.counts)
    assert dict(estate.last.counts) == dict(counts)
    assert [each.agencies for each in estate.history] == [COUNT] * 5
    assert [each.started for each in estate.history] == sorted(each.started for each in estate.history)


def test_a_run_about_few_agencies_is_no_part_of_the_trend(agencies: list[AgencyReport]) -> None:
    few, run = agencies[: COUNT // 2 - 1], agencies[0].history[0].run
    others = [replace(each, history=each.history[1:]) for each in agencies if each not in few]
    made = sample.estate_of([*few, *others])
    assert run not in {each.run for each in made.history} and len(made.history) == 4


def test_without_an_earlier_run_there_is_nothing_to_compare_with() -> None:
    made = sample.estate(2, 1, past=0)
    assert (made.last, made.compared, made.history) == (None, 0, ())
    assert all(each.moved is None for each in made.summaries)


def test_equal_agencies_share_a_place_and_the_next_one_counts_them_all(estate: EstateReport) -> None:
    best, *others = estate.summaries
    twin = replace(best, agency=replace(best.agency, id="sinh-doi"))
    made = build(estate.run, [*others, twin, best], (), (), {sample.policy().id: sample.policy()})
    assert [each.place for each in made.agencies][:3] == [1, 1, 3]
    assert {each.summary.agency.id for each in made.agencies[:2]} == {best.agency.id, "sinh-doi"}


def test_an_agency_of_which_nothing_was_judged_has_no_place_and_stands_last() -> None:
    made = sample.estate_of([sample.report(number, 1) for number in (49, 0, 1)])
    assert [each.place for each in made.agencies] == [1, 2, None]
    assert made.summaries[-1].agency.id == "co-quan-049" and made.summaries[-1].score.score is None


@settings(max_examples=25)
@given(data=st.data())
def test_no_agency_rises_because_less_of_it_could_be_assessed(data: st.DataObject) -> None:
    reports = [sample.report(number, 1, past=0) for number in (0, 1, 2, 3)]
    chosen = data.draw(st.integers(0, 3))
    findings = counted(reports[chosen])
    hidden = set(data.draw(st.lists(st.sampled_from([each.id for each in findings]), min_size=1, unique=True)))
    worse = [
        replace(each, verdict="not_assessable", reason="timed_out", instances=()) if each.id in hidden else each
        for each in findings
        if each.verdict != "not_applicable" or each.id not in hidden
    ]
    before = places(reports)
    reports[chosen] = rebuilt(reports[chosen], worse)
    after = places(reports)
    own = reports[chosen].agency.id
    assert after[own] >= before[own]


def places(reports: Iterable[AgencyReport]) -> dict[str, int]:
    """The place of each agency; behind all others where it has none."""
    made = build(sample.run_facts(), summaries(reports), (), (), {sample.policy().id: sample.policy()})
    return {each.summary.agency.id: each.place or 99 for each in made.agencies}


def rebuilt(report: AgencyReport, findings: list[Finding]) -> AgencyReport:
    own: list[Asset] = [each.asset for each in report.assets]
    policy = sample.policy()
    policy_of = {each.id: policy.id for each in own}
    return build_agency(report.run, report.agency, own, {policy.id: policy}, policy_of, findings, report.evidence)


def test_controls_stand_by_what_they_take_from_the_score(estate: EstateReport) -> None:
    weights = {"critical": 10, "high": 5, "medium": 3, "low": 1, "info": 0}
    lost = [weights[each.control.severity] * each.counts["fail"] for each in estate.controls]
    assert lost == sorted(lost, reverse=True) and len(lost) > 10
    for each in estate.controls:
        failing = [
            summary
            for summary in estate.summaries
            for tally in summary.controls
            if tally.control.digest == each.control.digest and tally.counts["fail"]
        ]
        assert each.agencies == len(failing) > 0


def test_controls_that_policies_state_differently_are_told_apart(estate: EstateReport) -> None:
    summary = estate.summaries[-1]
    tally = next(each for each in summary.controls if each.counts["fail"])
    other = replace(tally, control=replace(tally.control, digest="sha256:other", policy="rieng"))
    changed = replace(summary, controls=(other,), agency=replace(summary.agency, id="rieng"))
    found = [each for each in controls([summary, changed]) if each.control.id == tally.control.id]
    assert {each.control.policy for each in found} == {"rieng", sample.policy().id}


def test_a_cause_is_shared_by_agencies_and_explains_a_finding_once(estate: EstateReport) -> None:
    assert {each.kind for each in estate.causes} == {"address", "certificate", "product"}
    assert all(len(each.agencies) >= 2 and each.findings >= 2 for each in estate.causes)
    assert sum(each.findings for each in estate.causes) <= estate.score.counts["fail"]
    address = next(each for each in estate.causes if each.kind == "address")
    assert address.name == "127.9.9.9"
    assert address.agencies == tuple(f"co-quan-{number:03d}" for number in (0, 4, 8))
    certificate = next(each for each in estate.causes if each.kind == "certificate")
    assert certificate.subject.endswith(".mau.example") and len(certificate.name) == 64
    assert all(each.startswith("CERT-") for each in certificate.controls)


def test_a_certificate_at_many_agencies_is_one(estate: EstateReport) -> None:
    names = [each.seen.fingerprint for each in estate.certificates]
    assert len(names) == len(set(names))
    ends = [each.seen.ends for each in estate.certificates]
    assert ends == sorted(ends)
    shared = max(estate.certificates, key=lambda each: len(each.agencies))
    assert len(shared.agencies) > 1 and len(shared.seen.assets) >= len(shared.agencies)


def test_an_address_counts_once_and_is_declared_if_any_agency_declares_it(estate: EstateReport) -> None:
    holders = [each for each in estate.summaries if any(port.address == "127.9.9.9" for port in each.services)]
    assert len(holders) > 1
    (mysql,) = (each for each in estate.services if each.port == 3306)
    seen = {port.address for each in estate.summaries for port in each.services if port.port.port == 3306}
    assert (mysql.addresses, mysql.undeclared) == (len(seen), len(seen))
    assert {each.port for each in estate.services if each.undeclared == 0} == {80, 443}
    declared = replace(holders[0], services=tuple(replace(each, declared=True) for each in holders[0].services))
    again = {each.port: each for each in services([declared, *holders[1:]])}
    both = {each.port: each for each in services(holders)}
    ours = {each.port.port for each in declared.services if each.address == "127.9.9.9"} - {80, 443}
    for port in ours:
        assert again[port].undeclared < both[port].undeclared


def test_only_what_rests_on_legislation_is_a_requirement(estate: EstateReport) -> None:
    policy = sample.policy()
    law = {(basis.document, basis.clause) for each in policy.controls for basis in each.basis if basis.kind == "law"}
    assert {(each.document, each.clause) for each in estate.requirements} == law and len(law) > 3
    for each in estate.requirements:
        assert all(any(basis.kind == "law" for basis in control.basis) for control in each.controls)
        assert sum(each.due.values()) + each.waived == each.counts["fail"]
        assert set(each.agencies) <= {summary.agency.id for summary in estate.summaries}
    assert {standing for each in estate.requirements for standing in each.agencies.values()} >= {"met", "partly"}


def test_a_basis_that_is_only_summarised_is_told_apart_from_the_text(estate: EstateReport) -> None:
    tally = next(each for each in estate.summaries[0].controls if any(b.kind == "law" for b in each.control.basis))
    basis = (Basis("law", "Văn bản mẫu", "1", "text"), Basis("law", "Văn bản mẫu", "1", "summary"))
    control = replace(tally.control, basis=basis)
    summary = replace(estate.summaries[0], controls=(replace(tally, control=control),))
    made = build(estate.run, [summary], (), (), {sample.policy().id: sample.policy()})
    assert [each.confidence for each in made.requirements] == ["summary", "text"]


@pytest.mark.parametrize(
    ("passed", "failed", "unknown", "standing"),
    [
        (3, 0, 0, "met"),
        (3, 0, 1, "undetermined"),
        (0, 0, 2, "undetermined"),
        (0, 0, 0, "not_applicable"),
        (2, 1, 0, "partly"),
        (2, 1, 4, "partly"),
        (0, 1, 0, "not_met"),
        (0, 1, 5, "not_met"),
    ],
)
def test_a_requirement_is_met_only_where_all_of_it_was_assessed(
    passed: int, failed: int, unknown: int, standing: str
) -> None:
    counts: dict[Verdict, int] = {"pass": passed, "fail": failed, "not_assessable": unknown, "not_applicable": 7}
    assert standing_of(counts) == standing


def test_agencies_that_the_run_was_not_about_are_told_with_their_reason(estate: EstateReport) -> None:
    idle = replace(sample.HOME, id="khong-chon")
    asset = Asset("a", "khong-chon", "https://a.example/", 1)
    made = build(estate.run, [], (sample.HOME, idle), (asset,), {sample.policy().id: sample.policy()})
    assert [(each.agency.id, each.reason) for each in made.absent] == [
        ("khong-chon", "not_selected"),
        (sample.HOME.id, "no_assets"),
    ]
    assert (made.agencies, made.score.score, made.certificates, made.opened) == ((), None, (), None)


def test_a_report_needs_a_policy() -> None:
    with pytest.raises(ValueError, match="policy"):
        build(sample.run_facts(), [], (), (), {})


def test_the_distribution_has_every_agency_with_a_score_once(estate: EstateReport) -> None:
    found = bins(estate.summaries)
    judged = [each for each in estate.summaries if each.score.score is not None]
    assert sum(each.covered + each.poorly for each in found) == len(judged)
    assert sum(each.poorly for each in found) == sum(each.poorly_covered for each in judged) > 0
    perfect = replace(judged[0], score=replace(judged[0].score, score=10_000, coverage=LOW_COVERAGE))
    assert bins([perfect])[-1].covered == 1


def test_a_certificate_ends_in_one_month_and_expired_ones_in_none(estate: EstateReport) -> None:
    today = date(2026, 11, 23)
    months = calendar(estate.certificates, today)
    assert [each.first for each in months][:3] == [date(2026, 11, 1), date(2026, 12, 1), date(2027, 1, 1)]
    assert len(months) == 12
    valid = [each for each in estate.certificates if today <= each.seen.ends < date(2027, 11, 1)]
    assert [one for each in months for one in each.certificates] == valid
    figures = expiry(estate.certificates, today)
    assert figures.expired == sum(each.seen.ends < today for each in estate.certificates) > 0
    assert figures.near >= figures.soon > 0
    edge = replace(estate.certificates[0], seen=replace(estate.certificates[0].seen, ends=today + timedelta(days=7)))
    assert expiry([edge], today).soon == 1 and expiry([edge], today - timedelta(days=1)).soon == 0


@pytest.mark.parametrize(
    ("day", "first", "last"),
    [
        (date(2026, 12, 14), date(2025, 12, 15), date(2026, 12, 14)),
        (date(2026, 12, 15), date(2026, 12, 15), date(2027, 12, 14)),
        (date(2026, 1, 1), date(2025, 12, 15), date(2026, 12, 14)),
    ],
)
def test_the_data_period_runs_from_15_december_to_14_december(day: date, first: date, last: date) -> None:
    assert period(day) == (first, last)


def test_the_order_of_the_agencies_reports_means_nothing(agencies: list[AgencyReport], estate: EstateReport) -> None:
    assert replace(sample.estate_of(reversed(agencies)), absent=estate.absent) == estate


def test_a_summary_keeps_nothing_of_the_evidence(agencies: list[AgencyReport]) -> None:
    (summary,) = summaries(agencies[:1])
    text = repr(summary)
    assert "TlsObservation" not in text and "Finding(" not in text and "Control(" not in text
    assert {each for each in SEVERITIES} == set(summary.overdue.by_severity)
