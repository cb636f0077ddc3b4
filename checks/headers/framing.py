"""headers.framing: other sites may not show the page in a frame (clickjacking).

The directive frame-ancestors of an enforced Content Security Policy decides where there is one (CSP3 section
6.4.2.2); X-Frame-Options decides otherwise (HTML standard, "The X-Frame-Options header"; RFC 7034 for its history).
"""

from checks.check import Check, NoParams, Subject
from checks.headers.csp_parser import from_anywhere, parse_policies
from checks.headers.fields import list_items
from checks.headers.page import PAGE_REASONS, cut, final_answer, instance
from checks.model.evidence import HttpObservation
from checks.model.finding import Outcome, failed, passed

HEADER = "x-frame-options"


def judge(subject: Subject[HttpObservation], params: NoParams) -> Outcome:
    """Fail where neither header keeps other sites out."""
    answer = final_answer(subject)
    if isinstance(answer, Outcome):
        return answer
    policies = parse_policies(answer.hop.values("content-security-policy"))
    ancestors = [each.directives["frame-ancestors"] for each in policies if "frame-ancestors" in each.directives]
    if ancestors:
        if not all(from_anywhere(each) for each in ancestors):
            return passed()
        value = cut(" ".join(("frame-ancestors", *ancestors[0])))
        return failed([instance(subject, answer, "framing_anywhere", "frame-ancestors", value=value)])
    fields = answer.hop.values(HEADER)
    if not fields:
        return failed([instance(subject, answer, "framing_missing", "frame-ancestors")])
    if frame_option(fields) is None:
        value = cut(", ".join(fields))
        return failed([instance(subject, answer, "framing_invalid", "frame-ancestors", value=value)])
    return passed()


def frame_option(fields: tuple[str, ...]) -> str | None:
    """ "deny" or "sameorigin" of all X-Frame-Options fields; None for anything else.

    ALLOW-FROM is known to no browser of today, and of several different values browsers make different things.
    """
    values = {each.lower() for each in list_items(fields)}
    return values.pop() if len(values) == 1 and values <= {"deny", "sameorigin"} else None


CHECK = Check(
    id="headers.framing",
    version=2,
    reads="https",
    params=NoParams,
    judge=judge,
    reasons=PAGE_REASONS | {"framing_anywhere", "framing_missing", "framing_invalid"},
)
