"""headers.csp against Content Security Policy Level 3: parsing, fallback, several policies, and what is unsafe."""

from collections.abc import Iterable
from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from checks.headers.csp import CHECK, Directive, Weakness
from checks.headers.csp_parser import parse_meta, parse_policies
from checks.model.pages import Page
from tests.checks.judging import ask, verdict
from tests.factories import URL, hop, http_observation, subject

OWN_FALLBACK = {"missing_form_action", "missing_frame_ancestors", "form_action_anywhere"}
"""Weaknesses of directives that default-src does not stand for; they have a table of their own."""
NO_ANCESTORS = "missing_frame_ancestors"
WEAKNESSES = [each for each in get_args(Weakness) if each not in OWN_FALLBACK]
NO_SCRIPT_LIST = {"unsafe_inline", "unsafe_inline_style", "unsafe_eval", "wildcard", "missing_script_src"}
STRICT = "default-src 'self'; base-uri 'none'; object-src 'none'"


def judged(*fields: str, meta: tuple[str, ...] | None = None, **params: Any) -> str:
    headers = [("Content-Security-Policy", each) for each in fields]
    page = None if meta is None else Page(html=True, csp=meta)
    return verdict(ask(CHECK, subject(http_observation(hop(headers=headers, page=page))), params))


def weak(*fields: str, meta: tuple[str, ...] | None = None, among: Iterable[str] = WEAKNESSES) -> set[str]:
    """The weaknesses that the rule finds in policies."""
    return {name for name in among if judged(*fields, meta=meta, forbidden=[name]) == f"fail csp_{name}"}


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([("content-SECURITY-policy", STRICT)], "pass"),
        ([("Content-Security-Policy", "upgrade-insecure-requests")], "pass"),
        ([("Content-Security-Policy", "block-all-mixed-content")], "pass"),
        ([("Content-Security-Policy", "fenced-frame-src 'self'")], "pass"),
        ([], "fail csp_missing"),
        ([("Content-Security-Policy-Report-Only", STRICT)], "fail csp_report_only"),
        ([("X-Content-Security-Policy", STRICT)], "fail csp_missing"),
        ([("Content-Security-Policy", "")], "fail csp_invalid"),
        ([("Content-Security-Policy", " ; , ;")], "fail csp_invalid"),
        ([("Content-Security-Policy", "self")], "fail csp_invalid"),
        ([("Content-Security-Policy", "default-src: 'self'")], "fail csp_invalid"),
        ([("Content-Security-Policy", "default-src 'sélf'")], "fail csp_invalid"),
        ([("Content-Security-Policy", ""), ("Content-Security-Policy", STRICT)], "pass"),
        ([("Content-Security-Policy", ""), ("Content-Security-Policy-Report-Only", STRICT)], "fail csp_invalid"),
    ],
)
def test_presence(headers: list[tuple[str, str]], expected: str) -> None:
    assert verdict(ask(CHECK, subject(http_observation(hop(headers=headers))))) == expected


