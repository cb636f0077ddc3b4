"""tls.protocols: which protocol versions an endpoint must and must not accept.

SSL 2.0 and 3.0 are prohibited by RFC 6176 and RFC 7568, TLS 1.0 and 1.1 are deprecated by RFC 8996 (BCP 195).
"""

from typing import Self

from pydantic import model_validator

from checks.check import Check, Params, Subject
from checks.model.evidence import Protocol, TlsObservation
from checks.model.finding import Instance, Outcome, failed, not_assessable, passed
from checks.model.needs import TlsNeeds
from checks.model.text import TextError
from checks.tls.commands import of_versions


class Protocols(Params):
    """Versions by their names in `checks.model.evidence.PROTOCOLS`: at least one in all, and none in both."""

    required: tuple[Protocol, ...] = ()
    """Each of them must be accepted."""
    forbidden: tuple[Protocol, ...] = ()
    """None of them may be accepted."""

    @model_validator(mode="after")
    def _demands_something(self) -> Self:
        if not self.required and not self.forbidden:
            raise TextError("ghi required hoặc forbidden", "give required or forbidden")
        if not set(self.required).isdisjoint(self.forbidden):
            raise TextError("một phiên bản vừa required vừa forbidden", "a version is both required and forbidden")
        return self


def judge(subject: Subject[TlsObservation], params: Protocols) -> Outcome:
    """Fail for every forbidden version that is accepted and every required one that is not."""
    seen = subject.observation.protocols
    forbidden, required = dict.fromkeys(params.forbidden), dict.fromkeys(params.required)
    wrong = [("forbidden_protocol", each) for each in forbidden if seen.get(each) is True]
    wrong += [("required_protocol", each) for each in required if seen.get(each) is False]
    if wrong:
        return failed([_instance(subject, reason, version) for reason, version in wrong])
    unknown = [each for each in (*forbidden, *required) if seen.get(each) is None]
    if unknown:
        return not_assessable("protocol_unknown", protocols=tuple(unknown))
    return passed()


def _instance(subject: Subject[TlsObservation], reason: str, version: Protocol) -> Instance:
    return Instance(
        key=f"{subject.where}/{version}",
        reason=reason,
        params={"where": subject.where, "protocol": version},
        path=f"protocols.{version}",
    )


def needs(params: Protocols) -> TlsNeeds:
    """The versions named."""
    return TlsNeeds(protocols=params.required + params.forbidden)


CHECK = Check(
    id="tls.protocols",
    version=1,
    reads="tls",
    params=Protocols,
    judge=judge,
    reasons=frozenset({"forbidden_protocol", "required_protocol", "protocol_unknown"}),
    needs=needs,
    reproduce=of_versions,
)
