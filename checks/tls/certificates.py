"""What the certificate rules share: reading DER, naming a chain, and one outcome for all chains of an endpoint.

Everything in a certificate comes from outside: what cannot be read is `Unreadable` and never an exception of the
library, and every text that goes into a finding is cut. A server may have one chain for each kind of key; each is
judged.
"""

import unicodedata
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm

from checks.check import Params, Subject
from checks.model.evidence import TlsObservation
from checks.model.finding import Instance, Outcome, Value, not_assessable
from checks.model.needs import TlsNeeds

T = TypeVar("T")

TEXT_LENGTH = 200
"""Characters of a name from a certificate that go into a finding."""
NAMES_SHOWN = 5
"""Names of a certificate that go into a finding."""

KEY_KINDS = {
    "1.2.840.113549.1.1.1": "rsa",  # RFC 3279 section 2.3.1
    "1.2.840.113549.1.1.10": "rsa",  # RSASSA-PSS, RFC 4055
    "1.2.840.10045.2.1": "ec",  # RFC 5480
    "1.3.101.112": "ed25519",  # RFC 8410
    "1.3.101.113": "ed448",
    "1.2.840.10040.4.1": "dsa",  # RFC 3279 section 2.3.2
}
"""Kinds of key by the object identifier of the subjectPublicKeyInfo."""


class Unreadable(Exception):
    """A certificate, or the part of it that is asked for, cannot be parsed."""


_BROKEN = (
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
"""What the library raises for certificates that break the rules of X.509."""


@lru_cache(maxsize=256)
def certificate(der: bytes) -> x509.Certificate:
    """A certificate of its DER form. Raises Unreadable."""
    return read(lambda: x509.load_der_x509_certificate(der))


def read(part: Callable[[], T]) -> T:
    """A part of a certificate. Raises Unreadable where it is broken or of an unknown kind."""
    try:
        with warnings.catch_warnings():
            # Serial numbers below one and the like are against RFC 5280, harmless here, and in public roots too.
            warnings.simplefilter("ignore")
            return part()
    except _BROKEN as error:
        raise Unreadable(shown(str(error))) from error


def shown(text: str, length: int = TEXT_LENGTH) -> str:
    """A text from a certificate as a finding may hold it: composed (NFC), cut, without control characters.

    What is cut off is cut before anything else, so that a huge text costs nothing.
    """
    cut = unicodedata.normalize("NFC", text[: length + 1])
    clean = "".join(each if each.isprintable() else "\N{REPLACEMENT CHARACTER}" for each in cut)
    return clean if len(clean) <= length else clean[: length - 1] + "…"


def subject_of(found: x509.Certificate) -> str:
    """Whom a certificate names: the common name, or all of the name (RFC 4514) where it has none.

    "?" where the name cannot be read: that must not hide what else is wrong with the certificate.
    """
    return _name(lambda: found.subject, x509.NameOID.COMMON_NAME)


def issuer_of(found: x509.Certificate) -> str:
    """Who issued a certificate: the organisation, or else the common name, or all of the name; "?" as above."""
    return _name(lambda: found.issuer, x509.NameOID.ORGANIZATION_NAME, x509.NameOID.COMMON_NAME)


def _name(part: Callable[[], x509.Name], *wanted: x509.ObjectIdentifier) -> str:
    """The first of the attributes wanted that a name has, or all of it."""
    try:
        name = read(part)
        found = [each for kind in wanted for each in name.get_attributes_for_oid(kind)]
        return shown(str(found[0].value) if found else name.rfc4514_string())
    except Unreadable:
        return "?"


@dataclass(frozen=True, slots=True)
class ServedChain:
    """The certificates that an endpoint sends for one kind of key, with what findings about them share."""

    where: str
    label: str
    """The kind of the leaf's key; a second chain of the same kind is "rsa-2"."""
    index: int
    """Place in the observation's certificates."""
    ders: tuple[bytes, ...]
    """Leaf first; at least one."""

    @property
    def leaf(self) -> x509.Certificate:
        """The server's own certificate. Raises Unreadable."""
        return certificate(self.ders[0])

    def fault(self, reason: str, *parts: str, **params: Value) -> Instance:
        """Something wrong with the chain.

        The key names the kind of key and the fault rather than the certificate: a renewal that brings the same
        fault does not make it young again.
        """
        return Instance(
            key="/".join((self.where, self.label, reason, *parts)),
            reason=reason,
            params={"where": self.where, "key_type": self.label, "subject": subject_of(self.leaf), **params},
            path=f"certificates.{self.index}",
        )


def key_kind(found: x509.Certificate) -> str:
    """The kind of a certificate's key; the dotted identifier of one that is not in KEY_KINDS. Raises Unreadable."""
    oid = read(lambda: found.public_key_algorithm_oid.dotted_string)
    return KEY_KINDS.get(oid, oid)


def judge_chains(subject: Subject[TlsObservation], judge: Callable[[ServedChain], Outcome]) -> Outcome:
    """One outcome for all chains of an endpoint: a fail of one is a fail, a gap at one is never a pass."""
    seen = subject.observation
    outcomes: list[Outcome] = []
    labels: dict[str, int] = {}
    for index, each in enumerate(seen.certificates):
        try:
            kind = key_kind(certificate(each.chain[0]))
            labels[kind] = labels.get(kind, 0) + 1
            label = kind if labels[kind] == 1 else f"{kind}-{labels[kind]}"
            outcomes.append(judge(ServedChain(subject.where, label, index, each.chain)))
        except (Unreadable, IndexError) as error:
            outcomes.append(not_assessable("certificate_unreadable", where=subject.where, error=shown(str(error))))
    if not outcomes:
        return not_assessable("certificate_not_seen", where=subject.where)
    if any(failure.what.split(".")[0] == "certificates" for failure in seen.failures):
        outcomes.append(not_assessable("certificates_unfinished", where=subject.where))
    return combined(outcomes)


def needs(params: Params) -> TlsNeeds:
    """What every certificate rule reads, whatever it demands."""
    return TlsNeeds(certificates=True)


def combined(outcomes: Iterable[Outcome]) -> Outcome:
    """The outcome of several questions about one thing: fail, then not assessable, then pass, then not applicable."""
    found = tuple(outcomes)
    for verdict in ("fail", "not_assessable", "pass", "not_applicable"):
        speaking = [each for each in found if each.verdict == verdict]
        if speaking:
            first = speaking[0]
            instances = tuple(instance for each in speaking for instance in each.instances)
            return Outcome(first.verdict, first.reason, first.params, instances)
    raise ValueError("no outcome to combine")


CHAIN_REASONS = frozenset({"certificate_unreadable", "certificate_not_seen", "certificates_unfinished"})
"""What `judge_chains` itself may say."""
