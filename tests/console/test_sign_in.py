"""Signing in: both factors, lock-out, how long sessions last, forged forms, and where one may be sent on to."""

import re
import time

import pyotp
import pytest

from tests.cli.command import khien
from tests.console.conftest import Console
from tests.console.estate import PASSWORD, SECRET
from tests.console.inside import age, fail, forget_tries, give_second_factor
from tests.console.visitor import Visitor

WRONG = "Tên đăng nhập hoặc mật khẩu không đúng."
WRONG_PASSWORD = "Mật khẩu hiện tại không đúng."
WRONG_CODE = "Mã không đúng hoặc đã được dùng."
WAIT = "Đã sai quá nhiều lần."


@pytest.fixture(autouse=True)
def nobody_has_failed(console: Console) -> None:
    forget_tries(console.folder)


def test_a_wrong_password_and_an_unknown_name_are_told_alike(console: Console) -> None:
    wrong = Visitor(console.port).sign_in("van-thu", "not-the-password")
    unknown = Visitor(console.port).sign_in("khong-co", "not-the-password")
    assert (wrong.status, unknown.status) == (200, 200)
    assert WRONG in wrong.text and WRONG in unknown.text


def test_after_five_failures_even_the_right_password_must_wait_and_others_need_not(console: Console) -> None:
    visitor = Visitor(console.port)
    for _ in range(5):
        assert WRONG in visitor.sign_in("nguoi-khac", "not-the-password").text
    refused = visitor.sign_in("nguoi-khac")
    assert refused.status == 429 and WAIT in refused.text
    assert Visitor(console.port).sign_in("kiem-toan").to == "/"
    forget_tries(console.folder)
    assert visitor.sign_in("nguoi-khac").to == "/"


def test_a_code_of_the_application_is_taken_once(console: Console) -> None:
    totp = pyotp.TOTP(SECRET)
    code = totp.at(int(time.time()) + 30)  # a telephone may be half a minute ahead; so the test meets no turn of a step
    first, second = Visitor(console.port), Visitor(console.port)
    assert first.sign_in("an-ninh", code=code).to == "/"
    assert WRONG_CODE in second.sign_in("an-ninh", code=code).text
    assert first.get("/").status == 200
    assert second.get("/").to.startswith("/sign-in")


def test_a_recovery_code_is_taken_once_however_it_is_typed(console: Console) -> None:
    code = console.code()
    assert Visitor(console.port).sign_in("an-ninh", code=code.lower().replace("-", " ")).to == "/"
    assert WRONG_CODE in Visitor(console.port).sign_in("an-ninh", code=code).text


def test_five_wrong_codes_must_wait_as_well(console: Console) -> None:
    visitor = Visitor(console.port)
    visitor.sign_in("an-ninh")
    for _ in range(5):
        assert WRONG_CODE in visitor.post("/sign-in/code", {"code": "000000"}, page="/sign-in/code").text
    assert visitor.post("/sign-in/code", {"code": console.code()}, page="/sign-in/code").status == 429


def test_twenty_wrong_codes_in_a_day_are_all_wherever_they_come_from(console: Console) -> None:
    fail(console.folder, "an-ninh", ago=12 * 3600, codes=19)
    visitor = Visitor(console.port)
    visitor.sign_in("an-ninh")
    assert WRONG_CODE in visitor.post("/sign-in/code", {"code": "000000"}, page="/sign-in/code").text
    assert visitor.post("/sign-in/code", {"code": console.code()}, page="/sign-in/code").status == 429
    assert visitor.sign_in("an-ninh").to == "/sign-in/code"  # the password is still taken


def test_who_waits_between_the_factors_is_out_when_the_password_is_another(console: Console) -> None:
    added = ("user", "add", "giua-chung", "--role", "auditor", "--keep-password")
    assert khien(*added, folder=console.folder, typed=f"{PASSWORD}\n").status == 0
    give_second_factor(console.folder, "giua-chung", SECRET)
    visitor = Visitor(console.port)
    assert visitor.sign_in("giua-chung").to == "/sign-in/code"
    khien("user", "reset", "giua-chung", folder=console.folder, typed="another-password-2026\n")
    code = pyotp.TOTP(SECRET).at(int(time.time()) + 30)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', visitor.get("/sign-in").text)
    assert token is not None
    form = {"csrfmiddlewaretoken": token[1], "code": code}
    assert visitor.ask("POST", "/sign-in/code", form, Sec_Fetch_Site="same-origin").to == "/sign-in"


