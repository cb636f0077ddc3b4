"""headers.cross_origin: the page keeps itself apart from other origins: COOP, COEP (HTML standard), CORP (Fetch).

COOP and COEP are structured-field items, whose parameters (report-to) change nothing; CORP is one exact word.
What browsers assume without the header does not count as said, even where a policy allows that word.
"""

from typing import Literal

from pydantic import Field

from checks.check import Check, Params, Subject
from checks.headers.fields import token_item
from checks.headers.page import PAGE_REASONS, cut, final_answer, instance
from checks.model.evidence import HttpObservation
from checks.model.finding import Outcome, failed, passed

CrossOriginHeader = Literal[
    "cross-origin-opener-policy", "cross-origin-resource-policy", "cross-origin-embedder-policy"
]
Token = Literal[
    "unsafe-none",
    "same-origin-allow-popups",
    "same-origin",
    "noopener-allow-popups",
    "require-corp",
    "credentialless",
    "same-site",
    "cross-origin",
]
TOKENS: dict[CrossOriginHeader, frozenset[Token]] = {
    "cross-origin-opener-policy": frozenset(
        {"unsafe-none", "same-origin-allow-popups", "same-origin", "noopener-allow-popups"}
    ),
    "cross-origin-resource-policy": frozenset({"same-origin", "same-site", "cross-origin"}),
    "cross-origin-embedder-policy": frozenset({"unsafe-none", "require-corp", "credentialless"}),
}
"""What each header may say."""


class CrossOrigin(Params):
    """One of the three headers, and what it may say."""

    header: CrossOriginHeader
    allowed: tuple[Token, ...] = Field(min_length=1)


def said(header: CrossOriginHeader, fields: tuple[str, ...]) -> str | None:
    """The word of the header, if it is one that browsers know for it."""
    resource = header == "cross-origin-resource-policy"
    word = ", ".join(fields).strip(" \t") if resource else token_item(fields)
    return word if word in TOKENS[header] else None


def judge(subject: Subject[HttpObservation], params: CrossOrigin) -> Outcome:
    """Fail for a header that is absent, that browsers do not understand, or that says what is not allowed."""
    answer = final_answer(subject)
    if isinstance(answer, Outcome):
        return answer
    fields = answer.hop.values(params.header)
    if not fields:
        return failed([instance(subject, answer, "cross_origin_missing", params.header, header=params.header)])
    word, value = said(params.header, fields), cut(", ".join(fields))
    if word in params.allowed:
        return passed()
    reason = "cross_origin_invalid" if word is None else "cross_origin_weak"
    return failed(
        [instance(subject, answer, reason, params.header, header=params.header, value=value, allowed=params.allowed)]
    )


CHECK = Check(
    id="headers.cross_origin",
    version=2,
    reads="https",
    params=CrossOrigin,
    judge=judge,
    reasons=PAGE_REASONS | {"cross_origin_missing", "cross_origin_invalid", "cross_origin_weak"},
)
