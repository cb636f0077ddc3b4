"""Reports that the security team asks for in the console: the daemon makes and sends them, and agencies get theirs."""

import csv
import io
from datetime import date
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from tests.cli.command import khien
from tests.console.conftest import Console
from tests.console.visitor import Answer, Visitor
from tests.servers.mail import MailServer
from tests.servers.pki import Authority
from tests.servers.tls import server_context

TODAY = date.today().isoformat()  # noqa: DTZ011  # whichever day it is
MAIL = """
mail:
  {{host: 127.0.0.1, port: {port}, sender: khien@tinh-mau.example, trust_anchors: [root.pem], retry_seconds: 1}}
"""


def rows(visitor: Visitor, query: str = "") -> list[dict[str, str]]:
    """A table of the page."""
    text = visitor.get(f"/reports?format=csv&{query}").body.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def ask(visitor: Visitor, **form: str) -> Answer:
    """Send one of the forms of the page."""
    return visitor.post("/reports/ask", {"act": "make", "language": "vi", "format": "pdf", **form}, page="/reports")


def done(console: Console) -> dict[str, str]:
    """What became of what was asked for last, once the daemon has worked on it."""
    name = rows(console.visitor("an-ninh"), "table=orders")[0]["Yêu cầu"]
    worked = khien("schedule", "work", f"report:{name}", folder=console.folder)
    assert worked.status == 0, worked.err
    return rows(console.visitor("an-ninh"), "table=orders")[0]


def test_the_daemon_makes_and_issues_what_was_asked_for(console: Console) -> None:
    team, agency = console.visitor("an-ninh"), console.visitor("nguoi-khac")
    issue = {"run": console.run, "number": "31", "day": TODAY}
    assert ask(team, **issue, agency="so-khac").to == "/reports?done=asked"  # the archive has it under number 8
    assert ask(team, **issue, agency="so-khac").to == "/reports?done=asked"  # the same once more is the same
    assert ask(team, **issue, agency="so-khac", again="1").to == "/reports?done=asked"
    assert [row["Tình trạng"] for row in rows(team, "table=orders")[:2]] == ["Đang chờ", "Đang chờ"]
    first = rows(team, "table=orders")[0]["Yêu cầu"]
    assert ask(team, run=console.run, agency="*", format="csv").status == 302
    withdrawn = rows(team, "table=orders")[0]["Yêu cầu"]
    assert team.post(f"/reports/{withdrawn}/withdraw", page="/reports").to == "/reports?done=withdrawn"
    assert khien("schedule", "run", "--once", folder=console.folder).status == 0
    found = {row["Yêu cầu"]: row for row in rows(team, "table=orders")}
    assert (found[first]["Tình trạng"], found[first]["Kết quả"]) == ("Đã xong", "1 tệp")
    assert found[withdrawn]["Tình trạng"] == "Đã rút"
    (refused,) = [row for row in found.values() if "đã ban hành số 08/BC-TTM" in row["Kết quả"]]
    assert refused["Tình trạng"] == "Không thực hiện được"
    (made,) = rows(console.visitor("kiem-toan"), f"order={first}")
    assert (made["Số"], made["Về"]) == ("31/BC-XXX", "so-khac")
    (own,) = [row for row in rows(agency) if row["Số"] == "31/BC-XXX"]
    assert own["Tệp"] == made["Tệp"] and made["Tệp"] in agency.get("/reports").text
    acts = khien("history", "acts", "--json", folder=console.folder).json()
    asked = [each for each in acts if each["what"] == "report.asked"]
    assert {each["who"] for each in asked} == {"an-ninh"}


def test_a_draft_is_the_teams_until_it_is_sent_and_nothing_is_sent_twice_unasked(
    console: Console, tmp_path: Path
) -> None:
    team, agency = console.visitor("an-ninh"), console.visitor("van-thu")
    assert ask(team, run=console.run, agency="so-mau", format="json").status == 302
    (draft,) = rows(team, f"order={done(console)['Yêu cầu']}")
    assert draft["Đã gửi"] == "chưa gửi"
    number = next(
        row for row in khien("report", "issued", "--json", folder=console.folder).json() if row["format"] == "json"
    )
    assert agency.get(f"/reports/{number['id']}").status == 404
    assert draft["Tệp"] not in agency.get("/reports").text
    authority = Authority()
    (console.folder / "root.pem").write_bytes(authority.root.public_bytes(Encoding.PEM))
    with_contact(console.folder)
    send = {"act": "send", "run": console.run, "agency": "so-mau", "format": "json"}
    with MailServer(server_context(authority.issue("127.0.0.1"), tmp_path)) as server:
        with (console.folder / "khien.yaml").open("a", encoding="utf-8") as configuration:
            configuration.write(MAIL.format(port=server.port))
        results = []
        for again in ({}, {}, {"again": "1"}):
            assert ask(team, **send, **again).status == 302
            results.append(done(console)["Kết quả"])
        assert ask(team, **{**send, "agency": "xa-mau"}).status == 302
        nobody = done(console)
    assert results == ["máy chủ đã nhận: 1", "đã nhận trước đó: 1", "máy chủ đã nhận: 1"]
    assert (nobody["Tình trạng"], len(server.received)) == ("Không thực hiện được", 2)
    assert agency.get(f"/reports/{number['id']}").status == 200
    sent = rows(agency, "table=deliveries")
    assert [(row["Người nhận"], row["Người gửi"]) for row in sent] == [("cntt@so-mau.example", "an-ninh")] * 2
    assert rows(console.visitor("nguoi-khac"), "table=deliveries") == []


def with_contact(folder: Path) -> None:
    """Let so-mau have somebody to whom mail goes, by a file that takes the place of the inventory in the database."""
    for name, old, new in (
        ("inventory.yaml", "{id: so-mau, ", "{id: so-mau, contacts: [{email: cntt@so-mau.example, role: security}], "),
        ("khien.yaml", "inventory: database", "inventory: inventory.yaml"),
    ):
        text = (folder / name).read_text(encoding="utf-8")
        assert old in text
        (folder / name).write_text(text.replace(old, new), encoding="utf-8")


def test_what_does_not_fit_together_is_refused_and_others_ask_for_nothing(console: Console) -> None:
    team = console.visitor("an-ninh")
    for wrong in (
        {"number": "5"},
        {"number": "0", "day": TODAY},
        {"number": "x", "day": TODAY},
        {"number": "5", "day": TODAY, "format": "json"},
        {"format": "exe"},
        {"language": "fr"},
        {"agency": "*", "format": "sarif"},
    ):
        assert ask(team, run=console.run, **wrong).status == 409, wrong
    assert ask(team, run="20200101-000000-abcd").status == 404
    kept = ask(team, run=console.run, agency="none", number="7", day=TODAY, language="en")
    assert kept.status == 409 and "Đợt rà quét này không có cơ quan đã chọn." in kept.text
    form = kept.text.partition('name="act" value="make"')[2].partition("</form>")[0]
    assert 'name="number" type="text" value="7"' in form and 'value="en" checked' in form
    assert 'value="vi" checked' not in form
    for name in ("kiem-toan", "van-thu"):
        visitor = console.visitor(name)
        assert visitor.post("/reports/ask", {"run": console.run}, page="/account").status == 404
        assert "<form" not in visitor.get("/reports").text.partition("<main")[2]
    assert console.visitor("van-thu").get("/reports?order=none").status == 404
