"""Every form that changes something, and every file that is taken, leaves an act: two tables that have every route."""

import json
import re
import time
from collections.abc import Callable
from typing import Any

import pyotp
import pytest

from tests.cli.command import khien
from tests.console import test_api, test_routes
from tests.console.conftest import Console
from tests.console.estate import PASSWORD, SECRET
from tests.console.inside import give_second_factor
from tests.console.visitor import Answer, Visitor

FINDING = test_routes.OPEN_FINDING
PUBLIC = {"source", "api-openapi"}
"""Files that anybody may have: no act."""
NO_ACT = {"language", "policy-try"} | {
    f"inventory-{name}"
    for name in ("add-asset", "add-agency", "change-asset", "change-agency", "asset-status", "agency-status", "import")
}
"""Forms that change nothing but how a page looks, and those that only compute."""
ELSEWHERE = {"run-cancel", "api-run-cancellation"}
"""What needs a run under way: `test_flights` looks for the act."""
Write = Callable[[Console], object]
"""Does what a route is for, with success."""


def sign_in_with_both(console: Console) -> None:
    assert Visitor(console.port).sign_in("an-ninh", code=console.code()).to == "/"


def sign_out(console: Console) -> None:
    visitor = Visitor(console.port)
    visitor.sign_in("kiem-toan")
    visitor.post("/sign-out", page="/account")


def newcomer(console: Console, name: str) -> Visitor:
    """Somebody who has just signed in for the first time."""
    khien("user", "add", name, "--role", "auditor", "--keep-password", folder=console.folder, typed=f"{PASSWORD}\n")
    visitor = Visitor(console.port)
    assert visitor.sign_in(name).to == "/"
    return visitor


def change_password(console: Console) -> None:
    form = {"current": PASSWORD, "new": "second-password-2026", "again": "second-password-2026"}
    page = "/account/password"
    assert newcomer(console, "doi-mat-khau").post(page, form, page=page).to == "/account?password"


def set_up_second_factor(console: Console) -> None:
    visitor, page = newcomer(console, "hai-buoc"), "/account/second-factor"
    shown = visitor.get(page).text
    key, token = (
        re.search(pattern, shown) for pattern in (r'class="key">([A-Z2-7 ]+)<', r'middlewaretoken" value="(\w+)"')
    )
    assert key is not None and token is not None
    code = pyotp.TOTP(key[1].replace(" ", "")).at(int(time.time()) + 30)
    form = {"csrfmiddlewaretoken": token[1], "code": code, "current": PASSWORD}
    assert "<code>" in visitor.ask("POST", page, form, Sec_Fetch_Site="same-origin").text


def make_token(console: Console, name: str = "moi") -> None:
    form, page = {"current": PASSWORD, "token": name, "days": "30"}, "/account/tokens"
    assert "khien_" in console.visitor("van-thu").post(page, form, page=page).text


def revoke_token(console: Console) -> None:
    make_token(console, "se-thu-hoi")
    answer = console.visitor("van-thu").post("/account/tokens/se-thu-hoi/revoke", page="/account/tokens")
    assert answer.to == "/account/tokens"


def ask(console: Console, control: str = "TLS-LEGACY") -> None:
    form = {"what": "recheck", "asset": "cong-so-mau", "control": control}
    assert console.visitor("van-thu").post("/requests/ask", form, page="/requests").status == 302


def withdraw(console: Console) -> None:
    ask(console, "TLS-12")
    shown = console.visitor("van-thu").get("/requests?format=csv").text
    name = next(line for line in shown.splitlines() if "TLS-12" in line).split(",")[0].lstrip("\ufeff")
    assert console.visitor("van-thu").post(f"/requests/{name}/withdraw", page="/requests").status == 302


def ask_for_reports(console: Console, agency: str = "so-mau") -> None:
    form = {"act": "make", "run": console.run, "agency": agency, "language": "vi", "format": "json"}
    assert console.visitor("an-ninh").post("/reports/ask", form, page="/reports").status == 302


def withdraw_reports(console: Console) -> None:
    ask_for_reports(console, "xa-mau")
    path = re.search(r'action="(/reports/[\w-]+/withdraw)"', console.visitor("an-ninh").get("/reports").text)
    assert path is not None
    assert console.visitor("an-ninh").post(path[1], page="/reports").status == 302


def on_finding(console: Console, path: str, asset: str = "cong-so-mau", **form: str) -> Answer:
    """Send one of the forms of a finding's page."""
    page = FINDING.replace("RUN", console.run).replace("cong-so-mau", asset)
    answer = console.visitor("an-ninh").post(f"{page}/{path}", form, page=page)
    assert answer.status == 302, answer.text
    return answer


def acknowledge(console: Console) -> None:
    on_finding(console, "acknowledge", planned="2099-12-31")


def ask_waiver(console: Console, asset: str = "cong-so-mau") -> None:
    until = time.strftime("%Y-%m-%d", time.gmtime(time.time() + 30 * 86400))
    on_finding(console, "waiver", asset, reason="thay thiết bị", measure="tường lửa", until=until)


def raise_dispute(console: Console, asset: str = "cong-so-mau") -> None:
    on_finding(console, "dispute", asset, reason="đã tắt")


def decide(console: Console, what: str, decision: str) -> None:
    """Decide what stands in the queue: somebody else of the team, since who asked does not."""
    name = f"nguoi-hai-{what}"
    khien("user", "add", name, "--role", "security", "--keep-password", folder=console.folder, typed=f"{PASSWORD}\n")
    give_second_factor(console.folder, name, SECRET)
    visitor = Visitor(console.port)
    assert visitor.sign_in(name, code=pyotp.TOTP(SECRET).at(int(time.time()) + 30)).to == "/"
    path = re.search(rf'action="(/{what}/[\w-]+)"', visitor.get("/matters").text)
    assert path is not None
    answer = visitor.post(path[1], {"decision": decision, "reason": "đã xem"}, page="/matters")
    assert answer.status == 302, answer.text


