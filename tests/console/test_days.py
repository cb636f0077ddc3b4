"""Pages as they stood on a day: by the scan that was the latest then, and by the acts that were done until then."""

import pytest

from tests.console.conftest import Console

FIRST_DAY, LATER_DAY = "2026-11-03", "2026-11-10"
"""After the first scan, and after the second."""


@pytest.mark.parametrize("path", ["/", "/agencies", "/agencies/so-mau", "/deadlines"])
def test_a_day_shows_what_the_latest_scan_of_then_found(console: Console, path: str) -> None:
    auditor = console.visitor("kiem-toan")
    shown = auditor.get(f"{path}?date={LATER_DAY}").text
    assert console.made["runs"][1] in shown and console.run not in shown.partition("<main")[2]
    assert "Tình trạng vào cuối ngày 10/11/2026." in shown and "Về hiện tại" in shown
    if path != "/deadlines":
        first, by_run = (
            f"{path}?format=csv&{each}" for each in (f"date={FIRST_DAY}", f"run={console.made['runs'][0]}")
        )
        assert auditor.get(first).body == auditor.get(by_run).body


def test_what_is_overdue_is_told_by_the_day(console: Console) -> None:
    auditor = console.visitor("kiem-toan")
    assert "quá hạn" not in auditor.get(f"/deadlines?date={FIRST_DAY}&format=csv").text
    assert auditor.get(f"/deadlines?date={FIRST_DAY}&when=overdue&format=csv").text.count("\n") == 1
    linked = auditor.get(f"/deadlines?date={FIRST_DAY}").text
    assert f"/agencies/so-khac?date={FIRST_DAY}" in linked


def test_links_and_forms_keep_to_the_day(console: Console) -> None:
    shown = console.visitor("kiem-toan").get(f"/agencies?date={FIRST_DAY}&q=x%22%3E").text
    assert f'name="date" value="{FIRST_DAY}"' in shown and '"x">' not in shown
    shown = console.visitor("kiem-toan").get(f"/agencies?date={FIRST_DAY}").text
    assert f"/agencies/so-khac?date={FIRST_DAY}" in shown


def test_a_waiver_is_not_there_before_it_was_asked_for(console: Console) -> None:
    page = f"/runs/{console.run}/findings/cong-so-mau/TLS-LEGACY"
    form = {"reason": "Đang thay máy chủ", "until": "2027-01-31"}
    agency = console.visitor("van-thu")
    answer = agency.post(f"{page}/waiver", form, page=page)
    assert answer.to == "/matters?done=asked", answer.text
    assert "Đang thay máy chủ" in agency.get("/matters").text
    then = console.visitor("an-ninh").get(f"/matters?date={LATER_DAY}").text
    assert "Đang thay máy chủ" not in then and 'method="post"' not in then.partition("<main")[2]


@pytest.mark.parametrize("path", ["/", "/agencies/so-mau", "/deadlines"])
def test_before_the_first_scan_there_is_nothing(console: Console, path: str) -> None:
    answer = console.visitor("kiem-toan").get(f"{path}?date=2026-11-01")
    assert answer.status == 200 and "Đến hết ngày 01/11/2026 chưa có đợt rà quét nào kết thúc." in answer.text


@pytest.mark.parametrize("day", ["2999-01-01", "yesterday", "0001-01-01", "2026-02-30"])
def test_what_is_no_day_is_said(console: Console, day: str) -> None:
    for path in ("/", "/matters"):
        answer = console.visitor("kiem-toan").get(f"{path}?date={day}")
        assert answer.status == 400 and "Cần một ngày" in answer.text


def test_an_agency_sees_its_own_on_any_day_and_nobody_elses(console: Console) -> None:
    agency = console.visitor("van-thu")
    assert console.made["runs"][0] in agency.get(f"/agencies/so-mau?date={FIRST_DAY}").text
    assert agency.get(f"/agencies/so-khac?date={FIRST_DAY}").status == 404
    assert "so-khac" not in agency.get(f"/deadlines?date={FIRST_DAY}").text
