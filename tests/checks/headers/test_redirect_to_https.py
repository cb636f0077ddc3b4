"""headers.redirect_to_https: chains from cleartext, and what a look that failed proves."""

from typing import Any

import pytest

from checks.headers.redirect_to_https import CHECK
from checks.model.evidence import Evidence, Hop, Observation, ProbeFailure
from checks.model.pages import Page
from checks.model.target import HttpTarget, PortsTarget, TlsTarget
from tests.checks.judging import ask, verdict
from tests.factories import (
    ADDRESS,
    HOST,
    evidence,
    failure_evidence,
    hop,
    http_observation,
    ports_observation,
    subject,
    tls_observation,
    tls_target,
)

PLAIN = f"http://{HOST}/"
SECURE = f"https://{HOST}/"
OTHER = "https://khac.so-mau.example/"
TARGET = HttpTarget(ADDRESS, PLAIN)


def chain(*urls: str, status: int = 301) -> list[Hop]:
    """Redirects over these URLs, with a page at the end."""
    return [*(hop(url, status) for url in urls[:-1]), hop(urls[-1])]


@pytest.mark.parametrize(
    ("hops", "fields", "expected"),
    [
        (chain(PLAIN, SECURE), {}, "pass"),
        (chain(PLAIN, SECURE, f"{SECURE}vi", OTHER), {}, "pass"),
        (chain(PLAIN, f"https://{HOST}:8443/"), {}, "pass"),
        (chain(PLAIN, SECURE, f"HTTPS://{HOST}/vi"), {}, "pass"),
        (chain(PLAIN, f"https://{HOST.upper()}/"), {}, "pass"),
        ([hop(PLAIN, 301), hop(SECURE, 404)], {}, "pass"),  # what HTTPS answers is for other rules
        ([hop(PLAIN, 301), hop(SECURE, 302)], {"end": "left_scope", "next_url": "https://sso.example/"}, "pass"),
        # content in cleartext
        ([hop(PLAIN)], {}, "fail no_redirect"),
        ([hop(PLAIN, 204)], {}, "fail no_redirect"),
        ([hop(PLAIN, 300, [("Location", SECURE)])], {}, "fail no_redirect"),
        ([hop(PLAIN, 304)], {}, "fail no_redirect"),
        ([hop(PLAIN, 399)], {}, "fail no_redirect"),
        ([hop(PLAIN, 401)], {}, "fail no_redirect"),
        ([hop(PLAIN, page=Page(html=True, refresh=SECURE))], {}, "fail redirect_by_page"),
        ([hop(PLAIN, page=Page(html=True, refresh=f"{PLAIN}vi"))], {}, "fail no_redirect"),
        ([hop(PLAIN, 403, page=Page(html=True, refresh=SECURE))], {}, "not_assessable cleartext_error"),
        # redirects that do not lead to HTTPS at once
        (chain(PLAIN, f"{PLAIN}vi"), {}, "fail redirect_not_https"),
        (chain(PLAIN, f"{PLAIN}vi", SECURE), {}, "fail redirect_not_https"),
        (chain(PLAIN, "http://khac.so-mau.example/"), {}, "fail redirect_not_https"),
        (chain(PLAIN, OTHER), {}, "fail redirect_other_host"),
        (chain(PLAIN, f"https://www.{HOST}/"), {}, "fail redirect_other_host"),
        ([hop(PLAIN, 302)], {"end": "left_scope", "next_url": "https://sso.example/"}, "fail redirect_other_host"),
        ([hop(PLAIN, 302)], {"end": "left_scope", "next_url": "http://a.example/"}, "fail redirect_not_https"),
        ([hop(PLAIN, 301)], {"end": "too_many_redirects", "next_url": PLAIN}, "fail redirect_not_https"),
        # redirects to nowhere
        ([hop(PLAIN, 301, page=Page(html=True, refresh=SECURE))], {}, "fail redirect_invalid"),
        ([hop(PLAIN, 301)], {}, "fail redirect_invalid"),
        (
            [hop(PLAIN, 301, [("Location", SECURE), ("Location", PLAIN)])],
            {"end": "bad_redirect"},
            "fail redirect_invalid",
        ),
        ([hop(PLAIN, 301)], {"end": "left_scope", "next_url": "https://"}, "fail redirect_invalid"),
        # back to cleartext
        (chain(PLAIN, SECURE, f"{PLAIN}vi"), {}, "fail redirect_back_to_cleartext"),
        (chain(PLAIN, SECURE, "http://khac.so-mau.example/", SECURE), {}, "fail redirect_back_to_cleartext"),
        (
            [hop(PLAIN, 301), hop(SECURE, 302)],
            {"end": "too_many_redirects", "next_url": PLAIN},
            "fail redirect_back_to_cleartext",
        ),
        (
            [hop(PLAIN, 301), hop(SECURE, 302)],
            {"end": "left_scope", "next_url": "http://a.example/"},
            "fail redirect_back_to_cleartext",
        ),
        (
            [hop(PLAIN, 301), hop(SECURE, 302)],
            {"end": "failed", "failure": "refused", "next_url": f"{PLAIN}vi"},
            "fail redirect_back_to_cleartext",
        ),
        (
            [hop(PLAIN, 301), hop(SECURE, page=Page(html=True, refresh=f"{PLAIN}vi"))],
            {},
            "fail redirect_back_to_cleartext",
        ),
        ([hop(PLAIN, 301), hop(SECURE, page=Page(html=True, refresh=OTHER))], {}, "pass"),
        ([hop(PLAIN, 301), hop(SECURE, page=Page(html=True, head=False))], {}, "not_assessable page_cut_short"),
        # a look that failed excuses nothing that was seen
        (
            [hop(PLAIN, 301)],
            {"end": "failed", "failure": "refused", "next_url": f"{PLAIN}vi"},
            "fail redirect_not_https",
        ),
        ([hop(PLAIN, 301)], {"end": "failed", "failure": "timed_out", "next_url": OTHER}, "fail redirect_other_host"),
        # a chain of which the end is not known
        (
            [hop(PLAIN, 301)],
            {"end": "failed", "failure": "tls_failed", "next_url": SECURE},
            "not_assessable no_final_answer",
        ),
        (
            [hop(PLAIN, 301), hop(SECURE, 302)],
            {"end": "failed", "failure": "timed_out", "next_url": f"{SECURE}login"},
            "not_assessable no_final_answer",
        ),
        (
            [hop(PLAIN, 301), hop(SECURE, 302)],
            {"end": "failed", "failure": "reset", "next_url": OTHER},
            "not_assessable no_final_answer",
        ),
        ([hop(PLAIN, 301), hop(SECURE, 302)], {"end": "bad_redirect"}, "not_assessable no_final_answer"),
        (
            [hop(PLAIN, 301), hop(SECURE, 302)],
            {"end": "too_many_redirects", "next_url": SECURE},
            "not_assessable no_final_answer",
        ),
    ],
)
def test_chains(hops: list[Hop], fields: dict[str, Any], expected: str) -> None:
    assert verdict(ask(CHECK, subject(http_observation(*hops, **fields), target=TARGET))) == expected


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_every_redirect_that_browsers_follow(status: int) -> None:
    assert verdict(ask(CHECK, subject(http_observation(*chain(PLAIN, SECURE, status=status)), target=TARGET))) == "pass"


