"""tls.certificate_revoked: whether the OCSP response that an endpoint staples says that its certificate is revoked.

The response is the authority's word (RFC 6960 section 2.2). Where none is stapled there is nothing to judge here:
nobody is asked beside the endpoint itself.
"""

from checks.check import Check, NoParams, Subject
from checks.model.evidence import TlsObservation
from checks.model.finding import Outcome, failed, not_applicable, not_assessable, passed
from checks.tls.certificates import CHAIN_REASONS, ServedChain, judge_chains, needs
from checks.tls.commands import openssl


def judge(subject: Subject[TlsObservation], params: NoParams) -> Outcome:
    """Judge every chain served."""

    def judge_one(chain: ServedChain) -> Outcome:
        served = subject.observation.certificates[chain.index]
        if served.ocsp_status == "revoked":
            return failed([chain.fault("certificate_revoked")])
        if served.ocsp_status == "good":
            return passed()
        if served.ocsp_status is not None:
            return not_assessable("ocsp_status_unclear", where=chain.where)
        if served.ocsp_staple is False:
            return not_applicable("nothing_stapled")
        return not_assessable("staple_unknown", where=chain.where)

    return judge_chains(subject, judge_one)


CHECK = Check(
    id="tls.certificate_revoked",
    version=1,
    reads="tls",
    params=NoParams,
    judge=judge,
    reasons=CHAIN_REASONS | {"certificate_revoked", "ocsp_status_unclear", "nothing_stapled", "staple_unknown"},
    needs=needs,
    reproduce=openssl("-status"),
)
