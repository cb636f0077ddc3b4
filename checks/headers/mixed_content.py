"""headers.mixed_content: a page over HTTPS loads nothing in cleartext (Mixed Content Level 2, W3C).

Whoever is on the way changes what comes in cleartext: a script of that kind takes over the whole page.
"""

from typing import Literal

from pydantic import Field

from checks.check import Check, Params, Subject
from checks.headers.body import BODY_REASONS, asking, fault, final_page, judged_whole, upgrades
from checks.headers.page import cut, once, short
from checks.model.evidence import HttpObservation
from checks.model.finding import Outcome, passed


class MixedContent(Params):
    """What counts."""

    kinds: tuple[Literal["blockable", "upgradeable"], ...] = Field(("blockable", "upgradeable"), min_length=1)
    """blockable: scripts, styles, frames, fonts, which browsers refuse, so that the page is broken as well as unsafe.
    upgradeable: images, audio and video, which newer browsers ask for over HTTPS and older ones show."""
    accept_upgrade: bool = True
    """Whether a page is right whose own policy says upgrade-insecure-requests: every browser then asks over HTTPS."""


def judge(subject: Subject[HttpObservation], params: MixedContent) -> Outcome:
    """Fail for each thing that the page loads from an http URL."""
    found = final_page(subject)
    if isinstance(found, Outcome):
        return found
    answer, page = found
    cleartext = [
        (index, each)
        for index, each in enumerate(page.resources)
        if each.url.startswith("http:") and ("upgradeable" if each.upgradeable else "blockable") in params.kinds
    ]
    if params.accept_upgrade and upgrades(answer.hop, page):
        if cleartext and page.complete:
            return passed("mixed_upgraded", where=cut(answer.hop.url))
        cleartext = []
    wrong = once(
        fault(
            subject,
            answer,
            f"resources.{index}",
            "mixed_upgradeable" if each.upgradeable else "mixed_blockable",
            f"page/{each.kind}/{short(each.url)}",
            kind=each.kind,
            url=cut(each.url),
        )
        for index, each in cleartext
    )
    return judged_whole(answer, page, wrong)


CHECK = Check(
    id="headers.mixed_content",
    version=1,
    reads="https",
    params=MixedContent,
    judge=judge,
    reasons=BODY_REASONS | {"mixed_blockable", "mixed_upgradeable", "mixed_upgraded"},
    reproduce=asking(),
)
