"""tls.post_quantum: whether an endpoint can agree on keys that a quantum computer would not open later.

The groups join ML-KEM (FIPS 203) to an elliptic curve and exist in TLS 1.3 only (draft-ietf-tls-ecdhe-mlkem), so that
an endpoint without TLS 1.3 has none of them. What is recorded today could be opened once such a computer exists.
"""

from typing import Self

from pydantic import Field, model_validator

from checks.check import Check, Params, Subject
from checks.model.evidence import TlsObservation
from checks.model.finding import Instance, Outcome, Value, failed, not_assessable, passed
from checks.model.needs import TlsNeeds
from checks.model.target import Target
from checks.model.text import TextError
from checks.tls.commands import openssl
from checks.tls.universe import EVERY_GROUP

HYBRID = ("X25519MLKEM768", "SecP256r1MLKEM768", "SecP384r1MLKEM1024")
"""IANA names of the groups in which an elliptic curve stands beside ML-KEM."""


class PostQuantum(Params):
    """What would do."""

    any_of: tuple[str, ...] = Field(default=HYBRID, min_length=1)
    """IANA names; one of them is enough."""

    @model_validator(mode="after")
    def _exist(self) -> Self:
        unknown = sorted(set(self.any_of) - EVERY_GROUP)
        if unknown:
            raise TextError(f"không có nhóm {unknown[0][:60]!r}", f"no such group: {unknown[0][:60]!r}")
        return self


def judge(subject: Subject[TlsObservation], params: PostQuantum) -> Outcome:
    """Fail where every one of the groups is known to be refused."""
    seen, wanted = subject.observation, set(params.any_of)
    groups = seen.groups
    if not wanted.isdisjoint(groups.supported or ()):
        return passed()
    whole = groups.supported is not None and not seen.failure("groups")
    if whole or wanted <= set(groups.refused) or seen.protocols.get("tls1_3") is False:
        shown: dict[str, Value] = {"where": subject.where, "groups": tuple(sorted(wanted))}
        return failed(
            [Instance(f"{subject.where}/post_quantum", "post_quantum_missing", shown, path="groups.supported")]
        )
    return not_assessable("post_quantum_unknown", where=subject.where)


def command(target: Target, instance: Instance | None) -> str:
    """Offers the groups and nothing else: OpenSSL 3.5 or later."""
    groups = instance.params["groups"] if instance else None
    return openssl("-tls1_3", "-groups", ":".join(groups if isinstance(groups, tuple) else HYBRID))(target, instance)


def needs(params: PostQuantum) -> TlsNeeds:
    """The groups named, and the version that has them."""
    return TlsNeeds(protocols=("tls1_3",), groups=params.any_of)


CHECK = Check(
    id="tls.post_quantum",
    version=1,
    reads="tls",
    params=PostQuantum,
    judge=judge,
    reasons=frozenset({"post_quantum_missing", "post_quantum_unknown"}),
    needs=needs,
    reproduce=command,
)
