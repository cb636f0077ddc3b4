"""What is due stands in one list, which filters take apart, and of which an agency sees its own part."""

import csv
import io
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from reports.alerts.routing import next_day
from tests.cli.command import khien
from tests.console.conftest import Console
from tests.console.test_reports import MAIL, with_contact
from tests.console.visitor import Visitor
from tests.servers.mail import MailServer
from tests.servers.pki import Authority
from tests.servers.tls import server_context


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


def test_the_team_sees_which_reminders_were_sent_about_an_agency(console: Console, tmp_path: Path) -> None:
    auditor, page = console.visitor("kiem-toan"), "/deadlines?agency=so-mau"
    assert "Chưa gửi đôn đốc nào." in auditor.get(page).text
    authority = Authority()
    (console.folder / "root.pem").write_bytes(authority.root.public_bytes(Encoding.PEM))
    with_contact(console.folder)
    with MailServer(server_context(authority.issue("127.0.0.1"), tmp_path)) as server:
        with (console.folder / "khien.yaml").open("a", encoding="utf-8") as configuration:
            configuration.write(MAIL.format(port=server.port) + "alerts: {}\n")
        told = khien("alerts", folder=console.folder)
    assert len(server.received) == 1, told.out + told.err
    sent = rows(auditor, "agency=so-mau&table=reminders")
    assert [row["Người nhận"] for row in sent] == ["cntt@so-mau.example"]
    assert "cong-so-mau/" in sent[0]["Nội dung"] or "thu-so-mau/" in sent[0]["Nội dung"]
    assert "cntt@so-mau.example" in auditor.get(page).text
    assert "cntt@so-mau.example" not in auditor.get("/deadlines?agency=so-khac").text
    assert "cntt@so-mau.example" not in console.visitor("van-thu").get(page).text


def test_the_next_reminder_is_the_first_of_all_that_are_to_come() -> None:
    due, today = [date(2026, 12, 10), date(2026, 11, 20)], date(2026, 12, 1)
    assert next_day(due, (-7, 0, 14), today) == date(2026, 12, 3)
    assert next_day(due, (0, 14), today) == date(2026, 12, 4)
    assert next_day(due[1:], (0,), today) is None
