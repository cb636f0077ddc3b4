"""Score and coverage: the printed formula, worked by hand, and its bounds."""

from collections import Counter
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.model.finding import VERDICTS, Finding, WaiverNote
from checks.model.policy import SEVERITIES
from checks.score import WEIGHTS, counted, score, score_of, together
from tests.factories import TODAY, finding

NOTE = WaiverNote("MT-01", TODAY, "nguoi-phe-duyet", "lý do")


def several(verdicts: str) -> list[Finding]:
    """Findings written as "pass:critical fail:low:waived"."""
    found = []
    for each in verdicts.split():
        verdict, severity, *waived = each.split(":")
        found.append(finding(verdict, severity=severity, waiver=NOTE if waived else None))
    return found


@pytest.mark.parametrize(
    ("verdicts", "plain", "with_waivers", "coverage"),
    [
        ("", None, None, None),
        ("pass:low", 10_000, 10_000, 10_000),
        ("fail:low", 0, 0, 10_000),
        ("fail:low:waived", 0, None, 10_000),
        ("not_assessable:high", None, None, 0),
        ("not_applicable:critical", None, None, None),
        ("pass:high not_applicable:critical", 10_000, 10_000, 10_000),
        # 5 of 15, and 15 of 18
        ("pass:high fail:critical not_assessable:medium", 3333, 3333, 8333),
        # 5 + 1 of 16, without the waived 10: 6 of 6
        ("pass:high pass:low fail:critical:waived", 3750, 10_000, 10_000),
        # 5 of 18, without the waived 3: 5 of 15
        ("pass:high fail:medium:waived fail:critical", 2777, 3333, 10_000),
        # a waiver is of a fail; info weighs nothing
        ("pass:info fail:info", None, None, None),
        ("pass:low fail:info", 10_000, 10_000, 10_000),
        # rounded down: 2 of 3 is 66.66 %
        ("pass:low pass:low fail:low", 6666, 6666, 10_000),
    ],
)
def test_the_formula(verdicts: str, plain: Any, with_waivers: Any, coverage: Any) -> None:
    figures = score(several(verdicts))
    assert (figures.score, figures.score_with_waivers, figures.coverage) == (plain, with_waivers, coverage)


def test_what_is_counted() -> None:
    figures = score(several("fail:low:waived fail:low fail:high pass:critical not_assessable:low not_applicable:low"))
    assert figures.counts == {"pass": 1, "fail": 3, "not_applicable": 1, "not_assessable": 1}
    assert figures.failed_by_severity == {"critical": 0, "high": 1, "medium": 0, "low": 2, "info": 0}


def test_findings_of_one_kind_are_counted_together() -> None:
    findings = several("fail:low:waived fail:low:waived fail:low pass:high not_assessable:medium")
    later = [replace(each, announced=TODAY) for each in findings]
    tally = Counter(map(counted, [*findings, *later]))
    assert len(tally) == 8
    assert score_of(tally) == score([*findings, *later])
    assert score_of(tally) == replace(score(findings), announced=5)


def test_weights_are_those_that_reports_print() -> None:
    assert WEIGHTS == {"critical": 10, "high": 5, "medium": 3, "low": 1, "info": 0}


@given(st.lists(st.tuples(st.sampled_from(VERDICTS), st.sampled_from(SEVERITIES), st.booleans())), st.randoms())
def test_figures_keep_their_bounds_and_need_no_order(drawn: list[Any], random: Any) -> None:
    findings = [
        finding(verdict, severity=severity, waiver=NOTE if waived and verdict == "fail" else None)
        for verdict, severity, waived in drawn
    ]
    figures = score(findings)
    for each in (figures.score, figures.score_with_waivers, figures.coverage):
        assert each is None or 0 <= each <= 10_000
    if figures.score is not None and figures.score_with_waivers is not None:
        assert figures.score_with_waivers >= figures.score
    assert sum(figures.counts.values()) == len(findings)
    assert sum(figures.failed_by_severity.values()) == figures.counts["fail"]
    random.shuffle(findings)
    assert score(findings) == figures


@given(st.lists(st.tuples(st.sampled_from(VERDICTS), st.sampled_from(SEVERITIES))))
def test_one_more_gap_never_raises_the_coverage_and_leaves_the_score(drawn: list[Any]) -> None:
    findings = [finding(verdict, severity=severity) for verdict, severity in drawn]
    before, after = score(findings), score([*findings, finding("not_assessable", severity="critical")])
    assert after.score == before.score
    assert after.coverage is not None
    assert before.coverage is None or after.coverage <= before.coverage


@given(st.lists(st.lists(st.tuples(st.sampled_from(VERDICTS), st.sampled_from(SEVERITIES), st.booleans()))))
def test_the_figures_of_parts_together_are_those_of_the_whole(drawn: list[list[Any]]) -> None:
    parts = [
        [finding(verdict, severity=severity, waiver=NOTE if waived else None) for verdict, severity, waived in part]
        for part in drawn
    ]
    assert together(map(score, parts)) == score(each for part in parts for each in part)


@given(st.lists(st.tuples(st.sampled_from(VERDICTS), st.sampled_from(SEVERITIES)), min_size=1))
def test_what_is_confirmed_never_rises_because_something_could_not_be_assessed(drawn: list[Any]) -> None:
    before = score(finding(verdict, severity=severity) for verdict, severity in drawn)
    after = score(
        [finding("not_assessable", severity=drawn[0][1]), *(finding(each, severity=of) for each, of in drawn[1:])]
    )
    if before.confirmed is not None and drawn[0][0] != "not_applicable":
        assert after.confirmed is not None
        assert after.confirmed <= before.confirmed
    if before.score is not None and before.confirmed is not None:
        assert before.confirmed <= before.score
