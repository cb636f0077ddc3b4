"""headers.referrer_policy: how much of an address goes to other sites (W3C Referrer Policy section 8.1)."""

from collections.abc import Iterable
from typing import Literal, get_args

from pydantic import Field

from checks.check import Check, Params, Subject
from checks.headers.page import PAGE_REASONS, cut, final_answer, instance
from checks.model.evidence import HttpObservation
from checks.model.finding import Outcome, failed, passed

HEADER = "referrer-policy"

Token = Literal[
    "no-referrer",
    "no-referrer-when-downgrade",
    "same-origin",
    "origin",
    "strict-origin",
    "origin-when-cross-origin",
    "strict-origin-when-cross-origin",
    "unsafe-url",
]
_KNOWN = frozenset(get_args(Token))


class ReferrerPolicy(Params):
    """What may be in force."""

    allowed: tuple[Token, ...] = Field(min_length=1)


def effective(fields: Iterable[str]) -> str | None:
    """The policy in force: the last known token of all fields together; None where there is none."""
    tokens = (token.strip(" \t").lower() for field in fields for token in field.split(","))
    return next((token for token in reversed(tuple(tokens)) if token in _KNOWN), None)


def judge(subject: Subject[HttpObservation], params: ReferrerPolicy) -> Outcome:
    """Fail where no policy is in force by a header, or one that is not allowed."""
    answer = final_answer(subject)
    if isinstance(answer, Outcome):
        return answer
    fields = answer.hop.values(HEADER)
    if not fields:
        return failed([instance(subject, answer, "referrer_policy_missing", HEADER)])
    policy, value = effective(fields), cut(", ".join(fields))
    if policy is None:
        return failed([instance(subject, answer, "referrer_policy_invalid", HEADER, value=value)])
    if policy not in params.allowed:
        return failed(
            [instance(subject, answer, "referrer_policy_weak", HEADER, policy=policy, allowed=params.allowed)]
        )
    return passed()


CHECK = Check(
    id="headers.referrer_policy",
    version=2,
    reads="https",
    params=ReferrerPolicy,
    judge=judge,
    reasons=PAGE_REASONS | {"referrer_policy_missing", "referrer_policy_invalid", "referrer_policy_weak"},
)
