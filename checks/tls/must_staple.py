"""tls.must_staple: whether a certificate that promises a stapled OCSP response comes with one (RFC 7633).

Clients that know the promise refuse such a certificate without a response.
"""

from cryptography import x509

from checks.check import Check, NoParams, Subject
from checks.model.evidence import TlsObservation
from checks.model.finding import Outcome, failed, not_applicable, not_assessable, passed
from checks.tls.certificates import CHAIN_REASONS, ServedChain, judge_chains, needs, read
from checks.tls.commands import openssl

_PROMISES = frozenset({x509.TLSFeatureType.status_request, x509.TLSFeatureType.status_request_v2})


def judge(subject: Subject[TlsObservation], params: NoParams) -> Outcome:
    """Judge every chain served."""

    def judge_one(chain: ServedChain) -> Outcome:
        if not _promised(chain.leaf):
            return not_applicable("staple_not_promised")
        stapled = subject.observation.certificates[chain.index].ocsp_staple
        if stapled is None:
            return not_assessable("staple_unknown", where=chain.where)
        return passed() if stapled else failed([chain.fault("promised_staple_missing")])

    return judge_chains(subject, judge_one)


def _promised(leaf: x509.Certificate) -> bool:
    """Whether the certificate asks for the extension status_request (RFC 7633 section 4.1)."""
    try:
        return not _PROMISES.isdisjoint(read(lambda: leaf.extensions.get_extension_for_class(x509.TLSFeature).value))
    except x509.ExtensionNotFound:
        return False


CHECK = Check(
    id="tls.must_staple",
    version=1,
    reads="tls",
    params=NoParams,
    judge=judge,
    reasons=CHAIN_REASONS | {"staple_not_promised", "staple_unknown", "promised_staple_missing"},
    needs=needs,
    reproduce=openssl("-status"),
)
