"""tls.server_preference: whether an endpoint chooses among cipher suites by its own order.

The choice is the server's (RFC 5246 section 7.4.1.3, RFC 8446 section 4.1.1). One that follows the client's order lets
an old client pick the weakest suite that both know; where every suite is good, the order does not matter.
"""

from typing import Literal

from pydantic import Field

from checks.check import Check, Params, Subject
from checks.model.evidence import Protocol, TlsObservation
from checks.model.finding import Instance, Outcome, failed, not_applicable, not_assessable, passed
from checks.model.needs import TlsNeeds
from checks.tls.commands import of_order
from checks.tls.universe import EVERY_SUITE

Ordered = Literal["ssl3", "tls1_0", "tls1_1", "tls1_2", "tls1_3"]
"""In SSL 2.0 it is the client that chooses."""


class Preference(Params):
    """Where the order must be the server's."""

    protocols: tuple[Ordered, ...] = Field(min_length=1)
    """Each of these versions, as far as the server has it with two suites or more."""


def judge(subject: Subject[TlsObservation], params: Preference) -> Outcome:
    """Fail for every version in which the client's order decides."""
    seen, versions = subject.observation, tuple(dict.fromkeys(params.protocols))
    told = {version: seen.server_preference.get(version) for version in versions}
    wrong = [_instance(subject, version) for version in versions if told[version] is False]
    if wrong:
        return failed(wrong)
    unknown = tuple(each for each in versions if told[each] is None and _choice(seen, each) is not False)
    if unknown:
        return not_assessable("server_preference_unknown", where=subject.where, protocols=unknown)
    return passed() if True in told.values() else not_applicable("no_choice_of_suites", protocols=versions)


def _choice(seen: TlsObservation, version: Ordered) -> bool | None:
    """Whether a version has two suites to choose from; None: it cannot be told."""
    if seen.protocols.get(version) is False:
        return False
    accepted = set(seen.cipher_suites.get(version, ()))
    if len(accepted) > 1:
        return True
    listed = accepted and not seen.failure(f"cipher_suites.{version}") and not seen.failure("cipher_suites")
    whole = listed or EVERY_SUITE[version] <= accepted.union(seen.refused_suites.get(version, ()))
    return False if whole else None


def _instance(subject: Subject[TlsObservation], version: Ordered) -> Instance:
    return Instance(
        key=f"{subject.where}/{version}/order",
        reason="client_chooses_suite",
        params={"where": subject.where, "protocol": version},
        path=f"server_preference.{version}",
    )


def needs(params: Preference) -> TlsNeeds:
    """The order, and every suite of the versions: without them it is not known whether there is a choice."""
    versions = params.protocols
    suites: dict[Protocol, tuple[str, ...]] = {version: tuple(EVERY_SUITE[version]) for version in versions}
    return TlsNeeds(protocols=versions, suites=suites, server_preference=versions)


CHECK = Check(
    id="tls.server_preference",
    version=1,
    reads="tls",
    params=Preference,
    judge=judge,
    reasons=frozenset({"client_chooses_suite", "server_preference_unknown", "no_choice_of_suites"}),
    needs=needs,
    reproduce=of_order,
)
