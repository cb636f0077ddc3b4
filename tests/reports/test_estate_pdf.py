"""The PDF on the estate: its form, its rules, what each appendix says, and that nothing hostile leaves its place."""

import subprocess
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pikepdf
import pytest
from pypdf import PdfReader

from checks.breaker import Hold
from checks.model.text import Language, Text
from reports.causes import CauseKind
from reports.estate.formats.pdf import EstatePdf, typeset
from reports.estate.model import EstateReport
from reports.estate.sections.ranking import COLUMNS
from reports.estate.sections.registry import SECTIONS
from reports.formats.files import write
from reports.messages import estate as words
from reports.messages import estate_letter, exceptions, exposure, labels
from reports.messages import letter as common
from reports.messages.figures import number, percent
from reports.sections.section import numerals
from tests.reports import estate_sample, pages, sample
from tests.reports.conftest import Sample
from tests.reports.pdfa_rules import faults
from tests.reports.test_fonts import PLEX

COUNTS = (0, 1, 4, 40)
EVERY = [(count, language) for count in COUNTS for language in sample.LANGUAGES]


def text_of(report: EstateReport, folder: Path, language: Language = "vi") -> str:
    path = folder / "estate.pdf"
    path.write_bytes(typeset(report, language))
    return " ".join(pages.texts(path))


def appendix(path: Path, name: str, language: Language) -> str:
    """The text of one appendix."""
    numeral, title = numerals(SECTIONS)[name], next(each.title for each in SECTIONS if each.name == name)
    found = pages.texts(path)
    heads = [f"{labels.APPENDIX.in_(language).format(numeral=each)} " for each in numerals(SECTIONS).values()]
    start = next(
        index
        for index, page in enumerate(found)
        if page.startswith(heads[list(numerals(SECTIONS)).index(name)]) and title.in_(language).upper() in page
    )
    end = next((index for index in range(start + 1, len(found)) if found[index].startswith(tuple(heads))), len(found))
    assert numeral
    return " ".join(found[start:end])


@pytest.mark.parametrize(("count", "language"), EVERY)
def test_every_sample_keeps_the_rules_and_its_place(estate_pdf: Sample, count: int, language: Language) -> None:
    path = estate_pdf(count, language)
    assert faults(path) == []
    assert pages.misplaced(path) == []
    assert all(embedded == unicode_ == "yes" for _, embedded, unicode_ in pages.fonts(path))
    for command in (["qpdf", "--check"], ["pdfinfo", "-struct"]):
        run = subprocess.run([*command, str(path)], capture_output=True, text=True, timeout=120)
        assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.parametrize(("count", "language"), EVERY)
def test_letter_and_appendices_stand_in_their_order_each_numbered_on_its_own(
    estate_pdf: Sample, count: int, language: Language
) -> None:
    other: Language = "en" if language == "vi" else "vi"
    expected, seen = 0, []
    heads = [labels.APPENDIX.in_(language).format(numeral=each) for each in numerals(SECTIONS).values()]
    for page in pages.words(estate_pdf(count, language)):
        start = " ".join(word.text for word in page[: len(heads[0].split())])
        expected = 1 if start in heads else expected + 1
        seen += [start] if start in heads else []
        above = [word.text for word in page if word.bottom < 20 * pages.MM]
        assert above == ([str(expected)] if expected > 1 else [])
    assert seen == heads
    text = " ".join(pages.texts(estate_pdf(count, language)))
    for section in SECTIONS:
        assert section.title.in_(language).upper() in text
        assert section.title.in_(other).upper() not in text


@pytest.mark.parametrize(("count", "language"), EVERY)
def test_the_report_card_is_one_page_and_the_signature_not_alone(
    estate_pdf: Sample, count: int, language: Language
) -> None:
    found = pages.texts(estate_pdf(count, language))
    starts = [
        next(i for i, page in enumerate(found) if page.startswith(labels.APPENDIX.in_(language).format(numeral=each)))
        for each in ("I", "II")
    ]
    assert starts[1] - starts[0] == 1
    signed = next(page for page in found if common.RECIPIENTS.in_(language) in page)
    assert estate_letter.CLOSING.in_(language)[:20] in signed


