"""headers.cors: no answer is shared with every site together with the visitor's credentials (Fetch standard, "CORS").

Judged on what was sent. Servers send these headers mostly to requests with an Origin; an answer without them says
nothing of others, so it is not a pass. An origin under "invalid" exists nowhere (RFC 6761 section 6.4): a server
that allows one has repeated what it was sent.
"""

from checks.check import Check, NoParams, Subject
from checks.headers.fields import list_items
from checks.headers.page import PAGE_REASONS, Answer, answers, cut, final_answer, host, instance, once
from checks.model.evidence import HttpObservation
from checks.model.finding import Instance, Outcome, failed, not_applicable, passed

ORIGIN = "access-control-allow-origin"
CREDENTIALS = "access-control-allow-credentials"


def judge(subject: Subject[HttpObservation], params: NoParams) -> Outcome:
    """Fail where credentials go together with any origin, with a repeated one, or with "null"."""
    wrong = once(each for answer in answers(subject) for each in _faults(subject, answer))
    if wrong:
        return failed(wrong)
    final = final_answer(subject)
    if isinstance(final, Outcome):
        return final
    if not any(answer.hop.values(ORIGIN) for answer in answers(subject)):
        return not_applicable("cors_not_used")
    return passed()


def _faults(subject: Subject[HttpObservation], answer: Answer) -> list[Instance]:
    """At most one. "null" is the origin of sandboxed frames, which any site can make."""
    if "true" not in {each.lower() for each in list_items(answer.hop.values(CREDENTIALS))}:
        return []
    allowed = list_items(answer.hop.values(ORIGIN))
    if "*" in allowed:
        reason = "cors_any_origin"
    elif "null" in allowed:
        reason = "cors_null_origin"
    elif any(host(each).endswith(".invalid") for each in allowed):
        reason = "cors_repeated_origin"
    else:
        return []
    return [instance(subject, answer, reason, ORIGIN, value=cut(", ".join(allowed)))]


CHECK = Check(
    id="headers.cors",
    version=2,
    reads="https",
    params=NoParams,
    judge=judge,
    reasons=PAGE_REASONS | {"cors_any_origin", "cors_null_origin", "cors_repeated_origin", "cors_not_used"},
)
