"""CSV and XLSX hold every finding as text, run nothing, and agree with the report's figures."""

import csv
import time
from dataclasses import replace
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook

from checks.model.finding import VERDICTS
from checks.model.text import Language
from reports.formats.csv import Csv
from reports.formats.xlsx import Xlsx
from reports.messages import labels
from reports.messages import tables as words
from reports.messages.figures import percent
from reports.model import AgencyReport
from tests.reports import sample

FORMULAS = ("=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1")


def read_csv(report: AgencyReport, language: Language) -> list[dict[str, str]]:
    data = Csv().render(report, language)
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def hostile(report: AgencyReport, key: str) -> AgencyReport:
    asset = report.assets[0]
    found = next(each for each in asset.findings if each.verdict == "fail")
    one = replace(found, instances=(replace(found.instances[0], key=key),))
    return replace(report, assets=(replace(asset, findings=(one,)),))


@pytest.mark.parametrize("language", sample.LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, 12])
def test_totals_are_those_of_the_report(reports: dict[int, AgencyReport], count: int, language: Language) -> None:
    report = reports[count]
    rows = read_csv(report, language)
    verdicts = {row[words.FINDING.in_(language)]: row[words.VERDICT.in_(language)] for row in rows}
    book = load_workbook(BytesIO(Xlsx().render(report, language)))
    summary = {row[0]: row[1] for row in book.worksheets[0].iter_rows(min_row=2, values_only=True)}
    for verdict in VERDICTS:
        name = labels.VERDICT_NAMES[verdict].in_(language)
        assert list(verdicts.values()).count(name) == summary[name] == report.score.counts[verdict]
    assert summary[labels.SCORE.in_(language)] == percent(report.score.score, language)
    assert summary[labels.COVERAGE.in_(language)] == percent(report.score.coverage, language)
    assert summary[labels.ASSETS_COUNT.in_(language)] == count == book.worksheets[2].max_row - 1
    assert summary[words.INSTANCES.in_(language)] == sum(bool(row[words.INSTANCE.in_(language)]) for row in rows)
    assert book.worksheets[1].max_row - 1 == len(rows)
    assert all(sheet.freeze_panes == "A2" and sheet.auto_filter.ref for sheet in book)


@pytest.mark.parametrize("formula", FORMULAS)
def test_no_text_becomes_a_formula(reports: dict[int, AgencyReport], formula: str) -> None:
    report = hostile(reports[1], formula)
    assert read_csv(report, "en")[0][words.INSTANCE.en] == f"'{formula}"
    book = load_workbook(BytesIO(Xlsx().render(report, "en")))
    assert {cell.data_type for sheet in book for row in sheet.iter_rows() for cell in row} <= {"s", "inlineStr", "n"}


@pytest.mark.parametrize("text", [*sample.HOSTILE, "y" * 40_000, "#N/A", "lone \ud800", 'a "quoted",\r\nline'])
def test_hostile_text_can_be_written_and_read(reports: dict[int, AgencyReport], text: str) -> None:
    report = hostile(reports[1], text)
    assert len(read_csv(report, "vi")) == 1
    book = load_workbook(BytesIO(Xlsx().render(report, "vi")))
    assert str(book.worksheets[1].cell(2, 9).value)[:2] == text[:2]


def test_equal_reports_give_equal_bytes_at_another_time(monkeypatch: pytest.MonkeyPatch) -> None:
    first = Xlsx().render(sample.report(12), "vi")
    later = time.time() + 86_400
    monkeypatch.setattr(time, "time", lambda: later)
    assert Xlsx().render(sample.report(12), "vi") == first
