"""headers.hsts against RFC 6797, where other tools are known to be lenient."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from checks.headers.hsts import CHECK, parse_hsts
from checks.model.evidence import Hop
from checks.model.target import HttpTarget
from tests.checks.judging import ask, verdict
from tests.factories import URL, asset, hop, http_observation, subject

YEAR = 31536000
OTHER = "https://khac.so-mau.example/"
GOOD = [("Strict-Transport-Security", "max-age=63072000; includeSubDomains; preload")]


def judged(*fields: str, **params: Any) -> str:
    headers = [("Strict-Transport-Security", each) for each in fields]
    return verdict(ask(CHECK, subject(http_observation(hop(headers=headers))), {"min_age": YEAR, **params}))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("max-age=63072000", "pass"),
        ("max-age=31536000", "pass"),
        ("max-age=31535999", "fail hsts_short"),
        ("max-age=1", "fail hsts_short"),
        ("max-age=0", "fail hsts_off"),
        ("max-age=000", "fail hsts_off"),
        ("max-age=0; includeSubDomains", "fail hsts_off"),
        ("max-age=00063072000", "pass"),
        ("max-age=" + "9" * 10_000, "pass"),
        ("max-age=" + "0" * 10_000 + "1", "fail hsts_short"),
        ("MAX-AGE=63072000; INCLUDESUBDOMAINS", "pass"),
        ('max-age="63072000"', "pass"),
        ('max-age="6307\\2000"', "pass"),
        ("max-age = 63072000 ; preload", "pass"),
        (";; max-age=63072000 ;", "pass"),
        ("includeSubDomains; max-age=63072000", "pass"),
        ("max-age=63072000; whatever; x=y; z=\"a;b\"", "pass"),
        ("", "fail hsts_invalid"),
        (";", "fail hsts_invalid"),
        ("includeSubDomains", "fail hsts_invalid"),
        ("max-age", "fail hsts_invalid"),
        ("max-age=", "fail hsts_invalid"),
        ("max-age=abc", "fail hsts_invalid"),
        ("max-age=-1", "fail hsts_invalid"),
        ("max-age=1.5", "fail hsts_invalid"),
        ("max-age=٣١٥٣٦٠٠٠", "fail hsts_invalid"),
        ("max-age=31536000s", "fail hsts_invalid"),
        ("max-age=63072000, max-age=63072000", "fail hsts_invalid"),
        ("max-age=63072000; max-age=63072000", "fail hsts_invalid"),
        ("max-age=63072000; Max-Age=0", "fail hsts_invalid"),
        ("max-age=63072000; x; x", "fail hsts_invalid"),
        ("max-age=63072000; includeSubDomains=1", "fail hsts_invalid"),
        ("max-age=63072000 includeSubDomains", "fail hsts_invalid"),
        ("max-age=\"63072000", "fail hsts_invalid"),
        ("max-age:63072000", "fail hsts_invalid"),
        ("=63072000", "fail hsts_invalid"),
    ],
)  # fmt: skip
def test_values(value: str, expected: str) -> None:
    assert judged(value) == expected


def test_only_the_first_field_counts() -> None:
    assert judged("max-age=63072000", "max-age=0") == "pass"
    assert judged("max-age=0", "max-age=63072000") == "fail hsts_off"
    assert judged("nonsense", "max-age=63072000") == "fail hsts_invalid"
    assert judged() == "fail hsts_missing"


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("max-age=63072000; includeSubDomains; preload", "pass"),
        ("max-age=63072000; includesubdomains; PRELOAD", "pass"),
        ("max-age=63072000; includeSubDomains", "fail hsts_no_preload"),
        ("max-age=63072000; includeSubDomains; preload=yes", "fail hsts_no_preload"),
        ("max-age=63072000; preload", "fail hsts_no_subdomains"),
        ("max-age=1", "fail hsts_short hsts_no_subdomains hsts_no_preload"),
    ],
)
def test_wider_demands(value: str, expected: str) -> None:
    assert judged(value, include_subdomains=True, preload=True) == expected


@pytest.mark.parametrize(
    ("hops", "fields", "expected"),
    [
        # the last HTTPS answer of the own host speaks for it ...
        ([hop(status=301), hop(f"{URL}vi", headers=GOOD)], {}, "pass"),
        ([hop(status=301, headers=GOOD), hop(f"{URL}vi")], {}, "fail hsts_missing"),
        # ... and where the visitor ends at another host, that one must promise too
        ([hop(status=301, headers=GOOD), hop(OTHER, headers=GOOD)], {}, "pass"),
        ([hop(status=301), hop(OTHER, headers=GOOD)], {}, "fail hsts_missing"),
        ([hop(status=301, headers=GOOD), hop(OTHER)], {}, "fail hsts_missing"),
        ([hop(status=301), hop(OTHER)], {}, "fail hsts_missing hsts_missing"),
        ([hop(status=301), hop(OTHER, status=500)], {}, "fail hsts_missing"),
        ([hop(status=301, headers=GOOD), hop(OTHER, status=500)], {}, "not_assessable error_status"),
        ([hop(status=302, headers=GOOD)], {"end": "left_scope"}, "pass"),
        ([hop(status=302, headers=GOOD), hop(OTHER, 302)], {"end": "left_scope"}, "not_assessable no_final_answer"),
        ([hop(status=301), hop(f"{URL}vi", status=404)], {}, "not_assessable error_status"),
        # cleartext answers promise nothing
        ([hop(status=302), hop("http://cong.so-mau.example/", headers=GOOD)], {}, "fail hsts_missing"),
        ([hop(status=302, headers=GOOD), hop("http://cong.so-mau.example/")], {}, "not_assessable final_in_cleartext"),
    ],
)
def test_who_must_promise(hops: list[Hop], fields: dict[str, Any], expected: str) -> None:
    assert verdict(ask(CHECK, subject(http_observation(*hops, **fields)), {"min_age": YEAR})) == expected


@pytest.mark.parametrize("url", ["https://192.0.2.1/", "https://[2001:db8::1]/"])
def test_a_literal_address_cannot(url: str) -> None:
    seen = subject(http_observation(hop(url)), target=HttpTarget("192.0.2.1", url), asset=asset(url=url))
    assert verdict(ask(CHECK, seen, {"min_age": YEAR})) == "not_applicable hsts_literal_address"


def test_a_long_literal_address_is_cut() -> None:
    url = "https://192.0.2.1/" + "a" * 5000
    seen = subject(http_observation(hop(url)), target=HttpTarget("192.0.2.1", url), asset=asset(url=url))
    assert ask(CHECK, seen, {"min_age": YEAR}).params == {"where": url[:200]}


def test_an_instance_names_the_directive() -> None:
    headers = [("Strict-Transport-Security", "max-age=1")]
    params = {"min_age": 2, "include_subdomains": True, "preload": True}
    found = ask(CHECK, subject(http_observation(hop(headers=headers))), params).instances
    assert [each.key.removeprefix(f"{URL} strict-transport-security") for each in found] == [
        "/max-age",
        "/includesubdomains",
        "/preload",
    ]


@pytest.mark.parametrize(
    ("digits", "age"),
    [("9" * 17, 10**17 - 1), ("9" * 18, 10**18 - 1), ("1" + "0" * 18, 10**18), ("9" * 30, 10**18), ("0" * 30 + "7", 7)],
)
def test_very_long_ages_are_one(digits: str, age: int) -> None:
    headers = [("Strict-Transport-Security", f"max-age={digits}")]
    (instance,) = ask(CHECK, subject(http_observation(hop(headers=headers))), {"min_age": 10**20}).instances
    assert instance.params["age"] == age


def test_the_case_of_a_scheme_does_not_matter() -> None:
    own = hop(URL.replace("https", "HTTPS"), 301, GOOD[:1])
    assert verdict(ask(CHECK, subject(http_observation(own, hop(OTHER, headers=GOOD))), {"min_age": YEAR})) == "pass"
    bare = hop(URL.replace("https", "HTTPS"), 301)
    assert verdict(ask(CHECK, subject(http_observation(bare, hop(OTHER, headers=GOOD))), {"min_age": YEAR})) == (
        "fail hsts_missing"
    )


@pytest.mark.parametrize("params", [{}, {"min_age": 0}, {"min_age": "31536000"}, {"min_age": 1, "max_age": 2}])
def test_parameters_are_strict(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ask(CHECK, subject(http_observation()), params)


PIECES = st.sampled_from(["max-age", "=", ";", '"', "\\", " ", "\t", "31536000", "includeSubDomains", "é", ",", "0"])


@given(st.text() | st.lists(PIECES, max_size=20).map("".join))
def test_any_value_is_judged(value: str) -> None:
    directives = parse_hsts(value)
    assert directives is None or str(directives["max-age"]).isdigit()
    assert judged(value).split()[0] in ("pass", "fail")


@given(st.integers(0, 10**9), st.integers(1, 10**9))
def test_a_longer_demand_never_passes_more(age: int, demand: int) -> None:
    if judged(f"max-age={age}", min_age=demand + 1) == "pass":
        assert judged(f"max-age={age}", min_age=demand) == "pass"
