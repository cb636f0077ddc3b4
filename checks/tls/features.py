"""tls.features: what an endpoint must and must not support beside versions and suites.

Compression leaks plaintext (CRIME, CVE-2012-4929); secure renegotiation is RFC 5746, the fallback signal RFC 7507, the
extended master secret RFC 7627; early data can be replayed (RFC 8446 section 8). Heartbeat is RFC 6520, the extension
that Heartbleed came with; encrypt-then-MAC (RFC 7366) bears on suites in CBC mode only; tickets (RFC 5077, in TLS 1.3
RFC 8446 section 4.6.1) are as secret as the key that they are sealed with. TLS 1.3 dropped compression and
renegotiation, binds its keys to the whole handshake and has no suite in CBC mode.
"""

from typing import Literal, Self

from pydantic import model_validator

from checks.check import Check, Params, Subject
from checks.model.evidence import PROTOCOLS, Protocol, TlsObservation
from checks.model.finding import Instance, Outcome, failed, not_applicable, not_assessable, passed
from checks.model.needs import TlsNeeds
from checks.model.text import TextError
from checks.tls.commands import of_features
from checks.tls.universe import EVERY_SUITE

Feature = Literal[
    "compression",
    "secure_renegotiation",
    "client_renegotiation",
    "fallback_scsv",
    "early_data",
    "extended_master_secret",
    "encrypt_then_mac",
    "heartbeat",
    "session_tickets",
]
NAMES: dict[Feature, str] = {
    "compression": "TLS compression",
    "secure_renegotiation": "Secure Renegotiation (RFC 5746)",
    "client_renegotiation": "Client-Initiated Renegotiation",
    "fallback_scsv": "TLS_FALLBACK_SCSV (RFC 7507)",
    "early_data": "Early Data 0-RTT (RFC 8446)",
    "extended_master_secret": "Extended Master Secret (RFC 7627)",
    "encrypt_then_mac": "Encrypt-then-MAC (RFC 7366)",
    "heartbeat": "Heartbeat (RFC 6520)",
    "session_tickets": "Session Tickets (RFC 5077)",
}
"""Names as the field writes them; the same in every language."""
_BELOW_TLS13: tuple[Protocol, ...] = ("ssl3", "tls1_0", "tls1_1", "tls1_2")
"""Versions that have the features of old, SSL 2.0 aside."""
_EXTENDED: tuple[Protocol, ...] = ("tls1_0", "tls1_1", "tls1_2")
"""Versions that have extensions (SSL 3.0 has none) and a MAC beside the cipher."""
_CHAINED: dict[Protocol, frozenset[str]] = {
    version: frozenset(each for each in EVERY_SUITE[version] if "_CBC_" in each) for version in _EXTENDED
}
"""Their suites in CBC mode."""


class Features(Params):
    """At least one feature in all, and none in both."""

    required: tuple[Feature, ...] = ()
    forbidden: tuple[Feature, ...] = ()

    @model_validator(mode="after")
    def _demands_something(self) -> Self:
        if not self.required and not self.forbidden:
            raise TextError("ghi required hoặc forbidden", "give required or forbidden")
        if not set(self.required).isdisjoint(self.forbidden):
            raise TextError("một tính năng vừa required vừa forbidden", "a feature is both required and forbidden")
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
    if feature == "fallback_scsv":  # there is something to fall back to only with two versions below TLS 1.3
        least = sum(seen.protocols.get(version) is True for version in _versions(feature))
        most = least + sum(seen.protocols.get(version) is None for version in _versions(feature))
        return True if least >= 2 else False if most < 2 else None
    if feature == "encrypt_then_mac":
        known = {_chained(seen, version) for version in _versions(feature)}
    else:
        known = {seen.protocols.get(version) for version in _versions(feature)}
    return True if True in known else None if None in known else False


def _chained(seen: TlsObservation, version: Protocol) -> bool | None:
    """Whether a suite in CBC mode is accepted in a version; None: it cannot be told."""
    if seen.protocols.get(version) is False:
        return False
    accepted = set(seen.cipher_suites.get(version, ()))
    if not accepted.isdisjoint(_CHAINED[version]):
        return True
    listed = accepted and not seen.failure(f"cipher_suites.{version}") and not seen.failure("cipher_suites")
    return False if listed or _CHAINED[version] <= set(seen.refused_suites.get(version, ())) else None


def _versions(feature: Feature) -> tuple[Protocol, ...]:
    """The versions by which it is known whether a feature means anything."""
    match feature:
        case "early_data":
            return ("tls1_3",)
        case "encrypt_then_mac" | "extended_master_secret":
            return _EXTENDED
        case "session_tickets":
            return tuple(version for version in PROTOCOLS if version != "ssl2")
        case _:  # no fallback either: what protects TLS 1.3 is the server's random value (RFC 8446 section 4.1.3)
            return _BELOW_TLS13


def needs(params: Features) -> TlsNeeds:
    """The features named, and the versions and suites by which it is known whether they mean anything."""
    named = params.required + params.forbidden
    return TlsNeeds(
        features=named,
        protocols=tuple(version for each in named for version in _versions(each)),
        suites={each: tuple(found) for each, found in _CHAINED.items() if "encrypt_then_mac" in named},
    )


def _instance(subject: Subject[TlsObservation], feature: Feature, reason: str) -> Instance:
    return Instance(
        key=f"{subject.where}/{feature}",
        reason=reason,
        params={"where": subject.where},
        path=f"features.{feature}",
    )


CHECK = Check(
    id="tls.features",
    version=2,
    reads="tls",
    params=Features,
    judge=judge,
    reasons=frozenset(
        {f"{each}_{fault}" for each in NAMES for fault in ("on", "missing")}
        | {"features_unknown", "features_without_meaning"}
    ),
    needs=needs,
    reproduce=of_features,
)
