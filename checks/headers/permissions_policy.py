"""headers.permissions_policy: the page says which browser features it uses (W3C Permissions Policy section 5.2).

Its value is a structured-field dictionary (RFC 9651). The old Feature-Policy header is not one, and does not count.
"""

from checks.check import Check, NoParams, Subject
from checks.headers.fields import dictionary
from checks.headers.page import PAGE_REASONS, cut, final_answer, instance
from checks.model.evidence import HttpObservation
from checks.model.finding import Outcome, failed, passed

HEADER = "permissions-policy"


def judge(subject: Subject[HttpObservation], params: NoParams) -> Outcome:
    """Fail for a header that is absent, that browsers cannot read, or that names no feature."""
    answer = final_answer(subject)
    if isinstance(answer, Outcome):
        return answer
    fields = answer.hop.values(HEADER)
    if not fields:
        old = bool(answer.hop.values("feature-policy"))
        reason = "permissions_policy_deprecated" if old else "permissions_policy_missing"
        return failed([instance(subject, answer, reason, HEADER)])
    if not dictionary(fields):
        return failed([instance(subject, answer, "permissions_policy_invalid", HEADER, value=cut(", ".join(fields)))])
    return passed()


CHECK = Check(
    id="headers.permissions_policy",
    version=2,
    reads="https",
    params=NoParams,
    judge=judge,
    reasons=PAGE_REASONS
    | {"permissions_policy_missing", "permissions_policy_deprecated", "permissions_policy_invalid"},
)
