"""The headers of a URL and of the redirects behind it: each hop asked for by hand, at a pinned address, in scope."""

import functools
import ssl
from collections.abc import Mapping, Sequence
from importlib import metadata
from typing import Literal

from checks.model.evidence import Hop, HttpObservation, ProbeFailure
from checks.model.target import HttpTarget, Target
from scanner.probes.exchange import Answer, exchange
from scanner.probes.interface import Probe, ProbeContext, ProbeError, Seen
from scanner.probes.redact import redact_headers, redact_url
from scanner.probes.urls import BadUrl, Url, parse, resolve

REDIRECTS = frozenset({301, 302, 303, 307, 308})
"""Statuses whose Location is followed (RFC 9110 section 15.4)."""


class HttpProbe(Probe):
    """Asks for a URL once and follows its redirects while they stay in scope."""

    kind = HttpTarget

    def tools(self) -> Mapping[str, str]:
        return _versions()

    def _look(self, batch: Sequence[Target]) -> Mapping[str, Seen]:
        return {target.key: self._one(target) for target in batch if isinstance(target, HttpTarget)}

    def _one(self, target: HttpTarget) -> Seen:
        try:
            url = parse(target.url)
        except BadUrl as error:
            return Seen(ProbeFailure("tool_failed", f"bad URL: {error}"))
        return _Walk(self.context, url, target.address).run()


class _Walk:
    """One URL and its redirects."""

    def __init__(self, context: ProbeContext, url: Url, address: str) -> None:
        self._context = context
        self._url = url
        self._pinned = {url.host: address}
        """Host to address: a host that comes twice is looked at in the same place."""
        self._hops: list[Hop] = []
        self._asked: set[Url] = set()
        self._connections = 0

    def run(self) -> Seen:
        """Every hop in turn; at most one more exchange than the limit of redirects."""
        while True:
            address = self._pinned[self._url.host]
            self._connections += 1
            self._asked.add(self._url)
            try:
                answer = exchange(self._url, address, self._context)
            except ProbeError as error:
                return self._failed(error)
            self._hops.append(_hop(self._url, address, answer))
            end = self._turn(answer, address)
            if end is not None:
                return end

    def _turn(self, answer: Answer, address: str) -> Seen | None:
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
        if target in self._asked or len(self._hops) > self._context.limits.redirects:
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

    def _end(
        self, end: Literal["answered", "left_scope", "too_many_redirects", "bad_redirect"], target: Url | None = None
    ) -> Seen:
        next_url = None if target is None else redact_url(str(target))
        return Seen(HttpObservation(tuple(self._hops), end, next_url=next_url), self._connections)

    def _failed(self, error: ProbeError) -> Seen:
        if not self._hops:
            return Seen(ProbeFailure(error.reason, error.detail), self._connections)
        next_url = redact_url(str(self._url))
        found = HttpObservation(tuple(self._hops), "failed", failure=error.reason, next_url=next_url)
        return Seen(found, self._connections)


def _hop(url: Url, address: str, answer: Answer) -> Hop:
    return Hop(
        url=redact_url(str(url)),
        address=address,
        status=answer.status,
        headers=redact_headers(answer.headers),
        http_version=answer.http_version,
        tls=answer.tls,
    )


@functools.cache
def _versions() -> Mapping[str, str]:
    return {"khien-http": metadata.version("khien"), "h11": metadata.version("h11"), "openssl": ssl.OPENSSL_VERSION}
