"""A URL and the redirects behind it: each hop asked for by hand, at a pinned address, in scope."""

from dataclasses import dataclass, replace
from typing import Literal

from checks.model.evidence import FailureReason
from scanner.probes.body import Body
from scanner.probes.exchange import Answer, exchange
from scanner.probes.interface import ProbeContext, ProbeError
from scanner.probes.redact import redact_url
from scanner.probes.urls import BadUrl, Url, resolve

REDIRECTS = frozenset({301, 302, 303, 307, 308})
"""Statuses whose Location is followed (RFC 9110 section 15.4)."""

End = Literal["answered", "left_scope", "too_many_redirects", "bad_redirect", "failed"]


@dataclass(frozen=True, slots=True)
class Step:
    """One answer of a walk, and where it came from."""

    url: Url
    address: str
    answer: Answer
    """Of all but the last without its body."""


@dataclass(frozen=True, slots=True)
class Walked:
    """How a walk went."""

    steps: tuple[Step, ...]
    """At least one."""
    end: End
    connections: int
    failure: FailureReason | None = None
    next_url: str | None = None
    """Where the last answer points to, where that was not reached; its query is redacted."""


class Walk:
    """One URL and its redirects while they stay in scope."""

    def __init__(self, context: ProbeContext, url: Url, address: str, redirects: int) -> None:
        self._context = context
        self._url = url
        self._pinned = {url.host: address}
        """Host to address: a host that comes twice is looked at in the same place."""
        self._redirects = redirects
        self._steps: list[Step] = []
        self._asked: set[Url] = set()

    def run(self) -> Walked:
        """Every hop in turn; at most one more exchange than the limit of redirects.

        Raises ProbeError where the first one fails.
        """
        while True:
            address = self._pinned[self._url.host]
            self._asked.add(self._url)
            try:
                answer = exchange(self._url, address, self._context)
            except ProbeError as error:
                if not self._steps:
                    raise
                return self._end("failed", self._url, error.reason)
            self._steps.append(Step(self._url, address, answer))
            end = self._turn(answer, address)
            if end is not None:
                return end
            self._steps[-1] = replace(self._steps[-1], answer=replace(answer, body=Body()))

    def _turn(self, answer: Answer, address: str) -> Walked | None:
        """Set the next URL, or say how the walk ends."""
        locations = set(answer.values("location"))
        if answer.status not in REDIRECTS or not locations:
            return self._end("answered")
        if len(locations) > 1:
            return self._end("bad_redirect")
        try:
            target = resolve(self._url, locations.pop())
        except BadUrl:
            return self._end("bad_redirect")
        self._url = target
        if not self._pin(target.host, address):
            return self._end("left_scope", target)
        # No cookie is sent, so a URL that comes again would be answered as before.
        if target in self._asked or len(self._steps) > self._redirects:
            return self._end("too_many_redirects", target)
        return None

    def _pin(self, host: str, address: str) -> bool:
        """Find the one address of a host that is asked, in scope, the one just asked if it may be; False for none."""
        scope = self._context.scope
        if host not in self._pinned:
            allowed = [each for each in scope.addresses(host) if scope.allows(each)]
            if not allowed:
                return False
            self._pinned[host] = address if address in allowed else allowed[0]
        return scope.allows(self._pinned[host])

    def _end(self, end: End, target: Url | None = None, failure: FailureReason | None = None) -> Walked:
        # A hop that failed was connected to as well.
        connections = len(self._steps) + (end == "failed")
        next_url = None if target is None else redact_url(str(target))
        return Walked(tuple(self._steps), end, connections, failure, next_url)
