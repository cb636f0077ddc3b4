"""dns.aaaa: the site can be reached over IPv6: its name has an AAAA record (RFC 3596 section 2.1).

DNS itself is asked, since the hosts file of the scanner's machine may say something else. An address that nobody can
reach from the Internet (loopback, link-local, private: the IANA IPv6 Special-Purpose Address Registry) does not count
unless the policy lets it.
"""

import ipaddress

from checks.check import Check, Params, Subject
from checks.dns.questions import gap
from checks.model.evidence import DnsObservation
from checks.model.finding import Instance, Outcome, Values, failed, not_applicable, passed


class Aaaa(Params):
    """What counts."""

    any_address: bool = False
    """Whether an address that is not global counts, too."""


def judge(subject: Subject[DnsObservation], params: Aaaa) -> Outcome:
    """Fail where the name of the site has no such record."""
    found = subject.observation.aaaa
    if subject.where != subject.asset.host:
        return not_applicable("name_of_endpoint")
    if found is None:
        return gap(subject, "aaaa")
    if params.any_address and found:
        return passed()
    if any(ipaddress.ip_address(each).is_global for each in found):
        return passed()
    reason = "aaaa_not_global" if found else "aaaa_missing"
    values: Values = {"name": subject.where, "addresses": found}
    return failed([Instance(key=f"{subject.where}/AAAA", reason=reason, params=values, path="aaaa")])


CHECK = Check(
    id="dns.aaaa",
    version=1,
    reads="dns",
    params=Aaaa,
    judge=judge,
    reasons=frozenset({"aaaa_missing", "aaaa_not_global", "name_of_endpoint"}),
    records=("aaaa",),
)
