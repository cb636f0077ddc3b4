"""tls.groups: which groups an endpoint may use for key exchange, and how large finite-field moduli must be.

Groups are those of the TLS Supported Groups registry (RFC 8422, RFC 7919, RFC 8446 section 4.2.7). Small moduli
can be broken, and shared ones of 1024 bits too (Logjam, CVE-2015-4000).

Absence is proven by a whole list of what is supported, or by the refusal of every group, and every suite over a finite
field, that could be a fault.
"""

import re
from collections.abc import Mapping
from typing import Self

from pydantic import Field, model_validator

from checks.check import Check, Params, Subject
from checks.model.evidence import Groups, Protocol, TlsObservation
from checks.model.finding import Instance, Outcome, failed, not_applicable, not_assessable, passed
from checks.model.needs import TlsNeeds
from checks.model.text import TextError
from checks.tls.commands import of_groups
from checks.tls.universe import EVERY_GROUP, EVERY_SUITE

_BELOW_TLS13: tuple[Protocol, ...] = ("ssl3", "tls1_0", "tls1_1", "tls1_2")
_LEAST_NAMED = 2048
_FINITE_FIELD = re.compile("_DHE?_")
"""In the names of suites whose key exchange is over a finite field; "_ECDHE_" is not."""
_FINITE_FIELD_SUITES: dict[Protocol, frozenset[str]] = {
    version: frozenset(each for each in EVERY_SUITE[version] if _FINITE_FIELD.search(each)) for version in _BELOW_TLS13
}
_NAMED_FIELDS = frozenset(each for each in EVERY_GROUP if each.startswith("ffdhe"))


class GroupDemands(Params):
    """At least one of both."""

    allowed: tuple[str, ...] = ()
    """IANA names; every other group fails. Empty: no such list."""
    min_dh_bits: int | None = Field(default=None, ge=1)
    """The least size of a finite-field Diffie-Hellman modulus, in bits."""

    @model_validator(mode="after")
    def _demands_something(self) -> Self:
        if not self.allowed and self.min_dh_bits is None:
            raise TextError("ghi allowed hoặc min_dh_bits", "give allowed or min_dh_bits")
        unknown = sorted(set(self.allowed) - EVERY_GROUP)
        if unknown:  # a misspelt name would fail every server
            raise TextError(f"không có nhóm {unknown[0][:60]!r}", f"no such group: {unknown[0][:60]!r}")
        return self


def judge(subject: Subject[TlsObservation], params: GroupDemands) -> Outcome:
    """Fail for every group that is not allowed or too small, once, and for every modulus that is too small."""
    seen = subject.observation.groups
    supported = seen.supported or ()
    wrong = {group: _instance(subject, "group_not_allowed", group) for group in supported if _stranger(group, params)}
    sizes = {f"dh{bits}": bits for bits in seen.dh_bits} | _named_sizes(supported)
    if params.min_dh_bits is not None:
        wrong |= {
            name: _instance(subject, "dh_too_small", name, bits=bits, min_bits=params.min_dh_bits)
            for name, bits in sorted(sizes.items())
            if bits < params.min_dh_bits
        }
    if wrong:
        return failed(list(wrong.values()))
    whole = seen.supported is not None and not subject.observation.failure("groups")
    if not whole and _names_open(seen, params, sizes):
        return not_assessable("groups_unknown", where=subject.where)
    if params.min_dh_bits is not None and _modulus_unseen(subject.observation):
        return not_assessable("dh_bits_unknown", where=subject.where)
    return _without_fault(subject, params, whole, bool(sizes))


def _without_fault(subject: Subject[TlsObservation], params: GroupDemands, whole: bool, has_sizes: bool) -> Outcome:
    """Nothing is at fault: whether there was anything to be. `whole`: every group that is supported was seen."""
    if not params.allowed:
        return passed() if has_sizes else not_applicable("no_finite_field_dh")
    if subject.observation.groups.supported or (has_sizes and params.min_dh_bits is not None):
        return passed()
    return not_applicable("no_groups") if whole else not_assessable("groups_unknown", where=subject.where)


def needs(params: GroupDemands) -> TlsNeeds:
    """The groups that decide, and for moduli every suite that has one: a server may use another for each of them."""
    moduli = params.min_dh_bits is not None
    return TlsNeeds(
        groups=tuple(_deciding(params)),
        dh_bits=moduli,
        suites={version: tuple(suites) for version, suites in _FINITE_FIELD_SUITES.items() if moduli},
    )


def _deciding(params: GroupDemands) -> frozenset[str]:
    """Groups whose acceptance is a fault or, where only sizes matter, shows that there is something to judge."""
    if not params.allowed:
        return _NAMED_FIELDS
    small = {each for each, bits in _named_sizes(tuple(_NAMED_FIELDS)).items() if bits < (params.min_dh_bits or 0)}
    return EVERY_GROUP - set(params.allowed) | small


def _names_open(seen: Groups, params: GroupDemands, sizes: Mapping[str, int]) -> bool:
    """Whether groups that were neither seen nor refused may decide: none of RFC 7919 is smaller than 2048 bits."""
    if _deciding(params) <= {*(seen.supported or ()), *seen.refused}:
        return False
    return bool(params.allowed) or (params.min_dh_bits or 0) > _LEAST_NAMED or not sizes


def _stranger(group: str, params: GroupDemands) -> bool:
    return bool(params.allowed) and group not in params.allowed


def _named_sizes(groups: tuple[str, ...]) -> dict[str, int]:
    """Sizes of the finite-field groups of RFC 7919: their names say them."""
    found = ((group, re.fullmatch(r"ffdhe(\d{1,5})", group, re.ASCII)) for group in groups)
    return {group: int(match[1]) for group, match in found if match}


def _modulus_unseen(seen: TlsObservation) -> bool:
    """Whether there is, or as far as we know may be, a modulus at TLS 1.2 or below that was not measured."""
    if seen.failure("groups.dh_bits"):
        return True
    for version in _BELOW_TLS13:
        if seen.protocols.get(version) is False:
            continue
        suites = seen.cipher_suites.get(version, ())
        unfinished = not suites or seen.failure(f"cipher_suites.{version}") or seen.failure("cipher_suites")
        if unfinished and not _FINITE_FIELD_SUITES[version] <= {*suites, *seen.refused_suites.get(version, ())}:
            return True
        if not seen.groups.dh_bits and any(_FINITE_FIELD.search(each) for each in suites):
            return True
    return False


def _instance(subject: Subject[TlsObservation], reason: str, group: str, **more: int) -> Instance:
    return Instance(
        key=f"{subject.where}/{group}",
        reason=reason,
        params={"where": subject.where, "group": group, **more},
        path="groups",
    )


CHECK = Check(
    id="tls.groups",
    version=2,
    reads="tls",
    params=GroupDemands,
    judge=judge,
    reasons=frozenset(
        {
            "group_not_allowed",
            "dh_too_small",
            "groups_unknown",
            "dh_bits_unknown",
            "no_groups",
            "no_finite_field_dh",
        }
    ),
    needs=needs,
    reproduce=of_groups,
)
