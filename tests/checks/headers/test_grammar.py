"""Readers of header fields against the grammar of their RFCs: valid values are read as meant, hostile ones in time."""

from collections.abc import Callable
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.headers import content_type_options, cookies, cors, cross_origin, csp, framing, hsts, leaks, referrer_policy
from checks.headers.cookies import parse_cookie
from checks.headers.csp_parser import (
    HEADER_ONLY,
    from_anywhere,
    in_cleartext,
    parse_meta,
    parse_policies,
    permits_eval,
    permits_inline_script,
    permits_inline_style,
)
from checks.headers.fields import dictionary, list_items, token_item
from checks.headers.framing import frame_option
from checks.headers.hsts import parse_hsts
from checks.headers.leaks import tells_version
from checks.headers.referrer_policy import effective
from checks.model.pages import ReferrerWord
from tests.checks.headers.grammar import (
    SPACE,
    TOKENS,
    cases,
    cookie_fields,
    csp_policies,
    hsts_fields,
    joined,
    sf_dictionaries,
    sf_items,
    sf_parameters,
)
from tests.checks.judging import ask
from tests.factories import hop, http_observation, subject


@given(hsts_fields())
def test_hsts(made: tuple[str, dict[str, str | None]]) -> None:
    text, directives = made
    assert parse_hsts(text) == directives


@given(hsts_fields(), st.sampled_from(["max-age=1", "Max-Age", "includeSubDomains=1", 'x="', "a b", "=", "é"]))
def test_hsts_with_one_thing_wrong(made: tuple[str, dict[str, str | None]], wrong: str) -> None:
    assert parse_hsts(f"{made[0]};{wrong}") is None
    assert parse_hsts(f"{wrong};{made[0]}") is None


@given(cookie_fields())
def test_cookies(made: tuple[str, str, dict[str, str]]) -> None:
    text, name, attributes = made
    cookie = parse_cookie(text)
    assert cookie is not None
    assert (cookie.name, cookie.attributes) == (name, attributes)
    assert cookie.same_site == attributes.get("samesite", "").lower()


@given(st.lists(csp_policies(), min_size=1, max_size=3), st.booleans(), st.data())
def test_policies(made: list[tuple[str, dict[str, tuple[str, ...]]]], one_field: bool, data: st.DataObject) -> None:
    texts = [text for text, _ in made]
    fields = [data.draw(SPACE).join([",".join(texts)])] if one_field else texts
    assert [each.directives for each in parse_policies(fields)] == [directives for _, directives in made if directives]
    inside = [{name: each for name, each in found.items() if name not in HEADER_ONLY} for _, found in made]
    assert [each.directives for each in parse_meta(texts)] == [each for each in inside if each]


PLAIN = ["'self'", "'none'", "https://so-mau.example", "*.so-mau.example", "'report-sample'", "'wasm-unsafe-eval'"]
NONCES = ["'nonce-YWJj'", "'nonce-a_b-c=='", "'nonce-<redacted>'"]
HASHES = ["'sha256-YWJj'", "'sha384-a+/b='", "'sha512-ab_-=='"]
ANYWHERE = ["*", "https:", "http:", "data:", "*:443", "https://*", "http://*:*/x"]
WORDS = [
    *PLAIN,
    *NONCES,
    *HASHES,
    *ANYWHERE,
    "'unsafe-inline'",
    "'unsafe-eval'",
    "'strict-dynamic'",
    "http://a.example",
]


@given(st.lists(st.sampled_from(WORDS), max_size=6), st.data())
def test_what_sources_permit(words: list[str], data: st.DataObject) -> None:
    """By sets alone: order, case and repetition change nothing."""
    said = set(words)
    written = tuple(data.draw(cases(each)) for each in words)
    keyed = not said.isdisjoint({*NONCES, *HASHES})
    assert permits_inline_style(written) == ("'unsafe-inline'" in said and not keyed)
    assert permits_inline_script(written) == (
        "'unsafe-inline'" in said and not keyed and "'strict-dynamic'" not in said
    )
    assert permits_eval(written) == ("'unsafe-eval'" in said)
    assert from_anywhere(written) == (not said.isdisjoint(ANYWHERE))
    assert in_cleartext(written) == any(each.startswith("http:") for each in said)


KNOWN = get_args(ReferrerWord)


@given(st.lists(st.sampled_from(KNOWN) | TOKENS, min_size=1, max_size=5), st.data())
def test_referrer_policies(words: list[str], data: st.DataObject) -> None:
    text = joined([data.draw(cases(each)) for each in words], ",", data.draw)
    known = [each.lower() for each in words if each.lower() in KNOWN]
    assert effective([text]) == effective(words) == (known[-1] if known else None)


