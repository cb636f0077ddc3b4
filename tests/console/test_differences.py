"""What changed from one run or day to another: filtered, as CSV, and to each only what is theirs."""

import csv
import io
import re

import pytest

from tests.console.conftest import Console

FIRST_DAY = "2026-11-03"


def rows(console: Console, query: str = "", name: str = "kiem-toan") -> list[dict[str, str]]:
    """The list as CSV."""
    answer = console.visitor(name).get(f"/differences?format=csv&{query}")
    assert answer.status == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.body.decode("utf-8-sig"))))


def test_the_latest_scan_is_compared_with_the_one_before(console: Console) -> None:
    found = rows(console)
    assert {row["Tài sản"] for row in found} == {"cong-so-mau"}
    told = {row["Biện pháp"]: (row["Thay đổi"], row["Trước"], row["Sau"]) for row in found}
    assert told["TLS-LEGACY"] == ("Mới phát hiện", "Đạt", "Không đạt")
    assert all(change != "Chưa khắc phục" for change, _, _ in told.values())


def test_days_and_runs_tell_the_same(console: Console) -> None:
    runs = console.made["runs"]
    by_run = rows(console, f"before={runs[0]}&after={runs[-1]}")
    assert by_run == rows(console, f"from={FIRST_DAY}") == rows(console, f"from={FIRST_DAY}&after={runs[-1]}")
    told = {(row["Tài sản"], row["Biện pháp"]): row["Thay đổi"] for row in by_run}
    assert told["cong-so-mau", "TLS-LEGACY"] == "Mới phát hiện" and told["trang-xa", "TLS-LEGACY"] == "Đã khắc phục"


def test_filters_choose_among_them(console: Console) -> None:
    whole = rows(console, f"from={FIRST_DAY}")
    fixed = rows(console, f"from={FIRST_DAY}&kind=fixed")
    assert fixed == [row for row in whole if row["Thay đổi"] == "Đã khắc phục"] != []
    assert rows(console, f"from={FIRST_DAY}&agency=xa-mau") == [row for row in whole if row["Cơ quan"] == "Xã Mẫu"]
    assert [row["Biện pháp"] for row in rows(console, "q=tls-legacy")] == ["TLS-LEGACY"]
    still = rows(console, "kind=still_failing")
    assert {row["Thay đổi"] for row in still} == {"Chưa khắc phục"} and "trang-khac" in {
        row["Tài sản"] for row in still
    }


def test_each_row_leads_to_the_finding_of_both_runs(console: Console) -> None:
    runs = console.made["runs"]
    shown = console.visitor("kiem-toan").get(f"/differences?from={FIRST_DAY}&agency=xa-mau&q=TLS-LEGACY").text
    ways = re.findall(r'href="(/runs/[^"]+/findings/trang-xa/TLS-LEGACY)"', shown)
    assert {way.split("/")[2] for way in ways} == {runs[0], runs[-1]}
    assert all(console.visitor("kiem-toan").get(way).status == 200 for way in ways)


def test_an_agency_sees_what_changed_at_its_own(console: Console) -> None:
    own = rows(console, f"from={FIRST_DAY}", "van-thu")
    assert own == rows(console, f"from={FIRST_DAY}&agency=so-mau") != []
    assert console.visitor("van-thu").get("/differences?agency=so-khac").status == 404
    assert "so-khac" not in console.visitor("van-thu").get(f"/differences?from={FIRST_DAY}").text


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("from=tomorrow", 400),
        ("from=2026-11-01", 400),
        ("before=20200101-000000-abcd", 404),
        ("before=LAST&after=FIRST", 400),
        ("page=999&kind=none&agency=", 200),
    ],
)
def test_what_cannot_be_compared_is_said(console: Console, query: str, status: int) -> None:
    asked = query.replace("LAST", console.run).replace("FIRST", console.made["runs"][0])
    assert console.visitor("kiem-toan").get(f"/differences?{asked}").status == status
