"""Rules that are announced: told with their day, counted nowhere, demanded of nobody."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from checks.model.text import Language
from reports.formats.json import report_bytes
from reports.grouping import announced, problems
from tests.reports import sample
from tests.reports.test_content import OWN, report_of, text_of

DAY = date(2027, 3, 1)
CONTROL, OTHER = sample.POLICY.controls[0], sample.POLICY.controls[1]
FAILS = replace(sample.finding(OWN[0], CONTROL, "fail"), announced=DAY)
PASSES = replace(sample.finding(OWN[0], OTHER, "pass"), announced=DAY)


def test_what_is_announced_is_no_problem_and_no_figure() -> None:
    report = report_of(FAILS, PASSES)
    assert problems(report) == ()
    assert report.score.announced == 2
    assert (report.score.score, report.score.coverage, sum(report.score.counts.values())) == (None, None, 0)
    assert [(control.id, day, assets) for control, day, assets in announced(report)] == [
        (CONTROL.id, DAY, (OWN[0].id,)),
        (OTHER.id, DAY, ()),
    ]
    assert announced(report_of(replace(FAILS, announced=None))) == ()


@pytest.mark.parametrize(
    ("language", "fails", "met"),
    [
        ("vi", "Áp dụng từ 01/03/2027; hiện chưa đạt: " + OWN[0].id, "hiện không tài sản nào không đạt"),
        ("en", "FROM 1 March 2027; it would fail now at: " + OWN[0].id, "nothing fails it now"),
    ],
)
def test_the_report_says_from_which_day(tmp_path: Path, language: Language, fails: str, met: str) -> None:
    text = " ".join(text_of(report_of(FAILS, PASSES), tmp_path, language).split())
    assert fails in text
    assert met in text
    assert CONTROL.id in text
    before = " ".join(text_of(report_of(replace(FAILS, announced=None)), tmp_path, language).split())
    assert fails.split(";")[0] not in before


def test_json_has_the_day() -> None:
    document = json.loads(report_bytes(report_of(FAILS)))
    (found,) = document["assets"][0]["findings"]
    assert (found["announced"], found["verdict"]) == ("2027-03-01", "fail")
    assert document["score"]["counts"]["fail"] == 0
