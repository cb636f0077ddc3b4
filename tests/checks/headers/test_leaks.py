"""headers.leaks: headers that must be absent, and versions that must not be told."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from checks.headers.leaking import KNOWN
from checks.headers.leaks import CHECK, tells_version
from checks.model.text import TextError
from scanner.probes.redact import redact_headers
from tests.checks.judging import ask, verdict
from tests.factories import hop, http_observation, subject

DEMAND = {"absent": ["x-powered-by", "x-aspnet-version"], "no_version": ["server"]}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([], "pass"),
        ([("Server", "nginx")], "pass"),
        ([("Server", "")], "pass"),
        ([("Server", "Apache (Debian)")], "pass"),
        ([("Server", "HTTP2-Gateway")], "pass"),
        ([("Server", "nginx/1.22.1")], "fail leak_version"),
        ([("Server", "Microsoft-IIS/10.0")], "fail leak_version"),
        ([("Server", "Microsoft-IIS/10")], "fail leak_version"),
        ([("Server", "Apache (Debian) OpenSSL/v3")], "fail leak_version"),
        ([("Server", "Oracle Application Server 11.1")], "fail leak_version"),
        ([("Server", "nginx"), ("SERVER", "PHP/8.1.2")], "fail leak_version"),
        ([("X-Powered-By", "ASP.NET")], "fail leak_header"),
        ([("X-Powered-By", "")], "fail leak_header"),
        ([("X-Powered-By", "PHP"), ("X-Powered-By", "ASP.NET")], "fail leak_header"),
        (
            [("x-aspnet-version", "4.0"), ("X-Powered-By", "x"), ("Server", "a/1")],
            "fail leak_header leak_header leak_version",
        ),
    ],
)
def test_verdicts(headers: list[tuple[str, str]], expected: str) -> None:
    assert verdict(ask(CHECK, subject(http_observation(hop(headers=headers))), DEMAND)) == expected
    stored = redact_headers(tuple(headers))
    assert verdict(ask(CHECK, subject(http_observation(hop(headers=stored))), DEMAND)) == expected


def test_what_the_probe_hid_is_not_a_pass() -> None:
    headers = redact_headers((("X-Backend-Server", "tomcat/9.0.1"),))
    seen = subject(http_observation(hop(headers=headers)))
    outcome = ask(CHECK, seen, {"no_version": ["x-backend-server", "server"]})
    assert verdict(outcome) == "not_assessable leak_redacted"
    assert outcome.params == {"headers": ("x-backend-server",)}
    assert verdict(ask(CHECK, seen, {"absent": ["x-backend-server"]})) == "fail leak_header"


def test_a_redirect_may_hide_a_version_too() -> None:
    hidden = [("Via", "1.1 <redacted>")]
    seen = subject(http_observation(hop(status=302, headers=hidden), hop("https://cong.so-mau.example/vi")))
    outcome = ask(CHECK, seen, {"no_version": ["x-cdn", "x-cdn"]})
    assert verdict(outcome) == "pass"
    redirect = hop(status=302, headers=[("X-Cdn", "edge <redacted>")])
    seen = subject(http_observation(redirect, hop("https://cong.so-mau.example/vi")))
    outcome = ask(CHECK, seen, {"no_version": ["x-cdn", "x-cdn"]})
    assert verdict(outcome) == "not_assessable leak_redacted"
    assert outcome.params == {"headers": ("x-cdn",)}


def test_a_version_is_shown_in_bounds() -> None:
    value = "a/1 " + "b" * 5000
    (instance,) = ask(CHECK, subject(http_observation(hop(headers=[("Server", value)]))), DEMAND).instances
    assert instance.params["value"] == value[:200]


def test_what_is_known_comes_in_order() -> None:
    seen = subject(http_observation(hop(headers=[(name, "x") for name in sorted(KNOWN, reverse=True)])))
    found = ask(CHECK, seen, {"known": True}).instances
    assert [each.params["header"] for each in found] == sorted(KNOWN)


def test_the_list_of_known_names() -> None:
    headers = [("X-Generator", "Drupal 10"), ("X-Ours", "1"), ("Server", "nginx/1.22.1"), ("X-POWERED-BY", "PHP")]
    seen = subject(http_observation(hop(headers=headers)))
    outcome = ask(CHECK, seen, {"known": True, "absent": ["x-ours", "x-powered-by"]})
    assert [each.params["header"] for each in outcome.instances] == ["x-ours", "x-powered-by", "x-generator"]
    assert verdict(ask(CHECK, subject(http_observation()), {"known": True})) == "pass"
    assert "server" not in KNOWN
    for name in KNOWN:
        stored = redact_headers(((name, "something 1.0"),))
        assert (
            verdict(ask(CHECK, subject(http_observation(hop(headers=stored))), {"known": True})) == "fail leak_header"
        )


def test_an_error_page_says_nothing() -> None:
    assert verdict(ask(CHECK, subject(http_observation(hop(status=404))), DEMAND)) == "not_assessable error_status"


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"absent": [], "no_version": [], "known": False},
        {"known": "yes"},
        {"absent": ["X-Powered-By"]},
        {"no_version": ["server "]},
    ],
)
def test_parameters_are_strict(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ask(CHECK, subject(http_observation()), params)


def test_who_asks_for_nothing_is_told_so_in_both_languages() -> None:
    with pytest.raises(ValidationError) as raised:
        ask(CHECK, subject(http_observation()), {})
    (error,) = raised.value.errors()
    told = error["ctx"]["error"]
    assert isinstance(told, TextError)
    assert (told.text.vi[:7], told.text.en[:8]) == ("ghi ít ", "name at ")


@given(st.text(), st.integers(0, 99), st.integers(0, 99))
def test_a_version_is_found_anywhere(text: str, major: int, minor: int) -> None:
    assert tells_version(f"{text}/{major}")
    assert tells_version(f"{text} {major}.{minor}")
    assert not tells_version("".join(each for each in text if each not in "/." and not each.isdigit()))
