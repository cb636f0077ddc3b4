"""headers.cors: no answer is shared with every site together with the visitor's credentials (Fetch standard, "CORS").

Servers send these headers mostly to requests with an Origin. So one is named that exists nowhere, under "invalid" (RFC
6761 section 6.4): a server that allows it with credentials has repeated what it was sent, and would so for anybody.
What was sent without an Origin is judged too; an answer without these headers says nothing of others, so it is not a
pass. Nor is an error of the server's, on which it may leave them out. Browsers refuse credentials where every origin
is allowed by `*`; who sends both has meant to open the answer.
"""

from checks.check import Check, NoParams, Subject
from checks.headers.body import asking, not_answered
from checks.headers.fields import list_items
from checks.headers.page import PAGE_REASONS, answers, cut, final_answer, host, instance, once
from checks.model.evidence import HttpObservation
from checks.model.finding import Instance, Outcome, failed, not_applicable, not_assessable, passed

ORIGIN = "access-control-allow-origin"
CREDENTIALS = "access-control-allow-credentials"
FOREIGN_ORIGIN = "https://khien.invalid"
"""The origin that is named."""


def judge(subject: Subject[HttpObservation], params: NoParams) -> Outcome:
    """Fail where credentials go together with any origin, with a repeated one, or with "null"."""
    seen, foreign = answers(subject), subject.observation.foreign_origin
    wrong = [
        instance(subject, answer, reason, ORIGIN, value=cut(", ".join(answer.hop.values(ORIGIN))))
        for answer in seen
        if (reason := _fault(answer.hop.values(ORIGIN), answer.hop.values(CREDENTIALS)))
    ]
    if foreign is not None and (reason := _fault(foreign.allowed, foreign.credentials)):
        values = {"where": cut(subject.where), "value": cut(", ".join(foreign.allowed))}
        wrong.append(Instance(f"{subject.where} {ORIGIN}", reason, values, path="foreign_origin"))
    if wrong:
        return failed(once(wrong))
    final = final_answer(subject)
    if isinstance(final, Outcome):
        return final
    if subject.observation.unanswered("foreign_origin"):
        return not_answered(subject, "foreign_origin")
    if foreign is not None and (foreign.status == 429 or foreign.status >= 500):
        return not_assessable("error_status", where=cut(subject.where), status=foreign.status)
    used = any(answer.hop.values(ORIGIN) for answer in seen) or (foreign is not None and foreign.allowed)
    return passed() if used else not_applicable("cors_not_used")


def _fault(origins: tuple[str, ...], credentials: tuple[str, ...]) -> str:
    """The reason code, or nothing. "null" is the origin of sandboxed frames, which any site can make."""
    if "true" not in {each.lower() for each in list_items(credentials)}:
        return ""
    allowed = list_items(origins)
    if "*" in allowed:
        return "cors_any_origin"
    if "null" in allowed:
        return "cors_null_origin"
    return "cors_repeated_origin" if any(host(each).endswith(".invalid") for each in allowed) else ""


CHECK = Check(
    id="headers.cors",
    version=4,
    reads="https",
    params=NoParams,
    judge=judge,
    reasons=PAGE_REASONS | {"cors_any_origin", "cors_null_origin", "cors_repeated_origin", "cors_not_used"},
    asks=("foreign_origin",),
    reproduce=asking("-o", "/dev/null", "-D", "-", "-H", f"Origin: {FOREIGN_ORIGIN}"),
)
