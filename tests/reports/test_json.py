"""The JSON report is valid by its own schema, holds the contract's fields, and says the same as the PDF."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from checks.model.canonical import load
from reports.formats.json import report_bytes, schema, schema_bytes
from reports.formats.json_content import document
from reports.formats.json_document import ReportDocument
from reports.messages.figures import percent
from reports.model import AgencyReport
from tests.reports import pages, sample
from tests.reports.conftest import Sample

KEPT = Path(__file__).parents[2] / "docs" / "schemas" / "report.json"


def parsed(report: AgencyReport) -> Any:
    return json.loads(report_bytes(report))


def test_the_kept_schema_is_that_of_the_types() -> None:
    assert KEPT.read_bytes() == schema_bytes()
    jsonschema.Draft202012Validator.check_schema(schema())


@pytest.mark.parametrize("count", [0, 1, 12])
def test_every_report_is_valid_and_reads_back(reports: dict[int, AgencyReport], count: int) -> None:
    found = parsed(reports[count])
    jsonschema.Draft202012Validator(schema()).validate(found)
    assert load(ReportDocument, report_bytes(reports[count])) == document(reports[count])


def test_the_schema_refuses_an_unknown_verdict_and_an_unknown_field(reports: dict[int, AgencyReport]) -> None:
    validator = jsonschema.Draft202012Validator(schema())
    found = parsed(reports[1])
    found["assets"][0]["findings"][0]["verdict"] = "perhaps"
    assert not validator.is_valid(found)
    assert not validator.is_valid({**parsed(reports[1]), "more": 1})


def test_the_fields_that_others_rely_on_are_there(reports: dict[int, AgencyReport]) -> None:
    found = parsed(reports[1])
    assert {"schema", "run", "policy", "agency", "score", "coverage", "assets"} <= found.keys()
    assert {"id", "version", "digest"} <= found["policy"].keys()
    asset = found["assets"][0]
    assert {"id", "url", "findings"} <= asset.keys()
    finding = next(each for each in asset["findings"] if each["verdict"] == "fail")
    assert {
        "id",
        "control",
        "verdict",
        "severity",
        "reason",
        "params",
        "instances",
        "evidence",
        "waiver",
        "reproduce",
    } <= finding.keys()
    assert {"key", "first_seen", "due"} <= finding["instances"][0].keys()
    assert finding["instances"][0]["first_seen"] == "2026-11-20"
    assert finding["text"].keys() == {"vi", "en"}


@pytest.mark.parametrize("count", [0, 1, 12])
def test_totals_are_those_of_the_findings_and_of_the_pdf(
    reports: dict[int, AgencyReport], pdf: Sample, count: int
) -> None:
    found = parsed(reports[count])
    verdicts = [finding["verdict"] for asset in found["assets"] for finding in asset["findings"]]
    counts = found["score"]["counts"]
    assert counts == {verdict: verdicts.count(verdict) for verdict in counts}
    assert found["coverage"]["judged"] == counts["pass"] + counts["fail"]
    card = pages.texts(pdf(count, "en"))[2]
    assert percent(found["score"]["basis_points"], "en") in card
    assert percent(found["coverage"]["basis_points"], "en") in card
    shares = (
        {verdict: f"{number} ({percent(number * 10_000 // len(verdicts), 'en')})" for verdict, number in counts.items()}
        if verdicts
        else {}
    )
    assert all(share in card for share in shares.values())


def test_fixes_and_hostile_values_are_whole(reports: dict[int, AgencyReport]) -> None:
    text = report_bytes(reports[12]).decode()
    assert sample.NGINX_CIPHERS in text
    values = {
        instance["params"].get("protocol")
        for asset in json.loads(text)["assets"]
        for finding in asset["findings"]
        for instance in finding["instances"]
    }
    assert any(value in values for value in sample.HOSTILE)


def test_equal_reports_give_equal_bytes() -> None:
    assert report_bytes(sample.report(12)) == report_bytes(sample.report(12))
