"""headers.leaks: answers do not tell strangers which product and version is behind them.

A policy names the headers that it wants gone, or takes the whole list of `leaking.KNOWN`, and those that may name a
product (RFC 9110 section 10.2.4) but not its version. OWASP Secure Headers keeps a list of its own.
"""

import re
from collections.abc import Iterator
from typing import Annotated

from pydantic import Field, model_validator

from checks.check import Check, Params, Subject
from checks.headers.fields import REDACTED
from checks.headers.leaking import KNOWN
from checks.headers.page import PAGE_REASONS, Answer, answers, cut, final_answer, instance, once
from checks.model.evidence import HttpObservation
from checks.model.finding import Instance, Outcome, failed, not_assessable, passed
from checks.model.text import TextError

HeaderName = Annotated[str, Field(pattern=r"^[a-z0-9-]+$")]

_VERSION = re.compile(r"/v?[0-9]|[0-9]\.[0-9]", re.IGNORECASE)
"""A product token with a version that begins with a digit ("nginx/1.22.1"), or a number with a point in it."""


class Leaks(Params):
    """Names of headers in lower case."""

    absent: tuple[HeaderName, ...] = ()
    """They must not be sent at all."""
    no_version: tuple[HeaderName, ...] = ()
    """They may be sent, without a version number."""
    known: bool = False
    """Whether every header of `leaking.KNOWN` must be absent too."""

    @model_validator(mode="after")
    def _asks_something(self) -> "Leaks":
        if not self.absent and not self.no_version and not self.known:
            raise TextError(
                "ghi ít nhất một tiêu đề vào absent hoặc no_version, hoặc đặt known",
                "name at least one header in absent or no_version, or set known",
            )
        return self


def judge(subject: Subject[HttpObservation], params: Leaks) -> Outcome:
    """Fail for each such header on any answer of the host or on the final one."""
    wrong = once(each for answer in answers(subject) for each in _faults(subject, answer, params))
    if wrong:
        return failed(wrong)
    final = final_answer(subject)
    if isinstance(final, Outcome):
        return final
    hidden = [
        name
        for name in dict.fromkeys(params.no_version)
        if any(REDACTED in each for answer in answers(subject) for each in answer.hop.values(name))
    ]
    return not_assessable("leak_redacted", headers=tuple(hidden)) if hidden else passed()


def tells_version(value: str) -> bool:
    """Whether a value carries a version number."""
    return _VERSION.search(value) is not None


def _faults(subject: Subject[HttpObservation], answer: Answer, params: Leaks) -> Iterator[Instance]:
    for name in dict.fromkeys((*params.absent, *(sorted(KNOWN) if params.known else ()))):
        for value in answer.hop.values(name):
            yield instance(subject, answer, "leak_header", name, header=name, value=cut(value))
    for name in params.no_version:
        for value in answer.hop.values(name):
            if tells_version(value):
                yield instance(subject, answer, "leak_version", name, header=name, value=cut(value))


CHECK = Check(
    id="headers.leaks",
    version=3,
    reads="https",
    params=Leaks,
    judge=judge,
    reasons=PAGE_REASONS | {"leak_header", "leak_version", "leak_redacted"},
)
