"""headers.deprecated: what browsers have given up is not sent; a filter that is switched off stays off."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from checks.headers.deprecated import CHECK, DeprecatedHeader
from tests.checks.judging import ask, verdict
from tests.factories import URL, hop, http_observation, subject

XSS = "X-XSS-Protection"


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([], "pass"),
        ([(XSS, "0")], "pass"),
        ([(XSS, " 0\t")], "pass"),
        ([(XSS, "0"), ("x-xss-protection", "0")], "pass"),
        ([(XSS, "1")], "fail xss_filter_on"),
        ([(XSS, "1; mode=block")], "fail xss_filter_on"),
        ([(XSS, "0"), (XSS, "1")], "fail xss_filter_on"),
        ([(XSS, "")], "fail xss_filter_on"),
        ([(XSS, "X0")], "fail xss_filter_on"),
        ([("Expect-CT", "max-age=86400, enforce")], "fail header_deprecated"),
        ([("Public-Key-Pins", "")], "fail header_deprecated"),
        ([("Feature-Policy", "camera 'none'"), ("Permissions-Policy", "camera=()")], "fail header_deprecated"),
        ([("P3P", "CP=x"), ("X-WebKit-CSP", "default-src 'self'")], "fail header_deprecated header_deprecated"),
        ([("Content-Security-Policy", "default-src 'self'"), ("X-Frame-Options", "DENY")], "pass"),
    ],
)
def test_verdicts(headers: list[tuple[str, str]], expected: str) -> None:
    assert verdict(ask(CHECK, subject(http_observation(hop(headers=headers))))) == expected


def test_a_policy_may_name_some() -> None:
    seen = subject(http_observation(hop(headers=[("P3P", "x"), (XSS, "1"), ("Expect-CT", "x")])))
    assert verdict(ask(CHECK, seen, {"headers": ["expect-ct", "public-key-pins"]})) == "fail header_deprecated"
    assert verdict(ask(CHECK, seen, {"headers": ["p3p"]})) == "fail header_deprecated"
    assert len(ask(CHECK, seen).instances) == 3


def test_redirects_and_errors() -> None:
    seen = http_observation(hop(status=302, headers=[(XSS, "1")]), hop(f"{URL}vi", headers=[(XSS, "1")]))
    (instance,) = ask(CHECK, subject(seen)).instances
    assert (instance.key, instance.path) == (f"{URL} x-xss-protection", "hops.0")
    assert verdict(ask(CHECK, subject(http_observation(hop(status=404, headers=[(XSS, "1")]))))) == (
        "not_assessable error_status"
    )


@pytest.mark.parametrize("params", [{"headers": []}, {"headers": ["pragma"]}, {"headers": ["Expect-CT"]}, {"x": 1}])
def test_parameters_are_strict(params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ask(CHECK, subject(http_observation()), params)


@given(st.sampled_from(get_args(DeprecatedHeader)), st.lists(st.text(), max_size=3))
def test_any_fields_are_judged(name: str, fields: list[str]) -> None:
    outcome = ask(CHECK, subject(http_observation(hop(headers=[(name, each) for each in fields]))))
    harmless = name == "x-xss-protection" and all(each.strip(" \t") == "0" for each in fields)
    assert outcome.verdict == ("pass" if harmless or not fields else "fail")
