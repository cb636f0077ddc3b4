"""Who may take which route: one table that has every route, and attempts to see what is another agency's."""

import json
import re
import subprocess
import sys

import pytest

from tests.cli.command import surroundings
from tests.console import test_api
from tests.console.conftest import ROOT, Console
from tests.console.estate import USERS
from tests.console.visitor import Visitor

SIGN_IN = "sign-in"
"""Stands for being led to the page on which to sign in."""
OPEN: dict[str, int | str] = {"": 200, "an-ninh": 200, "kiem-toan": 200, "van-thu": 200}
OVERSEEN: dict[str, int | str] = {"": SIGN_IN, "an-ninh": 200, "kiem-toan": 200, "van-thu": 404}
DECIDED: dict[str, int | str] = {"": SIGN_IN, "an-ninh": 200, "kiem-toan": 404, "van-thu": 404}
OWN: dict[str, int | str] = {"": SIGN_IN, "an-ninh": 200, "kiem-toan": 200, "van-thu": 200}
PAGES: dict[str, tuple[str, dict[str, int | str]]] = {
    "sign-in": ("/sign-in", {**OPEN}),
    "sign-in-code": ("/sign-in/code", {name: 302 for name in OPEN}),
    "openid": ("/sign-in/openid", {name: 404 for name in OPEN}),  # the estate has no provider
    "openid-back": ("/sign-in/openid/back", {name: 404 for name in OPEN}),
    "health": ("/health", {**OPEN}),
    "ready": ("/ready", {**OPEN}),
    "source": ("/source", {**OPEN}),
    "security-txt": ("/.well-known/security.txt", {**OPEN}),
    "account": ("/account", {**OWN}),
    "password": ("/account/password", {**OWN}),
    "second-factor": ("/account/second-factor", {**OWN}),
    "tokens": ("/account/tokens", {**OWN}),
    "overview": ("/", {**OWN, "van-thu": 302}),
    "agencies": ("/agencies", {**OVERSEEN}),
    "agency": ("/agencies/so-mau", {**OWN}),
    "finding": ("/runs/RUN/findings/cong-so-mau/TLS-LEGACY", {**OWN}),
    "finding-proof": ("/runs/RUN/findings/cong-so-mau/TLS-LEGACY/proof", {**OWN}),
    "evidence": ("/runs/RUN/findings/cong-so-mau/TLS-LEGACY/evidence.json", {**OWN}),
    "inventory": ("/inventory", {**OVERSEEN}),
    "inventory-agencies": ("/inventory/agencies", {**OVERSEEN}),
    "inventory-agency": ("/inventory/agencies/so-mau", {**OVERSEEN}),
    "inventory-asset": ("/inventory/assets/cong-so-mau", {**OVERSEEN}),
    "inventory-export": ("/inventory/export.yaml", {**OVERSEEN}),
    "inventory-add-agency": ("/inventory/add-agency", {**DECIDED}),
    "inventory-add-asset": ("/inventory/add-asset", {**DECIDED}),
    "inventory-change-agency": ("/inventory/agencies/so-mau/change", {**DECIDED}),
    "inventory-change-asset": ("/inventory/assets/cong-so-mau/change", {**DECIDED}),
    "inventory-import": ("/inventory/import", {**DECIDED}),
    "inventory-change": ("/inventory/changes/none", {**DECIDED, "an-ninh": 404}),
    "runs": ("/runs", {**OWN}),
    "run": ("/runs/RUN", {**OWN}),
    "stop": ("/stop", {**OVERSEEN}),
    "run-proof": ("/runs/RUN/proof", {**OVERSEEN}),
    "requests": ("/requests", {**OWN}),
    "matters": ("/matters", {**OWN}),
    "differences": ("/differences", {**OWN}),
    "deadlines": ("/deadlines", {**OWN}),
    "reports": ("/reports", {**OWN}),
    "report": ("/reports/0", {**OWN}),
    "policies": ("/policies", {**OVERSEEN}),
    "policy": ("/policies/rieng", {**OVERSEEN}),
    "policy-compare": ("/policy-compare?before=nghe-an-web&after=rieng", {**OVERSEEN}),
    "policy-try": ("/policy-try", {**OVERSEEN, "kiem-toan": 404}),
    "report-proof": ("/reports/0/proof", {**OWN}),
    "acts": ("/acts", {**OVERSEEN}),
    "checkpoints": ("/checkpoints", {**OVERSEEN}),
    "export": ("/export", {**OVERSEEN}),
}
"""Route to an address of it, and what each role gets by GET ("" is nobody); `test_browser` looks at all these pages."""
OPEN_FINDING = "/runs/RUN/findings/cong-so-mau/TLS-LEGACY"
FORMS: dict[str, tuple[str, dict[str, int | str]]] = {
    "sign-out": ("/sign-out", {"": SIGN_IN}),
    "token-revoke": ("/account/tokens/none/revoke", {"": SIGN_IN, "an-ninh": 404, "kiem-toan": 404, "van-thu": 404}),
    "run-cancel": ("/runs/RUN/cancel", {"": SIGN_IN, "an-ninh": 409, "kiem-toan": 404, "van-thu": 404}),
    "request-ask": ("/requests/ask", {"": SIGN_IN, "an-ninh": 302, "kiem-toan": 404, "van-thu": 302}),
    "request-withdraw": ("/requests/none/withdraw", {"": SIGN_IN, "an-ninh": 404, "kiem-toan": 404, "van-thu": 404}),
    "report-ask": ("/reports/ask", {"": SIGN_IN, "an-ninh": 409, "kiem-toan": 404, "van-thu": 404}),
    "report-withdraw": ("/reports/none/withdraw", {"": SIGN_IN, "an-ninh": 404, "kiem-toan": 404, "van-thu": 404}),
    "acknowledge": (f"{OPEN_FINDING}/acknowledge", {"": SIGN_IN, "an-ninh": 409, "kiem-toan": 404, "van-thu": 409}),
    "waiver-ask": (f"{OPEN_FINDING}/waiver", {"": SIGN_IN, "an-ninh": 409, "kiem-toan": 404, "van-thu": 409}),
    "dispute-raise": (f"{OPEN_FINDING}/dispute", {"": SIGN_IN, "an-ninh": 409, "kiem-toan": 404, "van-thu": 409}),
    "waiver-decide": ("/waivers/none", {"": SIGN_IN, "an-ninh": 404, "kiem-toan": 404, "van-thu": 404}),
    "dispute-decide": ("/disputes/none", {"": SIGN_IN, "an-ninh": 404, "kiem-toan": 404, "van-thu": 404}),
    "inventory-agency-status": ("/inventory/agencies/none/status", {**DECIDED, "an-ninh": 404}),
    "inventory-asset-status": ("/inventory/assets/none/status", {**DECIDED, "an-ninh": 404}),
    "language": ("/language", {"": 302, "an-ninh": 302, "kiem-toan": 302, "van-thu": 302}),
}
"""The same of routes that only take forms, by POST; those for programs stand in `test_api.GETS`."""


