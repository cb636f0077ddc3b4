"""Signing in with OpenID: who may enter, what a provider is believed, and what becomes of its lies."""

import base64
import hashlib
import hmac
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from tests.cli.command import khien
from tests.console.conftest import Console, served
from tests.console.estate import CONFIGURATION, SECRET
from tests.console.inside import give_second_factor
from tests.console.provider import CLIENT, Provider, back, encoded, entered, running, sent
from tests.console.provider import SECRET as PROVIDER_SECRET
from tests.console.test_record import acts
from tests.console.visitor import Answer, Visitor

OPENID = '  openid: {{issuer: "{issuer}", client: khien, secret_variable: KHIEN_OPENID_SECRET{more}}}\n'
REFUSED = "Không đăng nhập được bằng tài khoản này."
TROUBLE = "Hệ thống tài khoản dùng chung không trả lời"
OVER = "Lượt đăng nhập này đã hết hạn hoặc không bắt đầu từ đây."


def with_provider(made: Path, folder: Path, issuer: str, more: str = "") -> Iterator[Console]:
    """A console of its own with a provider."""
    shutil.copytree(made, folder)
    section = CONFIGURATION.replace("console: {", "console: {OPENID, ")
    openid = OPENID.format(issuer=issuer, more=more).strip()
    (folder / "khien.yaml").write_text(section.replace("OPENID", openid), encoding="utf-8")
    yield from served(folder, {"KHIEN_OPENID_SECRET": PROVIDER_SECRET})


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    with running() as found:
        yield found


@pytest.fixture(scope="module")
def console(made: Path, provider: Provider, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Console]:
    """A console with that provider, which is believed where it says that it asked for a second factor."""
    more = ", second_factor: [mfa, cao]"
    for each in with_provider(made, tmp_path_factory.mktemp("openid") / "work", provider.issuer, more):
        for arguments in (
            ("add", "lan", "--role", "auditor", "--openid", "sub-lan"),
            ("add", "hoa", "--role", "security", "--openid", "sub-hoa"),
            ("add", "cuc", "--role", "agency", "--agency", "so-mau", "--openid-email", "Cuc@tinh-mau.example"),
        ):
            assert khien("user", *arguments, folder=each.folder).status == 0
        yield each


@pytest.fixture(autouse=True)
def honest(provider: Provider) -> Iterator[None]:
    yield
    provider.signed = None
    provider.answering.clear()


def test_whoever_is_linked_enters_with_the_role_that_stands_here(console: Console, provider: Provider) -> None:
    visitor = Visitor(console.port)
    assert 'href="/sign-in/openid?next=/agencies"' in visitor.get("/sign-in?next=/agencies").text
    claims: dict[str, Any] = {"sub": "sub-lan", "roles": ["security"], "role": "security", "agency": "so-khac"}
    assert entered(visitor, provider, "?next=/agencies", **claims).to == "/agencies"
    assert visitor.get("/agencies").status == 200
    assert visitor.get("/policy-try").status == 404
    act = [each for each in acts(console, "user.signed_in") if each["subject"] == "lan"][-1]
    assert act["after"]["value"]["by"] == ["openid"]
    assert visitor.post("/sign-out", page="/account").to == "/sign-in?out"
    assert visitor.get("/account").to.startswith("/sign-in")


def test_who_is_not_known_or_locked_out_is_told_nothing(console: Console, provider: Provider) -> None:
    khien("user", "add", "khoa", "--role", "auditor", "--openid", "sub-khoa", folder=console.folder)
    khien("user", "disable", "khoa", folder=console.folder)
    for sub in ("sub-la", "sub-khoa"):
        answer = entered(Visitor(console.port), provider, sub=sub, email="cuc@tinh-mau.example", email_verified=False)
        assert answer.status == 403 and REFUSED in answer.text
    assert len(acts(console, "user.refused")) <= 3  # in a minute; `test_a_provider_made_by_others` looks at one


