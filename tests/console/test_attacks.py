"""What an attacker tries at each route: other agencies' ids, values of no sense, hosts that are not the console's."""

import re
from itertools import cycle
from urllib.parse import quote

import pytest

from tests.cli.command import khien
from tests.console import test_api, test_routes
from tests.console.conftest import Console
from tests.console.inside import forget_tries
from tests.console.visitor import Visitor

FOREIGN = {
    "cong-so-mau": "trang-khac",
    "/agencies/so-mau": "/agencies/so-khac",
    "/reports/0": "/reports/1",
}
"""What stands in addresses of one agency, and what stands there for another."""
NONSENSE = ("\0", "9" * 40, "-1", "\u202e<script>'--", "2026-13-45", "x" * 500)
PARAMETERS = (
    "run agency asset control verdict severity q sort page format from to since until next done table order".split()
)


def foreign(path: str, console: Console) -> str:
    """The address of the same of another agency; empty where it names nothing of one."""
    changed = path
    for own, other in FOREIGN.items():
        changed = changed.replace(own, other)
    return "" if changed == path else changed.replace("RUN", console.run).replace("FIRST", console.made["runs"][0])


def test_nothing_of_another_agency_is_there_by_whatever_route(console: Console) -> None:
    visitor, told = console.visitor("van-thu"), {}
    token = khien("user", "token", "add", "van-thu", "la", folder=console.folder).out.strip()
    for name, (path, _) in {**test_routes.PAGES, **test_routes.FORMS, **test_api.GETS}.items():
        wanted = foreign(path, console)
        if wanted and name in test_api.GETS:
            told[name] = test_api.ask(console, token, wanted).status
        elif wanted and name in test_routes.FORMS:
            told[name] = visitor.post(wanted, {"reason": "x", "planned": "2099-01-01"}, page="/account").status
        elif wanted:
            told[name] = visitor.get(wanted).status
    assert {"agency", "finding", "report", "acknowledge", "waiver-ask", "dispute-raise", "api-agency"} <= told.keys()
    assert set(told.values()) == {404}, told


@pytest.mark.parametrize(("name", "turn"), [("an-ninh", 0), ("kiem-toan", 3)])
def test_values_of_no_sense_are_no_fault_of_the_server(console: Console, name: str, turn: int) -> None:
    visitor = console.visitor(name)  # one minute holds all that one user asks here: see `console.limits`
    values = [*NONSENSE[turn:], *NONSENSE[:turn]]
    form = dict(zip((*PARAMETERS, "name", "what", "decision", "planned", "reason", "language"), cycle(values)))
    found = {}
    for route, (path, _) in test_routes.PAGES.items():
        for parameters in (PARAMETERS, PARAMETERS[1:]):  # a run that is not there ends it early
            asked = "&".join(f"{each}={quote(form[each])}" for each in parameters)
            address = f"{path.partition('?')[0].replace('RUN', console.run)}?{asked}"
            found[f"{route} {parameters[0]}"] = visitor.get(address)
    for route, (path, _) in test_routes.FORMS.items():
        if route != "sign-out":
            found[route] = visitor.post(path.replace("RUN", console.run), form, page="/account")
    for path in ("/agencies/{}", "/runs/{}", "/reports/{}", "/account/tokens/{}/revoke"):
        for value in NONSENSE:
            found[path.format(value)] = visitor.get(path.format(quote(value, safe="")))
    assert {asked: answer.status for asked, answer in found.items() if answer.status >= 429} == {}


def test_a_name_that_nobody_can_have_is_told_like_an_unknown_one(console: Console) -> None:
    for name in ("\0", "x" * 5000, "<b>", "Ông Nội"):
        forget_tries(console.folder)
        answer = Visitor(console.port).sign_in(name, "not-the-password")
        assert "không đúng" in answer.text or answer.status == 400


@pytest.mark.parametrize(
    "path", ["/", "/sign-in", "/nowhere", "/static/nowhere", "/api/v1/me", "/health", "/reports/0"]
)
def test_no_answer_is_kept_or_framed_or_for_another_host(console: Console, path: str) -> None:
    for visitor in (Visitor(console.port), console.visitor("van-thu")):
        answer = visitor.get(path)
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Frame-Options"] == "DENY"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
        assert "Server" not in answer.headers
        for host in ("khac.example", "khien.tinh-mau.example.khac.example", "127.0.0.1@khac.example"):
            refused = visitor.ask("GET", path, Host=host)
            assert path.startswith("/static/") or refused.status == 400
            assert "khac.example" not in refused.text + refused.to
        there = visitor.ask("GET", path, X_Forwarded_Host="khac.example", X_Original_URL="/agencies")
        assert there.status == answer.status and "khac.example" not in there.text + there.to


@pytest.mark.parametrize(
    "wanted",
    [
        "https://khac.example/",
        "//khac.example",
        "///khac.example",
        "/\\khac.example",
        "/\t/khac.example",
        "/\r\nSet-Cookie: a=b",
        " //khac.example",
    ],
)
def test_where_one_is_sent_on_to_is_always_here(console: Console, wanted: str) -> None:
    answer = Visitor(console.port).post("/language", {"language": "vi", "next": wanted})
    assert answer.status == 302
    assert re.match(r"/(?![/\\\t])", answer.to), answer.to
    assert "a" not in [each.partition("=")[0] for each in answer.headers.get_all("Set-Cookie") or []]


def test_a_session_that_somebody_else_has_begun_is_not_taken_over(console: Console) -> None:
    visitor = Visitor(console.port, {"__Host-khien": "a" * 32})
    assert visitor.sign_in("kiem-toan").to == "/"
    assert visitor.cookies["__Host-khien"] != "a" * 32
    assert Visitor(console.port, {"__Host-khien": "a" * 32}).get("/account").to.startswith("/sign-in")


def test_a_form_that_is_too_large_is_refused(console: Console) -> None:
    visitor = console.visitor("van-thu")
    assert visitor.post("/requests/ask", {"what": "x" * (1 << 20)}, page="/requests").status == 400
    assert visitor.ask("POST", "/requests/ask", None, Content_Length=str(3 << 20)).status == 413
    many = {f"f{number}": "x" for number in range(300)}
    assert visitor.post("/requests/ask", many, page="/requests").status == 400


def test_whoever_asks_too_much_waits_and_others_do_not(console: Console) -> None:
    visitor = Visitor(console.port)
    assert visitor.sign_in("nguoi-khac").to == "/"
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', visitor.get("/account").text)
    assert token is not None
    form = {"csrfmiddlewaretoken": token[1], "language": "vi"}
    for _ in range(300):  # a minute takes a hundred forms, and may turn meanwhile
        answer = visitor.ask("POST", "/language", form, Sec_Fetch_Site="same-origin")
        if answer.status == 429:
            break
    assert answer.status == 429 and 0 < int(answer.headers["Retry-After"]) <= 60
    assert "Quá nhiều yêu cầu" in answer.text
    assert console.visitor("van-thu").get("/account").status == 200
