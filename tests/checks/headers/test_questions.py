"""Rules that need an answer to a question of their own: TRACE, security.txt, the page for an unknown address."""

import shlex
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from checks.check import Check
from checks.headers import error_page, security_txt, trace_method
from checks.model.evidence import Failure
from checks.model.pages import MissingPage, SecurityTxt, TraceAnswer
from checks.model.target import HttpTarget
from checks.registry import REGISTRY
from tests.checks.judging import ask, verdict
from tests.factories import ADDRESS, HOST, NOW, URL, http_observation, subject, tls_target

DOCS = Path(__file__).parents[3] / "docs"
WHERE = f"{URL}.well-known/security.txt"
RULES = {"trace": trace_method.CHECK, "security_txt": security_txt.CHECK, "missing_page": error_page.CHECK}


def judged(check: Check[Any, Any], params: dict[str, Any] | None = None, **answers: Any) -> str:
    """The verdict on an observation with some answers."""
    return verdict(ask(check, subject(http_observation(**answers)), params))


def later(**delta: float) -> str:
    """A time after the look, as RFC 3339 has it."""
    return (NOW + timedelta(**delta)).strftime("%Y-%m-%dT%H:%M:%SZ")


def good(**overrides: Any) -> SecurityTxt:
    """A file without fault, which ends in a hundred days."""
    whole = SecurityTxt(
        url=WHERE,
        status=200,
        media_type="text/plain;charset=utf-8",
        fields=("contact", "expires"),
        contacts=("mailto",),
        expires=(later(days=100),),
    )
    return replace(whole, **overrides)


@pytest.mark.parametrize(("question", "check"), RULES.items(), ids=list(RULES))
def test_a_rule_asks_its_question_and_says_why_there_is_no_answer(question: str, check: Check[Any, Any]) -> None:
    assert check.asks == (question,)
    assert judged(check) == "not_assessable not_asked"
    failed = (
        Failure("trace", "reset"),
        Failure("security_txt", "reset"),
        Failure("missing_page", "reset", "ECONNRESET"),
    )
    assert judged(check, failures=failed) == "not_assessable reset"


def test_only_rules_over_http_ask_questions() -> None:
    assert {each.reads for each in REGISTRY if each.asks} <= {"https", "http"}


@pytest.mark.parametrize(
    ("answer", "params", "expected"),
    [
        (TraceAnswer(405, False), {}, "pass"),
        (TraceAnswer(501, False), {"refused": True}, "pass"),
        (TraceAnswer(200, True), {}, "fail trace_reflects"),
        (TraceAnswer(200, True), {"refused": True}, "fail trace_reflects"),
        (TraceAnswer(200, False), {}, "pass"),
        (TraceAnswer(200, False), {"refused": True}, "fail trace_accepted"),
        (TraceAnswer(302, False), {"refused": True}, "pass"),
        (TraceAnswer(199, False), {"refused": True}, "pass"),
        (TraceAnswer(299, False), {"refused": True}, "fail trace_accepted"),
        (TraceAnswer(300, False), {"refused": True}, "pass"),
        (TraceAnswer(500, False), {"refused": True}, "pass"),
        (TraceAnswer(503, False), {}, "not_assessable unavailable"),
        (TraceAnswer(429, False), {"refused": True}, "not_assessable unavailable"),
    ],
)
def test_trace(answer: TraceAnswer, params: dict[str, Any], expected: str) -> None:
    assert judged(trace_method.CHECK, params, trace=answer) == expected


