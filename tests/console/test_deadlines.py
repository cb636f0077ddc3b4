"""What is due stands in one list, which filters take apart, and of which an agency sees its own part."""

import csv
import io

from tests.console.conftest import Console
from tests.console.visitor import Visitor


def rows(visitor: Visitor, query: str = "") -> list[dict[str, str]]:
    """The list as CSV."""
    text = visitor.get(f"/deadlines?format=csv&{query}").body.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_the_parts_of_the_list_make_up_the_whole_in_the_order_of_days(console: Console) -> None:
    auditor = console.visitor("kiem-toan")
    whole = rows(auditor)
    parts = [rows(auditor, f"when={part}") for part in ("overdue", "soon", "later")]
    assert whole and sum(map(len, parts)) == len(whole)
    assert [row for part in parts for row in part] == whole
    days = [row["Thời hạn"] for row in whole]
    assert days == sorted(days)


def test_filters_take_by_agency_and_severity(console: Console) -> None:
    auditor = console.visitor("kiem-toan")
    assert {row["Cơ quan"] for row in rows(auditor, "agency=so-khac")} == {"Sở Khác"}
    assert {row["Mức độ"] for row in rows(auditor, "severity=high")} == {"Cao"}
    assert rows(auditor, "agency=nobody&severity=x&when=x") == rows(auditor)


def test_an_agency_sees_what_it_has_to_do(console: Console) -> None:
    own = rows(console.visitor("van-thu"))
    assert own == rows(console.visitor("kiem-toan"), "agency=so-mau")
    assert rows(console.visitor("van-thu"), "agency=so-khac") == own
    listed = console.visitor("van-thu").get("/agencies/so-mau?verdict=fail&format=csv").body.decode("utf-8-sig")
    failing = {(row["Biện pháp"], row["Tài sản"]) for row in csv.DictReader(io.StringIO(listed)) if row["Thời hạn"]}
    assert {(row["Biện pháp"], row["Tài sản"]) for row in own} == failing