def routes() -> dict[str, list[str]]:
    """All routes by their names, as Django resolves them, with their methods."""
    program = [sys.executable, "-P", "-m", "tests.console.routes"]
    environment = {**surroundings(), "PYTHONPATH": str(ROOT)}
    printed = subprocess.run(program, cwd=ROOT, env=environment, capture_output=True, check=True, timeout=60).stdout
    found: dict[str, list[str]] = json.loads(printed)
    return found


def test_every_route_stands_in_the_table() -> None:
    known = routes()
    missing = set(known) - {*PAGES, *FORMS, *test_api.GETS}
    assert missing == set(), "an address of it and what each role gets are missing in PAGES, FORMS or test_api.GETS"
    assert sorted([*PAGES, *FORMS, *test_api.GETS]) == sorted(known)


@pytest.mark.parametrize("role", ["", "an-ninh", "kiem-toan", "van-thu"])
def test_what_each_role_gets(console: Console, role: str) -> None:
    visitor = console.visitor(role) if role else Visitor(console.port)
    found, expected = {}, {}
    for name, (path, table) in PAGES.items():
        answer = visitor.get(path.replace("RUN", console.run))
        found[name] = SIGN_IN if answer.to.startswith("/sign-in?next=") else answer.status
        expected[name] = table[role]
    for name, (path, table) in FORMS.items():
        if role in table:
            answer = visitor.post(path.replace("RUN", console.run), page="/account" if role else "/sign-in")
            found[name] = SIGN_IN if answer.to == "/sign-in" else answer.status
            expected[name] = table[role]
    assert found == expected


