"""khien waiver and khien dispute: asked by one, granted by another, bound to what a run shows, told in reports."""

import json
import shutil
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import Ended, asset_row, khien_each
from tests.cli.conftest import Scanned, small
from tests.servers.tcp import held_port

LAST = (datetime.now(UTC) + timedelta(days=90)).date().isoformat()
CONTROL = "CERT-TRUST"
OF = ("--control", CONTROL, "--asset", "cong")
ASK = ("waiver", "ask", "w-1", *OF, "--by", "Trần Văn Mẫu", "--reason", "đang thay", "--until", LAST)
RAISE = ("dispute", "raise", "d-1", *OF, "--by", "Trần Văn Mẫu", "--reason", "đã thay")
GRANT = ("waiver", "grant", "w-1", "--by", "Nguyễn Thị Mẫu")


@pytest.fixture
def folder(scanned: Scanned, tmp_path: Path) -> Path:
    """A copy of the scanned workspace, to be written to."""
    shutil.copytree(scanned.folder, tmp_path / "work")
    return tmp_path / "work"


def each(folder: Path, *commands: tuple[object, ...]) -> list[Ended]:
    return khien_each(*commands, folder=folder)


def listed(ended: Ended) -> dict[str, Any]:
    assert ended.status == 0, ended.err
    return {one["waiver"]["id"]: one for one in ended.json()}


def test_a_waiver_is_asked_for_by_one_and_granted_by_another(folder: Path) -> None:
    asked, before, self_granted, granted, again, after = each(
        folder,
        ASK,
        ("waiver", "list", "--json"),
        ("waiver", "grant", "w-1", "--by", "trần văn mẫu"),
        GRANT,
        GRANT,
        ("waiver", "list", "--json"),
    )
    assert asked.status == 0, asked.err
    assert f"cong/{CONTROL}" in asked.out
    assert (listed(before)["w-1"]["case"], listed(before)["w-1"]["standing"]) == ("asked", None)
    assert self_granted.status == 2 and "who asks" in self_granted.err
    assert granted.status == 0, granted.err
    assert again.status == 2 and "decided" in again.err
    found = listed(after)["w-1"]
    assert (found["case"], found["standing"]["state"]) == ("granted", "in_force")
    assert found["standing"]["covered"] == [f"cong/{CONTROL}"]
    assert found["waiver"]["approved_by"] == "Nguyễn Thị Mẫu"


def test_refused_and_withdrawn_waivers_stay_on_record(folder: Path) -> None:
    ended = each(
        folder,
        ASK,
        ("waiver", "refuse", "w-1", "--by", "Nguyễn Thị Mẫu", "--reason", "chưa đủ"),
        ("waiver", "ask", "w-2", *ASK[3:]),
        ("waiver", "grant", "w-2", "--by", "Nguyễn Thị Mẫu", "--until", LAST),
        ("waiver", "withdraw", "w-2", "--by", "Trần Văn Mẫu", "--reason", "đã sửa"),
        ("waiver", "list"),
    )
    assert [one.status for one in ended] == [0] * 6, [one.err for one in ended]
    assert "refused" in ended[-1].out and "withdrawn" in ended[-1].out


WRONG = {
    ("waiver", "ask", "W 1", *ASK[3:]): "an id is of",
    (*ASK[:-1], "soon"): "2026-12-31",
    (*ASK[:-1], "2099-01-01"): "366 days",
    (*ASK, "--agency", "so-mau"): "one of --asset and --agency",
    (*ASK, "--instance", "nothing"): "no fault is named",
    (*ASK, "--by", " "): "--by must not be empty",
    ("waiver", "ask", "w-1", "--control", "TLS-12", *ASK[5:]): "fails nowhere",
    ("waiver", "grant", "gone", "--by", "a"): "nobody asked",
    ("waiver", "withdraw", "gone", "--by", "a", "--reason", "b"): "none of that name",
    ("dispute", "confirm", "gone", "--by", "a", "--reason", "b"): "no dispute",
    (*RAISE[:2], "d 1", *RAISE[3:]): "an id is of",
}


