"""headers.referrer_policy: how much of an address goes to other sites (W3C Referrer Policy section 8.1).

A meta element of the page sets the policy in place of the header (HTML section 4.2.5.1), for better or worse; so where
the page's head was not read to its end, the policy in force is not known.
"""

from collections.abc import Iterable
from typing import get_args

from pydantic import Field

from checks.check import Check, Params, Subject
from checks.headers.body import BODY_REASONS, fault
from checks.headers.page import cut, final_answer, instance
from checks.model.evidence import HttpObservation
from checks.model.finding import Outcome, failed, not_assessable, passed
from checks.model.pages import ReferrerWord

HEADER = "referrer-policy"

_KNOWN = frozenset(get_args(ReferrerWord))


class ReferrerPolicy(Params):
    """What may be in force."""

    allowed: tuple[ReferrerWord, ...] = Field(min_length=1)


def effective(fields: Iterable[str]) -> str | None:
    """The policy in force: the last known token of all fields together; None where there is none."""
    tokens = (token.strip(" \t").lower() for field in fields for token in field.split(","))
    return next((token for token in reversed(tuple(tokens)) if token in _KNOWN), None)


def judge(subject: Subject[HttpObservation], params: ReferrerPolicy) -> Outcome:
    """Fail where no policy is in force, or one that is not allowed."""
    answer = final_answer(subject)
    if isinstance(answer, Outcome):
        return answer
    page = answer.hop.page
    if page is not None and not page.head:
        return not_assessable("page_cut_short", where=cut(answer.hop.url))
    if page is not None and page.referrer is not None:
        if page.referrer in params.allowed:
            return passed()
        values = {"policy": page.referrer, "allowed": params.allowed}
        return failed([fault(subject, answer, "referrer", "referrer_policy_weak_in_page", HEADER, **values)])
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
    version=3,
    reads="https",
    params=ReferrerPolicy,
    judge=judge,
    reasons=BODY_REASONS
    | {
        "referrer_policy_missing",
        "referrer_policy_invalid",
        "referrer_policy_weak",
        "referrer_policy_weak_in_page",
    },
)