def test_the_password_alone_lets_nobody_in_who_has_a_second_factor(console: Console) -> None:
    visitor = Visitor(console.port)
    assert visitor.sign_in("an-ninh").to == "/sign-in/code"
    assert visitor.get("/agencies").to.startswith("/sign-in?next=")


@pytest.mark.parametrize(("since", "seen"), [(0, 31 * 60), (10 * 3600 + 60, 0)], ids=["idle", "long"])
def test_a_session_ends_when_it_lies_idle_and_after_ten_hours(console: Console, since: int, seen: int) -> None:
    visitor = Visitor(console.port)
    visitor.sign_in("kiem-toan")
    age(console.folder, visitor.cookies["__Host-khien"], 9 * 3600, 20 * 60)
    assert visitor.get("/account").status == 200
    age(console.folder, visitor.cookies["__Host-khien"], max(0, since - 9 * 3600), seen)
    assert visitor.get("/account").to == "/sign-in?next=%2Faccount"
    assert "__Host-khien" not in visitor.cookies


def test_signing_out_ends_the_session_also_for_who_kept_its_cookie(console: Console) -> None:
    visitor = Visitor(console.port)
    visitor.sign_in("kiem-toan")
    thief = Visitor(console.port, dict(visitor.cookies))
    out = visitor.post("/sign-out", page="/account")
    assert out.to == "/sign-in?out"
    assert out.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert thief.get("/account").to.startswith("/sign-in")


def test_whoever_signs_in_gets_a_session_of_another_name(console: Console) -> None:
    visitor = Visitor(console.port)
    visitor.sign_in("an-ninh")
    between = visitor.cookies["__Host-khien"]
    assert visitor.post("/sign-in/code", {"code": console.code()}, page="/sign-in/code").to == "/"
    assert visitor.cookies["__Host-khien"] != between


def test_forms_of_other_sites_are_refused(console: Console) -> None:
    visitor = console.visitor("kiem-toan")
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', visitor.get("/account").text)
    assert token is not None
    form = {"csrfmiddlewaretoken": token[1]}
    refused = [
        visitor.ask("POST", "/sign-out", {}),
        visitor.ask("POST", "/sign-out", form, Origin="https://khac.example"),
        visitor.ask("POST", "/sign-out", form, Origin="null", Sec_Fetch_Site="cross-site"),
        visitor.ask("POST", "/sign-out", form, Origin="null"),
    ]
    assert [each.status for each in refused] == [403] * 4
    assert visitor.get("/account").status == 200
    taken = visitor.ask("POST", "/language", {**form, "language": "vi"}, Origin="null", Sec_Fetch_Site="same-origin")
    assert taken.status == 302


@pytest.mark.parametrize(
    "wanted", ["https://khac.example/", "//khac.example/", "/\\khac.example", "javascript:alert(1)"]
)
def test_nobody_is_sent_on_to_another_site(console: Console, wanted: str) -> None:
    visitor = Visitor(console.port)
    answer = visitor.post("/sign-in", {"name": "kiem-toan", "password": PASSWORD, "next": wanted})
    assert answer.to == "/"
    assert visitor.post("/language", {"language": "en", "next": wanted}).to == "/"


def test_one_comes_to_the_page_that_was_asked_for(console: Console) -> None:
    visitor = Visitor(console.port)
    asked = visitor.get("/runs?page=1").to
    assert asked == "/sign-in?next=%2Fruns%3Fpage%3D1"
    answer = visitor.post("/sign-in", {"name": "kiem-toan", "password": PASSWORD, "next": "/runs?page=1"})
    assert answer.to == "/runs?page=1"