@pytest.mark.parametrize(
    ("found", "params", "expected"),
    [
        (good(), {}, "pass"),
        (good(status=404), {}, "fail security_txt_missing"),
        (good(status=403), {}, "fail security_txt_missing"),
        (good(fields=(), contacts=(), expires=(), media_type="text/html"), {}, "fail security_txt_missing"),
        (good(status=500), {}, "not_assessable security_txt_error"),
        (good(status=503), {}, "not_assessable security_txt_error"),
        (good(status=429), {}, "not_assessable security_txt_error"),
        (good(status=499), {}, "fail security_txt_missing"),
        (good(status=400), {}, "fail security_txt_missing"),
        (good(status=399), {}, "not_assessable security_txt_elsewhere"),
        (good(status=302), {}, "not_assessable security_txt_elsewhere"),
        (good(status=300), {}, "not_assessable security_txt_elsewhere"),
        (good(status=299), {}, "fail security_txt_missing"),
        (good(url=f"http://{HOST}/.well-known/security.txt"), {}, "fail security_txt_in_cleartext"),
        (good(media_type="text/plain"), {}, "pass"),
        (good(media_type="text/plain;charset=us-ascii"), {}, "pass"),
        (good(media_type="text/plain;charset=utf8"), {}, "pass"),
        (good(media_type="text/plain;charset=iso-8859-1"), {}, "fail security_txt_not_text"),
        (good(media_type="text/html"), {}, "fail security_txt_not_text"),
        (good(media_type=""), {}, "fail security_txt_not_text"),
        (good(contacts=("https", "mailto", "tel")), {}, "pass"),
        (good(contacts=("https",)), {}, "pass"),
        (good(contacts=("tel",)), {}, "pass"),
        (good(contacts=("http",)), {}, "fail security_txt_no_contact"),
        (good(contacts=("",)), {}, "fail security_txt_no_contact"),
        (good(contacts=()), {}, "fail security_txt_no_contact"),
        (good(expires=()), {}, "fail security_txt_no_expires"),
        (good(expires=("",)), {}, "fail security_txt_bad_expires"),
        (good(expires=(later(days=1), later(days=1))), {}, "fail security_txt_bad_expires"),
        (good(expires=(later(seconds=-1),)), {}, "fail security_txt_expired"),
        (good(expires=(later(seconds=0),)), {}, "fail security_txt_expired"),
        (good(expires=(later(seconds=1),)), {}, "pass"),
        (good(expires=(later(days=29),)), {"min_days": 30}, "fail security_txt_expiring"),
        (good(expires=(later(days=30),)), {"min_days": 30}, "pass"),
        (good(expires=(later(days=400),)), {}, "pass"),
        (good(expires=(later(days=400),)), {"max_days": 366}, "fail security_txt_too_long"),
        (good(expires=(later(days=366),)), {"max_days": 366}, "pass"),
        (good(expires=(later(days=1),)), {"max_days": 1, "min_days": 0}, "pass"),
        (good(), {"signed": True}, "fail security_txt_not_signed"),
        (good(signed=True), {"signed": True}, "pass"),
        (good(complete=False), {}, "not_assessable security_txt_cut_short"),
        (good(complete=False, contacts=(), expires=()), {}, "not_assessable security_txt_cut_short"),
        (good(complete=False, media_type=""), {}, "fail security_txt_not_text"),
        (good(complete=False, fields=(), contacts=(), expires=()), {}, "not_assessable security_txt_cut_short"),
        (good(complete=False), {"signed": True}, "not_assessable security_txt_cut_short"),
        (
            good(media_type="", contacts=(), expires=()),
            {"signed": True},
            "fail security_txt_not_text security_txt_no_contact security_txt_not_signed security_txt_no_expires",
        ),
    ],
)
def test_security_txt(found: SecurityTxt, params: dict[str, Any], expected: str) -> None:
    assert judged(security_txt.CHECK, params, security_txt=found) == expected


@pytest.mark.parametrize(
    "found",
    [good(status=404), good(status=500), good(status=302), good(complete=False), good(media_type="x" * 5000)],
)
def test_what_is_wrong_with_security_txt_is_told_in_bounds(found: SecurityTxt) -> None:
    found = replace(found, url=WHERE + "a" * 5000)
    outcome = ask(security_txt.CHECK, subject(http_observation(security_txt=found)))
    told = [each.params["where"] for each in outcome.instances] or [outcome.params["where"]]
    assert told == [found.url[:200]]
    for instance in outcome.instances:
        assert (instance.key, instance.path) == (f"{URL} {instance.reason}", "security_txt")
        assert instance.params.get("media_type", "x" * 200) == "x" * 200


def test_a_media_type_that_is_not_sent_is_a_dash() -> None:
    (instance,) = ask(security_txt.CHECK, subject(http_observation(security_txt=good(media_type="")))).instances
    assert instance.params == {"where": WHERE, "media_type": "-"}


def test_the_end_of_security_txt_is_judged_at_the_time_of_the_look() -> None:
    seen = subject(http_observation(security_txt=good(expires=(later(days=1),))))
    assert verdict(ask(security_txt.CHECK, replace(seen, as_of=NOW + timedelta(days=30)))) == "pass"


