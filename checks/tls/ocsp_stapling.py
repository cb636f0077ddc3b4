"""tls.ocsp_stapling: whether an endpoint staples an OCSP response to its certificate (RFC 6066 section 8).

Without one, clients ask the authority, which then learns who visits the site, or do not ask at all. A certificate that
names no OCSP responder (RFC 5280 section 4.2.2.1) has nothing to staple: some authorities run none any more.
"""

from cryptography import x509
from cryptography.x509.oid import AuthorityInformationAccessOID

from checks.check import Check, NoParams, Subject
from checks.model.evidence import TlsObservation
from checks.model.finding import Outcome, failed, not_applicable, not_assessable, passed
from checks.tls.certificates import CHAIN_REASONS, ServedChain, judge_chains, needs, read
from checks.tls.commands import openssl


def judge(subject: Subject[TlsObservation], params: NoParams) -> Outcome:
    """Judge every chain served; a response that cannot be used is as good as none."""

    def judge_one(chain: ServedChain) -> Outcome:
        served = subject.observation.certificates[chain.index]
        if served.ocsp_status == "unusable":
            return failed([chain.fault("staple_unusable")])
        if served.ocsp_staple:
            return passed()
        if not _has_responder(chain.leaf):
            return not_applicable("no_ocsp_responder")
        if served.ocsp_staple is None:
            return not_assessable("staple_unknown", where=chain.where)
        return failed([chain.fault("staple_missing")])

    return judge_chains(subject, judge_one)


def _has_responder(leaf: x509.Certificate) -> bool:
    try:
        access = read(lambda: leaf.extensions.get_extension_for_class(x509.AuthorityInformationAccess).value)
    except x509.ExtensionNotFound:
        return False
    return any(each.access_method == AuthorityInformationAccessOID.OCSP for each in access)


CHECK = Check(
    id="tls.ocsp_stapling",
    version=1,
    reads="tls",
    params=NoParams,
    judge=judge,
    reasons=CHAIN_REASONS | {"staple_unusable", "no_ocsp_responder", "staple_unknown", "staple_missing"},
    needs=needs,
    reproduce=openssl("-status"),
)
