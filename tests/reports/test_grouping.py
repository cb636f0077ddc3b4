"""One control is one problem however many assets have it; what is urgent comes first."""

from dataclasses import replace
from datetime import date

from checks.model.finding import WaiverNote
from reports.grouping import overdue, problems
from reports.model import AgencyReport
from tests.reports import sample

NOTE = WaiverNote("MT-1", date(2027, 1, 1), "a", "b")


def test_the_same_control_at_many_assets_is_one_problem(reports: dict[int, AgencyReport]) -> None:
    found = problems(reports[12])
    failed = [each for asset in reports[12].assets for each in asset.findings if each.verdict == "fail"]
    assert [each.control.id for each in found] == list(dict.fromkeys(each.control.id for each in found))
    assert sum(len(each.failures) for each in found) == len(failed)


def test_a_control_that_two_policies_state_differently_is_two_problems(reports: dict[int, AgencyReport]) -> None:
    report = reports[12]
    legacy = sample.POLICY.controls[-1]
    assert sample.OTHER_POLICY.controls[-1] != legacy
    assets = tuple(
        replace(each, findings=(sample.finding(each.asset, legacy, "fail"),))
        for each in report.assets
        if each.asset.id in ("cong-01", "cong-11")
    )
    assert {each.policy.id for each in assets} == {sample.POLICY.id, sample.OTHER_POLICY.id}
    found = problems(replace(report, assets=assets))
    assert [each.control.due_days for each in found] == [10, 30] or [each.control.due_days for each in found] == [
        30,
        10,
    ]


def test_worst_first_then_earliest_due_and_waived_ones_last(reports: dict[int, AgencyReport]) -> None:
    report, asset = reports[1], reports[1].assets[0]
    by_id = {control.id: control for control in sample.POLICY.controls}
    late = sample.finding(asset.asset, by_id["TLS-12"], "fail")
    early = replace(late, control="HDR-HSTS", instances=(replace(late.instances[0], due=date(2026, 1, 1)),))
    waived = replace(sample.finding(asset.asset, by_id["CERT-NAME"], "fail"), waiver=NOTE)
    minor = sample.finding(asset.asset, by_id["HDR-LEAKS"], "fail")
    found = problems(replace(report, assets=(replace(asset, findings=(minor, waived, late, early)),)))
    assert [each.control.id for each in found] == ["HDR-HSTS", "TLS-12", "HDR-LEAKS", "CERT-NAME"]
    assert found[0].due == date(2026, 1, 1) and found[-1].due is None


def test_overdue_begins_the_day_after_the_due_date_and_spares_what_is_waived() -> None:
    failed = sample.finding(sample.assets(1)[0], sample.POLICY.controls[0], "fail")
    due = failed.due
    assert due is not None
    assert overdue([failed], due) == ()
    assert overdue([failed], date(due.year, due.month, due.day + 1)) == ((failed, due),)
    assert overdue([replace(failed, waiver=NOTE)], date(2030, 1, 1)) == ()
    assert overdue([replace(failed, verdict="pass")], date(2030, 1, 1)) == ()