@pytest.mark.parametrize(
    ("discloses", "params", "expected"),
    [
        ((), {}, "pass"),
        (("version.nginx",), {}, "fail error_page_version"),
        (("path.unix", "stack_trace.python"), {}, "fail error_page_path error_page_stack_trace"),
        (("database.mysql", "debug_page.django"), {}, "fail error_page_database error_page_debug_page"),
        (("version.nginx",), {"forbidden": ["stack_trace", "debug_page"]}, "pass"),
        (("stack_trace.java", "version.tomcat"), {"forbidden": ["stack_trace"]}, "fail error_page_stack_trace"),
    ],
)
def test_error_pages(discloses: tuple[str, ...], params: dict[str, Any], expected: str) -> None:
    assert judged(error_page.CHECK, params, missing_page=MissingPage(404, discloses)) == expected
    assert judged(error_page.CHECK, params, missing_page=MissingPage(200, discloses)) == expected


@pytest.mark.parametrize("status", [429, 503])
def test_a_server_that_does_not_serve_has_not_shown_its_error_page(status: int) -> None:
    assert judged(error_page.CHECK, missing_page=MissingPage(status)) == "not_assessable unavailable"
    assert judged(error_page.CHECK, missing_page=MissingPage(status, ("version.nginx",))) == "fail error_page_version"
    assert judged(error_page.CHECK, missing_page=MissingPage(status - 1)) == "pass"


def test_a_part_of_an_error_page_proves_a_fault_but_not_its_absence() -> None:
    part = MissingPage(404, ("version.php",), complete=False)
    assert judged(error_page.CHECK, missing_page=part) == "fail error_page_version"
    assert judged(error_page.CHECK, {"forbidden": ["path"]}, missing_page=part) == "not_assessable error_page_cut_short"


def test_an_instance_points_at_the_answer_to_trace() -> None:
    (instance,) = ask(trace_method.CHECK, subject(http_observation(trace=TraceAnswer(200, True)))).instances
    assert (instance.key, instance.path) == (f"{URL} trace", "trace")


def test_the_address_that_no_site_has_is_the_one_that_operators_were_told() -> None:
    assert f"GET {error_page.PATH}`" in (DOCS / "security-team.md").read_text(encoding="utf-8")


def test_an_instance_points_at_its_pattern() -> None:
    seen = http_observation(missing_page=MissingPage(404, ("path.unix", "version.php")))
    outcome = ask(error_page.CHECK, subject(seen), {"forbidden": ["version"]})
    (instance,) = outcome.instances
    assert (instance.key, instance.path) == (f"{URL} error_page/version.php", "missing_page.discloses.1")
    assert instance.params == {"where": URL, "status": 404, "product": "php"}


@pytest.mark.parametrize(
    ("check", "params"),
    [
        (trace_method.CHECK, {"refused": 1}),
        (security_txt.CHECK, {"min_days": -1}),
        (security_txt.CHECK, {"max_days": 0}),
        (security_txt.CHECK, {"sign": True}),
        (error_page.CHECK, {"forbidden": []}),
        (error_page.CHECK, {"forbidden": ["trace"]}),
    ],
)
def test_parameters_are_strict(check: Check[Any, Any], params: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        judged(check, params)


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        (trace_method.CHECK, ["-i", "-X", "TRACE", f"https://{HOST}/trang?a=1"]),
        (security_txt.CHECK, ["-L", f"https://{HOST}/.well-known/security.txt"]),
        (error_page.CHECK, ["-i", f"https://{HOST}{error_page.PATH}"]),
    ],
)
def test_a_command_shows_the_same(check: Check[Any, Any], expected: list[str]) -> None:
    assert check.reproduce is not None
    words = shlex.split(check.reproduce(HttpTarget(ADDRESS, f"https://{HOST}/trang?a=1"), None))
    assert words[:2] == ["curl", "-sSk"]
    assert [word for word in words[2:] if word not in ("--resolve", f"{HOST}:443:{ADDRESS}")] == expected
    six = check.reproduce(HttpTarget("2001:db8::1", f"https://{HOST}/"), None)
    assert f"{HOST}:443:[2001:db8::1]" in shlex.split(six)
    assert "openssl" in check.reproduce(tls_target(), None)
