"""What the latest runs said of each control at each asset, whichever run looked at which asset last."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

from checks.model.finding import Finding
from history.looks import looks
from history.store import Recorder
from tests.history.samples import START, finding, open_run, whole_run

POLICY_OF = {"cong-so-mau": "nghe-an-web", "trang-xa": "nghe-an-web"}


def runs(recorder: Recorder, *findings: Iterable[Finding]) -> list[str]:
    """Finished runs, one day after the other."""
    return [whole_run(recorder, each, START + timedelta(days=day)) for day, each in enumerate(findings)]


def test_each_asset_is_told_of_by_the_run_that_looked_at_it_last(recorder: Recorder) -> None:
    page = finding("TLS-12", "fail", asset="trang-xa")
    first, second = runs(recorder, (finding(verdict="fail"), page), (finding(verdict="pass"),))
    open_run(recorder, started=START + timedelta(days=5))
    found = looks(POLICY_OF)
    assert found.runs == {"cong-so-mau": second, "trang-xa": first}
    assert {key: [(run, each.verdict) for run, each in told] for key, told in found.findings.items()} == {
        ("cong-so-mau", "TLS-12"): [(second, "pass")],
        ("trang-xa", "TLS-12"): [(first, "fail")],
    }
    assert set(looks(POLICY_OF, unsettled=True).findings) == {("trang-xa", "TLS-12")}
    assert looks(POLICY_OF, unsettled=True).runs == found.runs
    assert looks({"khac": "nghe-an-web"}).runs == {}
    assert looks(POLICY_OF, without=[second]).runs["cong-so-mau"] == first


def test_what_passes_with_a_gap_is_not_settled(recorder: Recorder) -> None:
    runs(recorder, (finding(verdict="pass", gaps=1), finding("HDR-HSTS", "not_assessable")))
    assert {key[1] for key in looks(POLICY_OF, unsettled=True).findings} == {"TLS-12", "HDR-HSTS"}


def test_the_looks_before_are_told_too_newest_first(recorder: Recorder) -> None:
    made = runs(recorder, *((finding(verdict=each),) for each in ("pass", "fail", "not_assessable", "pass")))
    (told,) = looks(POLICY_OF, depth=3).findings.values()
    assert [(run, each.verdict) for run, each in told] == [
        (made[3], "pass"),
        (made[2], "not_assessable"),
        (made[1], "fail"),
    ]
    (told,) = looks(POLICY_OF, depth=3, until=made[1]).findings.values()
    assert [run for run, _ in told] == [made[1], made[0]]


def test_controls_are_those_of_the_latest_run(recorder: Recorder) -> None:
    runs(recorder, (finding("TLS-12"), finding("CU")), (finding("TLS-12"), finding("MOI")))
    found = looks(POLICY_OF, depth=2).findings
    assert {control: len(told) for (_, control), told in found.items()} == {"TLS-12": 2, "MOI": 1}


def test_a_run_under_another_policy_says_nothing(recorder: Recorder) -> None:
    first, _ = runs(recorder, (finding(),), (replace(finding(), policy="khac"),))
    assert looks(POLICY_OF).runs == {"cong-so-mau": first}


def test_a_recheck_tells_of_its_controls_alone(recorder: Recorder) -> None:
    (scan,) = runs(recorder, (finding("TLS-12"), finding("HDR-HSTS")))
    check = whole_run(recorder, (finding("TLS-12", "pass"),), START + timedelta(days=1), "recheck")
    found = looks(POLICY_OF, depth=2)
    assert found.runs == {"cong-so-mau": scan}
    assert {control: [run for run, _ in told] for (_, control), told in found.findings.items()} == {
        "TLS-12": [check, scan],
        "HDR-HSTS": [scan],
    }
    assert [control for _, control in looks(POLICY_OF, unsettled=True).findings] == ["HDR-HSTS"]
