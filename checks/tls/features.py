"""tls.features: what an endpoint must and must not support beside versions and suites.

Compression leaks plaintext (CRIME, CVE-2012-4929); secure renegotiation is RFC 5746, the fallback signal RFC 7507, the
extended master secret RFC 7627; early data can be replayed (RFC 8446 section 8). TLS 1.3 has none of the first four
questions: it dropped compression and renegotiation and binds its keys to the whole handshake.
"""

from typing import Literal, Self

from pydantic import model_validator

from checks.check import Check, Params, Subject
from checks.model.evidence import PROTOCOLS, Protocol, TlsObservation
from checks.model.finding import Instance, Outcome, failed, not_applicable, not_assessable, passed
from checks.model.needs import TlsNeeds
from checks.tls.commands import asking

Feature = Literal[
    "compression",
    "secure_renegotiation",
    "client_renegotiation",
    "fallback_scsv",
    "early_data",
    "extended_master_secret",
]
NAMES: dict[Feature, str] = {
    "compression": "TLS compression",
    "secure_renegotiation": "Secure Renegotiation (RFC 5746)",
    "client_renegotiation": "Client-Initiated Renegotiation",
    "fallback_scsv": "TLS_FALLBACK_SCSV (RFC 7507)",
    "early_data": "Early Data 0-RTT (RFC 8446)",
    "extended_master_secret": "Extended Master Secret (RFC 7627)",
}
"""Names as the field writes them; the same in every language."""


class Features(Params):
    """At least one feature in all, and none in both."""

    required: tuple[Feature, ...] = ()
    forbidden: tuple[Feature, ...] = ()

    @model_validator(mode="after")
    def _demands_something(self) -> Self:
        if not self.required and not self.forbidden:
            raise ValueError("give required or forbidden")
        if not set(self.required).isdisjoint(self.forbidden):
            raise ValueError("a feature is both required and forbidden")
        return self


def judge(subject: Subject[TlsObservation], params: Features) -> Outcome:
    """Fail for every demand not met; a feature that the supported versions do not know is no fault."""
    seen = subject.observation
    wrong: list[Instance] = []
    unknown: list[str] = []
    met = False
    for feature, wanted in (dict.fromkeys(params.required, True) | dict.fromkeys(params.forbidden, False)).items():
        there, sensible = seen.features.get(feature), _sensible(feature, seen)
        if there is True and not wanted:
            wrong.append(_instance(subject, feature, f"{feature}_on"))
        elif sensible is False:
            continue
        elif there is None or (sensible is None and there is not wanted):
            unknown.append(NAMES[feature])
        elif there is not wanted:
            wrong.append(_instance(subject, feature, f"{feature}_missing"))
        else:
            met = True
    if wrong:
        return failed(wrong)
    if unknown:
        return not_assessable("features_unknown", where=subject.where, features=tuple(unknown))
    return passed() if met else not_applicable("features_without_meaning")


def _sensible(feature: Feature, seen: TlsObservation) -> bool | None:
    """Whether a feature means anything for the versions supported; None: which those are is not known."""
    if feature == "early_data":
        return seen.protocols.get("tls1_3")
    if feature == "fallback_scsv":  # there is something to fall back to only with two versions
        least = sum(seen.protocols.get(version) is True for version in _versions(feature))
        most = least + sum(seen.protocols.get(version) is None for version in _versions(feature))
        return True if least >= 2 else False if most < 2 else None
    older = {seen.protocols.get(version) for version in _versions(feature)}
    return True if True in older else None if None in older else False


def _versions(feature: Feature) -> tuple[Protocol, ...]:
    """The versions by which it is known whether a feature means anything."""
    match feature:
        case "early_data":
            return ("tls1_3",)
        case "fallback_scsv":
            return PROTOCOLS
        case _:
            return tuple(version for version in PROTOCOLS if version not in ("ssl2", "tls1_3"))


def needs(params: Features) -> TlsNeeds:
    """The features named, and the versions by which it is known whether they mean anything."""
    named = params.required + params.forbidden
    return TlsNeeds(features=named, protocols=tuple(version for each in named for version in _versions(each)))


def _instance(subject: Subject[TlsObservation], feature: Feature, reason: str) -> Instance:
    return Instance(
        key=f"{subject.where}/{feature}",
        reason=reason,
        params={"where": subject.where},
        path=f"features.{feature}",
    )


CHECK = Check(
    id="tls.features",
    version=1,
    reads="tls",
    params=Features,
    judge=judge,
    reasons=frozenset(
        {f"{each}_{fault}" for each in NAMES for fault in ("on", "missing")}
        | {"features_unknown", "features_without_meaning"}
    ),
    needs=needs,
    reproduce=asking("--compression", "--reneg", "--fallback", "--early_data", "--ems"),
)
