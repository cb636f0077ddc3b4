"""tls.served: whether a service speaks TLS at all.

A port that answers in something else fails; so does one that refuses while the same site answers in cleartext. A port
that says nothing proves nothing.
"""

from checks.check import Check, NoParams, Subject
from checks.model.asset import host_of
from checks.model.evidence import PROTOCOLS, HttpObservation, ProbeFailure, TlsObservation
from checks.model.finding import Instance, Outcome, failed, not_assessable, passed
from checks.model.needs import TlsNeeds
from checks.model.target import HttpTarget, TlsTarget


def judge(subject: Subject[TlsObservation], params: NoParams) -> Outcome:
    """Pass where any version is accepted."""
    supported = set(subject.observation.protocols.values())
    if True in supported:
        return passed()
    if supported == {False}:
        return failed([_instance(subject, "no_tls_version")])
    return not_assessable("tls_unknown", where=subject.where)


def judge_failure(subject: Subject[ProbeFailure], params: NoParams) -> Outcome:
    """Fail where the failure itself shows that no TLS is served."""
    failure = subject.observation
    if failure.reason == "not_tls":
        return failed([_instance(subject, "answers_without_tls")])
    if failure.reason == "refused" and _cleartext_answers(subject):
        return failed([_instance(subject, "cleartext_only")])
    return not_assessable(failure.reason, detail=failure.detail)


def _cleartext_answers(subject: Subject[ProbeFailure]) -> bool:
    """Whether the same host answers plain HTTP at the same address."""
    target = subject.target
    if not isinstance(target, TlsTarget) or target.starttls is not None:
        return False
    host = target.server_name or target.address
    for found in subject.others:
        other = found.sighting.target
        if isinstance(other, HttpTarget) and isinstance(found.observation, HttpObservation):
            if (other.scheme, other.address, host_of(other.url)) == ("http", target.address, host):
                return True
    return False


def _instance(subject: Subject[TlsObservation] | Subject[ProbeFailure], reason: str) -> Instance:
    return Instance(key=subject.where, reason=reason, params={"where": subject.where}, path="protocols")


def needs(params: NoParams) -> TlsNeeds:
    """Every version: only then is it known that there is none."""
    return TlsNeeds(protocols=PROTOCOLS)


CHECK = Check(
    id="tls.served",
    version=1,
    reads="tls",
    params=NoParams,
    judge=judge,
    reasons=frozenset({"no_tls_version", "answers_without_tls", "cleartext_only", "tls_unknown"}),
    needs=needs,
    on_failure=judge_failure,
)
