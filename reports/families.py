"""Which family a rule belongs to, for a reader who wants the whole at a glance (pure).

Families are narrower than the folders of the rules: certificates are another person's work than protocols, and the way
to HTTPS another than the headers of a page.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from checks.model.finding import VERDICTS, Finding, Verdict

Family = Literal["tls", "certificates", "ports", "https", "headers", "pages", "dns"]
FAMILIES: tuple[Family, ...] = get_args(Family)

_BY_RULE: Mapping[str, Family] = {
    "tls.ocsp_stapling": "certificates",
    "tls.must_staple": "certificates",
    "headers.redirect_to_https": "https",
    "headers.stays_on_https": "https",
    "headers.hsts": "https",
    "headers.mixed_content": "pages",
    "headers.subresource_integrity": "pages",
    "headers.insecure_forms": "pages",
    "headers.directory_listing": "pages",
    "headers.trace_method": "pages",
    "headers.security_txt": "pages",
    "headers.error_page": "pages",
}
"""Rules whose family their name does not begin with."""
_BY_PREFIX: Mapping[str, Family] = {
    "tls.certificate_": "certificates",
    "tls.": "tls",
    "ports.": "ports",
    "headers.": "headers",
    "dns.": "dns",
}


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of one family at one asset."""

    verdict: Verdict
    """The one that a reader must see first: a fail before what could not be assessed, that before a pass."""
    count: int
    """Findings with that verdict."""
    grave: bool
    """Whether one of them is critical or high."""


def family_of(check: str) -> Family:
    """The family of a rule by its id. Raises KeyError for an id of no family."""
    if check in _BY_RULE:
        return _BY_RULE[check]
    for prefix, family in _BY_PREFIX.items():
        if check.startswith(prefix):
            return family
    raise KeyError(check)


def tallies(findings: Iterable[Finding]) -> dict[Family, Tally]:
    """What became of each family that has a finding; what is only announced does not count."""
    grouped: dict[Family, list[Finding]] = {}
    for finding in findings:
        if finding.announced is None:
            grouped.setdefault(family_of(finding.check), []).append(finding)
    return {family: _tally(found) for family, found in grouped.items()}


def _tally(found: Iterable[Finding]) -> Tally:
    by_verdict: dict[Verdict, list[Finding]] = {}
    for each in found:
        by_verdict.setdefault(each.verdict, []).append(each)
    verdict = next(each for each in VERDICTS if each in by_verdict)
    chosen = by_verdict[verdict]
    return Tally(verdict, len(chosen), any(each.severity in ("critical", "high") for each in chosen))
