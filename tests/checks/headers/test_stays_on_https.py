"""headers.stays_on_https: a visit that begins on HTTPS never comes to cleartext."""

from typing import Any

import pytest

from checks.headers.stays_on_https import CHECK
from checks.model.evidence import Hop
from checks.model.pages import Page
from tests.checks.judging import ask, verdict
from tests.factories import HOST, URL, hop, http_observation, subject

CLEAR = f"http://{HOST}/"
OTHER = "https://khac.so-mau.example/"


@pytest.mark.parametrize(
    ("hops", "fields", "expected"),
    [
        ([hop()], {}, "pass"),
        ([hop(status=404)], {}, "pass"),
        ([hop(status=301), hop(f"{URL}vi")], {}, "pass"),
        ([hop(status=301), hop(OTHER)], {}, "pass"),
        ([hop(status=301), hop(CLEAR)], {}, "fail https_to_cleartext"),
        ([hop(status=301), hop("HTTP://x.example/")], {}, "fail https_to_cleartext"),
        ([hop(status=301), hop(CLEAR, 301), hop(OTHER)], {}, "fail https_to_cleartext"),  # one hop is enough
        ([hop(status=301)], {"end": "left_scope", "next_url": "http://x.example/"}, "fail https_to_cleartext"),
        ([hop(status=301)], {"end": "left_scope", "next_url": "https://x.example/"}, "pass"),
        ([hop(status=301)], {"end": "failed", "next_url": CLEAR}, "fail https_to_cleartext"),
        ([hop(status=301)], {"end": "failed", "next_url": OTHER}, "not_assessable no_final_answer"),
        ([hop(status=301)], {"end": "bad_redirect"}, "not_assessable no_final_answer"),
        ([hop(status=301)], {"end": "too_many_redirects", "next_url": URL}, "not_assessable no_final_answer"),
    ],
)
def test_verdicts(hops: list[Hop], fields: dict[str, Any], expected: str) -> None:
    assert verdict(ask(CHECK, subject(http_observation(*hops, **fields)))) == expected


UPGRADES = ("upgrade-insecure-requests",)


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (Page(html=True, refresh=f"{URL}vi"), "pass"),
        (Page(html=True, refresh=f"HTTPS://{HOST}/"), "pass"),
        (Page(html=True, refresh=OTHER), "pass"),
        (Page(html=True, refresh="http://khac.so-mau.example/"), "fail https_to_cleartext"),
        (Page(html=False, refresh="http://khac.so-mau.example/"), "fail https_to_cleartext"),
        (Page(html=True, refresh=URL.replace("https", "http")), "fail https_to_cleartext"),
        (Page(html=True, refresh=URL.replace("https", "http"), csp=UPGRADES), "pass"),
        (Page(html=True, refresh="http://khac.so-mau.example/", csp=UPGRADES), "fail https_to_cleartext"),
        (Page(html=True, complete=False), "pass"),
        (Page(html=True, complete=False, head=False), "not_assessable page_cut_short"),
        (Page(html=True, head=False, refresh="http://a.example/"), "fail https_to_cleartext"),
    ],
)
def test_a_page_that_sends_on_by_itself(page: Page, expected: str) -> None:
    outcome = ask(CHECK, subject(http_observation(hop(status=301), hop(f"{URL}a", page=page))))
    assert verdict(outcome) == expected
    for instance in outcome.instances:
        assert instance.path == "hops.1"
        assert instance.params == {"where": f"{URL}a", "to": page.refresh}


def test_the_instance_points_at_the_answer_that_sends_back() -> None:
    seen = http_observation(hop(status=301), hop(OTHER, 302), hop("http://khac.so-mau.example/"))
    (instance,) = ask(CHECK, subject(seen)).instances
    assert instance.path == "hops.1"
    assert instance.key == f"{URL} > khac.so-mau.example redirect"
    assert instance.params == {"where": OTHER, "to": "http://khac.so-mau.example/"}
