"""Any past date as it was, faults from first seen to fixed, and departments that were merged: a year, simulated."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import PATIENCE, done, khien, khien_each, surroundings
from tests.cli.simulated import DAYS, ISSUED, at

FORMATS = "pdf,json"


@dataclass(frozen=True)
class Year:
    """A folder with the history of a year, and what was reported after its first run."""

    folder: Path
    then: dict[str, bytes]
    """The reports by file name."""
    waivers: Any
    """`waiver list --json` then."""

    def json(self, *arguments: object) -> Any:
        return done(*arguments, "--json", folder=self.folder).json()


def simulate(folder: Path, *days: int) -> None:
    command = [sys.executable, "-m", "tests.cli.simulated", str(folder), *map(str, days)]
    ended = subprocess.run(command, env=surroundings(), capture_output=True, timeout=PATIENCE)
    assert ended.returncode == 0, ended.stderr.decode()


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Year]:
    folder = tmp_path_factory.mktemp("year")
    simulate(folder, DAYS[0])
    done("report", "--agency", "so-hai", "--format", FORMATS, "--jobs", "1", "--out", "then", folder=folder)
    then = {each.name: each.read_bytes() for each in (folder / "then").iterdir()}
    waivers = done("waiver", "list", "--json", folder=folder).json()
    simulate(folder, *DAYS[1:])
    yield Year(folder, then, waivers)


def day(number: int) -> str:
    return str(at(number).date())


def faults(year: Year, *arguments: object) -> dict[tuple[str, str, str], dict[str, Any]]:
    found = year.json("history", "findings", *arguments)
    return {(each["asset"], each["control"], each["first_seen"]): each for each in found}


def test_a_report_of_300_days_ago_is_the_same_bytes_though_everything_has_changed(year: Year) -> None:
    done("report", "--as-of", day(0), "--agency", "so-hai", "--format", FORMATS, "--out", "again", folder=year.folder)
    again = {each.name: each.read_bytes() for each in (year.folder / "again").iterdir()}
    assert len(again) == 2 and again == year.then
    shown = year.json("history", "show", "--as-of", day(0))
    assert {(each["asset"], each["control"]): each["verdict"] for each in shown} == {
        ("cong", "TLS-13"): "pass",
        ("cong", "TLS-LEGACY"): "fail",
        ("cu", "TLS-13"): "pass",
        ("cu", "TLS-LEGACY"): "fail",
        ("trang", "TLS-13"): "fail",
        ("trang", "TLS-LEGACY"): "pass",
    }
    assert {each["run"] for each in shown} == {"day-0"}


def test_what_was_issued_comes_out_of_the_archive_from_the_moment_on_when_it_was(year: Year, tmp_path: Path) -> None:
    own = ("report", "--agency", "so-mot", "--lang", "vi", "--format", "pdf", "--jobs", 1, "--as-of")
    ended = done(*own, day(10), "--out", tmp_path / "after", folder=year.folder)
    (path,) = (tmp_path / "after").iterdir()
    assert path.read_bytes() == ISSUED and str(path) in ended.out
    done(*own, day(0), "--out", tmp_path / "before", folder=year.folder)
    assert [each.name for each in (tmp_path / "before").iterdir()] == ["so-mot.vi.pdf"]


def test_the_same_run_under_the_policy_of_today_has_an_impact(year: Year) -> None:
    text = (year.folder / "rules" / "small.yaml").read_text(encoding="utf-8")
    stricter = text.replace("policy: small", "policy: strict").replace("[tls1_0]", "[tls1_0, tls1_2]")
    (year.folder / "strict.yaml").write_text(stricter, encoding="utf-8")
    found = year.json("policy", "impact", "strict.yaml", "--run", "day-0")
    assert found["policy"] == {"id": "strict", "version": "2"}
    assert {each["agency"]: [shift["kind"] for shift in each["shifts"]] for each in found["agencies"]} == {
        "so-hai": ["new_fail"],
        "so-mot": [],
    }


def test_policy_inventory_waivers_and_runs_as_they_were(year: Year) -> None:
    old, new, gone = khien_each(
        ("policy", "show", "small", "--as-of", day(150), "--json"),
        ("policy", "show", "small", "--as-of", day(250), "--json"),
        ("policy", "show", "khac", "--as-of", day(250)),
        folder=year.folder,
    )
    assert (old.json()["version"], len(old.json()["controls"])) == ("1", 2)
    assert (new.json()["version"], len(new.json()["controls"])) == ("2", 3)
    assert (gone.status, gone.out) == (2, "")
    inventory = year.json("inventory", "list", "--as-of", day(120))
    assert {each["id"]: each["status"] for each in inventory["assets"]} == {
        "cong": "active",
        "cu": "retired",
        "trang": "active",
    }
    assert {each["id"] for each in inventory["agencies"]} == {"so-mot", "so-hai"}
    assert year.json("waiver", "list", "--as-of", day(0)) == []
    assert [each["case"] for each in year.json("waiver", "list", "--as-of", f"{at(1).isoformat()}")] == ["asked"]
    (then,) = year.json("waiver", "list", "--as-of", day(2))
    assert (then["case"], then["standing"]["state"]) == ("granted", "in_force")
    assert [each["id"] for each in year.json("history", "list", "--as-of", day(60))] == ["day-60", "day-30", "day-0"]


def test_a_moment_that_is_unknown_or_yet_to_come_is_bad_usage(year: Year) -> None:
    moments = ("2023-12-31", "2999-01-01", "gestern", "2024-01-01T10:00", "0001-01-01", "9999-12-31")
    commands: list[tuple[str, ...]] = [("history", "show", "--as-of", each) for each in moments]
    commands += [("report", "--as-of", day(0), "--run", "day-0"), ("history", "show", "day-0", "--as-of", day(0))]
    commands += [
        ("inventory", "list", "x.yaml", "--as-of", day(0)),
        ("history", "show", "--as-of", day(9), "--agency", "khac"),
    ]
    for arguments, ended in zip(commands, khien_each(*commands, folder=year.folder), strict=True):
        assert (ended.status, ended.out) == (2, ""), arguments
        assert ended.err.strip() and "Traceback" not in ended.err, arguments


def test_a_fault_lives_from_first_seen_to_fixed(year: Year) -> None:
    every = faults(year, "--state", "open", "--state", "fixed", "--state", "unwatched")
    cong = every["cong", "TLS-LEGACY", day(0)]
    assert (cong["state"], cong["fixed_run"], cong["last_run"]) == ("fixed", "day-200", "day-100")
    assert cong["seen_again"] == [at(60).isoformat().replace("+00:00", "Z")]
    assert every["cu", "TLS-LEGACY", day(0)]["state"] == "unwatched"
    assert every["trang", "TLS-13", day(0)]["state"] == "open"
    assert {each["agency"] for each in every.values()} == {"so-chung"}
    assert len(every) == 3
    then = faults(year, "--as-of", day(40), "--state", "open", "--state", "fixed")
    assert {key[0]: each["state"] for key, each in then.items()} == {"cong": "fixed", "cu": "open", "trang": "open"}
    assert {key[0]: each["agency"] for key, each in then.items()} == {
        "cong": "so-mot",
        "cu": "so-hai",
        "trang": "so-hai",
    }
    assert {key[0] for key in faults(year, "--as-of", day(40), "--state", "overdue")} == {"cu"}


def test_merged_departments_keep_their_history(year: Year) -> None:
    series = year.json("history", "score", "--agency", "so-chung")
    assert [each["run"] for each in series] == [f"day-{each}" for each in DAYS]
    assert series == year.json("history", "score")
    assert series == year.json("history", "score", "--agency", "so-mot")
    assert [sum(each["score"]["counts"].values()) for each in series] == [6, 6, 6, 4, 6, 6]
    own = year.json("history", "score", "--agency", "so-mot", "--to", day(150))
    assert [sum(each["score"]["counts"].values()) for each in own] == [2, 2, 2, 2]
    assert year.json("history", "score", "--from", day(60), "--to", day(199)) == series[2:4]
    latest = year.json("history", "show", "--agency", "so-chung")
    assert {each["asset"]: each["agency"] for each in latest} == {"cong": "so-chung", "trang": "so-chung"}
    (waived,) = [each for each in latest if each["verdict"] == "fail"]
    assert (waived["control"], waived["waiver"]["id"]) == ("TLS-13", "w-1")
    (listed,) = year.json("waiver", "list", "--as-of", day(300))
    assert (listed["waiver"]["agency"], listed["standing"]["state"]) == ("so-hai", "in_force")
    assert listed["standing"]["covered"] == ["trang/TLS-13"]
    assert [each["agency"] for each in year.json("report", "issued", "--agency", "so-chung")] == ["so-mot"]


def test_scores_as_they_stood(year: Year) -> None:
    def counts(*arguments: object) -> dict[str, int]:
        found = year.json("history", "score", *arguments)
        return {each["agency"]: sum(each["score"]["counts"].values()) for each in found}

    assert counts("--as-of", day(70)) == {"so-hai": 4, "so-mot": 2}
    assert counts("--as-of", day(120)) == {"so-hai": 2, "so-mot": 2}
    assert counts("--as-of", day(120), "--agency", "so-hai") == {"so-hai": 2}
    assert counts("--as-of", day(300)) == {"so-chung": 6}
    (now,) = year.json("history", "score", "--as-of", day(300))
    assert now["score"] == year.json("history", "score", "--from", day(300))[0]["score"]
    assert "so-hai" in done("history", "score", "--as-of", day(70), folder=year.folder).out
    assert khien("history", "score", "--as-of", day(70), "--to", day(70), folder=year.folder).status == 2


def test_a_report_of_merged_departments_has_the_trend_of_both(year: Year, tmp_path: Path) -> None:
    done("report", "--as-of", day(300), "--format", "json", "--out", tmp_path, folder=year.folder)
    (path,) = tmp_path.iterdir()
    assert path.name.startswith("so-chung.")
    assert '"day-0"' in path.read_text(encoding="utf-8")


def test_a_retired_site_stays_in_history_and_is_not_told_of_as_it_stands(year: Year) -> None:
    assert "cu" not in {each["asset"] for each in year.json("history", "show")}
    assert {each["asset"] for each in year.json("history", "show", "--asset", "cu")} == {"cu"}
    assert "cu" in {each["asset"] for each in year.json("history", "show", "--as-of", day(70))}


def test_an_asset_that_no_run_judged_is_bad_usage(year: Year) -> None:
    commands = [("show",), ("show", "day-0"), ("findings",), ("diff", "day-0", "day-30"), ("diff", "--from", day(31))]
    own = [("history", *each, "--asset", "la-tai-san") for each in commands]
    for arguments, ended in zip(own, khien_each(*own, folder=year.folder), strict=True):
        assert (ended.status, ended.out) == (2, ""), arguments
        assert "la-tai-san" in ended.err, arguments


def test_diff_of_runs_and_of_moments(year: Year) -> None:
    def kinds(*arguments: object) -> dict[tuple[str, str], str]:
        found = year.json("history", "diff", *arguments)
        return {(each["asset"], each["control"]): each["kind"] for each in found}

    assert kinds("day-0", "day-30") == {("cong", "TLS-LEGACY"): "fixed"}
    assert kinds("--from", day(30), "--to", day(30)) == {("cong", "TLS-LEGACY"): "fixed"}
    assert kinds("day-30", "day-60") == {("cong", "TLS-LEGACY"): "regressed"}
    assert kinds("--from", day(31), "--to", day(61)) == {("cong", "TLS-LEGACY"): "regressed"}
    assert kinds("day-0", "day-30", "--all") == {
        ("cong", "TLS-LEGACY"): "fixed",
        ("cu", "TLS-LEGACY"): "still_failing",
        ("trang", "TLS-13"): "still_failing",
    }
    merged = kinds("--from", day(150), "--agency", "so-chung")
    assert merged["cong", "TLS-LEGACY"] == "fixed"
    assert merged["cong", "TLS-12"] == "scope_changed"
    assert kinds("day-0", "day-30", "--agency", "so-hai", "--asset", "cu") == {}
    assert kinds("--from", day(31), "--asset", "cu") == {}
    assert kinds("day-60", "day-100") == {
        ("cu", "TLS-13"): "scope_changed",
        ("cu", "TLS-LEGACY"): "scope_changed",
    }
    bad: list[tuple[str, ...]] = [
        ("day-0",),
        ("day-0", "day-30", "--from", day(0)),
        (),
        ("--to", day(3)),
        ("--from", day(9), "--to", day(3)),
    ]
    for arguments in bad:
        assert khien("history", "diff", *arguments, folder=year.folder).status == 2, arguments


def test_from_a_verdict_to_its_evidence_policy_and_command(year: Year) -> None:
    ended = done("history", "show", "day-0", "--asset", "cong", "--control", "TLS-LEGACY", folder=year.folder)
    for part in (
        "cong/TLS-LEGACY: fail",
        "2024-01-01 09:00",
        "127.0.0.11",
        "protocols.tls1_0 = true",
        "small 1 sha256:",
    ):
        assert part in ended.out, part
    assert "  $ " in ended.out
    (found,) = year.json("history", "show", "day-0", "--asset", "cong", "--control", "TLS-LEGACY")
    assert found["looks"][0]["excerpts"] == ["protocols.tls1_0 = true"]
    assert found["looks"][0]["address"] == "127.0.0.11"
    assert found["demand"]["policy"]["version"] == "1"
    assert found["demand"]["control"]["params"]["forbidden"] == ["tls1_0"]
    now = done("history", "show", "--asset", "cong", "--control", "TLS-12", folder=year.folder)
    assert "Run day-300" in now.out and "small 2 sha256:" in now.out


def test_statistics(year: Year) -> None:
    found = year.json("history", "statistics", "--to", day(150))
    assert found["whole"]["open"] == {"count": 2, "median": 150, "p90": 150}
    assert (found["whole"]["overdue"], found["whole"]["fixed"]["count"]) == (1, 0)
    assert set(found["by_agency"]) == {"so-mot", "so-hai"}
    later = year.json("history", "statistics", "--from", day(190), "--to", day(250), "--agency", "so-chung")
    assert later["whole"]["fixed"] == {"count": 1, "median": 200, "p90": 200}
    assert later["whole"]["seen_again"] == 1
    assert later["by_severity"]["high"] == later["whole"]
    table = done("history", "statistics", folder=year.folder).out
    assert "so-chung" in table and "p90" in table


def test_an_acknowledgement_is_kept_and_told_and_closes_nothing(year: Year, tmp_path: Path) -> None:
    work = tmp_path / "work"
    shutil.copytree(year.folder, work)
    own = ("history", "acknowledge", "--asset", "trang", "--control", "TLS-13", "--by", "so-chung")
    before = (*own, "--planned", "2099-01-01")
    after = (*own, "--planned", "2099-02-01", "--note", "Chờ máy chủ mới")
    past, strange = (*own, "--planned", "2024-01-01"), (*before, "--instance", "khac")
    ended = khien_each(before, after, past, strange, folder=work)
    assert [each.status for each in ended] == [0, 0, 2, 2], [each.err for each in ended]
    (found,) = khien("history", "findings", "--state", "acknowledged", "--json", folder=work).json()
    assert (found["asset"], found["state"]) == ("trang", "open")
    assert (found["acknowledged"]["by"], found["acknowledged"]["planned"]) == ("so-chung", "2099-02-01")
    told = khien("history", "findings", "--as-of", day(300), "--json", folder=work).json()
    assert [each["acknowledged"] for each in told] == [None]
    assert khien("history", "verify", folder=work).status == 0
