"""The OSCAL file is valid by the models of compliance-trestle, whole in its references, and honest in its states."""

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from trestle.core.validator_factory import validator_factory
from trestle.oscal import OSCAL_VERSION
from trestle.oscal.assessment_results import Model

from checks.breaker import Hold
from checks.model.text import Language
from reports.formats.identity import NAMESPACE
from reports.formats.oscal import VERSION, Oscal
from reports.messages import labels
from reports.model import AgencyReport
from tests.reports import sample
from tests.reports.test_content import OWN, report_of
from tests.reports.test_hostile import TEXTS, everywhere
from tests.reports.test_reconcile import of_every_kind

CONTROL = sample.POLICY.controls[0]
FAILS = sample.finding(OWN[0], CONTROL, "fail")
NAMES = {
    "inventory-items": {"asset-id", "uri", "fqdn", "ipv4-address", "ipv6-address", "is-scanned"},
    "components": {"version"},
    "risks": {"accepted", "false-positive"},
    "resources": {"type", "version"},
}
"""Properties without a namespace, which NIST's constraints allow at these places and nowhere else in the file."""
MARKUP = {"title", "description", "remarks", "prose", "statement"}
"""Fields in which OSCAL reads Markdown."""


def read(data: bytes) -> Any:
    """The document, once trestle's models and validators have found nothing wrong with it. Raises ValidationError."""
    model = Model.model_validate_json(data)
    validators = list(validator_factory.get_all())
    assert validators and all(each.model_is_valid(model.assessment_results, quiet=True) for each in validators)
    return json.loads(data)["assessment-results"]


def document(report: AgencyReport, language: Language = "en") -> Any:
    return read(Oscal().render(report, language))


def result_of(report: AgencyReport) -> Any:
    (result,) = document(report)["results"]
    return result