def test_a_verified_address_links_once_and_the_providers_own_id_from_then_on(
    console: Console, provider: Provider
) -> None:
    mail: dict[str, Any] = {"email": "cuc@tinh-mau.example", "email_verified": True}
    for lie in ({**mail, "email_verified": "true"}, {**mail, "email_verified": False}, {"email": mail["email"]}):
        assert entered(Visitor(console.port), provider, sub="sub-gia", **lie).status == 403
    assert entered(Visitor(console.port), provider, sub="sub-cuc", **mail).to == "/"
    assert entered(Visitor(console.port), provider, sub="sub-cuc").to == "/"
    assert entered(Visitor(console.port), provider, sub="sub-gia", **mail).status == 403
    listed = khien("user", "list", "--json", folder=console.folder).json()
    assert [each["openid"] for each in listed if each["name"] == "cuc"] == ["sub-cuc"]
    taken = khien("user", "add", "cuc-hai", "--role", "auditor", "--openid", "sub-cuc", folder=console.folder)
    assert taken.status == 2 and "another user's" in taken.err


def test_a_role_that_needs_a_second_factor_has_it_here_or_there(console: Console, provider: Provider) -> None:
    assert entered(Visitor(console.port), provider, sub="sub-hoa", amr=["pwd"]).status == 403
    for claims in ({"amr": ["pwd", "mfa"]}, {"acr": "cao"}):
        visitor = Visitor(console.port)
        assert entered(visitor, provider, sub="sub-hoa", **claims).to == "/"
        assert visitor.get("/agencies").status == 200
    khien("user", "add", "dao", "--role", "security", "--openid", "sub-dao", folder=console.folder)
    give_second_factor(console.folder, "dao", SECRET)
    assert entered(Visitor(console.port), provider, sub="sub-dao").to == "/sign-in/code"


def test_a_link_takes_the_password_and_a_reset_gives_one_back(console: Console, provider: Provider) -> None:
    visitor = Visitor(console.port)
    assert visitor.sign_in("nguoi-khac").to == "/"
    assert khien("user", "link", "nguoi-khac", "--openid", "sub-khac", folder=console.folder).status == 0
    assert visitor.get("/").to.startswith("/sign-in")
    assert visitor.sign_in("nguoi-khac").status == 200
    assert entered(visitor, provider, sub="sub-khac").to == "/"
    assert visitor.get("/account/password").status == 404
    khien("user", "reset", "nguoi-khac", folder=console.folder, typed="another-password-2026\n")
    assert visitor.get("/").to.startswith("/sign-in")
    assert entered(visitor, provider, sub="sub-khac").status == 403


def test_a_token_is_made_by_who_has_just_proved_who_they_are(console: Console, provider: Provider) -> None:
    visitor, form = Visitor(console.port), {"token": "cua-lan", "days": "30"}
    for long_ago in (int(time.time()) - 3600, None):
        assert entered(visitor, provider, sub="sub-lan", auth_time=long_ago).to == "/"
        refused = visitor.post("/account/tokens", form, page="/account/tokens")
        assert refused.status == 403 and "Cần đăng nhập lại" in refused.text
    again = parse_qs(urlsplit(sent(visitor, "?again&next=/account/tokens")).query)
    assert again["prompt"] == ["login"] and again["max_age"] == ["0"]
    assert entered(visitor, provider, "?again&next=/account/tokens", sub="sub-lan").to == "/account/tokens"
    assert "khien_" in visitor.post("/account/tokens", form, page="/account/tokens").text


def authenticated(told: dict[str, Any], secret: bytes) -> str:
    """A token under HS256, whose key whoever checks it has too."""
    body = f"{encoded({'alg': 'HS256', 'kid': 'k1'})}.{encoded(told)}"
    code = hmac.new(secret, body.encode(), hashlib.sha256).digest()
    return f"{body}.{base64.urlsafe_b64encode(code).decode().rstrip('=')}"


