"""tls.certificate_dates: whether each certificate served was valid when it was seen (RFC 5280 section 4.1.2.5)."""

from checks.check import Check, NoParams, Subject
from checks.model.evidence import TlsObservation
from checks.model.finding import Outcome, failed, passed
from checks.tls.certificates import CHAIN_REASONS, ServedChain, judge_chains, needs


def judge(subject: Subject[TlsObservation], params: NoParams) -> Outcome:
    """Judge every chain served; both ends of the period belong to it."""

    def judge_one(chain: ServedChain) -> Outcome:
        leaf, at = chain.leaf, subject.sighting.finished
        start, end = leaf.not_valid_before_utc, leaf.not_valid_after_utc
        if at > end:
            return failed([chain.fault("certificate_expired", not_after=end.date().isoformat())])
        if at < start:
            return failed([chain.fault("certificate_not_yet_valid", not_before=start.date().isoformat())])
        return passed()

    return judge_chains(subject, judge_one)


CHECK = Check(
    id="tls.certificate_dates",
    version=1,
    reads="tls",
    params=NoParams,
    judge=judge,
    reasons=CHAIN_REASONS | {"certificate_expired", "certificate_not_yet_valid"},
    needs=needs,
)
