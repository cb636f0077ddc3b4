"""dns.domain: the name of the site is one under a domain that the policy names.

Nghị định 224/2026, Điều 11.4 wants the portals of provincial agencies under the domain of their province. A name is
under a domain where its last labels are the domain's (RFC 9499 section 2, "subdomain"). It is read from the
inventory, so that it is judged whether the name resolves or not. A literal address has no name.
"""

from typing import Annotated

from pydantic import Field, StringConstraints

from checks.check import Check, Params, Subject
from checks.model.asset import Asset
from checks.model.evidence import DnsObservation, ProbeFailure
from checks.model.finding import Instance, Outcome, Values, failed, not_applicable, passed
from checks.model.target import is_address

DomainName = Annotated[
    str,
    StringConstraints(
        max_length=253, pattern=r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$"
    ),
]
"""A name in lower case and A-labels, without a full stop at its end."""


class Domain(Params):
    """Which domains."""

    suffixes: tuple[DomainName, ...] = Field(min_length=1)
    """The name is one of them, or stands under one."""


def judge(subject: Subject[DnsObservation] | Subject[ProbeFailure], params: Domain) -> Outcome:
    """As `of_asset`, once: for the name of the site, and not for those of its other endpoints."""
    if subject.where != subject.asset.host:
        return not_applicable("name_of_endpoint")
    return of_asset(subject.asset, params)


def of_asset(asset: Asset, params: Domain) -> Outcome:
    """Fail for a name elsewhere."""
    name = asset.host
    if is_address(name):
        return not_applicable("no_name")
    if any(name == each or name.endswith(f".{each}") for each in params.suffixes):
        return passed()
    values: Values = {"name": name, "suffixes": tuple(sorted(set(params.suffixes)))}
    return failed([Instance(key=name, reason="foreign_domain", params=values)])


CHECK: Check[DnsObservation, Domain] = Check(
    id="dns.domain",
    version=1,
    reads="dns",
    params=Domain,
    judge=judge,
    reasons=frozenset({"foreign_domain", "no_name", "name_of_endpoint"}),
    on_failure=judge,
    without=of_asset,
)
