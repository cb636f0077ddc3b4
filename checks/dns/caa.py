"""dns.caa: CAA records say which authorities may issue certificates for the name (RFC 8659).

The records are those of the name, or of the nearest name above it that has any (section 3). Without an "issue" record
nothing is restricted (section 4.2). A value without an issuer, and one that does not follow the grammar, let nobody
issue. A critical record of an unknown property lets nobody issue, either (section 4.1), and is no fault here.
"""

import re
from typing import Annotated

from pydantic import Field

from checks.check import Check, Params, Subject
from checks.dns.domain import DomainName
from checks.dns.questions import gap
from checks.model.dns import Caa as Records
from checks.model.evidence import DnsObservation
from checks.model.finding import Instance, Outcome, failed, met_unless

_ISSUER = re.compile(
    r"[ \t]*([A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*)?[ \t]*(?:;.*)?",
    re.DOTALL,
)
"""The issuer's domain name of an issue or issuewild value (section 4.2), parameters left aside."""


class Caa(Params):
    """Whom the records may name."""

    issuers: Annotated[tuple[DomainName, ...], Field()] = ()
    """Domain names of authorities; empty: any."""


def judge(subject: Subject[DnsObservation], params: Caa) -> Outcome:
    """Fail where anybody may issue, and for each issuer that the policy does not name."""
    seen = subject.observation.caa
    if seen is None:
        return gap(subject, "caa")
    if not any(each.tag == "issue" for each in seen.records):
        reason = "caa_without_issue" if seen.records else "caa_missing"
        values = {"name": subject.where, "at": seen.name}
        return failed([Instance(key=f"{subject.where}/CAA", reason=reason, params=values, path="caa")])
    wrong = [
        Instance(
            key=f"{subject.where}/CAA/{issuer}",
            reason="caa_other_issuer",
            params={"name": subject.where, "at": seen.name, "issuer": issuer},
            path=f"caa.records.{index}",
        )
        for issuer, index in sorted(_issuers(seen).items())
        if params.issuers and issuer not in params.issuers
    ]
    return met_unless(wrong)


def _issuers(seen: Records) -> dict[str, int]:
    """Every issuer that may issue, in lower case, with the place of the first record that names it."""
    found: dict[str, int] = {}
    for index, each in enumerate(seen.records):
        named = _ISSUER.fullmatch(each.value) if each.tag in ("issue", "issuewild") else None
        if named and named[1]:
            found.setdefault(named[1].lower(), index)
    return found


CHECK = Check(
    id="dns.caa",
    version=1,
    reads="dns",
    params=Caa,
    judge=judge,
    reasons=frozenset({"caa_missing", "caa_without_issue", "caa_other_issuer"}),
    records=("caa",),
)