def test_what_cannot_be_is_bad_usage(folder: Path) -> None:
    for ended, said in zip(each(folder, *WRONG), WRONG.values(), strict=True):
        assert ended.status == 2
        assert said in ended.err


def test_an_agency_is_waived_as_a_whole_and_the_basis_can_be_written_into_the_file(folder: Path) -> None:
    of_all = ("--control", CONTROL, "--agency", "so-mau")
    whole, basis, same = each(
        folder,
        ("waiver", "ask", "w-1", *of_all, *ASK[7:]),
        ("waiver", "basis", *of_all),
        ("waiver", "basis", *of_all, "--run", json_run(folder)),
    )
    assert whole.status == 0, whole.err  # though the latest run was about another asset
    assert basis.out == same.out
    (folder / "waivers.yaml").write_text(
        f"waivers:\n  - id: w-9\n    agency: so-mau\n    control: {CONTROL}\n    justification: a\n"
        f"    requested_by: b\n    approved_by: c\n    valid_from: {datetime.now(UTC).date()}\n"
        f"    valid_until: {LAST}\n    granted_on: ['{basis.out.strip()}']\n"
    )
    with (folder / "khien.yaml").open("a") as file:
        file.write("waivers: waivers.yaml\n")
    found = listed(each(folder, ("waiver", "list", "--json"))[0])
    assert found["w-9"]["case"] == "file"
    assert found["w-9"]["waiver"]["granted_on"] == found["w-1"]["waiver"]["granted_on"]
    (taken,) = each(folder, ("waiver", "ask", "w-9", *ASK[3:]))
    assert taken.status == 2 and "has the id" in taken.err


def test_the_list_tells_of_the_latest_look_at_each_asset_of_an_agency(folder: Path) -> None:
    """The latest run looked at `tat` alone, which is down: `cong` is as the run before saw it."""
    of_all = ("--control", CONTROL, "--agency", "so-mau")
    asked, granted, after = each(
        folder, ("waiver", "ask", "w-1", *of_all, *ASK[7:]), GRANT, ("waiver", "list", "--json")
    )
    assert (asked.status, granted.status) == (0, 0), asked.err + granted.err
    standing = listed(after)["w-1"]["standing"]
    assert (standing["state"], standing["covered"]) == ("in_force", [f"cong/{CONTROL}"])
    assert standing["uncovered"] == [[f"tat/{CONTROL}", "not_assessable"]]


def test_an_id_that_the_file_and_the_database_both_have_stops_a_scan_before_it_begins(folder: Path) -> None:
    assert [one.status for one in each(folder, ASK, GRANT)] == [0, 0]
    (folder / "waivers.yaml").write_text(
        f"waivers:\n  - id: w-1\n    asset: cong\n    control: {CONTROL}\n    justification: a\n    requested_by: b\n"
        "    approved_by: c\n    valid_from: 2026-01-01\n    valid_until: 2026-02-01\n"
    )
    with (folder / "khien.yaml").open("a") as file:
        file.write("waivers: waivers.yaml\n")
    for ended in each(folder, ("scan", "--asset", "tat"), ("waiver", "list")):
        assert ended.status == 2
        assert "waivers.yaml:2:5: the database has 'w-1' too" in ended.err


def test_what_the_file_has_does_not_come_into_the_database(folder: Path) -> None:
    """Whoever could put it there would stop every scan."""
    decide = ("--by", "Nguyễn Thị Mẫu", "--reason", "a")
    assert [one.status for one in each(folder, ASK, RAISE)] == [0, 0]
    rows = "".join(
        f"  - {{id: {name}, asset: cong, control: {CONTROL}, justification: a, requested_by: b, approved_by: c, "
        "valid_from: 2026-01-01, valid_until: 2026-02-01}\n"
        for name in ("w-1", "w-2", "d-1")
    )
    (folder / "waivers.yaml").write_text(f"waivers:\n{rows}")
    with (folder / "khien.yaml").open("a") as file:
        file.write("waivers: waivers.yaml\n")
    *refused, rejected, scanned = each(
        folder,
        ("waiver", "ask", "w-2", *ASK[3:]),
        (*RAISE[:2], "w-2", *RAISE[3:]),
        GRANT,
        ("dispute", "confirm", "d-1", *decide),
        ("dispute", "reject", "d-1", *decide),
        ("scan", "--asset", "tat"),
    )
    assert [one.status for one in refused] == [2] * 4
    assert all("waivers.yaml has the id" in one.err for one in refused)
    assert (rejected.status, scanned.status) == (0, 0), rejected.err + scanned.err  # neither is a waiver


