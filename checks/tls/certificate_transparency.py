"""tls.certificate_transparency: whether a public certificate proves that it stands in public logs (RFC 6962).

A timestamp comes inside the certificate (section 3.3) or in the handshake; those of different logs are counted, and
their signatures are not verified. A third way, inside a stapled OCSP response, is not part of the evidence. Browsers
ask this of public authorities only, so that certificates of others may lack them.
"""

from collections.abc import Iterable

from cryptography import x509
from pydantic import Field

from checks.check import Check, Params, Subject
from checks.model.evidence import CertificateChain, TlsObservation
from checks.model.finding import Outcome, failed, not_applicable, not_assessable, passed
from checks.tls.certificates import CHAIN_REASONS, ServedChain, judge_chains, needs, read
from checks.tls.paths import Anchors, TrustPath, moment_within, path_of, public_anchors

_LOG_ID = slice(1, 33)
"""Where the digest of a log's key stands in a timestamp, behind the byte of the version (RFC 6962 section 3.2)."""


class Timestamps(Params):
    """How many logs must have promised to show the certificate."""

    min_logs: int = Field(default=2, ge=1, le=10)


def judge(subject: Subject[TlsObservation], params: Timestamps) -> Outcome:
    """Judge every chain served; the path is asked for last, since it costs most."""
    anchors = public_anchors(subject.data)

    def judge_one(chain: ServedChain) -> Outcome:
        served = subject.observation.certificates[chain.index]
        logs = len({*_embedded(chain.leaf), *_sent(served)})
        if logs >= params.min_logs:
            return passed()
        if not anchors.has_public:
            return not_assessable("trust_store_empty", where=chain.where)
        if not _public(subject, chain, anchors):
            return not_applicable("not_publicly_trusted")
        if served.ocsp_staple is not False:
            return not_assessable("timestamps_unknown", where=chain.where)
        return failed([chain.fault("timestamps_missing", logs=logs, min_logs=params.min_logs)])

    return judge_chains(subject, judge_one)


def _public(subject: Subject[TlsObservation], chain: ServedChain, anchors: Anchors) -> bool:
    return isinstance(path_of(chain.ders, anchors, moment_within(chain.leaf, subject.sighting.finished)), TrustPath)


def _embedded(leaf: x509.Certificate) -> Iterable[bytes]:
    """The logs whose timestamps are in the certificate."""
    kind = x509.PrecertificateSignedCertificateTimestamps
    try:
        return read(lambda: [each.log_id for each in leaf.extensions.get_extension_for_class(kind).value])
    except x509.ExtensionNotFound:
        return ()


def _sent(served: CertificateChain) -> Iterable[bytes]:
    """The logs whose timestamps came in the handshake; what is too short to name one is none."""
    return (each[_LOG_ID] for each in served.scts if len(each) > _LOG_ID.stop)


CHECK = Check(
    id="tls.certificate_transparency",
    version=1,
    reads="tls",
    params=Timestamps,
    judge=judge,
    reasons=CHAIN_REASONS | {"trust_store_empty", "not_publicly_trusted", "timestamps_unknown", "timestamps_missing"},
    needs=needs,
)
