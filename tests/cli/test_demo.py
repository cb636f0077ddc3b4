"""`khien demo` from beginning to end: real servers, real probes, real reports, and every planted fault told."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from checks.model.text import Language
from demo.faults import FAULTS
from demo.sites import AGENCIES, SITES
from tests.cli.command import done
from tests.reports.reconciling import reconciled

GOOD = sorted({site.id for site in SITES} - {fault.asset for fault in FAULTS})


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One demo for all tests of this file; what it printed is kept beside its reports."""
    folder = tmp_path_factory.mktemp("demo")
    ended = done("demo", "--out", folder)
    (folder / "printed.txt").write_text(ended.out, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def findings(demo: Path) -> dict[tuple[str, str], dict[str, Any]]:
    run = done("history", "list", "--json", "--config", demo / "khien.yaml").json()[0]["id"]
    found = done("history", "show", run, "--json", "--config", demo / "khien.yaml").json()
    return {(each["asset"], each["control"]): each for each in found}


def test_there_are_at_least_four_agencies_and_twelve_assets(demo: Path) -> None:
    listed = done("inventory", "list", "--json", "--config", demo / "khien.yaml").json()
    assert len(listed["agencies"]) >= 4
    assert len(listed["assets"]) >= 12


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: f"{fault.asset}")
def test_every_planted_fault_is_found(findings: dict[tuple[str, str], dict[str, Any]], fault: Any) -> None:
    for control in fault.controls:
        found = findings[fault.asset, control]
        assert found["verdict"] == fault.verdict
        assert found["instances"] if fault.verdict == "fail" else found["gaps"]
        assert found["reproduce"]


@pytest.mark.parametrize("asset", GOOD)
def test_a_good_site_has_no_fail_and_no_gap(findings: dict[tuple[str, str], dict[str, Any]], asset: str) -> None:
    own = [each for (owner, _), each in findings.items() if owner == asset]
    assert own
    assert [each["control"] for each in own if each["verdict"] in ("fail", "not_assessable")] == []


def test_no_finding_is_a_fault_of_the_rules(findings: dict[tuple[str, str], dict[str, Any]]) -> None:
    broken = [key for key, each in findings.items() if each["reason"] in ("rule_failed", "tool_failed")]
    assert broken == []


def test_every_control_gives_one_finding_an_asset(demo: Path, findings: dict[tuple[str, str], Any]) -> None:
    controls = done("policy", "show", "nghe-an-web", "--json", "--config", demo / "khien.yaml").json()["controls"]
    assert len(findings) == len(controls) * len(SITES)


def test_a_parent_is_told_the_figures_of_those_below_it_and_nobody_else_is(demo: Path) -> None:
    reports = {each.id: json.loads((demo / "reports" / f"{each.id}.vi.json").read_text("utf-8")) for each in AGENCIES}
    below = {name: {each["id"]: each["score"] for each in report["units"]} for name, report in reports.items()}
    parents = {each.id: each.parent for each in AGENCIES}
    assert below == {
        parent: {name: reports[name]["score"] for name, above in parents.items() if above == parent}
        for parent in parents
    }
    assert any(below.values())


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("agency", [each.id for each in AGENCIES])
def test_every_agency_has_its_reports(demo: Path, agency: str, language: str) -> None:
    pdf = demo / "reports" / f"{agency}.{language}.pdf"
    text = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True, timeout=60).stdout
    name = next(each.name for each in AGENCIES if each.id == agency)
    assert (name.vi if language == "vi" else name.en) in " ".join(text.split())
    fonts = subprocess.run(["pdffonts", pdf], capture_output=True, text=True, check=True, timeout=60).stdout
    assert {line.split()[-5] for line in fonts.splitlines()[2:]} == {"yes"}
    report = json.loads((demo / "reports" / f"{agency}.{language}.json").read_text(encoding="utf-8"))
    assert report["agency"]["id"] == agency
    assert str(pdf) in (demo / "printed.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("agency", [each.id for each in AGENCIES])
def test_the_files_of_an_agency_add_up_to_the_same(demo: Path, agency: str, language: Language) -> None:
    found = reconciled(demo / "reports", f"{agency}.{language}", language)
    assert found.assets == sum(site.agency == agency for site in SITES)
    assert found.score is not None


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_province_has_its_report(demo: Path, language: str) -> None:
    report = json.loads((demo / "reports" / f"estate.{language}.json").read_text(encoding="utf-8"))
    assert {each["id"] for each in report["agencies"]} == {each.id for each in AGENCIES}
    for verdict, count in report["figures"]["score"]["counts"].items():
        files = (demo / "reports" / f"{each.id}.{language}.json" for each in AGENCIES)
        own = [json.loads(each.read_text(encoding="utf-8"))["score"]["counts"][verdict] for each in files]
        assert count == sum(own)
    pdf = demo / "reports" / f"estate.{language}.pdf"
    text = subprocess.run(["pdftotext", pdf, "-"], capture_output=True, text=True, check=True, timeout=60).stdout
    assert all((each.name.vi if language == "vi" else each.name.en) in " ".join(text.split()) for each in AGENCIES)


def test_history_is_intact_and_the_same_run_gives_the_same_report(demo: Path, tmp_path: Path) -> None:
    done("history", "verify", "--config", demo / "khien.yaml")
    done("report", "--lang", "vi", "--out", tmp_path, "--config", demo / "khien.yaml")
    done("report", "--estate", "--lang", "vi", "--out", tmp_path, "--config", demo / "khien.yaml")
    for path in tmp_path.iterdir():
        assert path.read_bytes() == (demo / "reports" / path.name).read_bytes()


def test_nothing_of_the_estate_is_left_running(demo: Path) -> None:
    running = subprocess.run(["pgrep", "-af", str(demo)], capture_output=True, text=True, check=False).stdout
    assert running == ""