def test_a_new_user_changes_the_password_and_sets_up_the_second_factor_before_anything_else(console: Console) -> None:
    made = khien("user", "add", "moi", "--role", "security", folder=console.folder, typed="first-password-2026\n")
    assert made.status == 0, made.err
    visitor = Visitor(console.port)
    assert visitor.sign_in("moi", "first-password-2026").to == "/"
    assert visitor.get("/agencies").to == "/account/password"
    form = {"current": "first-password-2026", "new": "short", "again": "short"}
    assert "Mật khẩu cần ít nhất 12 ký tự." in visitor.post("/account/password", form, page="/account/password").text
    form |= {"new": "second-password-2026", "again": "second-password-2026"}
    assert visitor.post("/account/password", form, page="/account/password").to == "/account?password"
    assert visitor.get("/agencies").to == "/account/second-factor"
    elsewhere = Visitor(console.port)
    assert elsewhere.sign_in("moi", "second-password-2026").to == "/"
    shown = visitor.get("/account/second-factor").text
    assert re.search(r'<figure class="picture"[^>]*><svg [^>]*class="qr"><path ', shown), "a drawing, and not its text"
    key = re.search(r'class="key">([A-Z2-7 ]+)<', shown)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', shown)
    assert key is not None and token is not None
    code = pyotp.TOTP(key[1].replace(" ", "")).at(int(time.time()) + 30)
    form = {"csrfmiddlewaretoken": token[1], "code": code, "current": "second-password-2026"}
    unproven = visitor.ask("POST", "/account/second-factor", {**form, "current": "x"}, Sec_Fetch_Site="same-origin")
    assert WRONG_PASSWORD in unproven.text
    codes = visitor.ask("POST", "/account/second-factor", form, Sec_Fetch_Site="same-origin").text
    assert len(re.findall(r"<code>[A-Z2-9-]{19}</code>", codes)) == 10
    assert visitor.get("/agencies").status == 200
    assert elsewhere.get("/account").to.startswith("/sign-in")
    assert Visitor(console.port).sign_in("moi", "second-password-2026").to == "/sign-in/code"


def test_a_user_who_is_disabled_is_out_at_once(console: Console) -> None:
    added = ("user", "add", "tam-thoi", "--role", "auditor", "--keep-password")
    assert khien(*added, folder=console.folder, typed="first-password-2026\n").status == 0
    visitor = Visitor(console.port)
    visitor.sign_in("tam-thoi", "first-password-2026")
    assert visitor.get("/").status == 200
    assert khien("user", "disable", "tam-thoi", folder=console.folder).status == 0
    assert visitor.get("/").to.startswith("/sign-in")
    assert WRONG in Visitor(console.port).sign_in("tam-thoi", "first-password-2026").text
    listed = khien("user", "list", "--json", folder=console.folder).json()
    assert [each["active"] for each in listed if each["name"] == "tam-thoi"] == [False]


def test_a_forgotten_password_and_a_lost_telephone_are_replaced_by_the_team(console: Console) -> None:
    khien(
        "user", "add", "quen", "--role", "auditor", "--keep-password", folder=console.folder, typed=f"{PASSWORD}\n"
    )  # fmt: skip
    visitor = Visitor(console.port)
    visitor.sign_in("quen")
    assert khien("user", "token", "add", "quen", "may", folder=console.folder).status == 0
    khien("user", "disable", "quen", folder=console.folder)
    done = khien("user", "reset", "quen", "--second-factor", folder=console.folder, typed="another-password-2026\n")
    assert done.status == 0, done.err
    assert khien("user", "token", "list", "--json", folder=console.folder).json() == []
    assert visitor.get("/").to.startswith("/sign-in")
    assert WRONG in Visitor(console.port).sign_in("quen").text
    again = Visitor(console.port)
    assert again.sign_in("quen", "another-password-2026").to == "/"
    assert again.get("/").to == "/account/password"
    unknown = khien("user", "reset", "khong-co", folder=console.folder, typed="another-password-2026\n")
    assert unknown.status == 2 and "no user 'khong-co'" in unknown.err


@pytest.mark.parametrize(
    ("arguments", "typed", "told"),
    [
        (["Bad Name", "--role", "auditor"], "first-password-2026\n", "lower-case letters"),
        (["kiem-toan", "--role", "auditor"], "first-password-2026\n", "taken"),
        (["ngan", "--role", "auditor"], "short\n", "12 characters"),
        (["pho-bien", "--role", "auditor"], "password1234\n", "common"),
        (["ai-do", "--role", "king"], "first-password-2026\n", "--role is one of"),
        (["ai-do", "--role", "agency"], "first-password-2026\n", "--agency goes with"),
        (["ai-do", "--role", "auditor", "--agency", "so-mau"], "first-password-2026\n", "--agency goes with"),
        (["ai-do", "--role", "agency", "--agency", "so-mao"], "first-password-2026\n", "no agency 'so-mao'"),
    ],
)
def test_a_user_who_cannot_be_is_refused_with_the_reason(
    console: Console, arguments: list[str], typed: str, told: str
) -> None:
    refused = khien("user", "add", *arguments, folder=console.folder, typed=typed)
    assert refused.status == 2
    assert told in refused.err
