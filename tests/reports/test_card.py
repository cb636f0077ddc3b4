"""The report card: one page whatever there is to tell, and the same figures as the rest of the report."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from checks.model.finding import Instance
from checks.model.text import Language, Text
from reports.certificates import seen_certificates
from reports.messages import card, labels
from reports.messages.figures import day
from reports.model import AgencyReport, Snapshot
from tests.reports import pages, sample
from tests.reports.conftest import Sample, write_pdf

LONG = "Tên rất dài của một biện pháp kiểm soát mà không ai viết ngắn lại được "


def card_of(path: Path, language: Language = "vi") -> str:
    """The text of the only page of Appendix I."""
    found = pages.texts(path)
    heads = [labels.APPENDIX.in_(language).format(numeral=each) for each in ("I", "II")]
    first, second = (next(i for i, page in enumerate(found) if page.startswith(f"{head} ")) for head in heads)
    assert second == first + 1, "the card has one page"
    return found[first]


@pytest.mark.parametrize("language", sample.LANGUAGES)
@pytest.mark.parametrize("count", [0, 1, 12])
def test_the_card_is_one_page(pdf: Sample, count: int, language: Language) -> None:
    card_of(pdf(count, language), language)


def crowded() -> AgencyReport:
    """Everything at its longest: titles, fixes, names of certificates, new ports, overdue findings, a year of runs."""
    control = sample.POLICY.controls[0]
    remedy = replace(control.remediation, vi=LONG * 20, en=LONG * 20)
    controls = tuple(
        replace(each, title=Text(LONG * 5, LONG * 5), remediation=remedy, check="ports.newly_open")
        for each in sample.POLICY.controls
    )
    policy = replace(sample.POLICY, controls=controls)
    made = sample.report(12)
    opened = tuple(
        Instance(f"x/{port}", "newly_open", {"where": "2001:db8:ffff:ffff:ffff:ffff:ffff:ffff", "port": 40000 + port})
        for port in range(9)
    )
    assets = tuple(
        replace(
            each,
            policy=policy,
            findings=tuple(
                replace(
                    sample.finding(each.asset, one, "fail"),
                    instances=tuple(replace(port, due=sample.TODAY - timedelta(days=400)) for port in opened),
                )
                for one in controls
            ),
        )
        for each in made.assets
    )
    history = tuple(replace(made.history[0], run=f"r{i}") for i in range(12))
    letter = replace(sample.LETTER, issuer=Text(LONG * 4, LONG * 4))
    return replace(made, assets=assets, policy=policy, history=history, letter=letter)


@pytest.mark.parametrize("language", sample.LANGUAGES)
def test_a_crowded_card_is_one_page_too(tmp_path: Path, language: Language) -> None:
    path = tmp_path / "crowded.pdf"
    write_pdf(crowded(), language, path)
    text = card_of(path, language)
    assert card.OPENED_HEADING.in_(language) in text and "40002" in text and "40003" not in text


def test_it_tells_how_the_figures_have_moved(pdf: Sample) -> None:
    text = card_of(pdf(12, "vi"))
    for part in ("63,6 %", "Lần trước: 0,0 %", "+63,6 điểm phần trăm", "Lần trước: 100,0 %", "−9,8 điểm phần trăm"):
        assert part in text, part
    assert card.TREND_HEADING.vi in text and "21/05/2026" in text


def test_a_first_run_has_no_trend_and_nothing_to_compare_with(tmp_path: Path) -> None:
    path = tmp_path / "first.pdf"
    write_pdf(replace(sample.report(1), history=(), changes=()), "vi", path)
    text = card_of(path)
    assert card.TREND_HEADING.vi not in text and labels.FIRST_RUN.vi in text and "Lần trước" not in text


def test_what_was_not_judged_last_time_is_not_compared(tmp_path: Path) -> None:
    made = sample.report(1)
    blank = replace(made.history[-1].score, score=None, coverage=None)
    path = tmp_path / "blank.pdf"
    write_pdf(replace(made, history=(Snapshot("r", sample.STARTED, blank),)), "vi", path)
    text = card_of(path)
    assert "Lần trước" not in text and "điểm phần trăm" not in text


def test_certificates_that_run_out_are_counted_and_named(pdf: Sample, reports: dict[int, AgencyReport]) -> None:
    report, text = reports[12], card_of(pdf(12, "vi"))
    seen = seen_certificates([each.asset for each in report.assets], report.evidence)
    expired = [each for each in seen if each.expired(sample.TODAY)]
    week, month = ([each for each in seen if each.expires_within(days, sample.TODAY)] for days in (7, 30))
    assert expired and week and len(month) > len(week)
    assert f"Đã hết hạn: {len(expired)}" in text
    assert f"Trong 7 ngày tới: {len(week)}" in text and f"Trong 30 ngày tới: {len(month)}" in text
    assert day(expired[0].ends, "vi") in text


def test_the_real_rules_find_what_has_been_opened(tmp_path: Path) -> None:
    path = tmp_path / "judged.pdf"
    write_pdf(sample.judged_report(12), "vi", path)
    text = card_of(path)
    assert "127.0.1.1, cổng 3306 (1 tài sản)" in text and "… và 8 mục khác" in text
