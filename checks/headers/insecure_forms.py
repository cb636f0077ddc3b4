"""headers.insecure_forms: forms of a page over HTTPS do not send what is typed in cleartext.

Mixed Content Level 2 section 4.3 has browsers warn of them: whatever is entered there can be read on the way.
"""

from checks.check import Check, Params, Subject
from checks.headers.body import BODY_REASONS, asking, fault, final_page, judged_whole, upgrades
from checks.headers.page import cut, once, short
from checks.model.evidence import HttpObservation
from checks.model.finding import Outcome


class Forms(Params):
    """What counts."""

    accept_upgrade: bool = True
    """Whether a page is right whose own policy says upgrade-insecure-requests, which covers forms too (Upgrade Insecure
    Requests section 3.2)."""


def judge(subject: Subject[HttpObservation], params: Forms) -> Outcome:
    """Fail for each http URL that a form or one of its buttons sends to."""
    found = final_page(subject)
    if isinstance(found, Outcome):
        return found
    answer, page = found
    upgraded = params.accept_upgrade and upgrades(answer.hop, page)
    wrong = once(
        fault(subject, answer, f"cleartext_forms.{index}", "form_in_cleartext", f"page/form/{short(url)}", url=cut(url))
        for index, url in enumerate(() if upgraded else page.cleartext_forms)
    )
    return judged_whole(answer, page, wrong)


CHECK = Check(
    id="headers.insecure_forms",
    version=1,
    reads="https",
    params=Forms,
    judge=judge,
    reasons=BODY_REASONS | {"form_in_cleartext"},
    reproduce=asking(),
)
