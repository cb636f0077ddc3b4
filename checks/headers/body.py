"""What rules share that read more than headers: the page behind the final answer, and questions beside it.

Only what stands in the page as it was sent is judged. What scripts add to it later is not seen.
"""

import shlex
from collections.abc import Callable
from dataclasses import replace
from urllib.parse import urlsplit

from checks.check import Subject, usual_command
from checks.headers.csp_parser import parse_meta, parse_policies
from checks.headers.page import PAGE_REASONS, Answer, cut, final_answer, host, instance
from checks.model.asset import port_of
from checks.model.evidence import Hop, HttpObservation
from checks.model.finding import Instance, Outcome, Value, failed, not_applicable, not_assessable, passed
from checks.model.pages import Page, Question
from checks.model.target import HttpTarget, Target

BODY_REASONS = PAGE_REASONS | {"page_not_read", "page_cut_short", "not_a_page"}
"""Reason codes of rules that read a page."""
UNAVAILABLE = frozenset({429, 503})
"""Statuses of a server that does not serve for now (RFC 6585 section 4, RFC 9110 section 15.6.4)."""


def final_page(subject: Subject[HttpObservation]) -> tuple[Answer, Page] | Outcome:
    """The final answer with its page, or why there is none to judge."""
    answer = final_answer(subject)
    if isinstance(answer, Outcome):
        return answer
    page = answer.hop.page
    if page is None:
        return not_assessable("page_not_read", where=cut(answer.hop.url))
    if not page.html:
        return not_applicable("not_a_page", where=cut(answer.hop.url))
    return answer, page


def fault(
    subject: Subject[HttpObservation], answer: Answer, place: str, reason: str, thing: str, **params: Value
) -> Instance:
    """One thing that is wrong with a page, at a place in its facts: "resources.3"."""
    found = instance(subject, answer, reason, thing, **params)
    return replace(found, path=f"{found.path}.page.{place}")


def judged_whole(answer: Answer, page: Page, wrong: list[Instance]) -> Outcome:
    """Fail where there are instances; pass only where the whole page was read."""
    if wrong:
        return failed(wrong)
    return passed() if page.complete else not_assessable("page_cut_short", where=cut(answer.hop.url))


def upgrades(hop: Hop, page: Page) -> bool:
    """Whether a policy of the page turns what it loads and sends in cleartext into HTTPS
    (Upgrade Insecure Requests, W3C)."""
    policies = (*parse_policies(hop.values("content-security-policy")), *parse_meta(page.csp))
    return any("upgrade-insecure-requests" in each.directives for each in policies)


def chain(seen: HttpObservation) -> tuple[str, ...]:
    """Every address that a visitor is sent to in turn, by redirects and by the page at their end, which may send on by
    a Refresh header or meta element; a page that upgrades has browsers stay on HTTPS at its own host."""
    last = seen.hops[-1]
    page, following = last.page, seen.next_url
    if page is not None and page.refresh is not None:
        stays = host(page.refresh) == host(last.url) and upgrades(last, page)
        following = None if stays else page.refresh
    return (*(hop.url for hop in seen.hops), *(() if following is None else (following,)))


def head_unread(seen: HttpObservation) -> bool:
    """Whether the page at the end may hold a refresh or a policy in a part of its head that was not read."""
    page = seen.hops[-1].page
    return page is not None and not page.head


def not_answered(subject: Subject[HttpObservation], question: Question) -> Outcome:
    """Why a question has no answer: it failed, or was not asked in the run."""
    failure = subject.observation.unanswered(question)
    if failure is None:
        return not_assessable("not_asked", detail="")
    return not_assessable(failure.reason, detail=failure.detail)


def asking(*options: str, path: str | None = None) -> Callable[[Target, Instance | None], str]:
    """The command that asks an address for a URL with curl and shows the answer."""

    def command(target: Target, instance: Instance | None = None) -> str:
        if not isinstance(target, HttpTarget):
            return usual_command(target, instance)
        parts = urlsplit(target.url)
        literal = f"[{target.address}]" if ":" in target.address else target.address
        pinned = f"{parts.hostname or ''}:{port_of(target.url)}:{literal}"
        url = target.url if path is None else f"{parts.scheme}://{parts.netloc}{path}"
        return shlex.join(["curl", "-sSk", *options, "--resolve", pinned, url])

    return command
