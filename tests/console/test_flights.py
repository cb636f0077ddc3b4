"""A real scan under way, seen and cancelled in the console, and the emergency stop from there."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.command import PATIENCE, asset_row, khien, write_workspace
from tests.cli.conftest import POLICY
from tests.cli.test_stop import LONG, Held, ended, scanning
from tests.console.browsing import TELEPHONE, Open, faults
from tests.console.conftest import Console, served
from tests.console.test_api import ask


@pytest.fixture(scope="module")
def console(made: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A console on a folder whose assets are looked at."""
    folder = tmp_path_factory.mktemp("flights") / "work"
    shutil.copytree(made, folder)
    yield from served(folder)


@pytest.fixture
def server() -> Iterator[Held]:
    with Held() as running:
        yield running


def workspace(folder: Path, port: int) -> None:
    """One site of Sở Mẫu."""
    shutil.rmtree(folder / "rules", ignore_errors=True)
    write_workspace(folder, asset_row("cong-so-mau", port), POLICY, LONG)


def under_way(console: Console) -> str:
    """The run that is worked on, as the list of runs has it."""
    found = re.search(
        r"/runs/(\d{8}-\d{6}-[0-9a-f]{4})\"><code>[^<]+</code></a> ", console.visitor("an-ninh").get("/runs").text
    )
    assert found is not None
    return found[1]


def test_a_run_is_seen_under_way_and_cancelled(console: Console, server: Held, opened: Open) -> None:
    workspace(console.folder, server.port)
    security, auditor, agency = (console.visitor(name) for name in ("an-ninh", "kiem-toan", "van-thu"))
    token = khien("user", "token", "add", "an-ninh", "thu", folder=console.folder).out.strip()
    with scanning(console.folder) as process:
        assert server.reached.wait(PATIENCE)
        run = under_way(console)
        shown = security.get(f"/runs/{run}")
        assert shown.headers["Refresh"] == f"10; url=/runs/{run}?live=itself"
        assert "Đang rà quét" in shown.text and "<progress" in shown.text and "Sở Mẫu" in shown.text
        assert "http-equiv" not in shown.text
        still = security.get(f"/runs/{run}?live=off")
        assert "Refresh" not in still.headers and f'href="/runs/{run}"' in still.text
        progress = auditor.get(f"/runs/{run}?format=csv").text.splitlines()
        assert progress[1].startswith("Sở Mẫu,") and progress[1].endswith(",Chưa xong")
        assert f"/runs/{run}/cancel" in shown.text and f"/runs/{run}/cancel" not in auditor.get(f"/runs/{run}").text
        assert agency.get(f"/runs/{run}").status == 404 and run not in agency.get("/runs").text
        in_flight = json.loads(ask(console, token, "/api/v1/runs-in-flight").body)
        [flight] = [each for each in in_flight if each["run"]["id"] == run]
        total = flight["progress"]["total"]
        assert flight["activity"] == "looking" and total["done"] < total["planned"]
        window = opened("an-ninh", "vi").new_page()
        window.set_viewport_size(TELEPHONE)
        for path in ("/runs", f"/runs/{run}", f"/runs/{run}/cancel"):
            window.goto(path)
            assert faults(window) == [], path
        page = f"/runs/{run}/cancel"
        assert "Refresh" not in security.get(page).headers
        assert security.post(page, {"reason": " "}, page=page).status == 409
        assert auditor.post(page, {"reason": "x"}, page="/account").status == 404
        assert security.post(page, {"reason": "quét nhầm"}, page=page).to == f"/runs/{run}"
        assert "quét nhầm" in security.get(f"/runs/{run}").text
        with pytest.raises(subprocess.TimeoutExpired):  # it has been told by now, and waits for what is under way
            process.wait(3)
        server.let_go()
        scan = ended(process)
    assert (scan.status, "quét nhầm" in scan.err, "--resume" in scan.err) == (130, True, False), scan.err
    after = security.get(f"/runs/{run}").text
    assert "Đã hủy" in after and "quét nhầm" in after
    assert security.post(page, {"reason": "nữa"}, page="/account").status == 409
    cancelled = ask(console, token, f"/api/v1/runs/{run}/cancellation", body=json.dumps({"reason": "nữa"}))
    assert cancelled.status == 409
    assert json.loads(ask(console, token, f"/api/v1/runs/{run}/cancellation").body)["step"]["by"] == "an-ninh"
    assert khien("scan", "--resume", run, folder=console.folder).status == 2
    [act] = khien("history", "acts", "--what", "run.cancelled", "--json", folder=console.folder).json()
    assert (act["who"], act["run"], act["reason"]) == ("an-ninh", run, "quét nhầm")


def test_the_emergency_stop_is_ordered_seen_and_lifted(console: Console, server: Held) -> None:
    workspace(console.folder, server.port)
    security, auditor = console.visitor("an-ninh"), console.visitor("kiem-toan")
    assert (
        "Không có lệnh dừng" in auditor.get("/stop").text
        and "<form" not in auditor.get("/stop").text.partition("<main")[2]
    )
    assert auditor.post("/stop", {"step": "halt", "reason": "x"}, page="/account").status == 404
    with scanning(console.folder) as process:
        assert server.reached.wait(PATIENCE)
        assert security.post("/stop", {"step": "halt", "reason": "quá tải <b>"}, page="/stop").to == "/stop"
        scan = ended(process)
    assert (scan.status, "quá tải" in scan.err) == (130, True)
    for page in ("/stop", "/runs"):
        assert "quá tải &lt;b&gt;" in auditor.get(page).text
    assert khien("scan", folder=console.folder).status == 4
    token = khien("user", "token", "add", "an-ninh", "dung", folder=console.folder).out.strip()
    assert json.loads(ask(console, token, "/api/v1/stop").body)["stands"] is True
    lifted = ask(console, token, "/api/v1/stop", body=json.dumps({"step": "release", "reason": "đã xử lý"}))
    assert (lifted.status, json.loads(lifted.body)["stands"]) == (200, False)
    assert [line.split(",")[1] for line in auditor.get("/stop?format=csv").text.splitlines()[1:]] == [
        "Đã bỏ lệnh dừng",
        "Dừng khẩn cấp",
    ]
