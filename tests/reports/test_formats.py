"""Every format writes its file whole or not at all, under a name that the command line knows."""

from dataclasses import replace
from pathlib import Path

import pytest

from reports.atomic import replacing
from reports.errors import FontError
from reports.formats import FORMATS, Format, by_name
from reports.formats.files import write
from reports.model import AgencyReport

IDS = [each.name for each in FORMATS]


def test_names_and_suffixes_are_unique() -> None:
    assert IDS == ["pdf", "json", "csv", "xlsx", "oscal", "sarif"]
    assert len({each.suffix for each in FORMATS}) == len(FORMATS)
    assert [by_name(name) for name in IDS] == list(FORMATS)
    with pytest.raises(KeyError):
        by_name("docx")


@pytest.mark.parametrize("chosen", FORMATS, ids=IDS)
def test_a_file_takes_the_place_of_the_old_one(
    tmp_path: Path, reports: dict[int, AgencyReport], chosen: Format[AgencyReport]
) -> None:
    path = tmp_path / f"so-mau{chosen.suffix}"
    path.write_text("old")
    write(chosen, reports[1], "vi", path)
    assert path.stat().st_size > 1000
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("chosen", FORMATS, ids=IDS)
def test_a_report_that_cannot_be_written_leaves_the_old_file_and_nothing_beside_it(
    tmp_path: Path, reports: dict[int, AgencyReport], chosen: Format[AgencyReport]
) -> None:
    path = tmp_path / f"so-mau{chosen.suffix}"
    path.write_text("old")
    broken = replace(reports[1], assets=(None,))  # type: ignore[arg-type]  # a value that no format can write
    with pytest.raises(Exception, match=r"."):
        write(chosen, broken, "vi", path)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_typeface_that_will_not_do_stops_the_report(tmp_path: Path, reports: dict[int, AgencyReport]) -> None:
    letter = replace(reports[1].letter, font="khong-co.ttf")
    with pytest.raises(FontError):
        write(by_name("pdf"), replace(reports[1], letter=letter), "vi", tmp_path / "a.pdf")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_does_not_exist_is_an_os_error(tmp_path: Path, reports: dict[int, AgencyReport]) -> None:
    for chosen in FORMATS:
        with pytest.raises(FileNotFoundError):
            write(chosen, reports[0], "vi", tmp_path / "none" / "a")


def test_nothing_is_in_place_before_the_block_ends(tmp_path: Path) -> None:
    path = tmp_path / "a"
    with replacing(path) as file:
        file.write(b"new")
        assert not path.exists()
    assert path.read_bytes() == b"new"
    with pytest.raises(KeyboardInterrupt), replacing(path) as file:
        file.write(b"newer")
        raise KeyboardInterrupt
    assert path.read_bytes() == b"new" and list(tmp_path.iterdir()) == [path]