def json_run(folder: Path) -> str:
    runs = each(folder, ("history", "list", "--json"))[0].json()
    run: str = runs[-1]["id"]
    return run


def test_a_dispute_is_confirmed_as_a_false_positive_bound_to_the_evidence(folder: Path) -> None:
    confirm = ("dispute", "confirm", "d-1", "--by", "Nguyễn Thị Mẫu", "--reason", "đo lại")
    raised, own, blank, nobody, confirmed, twice, disputes, waivers = each(
        folder,
        RAISE,
        ("dispute", "confirm", "d-1", "--by", "TRẦN VĂN MẪU", "--reason", "a"),
        (*confirm, "--seen", " "),
        (*confirm, "--seen", "chuỗi đủ", "--seen-by", " "),
        (*confirm, "--seen", "chuỗi đủ"),
        ("dispute", "reject", "d-1", "--by", "Nguyễn Thị Mẫu", "--reason", "b"),
        ("dispute", "list", "--json"),
        ("waiver", "list", "--json"),
    )
    assert raised.status == 0, raised.err
    assert (own.status, blank.status, nobody.status) == (2, 2, 2)
    assert "--seen must not be empty" in blank.err and "--seen-by must not be empty" in nobody.err
    assert (confirmed.status, twice.status) == (0, 2)
    (dispute,) = disputes.json()
    assert (dispute["state"], dispute["observation"]["by"]) == ("confirmed", "Nguyễn Thị Mẫu")
    assert dispute["observation"]["text"] == "chuỗi đủ"
    found = listed(waivers)["d-1"]
    assert (found["case"], found["waiver"]["kind"]) == ("confirmed", "false_positive")
    assert found["standing"]["state"] == "in_force"
    shown = each(folder, ("dispute", "list"), ("waiver", "list"))
    assert "Confirmed as a false positive" in shown[0].out
    assert "confirmed false positive" in shown[1].out


def test_a_rejected_dispute_is_told_in_the_report(folder: Path) -> None:
    run = json_run(folder)
    *done, written = each(
        folder,
        RAISE,
        ("dispute", "reject", "d-1", "--by", "Nguyễn Thị Mẫu", "--reason", "vẫn thế", "--seen", "x", "--seen-by", "y"),
        ("report", "--run", run, "--format", "json", "--even-if-held"),
    )
    assert [one.status for one in done] == [0, 0]
    assert written.status == 0, written.err
    report = json.loads(Path(folder / written.out.strip()).read_text())
    (dispute,) = report["disputes"]
    assert (dispute["state"], dispute["decision"], dispute["observation"]["by"]) == ("rejected", "vẫn thế", "y")


def test_a_run_in_which_hardly_anything_could_be_assessed_is_held(tmp_path: Path) -> None:
    with held_port() as shut:
        small(tmp_path / "work", asset_row("tat", shut))
        scanned, refused, written = each(
            tmp_path / "work",
            ("scan",),
            ("report", "--format", "json"),
            ("report", "--format", "json", "--even-if-held"),
        )
    assert scanned.status == 0, scanned.err
    assert "are held" in scanned.err
    assert refused.status == 4
    assert "--even-if-held" in refused.err
    assert written.status == 0, written.err
    held = json.loads(Path(tmp_path / "work" / written.out.strip()).read_text())["run"]["held"]
    assert held == {"reason": "coverage_low", "coverage": 0, "usual": None}
