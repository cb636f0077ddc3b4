"""Rules that read the page: mixed content, subresource integrity, forms, lists of directories."""

from typing import Any

import pytest
from pydantic import ValidationError

from checks.check import Check
from checks.headers import directory_listing, insecure_forms, mixed_content, subresource_integrity
from checks.headers.page import short
from checks.model.evidence import HttpObservation
from checks.model.pages import Page, Resource
from tests.checks.judging import ask, verdict
from tests.factories import HOST, URL, hop, http_observation, subject

CDN = "https://cdn.example/lib.js"
IMAGE = Resource("image", "http://cdn.example/a.png", upgradeable=True)
SCRIPT = Resource("script", "http://cdn.example/a.js")
FRAME = Resource("frame", "http://ban-do.example/")
UPGRADE = ("Content-Security-Policy", "default-src 'self'; Upgrade-Insecure-Requests")
RULES = (mixed_content.CHECK, subresource_integrity.CHECK, insecure_forms.CHECK, directory_listing.CHECK)


def seen(page: Page | None, *headers: tuple[str, str], url: str = URL, **overrides: Any) -> HttpObservation:
    """One answer with a page."""
    return http_observation(hop(url=url, headers=headers, page=page), **overrides)


def judged(check: Check[Any, Any], page: Page | None, *headers: tuple[str, str], **params: Any) -> str:
    """The verdict on one answer with a page."""
    return verdict(ask(check, subject(seen(page, *headers)), params))


def page(*resources: Resource, **overrides: Any) -> Page:
    """A page that loads something."""
    return Page(html=True, resources=resources, **overrides)


@pytest.mark.parametrize("check", RULES, ids=lambda check: check.id)
def test_what_was_not_read_is_neither_good_nor_bad(check: Check[Any, Any]) -> None:
    assert judged(check, None) == "not_assessable page_not_read"
    assert judged(check, Page(html=False)) == "not_applicable not_a_page"
    assert judged(check, page(complete=False)) == "not_assessable page_cut_short"
    assert judged(check, page()) == "pass"
    error = http_observation(hop(status=404, page=page()))
    assert verdict(ask(check, subject(error))) == "not_assessable error_status"
    cleartext = http_observation(hop(url=f"http://{HOST}/", page=page()))
    assert verdict(ask(check, subject(cleartext))) == "not_assessable final_in_cleartext"
    away = http_observation(hop(status=302), end="bad_redirect")
    assert verdict(ask(check, subject(away))) == "not_assessable no_final_answer"


@pytest.mark.parametrize(
    ("found", "params", "expected"),
    [
        (page(IMAGE), {}, "fail mixed_upgradeable"),
        (page(SCRIPT), {}, "fail mixed_blockable"),
        (page(FRAME, SCRIPT, IMAGE), {}, "fail mixed_blockable mixed_blockable mixed_upgradeable"),
        (page(FRAME, SCRIPT, IMAGE), {"kinds": ["blockable"]}, "fail mixed_blockable mixed_blockable"),
        (page(FRAME, SCRIPT, IMAGE), {"kinds": ["upgradeable"]}, "fail mixed_upgradeable"),
        (page(IMAGE), {"kinds": ["blockable"]}, "pass"),
        (page(IMAGE, complete=False), {}, "fail mixed_upgradeable"),
        (page(IMAGE, complete=False), {"kinds": ["blockable"]}, "not_assessable page_cut_short"),
        (page(Resource("script", CDN)), {}, "pass"),
        (page(IMAGE, csp=("upgrade-insecure-requests",)), {}, "pass mixed_upgraded"),
        (page(IMAGE, csp=("upgrade-insecure-requests",)), {"accept_upgrade": False}, "fail mixed_upgradeable"),
        (page(IMAGE, csp=("default-src https:",)), {}, "fail mixed_upgradeable"),
        (page(csp=("upgrade-insecure-requests",)), {}, "pass"),
        (page(IMAGE, csp=("upgrade-insecure-requests",), complete=False), {}, "not_assessable page_cut_short"),
    ],
)
def test_mixed_content(found: Page, params: dict[str, Any], expected: str) -> None:
    assert judged(mixed_content.CHECK, found, **params) == expected


def test_a_policy_in_a_header_upgrades_as_well_and_one_that_only_reports_does_not() -> None:
    assert judged(mixed_content.CHECK, page(SCRIPT), UPGRADE) == "pass mixed_upgraded"
    assert judged(mixed_content.CHECK, page(SCRIPT), (f"{UPGRADE[0]}-Report-Only", UPGRADE[1])) == (
        "fail mixed_blockable"
    )


