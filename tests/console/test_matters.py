"""Waivers, disputes and planned days in the console: who may ask, who decides, and what the command line sees of it."""

import re
from datetime import date, timedelta

from tests.cli.command import khien
from tests.console.conftest import Console
from tests.console.visitor import Visitor

SOON = (date.today() + timedelta(days=30)).isoformat()  # noqa: DTZ011  # whichever day it is
SOONER = (date.today() + timedelta(days=20)).isoformat()  # noqa: DTZ011
PAST = (date.today() - timedelta(days=3)).isoformat()  # noqa: DTZ011


def page(console: Console, control: str, asset: str = "cong-so-mau", run: str = "") -> str:
    return f"/runs/{run or console.run}/findings/{asset}/{control}"


def told(visitor: Visitor, table: str = "waivers") -> dict[str, list[str]]:
    """The rows of a table by their ids."""
    lines = visitor.get(f"/matters?format=csv&table={table}").text.splitlines()[1:]
    return {line.split(",")[0]: line.split(",") for line in lines}


def name_of_new(visitor: Visitor, before: dict[str, list[str]], table: str = "waivers") -> str:
    """What has come into a table."""
    (name,) = told(visitor, table).keys() - before.keys()
    return name


def test_an_agency_asks_for_a_waiver_and_somebody_else_grants_it(console: Console) -> None:
    agency, team = console.visitor("van-thu"), console.visitor("an-ninh")
    form = {"reason": "Đang thay máy chủ", "measure": "Chặn từ ngoài", "until": SOON}
    before = told(agency)
    asked = agency.post(f"{page(console, 'TLS-LEGACY')}/waiver", form, page=page(console, "TLS-LEGACY"))
    assert asked.to == "/matters?done=asked"
    name = name_of_new(agency, before)
    assert re.fullmatch(r"w-\d{8}-[0-9a-f]{6}", name)
    assert name in team.get("/matters").text and "Đang thay máy chủ" in team.get("/matters").text
    assert name in console.visitor("kiem-toan").get("/matters").text
    assert name not in console.visitor("nguoi-khac").get("/matters").text
    for stranger in ("van-thu", "kiem-toan", "nguoi-khac"):
        decided = console.visitor(stranger).post(f"/waivers/{name}", {"decision": "grant"}, page="/account")
        assert decided.status == 404
    later = team.post(f"/waivers/{name}", {"decision": "grant", "until": "2099-01-01"}, page="/matters")
    assert later.status == 409 and "thời hạn dài hơn đề nghị" in later.text
    granted = team.post(f"/waivers/{name}", {"decision": "grant", "until": SOONER}, page="/matters")
    assert granted.to == "/matters?done=decided"
    assert told(agency)[name][3] == "Đã phê duyệt"
    every = [each["waiver"] for each in khien("waiver", "list", "--json", folder=console.folder).json()]
    [listed] = [each for each in every if each["id"] == name]
    assert (listed["approved_by"], listed["requested_by"]) == ("an-ninh", "van-thu")
    assert listed["valid_until"] == SOONER
    again = team.post(f"/waivers/{name}", {"decision": "refuse", "reason": "x"}, page="/matters")
    assert again.status == 409
    ended = team.post(f"/waivers/{name}", {"decision": "withdraw", "reason": "Đã khắc phục"}, page="/matters")
    assert ended.to == "/matters?done=decided"


def test_nobody_decides_what_they_have_asked_for(console: Console) -> None:
    team = console.visitor("an-ninh")
    where = page(console, "TLS-LEGACY")
    before = told(team)
    assert team.post(f"{where}/waiver", {"reason": "x", "until": SOON}, page=where).status == 302
    name = name_of_new(team, before)
    for decision in ("grant", "refuse"):
        answer = team.post(f"/waivers/{name}", {"decision": decision, "reason": "x"}, page="/matters")
        assert answer.status == 409 and "không thể tự quyết định" in answer.text


def test_a_waiver_is_not_granted_once_something_else_fails(console: Console) -> None:
    team = console.visitor("an-ninh")
    where = page(console, "TLS-LEGACY", "trang-xa", console.made["runs"][0])
    auditor_sees = console.visitor("kiem-toan").get(where).text
    assert "Đề nghị miễn trừ" not in auditor_sees and "Đề nghị miễn trừ" not in team.get(where).text
    added = khien(
        "waiver", "ask", "w-cu", "--asset", "trang-xa", "--control", "TLS-LEGACY", "--by", "Người Khác", "--reason",
        "x", "--until", SOON, "--run", console.made["runs"][0], folder=console.folder,
    )  # fmt: skip
    assert added.status == 0, added.err
    answer = team.post("/waivers/w-cu", {"decision": "grant"}, page="/matters")
    assert answer.status == 409 and "lỗi phát hiện đã khác khi đề nghị" in answer.text
    assert team.post("/waivers/w-cu", {"decision": "refuse", "reason": "Đã hết lỗi"}, page="/matters").status == 302


