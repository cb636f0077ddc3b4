"""Every write and every download is on record, with who it was."""

from typing import Any

import pytest

from tests.cli.command import khien
from tests.console.conftest import Console
from tests.console.inside import forget_tries
from tests.console.visitor import Visitor


@pytest.fixture(autouse=True)
def nobody_has_failed(console: Console) -> None:
    forget_tries(console.folder)


def acts(console: Console, what: str) -> list[dict[str, Any]]:
    """The acts of a kind, in order of time."""
    listed = khien("history", "acts", "--what", what, "--json", folder=console.folder)
    assert listed.status == 0, listed.err
    found: list[dict[str, Any]] = listed.json()
    return found


def test_downloads_are_on_record_with_who_took_what(console: Console) -> None:
    agency, auditor = console.visitor("van-thu"), console.visitor("kiem-toan")
    before = len(acts(console, "data.downloaded"))
    assert agency.get("/reports/0").status == 200
    assert agency.get("/reports/1").status == 404
    assert auditor.get("/agencies?format=csv&q=xa").status == 200
    assert auditor.get("/agencies").status == 200
    found = acts(console, "data.downloaded")[before:]
    told = [(each["account"], each["via"], each["subject"], each["agencies"]) for each in found]
    assert told == [
        ("van-thu", "console", "07-BC-TTM.so-mau.vi.pdf", ["so-mau"]),
        ("kiem-toan", "console", f"{console.run}-agencies.csv", []),
    ]
    assert found[1]["after"]["value"] == {"q": "xa"}


def test_users_are_on_record_and_no_secret_of_theirs(console: Console) -> None:
    khien("user", "add", "nhat-ky", "--role", "auditor", folder=console.folder, typed="first-password-2026\n")
    khien("user", "disable", "nhat-ky", folder=console.folder)
    added = [each for each in acts(console, "user.added") if each["subject"] == "nhat-ky"]
    assert [each["via"] for each in added] == ["command"]
    assert added[0]["after"]["value"] == {"role": "auditor", "agency": ""}
    assert [each["subject"] for each in acts(console, "user.disabled")] == ["nhat-ky"]
    everything = khien("history", "acts", "--json", folder=console.folder).out
    assert "first-password" not in everything and "argon2" not in everything


def test_who_comes_and_goes_is_on_record_and_how_they_came(console: Console) -> None:
    visitor, code = Visitor(console.port), console.code()
    assert visitor.sign_in("an-ninh", "not-the-password").status == 200
    assert visitor.sign_in("an-ninh", code=code).to == "/"
    assert visitor.post("/sign-out", page="/account").to == "/sign-in?out"
    [entered] = [each for each in acts(console, "user.signed_in") if each["subject"] == "an-ninh"]
    assert (entered["account"], entered["via"]) == ("an-ninh", "console")
    assert entered["after"]["value"] == {
        "address": "127.0.0.1", "by": ["password", "recovery code"], "failures": 1
    }  # fmt: skip
    [recovered] = acts(console, "user.recovered")
    assert recovered["after"]["value"] == {"address": "127.0.0.1", "left": 9}
    assert [each["subject"] for each in acts(console, "user.signed_out")] == ["an-ninh"]
    assert code not in khien("history", "acts", "--json", folder=console.folder).out


def test_what_a_user_changes_of_the_account_is_on_record(console: Console) -> None:
    khien("user", "add", "tu-doi", "--role", "auditor", folder=console.folder, typed="first-password-2026\n")
    visitor = Visitor(console.port)
    visitor.sign_in("tu-doi", "first-password-2026")
    form = {"current": "first-password-2026", "new": "second-password-2026", "again": "second-password-2026"}
    assert visitor.post("/account/password", form, page="/account/password").to == "/account?password"
    changed = [each for each in acts(console, "user.changed") if each["subject"] == "tu-doi"]
    assert [(each["account"], each["after"]["value"]) for each in changed] == [("tu-doi", {"changed": "password"})]


def test_an_attack_is_on_record_where_it_is_stopped_and_not_try_by_try(console: Console) -> None:
    guesser = Visitor(console.port)
    for name in ("nguoi-khac", "khong-ai-ten-the"):
        for _ in range(8):
            guesser.sign_in(name, "not-the-password")
    stopped = acts(console, "user.kept_out")
    assert [(each["subject"], each["agencies"], each["account"]) for each in stopped] == [
        ("nguoi-khac", ["so-khac"], ""),
        ("", [], ""),
    ]
    assert [each["after"]["value"] for each in stopped] == [
        {"address": "127.0.0.1", "limits": ["name and address"]},
    ] * 2
    assert "khong-ai-ten-the" not in khien("history", "acts", "--json", folder=console.folder).out


def test_the_ledger_holds_what_the_console_has_put_on_record(console: Console) -> None:
    verified = khien("history", "verify", folder=console.folder)
    assert verified.status == 0, verified.out + verified.err
