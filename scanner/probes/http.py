"""A URL, the redirects behind it, the page at their end, and what a policy asks of the origin beside it."""

import functools
import ssl
from collections.abc import Mapping, Sequence
from importlib import metadata

from checks.model.evidence import Hop, HttpObservation, ProbeFailure
from checks.model.target import HttpTarget, Target
from scanner.probes.interface import Probe, ProbeError, Seen
from scanner.probes.media import media_type
from scanner.probes.page import read_page
from scanner.probes.questions import ask
from scanner.probes.redact import redact_headers, redact_url
from scanner.probes.urls import BadUrl, parse
from scanner.probes.walk import Step, Walk, Walked


class HttpProbe(Probe):
    """Asks for a URL once, follows its redirects while they stay in scope, and asks the target's other questions."""

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
        try:
            walked = Walk(self.context, url, target.address, self.context.limits.redirects).run()
        except ProbeError as error:
            return Seen(ProbeFailure(error.reason, error.detail), connections=1)
        heard = ask(target.asks, self.context, url, target.address)
        found = HttpObservation(
            hops=_hops(walked),
            end=walked.end,
            failure=walked.failure,
            next_url=walked.next_url,
            trace=heard.trace,
            security_txt=heard.security_txt,
            missing_page=heard.missing_page,
            foreign_origin=heard.foreign_origin,
            failures=tuple(heard.failures),
        )
        return Seen(found, walked.connections + heard.connections)


def _hops(walked: Walked) -> tuple[Hop, ...]:
    """Every step; only the last has a page, and a redirect has none."""
    *others, last = walked.steps
    hops = [_hop(each, with_page=False) for each in others]
    return (*hops, _hop(last, with_page=walked.end == "answered"))


def _hop(step: Step, with_page: bool) -> Hop:
    answer = step.answer
    kind, refresh = media_type(answer.values("content-type")), ", ".join(answer.values("refresh"))
    return Hop(
        url=redact_url(str(step.url)),
        address=step.address,
        status=answer.status,
        headers=redact_headers(answer.headers),
        http_version=answer.http_version,
        tls=answer.tls,
        page=read_page(step.url, kind, answer.body, refresh) if with_page else None,
    )


@functools.cache
def _versions() -> Mapping[str, str]:
    return {"khien-http": metadata.version("khien"), "h11": metadata.version("h11"), "openssl": ssl.OPENSSL_VERSION}
