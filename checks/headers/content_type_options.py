"""headers.content_type_options: browsers must not guess types (Fetch standard, "X-Content-Type-Options header")."""

from checks.check import Check, NoParams, Subject
from checks.headers.fields import list_items
from checks.headers.page import PAGE_REASONS, cut, final_answer, instance
from checks.model.evidence import HttpObservation
from checks.model.finding import Outcome, failed, passed

HEADER = "x-content-type-options"


def judge(subject: Subject[HttpObservation], params: NoParams) -> Outcome:
    """Fail unless the first value is nosniff, in any case."""
    answer = final_answer(subject)
    if isinstance(answer, Outcome):
        return answer
    fields = answer.hop.values(HEADER)
    if not fields:
        return failed([instance(subject, answer, "nosniff_missing", HEADER)])
    if list_items(fields)[0].lower() != "nosniff":
        return failed([instance(subject, answer, "nosniff_invalid", HEADER, value=cut(", ".join(fields)))])
    return passed()


CHECK = Check(
    id="headers.content_type_options",
    version=2,
    reads="https",
    params=NoParams,
    judge=judge,
    reasons=PAGE_REASONS | {"nosniff_missing", "nosniff_invalid"},
)