STRANGER = RSAKey.generate_key(2048, {"kid": "k1"}, private=True)
HEAD = {"alg": "RS256", "kid": "k1"}
LIES: dict[str, dict[str, Any]] = {
    "another nonce": {"nonce": "x"},
    "no nonce": {"nonce": None},
    "for another": {"aud": "other"},
    "for another too": {"aud": [CLIENT, "other"]},
    "by the wish of another": {"azp": "other"},
    "over": {"exp": int(time.time()) - 120},
    "never over": {"exp": float("nan")},
    "long ago": {"iat": int(time.time()) - 3600},
    "in the future": {"iat": int(time.time()) + 3600},
    "of another issuer": {"iss": "https://khac.example"},
    "nobody": {"sub": None},
    "many": {"sub": ["sub-lan"]},
}
FORGERIES: dict[str, Callable[[dict[str, Any], Provider], str]] = {
    "no signature": lambda told, _: f"{encoded({'alg': 'none'})}.{encoded(told)}.",
    "the public key for a secret": lambda told, provider: authenticated(told, provider.key.as_pem(private=False)),
    "a secret that it has published": lambda told, _: authenticated(told, PROVIDER_SECRET.encode()),
    "a key of one's own": lambda told, _: jwt.encode(HEAD, told, STRANGER),
    "a key that comes along": lambda told, _: jwt.encode(
        {"alg": "RS256", "jwk": STRANGER.as_dict(private=False)}, told, STRANGER
    ),
    "another signature": lambda told, provider: (
        jwt.encode(HEAD, told, provider.key).rpartition(".")[0]
        + "."
        + jwt.encode(HEAD, {"sub": "x"}, provider.key).rpartition(".")[2]
    ),
    "no token": lambda told, _: "x.y.z",
    "deep": lambda told, _: f"{encoded({'alg': 'RS256'})}.{'W' * 8000}.x",
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_says_what_it_should_not_lets_nobody_in(console: Console, provider: Provider, lie: str) -> None:
    visitor = Visitor(console.port)
    answer = entered(visitor, provider, **{"sub": "sub-lan", **LIES[lie]})
    assert (answer.status, visitor.get("/account").status) == (403, 302), lie
    assert REFUSED in answer.text


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_token_that_the_provider_has_not_signed_lets_nobody_in(
    console: Console, provider: Provider, forgery: str
) -> None:
    provider.signed = lambda told: FORGERIES[forgery](told, provider)
    visitor = Visitor(console.port)
    assert entered(visitor, provider, sub="sub-lan").status == 403
    assert visitor.get("/account").status == 302


def test_an_answer_is_taken_once_and_by_the_browser_that_asked(console: Console, provider: Provider) -> None:
    visitor, other = Visitor(console.port), Visitor(console.port)
    address = sent(visitor)
    code = provider.code(address, sub="sub-lan")
    assert OVER in back(other, address, code).text
    sent(other)
    assert OVER in back(other, address, code).text
    wrong = Visitor(console.port)
    asked = sent(wrong)
    assert OVER in wrong.get(f"/sign-in/openid/back?code={code}&state=x").text
    assert OVER in back(wrong, asked, provider.code(asked, sub="sub-lan")).text
    assert back(visitor, address, code).to == "/"
    assert OVER in back(visitor, address, code).text
    second = sent(visitor)
    assert TROUBLE in back(visitor, second, code).text  # the provider takes a code once, and for what it was asked for
    third = sent(visitor)
    mixed_up = back(visitor, third, provider.code(third, sub="sub-lan"), "&iss=https://khac.example")
    assert mixed_up.status == 403
    fourth = sent(visitor)
    state = parse_qs(urlsplit(fourth).query)["state"][0]
    assert TROUBLE in visitor.get(f"/sign-in/openid/back?error=access_denied&state={state}").text


@pytest.mark.parametrize("wanted", ["https://khac.example/", "//khac.example", "/\\khac.example"])
def test_nobody_is_sent_on_to_another_site(console: Console, provider: Provider, wanted: str) -> None:
    query = f"?{urlencode({'next': wanted, 'redirect_uri': wanted})}"
    visitor = Visitor(console.port)
    address = sent(visitor, query)
    asked = parse_qs(urlsplit(address).query)
    assert address.startswith(provider.issuer) and "khac.example" not in address
    assert asked["redirect_uri"] == [f"http://127.0.0.1:{console.port}/sign-in/openid/back"]
    assert asked["code_challenge_method"] == ["S256"] and asked["kenh"] == ["web"]
    assert back(visitor, address, provider.code(address, sub="sub-lan")).to == "/"


def told(body: bytes, status: int = 200, **headers: str) -> Callable[[BaseHTTPRequestHandler], None]:
    """An answer as it is given here."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        try:
            handler.wfile.write(body)
        except OSError:
            pass  # the console has had enough

    return answer


@pytest.mark.parametrize("path", ["/the", "/khoa"])
@pytest.mark.parametrize(
    "answer",
    [
        told(b'{"keys": [], "id_token": "' + b"x" * (8 << 20)),
        told(b"", 302, Location="/thuc/khoa"),
        told(b"[" * 100_000),
        told(b"<html>"),
        told(b'{"id_token": 5, "keys": 5}'),
        told(b'{"id_token": "x.y.z", "keys": []}', 500),
        told(b'{"keys"', Content_Length="7"),
    ],
    ids=["huge", "redirect", "deep", "page", "types", "error", "cut"],
)
def test_an_answer_that_is_none_lets_nobody_in(
    console: Console, provider: Provider, path: str, answer: Callable[[BaseHTTPRequestHandler], None]
) -> None:
    provider.answering[path] = answer
    refused = entered(Visitor(console.port), provider, sub="sub-lan")
    assert refused.status == 503 and TROUBLE in refused.text


def test_a_provider_that_hangs_holds_two_at_the_most_and_not_for_long(console: Console, provider: Provider) -> None:
    over, reached = threading.Event(), threading.Semaphore(0)

    def drip(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(200)
        handler.end_headers()
        reached.release()
        try:
            while not over.wait(0.5):
                handler.wfile.write(b" ")
        except OSError:
            pass

    provider.answering["/the"] = drip
    visitors = [Visitor(console.port) for _ in range(3)]
    ways = [(visitor, sent(visitor)) for visitor in visitors]
    answers: list[int] = []

    def come_back(visitor: Visitor, address: str) -> None:
        answers.append(back(visitor, address, provider.code(address)).status)

    waiting = [threading.Thread(target=come_back, args=each) for each in ways[:2]]
    for thread in waiting:
        thread.start()
    assert reached.acquire(timeout=30) and reached.acquire(timeout=30)
    assert back(ways[2][0], ways[2][1], provider.code(ways[2][1])).status == 503
    assert Visitor(console.port).get("/sign-in").status == 200
    assert answers == []  # the others still wait
    for thread in waiting:
        thread.join(60)
    over.set()
    assert answers == [503, 503]


OTHERS = """\
import threading, oidc_provider_mock
with oidc_provider_mock.run_server_in_thread() as server:
    print(server.server_port, flush=True)
    threading.Event().wait()
"""


@pytest.fixture
def made_by_others() -> Iterator[int]:
    """The port of a provider that others have written, with another library."""
    program = [sys.executable, "-W", "ignore", "-c", OTHERS]
    with subprocess.Popen(program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        yield int(process.stdout.readline())
        process.terminate()


def came(visitor: Visitor, other: int, sub: str) -> Answer:
    """The whole way by that provider."""
    there = urlsplit(sent(visitor, "?next=/runs"))
    form = Visitor(other).ask("POST", f"{there.path}?{there.query}", {"sub": sub}, Host=there.netloc)
    assert form.to.startswith(f"http://127.0.0.1:{visitor.port}/sign-in/openid/back?"), form.text
    return visitor.get(form.to.partition(str(visitor.port))[2])


def test_a_provider_made_by_others_lets_in_who_is_linked(made: Path, made_by_others: int, tmp_path: Path) -> None:
    for console in with_provider(made, tmp_path / "work", f"http://localhost:{made_by_others}"):
        khien("user", "add", "mai", "--role", "auditor", "--openid", "sub-mai", folder=console.folder)
        khien("user", "add", "sen", "--role", "security", "--openid", "sub-sen", folder=console.folder)
        visitor, another = Visitor(console.port), Visitor(console.port)
        assert came(visitor, made_by_others, "sub-mai").to == "/runs"
        assert visitor.get("/runs").status == 200
        assert came(another, made_by_others, "sub-sen").to == "/runs"
        assert another.get("/runs").to == "/account/second-factor"  # the provider is not believed to have asked for one
        assert came(Visitor(console.port), made_by_others, "sub-la").status == 403
        [act] = acts(console, "user.refused")
        assert (act["account"], act["subject"]) == ("", "")
        assert act["after"]["value"] == {"address": "127.0.0.1", "reason": "unknown", "subject": "sub-la"}