@pytest.mark.parametrize(
    ("policy", "weaknesses"),
    [
        (STRICT, set()),
        ("default-src 'none'; base-uri 'self'", set()),
        ("default-src; base-uri 'self'", set()),  # no sources at all are 'none'
        ("default-src 'self'", {"missing_base_uri"}),
        ("frame-ancestors 'none'", set(WEAKNESSES) - {"cleartext_source"}),
        ("script-src 'self'; base-uri 'none'", {"unsafe_inline_style", "missing_object_src"}),
        ("object-src 'none'; base-uri 'none'", NO_SCRIPT_LIST),
        (f"{STRICT}; script-src 'unsafe-inline'", {"unsafe_inline"}),
        (f"{STRICT}; script-src 'UNSAFE-INLINE'", {"unsafe_inline"}),
        (f"{STRICT}; SCRIPT-SRC 'unsafe-inline'", {"unsafe_inline"}),
        (f"{STRICT}; script-src 'unsafe-inline' 'nonce-abc123=='", set()),
        (f"{STRICT}; script-src 'unsafe-inline' 'nonce-<redacted>'", set()),
        (f"{STRICT}; script-src 'unsafe-inline' 'NONCE-abc'", set()),
        (f"{STRICT}; script-src 'unsafe-inline' 'nonce-'", {"unsafe_inline"}),
        (f"{STRICT}; script-src 'unsafe-inline' nonce-abc", {"unsafe_inline"}),
        (f"{STRICT}; script-src 'unsafe-inline' 'sha256-abc+/='", set()),
        (f"{STRICT}; script-src 'unsafe-inline' 'sha1-abc'", {"unsafe_inline"}),
        (f"{STRICT}; script-src 'unsafe-inline' 'strict-dynamic'", set()),
        (f"{STRICT}; style-src 'unsafe-inline' 'strict-dynamic'", {"unsafe_inline_style"}),
        (f"{STRICT}; style-src 'unsafe-inline'", {"unsafe_inline_style"}),
        (f"{STRICT}; style-src-attr 'unsafe-inline'", {"unsafe_inline_style"}),
        (f"{STRICT}; style-src-elem 'unsafe-inline'", {"unsafe_inline_style"}),
        (f"{STRICT}; script-src-attr 'unsafe-inline'", {"unsafe_inline"}),
        # what only one of elements and attributes is told leaves the other as it was
        ("object-src 'none'; base-uri 'none'; script-src-elem 'self'; style-src 'self'",
         {"unsafe_inline", "unsafe_eval", "missing_script_src"}),
        ("object-src 'none'; base-uri 'none'; script-src-attr 'self'; style-src 'self'",
         {"unsafe_inline", "unsafe_eval", "missing_script_src", "wildcard"}),
        ("object-src 'none'; base-uri 'none'; script-src 'self'; style-src-elem 'self'", {"unsafe_inline_style"}),
        ("object-src 'none'; base-uri 'none'; script-src 'self'; style-src-attr 'self'", {"unsafe_inline_style"}),
        (f"{STRICT}; script-src-elem 'unsafe-inline'", {"unsafe_inline"}),
        (f"{STRICT}; script-src 'unsafe-inline'; script-src-elem 'self'", {"unsafe_inline"}),
        (f"{STRICT}; script-src 'unsafe-inline'; script-src-elem 'self'; script-src-attr 'none'", set()),
        ("default-src 'self' 'unsafe-inline'; base-uri 'none'", {"unsafe_inline", "unsafe_inline_style"}),
        ("default-src 'unsafe-inline'; script-src 'self'; base-uri 'none'", {"unsafe_inline_style"}),
        (f"{STRICT}; script-src 'unsafe-eval'", {"unsafe_eval"}),
        (f"{STRICT}; script-src 'wasm-unsafe-eval'", set()),
        (f"{STRICT}; script-src-elem 'unsafe-eval'", set()),  # eval looks at script-src only
        (f"{STRICT}; script-src 'self'; script-src 'unsafe-inline' *", set()),  # the first of two counts
        (f"{STRICT}; img-src *; connect-src https:", set()),
        (f"{STRICT}; script-src *", {"wildcard"}),
        (f"{STRICT}; script-src https:", {"wildcard"}),
        (f"{STRICT}; script-src HTTP:", {"wildcard", "cleartext_source"}),
        (f"{STRICT}; script-src data:", {"wildcard"}),
        (f"{STRICT}; script-src wss:", {"wildcard"}),  # which matches https: too
        (f"{STRICT}; script-src ws:", {"wildcard", "cleartext_source"}),
        (f"{STRICT}; script-src ws://cdn.example", {"cleartext_source"}),
        (f"{STRICT}; script-src wss://cdn.example", set()),
        (f"{STRICT}; connect-src wss:", set()),
        (f"{STRICT}; script-src https://*", {"wildcard"}),
        (f"{STRICT}; script-src https://*:443/x", {"wildcard"}),
        (f"{STRICT}; script-src *:*", {"wildcard"}),
        (f"{STRICT}; script-src *.vn", {"wildcard"}),
        (f"{STRICT}; script-src *.so-mau.example", set()),
        (f"{STRICT}; script-src https: 'strict-dynamic' 'nonce-abc'", set()),
        (f"{STRICT}; script-src http: 'strict-dynamic' 'nonce-abc'", set()),
        (f"{STRICT}; script-src http://cdn.example", {"cleartext_source"}),
        ("default-src 'self'; object-src *; base-uri 'none'", {"wildcard"}),
        ("default-src 'self'; object-src http://a.example; base-uri 'none'", {"cleartext_source"}),
        ("default-src 'self'; base-uri *", {"wildcard"}),
        ("default-src *; base-uri 'none'", {"wildcard"}),
        ("default-src 'self';\tscript-src\t'unsafe-inline'\n;base-uri 'none'", {"unsafe_inline"}),
        ("default-src 'self'; base-uri 'none'; script-src *é", set()),  # not ASCII: no directive
    ],
)  # fmt: skip
def test_weaknesses(policy: str, weaknesses: set[str]) -> None:
    assert weak(policy) == weaknesses


