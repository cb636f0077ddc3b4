"""headers.redirect_to_https: who comes in cleartext is sent to HTTPS at once, and stays there.

The first answer redirects to HTTPS on the same host (only then can that host's HSTS take hold: RFC 6797 section 7.2);
from there the chain may lead anywhere, but never back to cleartext, also where the page at its end sends on by itself
(Refresh). A page in cleartext that does so is content in cleartext all the same. A chain that leaves the scope is
judged as far as it goes; one that was cut short (HTTPS did not answer, a loop) may yet come back, so it is not a pass.
A port that refuses serves nothing in cleartext, which is as good. An error at the address that was asked for (403,
404, 426, 5xx) is neither: that page serves nothing, but it says nothing of others, so it is not assessable. 401 asks
for a password in cleartext, and fails.
"""

from checks.check import Check, NoParams, Subject
from checks.headers.body import chain, head_unread
from checks.headers.page import Answer, cut, cut_short, host, instance, origin
from checks.model.evidence import HttpObservation, PortsObservation, ProbeFailure
from checks.model.finding import Outcome, failed, not_assessable, passed
from checks.model.ports import expand
from checks.model.target import HttpTarget, PortsTarget

REDIRECTS = frozenset({301, 302, 303, 307, 308})
"""Status codes that browsers follow to Location (RFC 9110 section 15.4)."""


def judge(subject: Subject[HttpObservation], params: NoParams) -> Outcome:
    """Fail for content or a wrong redirect in cleartext, and for a chain that comes back to cleartext."""
    seen = subject.observation
    first = Answer(seen.hops[0], 0)
    status, urls = first.hop.status, chain(seen)
    if status not in REDIRECTS:
        if not (200 <= status < 400 or status == 401):
            return not_assessable("cleartext_error", where=cut(first.hop.url), status=status)
        if urls[1:] and urls[1].startswith("https:"):
            return _failed(subject, first, "redirect_by_page", status=status, to=cut(urls[1]))
        return _failed(subject, first, "no_redirect", status=status)
    followed = len(seen.hops) > 1 or seen.next_url is not None
    found = origin(urls[1]) if followed else None
    if found is None:
        return _failed(subject, first, "redirect_invalid", status=status)
    if found[0] != "https":
        return _failed(subject, first, "redirect_not_https", to=cut(urls[1]))
    if found[1] != host(subject.where):
        return _failed(subject, first, "redirect_other_host", to=cut(urls[1]))
    for url in urls[2:]:
        if not url.lower().startswith("https:"):
            return _failed(subject, first, "redirect_back_to_cleartext", to=cut(url))
    if cut_short(seen):
        return not_assessable("no_final_answer", where=cut(seen.hops[-1].url))
    if head_unread(seen):
        return not_assessable("page_cut_short", where=cut(seen.hops[-1].url))
    return passed()


def without_answer(subject: Subject[ProbeFailure], params: NoParams) -> Outcome:
    """Pass only where the port is known to be closed: silence may be a filter that others are not behind."""
    failure = subject.observation
    if failure.reason == "refused" or (failure.reason in ("timed_out", "unreachable") and _found_closed(subject)):
        return passed("cleartext_closed")
    return not_assessable(failure.reason, detail=failure.detail)


def _found_closed(subject: Subject[ProbeFailure]) -> bool:
    """Whether the scan of the same address got a RST from the port."""
    target, place = subject.target, origin(subject.where)
    return place is not None and any(
        isinstance(target, HttpTarget)
        and isinstance(each.sighting.target, PortsTarget)
        and isinstance(each.observation, PortsObservation)
        and each.sighting.target.address == target.address
        and place[2] in expand(each.observation.closed)
        for each in subject.others
    )


def _failed(subject: Subject[HttpObservation], first: Answer, reason: str, **params: str | int) -> Outcome:
    return failed([instance(subject, first, reason, "redirect", **params)])


CHECK = Check(
    id="headers.redirect_to_https",
    version=3,
    reads="http",
    params=NoParams,
    judge=judge,
    on_failure=without_answer,
    reasons=frozenset(
        {
            "no_redirect",
            "redirect_by_page",
            "redirect_invalid",
            "redirect_not_https",
            "redirect_other_host",
            "redirect_back_to_cleartext",
            "cleartext_error",
            "no_final_answer",
            "page_cut_short",
            "cleartext_closed",
        }
    ),
)
