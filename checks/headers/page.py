"""Which answer of a chain of redirects is judged, and how a rule points at it.

Two kinds of rule read it. What a page must carry (a policy, a frame option) is judged on the answer that the
visitor ends at: `final_answer`; a chain that was cut short has none. What no answer may carry (an open cookie, a
product's version) is judged on every answer of the asset's own host and on the final one: `answers`; such a rule
fails on what it saw, and passes only where the final answer could be judged too.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from checks.check import Subject
from checks.model.asset import DEFAULT_PORTS
from checks.model.canonical import digest
from checks.model.evidence import Hop, HttpObservation
from checks.model.finding import Instance, Outcome, Value, not_assessable

LENGTH = 200
"""What a server sent is cut to this many characters before it becomes a parameter."""
NAME_LENGTH = 80
"""Names from a server that stand in an instance's key are cut to this many characters."""

PAGE_REASONS = frozenset({"error_status", "no_final_answer", "final_in_cleartext"})
"""Reason codes that this module gives."""

Origin = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class Answer:
    """One hop that is judged, and its place in the chain."""

    hop: Hop
    index: int


def final_answer(subject: Subject[HttpObservation]) -> Answer | Outcome:
    """The answer at the end of the chain, or why there is none to judge.

    Success, redirects, 401 and 403 are judged. Other errors are not: servers leave out on error pages what they
    send elsewhere (nginx `add_header` without `always`). A chain that was cut short has no final answer: a redirect
    does not speak for the page behind it. Where the chain leaves the scope, the last hop is judged if it is of the
    origin that was asked for (RFC 6454), for that is all the asset answers.
    """
    seen = subject.observation
    last = Answer(seen.hops[-1], len(seen.hops) - 1)
    where = cut(last.hop.url)
    left = seen.end == "left_scope" and origin(last.hop.url) != origin(subject.where)
    if left or cut_short(seen):
        return not_assessable("no_final_answer", where=where)
    if not last.hop.url.lower().startswith("https:"):
        return not_assessable("final_in_cleartext", where=where)
    if not judged(last.hop.status):
        return not_assessable("error_status", where=where, status=last.hop.status)
    return last


def cut_short(seen: HttpObservation) -> bool:
    """Whether the chain went on to a page that could have been read, but was not."""
    return seen.end in ("failed", "too_many_redirects", "bad_redirect")


def answers(subject: Subject[HttpObservation]) -> tuple[Answer, ...]:
    """Every answer of the host that was asked for, and the last one, as far as their status is judged."""
    last, own = len(subject.observation.hops) - 1, host(subject.where)
    return tuple(
        Answer(hop, index)
        for index, hop in enumerate(subject.observation.hops)
        if judged(hop.status) and (index == last or host(hop.url) == own)
    )


def judged(status: int) -> bool:
    """Whether the headers of such an answer speak for the site."""
    return 200 <= status < 400 or status in (401, 403)


def instance(subject: Subject[HttpObservation], answer: Answer, reason: str, thing: str, **params: Value) -> Instance:
    """One thing that is wrong with an answer; its key names the URL asked for and, if another, the host it is at."""
    other = host(answer.hop.url)
    place = subject.where if other == host(subject.where) else f"{subject.where} > {short(other)}"
    return Instance(
        key=f"{place} {thing}",
        reason=reason,
        params={"where": cut(answer.hop.url), **params},
        path=f"hops.{answer.index}",
    )


def once(instances: Iterable[Instance]) -> list[Instance]:
    """The first instance of each key: the same fault at two hops of one host is one fault."""
    found: dict[str, Instance] = {}
    for each in instances:
        found.setdefault(each.key, each)
    return list(found.values())


def origin(url: str) -> Origin | None:
    """Scheme, host and port (RFC 6454 section 4); None where the URL has none."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return None
    if not parts.hostname or parts.scheme not in DEFAULT_PORTS:
        return None
    return parts.scheme, parts.hostname.rstrip("."), DEFAULT_PORTS[parts.scheme] if port is None else port


def host(url: str) -> str:
    """The host of a URL in lower case, without a dot at the end; empty where it has none."""
    found = origin(url)
    return found[1] if found else ""


def cut(value: str) -> str:
    """A value as a parameter: raw, but bounded."""
    return value[:LENGTH]


def short(name: str) -> str:
    """A name as part of a key: bounded, and still its own where it had to be cut."""
    return name if len(name) <= NAME_LENGTH else f"{name[:NAME_LENGTH]}~{digest(name.encode(errors='replace'))[7:15]}"
