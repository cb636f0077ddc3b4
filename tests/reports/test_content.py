"""What the appendices say: each failed control once with everything an engineer needs, gaps, waivers, hostile text."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pypdf import PdfReader

from checks.breaker import Hold
from checks.model.evidence import Evidence
from checks.model.finding import Finding, Instance, WaiverNote
from checks.model.text import Language, Text
from reports.build import build
from reports.grouping import problems
from reports.messages import exceptions, labels, letter
from reports.model import AgencyReport, Letter
from tests.reports import pages, sample
from tests.reports.conftest import Sample, write_pdf

OWN = sample.assets(1)
EVIDENCE = {each.sighting.target.key: each for each in sample.evidence_for(OWN[0])}


def report_of(
    *findings: Finding, evidence: Mapping[str, Evidence] = EVIDENCE, letter: Letter = sample.LETTER
) -> AgencyReport:
    return build(
        run=sample.run_facts(),
        agency=sample.AGENCY,
        assets=OWN,
        policies={sample.POLICY.id: sample.POLICY},
        policy_of={OWN[0].id: sample.POLICY.id},
        findings=findings,
        evidence=evidence,
        letter=letter,
    )


def text_of(report: AgencyReport, folder: Path, language: Language = "vi") -> str:
    path = folder / "report.pdf"
    write_pdf(report, language, path)
    return " ".join(pages.texts(path))


@pytest.mark.parametrize("language", sample.LANGUAGES)
def test_each_failed_control_has_one_entry_with_its_fix(
    pdf: Sample, reports: dict[int, AgencyReport], language: Language
) -> None:
    text = "".join(" ".join(pages.texts(pdf(12, language))).split())
    found = problems(reports[12])
    assert len(found) > 5
    for index, problem in enumerate(found, start=1):
        assert text.count(f"{index}.{problem.control.id}:") == 1
    assert text.count("".join(labels.FIX.in_(language).split())) >= len(found)
    assert text.count("ssl_protocolsTLSv1.2TLSv1.3;") <= len(found)


def test_an_entry_tells_evidence_time_place_dates_basis_and_command(pdf: Sample) -> None:
    text = " ".join(pages.texts(pdf(1, "vi")))
    for part in (
        "127.0.1.1:443 vẫn chấp nhận giao thức TLS 1.0.",
        "protocols.tls1_0 = true",
        "02:12 ngày 23/11/2026",
        "20/11/2026",
        "27/11/2026",
        "TCVN 14423:2026, mục 3.12.2.4 – Tiêu chuẩn, quy chuẩn kỹ thuật; theo bản tóm tắt",
        "không phải quy định của pháp luật Việt Nam",
        "openssl s_client -connect 127.0.1.1:443",
        "Apache HTTP Server (máy chủ nhận diện được: cong-01)",
    ):
        assert part in text, part
    assert "Microsoft IIS" not in text and "ssl_protocols" not in text


def test_where_no_server_tells_itself_all_three_fixes_are_there(tmp_path: Path) -> None:
    failed = sample.finding(OWN[0], sample.POLICY.controls[0], "fail")
    text = text_of(report_of(failed, evidence={}), tmp_path)
    assert "ssl_protocols" in text and "SSLProtocol" in text and "New-Item" in text
    assert "nhận diện" not in text


def test_what_could_not_be_assessed_is_one_row_a_place_with_all_its_controls(pdf: Sample) -> None:
    text = " ".join(pages.texts(pdf(12, "vi")))
    part = text[text.index(labels.GAPS_HEADING.vi) : text.index(labels.WAIVERS_HEADING.vi)]
    assert part.count("Máy chủ không trả lời trong thời gian cho phép.") == 1
    assert all(control.id in part for control in sample.POLICY.controls)


def test_a_part_that_could_not_be_assessed_shows_even_where_the_finding_fails(tmp_path: Path) -> None:
    gap = sample.finding(OWN[0], sample.POLICY.controls[0], "not_assessable").gaps
    failed = replace(sample.finding(OWN[0], sample.POLICY.controls[0], "fail"), gaps=gap)
    text = text_of(report_of(failed), tmp_path)
    assert "Máy chủ không trả lời trong thời gian cho phép." in text


def test_waivers_exclusions_and_switched_off_controls_are_listed(pdf: Sample) -> None:
    text = " ".join(pages.texts(pdf(12, "vi")))
    part = text[text.index(labels.WAIVERS_HEADING.vi) :]
    for each in ("Nguyễn Thị Mẫu", "31/03/2027", "cong-cu", labels.EXCLUSION_REASONS["retired"].vi, "HDR-COEP"):
        assert each in part
    assert labels.WAIVED.vi in text


@pytest.mark.parametrize("language", sample.LANGUAGES)
def test_where_nothing_could_be_assessed_there_is_no_score_and_no_praise(tmp_path: Path, language: Language) -> None:
    unknown = [sample.finding(OWN[0], control, "not_assessable") for control in sample.POLICY.controls]
    report = report_of(*unknown)
    assert report.score.score is None and report.score.coverage == 0
    text = text_of(report, tmp_path, language)
    assert labels.NOTHING_JUDGED.in_(language) in text
    assert letter.REQUEST_KEEP.in_(language) not in text
    assert "100,0 %" not in text.replace("(100,0 %)", "") and "100.0 %" not in text.replace("(100.0 %)", "")


def test_where_nothing_fails_the_agency_is_asked_to_keep_it_so(tmp_path: Path) -> None:
    text = text_of(report_of(*(sample.finding(OWN[0], each, "pass") for each in sample.POLICY.controls)), tmp_path)
    assert "Duy trì cấu hình hiện tại" in text and labels.NO_FAILURES.vi in text
    assert "100,0 %" in text


@pytest.mark.parametrize("hostile", sample.HOSTILE, ids=lambda value: repr(value[:12]))
def test_hostile_text_from_everywhere_is_text(tmp_path: Path, hostile: str) -> None:
    failed = sample.finding(OWN[0], sample.POLICY.controls[0], "fail")
    params = {"where": hostile, "protocol": hostile}
    instance = Instance(hostile, "forbidden_protocol", params, hostile, hostile)
    report = report_of(replace(failed, instances=(instance,), reproduce=(hostile,)))
    name = Text(hostile, hostile)
    report = replace(report, agency=replace(report.agency, name=name), run=replace(report.run, vantage=hostile))
    path = tmp_path / "hostile.pdf"
    write_pdf(report, "vi", path)
    assert all(embedded == "yes" for _, embedded, _ in pages.fonts(path))
    assert not any(page.images for page in PdfReader(path).pages)
    for page in pages.words(path):
        assert max(word.right for word in page) <= pages.A4_WIDTH - 15 * pages.MM + 0.5


def test_markup_comes_out_letter_for_letter(tmp_path: Path) -> None:
    failed = sample.finding(OWN[0], sample.POLICY.controls[0], "fail")
    for hostile in sample.HOSTILE[:3]:
        instance = replace(failed.instances[0], params={"where": "a", "protocol": hostile})
        path = tmp_path / "markup.pdf"
        write_pdf(report_of(replace(failed, instances=(instance,))), "vi", path)
        assert "".join(hostile.split()) in pages.whole(path)


def test_a_thousand_instances_are_cut_with_a_count(tmp_path: Path) -> None:
    failed = sample.finding(OWN[0], sample.POLICY.controls[0], "fail")
    many = tuple(replace(failed.instances[0], key=f"k{number:04}") for number in range(1000))
    text = text_of(report_of(replace(failed, instances=many)), tmp_path)
    assert "… và 988 mục khác" in text


def test_a_cell_taller_than_a_page_does_not_stop_the_report(tmp_path: Path) -> None:
    controls = tuple(
        replace(sample.POLICY.controls[0], id=f"A-{number}", title=Text("x " * 3000, "x " * 3000))
        for number in range(3)
    )
    policy = replace(sample.POLICY, controls=controls)
    found = [
        replace(
            sample.finding(OWN[0], each, "not_assessable"), reason="rule_failed", params={"error": "e " * 5000}, gaps=()
        )
        for each in controls
    ]
    report = build(sample.run_facts(), sample.AGENCY, OWN, {policy.id: policy}, {OWN[0].id: policy.id}, found, {})
    assert "A-2" in text_of(report, tmp_path)


def test_the_first_line_of_the_recipients_is_there_once(tmp_path: Path) -> None:
    own = (Text("- Như trên;", "- As above;"), Text("Sở Khác.", "Other."))
    text = text_of(report_of(letter=replace(sample.LETTER, recipients=own)), tmp_path)
    assert text.count("Như trên") == 1 and "- Sở Khác;" in text


def test_a_letter_that_is_not_configured_is_still_a_letter(tmp_path: Path) -> None:
    text = text_of(report_of(letter=Letter()), tmp_path)
    assert "ĐƠN VỊ RÀ QUÉT" in text and "/BC-XXX" in text and "THỦ TRƯỞNG ĐƠN VỊ" in text


@pytest.mark.parametrize("language", sample.LANGUAGES)
def test_the_real_rules_and_the_default_policy_make_a_report(tmp_path: Path, language: Language) -> None:
    report = sample.judged_report(2)
    text = text_of(report, tmp_path, language)
    assert report.policy.title.in_(language) in text
    failed = {each.finding.control for problem in problems(report) for each in problem.failures}
    assert len(failed) > 5
    for asset in report.assets:
        assert len(asset.findings) == len(report.policy.controls)


def test_waivers_are_told_in_force_void_and_expired_with_their_reasons(pdf: Sample) -> None:
    text = " ".join(pages.texts(pdf(1, "en")))
    part = text[text.index(labels.WAIVERS_HEADING.en) : text.index(labels.EXCLUSIONS_HEADING.en)]
    for each in ("MT-01", "MT-02", "MT-03", "In force", "Void", "Expired", "Chỉ mở cho mạng nội bộ."):
        assert each in part
    assert "it was granted on." in part
    assert exceptions.UNBOUND.en in part
    assert "BS-01" not in part


def test_false_positives_and_disputes_are_listed_apart(pdf: Sample) -> None:
    text = " ".join(pages.texts(pdf(1, "en")))
    part = text[text.index(exceptions.DISPUTES_HEADING.en) :]
    for each in ("BS-01", "kn-1", "kn-2", "Open", "Rejected", "Vẫn bật tại một địa chỉ.", "Đã bắt tay được TLS 1.0."):
        assert each in part


def test_a_confirmed_false_positive_is_named_so_and_stays_a_fail(tmp_path: Path) -> None:
    failed = sample.finding(OWN[0], sample.POLICY.controls[0], "fail")
    wrong = replace(failed, waiver=WaiverNote("BS-1", date(2027, 1, 1), "b", "c", kind="false_positive"))
    report = report_of(wrong)
    assert (report.score.score, report.score.score_with_waivers) == (0, None)
    text = text_of(report, tmp_path, "en")
    assert labels.FALSE_POSITIVE.en in text
    assert "Confirmed false positive BS-1" in text


def test_what_changed_is_told_with_its_reason(pdf: Sample) -> None:
    text = " ".join(pages.texts(pdf(1, "en")))
    part = text[text.index(exceptions.DISPUTES_HEADING.en) :]
    for each in ("Scope changed", exceptions.CHANGE_REASONS["control_added"].en, "Fixed"):
        assert each in part


def test_the_report_of_a_held_run_says_so(tmp_path: Path) -> None:
    report = report_of(sample.finding(OWN[0], sample.POLICY.controls[0], "not_assessable"))
    held = replace(report, run=replace(report.run, held=Hold("coverage_fell", 1200, 9000)))
    text = " ".join(text_of(held, tmp_path, "en").split())
    assert "This run was held" in text and "12.0 %" in text and "90.0 %" in text
    assert "This run was held" not in text_of(report, tmp_path, "en")
