"""khien report --estate: one report on all agencies of a run, of the same figures as theirs."""

import json
from pathlib import Path

import pytest

from reports.estate.formats import estate_schema
from tests.cli.command import Ended, khien, khien_each
from tests.cli.conftest import Scanned


def test_it_writes_one_file_a_format_whose_totals_are_the_agencys(scanned: Scanned, tmp_path: Path) -> None:
    estate, agency = khien_each(
        (
            "report",
            "--estate",
            "--run",
            scanned.run,
            "--format",
            "pdf,json,csv,xlsx",
            "--lang",
            "en",
            "--out",
            tmp_path,
        ),
        ("report", "--run", scanned.run, "--format", "json", "--lang", "en", "--out", tmp_path),
        folder=scanned.folder,
    )
    assert (estate.status, agency.status) == (0, 0), estate.err
    written = [tmp_path / f"estate.en{suffix}" for suffix in (".pdf", ".json", ".csv", ".xlsx")]
    assert estate.out.split() == [str(each) for each in written]
    assert all(each.stat().st_size for each in written)
    whole = json.loads(written[1].read_text(encoding="utf-8"))
    own = json.loads((tmp_path / "so-mau.en.json").read_text(encoding="utf-8"))
    assert whole["schema"] == "khien-estate/1" and whole["run"] == own["run"]
    assert whole["figures"]["score"] == own["score"] and whole["figures"]["coverage"] == own["coverage"]
    assert [(each["id"], each["place"]) for each in whole["agencies"]] == [("so-mau", 1)]
    assert [each["reason"] for each in whole["agencies"][0]["exclusions"]] == ["expired"]


def test_the_schema_is_printed_without_a_configuration(tmp_path: Path) -> None:
    ended = khien("report", "--estate", "--schema", folder=tmp_path)
    assert ended.status == 0 and ended.json() == estate_schema()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--agency", "so-mau"), "--agency"),
        (("--format", "oscal"), "oscal"),
        (("--format", ""), "pdf, json, csv, xlsx"),
        (("--run", "none"), "none"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(
    scanned: Scanned, tmp_path: Path, arguments: tuple[str, ...], told: str
) -> None:
    ended: Ended = khien("report", "--estate", "--out", tmp_path / "new", *arguments, folder=scanned.folder)
    assert ended.status == 2 and told in ended.err
    assert not (tmp_path / "new").exists()
