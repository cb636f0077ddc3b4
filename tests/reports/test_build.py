"""An agency's report holds what is the agency's and nothing else, and its figures are the score's."""

from dataclasses import replace

import pytest

from checks.compare import Side
from checks.model.asset import Agency, Asset
from checks.model.canonical import digest, dump
from checks.model.text import Text
from checks.score import score
from reports.build import build
from reports.model import AgencyReport, Exclusion
from tests.reports import sample

OTHER = Asset("khac", "so-khac", "https://khac.example/", 1, address="127.0.2.1")


def built(**changes: object) -> AgencyReport:
    own = sample.assets(3)
    arguments: dict[str, object] = {
        "run": sample.run_facts(),
        "agency": sample.AGENCY,
        "assets": own,
        "policies": {sample.POLICY.id: sample.POLICY, sample.OTHER_POLICY.id: sample.OTHER_POLICY},
        "policy_of": {each.id: sample.POLICY.id for each in (*own, OTHER)},
        "findings": sample.findings(own),
        "evidence": {each.sighting.target.key: each for asset in own for each in sample.evidence_for(asset)},
    }
    return build(**{**arguments, **changes})  # type: ignore[arg-type]  # the test's own table of arguments


def test_another_agencys_assets_findings_evidence_and_exclusions_stay_out() -> None:
    own = sample.assets(3)
    foreign = replace(sample.finding(own[0], sample.POLICY.controls[0], "fail"), asset="khac", agency="so-khac")
    evidence = {
        each.sighting.target.key: each for asset in (*own, sample.assets(4)[3]) for each in sample.evidence_for(asset)
    }
    report = built(
        run=sample.run_facts((Exclusion("khac", "retired"), Exclusion("khac-nua", "retired"))),
        assets=(*own, OTHER),
        findings=(*sample.findings(own), foreign),
        previous=Side((foreign,)),
        evidence=evidence,
    )
    assert [each.asset.id for each in report.assets] == ["cong-01", "cong-02", "cong-03"]
    assert report.exclusions == () and report.run.exclusions == ()
    assert report.changes == ()
    assert report.evidence and not any("127.0.1.4" in key for key in report.evidence)


def test_figures_are_those_of_the_one_formula() -> None:
    report = built()
    every = [finding for asset in report.assets for finding in asset.findings]
    assert report.score == score(every)
    assert [asset.score for asset in report.assets] == [score(asset.findings) for asset in report.assets]
    assert report.policy_digest == digest(dump(sample.POLICY))


def test_the_order_of_input_does_not_matter() -> None:
    own = sample.assets(3)
    assert built(assets=own[::-1], findings=sample.findings(own)[::-1]) == built()


def test_an_excluded_asset_without_findings_is_an_exclusion_only() -> None:
    retired = replace(sample.assets(4)[3], status="retired")
    exclusion = Exclusion(retired.id, "retired")
    report = built(assets=(*sample.assets(3), retired), run=sample.run_facts((exclusion,)))
    assert report.exclusions == (exclusion,)
    assert retired.id not in {each.asset.id for each in report.assets}


def test_an_asset_with_neither_finding_nor_exclusion_is_shown_without_a_score() -> None:
    own = sample.assets(1)
    report = built(assets=own, findings=())
    assert report.score.score is None and report.score.coverage is None
    assert [each.findings for each in report.assets] == [()]


def test_the_agencys_own_policy_comes_before_that_of_its_assets() -> None:
    assert built().policy == sample.POLICY
    agency = replace(sample.AGENCY, policy=sample.OTHER_POLICY.id)
    assert built(agency=agency).policy == sample.OTHER_POLICY


def test_without_any_policy_there_is_no_report() -> None:
    with pytest.raises(ValueError, match="policy"):
        built(assets=(), policies={})


def test_an_asset_without_a_policy_is_an_error() -> None:
    with pytest.raises(KeyError):
        built(policy_of={})


def test_changes_are_against_the_run_before_and_follow_a_renamed_agency() -> None:
    own = sample.assets(3)
    gone = replace(sample.finding(own[0], sample.POLICY.controls[0], "fail"), asset="da-bo", agency="ten-cu")
    same = replace(sample.finding(own[0], sample.POLICY.controls[0], "fail"), agency="ten-cu")
    agency = Agency("so-mau", Text("a", "a"), formerly=("ten-cu",))
    kinds = {
        (each.asset, each.control): each.kind for each in built(agency=agency, previous=Side((gone, same))).changes
    }
    assert kinds[("da-bo", "CERT-NAME")] == "scope_changed"
    now = {(each.asset, each.control): each.verdict for each in sample.findings(own)}
    assert now[("cong-01", "CERT-NAME")] == "fail" and kinds[("cong-01", "CERT-NAME")] == "still_failing"
    assert built().changes == ()
