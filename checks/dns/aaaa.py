"""dns.aaaa: the site can be reached over IPv6: its name has an AAAA record (RFC 3596 section 2.1).

DNS itself is asked, since the hosts file of the scanner's machine may say something else. An address that nobody can
reach from the Internet does not count unless the policy lets it: only those of global unicast do, the one block that
IANA hands out (RFC 4291 section 2.4, 2000::/3), without the parts of it that serve another purpose. What Python calls
global differs from version to version, and so would the verdict.
"""

from ipaddress import IPv6Address, IPv6Network

from checks.check import Check, Params, Subject
from checks.dns.questions import gap
from checks.model.evidence import DnsObservation
from checks.model.finding import Instance, Outcome, Values, failed, not_applicable, passed

_UNICAST = IPv6Network("2000::/3")
_OTHER_PURPOSES = tuple(
    map(
        IPv6Network,
        (
            "2001::/23",  # IETF protocol assignments, Teredo among them (RFC 2928)
            "2001:db8::/32",  # documentation (RFC 3849)
            "2002::/16",  # 6to4, whose relays are switched off (RFC 7526)
            "3fff::/20",  # documentation (RFC 9637)
        ),
    )
)


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
    if any(map(_is_global, map(IPv6Address, found))):
        return passed()
    reason = "aaaa_not_global" if found else "aaaa_missing"
    values: Values = {"name": subject.where, "addresses": found}
    return failed([Instance(key=f"{subject.where}/AAAA", reason=reason, params=values, path="aaaa")])


def _is_global(address: IPv6Address) -> bool:
    return address in _UNICAST and not any(address in each for each in _OTHER_PURPOSES)


CHECK = Check(
    id="dns.aaaa",
    version=2,
    reads="dns",
    params=Aaaa,
    judge=judge,
    reasons=frozenset({"aaaa_missing", "aaaa_not_global", "name_of_endpoint"}),
    records=("aaaa",),
)
