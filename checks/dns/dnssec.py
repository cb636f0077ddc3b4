"""dns.dnssec: the addresses of the name are signed, and a chain of signatures from the root proves them (RFC 9364).

A pass is the word of a validating resolver, its AD flag (RFC 4035 section 3.2.3). Signatures that are there prove
nothing by themselves: behind a resolver that does not validate there is no pass. That there are none is believed of a
resolver that hands signatures on, as its answer for the root zone shows; of one that does not, nothing follows.
"""

from checks.check import Check, NoParams, Subject
from checks.dns.questions import gap
from checks.model.dns import Dnssec
from checks.model.evidence import DnsObservation
from checks.model.finding import Instance, Outcome, failed, not_assessable, passed


def judge(subject: Subject[DnsObservation], params: NoParams) -> Outcome:
    """Fail where the answer is not signed, where nothing leads to its signatures, or where they are wrong."""
    seen = subject.observation.dnssec
    if seen is None:
        return gap(subject, "dnssec")
    if seen.resolver == "deaf":
        return not_assessable("resolver_without_dnssec")
    if seen.resolver == "validating" and seen.authenticated:
        return passed()
    values = {"name": subject.where, "zone": seen.zone}
    reason = _fault(seen)
    if reason is None:
        return not_assessable("dnssec_not_validated", **values)
    return failed([Instance(key=f"{subject.where}/dnssec", reason=reason, params=values, path="dnssec")])


def _fault(seen: Dnssec) -> str | None:
    """What is wrong, as far as the resolver shows; None: there are signatures, and nobody has checked them."""
    if seen.bogus:
        return "dnssec_bogus"
    if not seen.signed:
        return "dnssec_unsigned"
    if seen.ds is False:
        return "dnssec_no_ds"
    return "dnssec_not_proved" if seen.resolver == "validating" else None


CHECK = Check(
    id="dns.dnssec",
    version=1,
    reads="dns",
    params=NoParams,
    judge=judge,
    reasons=frozenset(
        {
            "dnssec_unsigned",
            "dnssec_no_ds",
            "dnssec_bogus",
            "dnssec_not_proved",
            "dnssec_not_validated",
            "resolver_without_dnssec",
        }
    ),
    records=("dnssec",),
)
