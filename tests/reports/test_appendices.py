"""What many assets share is told once; tables break between their rows; the matrix has every asset."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from reportlab.platypus import Flowable

from checks.compare import Change
from checks.model.finding import Gap
from checks.model.text import Language, Text
from reports.build import build
from reports.messages import causes, exceptions, exposure, labels, matrix
from reports.model import AgencyReport, Unit
from reports.pdf.document import Properties, write_document
from reports.pdf.fonts import load
from reports.pdf.typesetter import TEXT_WIDTH, Column, Typesetter
from tests.reports import pages, sample
from tests.reports.conftest import Sample, write_pdf

HEAD = Column(Text("Đầu", "Head"), TEXT_WIDTH / 2)


def appendix(path: Path, numeral: str, language: Language = "vi") -> str:
    """The text of one appendix."""
    found = pages.texts(path)
    starts = [i for i, page in enumerate(found) if page.split(" ")[0] in ("Phụ", "Appendix") and len(page) > 9]
    name = f"{labels.APPENDIX.in_(language).format(numeral=numeral)} "
    first = next(i for i in starts if found[i].startswith(name))
    return " ".join(found[first : next((i for i in starts if i > first), len(found))])


def set_table(heights: list[int], path: Path) -> list[str]:
    """The pages of a table whose rows have so many lines each."""
    fonts = load(None)
    typesetter = Typesetter("vi", fonts)

    def rows() -> Iterator[tuple[str, list[Flowable]]]:
        for number, lines in enumerate(heights):
            yield f"row{number}", [typesetter.para(f"line{line}", style="cell") for line in range(lines)]

    file = BytesIO()
    made = typesetter.table((HEAD, HEAD), rows())
    write_document(file, Properties("a", "b", "c", "d", "vi"), fonts, [made])
    path.write_bytes(file.getvalue())
    return pages.texts(path)


def test_a_row_that_does_not_fit_goes_to_the_next_page_and_its_head_is_never_twice_on_one(tmp_path: Path) -> None:
    found = set_table([20] * 6, tmp_path / "t.pdf")
    assert len(found) == 3
    assert [page.count("Đầu Đầu") for page in found] == [1, 1, 1]
    for number in range(6):
        assert sum(f"row{number} " in page for page in found) == 1
        page = next(each for each in found if f"row{number} " in each)
        assert page.count("line19") == page.count("row")


def test_a_row_that_needs_more_than_a_page_is_broken_and_loses_nothing(tmp_path: Path) -> None:
    found = set_table([5, 150, 5], tmp_path / "t.pdf")
    text = " ".join(found)
    assert all(f"line{line} " in f"{text} " for line in range(150)) and text.count("line149") == 1
    assert max(page.count("Đầu Đầu") for page in found) == 1


@pytest.mark.parametrize("language", sample.LANGUAGES)
def test_the_matrix_has_a_row_for_each_asset_and_a_cell_says_what_its_mark_shows(
    pdf: Sample, reports: dict[int, AgencyReport], language: Language
) -> None:
    path = pdf(12, language)
    text = appendix(path, "II", language)
    part = text[text.index(matrix.HEADING.in_(language)) : text.index(matrix.DETAILS.in_(language))]
    assert all(part.count(f"{each.asset.id} ") == 1 for each in reports[12].assets)
    fail, passed = (labels.VERDICT_NAMES[each].in_(language) for each in ("fail", "pass"))
    with pikepdf.open(path) as file:
        said = {str(each.Alt) for each in file.objects if isinstance(each, pikepdf.Dictionary) and "/Alt" in each}
    assert {f"1 {fail}", f"2 {passed}"} <= said


def test_each_asset_has_its_controls_by_verdict(pdf: Sample, reports: dict[int, AgencyReport]) -> None:
    text = appendix(pdf(12, "vi"), "II")
    first = reports[12].assets[0]
    own = text[text.index(first.asset.url) : text.index(reports[12].assets[1].asset.url)]
    for verdict, count in first.score.counts.items():
        if count:
            assert f"{labels.VERDICT_NAMES[verdict].vi}: {count}" in own
    assert all(finding.control in own for finding in first.findings)


def test_common_causes_are_told_once_with_what_they_fix(pdf: Sample) -> None:
    text = appendix(pdf(12, "en"), "III", "en")
    assert causes.HEADING.en in text
    assert "The server product" in text and "nginx/1.18.0" in text and "Common causes: The server product" in text


def test_equal_reasons_at_many_assets_are_one_row(tmp_path: Path) -> None:
    own = sample.assets(9)
    control = sample.POLICY.controls[0]
    silent = [
        replace(
            sample.finding(each, control, "not_assessable"),
            gaps=(
                Gap(f"tls:{each.address}:443::", "chain_unreadable", {"where": f"{each.address}:443", "error": "x"}),
            ),
        )
        for each in own
    ]
    report = build(
        run=sample.run_facts(),
        agency=sample.AGENCY,
        assets=own,
        policies={sample.POLICY.id: sample.POLICY},
        policy_of={each.id: sample.POLICY.id for each in own},
        findings=silent,
        evidence={},
        letter=sample.LETTER,
    )
    path = tmp_path / "gaps.pdf"
    write_pdf(report, "vi", path)
    text = appendix(path, "IV")
    part = text[text.index(labels.GAPS_HEADING.vi) : text.index(labels.WAIVERS_HEADING.vi)]
    assert part.count(control.id) == 1 and "9: cong-01, cong-02" in part and "cong-09" in part
    assert "127.0.1" not in part


def test_assets_that_came_and_controls_that_changed_are_one_row_each(tmp_path: Path) -> None:
    made = sample.report(1)
    came = [
        Change("scope_changed", f"moi-{asset}", f"C-{control}", "asset_added", None, "pass")
        for asset in range(40)
        for control in range(30)
    ]
    rule = [Change("rule_changed", f"cu-{asset}", "HDR-CSP", "rule", "pass", "fail") for asset in range(40)]
    path = tmp_path / "changes.pdf"
    write_pdf(replace(made, changes=(*came, *rule)), "vi", path)
    text = appendix(path, "V")
    assert text.count(exceptions.CHANGE_REASONS["asset_added"].vi) == 1
    assert text.count("HDR-CSP") == 1 and "40: moi-0, moi-1" in text and "40: cu-0, cu-1" in text
    assert exceptions.EVERY_CONTROL.vi in text


@pytest.mark.parametrize("language", sample.LANGUAGES)
def test_certificates_and_ports_are_listed(pdf: Sample, language: Language) -> None:
    text = appendix(pdf(12, language), "VI", language)
    for part in ("cong-01.so-mau.example", "Sample Authority: ", "3306", "mysql MariaDB", "127.0.1.1"):
        assert part in text, part
    assert exposure.EXPIRED.in_(language) in text
    assert text.index(exposure.CERTIFICATES_HEADING.in_(language)) < text.index(exposure.PORTS_HEADING.in_(language))


def test_what_was_issued_after_the_run_before_is_new_and_so_is_a_port_that_the_rule_found(tmp_path: Path) -> None:
    path = tmp_path / "new.pdf"
    report = sample.judged_report(1)
    write_pdf(report, "vi", path)
    text = appendix(path, "VI")
    assert exposure.NEWLY_OPEN.vi in text and exposure.NEWLY_ISSUED.vi not in text
    earlier = sample.earlier(())[:1]  # half a year ago; certificates are of two months ago
    write_pdf(replace(report, history=earlier), "vi", path)
    assert exposure.NEWLY_ISSUED.vi in appendix(path, "VI")


def test_ages_and_the_median_time_to_fix(tmp_path: Path) -> None:
    path = tmp_path / "ages.pdf"
    write_pdf(replace(sample.report(12), fixed_after=(2, 9, 40)), "vi", path)
    text = appendix(path, "V")
    assert "Đến 7 ngày" in text and "8–30 ngày" in text and "31–90 ngày" in text and "Trên 90 ngày" in text
    assert "3 lỗi; trung vị 9 ngày" in text


def test_whom_to_ask_stands_in_the_letter_where_it_is_configured(tmp_path: Path) -> None:
    path = tmp_path / "contact.pdf"
    letter = replace(sample.LETTER, contact=Text("Phòng Mẫu, mau@tinh-mau.example", "Sample desk"))
    write_pdf(sample.report(1, letter), "vi", path)
    assert "liên hệ Phòng Mẫu, mau@tinh-mau.example" in " ".join(pages.texts(path))


def test_the_agencies_below_are_told_by_their_figures_in_the_order_of_their_names(tmp_path: Path) -> None:
    path = tmp_path / "units.pdf"
    made = sample.report(1)
    units = (
        Unit("b", Text("Xã Đông Mẫu", "East Sample Commune"), made.score, replace(made.score, score=9000)),
        Unit("a", Text("Xã Bắc Mẫu", "North Sample Commune"), made.score),
    )
    report = build(
        run=sample.run_facts(),
        agency=sample.AGENCY,
        assets=(),
        policies={sample.POLICY.id: sample.POLICY},
        policy_of={},
        findings=(),
        evidence={},
        units=units,
        letter=sample.LETTER,
    )
    write_pdf(report, "vi", path)
    text = appendix(path, "II")
    assert matrix.UNITS.vi in text
    assert text.index("Xã Bắc Mẫu 41,1 % –") < text.index("Xã Đông Mẫu 41,1 % −48,9")
    write_pdf(replace(report, units=()), "vi", path)
    assert matrix.UNITS.vi not in appendix(path, "II")


def test_the_table_of_versions_begins_where_there_is_room(tmp_path: Path) -> None:
    report = sample.report(1)
    rules = {f"tls.rule_{number:02}": 1 for number in range(60)}
    path = tmp_path / "versions.pdf"
    write_pdf(replace(report, run=replace(report.run, rule_versions=rules)), "vi", path)
    (page,) = [each for each in pages.texts(path) if labels.METHOD_6.vi in each]
    assert labels.METHOD_5.vi in page and "tls.rule_00" in page and "tls.rule_59" not in page
