"""headers.cors: credentials together with every site, and nothing claimed of what was not seen."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from checks.headers.cors import CHECK
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