def decide_waiver(console: Console) -> None:
    ask_waiver(console, "trang-khac")
    decide(console, "waivers", "refuse")


def decide_dispute(console: Console) -> None:
    raise_dispute(console, "trang-khac")
    decide(console, "disputes", "reject")


def change_inventory(console: Console) -> None:
    visitor, page = console.visitor("an-ninh"), "/inventory/assets/trang-xa"
    preview = visitor.post(f"{page}/status", {"status": "retired"}, page=page).to
    assert visitor.post(preview, page=preview).to == "/inventory?done=stored"


def stop(console: Console) -> None:
    for step in ("halt", "release"):
        form = {"step": step, "reason": "diễn tập"}
        assert console.visitor("an-ninh").post("/stop", form, page="/stop").to == "/stop"


def stop_as_a_program(console: Console) -> None:
    token = khien("user", "token", "add", "an-ninh", "dung", folder=console.folder).out.strip()
    for step in ("halt", "release"):
        body = json.dumps({"step": step, "reason": "diễn tập"})
        assert test_api.ask(console, token, "/api/v1/stop", body=body).status == 200


def ask_as_a_program(console: Console) -> None:
    token = khien("user", "token", "add", "an-ninh", "hoi", folder=console.folder).out.strip()
    body = json.dumps({"what": "recheck", "asset": "trang-xa"})
    assert test_api.ask(console, token, "/api/v1/requests", body=body).status == 201


def take_bundle(console: Console) -> None:
    assert console.visitor("kiem-toan").post("/export", {"run": console.run}, page="/export").status == 200


WRITES: dict[str, Write] = {
    "sign-in": lambda console: Visitor(console.port).sign_in("kiem-toan"),
    "sign-in-code": sign_in_with_both,
    "sign-out": sign_out,
    "password": change_password,
    "second-factor": set_up_second_factor,
    "tokens": make_token,
    "token-revoke": revoke_token,
    "request-ask": ask,
    "request-withdraw": withdraw,
    "report-ask": ask_for_reports,
    "report-withdraw": withdraw_reports,
    "acknowledge": acknowledge,
    "waiver-ask": ask_waiver,
    "dispute-raise": raise_dispute,
    "waiver-decide": decide_waiver,
    "dispute-decide": decide_dispute,
    "stop": stop,
    "api-stop": stop_as_a_program,
    "export": take_bundle,
    "inventory-change": change_inventory,
    "api-requests": ask_as_a_program,
}
"""Each route that takes forms, with what leaves an act."""
LEAVES = {
    "sign-in": "user.signed_in",
    "sign-in-code": "user.signed_in",
    "sign-out": "user.signed_out",
    "password": "user.changed",
    "second-factor": "user.changed",
    "tokens": "token.added",
    "token-revoke": "token.revoked",
    "request-ask": "request.asked",
    "request-withdraw": "request.withdrawn",
    "report-ask": "report.asked",
    "report-withdraw": "report.withdrawn",
    "acknowledge": "fault.planned",
    "waiver-ask": "waiver.asked",
    "dispute-raise": "dispute.raised",
    "waiver-decide": "waiver.refused",
    "dispute-decide": "dispute.rejected",
    "stop": "stop.released",
    "api-stop": "stop.released",
    "export": "data.downloaded",
    "inventory-change": "inventory.changed",
    "api-requests": "request.asked",
}
"""The act that is the last one afterwards."""


def acts(console: Console) -> list[dict[str, Any]]:
    """All acts, in order of time."""
    found: list[dict[str, Any]] = khien("history", "acts", "--json", folder=console.folder).json()
    return found


def test_every_route_that_takes_forms_is_here() -> None:
    posting = {name for name, methods in test_routes.routes().items() if "POST" in methods}
    assert posting == {*WRITES, *NO_ACT, *ELSEWHERE}, (
        "a route that takes forms stands in WRITES, with its act in LEAVES"
    )


@pytest.mark.parametrize("route", WRITES)
def test_every_write_leaves_an_act(console: Console, route: str) -> None:
    before = {each["content"] for each in acts(console)}
    WRITES[route](console)
    left = [each["what"] for each in acts(console) if each["content"] not in before]
    assert LEAVES[route] in left


def test_every_file_that_is_taken_leaves_an_act(console: Console) -> None:
    token = khien("user", "token", "add", "an-ninh", "tep", folder=console.folder).out.strip()
    taken, before = [], len([each for each in acts(console) if each["what"] == "data.downloaded"])
    for name, (path, _) in {**test_routes.PAGES, **test_api.GETS}.items():
        path = path.replace("RUN", console.run)
        programs = name in test_api.GETS
        if programs:
            answer = test_api.ask(console, token, path)
        else:
            answer = console.visitor("an-ninh").get(f"{path}{'&' if '?' in path else '?'}format=csv")
        if "Content-Disposition" in answer.headers and name not in PUBLIC:
            assert re.fullmatch(r'attachment; filename="[\w.-]+"', answer.headers["Content-Disposition"]), name
            assert answer.headers["Cache-Control"] == "no-store"
            taken.append(name)
    assert {"agencies", "reports", "report", "api-report-file"} <= set(taken)
    assert len([each for each in acts(console) if each["what"] == "data.downloaded"]) - before == len(taken)
