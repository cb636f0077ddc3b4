"""What is asked of an origin beside a page, where a policy wants to know: one request each, without cookies.

After a question that nothing answered in time the others are not asked: they would wait as long again.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from checks.headers.cors import CREDENTIALS, FOREIGN_ORIGIN
from checks.headers.cors import ORIGIN as ALLOWED
from checks.headers.error_page import PATH as MISSING_PATH
from checks.model.evidence import Failure
from checks.model.pages import ForeignOrigin, MissingPage, Question, SecurityTxt, TraceAnswer
from scanner.probes.disclosures import disclosures
from scanner.probes.exchange import Answer, exchange
from scanner.probes.interface import ProbeContext, ProbeError
from scanner.probes.media import media_type
from scanner.probes.redact import redact_header
from scanner.probes.security_txt import PATH as SECURITY_TXT_PATH
from scanner.probes.security_txt import read_security_txt
from scanner.probes.urls import Url
from scanner.probes.walk import Walk

REDIRECTS = 3
"""Redirects of security.txt that are followed (RFC 9116 section 3 lets it have some)."""
ORDER: tuple[Question, ...] = ("missing_page", "foreign_origin", "security_txt", "trace")
"""TRACE comes last: a firewall may take it for an attack, and answer nothing more."""


@dataclass(slots=True)
class Answers:
    """What was heard."""

    trace: TraceAnswer | None = None
    security_txt: SecurityTxt | None = None
    missing_page: MissingPage | None = None
    foreign_origin: ForeignOrigin | None = None
    failures: list[Failure] = field(default_factory=list)
    connections: int = 0


def ask(questions: Iterable[Question], context: ProbeContext, url: Url, address: str) -> Answers:
    """Ask the origin of a URL at one address. Never raises ProbeError: a question without an answer has a failure."""
    asked, heard = set(questions), Answers()
    late: Failure | None = None
    for question in ORDER:
        if question not in asked:
            continue
        if late is not None:
            heard.failures.append(replace(late, what=question, detail=f"as {late.what} before it"))
            continue
        try:
            _ask(question, heard, context, url, address)
        except ProbeError as error:
            heard.connections += 1
            heard.failures.append(Failure(question, error.reason, error.detail))
            if error.reason in ("timed_out", "deadline"):
                late = heard.failures[-1]
    return heard


def _ask(question: Question, heard: Answers, context: ProbeContext, url: Url, address: str) -> None:
    if question == "trace":
        heard.trace = _traced(url, exchange(url, address, context, "TRACE"))
        heard.connections += 1
    elif question == "missing_page":
        answer = exchange(replace(url, path=MISSING_PATH), address, context)
        told = disclosures(answer.body.content.decode("utf-8", "replace"))
        heard.missing_page = MissingPage(answer.status, told, answer.body.complete)
        heard.connections += 1
    elif question == "foreign_origin":
        heard.foreign_origin = _allowing(exchange(url, address, context, origin=FOREIGN_ORIGIN))
        heard.connections += 1
    else:
        walked = Walk(context, replace(url, path=SECURITY_TXT_PATH), address, REDIRECTS).run()
        heard.connections += walked.connections
        last = walked.steps[-1]
        kind = media_type(last.answer.values("content-type"))
        heard.security_txt = read_security_txt(last.url, last.answer.status, kind, last.answer.body)


def _allowing(answer: Answer) -> ForeignOrigin:
    """What an answer allows the origin that was named."""
    allowed, credentials = (
        tuple(redact_header(name, value) for value in answer.values(name)) for name in (ALLOWED, CREDENTIALS)
    )
    return ForeignOrigin(answer.status, allowed, credentials)


def _traced(url: Url, answer: Answer) -> TraceAnswer:
    """A request that came back begins with its own first line, or has it inside a page."""
    line = f"TRACE {url.path} HTTP/1.".encode("ascii", "replace")
    sent_back = answer.body.content.lstrip()[:6] == b"TRACE " or line in answer.body.content
    return TraceAnswer(answer.status, 200 <= answer.status < 300 and sent_back)
