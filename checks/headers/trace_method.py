"""headers.trace_method: the server does not answer TRACE (RFC 9110 section 9.3.8).

TRACE sends the request back, with what the browser or a proxy on the way has put into it: cookies and passwords that
scripts must not read (cross-site tracing, OWASP WSTG-CONF-06).
"""

from checks.check import Check, Params, Subject
from checks.headers.body import UNAVAILABLE, asking, not_answered
from checks.model.evidence import HttpObservation
from checks.model.finding import Instance, Outcome, Values, failed, not_assessable, passed


class Trace(Params):
    """What counts as an answer."""

    refused: bool = False
    """Whether the method must be refused by its status. Otherwise a server may take TRACE for GET, as some do, as long
    as it does not send the request back."""


def judge(subject: Subject[HttpObservation], params: Trace) -> Outcome:
    """Fail where the request came back, or where it succeeded and must not."""
    answer = subject.observation.trace
    if answer is None:
        return not_answered(subject, "trace")
    if answer.status in UNAVAILABLE:
        return not_assessable("unavailable", where=subject.where, status=answer.status)
    accepted = 200 <= answer.status < 300
    if not answer.reflected and not (accepted and params.refused):
        return passed()
    reason = "trace_reflects" if answer.reflected else "trace_accepted"
    values: Values = {"where": subject.where, "status": answer.status}
    return failed([Instance(f"{subject.where} trace", reason, values, path="trace")])


CHECK = Check(
    id="headers.trace_method",
    version=2,
    reads="https",
    params=Trace,
    judge=judge,
    reasons=frozenset({"trace_reflects", "trace_accepted", "unavailable"}),
    asks=("trace",),
    reproduce=asking("-i", "-X", "TRACE"),
)
