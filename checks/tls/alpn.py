"""tls.alpn: which application protocol an endpoint chooses of "h2" and "http/1.1" (RFC 7301).

A client that offers both learns one choice, which is what it will speak: what the server would do if it were offered
less is not judged. Endpoints that begin TLS within another protocol are not asked.
"""

from typing import Literal, Self

from pydantic import model_validator

from checks.check import Check, Params, Subject
from checks.model.evidence import TlsObservation
from checks.model.finding import Instance, Outcome, Value, failed, not_applicable, not_assessable, passed
from checks.model.needs import TlsNeeds
from checks.model.target import TlsTarget
from checks.model.text import TextError
from checks.tls.commands import openssl

Application = Literal["h2", "http/1.1"]
_NOTHING = "-"


class Applications(Params):
    """At least one of both, and no protocol in both."""

    required: tuple[Application, ...] = ()
    """The server must choose one of these."""
    forbidden: tuple[Application, ...] = ()
    """It must choose none of these."""

    @model_validator(mode="after")
    def _demands_something(self) -> Self:
        if not self.required and not self.forbidden:
            raise TextError("ghi required hoặc forbidden", "give required or forbidden")
        if not set(self.required).isdisjoint(self.forbidden):
            raise TextError("một giao thức vừa required vừa forbidden", "a protocol is both required and forbidden")
        return self


def judge(subject: Subject[TlsObservation], params: Applications) -> Outcome:
    """Judge the choice; without one, HTTP/1.1 is spoken, which was not negotiated."""
    if isinstance(subject.target, TlsTarget) and subject.target.starttls is not None:
        return not_applicable("not_http_over_tls")
    chosen = subject.observation.alpn
    if chosen is None and subject.observation.failure("alpn"):
        return not_assessable("alpn_unknown", where=subject.where)
    if chosen in params.forbidden:
        return failed([_instance(subject, "alpn_forbidden", chosen)])
    if params.required and chosen not in params.required:
        wanted = tuple(dict.fromkeys(params.required))
        reason = "alpn_missing" if chosen is None else "alpn_other"
        return failed([_instance(subject, reason, chosen, wanted=wanted)])
    return passed()


def _instance(subject: Subject[TlsObservation], reason: str, chosen: str | None, **more: tuple[str, ...]) -> Instance:
    shown: dict[str, Value] = {"where": subject.where, "chosen": chosen or _NOTHING, **more}
    return Instance(key=f"{subject.where}/alpn", reason=reason, params=shown, path="alpn")


def needs(params: Applications) -> TlsNeeds:
    """The choice."""
    return TlsNeeds(alpn=True)


CHECK = Check(
    id="tls.alpn",
    version=1,
    reads="tls",
    params=Applications,
    judge=judge,
    reasons=frozenset({"not_http_over_tls", "alpn_unknown", "alpn_forbidden", "alpn_missing", "alpn_other"}),
    needs=needs,
    reproduce=openssl("-alpn", "h2,http/1.1"),
)
