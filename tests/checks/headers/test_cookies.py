"""headers.cookies: the attributes that RFC 6265bis knows, read as browsers read them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from checks.headers.cookies import CHECK, Cookie, parse_cookie
from checks.model.evidence import Hop
from scanner.probes.redact import redact_headers
from tests.checks.judging import ask, verdict
from tests.factories import URL, hop, http_observation, subject

ALL = {"require": ["secure", "http_only", "same_site"]}
GOOD = "sid=<redacted>; Secure; HttpOnly; SameSite=Lax"


def with_cookies(*fields: str) -> Hop:
    return hop(headers=[("Set-Cookie", each) for each in fields])


@pytest.mark.parametrize(
    ("field", "expected"),
    [
        (GOOD, "pass"),
        ("sid=1;secure;HTTPONLY;samesite=STRICT", "pass"),
        ("sid=1;Secure=anything;HttpOnly=0;SameSite= Lax ", "pass"),
        ("sid=1; SameSite=Lax; Secure; HttpOnly; Partitioned; Priority=High", "pass"),
        ("tên=1; Secure; HttpOnly; SameSite=Lax", "pass"),
        ("sid=1; Expires=<redacted>; Max-Age=<redacted>; Path=/; Secure; HttpOnly; SameSite=Lax", "pass"),
        ("sid=1", "fail cookie_not_secure cookie_not_http_only cookie_no_same_site"),
        ("sid=1;", "fail cookie_not_secure cookie_not_http_only cookie_no_same_site"),
        ("sid=1, Secure, HttpOnly, SameSite=Lax", "fail cookie_not_secure cookie_not_http_only cookie_no_same_site"),
        ("sid", "fail cookie_not_secure cookie_not_http_only cookie_no_same_site"),
        ("=1; Secure", "fail cookie_not_http_only cookie_no_same_site"),
        ("sid=1; HttpOnly; SameSite=Lax; Partitioned; Priority=High", "fail cookie_not_secure"),
        ("tên=1; HttpOnly; SameSite=Lax", "fail cookie_not_secure"),
        ("sid=1; Secure; SameSite=Lax", "fail cookie_not_http_only"),
        ("sid=1; Secure; HttpOnly", "fail cookie_no_same_site"),
        ("sid=1; Secure; HttpOnly; SameSite", "fail cookie_no_same_site"),
        ("sid=1; Secure; HttpOnly; SameSite=", "fail cookie_no_same_site"),
        ("sid=1; Secure; HttpOnly; SameSite=Yes", "fail cookie_no_same_site"),
        ("sid=1; Secure; HttpOnly; SameSite=Lax; SameSite=odd", "fail cookie_no_same_site"),  # the last of two counts
        ("sid=1; Secure; HttpOnly; SameSite=None", "pass"),
        ("sid=1; HttpOnly; SameSite=None", "fail cookie_not_secure cookie_none_not_secure"),
        ("a=Secure; HttpOnly; SameSite=Lax", "fail cookie_not_secure"),
        ("a=1; b=Secure; HttpOnly; SameSite=Lax", "fail cookie_not_secure"),
        ("__Secure-sid=1; Secure; HttpOnly; SameSite=Lax", "pass"),
        ("__Secure-sid=1; HttpOnly; SameSite=Lax", "fail cookie_bad_prefix cookie_not_secure"),
        ("__Host-sid=1; Path=/; Secure; HttpOnly; SameSite=Lax", "pass"),
        ("__Host-sid=1; Path=/; Domain=; Secure; HttpOnly; SameSite=Lax", "pass"),
        ("__HOST-sid=1; Secure; HttpOnly; SameSite=Lax", "fail cookie_bad_prefix"),
        ("__Host-sid=1; Path=/a; Secure; HttpOnly; SameSite=Lax", "fail cookie_bad_prefix"),
        ("__Host-sid=1; Path=/; Domain=so-mau.example; Secure; HttpOnly; SameSite=Lax", "fail cookie_bad_prefix"),
        ("__Host-sid=1; Path=/; HttpOnly; SameSite=Lax", "fail cookie_bad_prefix cookie_not_secure"),
        # removed: nothing is kept, so nothing is at stake
        ("sid=; Max-Age=0", "not_applicable no_cookies"),
        ("sid=; Max-Age=-1", "not_applicable no_cookies"),
        ("sid=; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "not_applicable no_cookies"),
        ("sid=; Expires=Thu, 01-Jan-70 00:00:01 GMT; Path=/", "not_applicable no_cookies"),
        ("sid=; Expires=Sat, 01 Jan 2000 00:00:00 GMT", "not_applicable no_cookies"),
        ("sid=; Expires=Tue, 31-Dec-2019 23:59:59 GMT", "not_applicable no_cookies"),
        ("sid=; Max-Age=; Expires=Thu, 01 Jan 1970 00:00:00 GMT", "not_applicable no_cookies"),  # says nothing
        # kept: Max-Age goes before Expires, and a date that is not long ago is none of ours
        ("sid=1; Expires=Wed, 01 Jan 2020 00:00:00 GMT; Secure; HttpOnly", "fail cookie_no_same_site"),
        ("sid=1; Expires=Sun, 01 Jan 2040 20:10:19 GMT; Secure; HttpOnly", "fail cookie_no_same_site"),
        ("sid=1; Expires=20190 1970x; Secure; HttpOnly", "fail cookie_no_same_site"),
        ("sid=1; Max-Age=10; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure; HttpOnly", "fail cookie_no_same_site"),
        ("sid=1; Max-Age=<redacted>; Expires=Thu, 01 Jan 1970 0:0:0 GMT; Secure; HttpOnly", "fail cookie_no_same_site"),
        ("sid=1; Max-Age=; Secure; HttpOnly", "fail cookie_no_same_site"),
        ("sid=1; Max-Age=10; Secure; HttpOnly", "fail cookie_no_same_site"),
        ("sid=1; Expires=Thu, 01 Jan 2070 00:00:00 GMT; Secure; HttpOnly", "fail cookie_no_same_site"),
        ("sid=1; Expires=Thu, 01-Jan-30 00:00:00 GMT; Secure; HttpOnly", "fail cookie_no_same_site"),
        # a value that is too long does not count, and so the one before it does
        (f"sid=1; Secure; HttpOnly; SameSite=Lax; SameSite={' ' * 1024}{'x' * 1025}", "pass"),
        (f"sid=1; Secure; HttpOnly; SameSite=Lax; SameSite={'x' * 1024}", "fail cookie_no_same_site"),
        (f"sid=1; Secure; HttpOnly; SameSite=\tLax{' ' * 1024}", "pass"),
        (f"sid=1; Secure; HttpOnly; SameSite=Lax; SameSite={'X' * 1025}", "pass"),
        # only white space is taken off
        ("sid=1; XSecure; HttpOnly; SameSite=Lax", "fail cookie_not_secure"),
        ("sid=1; Secure; HttpOnly; SameSite=XLax", "fail cookie_no_same_site"),
        # control characters: browsers set nothing (those in a value are redacted with it); a tab is white space
        ("si\x01d=1; Path=/", "not_applicable no_cookies"),
        ("sid\x7f=1", "not_applicable no_cookies"),
        ("sid=1; Path=/\x1f", "not_applicable no_cookies"),
        ("sid=1;\tSecure;\tHttpOnly; SameSite=\tLax", "pass"),
        # a domain that the host is not in, or a redacted one; where it comes twice, the last counts
        ("sid=1; Domain=khac.example", "not_applicable no_cookies"),
        ("sid=1; Domain=www.cong.so-mau.example; Secure", "not_applicable no_cookies"),
        ("sid=1; Domain=g.so-mau.example", "not_applicable no_cookies"),
        ("sid=1; Domain=cong.so-mau.example.; Secure", "not_applicable no_cookies"),
        ("sid=1; Domain=só-mau.example; Secure", "not_applicable no_cookies"),
        ("sid=1; Domain=.so-mau.example; Domain=khac.example; Secure; HttpOnly", "not_applicable no_cookies"),
        ("sid=1; Domain=khac.example; Domain=; Secure; HttpOnly", "fail cookie_no_same_site"),
        ("sid=1; Domain=; Secure; HttpOnly", "fail cookie_no_same_site"),
        ("sid=1; Domain=.; Secure; HttpOnly", "fail cookie_no_same_site"),
        ("sid=1; domain=.SO-MAU.Example; Secure; HttpOnly", "fail cookie_no_same_site"),
        ("sid=1; Domain=cong.so-mau.example; Secure; HttpOnly", "fail cookie_no_same_site"),
        ("sid=1; Domain=abc<redacted>.example; Secure; HttpOnly", "fail cookie_no_same_site"),
        # neither name nor value: browsers set nothing
        ("", "not_applicable no_cookies"),
        ("; Secure", "not_applicable no_cookies"),
        (" = ; HttpOnly", "not_applicable no_cookies"),
    ],
)  # fmt: skip
def test_fields(field: str, expected: str) -> None:
    seen = with_cookies(field)
    assert verdict(ask(CHECK, subject(http_observation(seen)), ALL)) == expected
    stored = hop(headers=redact_headers(seen.headers))
    assert verdict(ask(CHECK, subject(http_observation(stored)), ALL)) == expected


def test_only_what_is_required() -> None:
    for name, code in (("secure", "cookie_not_secure"), ("http_only", "cookie_not_http_only")):
        assert (
            verdict(ask(CHECK, subject(http_observation(with_cookies("a=1"))), {"require": [name]})) == f"fail {code}"
        )
    false_promise = subject(http_observation(with_cookies("__Host-a=1; Secure")))
    assert verdict(ask(CHECK, false_promise, {"require": ["secure"]})) == "fail cookie_bad_prefix"
    assert verdict(ask(CHECK, false_promise, {"require": ["http_only"]})) == "fail cookie_not_http_only"
    lonely = subject(http_observation(with_cookies("a=1; SameSite=None")))
    assert verdict(ask(CHECK, lonely, {"require": ["same_site"]})) == "fail cookie_none_not_secure"
    assert verdict(ask(CHECK, lonely, {"require": ["http_only"]})) == "fail cookie_not_http_only"


def test_every_cookie_of_the_chain_counts_once() -> None:
    bad = [("set-cookie", "sid=1"), ("Set-Cookie", GOOD.replace("sid", "other"))]
    seen = subject(http_observation(hop(status=302, headers=bad), hop(f"{URL}vi", headers=bad)))
    (instance,) = ask(CHECK, seen, {"require": ["secure"]}).instances
    assert instance.key == f"{URL} set-cookie/sid/cookie_not_secure"
    assert instance.path == "hops.0"
    assert instance.params == {"where": URL, "cookie": "sid"}


@pytest.mark.parametrize(
    ("url", "field", "expected"),
    [
        ("http://cong.so-mau.example/", "sid=1; Secure", "not_applicable no_cookies"),  # not taken in cleartext
        ("http://cong.so-mau.example/", "sid=1", "fail cookie_not_secure cookie_not_http_only cookie_no_same_site"),
        ("HTTPS://cong.so-mau.example/", "sid=1; Secure; HttpOnly", "fail cookie_no_same_site"),
        ("https://khac.example/", "sid=1; Domain=khac.example; Secure; HttpOnly", "fail cookie_no_same_site"),
        ("https://khac.example/", "sid=1; Domain=cong.so-mau.example; Secure", "not_applicable no_cookies"),
    ],
)
def test_what_browsers_take_depends_on_the_address(url: str, field: str, expected: str) -> None:
    page = hop(f"{URL}vi") if url.startswith("http:") else hop(url, headers=[("Set-Cookie", field)])
    seen = http_observation(hop(status=302), hop(url, 302, [("Set-Cookie", field)]), page)
    assert verdict(ask(CHECK, subject(seen), ALL)) == expected


def test_without_cookies_nothing_is_proved() -> None:
    assert verdict(ask(CHECK, subject(http_observation()), ALL)) == "not_applicable no_cookies"
    assert verdict(ask(CHECK, subject(http_observation(hop(status=500))), ALL)) == "not_assessable error_status"
    good_then_lost = http_observation(hop(status=302, headers=[("Set-Cookie", GOOD)]), hop(f"{URL}vi", status=404))
    assert verdict(ask(CHECK, subject(good_then_lost), ALL)) == "not_assessable error_status"


@pytest.mark.parametrize(
    ("field", "name"),
    [
        ("a=1", "a"),
        (" \ta\t =1", "a"),
        ("XaX=1", "XaX"),
        ("a b=1", "a b"),
        ("=1", ""),
        ("1", ""),
        ("==", ""),
        ("X=", "X"),
        ("=X", ""),
    ],
)
def test_names(field: str, name: str) -> None:
    cookie = parse_cookie(field)
    assert cookie is not None
    assert cookie.name == name


def test_long_names_stay_apart_and_bounded() -> None:
    names = ["n" * 5000 + "a", "n" * 5000 + "b"]
    outcome = ask(CHECK, subject(http_observation(with_cookies(*names[:1], f"{names[1]}=1", f"{names[0]}=2"))), ALL)
    keys = {each.key for each in outcome.instances if each.reason == "cookie_not_secure"}
    assert len(keys) == 3  # one without a name, two with
    assert max(map(len, keys)) < 200


@pytest.mark.parametrize("params", [{}, {"require": []}, {"require": ["httponly"]}, {"required": ["secure"]}])
def test_parameters_are_strict(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ask(CHECK, subject(http_observation()), params)


PIECES = st.sampled_from(
    ["a", "=", ";", " ", "\t", "Secure", "HttpOnly", "SameSite", "None", "Max-Age", "0", "\x00", "é"]
)


@given(st.text() | st.lists(PIECES, max_size=20).map("".join))
def test_any_field_is_read(field: str) -> None:
    cookie = parse_cookie(field)
    assert cookie is None or isinstance(cookie, Cookie)
    outcome = verdict(ask(CHECK, subject(http_observation(with_cookies(field))), ALL))
    assert outcome.split()[0] in ("pass", "fail", "not_applicable")
    if "secure" not in field.lower():
        assert outcome != "pass"
