"""headers.error_page: the page for an address that does not exist tells strangers nothing about what runs behind it.

Versions, stack traces, file paths and messages of databases are what an attack is prepared with (OWASP WSTG-ERRH-01).
Known patterns are looked for in the answer to one address that no site has; other errors are not provoked.
"""

from typing import Literal, get_args

from pydantic import Field

from checks.check import Check, Params, Subject
from checks.headers.body import UNAVAILABLE, asking, not_answered
from checks.model.evidence import HttpObservation
from checks.model.finding import Instance, Outcome, Values, failed, not_assessable, passed

PATH = "/khien-7f3a9c1e4b/khong-co-trang-nay.html"
"""An address that no site has: always the same, so that an operator finds it in the log and knows it."""

Disclosure = Literal[
    "version",  # a product with its version
    "stack_trace",  # the calls that led to the error
    "debug_page",  # what a framework shows to its developers
    "database",  # a message of a database
    "path",  # where files lie on the server
]


class ErrorPage(Params):
    """What must not be told."""

    forbidden: tuple[Disclosure, ...] = Field(get_args(Disclosure), min_length=1)


def judge(subject: Subject[HttpObservation], params: ErrorPage) -> Outcome:
    """Fail for each pattern that the answer holds."""
    answer = subject.observation.missing_page
    if answer is None:
        return not_answered(subject, "missing_page")
    wrong = []
    for index, found in enumerate(answer.discloses):
        kind, _, product = found.partition(".")
        if kind in params.forbidden:
            values: Values = {"where": subject.where, "status": answer.status, "product": product}
            path = f"missing_page.discloses.{index}"
            wrong.append(Instance(f"{subject.where} error_page/{found}", f"error_page_{kind}", values, path=path))
    if wrong:
        return failed(wrong)
    if answer.status in UNAVAILABLE:
        return not_assessable("unavailable", where=subject.where, status=answer.status)
    return passed() if answer.complete else not_assessable("error_page_cut_short", where=subject.where)


CHECK = Check(
    id="headers.error_page",
    version=2,
    reads="https",
    params=ErrorPage,
    judge=judge,
    reasons=frozenset(
        {"error_page_cut_short", "unavailable", *(f"error_page_{each}" for each in get_args(Disclosure))}
    ),
    asks=("missing_page",),
    reproduce=asking("-i", path=PATH),
)