@given(sf_dictionaries())
def test_structured_dictionaries(made: tuple[list[str], dict[str, tuple[Any, ...]]]) -> None:
    fields, members = made
    found = dictionary(fields)
    assert found == members
    assert [type(each) for key in members for each in found[key]] == [
        type(each) for items in members.values() for each in items
    ]


@given(sf_items(), sf_parameters(), SPACE.filter(lambda space: "\t" not in space))
def test_structured_items(item: tuple[str, Any], parameters: str, space: str) -> None:
    text, value = item
    token = str(value) if text[0].isalpha() or text[0] == "*" else None
    assert token_item([f"{space}{text}{parameters}{space}"]) == token


@given(st.lists(st.sampled_from(["DENY", "sameorigin", "Deny", "ALLOWALL", "x"]).flatmap(cases), min_size=1), st.data())
def test_frame_options(words: list[str], data: st.DataObject) -> None:
    said = {each.lower() for each in words}
    expected = min(said) if len(said) == 1 and said <= {"deny", "sameorigin"} else None
    assert frame_option((joined(words, ",", data.draw),)) == frame_option(tuple(words)) == expected


SIZE = 256 * 1024
"""The most that the probe reads of an answer's head."""
HOSTILE = {
    "one letter": "a" * SIZE,
    "digits": "9" * SIZE,
    "spaces": " " * SIZE + "x",
    "spaces inside": "max-age" + " " * SIZE + "x",
    "quotes": '"' * SIZE,
    "open quote": 'max-age="' + "a" * SIZE,
    "escapes": 'max-age="' + "\\" * SIZE,
    "escaped quotes": 'a="' + '\\"' * (SIZE // 2),
    "commas": "," * SIZE,
    "semicolons": ";" * SIZE,
    "equals": "=" * SIZE,
    "open list": "a=(" + "b " * (SIZE // 2),
    "parameters": "a" + ";b=1" * (SIZE // 4),
    "keys": ",".join(f"a{number}=()" for number in range(SIZE // 8)),
    "directives": ";".join(f"a{number} *" for number in range(SIZE // 8)),
    "sources": "script-src" + " 'nonce-" * (SIZE // 8),
    "stars": "script-src " + "*." * (SIZE // 2),
    "nonce": "script-src 'nonce-" + "=" * SIZE,
    "versions": "1/" * (SIZE // 2),
    "years": "a=b; expires=" + "19" * (SIZE // 2),
}
READERS: tuple[Callable[[str], object], ...] = (
    parse_hsts,
    parse_cookie,
    tells_version,
    lambda value: parse_policies([value]),
    lambda value: parse_meta([value]),
    lambda value: effective([value]),
    lambda value: frame_option((value,)),
    lambda value: list_items([value]),
    lambda value: dictionary([value]),
    lambda value: token_item([value]),
)


@pytest.mark.parametrize("value", HOSTILE.values(), ids=HOSTILE)
def test_long_values_are_read_to_the_end(value: str) -> None:
    """Nothing is timed: a reader whose time grew with the square of the length would not come back."""
    for read in READERS:
        read(value)


CORP = "cross-origin-resource-policy"
RULES: list[tuple[Any, str, dict[str, Any]]] = [
    (hsts.CHECK, "strict-transport-security", {"min_age": 1, "include_subdomains": True, "preload": True}),
    (csp.CHECK, "content-security-policy", {"forbidden": list(get_args(csp.Weakness))}),
    (framing.CHECK, "x-frame-options", {}),
    (framing.CHECK, "content-security-policy", {}),
    (content_type_options.CHECK, "x-content-type-options", {}),
    (referrer_policy.CHECK, "referrer-policy", {"allowed": ["no-referrer"]}),
    (cross_origin.CHECK, CORP, {"header": CORP, "allowed": ["same-site"]}),
    (cookies.CHECK, "set-cookie", {"require": ["secure", "http_only", "same_site"]}),
    (leaks.CHECK, "server", {"no_version": ["server"], "known": True}),
    (cors.CHECK, "access-control-allow-origin", {}),
]  # fmt: skip


@pytest.mark.parametrize(("check", "name", "params"), RULES, ids=[f"{rule[0].id} {rule[1]}" for rule in RULES])
def test_long_values_are_judged(check: Any, name: str, params: dict[str, Any]) -> None:
    for value in HOSTILE.values():
        headers = [(name, value), ("Access-Control-Allow-Credentials", "true")]
        assert ask(check, subject(http_observation(hop(headers=headers))), params).verdict != "not_assessable"