def test_the_letter_goes_to_the_body_above_and_tells_the_figures(
    estate_pdf: Sample, estates: dict[int, EstateReport]
) -> None:
    report = estates[40]
    text = " ".join(pages.texts(estate_pdf(40, "vi"))[:3])
    parts = [
        common.NATION.vi,
        "TRUNG TÂM GIÁM SÁT MẪU",
        "BÁO CÁO",
        "trên địa bàn tỉnh",
        "Kính gửi: Ủy ban nhân dân tỉnh Mẫu",
        "Căn cứ Luật số 116/2025/QH15;",
        common.PART_SCOPE.vi,
        f"80 tài sản của {number(len(report.agencies), 'vi')} cơ quan",
        common.PART_RESULTS.vi,
        percent(report.score.score, "vi"),
        common.PART_REQUESTS.vi,
        "Nơi nhận:",
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert f"Có {number(report.score.counts['fail'], 'vi')} kết luận không đạt" in text
    assert f"Có {number(len(report.causes), 'vi')} nguyên nhân chung" in text


def test_figures_of_letter_and_card_are_the_same(estate_pdf: Sample, estates: dict[int, EstateReport]) -> None:
    report = estates[40]
    text = pages.texts(estate_pdf(40, "vi"))
    card = appendix(estate_pdf(40, "vi"), "summary", "vi")
    for share in (report.score.score, report.score.coverage):
        assert percent(share, "vi") in " ".join(text[:2]) and percent(share, "vi") in card
    for severity, count in report.score.failed_by_severity.items():
        assert f"{labels.SEVERITY_NAMES[severity].vi} {number(count, 'vi')}" in card
    late = sum(each.overdue.count for each in report.summaries)
    assert number(late, "vi") in card
    assert f"Đã quá hạn {number(late, 'vi')} kết luận" in " ".join(text[:3])
    for standing in report.controls[:3]:
        assert standing.control.id in card


@pytest.mark.parametrize("language", sample.LANGUAGES)
def test_the_ranking_has_every_agency_and_marks_little_coverage(
    estate_pdf: Sample, estates: dict[int, EstateReport], language: Language
) -> None:
    told = appendix(estate_pdf(40, language), "ranking", language)
    whole = pages.whole(estate_pdf(40, language))
    for each in estates[40].agencies:
        assert "".join(each.summary.agency.name.in_(language).split()) in whole
        if each.place is not None:
            assert percent(each.summary.score.confirmed, language) in told
    marked = sum(each.summary.poorly_covered for each in estates[40].agencies)
    assert told.count(words.LOW_MARK) == marked + 1 > 2


def test_long_lists_are_cut_with_a_count_and_where_the_rest_is(
    estate_pdf: Sample, estates: dict[int, EstateReport]
) -> None:
    late = [each for each in estates[40].summaries if each.overdue.count]
    assert len(late) > 30
    told = appendix(estate_pdf(40, "vi"), "overdue", "vi")
    assert words.MORE_ROWS.vi.format(count=len(late) - 30, sheet=words.AGENCIES_SHEET.vi) in told
    assert words.MORE_ROWS.vi.format(count=len(estates[40].controls) - 30, sheet="Biện pháp") in appendix(
        estate_pdf(40, "vi"), "controls", "vi"
    )


@pytest.mark.parametrize("language", sample.LANGUAGES)
def test_appendices_tell_causes_gaps_certificates_ports_and_scope(
    estate_pdf: Sample, estates: dict[int, EstateReport], language: Language
) -> None:
    path, report = estate_pdf(40, language), estates[40]
    assert "127.9.9.9" in appendix(path, "causes", language) and "nginx/1.18.0" in appendix(path, "causes", language)
    gaps = appendix(path, "coverage", language)
    reasons = {code for each in report.summaries for code in each.unassessed}
    assert reasons == set(estate_sample.GAPS)
    assert {"vi": "Máy chủ từ chối kết nối.", "en": "The server refused the connection."}[language] in gaps
    assert "{" not in gaps
    certificates = appendix(path, "certificates", language)
    assert "CA Mẫu Hai" in certificates
    assert ({"vi": "11/2026", "en": "November 2026"}[language]) in certificates
    assert "3306" in appendix(path, "services", language)
    assert estate_sample.HOME.name.in_(language) in appendix(path, "scope", language)


@pytest.mark.parametrize("language", sample.LANGUAGES)
def test_the_yearly_summary_is_a_draft_and_claims_no_more_than_it_knows(estate_pdf: Sample, language: Language) -> None:
    told = appendix(estate_pdf(40, language), "yearly", language)
    for text in (words.DRAFT, words.DRAFT_NOTE, words.SOURCE_NOTE, words.UNSEEN):
        assert text.in_(language) in told
    assert "TT 39/2017/TT-BTTTT" in told and "TCVN" not in told and "Mozilla" not in told
    assert {"vi": "từ 15/12/2025 đến 14/12/2026", "en": "15 December 2025 to 14 December 2026"}[language] in told
    assert words.STANDINGS["partly"].in_(language) in told


def test_the_method_has_the_formulas_the_chain_and_the_tools(estate_pdf: Sample) -> None:
    told = "".join(appendix(estate_pdf(4, "vi"), "method", "vi").split())
    for part in (
        words.FORMULA_CONFIRMED.vi,
        words.FORMULA_ESTATE.vi,
        words.FORMULA_STANDING.vi,
        labels.FORMULA_SCORE.vi,
    ):
        assert "".join(part.split()) in told
    assert "ab" * 32 in told and "nmap7.93" in told and "tls.protocols" in told


@pytest.mark.parametrize("language", sample.LANGUAGES)
def test_without_agencies_nothing_is_praised_and_nothing_invented(estate_pdf: Sample, language: Language) -> None:
    text = " ".join(pages.texts(estate_pdf(0, language)))
    for each in (words.NO_AGENCIES, exposure.CERTIFICATES_NONE, words.REQUIREMENTS_NONE, labels.NOTHING_JUDGED):
        assert each.in_(language) in text
    for each in (estate_letter.REQUEST_KEEP, words.COVERAGE_FULL, labels.URGENT_NONE):
        assert each.in_(language) not in text
    assert percent(None, language) in text


@pytest.mark.parametrize("language", sample.LANGUAGES)
def test_a_first_run_says_that_there_is_nothing_to_compare_with(tmp_path: Path, language: Language) -> None:
    text = text_of(estate_sample.estate(2, 1, past=0), tmp_path, language)
    assert labels.FIRST_RUN.in_(language) in text and labels.VERDICTS_HEADING.in_(language) in text
    assert words.TREND.in_(language) not in text and common.POINT_CHANGES.in_(language) not in text


@pytest.mark.parametrize("language", sample.LANGUAGES)
def test_a_wide_typeface_breaks_no_head_of_a_column(
    tmp_path: Path, estates: dict[int, EstateReport], language: Language
) -> None:
    path = tmp_path / "plex.pdf"
    path.write_bytes(typeset(replace(estates[4], letter=replace(sample.LETTER, font=str(PLEX))), language))
    assert pages.misplaced(path) == [] and faults(path) == []
    found = {word.text for page in pages.words(path) for word in page}
    for column in COLUMNS:
        assert set(column.heading.in_(language).split()) <= found
    assert "[U+" not in pages.whole(path)


def test_fails_that_no_request_counts_are_told_apart(tmp_path: Path, estates: dict[int, EstateReport]) -> None:
    start = estate_letter.FAILURES_WAIVED.vi.split("{count}")[0]
    assert start not in text_of(estates[4], tmp_path)
    first, *others = estates[4].agencies
    controls = tuple(replace(each, waived=3) for each in first.summary.controls[:2])
    waived = replace(first, summary=replace(first.summary, controls=controls))
    text = text_of(replace(estates[4], agencies=(waived, *others)), tmp_path)
    assert f"{start}6 kết luận đang được miễn trừ" in text


def test_a_run_that_is_held_says_so(tmp_path: Path, estates: dict[int, EstateReport]) -> None:
    held = replace(estates[1], run=replace(estates[1].run, held=Hold("coverage_fell", 4000, 9000)))
    assert exceptions.HELD.vi.split("{")[0] in text_of(held, tmp_path)


def test_where_no_body_above_is_configured_the_addressee_is_left_blank(
    tmp_path: Path, estates: dict[int, EstateReport]
) -> None:
    text = text_of(replace(estates[1], letter=replace(sample.LETTER, parent=None)), tmp_path)
    assert f"Kính gửi: {estate_letter.BLANK_ADDRESSEE.vi}" in text
    assert "kính đề nghị cấp có thẩm quyền xem xét" in text


def test_the_addressee_is_no_recipient_once_more(tmp_path: Path, estates: dict[int, EstateReport]) -> None:
    parent = sample.LETTER.parent
    assert parent is not None
    again = Text(f"- {parent.vi} (để báo cáo);", f"- {parent.en} (for report);")
    other = Text(f"{parent.vi} Hai (để báo cáo)", f"{parent.en} Two (for report)")
    text = text_of(replace(estates[1], letter=replace(sample.LETTER, recipients=(again, other))), tmp_path)
    assert f"- Như trên; - {parent.vi} Hai (để báo cáo); - Lưu" in text


@pytest.mark.parametrize("hostile", [*sample.HOSTILE, "ﷺ" * 300, "W" * 3000], ids=lambda value: repr(value[:12]))
def test_hostile_text_from_everywhere_keeps_its_place(
    tmp_path: Path, estates: dict[int, EstateReport], hostile: str
) -> None:
    path = tmp_path / "hostile.pdf"
    path.write_bytes(typeset(everywhere(estates[4], hostile), "vi"))
    assert faults(path) == []
    assert pages.misplaced(path) == []
    assert not any(page.images for page in PdfReader(path).pages)
    found = pages.texts(path)
    starts = [next(i for i, page in enumerate(found) if page.startswith(f"Phụ lục {each} ")) for each in ("I", "II")]
    assert starts[1] - starts[0] == 1


def everywhere(report: EstateReport, text: str) -> EstateReport:
    """The report with `text` wherever something may come from outside."""
    both = Text(text, text)
    kinds: tuple[CauseKind, ...] = ("product", "address", "certificate")
    return replace(
        report,
        run=replace(report.run, vantage=text, tools={text: text}, head=text),
        agencies=tuple(
            replace(
                each,
                summary=replace(
                    each.summary,
                    agency=replace(each.summary.agency, name=both),
                    unassessed={text: 3},
                    exclusions=tuple(replace(one, reason=text, detail=text) for one in each.summary.exclusions),
                ),
            )
            for each in report.agencies
        ),
        causes=tuple(replace(report.causes[0], kind=kind, name=text, subject=text) for kind in kinds),
        certificates=tuple(
            replace(each, seen=replace(each.seen, subject=text, issuer=text)) for each in report.certificates
        ),
        services=tuple(replace(each, service=text) for each in report.services),
        requirements=tuple(replace(each, document=text, clause=text) for each in report.requirements),
        absent=tuple(replace(each, agency=replace(each.agency, name=both)) for each in report.absent),
        letter=replace(report.letter, parent=both, issuer=both, symbol=text, place=both, recipients=(both,)),
    )


def test_equal_input_gives_equal_bytes_and_another_time_of_judgement_gives_others(
    tmp_path: Path, estate_pdf: Sample, estates: dict[int, EstateReport]
) -> None:
    path = tmp_path / "again.pdf"
    write(EstatePdf(), estate_sample.estate(4, 2), "vi", path)
    assert path.read_bytes() == estate_pdf(4, "vi").read_bytes()
    later = replace(estates[4].run, as_of=estates[4].run.as_of + timedelta(seconds=1))
    assert EstatePdf().render(replace(estates[4], run=later), "vi") != path.read_bytes()


@pytest.mark.parametrize("language", sample.LANGUAGES)
def test_the_file_says_what_it_is_and_has_its_files_inside(
    estate_pdf: Sample, estates: dict[int, EstateReport], language: Language
) -> None:
    with pikepdf.open(estate_pdf(4, language)) as found:
        assert str(found.docinfo["/Title"]) == estate_letter.ABSTRACT.in_(language)
        assert estates[4].policy.digest in str(found.docinfo["/Keywords"])
        assert set(found.attachments) == {"estate.csv", "estate.xlsx", "estate.json", "README.txt"}
        about = found.attachments["README.txt"].get_file().read_bytes().decode()
        assert all(name in about for name in ("estate.csv", "estate.xlsx", "estate.json")) and "sha256:" in about
