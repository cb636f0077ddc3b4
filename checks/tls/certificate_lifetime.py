"""tls.certificate_lifetime: the longest period for which a certificate may be issued.

Counted in days of 86400 seconds from notBefore to notAfter, a part of a day as a whole one. (The CA/Browser Forum's
Baseline Requirements, section 6.3.2, count one second more; it is left out here, so that the "365 days" of common
tools are 365.)
"""

from datetime import timedelta

from pydantic import Field

from checks.check import Check, Params, Subject
from checks.model.evidence import TlsObservation
from checks.model.finding import Outcome, failed, passed
from checks.tls.certificates import CHAIN_REASONS, ServedChain, judge_chains, needs


class Lifetime(Params):
    """The limit."""

    max_days: int = Field(ge=1)
    """Days; a certificate of exactly as many is allowed."""


def judge(subject: Subject[TlsObservation], params: Lifetime) -> Outcome:
    """Judge every chain served."""

    def judge_one(chain: ServedChain) -> Outcome:
        leaf = chain.leaf
        days = -((leaf.not_valid_before_utc - leaf.not_valid_after_utc) // timedelta(days=1))
        if days > params.max_days:
            return failed([chain.fault("lifetime_too_long", days=days, max_days=params.max_days)])
        return passed()

    return judge_chains(subject, judge_one)


CHECK = Check(
    id="tls.certificate_lifetime",
    version=1,
    reads="tls",
    params=Lifetime,
    judge=judge,
    reasons=CHAIN_REASONS | {"lifetime_too_long"},
    needs=needs,
)
