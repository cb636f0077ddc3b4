"""The letter has the form of NĐ 30/2020, Appendix I, and nothing on any page leaves its place."""

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from pypdf import PdfReader

from checks.model.text import Language
from reports.messages import labels, letter
from reports.messages.figures import percent
from reports.model import AgencyReport
from reports.sections.registry import SECTIONS
from reports.sections.section import NUMERALS
from tests.reports import pages, sample
from tests.reports.conftest import Sample, write_pdf
from tests.reports.pages import A4_HEIGHT, A4_WIDTH, MM, Word
from tests.reports.test_fonts import PLEX

COUNTS = (0, 1, 12)
EVERY = [(count, language) for count in COUNTS for language in sample.LANGUAGES]


def line_of(found: list[Word], text: str) -> list[Word]:
    """The words of a line of text, where they stand one after the other at one height."""
    wanted = text.split()
    for start in range(len(found)):
        chosen = found[start : start + len(wanted)]
        if [each.text for each in chosen] == wanted and max(e.top for e in chosen) - min(e.top for e in chosen) < 1:
            return chosen
    raise AssertionError(f"not on one line: {text}")


def centre(line: list[Word]) -> float:
    return (line[0].left + line[-1].right) / 2


def test_the_header_block_has_two_columns_on_the_lines_that_the_form_gives(pdf: Sample) -> None:
    first = pages.words(pdf(12, "vi"))[0]
    nation, motto = line_of(first, letter.NATION.vi), line_of(first, letter.MOTTO.vi)
    parent, issuer = line_of(first, "ỦY BAN NHÂN DÂN TỈNH MẪU"), line_of(first, "TRUNG TÂM GIÁM SÁT MẪU")
    place = line_of(first, "Tỉnh Mẫu, ngày ... tháng ... năm 2026")
    assert abs(nation[0].top - parent[0].top) < 1
    assert abs(centre(nation) - centre(motto)) < 1 and abs(centre(nation) - centre(place)) < 1
    assert abs(centre(parent) - centre(issuer)) < 1
    assert parent[-1].right < nation[0].left and issuer[-1].right < motto[0].left
    assert nation[0].top < motto[0].top < place[0].top and parent[0].top < issuer[0].top
    assert abs((nation[-1].right - nation[0].left) / MM - 88.3) < 0.5  # 12 points
    number = next(word for word in first if word.text.endswith("/BC-TTM"))
    assert abs(number.top - place[0].top) < 2 and number.right < nation[0].left


def test_the_parts_of_the_letter_stand_in_their_order(pdf: Sample) -> None:
    text = " ".join(pages.texts(pdf(12, "vi"))[:2])
    parts = [
        letter.NATION.vi,
        "BÁO CÁO",
        "Kết quả rà quét an toàn thông tin",
        "Kính gửi: Sở Mẫu tỉnh Mẫu",
        "Căn cứ Luật số 116/2025/QH15;",
        "Căn cứ Nghị định số 331/2026/NĐ-CP;",
        "Căn cứ văn bản cho phép rà quét 01/QĐ-MAU.",
        letter.PART_SCOPE.vi,
        letter.PART_RESULTS.vi,
        letter.PART_REQUESTS.vi,
        "./.",
        "Nơi nhận:",
        "- Lưu: VT, KT.",
    ]
    places = [text.index(part) for part in parts]
    assert places == sorted(places)
    assert "GIÁM ĐỐC" in text


def test_the_recipients_are_level_with_the_signers_position(pdf: Sample) -> None:
    page = pages.words(pdf(12, "vi"))[1]
    recipients, position = line_of(page, "Nơi nhận:"), line_of(page, "GIÁM ĐỐC")
    assert abs(recipients[0].top - position[0].top) < 2
    assert position[0].left > A4_WIDTH / 2 > recipients[-1].right


@pytest.mark.parametrize(("count", "language"), EVERY)
def test_pages_are_numbered_in_the_top_margin_each_appendix_on_its_own(
    pdf: Sample, count: int, language: Language
) -> None:
    expected, heads = 0, [f"{labels.APPENDIX.in_(language).format(numeral=each)}" for each in NUMERALS[: len(SECTIONS)]]
    seen = []
    for page in pages.words(pdf(count, language)):
        start = " ".join(word.text for word in page[: len(heads[0].split())])
        expected = 1 if start in heads else expected + 1
        seen += [start] if start in heads else []
        above = [word for word in page if word.bottom < 20 * MM]
        assert [word.text for word in above] == ([str(expected)] if expected > 1 else [])
        assert all(abs(centre([word]) - (30 * MM + A4_WIDTH - 15 * MM) / 2) < 1 for word in above)
    assert seen == heads


@pytest.mark.parametrize(("count", "language"), EVERY)
def test_nothing_leaves_the_margins_and_no_page_is_empty(pdf: Sample, count: int, language: Language) -> None:
    for page in pages.words(pdf(count, language)):
        body = [word for word in page if word.top > 20 * MM - 3]
        assert len(body) > 5
        assert min(word.left for word in body) >= 30 * MM - 0.5
        assert max(word.right for word in body) <= A4_WIDTH - 15 * MM + 0.5
        assert max(word.bottom for word in body) <= A4_HEIGHT - 20 * MM + 3


