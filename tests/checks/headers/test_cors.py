"""headers.cors: credentials together with every site, and nothing claimed of what was not seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.headers.cors import CHECK, FOREIGN_ORIGIN
from checks.model.evidence import Failure
from checks.model.pages import ForeignOrigin
from checks.model.target import HttpTarget
from tests.checks.judging import ask, verdict
from tests.factories import URL, hop, http_observation, subject

ORIGIN = "Access-Control-Allow-Origin"
CREDENTIALS = ("Access-Control-Allow-Credentials", "true")


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ([], "not_applicable cors_not_used"),
        ([CREDENTIALS], "not_applicable cors_not_used"),
        ([(ORIGIN, "*")], "pass"),
        ([(ORIGIN, "*"), ("Access-Control-Allow-Credentials", "false")], "pass"),
        ([(ORIGIN, "https://ban.so-mau.example"), CREDENTIALS], "pass"),
        ([(ORIGIN, "*"), CREDENTIALS], "fail cors_any_origin"),
        ([(ORIGIN, "*"), ("access-control-allow-credentials", "TRUE")], "fail cors_any_origin"),
        ([(ORIGIN, "https://a.example"), (ORIGIN, "*"), CREDENTIALS], "fail cors_any_origin"),
        ([(ORIGIN, "https://a.example, *"), CREDENTIALS], "fail cors_any_origin"),
        ([(ORIGIN, "null"), CREDENTIALS], "fail cors_null_origin"),
        ([(ORIGIN, "https://any.invalid"), CREDENTIALS], "fail cors_repeated_origin"),
        ([(ORIGIN, "https://any.invalid")], "pass"),
    ],
)
def test_verdicts(headers: list[tuple[str, str]], expected: str) -> None:
    assert verdict(ask(CHECK, subject(http_observation(hop(headers=headers))))) == expected


ALLOWED = ("https://khien.invalid",)


@pytest.mark.parametrize(
    ("foreign", "headers", "expected"),
    [
        (ForeignOrigin(200), [], "not_applicable cors_not_used"),
        (ForeignOrigin(200, credentials=("true",)), [], "not_applicable cors_not_used"),
        (ForeignOrigin(200, ALLOWED), [], "pass"),  # without credentials it is told what anybody may read
        (ForeignOrigin(200, ALLOWED, ("false",)), [], "pass"),
        (ForeignOrigin(200, ALLOWED, ("true",)), [], "fail cors_repeated_origin"),
        (ForeignOrigin(404, ALLOWED, ("true",)), [], "fail cors_repeated_origin"),  # scripts may read errors too
        (ForeignOrigin(200, ("https://khien.invalid:443",), ("true",)), [], "fail cors_repeated_origin"),
        (ForeignOrigin(200, ("https://ban.so-mau.example",), ("true",)), [], "pass"),
        (ForeignOrigin(403), [(ORIGIN, "https://ban.so-mau.example"), CREDENTIALS], "pass"),
        (ForeignOrigin(200, ("null",), ("true",)), [], "fail cors_null_origin"),
        (ForeignOrigin(200, ("*",), ("true",)), [], "fail cors_any_origin"),
        (ForeignOrigin(200, ("*",), ("true",)), [(ORIGIN, "*"), CREDENTIALS], "fail cors_any_origin"),  # one fault
        (ForeignOrigin(200, ALLOWED, ("true",)), [(ORIGIN, "*")], "fail cors_repeated_origin"),
        # an error of the server's may lack the headers of other answers; a refusal is an answer
        (ForeignOrigin(429), [], "not_assessable error_status"),
        (ForeignOrigin(500), [(ORIGIN, "*")], "not_assessable error_status"),
        (ForeignOrigin(503, ALLOWED, ("true",)), [], "fail cors_repeated_origin"),
        (ForeignOrigin(400), [], "not_applicable cors_not_used"),
        (ForeignOrigin(499), [(ORIGIN, "*")], "pass"),
    ],
)
def test_an_origin_that_nobody_has(foreign: ForeignOrigin, headers: list[tuple[str, str]], expected: str) -> None:
    seen = http_observation(hop(headers=headers), foreign_origin=foreign)
    assert verdict(ask(CHECK, subject(seen))) == expected


def test_a_question_without_an_answer_is_not_a_pass() -> None:
    lost = (Failure("foreign_origin", "timed_out"),)
    shared = [(ORIGIN, "*")]
    for headers in ([], shared):
        seen = http_observation(hop(headers=headers), failures=lost)
        assert verdict(ask(CHECK, subject(seen))) == "not_assessable timed_out"
    seen = http_observation(hop(headers=[*shared, CREDENTIALS]), failures=lost)
    assert verdict(ask(CHECK, subject(seen))) == "fail cors_any_origin"


def test_the_command_names_the_same_origin() -> None:
    assert CHECK.reproduce is not None
    command = CHECK.reproduce(HttpTarget("192.0.2.1", URL), None)
    assert f"-H 'Origin: {FOREIGN_ORIGIN}'" in command
    assert command.startswith("curl -sSk -o /dev/null -D - -H ")
    assert CHECK.asks == ("foreign_origin",)


def test_what_is_wrong_is_told_in_bounds() -> None:
    assert FOREIGN_ORIGIN == "https://khien.invalid"
    long, url = "https://" + "a" * 5000, URL + "a" * 5000
    allowed = (long, "https://khien.invalid")
    foreign = ForeignOrigin(200, allowed, ("true",))
    seen = http_observation(hop(url, headers=[*((ORIGIN, each) for each in (long, "null")), CREDENTIALS]))
    for observation, reason in ((seen, "cors_null_origin"), (http_observation(hop(url), foreign_origin=foreign), "")):
        (instance,) = ask(CHECK, subject(observation, target=HttpTarget("192.0.2.1", url))).instances
        assert instance.reason == (reason or "cors_repeated_origin")
        assert instance.params == {"where": url[:200], "value": long[:200]}
    busy = http_observation(hop(url), foreign_origin=ForeignOrigin(500))
    outcome = ask(CHECK, subject(busy, target=HttpTarget("192.0.2.1", url)))
    assert outcome.params == {"where": url[:200], "status": 500}
    two = http_observation(foreign_origin=ForeignOrigin(200, ("https://a.example", "*"), ("true",)))
    (instance,) = ask(CHECK, subject(two)).instances
    assert instance.params["value"] == "https://a.example, *"
    headers = [(ORIGIN, "https://a.example"), (ORIGIN, "*"), CREDENTIALS]
    (instance,) = ask(CHECK, subject(http_observation(hop(headers=headers)))).instances
    assert instance.params["value"] == "https://a.example, *"


def test_one_answer_of_several_is_enough_to_be_shared() -> None:
    seen = http_observation(hop(status=302), hop(f"{URL}vi", headers=[(ORIGIN, "*")]))
    assert verdict(ask(CHECK, subject(seen))) == "pass"


def test_redirects_and_errors() -> None:
    shared = [(ORIGIN, "*"), CREDENTIALS]
    redirect = http_observation(hop(status=302, headers=shared), hop(f"{URL}vi"))
    assert verdict(ask(CHECK, subject(redirect))) == "fail cors_any_origin"
    assert verdict(ask(CHECK, subject(http_observation(hop(status=500, headers=shared))))) == (
        "not_assessable error_status"
    )


@given(st.lists(st.text(), max_size=3), st.lists(st.text() | st.just("true"), max_size=2))
def test_any_fields_are_judged(origins: list[str], credentials: list[str]) -> None:
    headers = [(ORIGIN, each) for each in origins] + [(CREDENTIALS[0], each) for each in credentials]
    outcome = ask(CHECK, subject(http_observation(hop(headers=headers))))
    assert outcome.verdict in ("pass", "fail", "not_applicable")
