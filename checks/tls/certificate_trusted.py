"""tls.certificate_trusted: whether a path leads from each certificate served to a trust anchor (RFC 5280 section 6).

The path is judged at a moment at which the leaf is valid, so that an expired certificate of a trusted authority is
reported as expired (tls.certificate_dates) and not as untrusted too. An incomplete chain is not trusted by clients that
keep no intermediates, and fails here as well as in tls.certificate_chain, each with its own reason. Purposes (RFC 5280
section 4.2.1.12) are asked of the leaf and of the issuers between it and the anchor, as browsers and OpenSSL do.
"""

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from checks.check import Check, NoParams, Subject
from checks.model.evidence import TlsObservation
from checks.model.finding import Instance, Outcome, Value, failed, not_assessable, passed
from checks.tls.certificates import CHAIN_REASONS, ServedChain, certificate, judge_chains, needs, read, subject_of
from checks.tls.paths import Anchors, PathFault, TrustPath, anchors_of, moment_within, path_of

_REASONS = {
    7: "issuer_signature_invalid",  # certificate signature failure
    18: "self_signed",  # self-signed certificate, and the only one
    19: "root_not_trusted",  # self-signed certificate in certificate chain
    20: "issuer_unknown",  # unable to get local issuer certificate
    79: "issuer_not_authority",  # invalid CA certificate
}
"""By the codes that OpenSSL has for paths which may end at any anchor."""
_ISSUER_DATES = {9: "issuer_not_yet_valid", 10: "issuer_expired"}
_OTHER = "path_invalid"
_WANTING_ANCHORS = frozenset({"issuer_unknown", "root_not_trusted"})
"""Faults that a public trust anchor might heal."""


def judge(subject: Subject[TlsObservation], params: NoParams) -> Outcome:
    """Judge every chain served."""
    anchors = anchors_of(subject.asset, subject.data)
    return judge_chains(subject, lambda chain: _judge(subject, chain, anchors))


def _judge(subject: Subject[TlsObservation], chain: ServedChain, anchors: Anchors) -> Outcome:
    leaf = chain.leaf
    found = path_of(chain.ders, anchors, moment_within(leaf, subject.sighting.finished))
    if isinstance(found, TrustPath):
        return _purpose(chain, found)
    instance = _instance(chain, found)
    if anchors.missing:
        return not_assessable("trust_anchors_missing", where=chain.where, anchors=anchors.missing[:5])
    if instance.reason in _WANTING_ANCHORS and not anchors.has_public:
        return not_assessable("trust_store_empty", where=chain.where)
    return failed([instance])


def _purpose(chain: ServedChain, path: TrustPath) -> Outcome:
    """Whether the leaf is for servers, and each issuer one that may issue for them, as browsers and OpenSSL ask."""
    if not _for_servers(chain.leaf):
        return failed([chain.fault("not_for_servers")])
    other = next((each for each in map(certificate, path.issuers) if not _for_servers(each)), None)
    return passed() if other is None else failed([chain.fault("issuer_not_for_servers", at_fault=subject_of(other))])


def _instance(chain: ServedChain, fault: PathFault) -> Instance:
    reason = _REASONS.get(fault.code, _OTHER)
    if fault.depth > 0:
        reason = _ISSUER_DATES.get(fault.code, reason)
    more: dict[str, Value] = {"code": fault.code, "error": fault.text} if reason == _OTHER else {}
    return chain.fault(reason, at_fault=fault.subject, issuer=fault.issuer, **more)


def _for_servers(found: x509.Certificate) -> bool:
    """Whether the extended key usage permits TLS servers, or does not restrict (RFC 5280 section 4.2.1.12)."""
    try:
        usage = read(lambda: found.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value)
    except x509.ExtensionNotFound:
        return True
    return ExtendedKeyUsageOID.SERVER_AUTH in usage or ExtendedKeyUsageOID.ANY_EXTENDED_KEY_USAGE in usage


CHECK = Check(
    id="tls.certificate_trusted",
    version=2,
    reads="tls",
    params=NoParams,
    judge=judge,
    reasons=CHAIN_REASONS
    | {*_REASONS.values(), *_ISSUER_DATES.values(), _OTHER}
    | {"not_for_servers", "issuer_not_for_servers", "trust_anchors_missing", "trust_store_empty"},
    needs=needs,
)
