"""tls.certificate_signature: hash functions with which the certificates served must not be signed.

MD5 and SHA-1 do not resist collisions (RFC 6151, RFC 6194), so that a certificate can be forged. The leaf and every
issuer sent are judged, but for trust anchors and roots that sign themselves: those are trusted for their keys and not
for their signatures.
"""

from typing import Literal

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from pydantic import Field

from checks.check import Check, Params, Subject
from checks.model.canonical import digest
from checks.model.evidence import TlsObservation
from checks.model.finding import Outcome, failed, not_assessable, passed
from checks.tls.certificates import (
    CHAIN_REASONS,
    ServedChain,
    Unreadable,
    certificate,
    judge_chains,
    needs,
    read,
    subject_of,
)

_OLD = {
    "1.2.840.113549.1.1.2": "md2",  # RFC 3279 section 2.2.1
    "1.2.840.113549.1.1.3": "md4",
    "1.3.14.3.2.3": "md5",  # OIW
}
"""Hashes of signature algorithms that the library does not know."""


class Signatures(Params):
    """Hash functions; MD2 and MD4 count as MD5."""

    forbidden: tuple[Literal["md5", "sha1"], ...] = Field(default=("md5", "sha1"), min_length=1)


def judge(subject: Subject[TlsObservation], params: Signatures) -> Outcome:
    """Judge every chain served."""
    return judge_chains(subject, lambda chain: _judge(subject, chain, params))


def _judge(subject: Subject[TlsObservation], chain: ServedChain, params: Signatures) -> Outcome:
    wrong, unknown = [], False
    broken: Unreadable | None = None
    for place, der in enumerate(chain.ders):
        try:
            found = certificate(der)
            if place > 0 and (_self_issued(found) or _is_anchor(subject, der)):
                continue
        except Unreadable as error:  # an issuer that cannot be read hides no other's hash
            broken = error
            continue
        name = _hash(found)
        if name is None:
            unknown = True
        elif (name if name not in ("md2", "md4") else "md5") in params.forbidden:
            parts = () if place == 0 else (f"issuer-{place}",)
            wrong.append(chain.fault("signature_hash_weak", *parts, signed=subject_of(found), hash=name.upper()))
    if wrong:
        return failed(wrong)
    if broken is not None:
        raise broken
    return not_assessable("signature_hash_unknown", where=chain.where) if unknown else passed()


def _is_anchor(subject: Subject[TlsObservation], der: bytes) -> bool:
    """Whether the asset trusts a certificate by itself, be it one that another authority signed (RFC 5280 6.1.1 d)."""
    return der in subject.data.public.anchors or digest(der) in subject.asset.trust_anchors


def _self_issued(found: x509.Certificate) -> bool:
    return read(lambda: found.subject == found.issuer)


def _hash(found: x509.Certificate) -> str | None:
    """The hash of a certificate's signature; None: unknown algorithm.

    "" where the algorithm has none apart, as Ed25519 and Ed448, which hash within the signature (RFC 8410).
    """
    oid = found.signature_algorithm_oid.dotted_string
    if oid in _OLD:
        return _OLD[oid]
    try:
        algorithm = found.signature_hash_algorithm
    except (UnsupportedAlgorithm, ValueError):
        return None
    return algorithm.name if algorithm else ""


CHECK = Check(
    id="tls.certificate_signature",
    version=2,
    reads="tls",
    params=Signatures,
    judge=judge,
    reasons=CHAIN_REASONS | {"signature_hash_weak", "signature_hash_unknown"},
    needs=needs,
)
