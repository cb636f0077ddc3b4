"""The files of the report on the estate: complete, valid by their schema, safe, and of the same totals as the PDF."""

import csv
import json
from dataclasses import replace
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from openpyxl import load_workbook

from checks.model.canonical import load
from checks.model.finding import VERDICTS
from checks.model.policy import SEVERITIES
from checks.model.text import Language, Text
from reports.estate.formats import ESTATE_FORMATS, estate_schema
from reports.estate.formats.json import EstateJson
from reports.estate.formats.json_content import document
from reports.estate.formats.json_document import EstateDocument
from reports.estate.formats.tables import agencies, tables
from reports.estate.model import EstateReport
from reports.formats.interface import Format
from reports.formats.json import schema_bytes
from reports.messages import labels
from reports.messages.figures import number, percent
from tests.reports import estate_sample, pages, sample
from tests.reports.conftest import Sample

KEPT = Path(__file__).parents[2] / "docs" / "schemas" / "estate.json"
IDS = [each.name for each in ESTATE_FORMATS]


def by_name(name: str) -> Format[EstateReport]:
    return next(each for each in ESTATE_FORMATS if each.name == name)


def parsed(report: EstateReport) -> Any:
    return json.loads(EstateJson().render(report, "vi"))


def rows_of(report: EstateReport, language: Language) -> list[dict[str, str]]:
    text = by_name("csv").render(report, language).decode("utf-8-sig")
    return list(csv.DictReader(StringIO(text, newline="")))


def test_names_and_suffixes_are_unique() -> None:
    assert IDS == ["pdf", "json", "csv", "xlsx"]
    assert len({each.suffix for each in ESTATE_FORMATS}) == len(ESTATE_FORMATS)


def test_the_kept_schema_is_that_of_the_types() -> None:
    """Renew it with `khien report --estate --schema > docs/schemas/estate.json`."""
    assert KEPT.read_bytes() == schema_bytes(EstateDocument)
    jsonschema.Draft202012Validator.check_schema(estate_schema())


@pytest.mark.parametrize("count", [0, 1, 4, 40])
def test_every_report_is_valid_and_reads_back(estates: dict[int, EstateReport], count: int) -> None:
    validator = jsonschema.Draft202012Validator(estate_schema())
    validator.validate(parsed(estates[count]))
    assert load(EstateDocument, EstateJson().render(estates[count], "en")) == document(estates[count])
    assert not validator.is_valid({**parsed(estates[count]), "more": 1})


def test_totals_are_equal_over_pdf_json_csv_and_xlsx(estates: dict[int, EstateReport], estate_pdf: Sample) -> None:
    report = estates[40]
    found, rows = parsed(report), rows_of(report, "vi")
    counts = found["figures"]["score"]["counts"]
    text = " ".join(pages.texts(estate_pdf(40, "vi"))[:2])
    for verdict in VERDICTS:
        total = sum(int(row[labels.VERDICT_NAMES[verdict].vi]) for row in rows)
        own = sum(each["figures"]["score"]["counts"][verdict] for each in found["agencies"])
        assert counts[verdict] == total == own == report.score.counts[verdict]
        assert number(total, "vi") in text
    by_severity = found["figures"]["score"]["failed_by_severity"]
    for severity in SEVERITIES:
        total = sum(int(row[f"Không đạt: {labels.SEVERITY_NAMES[severity].vi}"]) for row in rows)
        assert by_severity[severity] == total == report.score.failed_by_severity[severity]
    assert counts["fail"] == sum(each["counts"]["fail"] for each in found["failing"])
    assert sum(each["overdue"]["count"] for each in found["agencies"]) == sum(int(row["Quá hạn"]) for row in rows)
    book = load_workbook(BytesIO(by_name("xlsx").render(report, "vi")))
    summary = {row[0].value: row[1].value for row in book["Tổng hợp"].iter_rows(min_row=2)}
    assert summary["Không đạt"] == counts["fail"] and summary["Chưa đánh giá được"] == counts["not_assessable"]
    assert summary["Tỷ lệ tuân thủ"] == percent(found["figures"]["score"]["basis_points"], "vi")
    unassessed = [int(str(row[4].value)) for row in book["Chưa đánh giá được"].iter_rows(min_row=2)]
    assert sum(unassessed) == counts["not_assessable"]
    failed = [int(str(row[5].value)) for row in book["Biện pháp"].iter_rows(min_row=2)]
    assert sum(failed) == counts["fail"]


@pytest.mark.parametrize("language", sample.LANGUAGES)
def test_the_tables_leave_nothing_out(estates: dict[int, EstateReport], language: Language) -> None:
    report = estates[40]
    summary, ranked, controls, causes, unassessed, certificates, services, opened, scope, yearly = tables(
        report, language
    )
    assert len(ranked.rows) == 40 and len(controls.rows) == len(report.controls) > 30
    assert (len(causes.rows), len(certificates.rows)) == (len(report.causes), len(report.certificates))
    assert (len(services.rows), len(opened.rows)) == (len(report.services), len(report.opened or ()))
    assert len(unassessed.rows) == sum(len(each.unassessed) for each in report.summaries)
    assert len(scope.rows) == len(report.absent) + sum(len(each.exclusions) for each in report.summaries)
    assert len(yearly.rows) == sum(len(each.agencies) + 1 for each in report.requirements)
    assert len(summary.rows) > 10
    assert all(len(row) == len(each.columns) for each in tables(report, language) for row in each.rows)


def test_agencies_of_one_place_stand_by_name_in_vietnamese_order(estates: dict[int, EstateReport]) -> None:
    ranked = estates[40].agencies[0]
    names = ("Sở Đất", "Sở Dân", "Sở Ấm", "Sở An", "Sở Ạn")
    same = tuple(
        replace(ranked, summary=replace(ranked.summary, agency=replace(ranked.summary.agency, name=Text(each, each))))
        for each in names
    )
    told = [row[2] for row in agencies(replace(estates[40], agencies=same), "vi").rows]
    assert told == ["Sở An", "Sở Ạn", "Sở Ấm", "Sở Dân", "Sở Đất"]


def test_no_name_is_a_formula(estates: dict[int, EstateReport]) -> None:
    ranked = estates[1].agencies[0]
    agency = replace(ranked.summary.agency, name=Text("=HYPERLINK(1)", "=HYPERLINK(1)"))
    report = replace(estates[1], agencies=(replace(ranked, summary=replace(ranked.summary, agency=agency)),))
    assert rows_of(report, "vi")[0]["Cơ quan"] == "'=HYPERLINK(1)"
    book = load_workbook(BytesIO(by_name("xlsx").render(report, "vi")))
    cell = book["Cơ quan"].cell(2, 3)
    assert (cell.value, cell.data_type) == ("=HYPERLINK(1)", "s")


@pytest.mark.parametrize("chosen", ESTATE_FORMATS, ids=IDS)
def test_equal_reports_give_equal_bytes(estates: dict[int, EstateReport], chosen: Format[EstateReport]) -> None:
    assert chosen.render(estate_sample.estate(1, 2), "vi") == chosen.render(estates[1], "vi")
