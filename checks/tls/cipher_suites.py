"""tls.cipher_suites: which cipher suites an endpoint may accept, by name or by what their names say of them.

Absence is proven by a whole list of what is accepted, or by the refusal of every suite that would be a fault.
"""

from functools import lru_cache
from typing import Self

from pydantic import model_validator

from checks.check import Check, Params, Subject
from checks.model.evidence import PROTOCOLS, Protocol, TlsObservation
from checks.model.finding import Instance, Outcome, Values, failed, not_applicable, not_assessable, passed
from checks.model.needs import TlsNeeds
from checks.model.text import TextError
from checks.tls.commands import of_versions
from checks.tls.suites import SUITE_PROPERTIES, SuiteProperty, properties
from checks.tls.universe import EVERY_SUITE


class CipherSuites(Params):
    """At least one of `allowed`, `forbidden` and `forbidden_suites`."""

    allowed: tuple[str, ...] = ()
    """IANA names; every other suite fails. Empty: no such list."""
    forbidden: tuple[SuiteProperty, ...] = ()
    """No accepted suite may have one of them."""
    forbidden_suites: tuple[str, ...] = ()
    """IANA names; none of them may be accepted, even if it is allowed."""
    protocols: tuple[Protocol, ...] = ()
    """Only the suites of these versions are judged. Empty: those of every version."""

    @model_validator(mode="after")
    def _demands_something(self) -> Self:
        if not self.allowed and not self.forbidden and not self.forbidden_suites:
            raise TextError(
                "ghi allowed, forbidden hoặc forbidden_suites", "give allowed, forbidden or forbidden_suites"
            )
        unknown = sorted({*self.allowed, *self.forbidden_suites}.difference(*EVERY_SUITE.values()))
        if unknown:  # a misspelt name would switch the rule off, or fail every server
            raise TextError(f"không có bộ mật mã {unknown[0][:60]!r}", f"no such suite: {unknown[0][:60]!r}")
        return self


def judge(subject: Subject[TlsObservation], params: CipherSuites) -> Outcome:
    """Fail for every suite that is seen and must not be; what was neither seen nor refused may be there."""
    seen, versions = subject.observation, _versions(params)
    wrong: list[Instance] = []
    unknown: list[str] = []
    for version in versions:
        for suite in seen.cipher_suites.get(version, ()):
            try:
                fault = _fault(suite, params)
            except ValueError:
                unknown.append(suite)
            else:
                wrong += [_instance(subject, version, suite, *fault)] if fault else []
    if wrong:
        return failed(wrong)
    unfinished = tuple(version for version in versions if _unfinished(seen, version, params))
    if unfinished:
        return not_assessable("suites_unfinished", where=subject.where, protocols=unfinished)
    if unknown:
        return not_assessable("suites_unknown", where=subject.where, suites=tuple(sorted(set(unknown))[:10]))
    if any(seen.protocols.get(version) for version in versions):
        return passed()
    untold = tuple(version for version in versions if seen.protocols.get(version) is None)
    if untold:
        return not_assessable("suites_unfinished", where=subject.where, protocols=untold)
    return not_applicable("versions_not_supported", protocols=versions)


def _versions(params: CipherSuites) -> tuple[Protocol, ...]:
    """The versions whose suites are judged, oldest first."""
    return tuple(version for version in PROTOCOLS if not params.protocols or version in params.protocols)


def needs(params: CipherSuites) -> TlsNeeds:
    """Every suite that would be a fault; and the versions, since without any of them there is nothing to judge."""
    versions = _versions(params)
    return TlsNeeds(protocols=versions, suites={each: tuple(_faults(each, params)) for each in versions})


@lru_cache(maxsize=256)
def _faults(version: Protocol, params: CipherSuites) -> frozenset[str]:
    """Every suite of a version that must not be accepted; each that is registered has properties."""
    return frozenset(suite for suite in EVERY_SUITE[version] if _fault(suite, params))


def _fault(suite: str, params: CipherSuites) -> tuple[str, Values] | None:
    """The gravest forbidden property of a suite, or what the lists say of it. Raises ValueError: unknown name."""
    if params.forbidden:
        bad = [each for each in SUITE_PROPERTIES if each in params.forbidden and each in properties(suite)]
        if bad:
            return f"suite_{bad[0]}", {"properties": tuple(bad)}
    if suite in params.forbidden_suites:
        return "suite_forbidden", {}
    if params.allowed and suite not in params.allowed:
        return "suite_not_allowed", {}
    return None


def _unfinished(seen: TlsObservation, version: Protocol, params: CipherSuites) -> bool:
    """Whether a suite of the version that was not seen may be accepted and at fault."""
    supported, accepted = seen.protocols.get(version), seen.cipher_suites.get(version)
    if supported is False:
        return False
    whole = (
        supported is True
        and accepted
        and seen.failure(f"cipher_suites.{version}") is None
        and seen.failure("cipher_suites") is None
    )
    return not whole and not _faults(version, params) <= set(seen.refused_suites.get(version, ()))


def _instance(subject: Subject[TlsObservation], version: Protocol, suite: str, reason: str, more: Values) -> Instance:
    return Instance(
        key=f"{subject.where}/{version}/{suite}",
        reason=reason,
        params={"where": subject.where, "protocol": version, "suite": suite, **more},
        path=f"cipher_suites.{version}",
    )


CHECK = Check(
    id="tls.cipher_suites",
    version=2,
    reads="tls",
    params=CipherSuites,
    judge=judge,
    reasons=frozenset(
        {f"suite_{each}" for each in SUITE_PROPERTIES}
        | {"suite_forbidden", "suite_not_allowed", "suites_unfinished", "suites_unknown", "versions_not_supported"}
    ),
    needs=needs,
    reproduce=of_versions,
)
