"""Which answer is judged, for a rule that asks for something and for one that forbids something."""

import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.check import Check
from checks.headers import (
    content_type_options,
    cookies,
    cors,
    cross_origin,
    csp,
    deprecated,
    framing,
    hsts,
    leaks,
    permissions_policy,
    referrer_policy,
)
from checks.headers.page import host, origin, short
from checks.model.asset import DEFAULT_PORTS
from checks.model.evidence import Hop, HttpObservation
from checks.model.pages import Page
from checks.registry import REGISTRY
from tests.checks.judging import ask, verdict
from tests.factories import HOST, URL, hop, http_observation, subject

OTHER = "https://khac.so-mau.example/"
PORT = f"https://{HOST}:8443/"
GOOD = [("X-Content-Type-Options", "nosniff")]
LEAK = [("X-Powered-By", "PHP/8.1")]


@pytest.mark.parametrize("status", [200, 204, 206, 300, 304, 302, 399, 401, 403])
def test_statuses_that_speak_for_the_site(status: int) -> None:
    assert verdict(ask(content_type_options.CHECK, subject(http_observation(hop(status=status))))) == (
        "fail nosniff_missing"
    )


@pytest.mark.parametrize("status", [400, 402, 404, 405, 410, 426, 429, 500, 503, 599, 101, 199, 999])
def test_statuses_that_do_not(status: int) -> None:
    for headers in (GOOD, []):
        seen = subject(http_observation(hop(status=status, headers=headers)))
        assert verdict(ask(content_type_options.CHECK, seen)) == "not_assessable error_status"


@pytest.mark.parametrize(
    ("hops", "fields", "expected"),
    [
        # the visitor ends at the last hop
        ([hop(status=301), hop(f"{URL}vi", headers=GOOD)], {}, "pass"),
        ([hop(status=301, headers=GOOD), hop(f"{URL}vi")], {}, "fail nosniff_missing"),
        ([hop(status=301), hop(OTHER, headers=GOOD)], {}, "pass"),
        ([hop(URL.replace("https", "HTTPS"), headers=GOOD)], {}, "pass"),
        ([hop(status=301), hop(OTHER, status=404, headers=GOOD)], {}, "not_assessable error_status"),
        # a chain that goes on to where nobody looked
        ([hop(status=302, headers=GOOD)], {"end": "left_scope", "next_url": "https://sso.example/"}, "pass"),
        ([hop(status=302)], {"end": "left_scope"}, "fail nosniff_missing"),
        ([hop(status=302), hop(OTHER, 302, GOOD)], {"end": "left_scope"}, "not_assessable no_final_answer"),
        ([hop(status=302), hop(PORT, 302, GOOD)], {"end": "failed"}, "not_assessable no_final_answer"),
        ([hop(status=302), hop(f"http://{HOST}/", 302, GOOD)], {"end": "failed"}, "not_assessable no_final_answer"),
        ([hop(status=302), hop(OTHER, 302), hop(f"{URL}b", 302, GOOD)], {"end": "left_scope"}, "pass"),
        # HTTPS that ends in cleartext
        ([hop(status=302), hop(f"http://{HOST}/", headers=GOOD)], {}, "not_assessable final_in_cleartext"),
    ],
)  # fmt: skip
def test_the_answer_that_must_carry_something(hops: list[Hop], fields: dict[str, Any], expected: str) -> None:
    assert verdict(ask(content_type_options.CHECK, subject(http_observation(*hops, **fields)))) == expected