def test_a_dispute_is_raised_by_one_and_confirmed_by_another(console: Console) -> None:
    agency, team = console.visitor("nguoi-khac"), console.visitor("an-ninh")
    where = page(console, "HDR-LEAKS", "trang-khac")
    before = told(agency, "disputes")
    assert agency.post(f"{where}/dispute", {"reason": " "}, page=where).status == 409
    assert agency.post(f"{where}/dispute", {"reason": "Máy chủ thử nghiệm"}, page=where).to == "/matters?done=raised"
    name = name_of_new(agency, before, "disputes")
    assert name not in console.visitor("van-thu").get("/matters").text
    assert agency.post(f"/disputes/{name}", {"decision": "confirm", "reason": "x"}, page="/matters").status == 404
    assert (
        team.post(f"/disputes/{name}", {"decision": "reject", "reason": "Đúng là lỗi"}, page="/matters").status == 302
    )
    assert told(agency, "disputes")[name][2] == "Không chấp nhận"
    listed = khien("dispute", "list", "--json", folder=console.folder).json()
    assert [(each["raised_by"], each["decided_by"]) for each in listed] == [("nguoi-khac", "an-ninh")]


def test_a_planned_day_stands_at_the_finding_and_in_the_history(console: Console) -> None:
    agency = console.visitor("van-thu")
    where = page(console, "TLS-LEGACY")
    for wrong in ({"planned": PAST}, {"planned": "soon"}, {}):
        assert agency.post(f"{where}/acknowledge", wrong, page=where).status == 409
    answer = agency.post(f"{where}/acknowledge", {"planned": SOON, "note": "Sau đợt nâng cấp"}, page=where)
    assert answer.to == "/matters?done=planned"
    shown = console.visitor("kiem-toan").get(where).text
    assert "van-thu hẹn khắc phục ngày" in shown and "Sau đợt nâng cấp" in shown
    found = khien(
        "history", "findings", "--asset", "cong-so-mau", "--state", "acknowledged", "--json", folder=console.folder
    ).json()
    assert {(each["control"], each["acknowledged"]["planned"]) for each in found} == {("TLS-LEGACY", SOON)}


def test_a_form_that_is_refused_stands_there_as_it_was_filled_in(console: Console) -> None:
    agency = console.visitor("nguoi-khac")
    where = page(console, "HDR-LEAKS", "trang-khac")
    form = {"reason": "Đang thay\r\n<b>máy chủ</b>", "measure": "tường lửa", "until": PAST}
    refused = agency.post(f"{where}/waiver", form, page=where)
    assert refused.status == 409 and "ngày hết hạn phải trong 366 ngày tới" in refused.text
    assert "Đang thay\r\n&lt;b&gt;máy chủ&lt;/b&gt;</textarea>" in refused.text and f'value="{PAST}"' in refused.text
    before = told(agency)
    assert agency.post(f"{where}/waiver", {**form, "until": SOON}, page=where).status == 302
    name = name_of_new(agency, before)
    assert told(agency)[name][-1] == "Đang thay <b>máy chủ</b>"
    for visitor in ("nguoi-khac", "kiem-toan"):
        shown = console.visitor(visitor).get(where).text
        assert "Đã đề nghị miễn trừ" in shown and f"<code>{name}</code>" in shown


def test_what_passes_and_what_is_anothers_cannot_be_waived(console: Console) -> None:
    agency = console.visitor("van-thu")
    passing = page(console, "TLS-12")
    assert agency.post(f"{passing}/waiver", {"reason": "x", "until": SOON}, page="/account").status == 409
    foreign = page(console, "TLS-LEGACY", "trang-khac")
    for act in ("waiver", "dispute", "acknowledge"):
        assert agency.post(f"{foreign}/{act}", {"reason": "x", "until": SOON}, page="/account").status == 404
    whole_year = {"reason": "x", "until": "2099-01-01"}
    assert agency.post(f"{page(console, 'TLS-LEGACY')}/waiver", whole_year, page="/account").status == 409