@pytest.mark.parametrize(
    ("resource", "params", "expected"),
    [
        (Resource("script", CDN), {}, "fail integrity_missing"),
        (Resource("script", CDN, ("sha384",), "anonymous"), {}, "pass"),
        (Resource("script", CDN, ("sha384",), "use-credentials"), {}, "pass"),
        (Resource("script", CDN, ("sha384",)), {}, "fail integrity_not_checkable"),
        (Resource("script", CDN, (), "anonymous"), {}, "fail integrity_missing"),
        (Resource("style", CDN), {}, "pass"),
        (Resource("style", CDN), {"kinds": ["style"]}, "fail integrity_missing"),
        (Resource("script", CDN), {"kinds": ["style"]}, "pass"),
        (Resource("script", CDN), {"except_hosts": ["cdn.example"]}, "pass"),
        (Resource("script", CDN), {"except_hosts": ["example"]}, "pass"),
        (Resource("script", CDN), {"except_hosts": ["dn.example", "a.cdn.example"]}, "fail integrity_missing"),
        (Resource("script", f"https://{HOST}:8443/a.js"), {}, "fail integrity_missing"),
        (Resource("script", f"http://{HOST}/a.js"), {}, "fail integrity_missing"),
        (Resource("script", f"https://{HOST}:443/a.js"), {}, "pass"),
        (Resource("script", "https://a.example:x/"), {}, "pass"),
        (Resource("frame", "http://a.example/"), {}, "pass"),
    ],
)
def test_subresource_integrity(resource: Resource, params: dict[str, Any], expected: str) -> None:
    assert judged(subresource_integrity.CHECK, page(resource), **params) == expected


LONG = "http://cdn.example/" + "a" * 5000


@pytest.mark.parametrize(
    ("check", "found", "thing", "place"),
    [
        (mixed_content.CHECK, page(Resource("script", LONG)), "page/script/", "resources.0"),
        (subresource_integrity.CHECK, page(Resource("script", LONG)), "page/script/", "resources.0"),
        (insecure_forms.CHECK, page(cleartext_forms=(LONG,)), "page/form/", "cleartext_forms.0"),
    ],
)
def test_what_a_page_names_is_told_in_bounds(check: Check[Any, Any], found: Page, thing: str, place: str) -> None:
    (instance,) = ask(check, subject(seen(found))).instances
    assert instance.key == f"{URL} {thing}{short(LONG)}"
    assert instance.path == f"hops.0.page.{place}"
    assert instance.params["url"] == LONG[:200]
    assert instance.params.get("kind", "script") == "script"


def test_an_upgraded_page_with_a_long_address_is_told_in_bounds() -> None:
    url = URL + "a" * 5000
    outcome = ask(mixed_content.CHECK, subject(seen(page(IMAGE, csp=("upgrade-insecure-requests",)), url=url)))
    assert outcome.params == {"where": url[:200]}


def test_one_script_that_is_loaded_twice_is_one_fault() -> None:
    twice = page(Resource("script", CDN), Resource("script", CDN, (), "anonymous"))
    assert judged(subresource_integrity.CHECK, twice) == "fail integrity_missing"


@pytest.mark.parametrize(
    ("found", "params", "expected"),
    [
        (page(cleartext_forms=("http://a.example/gui",)), {}, "fail form_in_cleartext"),
        (page(cleartext_forms=("http://a/", "http://b/")), {}, "fail form_in_cleartext form_in_cleartext"),
        (page(cleartext_forms=("http://a/",), csp=("upgrade-insecure-requests",)), {}, "pass"),
        (
            page(cleartext_forms=("http://a/",), csp=("upgrade-insecure-requests",)),
            {"accept_upgrade": False},
            "fail form_in_cleartext",
        ),
    ],
)
def test_insecure_forms(found: Page, params: dict[str, Any], expected: str) -> None:
    assert judged(insecure_forms.CHECK, found, **params) == expected


def test_a_directory_listing_names_whose_it_is() -> None:
    outcome = ask(directory_listing.CHECK, subject(seen(page(listing="nginx"))))
    assert verdict(outcome) == "fail directory_listed"
    assert outcome.instances[0].params == {"where": URL, "server": "nginx"}
    assert outcome.instances[0].key == f"{URL} page"


def test_the_page_of_another_host_is_named_in_the_key() -> None:
    other = http_observation(hop(status=302), hop(url="https://moi.example/", page=page(listing="iis")))
    outcome = ask(directory_listing.CHECK, subject(other))
    assert [(each.key, each.path) for each in outcome.instances] == [
        (f"{URL} > moi.example page", "hops.1.page.listing")
    ]


@pytest.mark.parametrize(
    ("check", "params"),
    [
        (mixed_content.CHECK, {"kinds": []}),
        (mixed_content.CHECK, {"kinds": ["active"]}),
        (mixed_content.CHECK, {"acept_upgrade": True}),
        (subresource_integrity.CHECK, {"kinds": ["frame"]}),
        (subresource_integrity.CHECK, {"kinds": []}),
        (subresource_integrity.CHECK, {"except_hosts": ["CDN.example"]}),
        (insecure_forms.CHECK, {"accept_upgrade": "yes"}),
        (directory_listing.CHECK, {"x": 1}),
    ],
)
def test_parameters_are_strict(check: Check[Any, Any], params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        judged(check, page(), **params)