def test_every_policy_is_enforced() -> None:
    inline = "default-src 'self' 'unsafe-inline'; base-uri 'none'"
    assert weak(inline, STRICT) == set()
    assert weak(f"{inline}, {STRICT}") == set()
    assert weak(inline, inline) == {"unsafe_inline", "unsafe_inline_style"}
    assert weak("script-src 'self'", "object-src 'none'; base-uri 'none'") == {"unsafe_inline_style"}
    assert weak("script-src *", "script-src 'self'; object-src *; base-uri 'self'") == {
        "unsafe_inline_style",
        "wildcard",
    }
    assert weak("script-src 'self', object-src 'none', base-uri 'self', style-src 'self'") == set()


@pytest.mark.parametrize(
    ("policies", "weaknesses"),
    [
        (["form-action 'self'; frame-ancestors 'none'"], set()),
        (["form-action; frame-ancestors"], set()),
        ([STRICT], {"missing_form_action", "missing_frame_ancestors"}),
        (["form-action 'self'", "frame-ancestors 'self'"], set()),
        (["form-action *; frame-ancestors *"], {"form_action_anywhere"}),  # headers.framing judges the latter
        (["form-action https:; frame-ancestors 'none'"], {"form_action_anywhere"}),
        (["form-action *", "form-action 'self'; frame-ancestors 'none'"], set()),
        (["form-action *.so-mau.example; frame-ancestors 'none'"], set()),
    ],
)
def test_directives_without_fallback(policies: list[str], weaknesses: set[str]) -> None:
    assert weak(*policies, among=OWN_FALLBACK) == weaknesses


@pytest.mark.parametrize(
    ("fields", "meta", "params", "expected"),
    [
        # a meta element is a policy like another ...
        ([], [STRICT], {"forbidden": WEAKNESSES}, "pass"),
        (["img-src 'self'"], [STRICT], {"forbidden": WEAKNESSES}, "pass"),
        (["script-src 'unsafe-inline'"], ["script-src 'self'"], {"forbidden": ["unsafe_inline"]}, "pass"),
        (["script-src 'self'"], ["script-src 'unsafe-inline'"], {"forbidden": ["unsafe_inline"]}, "pass"),
        ([], ["script-src 'unsafe-inline'"], {"forbidden": ["unsafe_inline"]}, "fail csp_unsafe_inline"),
        ([], ["script-src 'unsafe-inline'", "script-src 'self'"], {"forbidden": ["unsafe_inline"]}, "pass"),
        ([], ["upgrade-insecure-requests"], {"required": ["upgrade-insecure-requests"]}, "pass"),
        # ... but for what only a header may say
        ([], ["frame-ancestors 'none'"], {}, "fail csp_invalid"),
        ([], ["report-uri /x; sandbox; FRAME-ANCESTORS 'none'"], {}, "fail csp_invalid"),
        ([STRICT], ["frame-ancestors 'none'"], {"required": ["frame-ancestors"]}, "fail csp_directive_missing"),
        ([STRICT], ["frame-ancestors *"], {"forbidden": [NO_ANCESTORS]}, f"fail csp_{NO_ANCESTORS}"),
        # one element is one policy: its commas part nothing
        ([], ["img-src 'self', script-src 'self'"], {"required": ["script-src"]}, "fail csp_directive_missing"),
        ([], [""], {}, "fail csp_invalid"),
        ([], [], {}, "fail csp_missing"),
        ([], None, {}, "fail csp_missing"),
    ],
)  # fmt: skip
def test_policies_inside_the_page(
    fields: list[str], meta: list[str] | None, params: dict[str, Any], expected: str
) -> None:
    assert judged(*fields, meta=None if meta is None else tuple(meta), **params) == expected


