"""Scans and rechecks are asked for, not made: who may ask for what, and what the request says to the daemon."""

from tests.console.conftest import Console


def test_an_agency_asks_for_a_recheck_of_its_own_and_takes_it_back(console: Console) -> None:
    visitor = console.visitor("van-thu")
    page = f"/runs/{console.run}/findings/cong-so-mau/TLS-LEGACY"
    form = {"what": "recheck", "asset": "cong-so-mau", "control": "TLS-LEGACY"}
    assert visitor.post("/requests/ask", form, page=page).to == "/requests?done=asked"
    assert visitor.post("/requests/ask", form, page=page).to == "/requests?done=asked"  # the same once more is the same
    shown = visitor.get("/requests").text
    assert shown.count("so-mau cong-so-mau TLS-LEGACY") == 1
    [line] = [each for each in visitor.get("/requests?format=csv").text.splitlines() if "TLS-LEGACY" in each]
    name = line.split(",")[0].lstrip("\ufeff")
    assert "so-mau cong-so-mau TLS-LEGACY" in console.visitor("kiem-toan").get("/requests").text
    assert "TLS-LEGACY" not in console.visitor("nguoi-khac").get("/requests").text
    assert console.visitor("nguoi-khac").post(f"/requests/{name}/withdraw", page="/account").status == 404
    assert console.visitor("kiem-toan").post(f"/requests/{name}/withdraw", page="/account").status == 404
    assert visitor.post(f"/requests/{name}/withdraw", page="/requests").to == "/requests?done=withdrawn"
    again = visitor.post(f"/requests/{name}/withdraw", page="/requests")
    assert again.status == 409 and "không còn rút lại được" in again.text


def test_whatever_an_agency_writes_into_the_form_it_gets_a_recheck_of_itself(console: Console) -> None:
    visitor = console.visitor("van-thu")
    for foreign in ({"agency": "so-khac"}, {"asset": "trang-khac"}, {"agency": "no-such"}):
        assert visitor.post("/requests/ask", {"what": "scan", **foreign}, page="/requests").status == 404
    assert visitor.post("/requests/ask", {"what": "scan"}, page="/requests").status == 302
    newest = visitor.get("/requests?format=csv").text.splitlines()[1].split(",")
    assert newest[1:4] == ["Kiểm tra lại", "so-mau", "van-thu"]


def test_an_auditor_asks_for_nothing(console: Console) -> None:
    visitor = console.visitor("kiem-toan")
    assert visitor.post("/requests/ask", {"what": "scan"}, page="/account").status == 404
    assert "<form" not in visitor.get("/requests").text.partition("<main")[2]


def test_nobody_has_more_than_five_requests_open(console: Console) -> None:
    visitor = console.visitor("nguoi-khac")
    answers = [
        visitor.post("/requests/ask", {"asset": "trang-khac", "control": f"C-{number}"}, page="/requests")
        for number in range(6)
    ]
    assert [each.status for each in answers] == [302] * 5 + [409]
