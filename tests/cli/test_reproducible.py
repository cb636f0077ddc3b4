"""The same run, policy, waivers and time of judgement give the same files, wherever and whenever they are made."""

import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from reports.formats import FORMATS
from reports.pdf.fonts import load
from tests.cli.command import khien
from tests.cli.conftest import Office

SOON = f"{datetime.now(UTC) + timedelta(days=2):%Y-%m-%d}"
"""A day after that of the run, in any zone."""
HERE = {"PYTHONHASHSEED": "0", "TZ": "UTC", "LC_ALL": "C", "KHIEN_LANG": "en"}
ELSEWHERE = {"PYTHONHASHSEED": "20261201", "TZ": "Pacific/Kiritimati", "LC_ALL": "vi_VN.UTF-8", "KHIEN_LANG": "vi"}
"""Another seed for the order of sets, another day at many hours, and another locale and language of the commands."""


@pytest.mark.parametrize(
    "arguments",
    [
        ("--format", ",".join(each.name for each in FORMATS), "--files"),
        ("--estate", "--format", "pdf,json,csv,xlsx"),
        ("--number", "12", "--date", SOON, "--agency", "so-mau"),
    ],
    ids=["agencies", "estate", "issued"],
)
def test_files_are_the_same_byte_for_byte(office: Office, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """An issued report comes out of the archive of each of two databases that had it made for themselves."""
    made = []
    for name, environment in {"here": HERE, "elsewhere": ELSEWHERE}.items():
        work = tmp_path / name
        shutil.copytree(office.folder, work)
        ended = khien("report", "--lang", "vi", "--out", "out", *arguments, folder=work, environment=environment)
        assert ended.status == 0, ended.err
        files = [each for each in (work / "out").rglob("*") if each.is_file()]
        made.append({str(each.relative_to(work)): each.read_bytes() for each in files})
    here, elsewhere = made
    assert here.keys() == elsewhere.keys() and len(here) >= 1
    assert [name for name in here if here[name] != elsewhere[name]] == []
    fonts = f"fonts sha256:{load().digest}".encode()
    assert all(fonts in data for name, data in here.items() if name.endswith(".pdf"))
