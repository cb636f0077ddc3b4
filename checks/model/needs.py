"""What the rules of a policy read of a TLS endpoint, so that a look need not ask for anything else."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated, TypeVar

from pydantic import PlainSerializer, PlainValidator

from checks.model.canonical import STRICT
from checks.model.versions import Protocol
from checks.tls.code_lists import groups_of_text, groups_to_text, suites_of_text, suites_to_text

Suites = Annotated[
    tuple[str, ...],
    PlainSerializer(suites_to_text, return_type=str),
    PlainValidator(suites_of_text, json_schema_input_type=str),
]
"""IANA names; stored as a list of code points, since a policy may name hundreds and a run has thousands of targets."""
SomeGroups = Annotated[
    tuple[str, ...],
    PlainSerializer(groups_to_text, return_type=str),
    PlainValidator(groups_of_text, json_schema_input_type=str),
]
N = TypeVar("N", bound=str)


@lru_cache(maxsize=1024)
def _sorted(names: tuple[N, ...]) -> tuple[N, ...]:
    """Every name once; equal ones are one object, however many targets have them."""
    return tuple(sorted(set(names)))


@dataclass(frozen=True, slots=True)
class TlsNeeds:
    """The questions about one endpoint that a look must answer; nothing in it means that nothing is asked.

    Canonical, whatever order it is made of: every name once and sorted, and no version without suites. A name is
    answered when it is known to be accepted or known to be refused; a version that is known not to be supported
    answers for all of its suites.
    """

    __pydantic_config__ = STRICT

    protocols: tuple[Protocol, ...] = ()
    """Versions of which it must be known whether they are supported."""
    suites: Mapping[Protocol, Suites] = field(default_factory=dict, hash=False)
    """By version: IANA names of the suites of which it must be known whether they are accepted."""
    groups: SomeGroups = ()
    """IANA names of the groups of which it must be known whether they are supported; and with any name, whether there
    is a group at all: one of whatever name is seen, or the list of those supported is known to be empty."""
    dh_bits: bool = False
    """The size of the finite-field modulus behind every suite that is accepted of those that are asked for."""
    server_preference: tuple[Protocol, ...] = ()
    """Versions of which it must be known whether the server follows its own order of suites."""
    certificates: bool = False
    """The chain of every kind of key."""
    vulnerabilities: tuple[str, ...] = ()
    """Names as in `TlsObservation.vulnerabilities`."""
    features: tuple[str, ...] = ()
    """Names as in `TlsObservation.features`."""
    alpn: bool = False
    """Which protocol the server chooses of those that are offered by ALPN."""

    def __post_init__(self) -> None:
        for name in ("protocols", "groups", "server_preference", "vulnerabilities", "features"):
            object.__setattr__(self, name, _sorted(tuple(getattr(self, name))))
        suites = {version: _sorted(tuple(names)) for version, names in sorted(self.suites.items()) if names}
        object.__setattr__(self, "suites", suites)

    def __or__(self, other: "TlsNeeds") -> "TlsNeeds":
        """What either of both asks for."""
        versions = {*self.suites, *other.suites}
        return TlsNeeds(
            protocols=self.protocols + other.protocols,
            suites={each: self.suites.get(each, ()) + other.suites.get(each, ()) for each in versions},
            groups=self.groups + other.groups,
            dh_bits=self.dh_bits or other.dh_bits,
            server_preference=self.server_preference + other.server_preference,
            certificates=self.certificates or other.certificates,
            vulnerabilities=self.vulnerabilities + other.vulnerabilities,
            features=self.features + other.features,
            alpn=self.alpn or other.alpn,
        )