@pytest.mark.parametrize(
    ("hops", "fields", "expected"),
    [
        ([hop(status=301, headers=LEAK), hop(f"{URL}vi")], {}, "fail leak_header"),
        ([hop(status=301, headers=LEAK), hop(f"{URL}vi", headers=LEAK)], {}, "fail leak_header"),
        ([hop(status=301, headers=LEAK), hop(OTHER)], {}, "fail leak_header"),
        ([hop(status=301), hop(OTHER, headers=LEAK)], {}, "fail leak_header"),
        ([hop(status=301, headers=LEAK), hop(OTHER, headers=LEAK)], {}, "fail leak_header leak_header"),
        ([hop(status=301), hop(OTHER, 302, LEAK), hop(f"{URL}vi")], {}, "pass"),  # that host is judged as its own asset
        ([hop(status=302, headers=LEAK)], {"end": "left_scope"}, "fail leak_header"),
        ([hop(status=302, headers=LEAK), hop(OTHER, 302)], {"end": "left_scope"}, "fail leak_header"),
        ([hop(status=302), hop(OTHER, 302)], {"end": "left_scope"}, "not_assessable no_final_answer"),
        ([hop(status=404, headers=LEAK)], {}, "not_assessable error_status"),
        ([hop(status=302), hop(f"http://{HOST}/", headers=LEAK)], {}, "fail leak_header"),
        ([hop(status=302), hop(f"http://{HOST}/")], {}, "not_assessable final_in_cleartext"),
    ],
)
def test_the_answers_that_must_not_carry_something(hops: list[Hop], fields: dict[str, Any], expected: str) -> None:
    seen = subject(http_observation(*hops, **fields))
    assert verdict(ask(leaks.CHECK, seen, {"absent": ["x-powered-by"]})) == expected


CUT_SHORT: list[dict[str, Any]] = [
    {"end": "failed", "failure": "timed_out", "next_url": f"{URL}login"},
    {"end": "failed", "failure": "reset", "next_url": OTHER},
    {"end": "too_many_redirects", "next_url": URL},
    {"end": "bad_redirect"},
]
"""Ends of a chain of which the last page could have been read, but was not."""

ASKS: list[tuple[Check[Any, Any], dict[str, Any], tuple[str, str], str]] = [
    (content_type_options.CHECK, {}, GOOD[0], "nosniff_missing"),
    (framing.CHECK, {}, ("X-Frame-Options", "DENY"), "framing_missing"),
    (csp.CHECK, {}, ("Content-Security-Policy", "default-src 'none'"), "csp_missing"),
    (hsts.CHECK, {"min_age": 1}, ("Strict-Transport-Security", "max-age=63072000"), "hsts_missing"),
    (permissions_policy.CHECK, {}, ("Permissions-Policy", "camera=()"), "permissions_policy_missing"),
    (
        referrer_policy.CHECK,
        {"allowed": ["no-referrer"]},
        ("Referrer-Policy", "no-referrer"),
        "referrer_policy_missing",
    ),
    (
        cross_origin.CHECK,
        {"header": "cross-origin-opener-policy", "allowed": ["same-origin"]},
        ("Cross-Origin-Opener-Policy", "same-origin"),
        "cross_origin_missing",
    ),
]
"""Rules that ask for something, with what they ask for."""

FORBIDS: list[tuple[Check[Any, Any], dict[str, Any], list[tuple[str, str]], list[tuple[str, str]], str, str]] = [
    (leaks.CHECK, {"absent": ["x-powered-by"]}, [], LEAK, "leak_header", "pass"),
    (leaks.CHECK, {"no_version": ["server"]}, [("Server", "<redacted>")], [("Server", "a/1")], "leak_version",
     "not_assessable leak_redacted"),
    (cookies.CHECK, {"require": ["secure"]}, [], [("Set-Cookie", "a=1")], "cookie_not_secure",
     "not_applicable no_cookies"),
    (cookies.CHECK, {"require": ["secure"]}, [("Set-Cookie", "a=1; Secure")], [("Set-Cookie", "a=1")],
     "cookie_not_secure", "pass"),
    (cors.CHECK, {}, [], [("Access-Control-Allow-Origin", "*"), ("Access-Control-Allow-Credentials", "true")],
     "cors_any_origin", "not_applicable cors_not_used"),
    (cors.CHECK, {}, [("Access-Control-Allow-Origin", "*")],
     [("Access-Control-Allow-Origin", "null"), ("Access-Control-Allow-Credentials", "true")],
     "cors_null_origin", "pass"),
]  # fmt: skip
"""Rules that forbid something: an answer without fault, one with it, and what each is elsewhere."""


@pytest.mark.parametrize("end", CUT_SHORT)
@pytest.mark.parametrize(("check", "params", "header", "missing"), ASKS)
def test_a_redirect_does_not_speak_for_a_page_that_was_not_read(
    check: Check[Any, Any], params: dict[str, Any], header: tuple[str, str], missing: str, end: dict[str, Any]
) -> None:
    left = {"end": "left_scope", "next_url": "https://sso.example/"}
    for headers, elsewhere in (([header], "pass"), ([], f"fail {missing}")):
        one = [hop(status=302, headers=headers)]
        for hops in (one, [*one, hop(f"{URL}vi", 302, headers)], [*one, hop(OTHER, 302, headers)]):
            outcome = ask(check, subject(http_observation(*hops, **end)), params)
            assert verdict(outcome) == "not_assessable no_final_answer"
            assert outcome.params == {"where": hops[-1].url}
        assert verdict(ask(check, subject(http_observation(*one, **left)), params)) == elsewhere


