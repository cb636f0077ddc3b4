"""A face is used only when it is proved to hold Vietnamese and can be embedded; a configured one is never replaced."""

from pathlib import Path

import fontpkg_ibm_plex_serif
import pytest
import reportlab

from reports.errors import FontError
from reports.pdf import fonts
from reports.pdf.fonts import NEEDED, VIETNAMESE, load

PLEX = Path(fontpkg_ibm_plex_serif.ROOT) / "files" / "IBMPlexSerif-Regular.ttf"


def test_all_vietnamese_letters_are_asked_for() -> None:
    assert len(VIETNAMESE) == 2 * (12 * 6 + 1)
    assert set("ặẵỷỡựƠĐ") <= VIETNAMESE <= NEEDED


def test_the_faces_that_are_found_cover_everything() -> None:
    assert load().covered >= NEEDED


def test_a_configured_family_is_found_by_its_regular_face() -> None:
    chosen = load(str(PLEX))
    assert chosen.regular.startswith("IBMPlexSerif-Regular")
    assert chosen.bold_italic.startswith("IBMPlexSerif-BoldItalic")
    assert chosen.digest != load().digest or "IBMPlex" in load().regular


def test_the_short_names_of_faces_are_known_too(tmp_path: Path) -> None:
    for face, name in (("Regular", "times"), ("Bold", "timesbd"), ("Italic", "timesi"), ("BoldItalic", "timesbi")):
        (tmp_path / f"{name}.ttf").write_bytes(PLEX.with_name(f"IBMPlexSerif-{face}.ttf").read_bytes())
    assert load(str(tmp_path / "times.ttf")).italic.startswith("timesi-")


def test_a_family_that_lacks_a_face_is_refused(tmp_path: Path) -> None:
    (tmp_path / "Alone-Regular.ttf").write_bytes(PLEX.read_bytes())
    with pytest.raises(FontError, match="Alone-Bold"):
        load(str(tmp_path / "Alone-Regular.ttf"))


def test_a_family_without_vietnamese_is_refused(tmp_path: Path) -> None:
    vera = Path(reportlab.__file__).parent / "fonts" / "Vera.ttf"
    for end in ("", "bd", "i", "bi"):
        (tmp_path / f"vera{end}.ttf").write_bytes(vera.read_bytes())
    with pytest.raises(FontError, match="no glyph"):
        load(str(tmp_path / "vera.ttf"))


@pytest.mark.parametrize("content", [b"", b"OTTO" + b"\0" * 200, b"\0\1\0\0" + b"\xff" * 500, b"not a font"])
def test_outlines_in_cff_and_damaged_files_are_refused(tmp_path: Path, content: bytes) -> None:
    for face in fonts.FACES:
        (tmp_path / f"Bad-{face}.ttf").write_bytes(content)
    with pytest.raises(FontError):
        load(str(tmp_path / "Bad-Regular.ttf"))


def test_a_missing_file_is_an_error_that_names_it() -> None:
    with pytest.raises(FontError, match="khong-co"):
        load("khong-co.ttf")
