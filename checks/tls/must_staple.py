"""tls.must_staple: whether a certificate that promises a stapled OCSP response comes with one (RFC 7633).

Clients that know the promise refuse such a certificate without a response.
"""

from cryptography import x509

from checks.check import Check, NoParams, Subject
from checks.model.evidence import TlsObservation
from checks.model.finding import Outcome, failed, not_applicable, not_assessable, passed
from checks.tls.certificates import CHAIN_REASONS, ServedChain, judge_chains, needs, read
from checks.tls.commands import openssl

_PROMISE = x509.TLSFeatureType.status_request
_PROMISES = frozenset({_PROMISE, x509.TLSFeatureType.status_request_v2})


def judge(subject: Subject[TlsObservation], params: NoParams) -> Outcome:
    """Judge every chain served."""

    def judge_one(chain: ServedChain) -> Outcome:
        promised = _promised(chain.leaf)
        if not promised:
            return not_applicable("staple_not_promised")
        stapled = subject.observation.certificates[chain.index].ocsp_staple
        if stapled:
            return passed()
        if stapled is None or _PROMISE not in promised:  # nobody offers the extension of the second version
            return not_assessable("staple_unknown", where=chain.where)
        return failed([chain.fault("promised_staple_missing")])

    return judge_chains(subject, judge_one)


def _promised(leaf: x509.Certificate) -> frozenset[x509.TLSFeatureType]:
    """Which of both extensions the certificate promises (RFC 7633 section 4.1)."""
    try:
        return _PROMISES.intersection(read(lambda: leaf.extensions.get_extension_for_class(x509.TLSFeature).value))
    except x509.ExtensionNotFound:
        return frozenset()


CHECK = Check(
    id="tls.must_staple",
    version=2,
    reads="tls",
    params=NoParams,
    judge=judge,
    reasons=CHAIN_REASONS | {"staple_not_promised", "staple_unknown", "promised_staple_missing"},
    needs=needs,
    reproduce=openssl("-status"),
)
