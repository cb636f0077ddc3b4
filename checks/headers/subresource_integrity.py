"""headers.subresource_integrity: scripts of other origins are fixed by a hash (Subresource Integrity, W3C).

Otherwise whoever controls the other host, now or later, controls the page.
"""

from typing import Annotated, Literal

from pydantic import Field

from checks.check import Check, Params, Subject
from checks.headers.body import BODY_REASONS, asking, fault, final_page, judged_whole
from checks.headers.page import cut, host, once, origin, short
from checks.model.evidence import HttpObservation
from checks.model.finding import Outcome
from checks.model.pages import Resource

HostName = Annotated[str, Field(pattern=r"^[a-z0-9.-]+$")]


class Integrity(Params):
    """What must have a hash, and from where it need not."""

    kinds: tuple[Literal["script", "style"], ...] = Field(("script",), min_length=1)
    except_hosts: tuple[HostName, ...] = ()
    """Hosts in lower case that are trusted as the site itself is, with everything below them: so-mau.example also
    stands for static.so-mau.example."""


def judge(subject: Subject[HttpObservation], params: Integrity) -> Outcome:
    """Fail for each that has no valid hash, and for each whose hash browsers cannot check: without the crossorigin
    attribute they may not read what comes from elsewhere (section 3.5)."""
    found = final_page(subject)
    if isinstance(found, Outcome):
        return found
    answer, page = found
    own = origin(answer.hop.url)
    foreign = [
        (index, each)
        for index, each in enumerate(page.resources)
        if each.kind in params.kinds and origin(each.url) not in (None, own) and not _trusted(each, params)
    ]
    wrong = once(
        fault(
            subject,
            answer,
            f"resources.{index}",
            "integrity_not_checkable" if each.integrity else "integrity_missing",
            f"page/{each.kind}/{short(each.url)}",
            kind=each.kind,
            url=cut(each.url),
        )
        for index, each in foreign
        if not each.integrity or each.crossorigin is None
    )
    return judged_whole(answer, page, wrong)


def _trusted(resource: Resource, params: Integrity) -> bool:
    name = host(resource.url)
    return any(name == each or name.endswith(f".{each}") for each in params.except_hosts)


CHECK = Check(
    id="headers.subresource_integrity",
    version=1,
    reads="https",
    params=Integrity,
    judge=judge,
    reasons=BODY_REASONS | {"integrity_missing", "integrity_not_checkable"},
    reproduce=asking(),
)