@pytest.mark.parametrize("role", ["an-ninh", "van-thu"])
def test_a_route_takes_only_its_methods(console: Console, role: str) -> None:
    visitor = console.visitor(role)
    for path in ("/account", "/reports", f"/runs/{console.run}"):
        assert visitor.post(path, page="/account").status == 405
    assert visitor.get("/sign-out").status == 405
    assert visitor.get("/language").status == 405


@pytest.mark.parametrize(
    "path",
    [
        "/agencies/so-khac",
        "/agencies/so-khac?format=csv",
        "/agencies/xa-mau",
        "/agencies/nobody",
        "/agencies/so-mau?run=20200101-000000-abcd",
        "/runs/RUN/findings/trang-khac/TLS-LEGACY",
        "/runs/RUN/findings/trang-xa/TLS-LEGACY",
        "/runs/RUN/findings/cong-so-mau/NO-SUCH",
        "/runs/RUN/findings/none/TLS-LEGACY",
        "/runs/20200101-000000-abcd",
        "/runs/20200101-000000-abcd/findings/cong-so-mau/TLS-LEGACY",
        "/reports/1",
        "/reports/2",
        "/reports/999",
        "/inventory",
        "/inventory/assets/trang-khac",
        "/inventory/assets/cong-so-mau",
        "/inventory/export.xlsx",
        "/nowhere",
    ],
)
def test_what_is_of_another_agency_is_not_found_as_what_is_not_there(console: Console, path: str) -> None:
    def plain(asked: str) -> tuple[int, str]:
        answer = console.visitor("van-thu").get(asked)
        text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.text)
        return answer.status, text.replace(f'name="next" value="{asked}"', "")

    assert plain(path.replace("RUN", console.run)) == plain("/nowhere-else")
    assert plain("/nowhere-else")[0] == 404


def test_an_agency_reads_of_itself_alone(console: Console) -> None:
    visitor = console.visitor("van-thu")
    seen = [visitor.get(path).text for path in ("/agencies/so-mau", "/runs", f"/runs/{console.run}", "/reports")]
    seen += [
        visitor.get(f"{path}?format=csv").text for path in ("/agencies/so-mau", f"/runs/{console.run}", "/reports")
    ]
    assert all("so-mau" in each or "Sở Mẫu" in each or console.run in each for each in seen)
    for foreign in ("so-khac", "xa-mau", "trang-khac", "trang-xa", "Sở Khác", "Xã Mẫu"):
        assert not any(foreign in each for each in seen), foreign


def test_the_counts_of_a_run_are_the_agencys_own(console: Console) -> None:
    def failing(name: str) -> int:
        line = next(
            row for row in console.visitor(name).get("/runs?format=csv").text.splitlines() if console.run in row
        )
        return int(line.split(",")[-3])

    assert 0 < failing("van-thu") < failing("kiem-toan")


def test_each_user_of_the_tests_has_the_role_that_the_table_means() -> None:
    assert [USERS[name][0] for name in ("an-ninh", "kiem-toan", "van-thu")] == ["security", "auditor", "agency"]