@pytest.mark.parametrize("end", CUT_SHORT)
@pytest.mark.parametrize(("check", "params", "fine", "wrong", "reason", "elsewhere"), FORBIDS)
def test_what_was_seen_before_a_chain_was_cut_short_can_only_fail(
    check: Check[Any, Any],
    params: dict[str, Any],
    fine: list[tuple[str, str]],
    wrong: list[tuple[str, str]],
    reason: str,
    elsewhere: str,
    end: dict[str, Any],
) -> None:
    good, bad = hop(status=302, headers=fine), hop(status=302, headers=wrong)
    for hops in ([bad], [bad, good], [good, bad], [good, hop(OTHER, 302, wrong)]):
        assert verdict(ask(check, subject(http_observation(*hops, **end)), params)) == f"fail {reason}"
    for hops in ([good], [good, good], [good, hop(OTHER, 302, fine)]):
        outcome = verdict(ask(check, subject(http_observation(*hops, **end)), params))
        assert outcome == "not_assessable no_final_answer"
    left = http_observation(good, end="left_scope", next_url="https://sso.example/")
    assert verdict(ask(check, subject(left), params)) == elsewhere


LONG = f"{URL}{'a' * 5000}"
CLEARTEXT = LONG.replace("https:", "http:")
NEEDED: dict[str, dict[str, Any]] = {
    "headers.hsts": {"min_age": 1},
    "headers.referrer_policy": {"allowed": ["no-referrer"]},
    "headers.cross_origin": {"header": "cross-origin-opener-policy", "allowed": ["same-origin"]},
    "headers.cookies": {"require": ["secure"]},
    "headers.leaks": {"known": True},
}
"""Parameters of rules that have no default."""
OF_HEADERS = [each for each in REGISTRY if each.id.startswith("headers.")]


def ends(url: str, scheme: str) -> list[HttpObservation]:
    """Ways in which a look that begins at an address with this scheme ends at a URL."""
    first, between = hop(f"{scheme}://{HOST}/", 302), hop(f"{URL}giua", 302)
    pages = [None, Page(html=False), Page(html=True, complete=False), Page(html=True, complete=False, head=False)]
    pages.append(Page(html=True, refresh=CLEARTEXT, csp=("img-src *",), referrer="unsafe-url"))
    finals = [hop(url, page=page) for page in pages] + [hop(url, 404)]
    return [
        *(http_observation(first, between, each) for each in finals),
        *(http_observation(first, between, hop(url, 302), **end) for end in CUT_SHORT),
        http_observation(first, between, hop(url, 302), end="left_scope", next_url=url),
    ]


@pytest.mark.parametrize("check", OF_HEADERS, ids=lambda check: check.id)
def test_where_something_is_wrong_is_told_in_bounds(check: Check[Any, Any]) -> None:
    for url in (LONG, CLEARTEXT):
        for seen in ends(url, check.reads):
            outcome = ask(check, subject(seen), NEEDED.get(check.id))
            where = outcome.params.get("where", url[:200])
            assert where in (url[:200], subject(seen).where)
            assert "to" not in outcome.params or outcome.params["to"] in (url[:200], CLEARTEXT[:200])


@pytest.mark.parametrize("check", OF_HEADERS, ids=lambda check: check.id)
def test_what_cannot_be_told_says_where_the_look_ended(check: Check[Any, Any]) -> None:
    for seen in ends(f"{URL}cuoi", check.reads):
        outcome = ask(check, subject(seen), NEEDED.get(check.id))
        if outcome.verdict == "not_assessable" and outcome.reason != "not_asked":
            assert outcome.params["where"] == f"{URL}cuoi"


