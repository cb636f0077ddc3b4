"""tls.certificate_expiring: whether each certificate served stays valid for some days more.

One that has expired already is not applicable here: that is one fault, and tls.certificate_dates reports it.
"""

from datetime import timedelta

from pydantic import Field

from checks.check import Check, Params, Subject
from checks.model.evidence import TlsObservation
from checks.model.finding import Outcome, failed, not_applicable, passed
from checks.tls.certificates import CHAIN_REASONS, ServedChain, judge_chains, needs


class Expiring(Params):
    """How long before the end it is late."""

    days: int = Field(default=30, ge=1, le=3650)
    """A certificate with as many days left, or fewer, fails; counted from the sighting."""


def judge(subject: Subject[TlsObservation], params: Expiring) -> Outcome:
    """Judge every chain served."""

    def judge_one(chain: ServedChain) -> Outcome:
        end = chain.leaf.not_valid_after_utc
        left = end - subject.sighting.finished
        if left < timedelta(0):
            return not_applicable("already_expired")
        if left <= timedelta(days=params.days):
            not_after = end.date().isoformat()
            return failed([chain.fault("certificate_expiring", not_after=not_after, days=left.days)])
        return passed()

    return judge_chains(subject, judge_one)


CHECK = Check(
    id="tls.certificate_expiring",
    version=1,
    reads="tls",
    params=Expiring,
    judge=judge,
    reasons=CHAIN_REASONS | {"already_expired", "certificate_expiring"},
    needs=needs,
)
