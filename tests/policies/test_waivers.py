"""waivers.yaml: what is written is read, and every fault of it is told at its place."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from checks.model.waiver import Waiver
from policies.strict_yaml import InputErrors
from policies.waivers import WaiverFile, read_waivers, together
from tests.factories import waiver

DIGEST = "sha256:" + "a1" * 32
WHOLE = """\
waivers:
  - id: w-1
    asset: cong
    control: TLS-12
    justification: being replaced
    requested_by: Operations
    approved_by: Head of the unit
    valid_from: 2026-01-01
    valid_until: 2026-06-30
"""


def read(folder: Path, text: str) -> tuple[Waiver, ...]:
    path = folder / "waivers.yaml"
    path.write_text(text, encoding="utf-8")
    return read_waivers(path).waivers


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(InputErrors) as caught:
        read(folder, text)
    return [f"{each.place} {each.in_('en')}" for each in caught.value.errors]


@pytest.mark.parametrize("text", ["", "# nothing\n", "waivers: []\n"])
def test_a_file_without_waivers(tmp_path: Path, text: str) -> None:
    assert read(tmp_path, text) == ()


def test_what_is_written_is_read(tmp_path: Path) -> None:
    text = WHOLE + (
        "  - id: w-2\n    agency: so-mau\n    control: HDR-CSP\n    justification: a\n    compensating_measure: b\n"
        "    requested_by: c\n    approved_by: d\n    valid_from: 2026-01-01\n    valid_until: 2027-01-02\n"
        f"    instances: [x, y]\n    granted_on: ['{DIGEST}', 'sha256:{'0' * 64}']\n    kind: false_positive\n"
    )
    first, second = read(tmp_path, text)
    assert first == Waiver(
        "w-1", "cong", "TLS-12", "being replaced", "Operations", "Head of the unit", date(2026, 1, 1), date(2026, 6, 30)
    )
    assert (second.asset, second.agency, second.kind) == ("", "so-mau", "false_positive")
    assert (second.compensating_measure, second.instances) == ("b", ("x", "y"))
    assert second.granted_on == ("sha256:" + "0" * 64, DIGEST)


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ("    asset: cong\n", "", "2:", "one of asset and agency"),
        ("asset: cong\n", "asset: cong\n    agency: so-mau\n", "4:", "one of asset and agency"),
        ("2026-06-30", "2025-06-30", "9:", "before valid_from"),
        ("2026-06-30", "2027-01-03", "9:", "366 days"),
        ("Head of the unit", "' operations '", "7:", "cannot grant"),
        ("Head of the unit", "OPERATIONS", "7:", "cannot grant"),
        ("    asset: cong\n", "    asset: cong\n    kind: false_positive\n", "4:", "bound to evidence"),
        ("    asset: cong\n", "    asset: cong\n    kind: other\n", "4:", "waiver"),
        ("    asset: cong\n", "    asset: cong\n    granted_on: [abc]\n", "4:", ""),
        ("    asset: cong\n", "    asset: cong\n    expires: never\n", "4:", "expires"),
        ("w-1", "W 1", "2:", ""),
    ],
)
def test_every_fault_is_told_at_its_place(tmp_path: Path, old: str, new: str, place: str, said: str) -> None:
    (found,) = faults(tmp_path, WHOLE.replace(old, new))
    assert found.startswith(place)
    assert said in found


def test_a_duplicate_id_is_told_and_all_faults_together(tmp_path: Path) -> None:
    again = WHOLE.removeprefix("waivers:\n").replace("2026-06-30", "2025-01-01")
    found = faults(tmp_path, WHOLE + again)
    assert [each.split(" ", 1)[0] for each in found] == ["10:5", "17:5"]
    assert "duplicate id" in found[0]


@pytest.mark.parametrize(
    ("one", "other"), [("Nguyễn  Thị Mẫu", "NGUYỄN THỊ MẪU"), ("Nguye\u0302\u0303n", "Nguyễn"), ("Ａ", "a")]
)
def test_one_person_written_in_two_ways_is_one_person(tmp_path: Path, one: str, other: str) -> None:
    text = WHOLE.replace("Operations", one).replace("Head of the unit", other)
    assert "cannot grant" in faults(tmp_path, text)[0]


def test_file_and_database_stand_side_by_side_and_an_equal_id_is_an_error(tmp_path: Path) -> None:
    path, stored = tmp_path / "waivers.yaml", waiver("a")
    path.write_text(WHOLE + WHOLE.removeprefix("waivers:\n").replace("w-1", "w-2"), encoding="utf-8")
    written = read_waivers(path)
    assert together(written, [stored]) == (stored, *written.waivers)
    assert together(WaiverFile(), [stored]) == (stored,)
    for other in (written.waivers[1], replace(written.waivers[1], control="HDR-CSP")):
        with pytest.raises(InputErrors) as caught:
            together(written, [other])
        (error,) = caught.value.errors
        assert (error.source, error.place) == (str(path), "10:5")
        assert "the database has 'w-2' too" in str(error)