OPENER: dict[str, Any] = {"header": "cross-origin-opener-policy", "allowed": ["same-origin"]}
TOLD: list[tuple[Check[Any, Any], dict[str, Any], str, str, str]] = [
    (content_type_options.CHECK, {}, "X-Content-Type-Options", "x-content-type-options", "nosniff_invalid"),
    (framing.CHECK, {}, "X-Frame-Options", "frame-ancestors", "framing_invalid"),
    (csp.CHECK, {}, "Content-Security-Policy", "content-security-policy", "csp_invalid"),
    (permissions_policy.CHECK, {}, "Permissions-Policy", "permissions-policy", "permissions_policy_invalid"),
    (cross_origin.CHECK, OPENER, "Cross-Origin-Opener-Policy", OPENER["header"], "cross_origin_invalid"),
    (deprecated.CHECK, {}, "X-XSS-Protection", "x-xss-protection", "xss_filter_on"),
    (referrer_policy.CHECK, {"allowed": ["origin"]}, "Referrer-Policy", "referrer-policy", "referrer_policy_invalid"),
]  # fmt: skip
"""Rules that show what was sent: the header, the end of the key, and the reason where it says nothing sensible."""


@pytest.mark.parametrize(("check", "params", "header", "thing", "reason"), TOLD, ids=[each[0].id for each in TOLD])
def test_every_field_is_shown_in_bounds(
    check: Check[Any, Any], params: dict[str, Any], header: str, thing: str, reason: str
) -> None:
    for fields in (("a b", "c d"), ("a b", "c" * 5000)):
        seen = subject(http_observation(hop(headers=[(header, each) for each in fields])))
        (instance,) = ask(check, seen, params).instances
        assert (instance.key, instance.reason) == (f"{URL} {thing}", reason)
        assert instance.params["value"] == ", ".join(fields)[:200]


def test_an_instance_points_at_its_hop() -> None:
    seen = subject(http_observation(hop(status=301, headers=LEAK), hop(OTHER, headers=LEAK)))
    own, other = ask(leaks.CHECK, seen, {"absent": ["x-powered-by"]}).instances
    assert (own.key, own.path, own.params["where"]) == (f"{URL} x-powered-by", "hops.0", URL)
    assert (other.key, other.path) == (f"{URL} > khac.so-mau.example x-powered-by", "hops.1")
    assert other.params["where"] == OTHER


def test_values_are_cut_and_stay_raw() -> None:
    value = "<img src=x>" + "A" * 100_000
    seen = subject(http_observation(hop(headers=[("X-Powered-By", value)])))
    (instance,) = ask(leaks.CHECK, seen, {"absent": ["x-powered-by"]}).instances
    assert instance.params["value"] == value[:200]


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("https://A.example/x", ("https", "a.example", 443)),
        ("HTTPS://a.example.:8443", ("https", "a.example", 8443)),
        ("http://[2001:db8::1]:81/", ("http", "2001:db8::1", 81)),
        ("https://", None),
        ("//a.example/", None),
        ("gopher://a.example/", None),
        ("https://a.example:99999/", None),
        ("https://[::1/", None),
        ("", None),
    ],
)
def test_origins(url: str, expected: tuple[str, str, int] | None) -> None:
    assert origin(url) == expected
    assert host(url) == (expected[1] if expected else "")


@given(st.text() | st.text(alphabet="htps:/[]@.%?#0123456789é\\ ").map("https://".__add__))
def test_any_text_has_an_origin_or_none(text: str) -> None:
    found = origin(text)
    assert found is None or (found[0] in DEFAULT_PORTS and found[2] >= 0)


@given(st.text(max_size=200))
def test_short_names_are_bounded(name: str) -> None:
    assert len(short(name)) <= 90


def test_short_names_stay_apart() -> None:
    assert short("a" * 200) != short("a" * 201)
    assert short("session") == "session"
    assert short("a" * 80) == "a" * 80
    cut = short("a" * 81)
    assert cut == f"{'a' * 80}~{hashlib.sha256(b'a' * 81).hexdigest()[:8]}"
    assert short("\udc80" * 81).startswith("\udc80" * 80 + "~")


def test_a_long_host_is_short_in_a_key() -> None:
    name = ".".join(["a" * 60] * 3)
    seen = subject(http_observation(hop(status=301), hop(f"https://{name}/", headers=LEAK)))
    (instance,) = ask(leaks.CHECK, seen, {"absent": ["x-powered-by"]}).instances
    assert instance.key == f"{URL} > {short(name)} x-powered-by"