@pytest.mark.parametrize(("count", "language"), EVERY)
def test_no_two_words_overlap(pdf: Sample, count: int, language: Language) -> None:
    for page in pages.words(pdf(count, language)):
        for word, other in pairwise(page):
            if abs(word.top - other.top) < 1 and word.left < other.left:
                assert other.left > word.right - 0.5, (word, other)


@pytest.mark.parametrize(("count", "language"), EVERY)
def test_the_report_card_is_one_page(pdf: Sample, count: int, language: Language) -> None:
    found = pages.texts(pdf(count, language))
    starts = [
        next(i for i, page in enumerate(found) if page.startswith(labels.APPENDIX.in_(language).format(numeral=each)))
        for each in ("I", "II")
    ]
    assert starts[1] - starts[0] == 1


@pytest.mark.parametrize(("count", "language"), EVERY)
def test_only_embedded_fonts_with_a_map_to_unicode(pdf: Sample, count: int, language: Language) -> None:
    found = pages.fonts(pdf(count, language))
    assert found and all(embedded == unicode_ == "yes" for _, embedded, unicode_ in found), found


@pytest.mark.parametrize("language", sample.LANGUAGES)
def test_the_fallback_typeface_keeps_the_form(tmp_path: Path, language: Language) -> None:
    path = tmp_path / "plex.pdf"
    write_pdf(sample.report(12, replace(sample.LETTER, font=str(PLEX))), language, path)
    assert {name.split("+")[-1].split("-")[0] for name, _, _ in pages.fonts(path)} <= {"IBMPlexSerif", "LiberationMono"}
    found = pages.words(path)
    line_of(found[0], letter.NATION.in_(language))
    assert max(word.right for page in found for word in page) <= A4_WIDTH - 15 * MM + 0.5
    assert pages.texts(path)[3].startswith(labels.APPENDIX.in_(language).format(numeral="II"))


@pytest.mark.parametrize("language", sample.LANGUAGES)
def test_the_file_says_what_it_is(pdf: Sample, language: Language, reports: dict[int, AgencyReport]) -> None:
    reader = PdfReader(pdf(12, language))
    assert reader.metadata is not None
    assert sample.AGENCY.name.in_(language) in (reader.metadata.title or "")
    assert reader.metadata.author == sample.LETTER.issuer.in_(language)
    assert reports[12].policy_digest in str(reader.metadata.get("/Keywords"))
    assert str(reader.root_object["/Lang"]) == language
    titles = [str(each["/Title"]) for each in reader.outline if not isinstance(each, list)]
    assert [title.split(". ")[-1] for title in titles[1:]] == [section.title.in_(language) for section in SECTIONS]


def test_equal_input_gives_equal_bytes_and_another_run_gives_others(tmp_path: Path, pdf: Sample) -> None:
    again = tmp_path / "again.pdf"
    write_pdf(sample.report(1), "vi", again)
    assert again.read_bytes() == pdf(1, "vi").read_bytes()
    assert again.read_bytes() != pdf(1, "en").read_bytes()


@pytest.mark.parametrize("language", sample.LANGUAGES)
def test_no_word_of_the_other_language_is_in_the_appendix_heads(pdf: Sample, language: Language) -> None:
    other: Language = "en" if language == "vi" else "vi"
    text = " ".join(pages.texts(pdf(12, language)))
    for section in SECTIONS:
        assert section.title.in_(language).upper() in text
        assert section.title.in_(other).upper() not in text


def test_figures_of_the_letter_and_of_the_card_are_the_scores(pdf: Sample, reports: dict[int, AgencyReport]) -> None:
    score, text = reports[12].score, pages.texts(pdf(12, "vi"))
    shown = letter.COUNTS.vi.format(
        total=sum(score.counts.values()),
        passed=score.counts["pass"],
        failed=score.counts["fail"],
        unknown=score.counts["not_assessable"],
        outside=score.counts["not_applicable"],
    )
    assert shown in text[0]
    for page in (text[0], text[2]):
        assert percent(score.score, "vi") in page and percent(score.coverage, "vi") in page


@pytest.mark.parametrize("language", sample.LANGUAGES)
def test_without_assets_the_report_says_so_and_claims_no_score(pdf: Sample, language: Language) -> None:
    text = " ".join(pages.texts(pdf(0, language)))
    assert labels.NO_ASSETS.in_(language) in text
    assert labels.NOTHING_JUDGED.in_(language) in text
    assert percent(None, language) in text
    assert labels.URGENT_NONE.in_(language) not in text
    assert labels.GAPS_NONE.in_(language) not in text
    assert letter.REQUEST_KEEP.in_(language) not in text


@pytest.mark.parametrize(("count", "language"), EVERY)
def test_the_signature_does_not_stand_alone_on_a_page(pdf: Sample, count: int, language: Language) -> None:
    page = next(each for each in pages.texts(pdf(count, language)) if letter.RECIPIENTS.in_(language) in each)
    assert letter.CLOSING.in_(language)[:20] in page


@pytest.mark.parametrize(("count", "language"), EVERY)
def test_what_leads_to_the_requests_does_not_end_a_page(pdf: Sample, count: int, language: Language) -> None:
    heading = letter.PART_REQUESTS.in_(language)
    (page,) = [each for each in pages.texts(pdf(count, language)) if f" {heading} " in each]
    assert ": 1. " in page.split(heading)[1]
