"""The auditor's part: proofs, evidence to take away, bundles, who did what; on a database that is whole, and on one
that somebody has altered."""

import csv
import hashlib
import io
import json
import re
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from checks.model.canonical import canonical
from tests.console.conftest import ROOT, Console, served
from tests.console.visitor import Answer

FINDING = "/runs/RUN/findings/cong-so-mau/TLS-LEGACY"


def got(console: Console, path: str, name: str = "kiem-toan") -> Answer:
    return console.visitor(name).get(path.replace("RUN", console.run))


@pytest.fixture(scope="module")
def altered(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A console on a database in which somebody turned a verdict, with all that stands in their way removed."""
    folder = tmp_path_factory.mktemp("altered") / "work"
    shutil.copytree(made, folder)
    run = json.loads((folder / "made.json").read_text(encoding="utf-8"))["runs"][-1]
    with closing(sqlite3.connect(folder / "khien.sqlite3")) as database, database:
        for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            database.execute(f"DROP TRIGGER {name}")
        database.execute(
            "UPDATE history_logentry SET content = 'sha256:' || hex(randomblob(32)) WHERE subject = ?", (run,)
        )
        database.execute("UPDATE history_issuedfile SET number = 99 WHERE sequence = 1")
    yield from served(folder)


@pytest.mark.parametrize("path", ["/runs/RUN/proof", f"{FINDING}/proof", "/reports/0/proof"])
def test_what_is_whole_is_said_to_hold_with_every_step(console: Console, path: str) -> None:
    shown = got(console, path).text
    assert "Nguyên vẹn: mọi bước tính lại đều khớp." in shown and "KHÔNG" not in shown
    assert re.search(r"Gốc</dt><dd><code[^>]*>[0-9a-f]{64}<", shown) and "Lá và đường dẫn cho đúng gốc này." in shown


@pytest.mark.parametrize("path", ["/runs/RUN/proof", f"{FINDING}/proof", "/reports/1/proof"])
def test_what_was_altered_is_said_in_red_words_with_where(altered: Console, path: str) -> None:
    shown = got(altered, path).text
    assert "KHÔNG nguyên vẹn" in shown and "Nguyên vẹn: mọi bước" not in shown
    assert "bị sửa: log entry run" in shown if "RUN" in path else "bị hỏng: issued file 1" in shown


def test_an_agency_verifies_its_own_and_nothing_else(console: Console) -> None:
    assert "Nguyên vẹn" in got(console, f"{FINDING}/proof", "van-thu").text
    assert "Nguyên vẹn" in got(console, "/reports/0/proof", "van-thu").text
    foreign = "/runs/RUN/findings/trang-khac/TLS-LEGACY"
    for path in (f"{foreign}/proof", f"{foreign}/evidence.json", "/reports/1/proof", "/runs/RUN/proof", "/acts"):
        assert got(console, path, "van-thu").status == 404, path


def test_evidence_is_taken_as_the_bytes_that_were_digested(console: Console) -> None:
    answer = got(console, f"{FINDING}/evidence.json", "van-thu")
    told = json.loads(answer.body)
    assert answer.body == canonical(told) and "attachment" in answer.headers["Content-Disposition"]
    assert told["finding"]["control"] == "TLS-LEGACY" and "TLS-LEGACY" in told["policy"]["text"]
    digests = {each["observation"] for each in told["finding"]["evidence"]}
    for look in told["looks"]:
        seen = canonical(look["observation"])
        assert seen in answer.body and f"sha256:{hashlib.sha256(seen).hexdigest()}" == look["sighting"]["observation"]
    assert digests == {look["sighting"]["observation"] for look in told["looks"]} != set()
    newest = acts(console, "what=data.downloaded")[0]
    assert newest["Ai"] == "van-thu" and newest["Đối tượng"] == f"{console.run}-cong-so-mau-TLS-LEGACY.json"


def test_a_finding_names_everything_that_it_rests_on(console: Console) -> None:
    shown = got(console, FINDING).text
    row = got(console, "/runs/RUN").text
    for digest in re.findall(r'class="digest">([^<]+)<', row):
        assert digest in shown
    assert "Lá của đợt trong sổ" in shown and "Kiểm chứng" in shown


def acts(console: Console, query: str = "") -> list[dict[str, str]]:
    """Newest first, as CSV."""
    body = got(console, f"/acts?format=csv&{query}").body
    return list(csv.DictReader(io.StringIO(body.decode("utf-8-sig"))))


def test_who_did_what_is_filtered_by_who_what_subject_and_days(console: Console) -> None:
    period = "from=2026-11-01&to=2026-11-30"
    opened = acts(console, f"{period}&what=run.opened")
    assert [row["Đợt"] for row in opened] == console.made["runs"][::-1]
    assert {row["Mã việc"] for row in acts(console, f"{period}&what=report")} == {"report.issued"}
    assert acts(console, f"{period}&what=report&agency=so-khac&q=08")[0]["Đối tượng"] == "08/BC-TTM"
    assert acts(console, f"{period}&who=nobody") == []
    assert got(console, "/acts?from=2026-01-01&to=2026-11-30").status == 400
    assert got(console, "/acts?from=2026-11-30&to=2026-11-01").status == 400
    shown = got(console, f"/acts?{period}&what=run.opened").text
    assert "purpose" in shown and f"/runs/{console.run}" in shown


def test_what_people_wrote_is_text_among_the_acts(console: Console) -> None:
    agency = console.visitor("van-thu")
    page = FINDING.replace("RUN", console.run)
    agency.post(f"{page}/acknowledge", {"planned": "2099-01-01", "note": "<script>alert(1)</script>"}, page=page)
    shown = got(console, "/acts?what=fault").text
    assert "&lt;script&gt;alert(1)" in shown and "<script>alert" not in shown


def test_a_checkpoint_that_was_noted_is_compared_with_the_log(console: Console) -> None:
    short = re.search(r"<code>(\d+-[A-Z2-7-]+)</code>", got(console, "/checkpoints").text)
    assert short is not None
    assert "Khớp" in got(console, f"/checkpoints?noted={short[1]}").text
    for wrong in (short[1][:-1] + ("A" if short[1][-1] != "A" else "B"), "9999" + short[1]):
        assert "KHÔNG khớp" in got(console, f"/checkpoints?noted={wrong}").text
    assert got(console, "/checkpoints?noted=%3Cb%3E").status == 400


@pytest.mark.parametrize(
    ("form", "part"),
    [
        ({"run": "RUN"}, False),
        ({"from": "2026-11-01", "to": "2026-11-12"}, False),
        ({"run": "RUN", "agency": "so-mau"}, True),
    ],
)
def test_a_bundle_is_checked_by_the_programme_that_knows_nothing_of_khien(
    console: Console, tmp_path: Path, form: dict[str, str], part: bool
) -> None:
    wanted = {name: value.replace("RUN", console.run) for name, value in form.items()}
    noted = re.search(r"<code>(\d+-[A-Z2-7-]+)</code>", got(console, "/checkpoints").text)
    answer = console.visitor("kiem-toan").post("/export", wanted, page="/export")
    assert answer.status == 200 and answer.headers["Content-Type"] == "application/zip" and noted is not None
    bundle = tmp_path / "goi.zip"
    bundle.write_bytes(answer.body)
    program = [sys.executable, "-I", str(ROOT / "docs" / "verify_bundle.py"), str(bundle), "--checkpoint", noted[1]]
    checked = subprocess.run(program, capture_output=True, text=True, check=False, timeout=120)
    assert checked.returncode == 0, checked.stdout + checked.stderr
    taken = acts(console, "what=data.downloaded")[0]
    assert taken["Ai"] == "kiem-toan" and taken["Đối tượng"].endswith("-so-mau.zip" if part else ".zip")


@pytest.mark.parametrize(
    ("form", "status"),
    [
        ({}, 400),
        ({"from": "2026-11-12", "to": "2026-11-01"}, 400),
        ({"from": "2020-01-01", "to": "2020-01-02"}, 404),
        ({"run": "20200101-000000-abcd"}, 404),
        ({"run": "RUN", "agency": "nobody"}, 404),
    ],
)
def test_a_bundle_of_nothing_is_not_made(console: Console, form: dict[str, str], status: int) -> None:
    wanted = {name: value.replace("RUN", console.run) for name, value in form.items()}
    assert console.visitor("kiem-toan").post("/export", wanted, page="/export").status == status
    assert console.visitor("van-thu").post("/export", wanted, page="/account").status == 404
