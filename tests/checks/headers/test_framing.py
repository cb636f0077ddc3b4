"""headers.framing: frame-ancestors before X-Frame-Options, and only values that browsers obey."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.headers.framing import CHECK, frame_option
from checks.model.pages import Page
from tests.checks.judging import ask, verdict
from tests.factories import URL, hop, http_observation, subject

CSP = "Content-Security-Policy"
XFO = "X-Frame-Options"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([], "fail framing_missing"),
        ([(XFO, "DENY")], "pass"),
        ([(XFO, "sameorigin")], "pass"),
        ([(XFO, " SameOrigin ")], "pass"),
        ([(XFO, "DENY"), ("x-frame-options", "deny")], "pass"),
        ([(XFO, "DENY, deny")], "pass"),
        ([(XFO, "DENY"), (XFO, "SAMEORIGIN")], "fail framing_invalid"),
        ([(XFO, "DENY, ALLOWALL")], "fail framing_invalid"),
        ([(XFO, "ALLOWALL")], "fail framing_invalid"),
        ([(XFO, "ALLOW-FROM https://a.example/")], "fail framing_invalid"),
        ([(XFO, "")], "fail framing_invalid"),
        ([(XFO, "DENY,")], "fail framing_invalid"),
        ([(XFO, '"DENY"')], "fail framing_invalid"),
        ([(XFO, "DENY; x")], "fail framing_invalid"),
        ([(CSP, "frame-ancestors 'none'")], "pass"),
        ([(CSP, "frame-ancestors")], "pass"),
        ([(CSP, "frame-ancestors 'self' https://*.so-mau.example")], "pass"),
        ([(CSP, "frame-ancestors *")], "fail framing_anywhere"),
        ([(CSP, "frame-ancestors 'self' https:")], "fail framing_anywhere"),
        ([(CSP, "frame-ancestors http://*")], "fail framing_anywhere"),
        ([(CSP, "frame-ancestors *"), (XFO, "DENY")], "fail framing_anywhere"),  # X-Frame-Options is ignored
        ([(CSP, "frame-ancestors *"), (CSP, "frame-ancestors 'self'")], "pass"),
        ([(CSP, "frame-ancestors *, frame-ancestors 'self'")], "pass"),
        ([(CSP, "frame-ancestors *; frame-ancestors 'self'")], "fail framing_anywhere"),
        ([(CSP, "frame-ancestors 'none'"), (XFO, "ALLOWALL")], "pass"),
        ([(CSP, "default-src 'none'")], "fail framing_missing"),  # no fallback
        ([(CSP, "default-src 'none'"), (XFO, "DENY")], "pass"),
        ([(f"{CSP}-Report-Only", "frame-ancestors 'none'")], "fail framing_missing"),
        ([(f"{CSP}-Report-Only", "frame-ancestors *"), (XFO, "DENY")], "pass"),
    ],
)
def test_verdicts(headers: list[tuple[str, str]], expected: str) -> None:
    assert verdict(ask(CHECK, subject(http_observation(hop(headers=headers))))) == expected


def test_the_directive_is_shown_in_bounds_and_the_key_is_the_same_whatever_is_wrong() -> None:
    for policy in ("frame-ancestors * https:", f"frame-ancestors * {'a' * 5000}"):
        (instance,) = ask(CHECK, subject(http_observation(hop(headers=[(CSP, policy)])))).instances
        assert instance.key == f"{URL} frame-ancestors"
        assert instance.params == {"where": URL, "value": policy[:200]}
    (missing,) = ask(CHECK, subject(http_observation())).instances
    assert missing.key == f"{URL} frame-ancestors"


def test_a_meta_element_says_nothing_of_frames() -> None:
    page = Page(html=True, csp=("frame-ancestors 'none'",))
    assert verdict(ask(CHECK, subject(http_observation(hop(page=page))))) == "fail framing_missing"
    page = Page(html=True, csp=("frame-ancestors *",))
    assert verdict(ask(CHECK, subject(http_observation(hop(headers=[(XFO, "DENY")], page=page))))) == "pass"


def test_an_error_page_says_nothing() -> None:
    assert verdict(ask(CHECK, subject(http_observation(hop(status=500))))) == "not_assessable error_status"


@given(st.lists(st.text() | st.sampled_from(["DENY", "sameorigin", ",", '"', "deny,"]), max_size=4))
def test_any_fields_are_judged(fields: list[str]) -> None:
    assert frame_option(tuple(fields)) in (None, "deny", "sameorigin")
