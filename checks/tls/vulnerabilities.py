"""tls.vulnerabilities: faults of implementations that were looked for by name.

Heartbleed is CVE-2014-0160, the injection of ChangeCipherSpec CVE-2014-0224, ROBOT CVE-2017-13099 and its kin.
"""

from typing import Literal

from pydantic import Field

from checks.check import Check, Params, Subject
from checks.model.evidence import TlsObservation
from checks.model.finding import Instance, Outcome, failed, not_assessable, passed
from checks.model.needs import TlsNeeds
from checks.tls.commands import asking

Vulnerability = Literal["heartbleed", "ccs_injection", "robot"]
NAMES: dict[Vulnerability, str] = {
    "heartbleed": "Heartbleed (CVE-2014-0160)",
    "ccs_injection": "CCS Injection (CVE-2014-0224)",
    "robot": "ROBOT (CVE-2017-13099)",
}
"""Names as the field writes them; the same in every language."""


class Vulnerabilities(Params):
    """What must not be there."""

    absent: tuple[Vulnerability, ...] = Field(min_length=1)


def judge(subject: Subject[TlsObservation], params: Vulnerabilities) -> Outcome:
    """Fail for every one that is there."""
    seen, asked = subject.observation.vulnerabilities, dict.fromkeys(params.absent)
    wrong = [_instance(subject, each) for each in asked if seen.get(each) is True]
    if wrong:
        return failed(wrong)
    unknown = tuple(NAMES[each] for each in asked if seen.get(each) is None)
    if unknown:
        return not_assessable("vulnerabilities_unknown", where=subject.where, vulnerabilities=unknown)
    return passed()


def _instance(subject: Subject[TlsObservation], vulnerability: Vulnerability) -> Instance:
    return Instance(
        key=f"{subject.where}/{vulnerability}",
        reason=vulnerability,
        params={"where": subject.where},
        path=f"vulnerabilities.{vulnerability}",
    )


def needs(params: Vulnerabilities) -> TlsNeeds:
    """Those named."""
    return TlsNeeds(vulnerabilities=params.absent)


CHECK = Check(
    id="tls.vulnerabilities",
    version=1,
    reads="tls",
    params=Vulnerabilities,
    judge=judge,
    reasons=frozenset({"heartbleed", "ccs_injection", "robot", "vulnerabilities_unknown"}),
    needs=needs,
    reproduce=asking("--heartbleed", "--openssl_ccs", "--robot"),
)