@pytest.mark.parametrize("status", [199, 400, 403, 404, 410, 426, 500, 503])
def test_an_error_in_cleartext_proves_nothing(status: int) -> None:
    seen = subject(http_observation(hop(PLAIN, status)), target=TARGET)
    assert verdict(ask(CHECK, seen)) == "not_assessable cleartext_error"


def test_an_instance_says_where_it_leads() -> None:
    (instance,) = ask(CHECK, subject(http_observation(*chain(PLAIN, OTHER)), target=TARGET)).instances
    assert (instance.key, instance.path) == (f"{PLAIN} redirect", "hops.0")
    assert instance.params == {"where": PLAIN, "to": OTHER}


@pytest.mark.parametrize(
    "hops",
    [
        chain(PLAIN, OTHER + "a" * 5000),
        chain(PLAIN, PLAIN + "a" * 5000),
        chain(PLAIN, SECURE, PLAIN + "a" * 5000),
        [hop(PLAIN, page=Page(html=True, refresh=SECURE + "a" * 5000))],
    ],
)
def test_addresses_are_cut(hops: list[Hop]) -> None:
    (instance,) = ask(CHECK, subject(http_observation(*hops), target=TARGET)).instances
    assert len(str(instance.params["to"])) == 200


def test_a_long_address_that_answers_with_an_error_is_cut() -> None:
    outcome = ask(CHECK, subject(http_observation(hop(PLAIN + "a" * 5000, 404)), target=TARGET))
    assert outcome.params == {"where": (PLAIN + "a" * 5000)[:200], "status": 404}


def ports(observation: Observation, address: str = ADDRESS) -> Evidence:
    return evidence(PortsTarget(address), observation)


@pytest.mark.parametrize(
    ("reason", "others", "expected"),
    [
        ("refused", [], "pass cleartext_closed"),
        ("timed_out", [], "not_assessable timed_out"),
        ("timed_out", [ports(ports_observation(443, closed="22,80"))], "pass cleartext_closed"),
        ("unreachable", [ports(ports_observation(443, closed="1-100"))], "pass cleartext_closed"),
        ("timed_out", [ports(ports_observation(443, filtered="80"))], "not_assessable timed_out"),
        ("timed_out", [ports(ports_observation(80, 443))], "not_assessable timed_out"),
        ("timed_out", [ports(ports_observation(443, closed="8080"))], "not_assessable timed_out"),
        ("timed_out", [ports(ports_observation(443, closed="80"), "192.0.2.2")], "not_assessable timed_out"),
        ("timed_out", [ports(ProbeFailure("incomplete"))], "not_assessable timed_out"),
        ("timed_out", [failure_evidence(TlsTarget(ADDRESS, 80, HOST))], "not_assessable timed_out"),
        ("timed_out", [evidence(tls_target(), tls_observation())], "not_assessable timed_out"),
        # these have met somebody, whatever the scan of ports says
        ("reset", [ports(ports_observation(443, closed="80"))], "not_assessable reset"),
        ("not_http", [ports(ports_observation(443, closed="80"))], "not_assessable not_http"),
        ("malformed", [], "not_assessable malformed"),
        ("out_of_scope", [], "not_assessable out_of_scope"),
    ],
)
def test_only_a_closed_port_is_as_good_as_a_redirect(reason: Any, others: list[Evidence], expected: str) -> None:
    seen = subject(ProbeFailure(reason), target=TARGET, others=tuple(others))
    assert verdict(ask(CHECK, seen)) == expected
