"""An issued report has its number and date as NĐ 30/2020, Appendix I writes them; a draft says that it is one."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from PIL import Image, ImageDraw
from pypdf import PdfReader

from checks.model.text import Language
from reports.errors import StampError
from reports.messages import letter
from reports.messages.figures import official_day, official_number
from reports.model import Issue
from reports.pdf import stamps
from reports.pdf.typesetter import TEXT_WIDTH
from reports.sections.registry import SECTIONS
from tests.reports import pages, sample
from tests.reports.conftest import Sample, write_pdf
from tests.reports.pages import A4_WIDTH, MM
from tests.reports.pdfa_rules import faults
from tests.reports.test_form import line_of

ISSUE = Issue(7, date(2027, 2, 5))


@pytest.mark.parametrize(
    ("day", "vi"),
    [
        (date(2026, 12, 1), "ngày 01 tháng 12 năm 2026"),
        (date(2027, 1, 31), "ngày 31 tháng 01 năm 2027"),
        (date(2027, 2, 9), "ngày 09 tháng 02 năm 2027"),
        (date(2027, 3, 10), "ngày 10 tháng 3 năm 2027"),
    ],
)
def test_days_below_ten_and_the_first_two_months_have_a_zero(day: date, vi: str) -> None:
    assert official_day(day, "vi") == vi
    assert [official_number(each) for each in (1, 9, 10, 120)] == ["01", "09", "10", "120"]


def draw(path: Path, draw: Callable[[ImageDraw.ImageDraw], object], size: tuple[int, int], mode: str = "RGBA") -> Path:
    image = Image.new(mode, size, (0, 0, 0, 0) if mode == "RGBA" else "white")
    draw(ImageDraw.Draw(image))
    image.save(path)
    return path


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A signature in blue, and a seal in red."""
    folder = tmp_path_factory.mktemp("images")
    blue, red = (20, 40, 160, 255), (200, 0, 0, 255)
    return (
        draw(folder / "ky.png", lambda on: on.line([(10, 180), (300, 20), (590, 180)], blue, 16), (600, 200)),
        draw(folder / "dau.png", lambda on: on.ellipse([4, 4, 396, 396], outline=red, width=30), (400, 400)),
    )


@pytest.mark.parametrize("language", sample.LANGUAGES)
def test_number_and_date_stand_in_the_head_and_in_every_appendix(tmp_path: Path, language: Language) -> None:
    path = tmp_path / "issued.pdf"
    letterhead = replace(sample.LETTER, signer="Trần Văn Mẫu")
    write_pdf(replace(sample.report(1), issue=ISSUE, letter=letterhead), language, path)
    first, *_ = pages.words(path)
    number = line_of(first, "Số: 07/BC-TTM" if language == "vi" else "No. 07/BC-TTM")
    date_ = "Tỉnh Mẫu, ngày 05 tháng 02 năm 2027" if language == "vi" else "Sample Province, 5 February 2027"
    assert abs(number[0].top - line_of(first, date_)[0].top) < 2
    texts = pages.texts(path)
    enclosed = (
        "(Kèm theo Báo cáo số 07/BC-TTM ngày 05 tháng 02 năm 2027 của Trung tâm Giám sát Mẫu)"
        if language == "vi"
        else "(Enclosed with Report No. 07/BC-TTM of 5 February 2027 of Sample Monitoring Centre)"
    )
    assert sum(enclosed in each for each in texts) == len(SECTIONS)
    assert not any(letter.DRAFT.in_(language) in each or "... " in each[:400] for each in texts)
    signed = next(each for each in texts if letter.RECIPIENTS.in_(language) in each)
    assert signed.endswith("Trần Văn Mẫu")
    assert "issued 07/BC-TTM 2027-02-05" in str(PdfReader(path).metadata)
    assert faults(path) == []


@pytest.mark.parametrize("language", sample.LANGUAGES)
def test_a_draft_says_so_below_the_room_for_its_number_and_in_its_metadata(pdf: Sample, language: Language) -> None:
    first = pages.words(pdf(1, language))[0]
    draft = line_of(first, letter.DRAFT.in_(language))
    number = next(each for each in first if each.text.endswith("/BC-TTM"))
    assert number.bottom <= draft[0].top + 2 and draft[-1].right < A4_WIDTH / 2
    assert str(PdfReader(pdf(1, language)).metadata).count("'draft, run ") == 1


def test_the_seal_lies_over_the_left_third_of_the_signature(tmp_path: Path, images: tuple[Path, Path]) -> None:
    path = tmp_path / "stamped.pdf"
    signature, seal = map(str, images)
    letterhead = replace(sample.LETTER, signature_image=signature, seal_image=seal, signer="Trần Văn Mẫu")
    write_pdf(replace(sample.report(1), issue=ISSUE, letter=letterhead), "vi", path)
    assert faults(path) == []
    with pikepdf.open(path) as found:
        page = next(each for each in found.pages if "/XObject" in each.Resources)
        content = list(pikepdf.parse_content_stream(page))
    placed = [
        [float(part) for part in before.operands] for before, each in pairwise(content) if str(each.operator) == "Do"
    ]
    (width, *_, left, _), (seal_width, _, _, seal_height, seal_left, _) = placed
    assert seal_width == pytest.approx(seal_height) and seal_height <= 28 * MM + 0.1
    assert seal_left + seal_width == pytest.approx(left + width / 3, abs=1)
    assert 0 < seal_left < left and left + width < TEXT_WIDTH / 2  # inside the right half of the block


def test_one_image_is_enough(tmp_path: Path, images: tuple[Path, Path]) -> None:
    signature, seal = map(str, images)
    alone = (replace(sample.LETTER, signature_image=signature), replace(sample.LETTER, seal_image=seal))
    for letterhead in alone:
        path = tmp_path / "stamped.pdf"
        write_pdf(sample.report(0, letterhead), "vi", path)
        assert faults(path) == []
        with pikepdf.open(path) as found:
            assert sum("/XObject" in each.Resources for each in found.pages) == 1


def bad_images(folder: Path) -> dict[str, Path]:
    """Files that must be refused, by what is said of them."""
    white = draw(folder / "white.png", lambda _: None, (20, 20), "RGB")
    nothing = draw(folder / "nothing.png", lambda _: None, (20, 20))
    wide = draw(folder / "wide.png", lambda on: on.line([(0, 0), (9, 0)], (0, 0, 0, 255)), (stamps.WIDEST + 1, 1))
    jpeg = folder / "photo.png"
    Image.new("RGB", (20, 20)).save(jpeg, format="JPEG")
    cut = folder / "cut.png"
    cut.write_bytes(white.read_bytes()[:50])
    large = folder / "large.png"
    large.write_bytes(bytes(stamps.LARGEST + 1))
    return {
        "transparent ground": white,
        "something to see": nothing,
        "3001 x 1 pixels": wide,
        "photo.png: not a sound PNG": jpeg,
        "cut.png: not a sound PNG": cut,
        "larger than 2048 KiB": large,
        "khong-co.png: No such file": folder / "khong-co.png",
    }


def test_an_image_that_will_not_do_is_refused_with_the_reason(tmp_path: Path) -> None:
    for said, path in bad_images(tmp_path).items():
        with pytest.raises(StampError, match=said):
            stamps.load(str(path))