def walk(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Every value with the names that lead to it."""
    yield path, node
    if isinstance(node, dict):
        for name, each in node.items():
            yield from walk(each, (*path, name))
    elif isinstance(node, list):
        for each in node:
            yield from walk(each, path)


def props(node: Any) -> dict[str, str]:
    return {each["name"]: each["value"] for each in node["props"]}


@pytest.mark.parametrize("language", sample.LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, 12])
def test_every_sample_is_valid_and_whole(reports: dict[int, AgencyReport], count: int, language: Language) -> None:
    found = document(reports[count], language)
    assert found["metadata"]["oscal-version"] == VERSION == OSCAL_VERSION
    values = list(walk(found))
    named = [value for path, value in values if path[-1:] == ("uuid",)]
    assert len(set(named)) == len(named)
    texts = [(path[-1], value) for path, value in values if path and isinstance(value, str)]
    pointed = {value for name, value in texts if name.endswith("-uuid") or name == "party-uuids"}
    pointed |= {value.removeprefix("#") for name, value in texts if name == "href"}
    assert pointed and pointed <= set(named)
    objectives = {
        part["id"]
        for each in found.get("local-definitions", {}).get("objectives-and-methods", ())
        for part in each["parts"]
    }
    targets = {value for path, value in values if path[-1:] == ("target-id",)}
    assert targets <= objectives and bool(targets) == bool(count)
    # NIST's schema wants a status of every target; trestle's models do not.
    assert all("status" in value for path, value in values if path[-1:] == ("target",) and isinstance(value, dict))


@pytest.mark.parametrize("language", sample.LANGUAGES)
def test_the_rules_of_the_province_give_a_valid_file(language: Language) -> None:
    assert len(document(sample.judged_report(2), language)["results"][0]["findings"]) > 30


@pytest.mark.parametrize("name", TEXTS)
def test_hostile_text_leaves_it_valid_small_and_without_markup(name: str) -> None:
    for language in sample.LANGUAGES:
        data = Oscal().render(everywhere(TEXTS[name]), language)
        assert len(data) < 500_000
        for path, value in walk(read(data)):
            if isinstance(value, str):
                assert value.replace("\n", "").isprintable(), path
                if path[-1] in MARKUP and "resources" not in path:
                    assert not re.search(r"(?<!\\)[<\[*`{]", value), value


def test_the_models_refuse_what_is_wrong(reports: dict[int, AgencyReport]) -> None:
    data = Oscal().render(reports[1], "en").decode()
    for old, new in (
        ('"state": "satisfied"', '"state": "perhaps"'),
        ('"oscal-version"', '"oscal-versions"'),
        ('"type": "objective-id"', '"type": "objective"'),
        ('"collected": "2026', '"collected": "x2026'),
    ):
        assert old in data
        with pytest.raises(ValidationError):
            read(data.replace(old, new, 1).encode())


@pytest.mark.parametrize("language", sample.LANGUAGES)
def test_names_of_oscals_own_stand_where_oscal_has_them(language: Language) -> None:
    for path, value in walk(document(of_every_kind(), language)):
        if path[-1:] == ("props",) and isinstance(value, dict):
            assert value.get("ns") == NAMESPACE or value["name"] in NAMES[path[-2]], path


def test_only_what_counts_is_a_finding() -> None:
    report = of_every_kind()
    result = result_of(report)
    all_of = [each for asset in report.assets for each in asset.findings]
    counted = {each.id: each for each in all_of if each.announced is None and each.verdict in ("pass", "fail")}
    states = {}
    for finding in result["findings"]:
        said = props(finding)
        states[f"{said['asset']}/{said['control']}"] = finding["target"]["status"]
    assert states.keys() == counted.keys()
    for name, status in states.items():
        passed = counted[name].verdict == "pass"
        assert (
            status == {"state": "satisfied", "reason": "pass"}
            if passed
            else {"state": "not-satisfied", "reason": "fail"}
        )
    others = [each for each in result["observations"] if "verdict" in props(each)]
    assert len(others) == len(all_of) - len(counted)
    assert {props(each)["verdict"] for each in others} == {"pass", "fail", "not-applicable", "not-assessable"}
    assert all("announced" in props(each) for each in others if props(each)["verdict"] in ("pass", "fail"))
    gap = next(each for each in others if props(each)["verdict"] == "not-assessable")
    assert (props(gap)["reason"], props(gap)["gap"]) == ("timed_out", "timed_out")


def test_a_look_is_an_observation_with_its_time_its_place_and_its_digest(reports: dict[int, AgencyReport]) -> None:
    report = reports[12]
    result = result_of(report)
    looks = {props(each)["target"]: each for each in result["observations"] if "kind" in props(each)}
    assert looks.keys() == report.evidence.keys()
    items = {each["uuid"]: props(each)["asset-id"] for each in result["local-definitions"]["inventory-items"]}
    for key, look in looks.items():
        sighting = report.evidence[key].sighting
        assert (look["methods"], look["collected"]) == (["TEST"], "2026-11-22T19:12:00Z")
        (evidence,) = look["relevant-evidence"]
        assert props(evidence)["digest"] == sighting.observation
        assert [items[each["subject-uuid"]] for each in look["subjects"]] == [
            each.id
            for each in sample.assets(12)
            if each.address == sighting.target.address  # type: ignore[union-attr]
        ]
    assert any("timed" in look["description"] or "answer in time" in look["description"] for look in looks.values())


def test_a_risk_has_severity_deadline_and_the_fix() -> None:
    result = result_of(report_of(FAILS))
    (risk,), (finding,) = result["risks"], result["findings"]
    assert finding["related-risks"] == [{"risk-uuid": risk["uuid"]}]
    assert (risk["status"], risk["deadline"]) == ("open", f"{FAILS.due}T23:59:59+07:00")
    assert risk["characterizations"][0]["facets"][0]["value"] == FAILS.severity
    assert risk["remediations"][0]["description"].startswith("Switch the old versions off")
    resources = document(report_of(FAILS))["back-matter"]["resources"]
    fix = next(each for each in resources if f"#{each['uuid']}" == risk["remediations"][0]["links"][0]["href"])
    assert f"```nginx\nssl_protocols TLSv1.2 TLSv1.3;\n{sample.NGINX_CIPHERS}\n```" in fix["description"]
    fault = [each for each in finding["props"] if each.get("group") == "instance-1"]
    said = {each["name"]: each["value"] for each in fault}
    instance = FAILS.instances[0]
    assert (said["instance"], said["first-seen"], said["due"]) == (
        instance.key,
        str(instance.first_seen),
        str(instance.due),
    )


def test_a_finding_says_what_fails_and_no_more_than_can_be_read() -> None:
    first = FAILS.instances[0]
    many = tuple(replace(first, key=f"{place:02d}") for place in range(30))
    result = result_of(report_of(replace(FAILS, instances=many)))
    (finding,) = result["findings"]
    assert finding["description"].count("still accepts the protocol TLS 1.0.") == 20
    assert sum(each["name"] == "instance" for each in finding["props"]) == 30
    assert finding["description"] == result["risks"][0]["description"]


def test_a_waiver_changes_the_risk_and_not_the_finding() -> None:
    result = result_of(of_every_kind())
    findings = {each["related-risks"][0]["risk-uuid"]: each for each in result["findings"] if "related-risks" in each}
    found: dict[str, set[tuple[str | None, str | None]]] = {}
    for risk in result["risks"]:
        said = props(risk)
        assert findings[risk["uuid"]]["target"]["status"]["state"] == "not-satisfied"
        found.setdefault(risk["status"], set()).add((said.get("accepted"), said.get("false-positive")))
    assert found["deviation-approved"] == {("approved", None), (None, "approved")}
    assert found["open"] == {(None, None)}


def test_a_dispute_is_a_deviation_that_is_asked_for() -> None:
    report = replace(report_of(replace(FAILS, control="TLS-LEGACY")), disputes=sample.DISPUTES)
    (risk,) = result_of(report)["risks"]
    assert (risk["status"], props(risk)["false-positive"]) == ("deviation-requested", "pending")


def test_what_lasts_keeps_its_name_from_run_to_run() -> None:
    first = report_of(FAILS)
    later = replace(first, run=replace(first.run, id="20261223-020500", as_of=first.run.as_of + timedelta(days=30)))
    before, after = document(first), document(later)
    assert before["uuid"] != after["uuid"] != document(later, "vi")["uuid"]
    (old,), (new,) = before["results"], after["results"]
    assert old["uuid"] != new["uuid"]
    assert old["findings"][0]["uuid"] != new["findings"][0]["uuid"]
    assert old["risks"][0]["uuid"] == new["risks"][0]["uuid"]
    items = [each["local-definitions"]["inventory-items"][0]["uuid"] for each in (old, new)]
    assert items[0] == items[1]
    assert (old["start"], old["end"]) == ("2026-11-22T19:05:00Z", "2026-11-22T19:12:00Z")


def test_what_was_not_scanned_is_told_as_such(reports: dict[int, AgencyReport]) -> None:
    items = result_of(reports[0])["local-definitions"]["inventory-items"]
    (item,) = items
    assert (props(item)["asset-id"], props(item)["is-scanned"], props(item)["reason"]) == ("cong-cu", "no", "retired")
    assert result_of(reports[0])["remarks"] == labels.NO_ASSETS.en
    held = replace(reports[1], run=replace(reports[1].run, held=Hold("coverage_fell", 3000, 9000)))
    assert "30.0 %" in result_of(held)["remarks"] and "remarks" not in result_of(reports[1])
    announced = report_of(replace(FAILS, announced=date(2027, 3, 1)))
    assert "findings" not in result_of(announced) and "risks" not in result_of(announced)


def test_equal_reports_give_equal_bytes() -> None:
    assert Oscal().render(sample.report(12), "vi") == Oscal().render(sample.report(12), "vi")
