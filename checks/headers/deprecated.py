"""headers.deprecated: no header is sent that browsers have given up, and that gives a false sense of safety or harms.

X-XSS-Protection switched on a filter that could itself be used to break pages, and that no browser has any more; "0"
keeps it off in old ones, and is right. Public-Key-Pins (RFC 7469) and Expect-CT (RFC 9163) are obeyed by no browser
of today; Feature-Policy became Permissions-Policy; X-Content-Security-Policy and X-WebKit-CSP are what
Content-Security-Policy was called while it was tried out; P3P was made obsolete by the W3C in 2018.
"""

from collections.abc import Iterator
from typing import Literal, get_args

from pydantic import Field

from checks.check import Check, Params, Subject
from checks.headers.page import PAGE_REASONS, Answer, answers, cut, final_answer, instance, once
from checks.model.evidence import HttpObservation
from checks.model.finding import Instance, Outcome, failed, passed

DeprecatedHeader = Literal[
    "expect-ct",
    "feature-policy",
    "p3p",
    "public-key-pins",
    "public-key-pins-report-only",
    "x-content-security-policy",
    "x-webkit-csp",
    "x-xss-protection",
]
FILTER = "x-xss-protection"


class Deprecated(Params):
    """Which of them."""

    headers: tuple[DeprecatedHeader, ...] = Field(get_args(DeprecatedHeader), min_length=1)
    """All, unless a policy names some."""


def judge(subject: Subject[HttpObservation], params: Deprecated) -> Outcome:
    """Fail for each such header on any answer of the host or on the final one."""
    wrong = once(each for answer in answers(subject) for each in _faults(subject, answer, params))
    if wrong:
        return failed(wrong)
    final = final_answer(subject)
    return final if isinstance(final, Outcome) else passed()


def _faults(subject: Subject[HttpObservation], answer: Answer, params: Deprecated) -> Iterator[Instance]:
    for name in params.headers:
        fields = answer.hop.values(name)
        if not fields or (name == FILTER and all(each.strip(" \t") == "0" for each in fields)):
            continue
        reason = "xss_filter_on" if name == FILTER else "header_deprecated"
        yield instance(subject, answer, reason, name, header=name, value=cut(", ".join(fields)))


CHECK = Check(
    id="headers.deprecated",
    version=1,
    reads="https",
    params=Deprecated,
    judge=judge,
    reasons=PAGE_REASONS | {"header_deprecated", "xss_filter_on"},
)
