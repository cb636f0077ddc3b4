"""headers.stays_on_https: who comes over HTTPS is not sent back to cleartext (RFC 6797 section 2.3.1.2).

The address is asked for over HTTPS; no redirect behind it may name anything else, not even for one hop, for whoever
sits on the path can answer that hop. The same goes for a page that sends on by itself, by a Refresh header or meta
element (HTML standard, "shared declarative refresh steps"). `headers.redirect_to_https` says the same of a visit that
begins in cleartext. A chain that leaves the scope is judged as far as it goes, the address that it leaves for
included; one that was cut short may yet come to cleartext, so it is not a pass.
"""

from checks.check import Check, NoParams, Subject
from checks.headers.body import chain, head_unread
from checks.headers.page import Answer, cut, cut_short, instance
from checks.model.evidence import HttpObservation
from checks.model.finding import Outcome, failed, not_assessable, passed


def judge(subject: Subject[HttpObservation], params: NoParams) -> Outcome:
    """Fail for the first redirect to an address that is not HTTPS."""
    seen = subject.observation
    for index, url in enumerate(chain(seen)[1:]):
        if not url.lower().startswith("https:"):
            sender = Answer(seen.hops[index], index)
            return failed([instance(subject, sender, "https_to_cleartext", "redirect", to=cut(url))])
    if cut_short(seen):
        return not_assessable("no_final_answer", where=cut(seen.hops[-1].url))
    if head_unread(seen):
        return not_assessable("page_cut_short", where=cut(seen.hops[-1].url))
    return passed()


CHECK = Check(
    id="headers.stays_on_https",
    version=2,
    reads="https",
    params=NoParams,
    judge=judge,
    reasons=frozenset({"https_to_cleartext", "no_final_answer", "page_cut_short"}),
)