@pytest.mark.parametrize(
    ("fields", "params", "expected"),
    [
        ([], {}, "not_assessable csp_head_not_read"),
        ([""], {}, "not_assessable csp_head_not_read"),
        (["img-src *"], {"forbidden": ["missing_base_uri"]}, "not_assessable csp_head_not_read"),
        (["img-src *"], {"required": ["base-uri"]}, "not_assessable csp_head_not_read"),
        ([STRICT], {"forbidden": WEAKNESSES}, "pass"),  # more policies only forbid more
        # what only a header may say is known
        (["img-src *"], {"required": ["base-uri", "sandbox"]}, "fail csp_directive_missing"),
        (["img-src *"], {"forbidden": ["missing_base_uri", NO_ANCESTORS]}, f"fail csp_{NO_ANCESTORS}"),
    ],
)
def test_a_policy_may_stand_in_a_head_that_was_not_read(
    fields: list[str], params: dict[str, Any], expected: str
) -> None:
    headers = [("Content-Security-Policy", each) for each in fields]
    seen = hop(headers=headers, page=Page(html=True, complete=False, head=False))
    assert verdict(ask(CHECK, subject(http_observation(seen)), params)) == expected


def test_an_instance_names_its_directive_and_shows_every_policy() -> None:
    headers = [("Content-Security-Policy", "img-src 'self'"), ("Content-Security-Policy", "font-src 'self'")]
    seen = hop(headers=headers, page=Page(html=True, csp=("media-src 'self'",)))
    params = {"required": ["base-uri"], "forbidden": ["unsafe_eval"]}
    missing, weakness = ask(CHECK, subject(http_observation(seen)), params).instances
    value = "img-src 'self', font-src 'self', media-src 'self'"
    assert (missing.key, missing.path) == (f"{URL} content-security-policy/base-uri", "hops.0")
    assert missing.params == {"where": URL, "directive": "base-uri", "value": value}
    assert weakness.key == f"{URL} content-security-policy/unsafe_eval"
    assert weakness.params == {"where": URL, "value": value}


def test_required_directives() -> None:
    demand = ["frame-ancestors", "default-src"]
    assert judged("default-src 'self'; frame-ancestors 'none'", required=demand) == "pass"
    assert judged("default-src 'self'", "frame-ancestors 'none'", required=demand) == "pass"
    assert judged("default-src 'self'", required=demand) == "fail csp_directive_missing"
    assert (
        judged("img-src 'self'", required=[*demand, "default-src"])
        == "fail csp_directive_missing csp_directive_missing"
    )
    both = judged("img-src 'self'", required=["form-action"], forbidden=["missing_base_uri", "missing_base_uri"])
    assert both == "fail csp_directive_missing csp_missing_base_uri"


@pytest.mark.parametrize(
    "params",
    [{"required": ["default_src"]}, {"forbidden": ["unsafe-inline"]}, {"allowed": []}, {"required": "base-uri"}],
)
def test_parameters_are_strict(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        judged(STRICT, **params)


WORDS = st.sampled_from(
    [*get_args(Directive), "'self'", "*", "https:", "'unsafe-inline'", "'strict-dynamic'", "'nonce-a'", "é", "\x0b"]
)
SEPARATORS = st.sampled_from([" ", ";", ",", "\t", "\x0c", ""])
FIELD = st.text() | st.lists(st.tuples(WORDS, SEPARATORS).map("".join), max_size=15).map("".join)


@given(st.lists(FIELD, max_size=3))
def test_any_field_is_judged(fields: list[str]) -> None:
    assert all(policy.directives for policy in (*parse_policies(fields), *parse_meta(fields)))
    assert judged(*fields, forbidden=list(get_args(Weakness))).split()[0] in ("pass", "fail")
    assert judged(meta=tuple(fields), forbidden=list(get_args(Weakness))).split()[0] in ("pass", "fail")


@given(st.lists(FIELD, min_size=1, max_size=2))
def test_one_strict_policy_is_enough(fields: list[str]) -> None:
    assert weak(*fields, STRICT) == set()
    assert weak(*fields, meta=(STRICT,)) == set()


def test_an_error_page_says_nothing() -> None:
    assert verdict(ask(CHECK, subject(http_observation(hop(status=404))))) == "not_assessable error_status"
