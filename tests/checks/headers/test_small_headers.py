"""Rules about one header with few words: content types, referrers, permissions, cross-origin isolation."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from checks.check import Check
from checks.headers import content_type_options, cross_origin, permissions_policy, referrer_policy
from checks.model.pages import Page
from tests.checks.judging import ask, verdict
from tests.factories import URL, hop, http_observation, subject

PRIVATE = {"allowed": ["no-referrer", "same-origin", "strict-origin-when-cross-origin"]}
OPENER = {"header": "cross-origin-opener-policy", "allowed": ["same-origin"]}
EMBEDDER = {"header": "cross-origin-embedder-policy", "allowed": ["require-corp", "credentialless"]}
RESOURCE = {"header": "cross-origin-resource-policy", "allowed": ["same-origin", "same-site"]}


def judged(check: Check[Any, Any], name: str, fields: list[str], params: dict[str, Any] | None = None) -> str:
    return verdict(ask(check, subject(http_observation(hop(headers=[(name, each) for each in fields]))), params))


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (["nosniff"], "pass"),
        (["NoSniff"], "pass"),
        (["nosniff, anything"], "pass"),
        (["nosniff", "x"], "pass"),
        ([], "fail nosniff_missing"),
        ([""], "fail nosniff_invalid"),
        (["x, nosniff"], "fail nosniff_invalid"),
        ([", nosniff"], "fail nosniff_invalid"),
        (["'nosniff'"], "fail nosniff_invalid"),
        (['"nosniff"'], "fail nosniff_invalid"),
        (["nosniff;"], "fail nosniff_invalid"),
    ],
)
def test_content_type_options(fields: list[str], expected: str) -> None:
    assert judged(content_type_options.CHECK, "X-Content-Type-Options", fields) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (["no-referrer"], "pass"),
        (["No-Referrer"], "pass"),
        (["unsafe-url, no-referrer"], "pass"),
        (["no-referrer, future-token"], "pass"),
        (["unsafe-url", "same-origin"], "pass"),
        (["no-referrer, unsafe-url"], "fail referrer_policy_weak"),
        (["no-referrer", "origin"], "fail referrer_policy_weak"),
        (["no-referrer-when-downgrade"], "fail referrer_policy_weak"),
        ([], "fail referrer_policy_missing"),
        ([""], "fail referrer_policy_invalid"),
        (["never"], "fail referrer_policy_invalid"),
        (["no-referrer; x"], "fail referrer_policy_invalid"),
        (["Xno-referrer"], "fail referrer_policy_invalid"),
    ],
)
def test_referrer_policy(fields: list[str], expected: str) -> None:
    assert judged(referrer_policy.CHECK, "Referrer-Policy", fields, PRIVATE) == expected


@pytest.mark.parametrize(
    ("fields", "page", "expected"),
    [
        (["no-referrer"], Page(html=True), "pass"),
        (["no-referrer"], Page(html=True, referrer="unsafe-url"), "fail referrer_policy_weak_in_page"),
        (["unsafe-url"], Page(html=True, referrer="same-origin"), "pass"),
        ([], Page(html=True, referrer="same-origin"), "pass"),
        ([], Page(html=True), "fail referrer_policy_missing"),
        ([], Page(html=False), "fail referrer_policy_missing"),
        ([], None, "fail referrer_policy_missing"),
        (["no-referrer"], Page(html=True, complete=False), "pass"),
        (["no-referrer"], Page(html=True, complete=False, head=False), "not_assessable page_cut_short"),
        ([], Page(html=True, complete=False, head=False, referrer="origin"), "not_assessable page_cut_short"),
    ],
)
def test_the_page_sets_the_referrer_policy_in_place_of_the_header(
    fields: list[str], page: Page | None, expected: str
) -> None:
    seen = hop(headers=[("Referrer-Policy", each) for each in fields], page=page)
    outcome = ask(referrer_policy.CHECK, subject(http_observation(seen)), PRIVATE)
    assert verdict(outcome) == expected
    if "in_page" in expected:
        (instance,) = outcome.instances
        assert (instance.key, instance.path) == (f"{URL} referrer-policy", "hops.0.page.referrer")
        assert instance.params == {"where": URL, "policy": "unsafe-url", "allowed": tuple(PRIVATE["allowed"])}


@pytest.mark.parametrize(
    ("name", "fields", "expected"),
    [
        ("Permissions-Policy", ["geolocation=(), camera=(self)"], "pass"),
        ("Permissions-Policy", ["geolocation=()", 'camera=(self "https://a.example")'], "pass"),
        ("Permissions-Policy", [], "fail permissions_policy_missing"),
        ("Permissions-Policy", [""], "fail permissions_policy_invalid"),
        ("Permissions-Policy", ["geolocation 'none'; camera 'self'"], "fail permissions_policy_invalid"),
        ("Permissions-Policy", ["geolocation=(),"], "fail permissions_policy_invalid"),
        ("Permissions-Policy", ["geolocation=()", "camera 'none'"], "fail permissions_policy_invalid"),
        ("Feature-Policy", ["geolocation 'none'"], "fail permissions_policy_deprecated"),
    ],
)
def test_permissions_policy(name: str, fields: list[str], expected: str) -> None:
    assert judged(permissions_policy.CHECK, name, fields) == expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        (["camera=(), microphone=(self)"], "pass"),
        (['camera=("https://a.example"), microphone=self'], "pass"),
        (["camera=none, microphone=?0"], "pass"),  # words that browsers do not know allow nothing
        (['camera=("*"), microphone=()'], "pass"),  # a string is an origin, and this is none
        (["camera=*, microphone=()"], "fail permissions_policy_feature_open"),
        (["camera=(self *), microphone=()"], "fail permissions_policy_feature_open"),
        (["camera=()", "microphone=()"], "pass"),
        (["camera=(), microphone=(), camera=*"], "fail permissions_policy_feature_open"),
        (["camera=*, microphone=(), camera=()"], "pass"),
        (["camera=()"], "fail permissions_policy_feature_missing"),
        (["usb=*"], "fail permissions_policy_feature_missing permissions_policy_feature_missing"),
        (["camera 'none'; microphone 'none'"], "fail permissions_policy_invalid"),
        ([], "fail permissions_policy_missing"),
    ],
)
def test_restricted_features(fields: list[str], expected: str) -> None:
    params = {"restricted": ["camera", "microphone", "camera"]}
    assert judged(permissions_policy.CHECK, "Permissions-Policy", fields, params) == expected


@pytest.mark.parametrize(
    ("params", "fields", "expected"),
    [
        (OPENER, ["same-origin"], "pass"),
        (OPENER, ['same-origin; report-to="coop"'], "pass"),
        (OPENER, ["same-origin-allow-popups"], "fail cross_origin_weak"),
        (OPENER, ["unsafe-none"], "fail cross_origin_weak"),
        (OPENER, ["noopener-allow-popups"], "fail cross_origin_weak"),
        (OPENER, ["Same-Origin"], "fail cross_origin_invalid"),
        (OPENER, ["same-origin", "same-origin"], "fail cross_origin_invalid"),
        (OPENER, ['"same-origin"'], "fail cross_origin_invalid"),
        (OPENER, ["require-corp"], "fail cross_origin_invalid"),  # a word of another header
        (OPENER, [""], "fail cross_origin_invalid"),
        (OPENER, [], "fail cross_origin_missing"),
        (EMBEDDER, ["require-corp"], "pass"),
        (EMBEDDER, ['credentialless;report-to="x"'], "pass"),
        (EMBEDDER, ["unsafe-none"], "fail cross_origin_weak"),
        (RESOURCE, ["same-site"], "pass"),
        (RESOURCE, [" same-origin\t"], "pass"),
        (RESOURCE, ["cross-origin"], "fail cross_origin_weak"),
        (RESOURCE, ["Xsame-origin"], "fail cross_origin_invalid"),
        (RESOURCE, ["same-origin; x=1"], "fail cross_origin_invalid"),  # no structured field: one exact word
        (RESOURCE, ["same-origin", "same-origin"], "fail cross_origin_invalid"),
        (RESOURCE, ["SAME-ORIGIN"], "fail cross_origin_invalid"),
    ],
)
def test_cross_origin(params: dict[str, Any], fields: list[str], expected: str) -> None:
    assert judged(cross_origin.CHECK, str(params["header"]).title(), fields, params) == expected


def test_an_instance_names_its_feature() -> None:
    seen = hop(headers=[("Permissions-Policy", "camera=*")])
    (instance,) = ask(permissions_policy.CHECK, subject(http_observation(seen)), {"restricted": ["camera"]}).instances
    assert instance.key == f"{URL} permissions-policy/camera"
    assert instance.params == {"where": URL, "feature": "camera", "value": "camera=*"}


RULES: list[tuple[Check[Any, Any], str, dict[str, Any]]] = [
    (content_type_options.CHECK, "X-Content-Type-Options", {}),
    (referrer_policy.CHECK, "Referrer-Policy", PRIVATE),
    (permissions_policy.CHECK, "Permissions-Policy", {"restricted": ["camera"]}),
    (cross_origin.CHECK, "Cross-Origin-Opener-Policy", OPENER),
    (cross_origin.CHECK, "Cross-Origin-Embedder-Policy", EMBEDDER),
    (cross_origin.CHECK, "Cross-Origin-Resource-Policy", RESOURCE),
]


@pytest.mark.parametrize(("check", "name", "params"), RULES)
def test_an_error_page_says_nothing(check: Check[Any, Any], name: str, params: dict[str, Any]) -> None:
    seen = subject(http_observation(hop(status=404)))
    assert verdict(ask(check, seen, params)) == "not_assessable error_status"


@given(st.lists(st.text() | st.text(alphabet='ab-=;,"()*\\ \t', max_size=30), max_size=3))
def test_any_fields_are_judged(fields: list[str]) -> None:
    for check, name, params in RULES:
        assert judged(check, name, fields, params).split()[0] in ("pass", "fail")


@pytest.mark.parametrize(
    ("check", "params"),
    [
        (referrer_policy.CHECK, {}),
        (referrer_policy.CHECK, {"allowed": []}),
        (referrer_policy.CHECK, {"allowed": ["no_referrer"]}),
        (cross_origin.CHECK, {"header": "cross-origin-opener-policy"}),
        (cross_origin.CHECK, {"header": "cross-origin-opener-policy", "allowed": []}),
        (cross_origin.CHECK, {"header": "Cross-Origin-Opener-Policy", "allowed": ["same-origin"]}),
        (cross_origin.CHECK, {"header": "cross-origin-opener-policy", "allowed": ["same_origin"]}),
        (content_type_options.CHECK, {"value": "nosniff"}),
        (permissions_policy.CHECK, {"restricted": ["cameras"]}),
    ],
)
def test_parameters_are_strict(check: Check[Any, Any], params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        ask(check, subject(http_observation()), params)
