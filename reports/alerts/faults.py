"""Alerts about single faults, and what they are known by (pure)."""

from checks.model.alert import Alert, AlertKind
from checks.model.canonical import digest
from checks.model.finding import Finding, Instance
from checks.model.text import Text

MOST = 50
"""Faults of one finding that are told one by one; the report has all of them."""
LENGTH = 200
"""What came from outside is cut to this many characters."""


def fault_alert(kind: AlertKind, finding: Finding, instance: Instance, title: Text | None, run: str) -> Alert:
    """A fault that is critical, or is back. Both have one key: what is told as the one is not told as the other too."""
    return Alert(
        key=fault_key(finding, instance),
        kind=kind,
        severity=finding.severity,
        agency=finding.agency,
        asset=finding.asset,
        control=finding.control,
        title=title,
        run=run,
        params={"instance": instance.key[:LENGTH], "reason": instance.reason},
    )


def fault_key(finding: Finding, instance: Instance) -> str:
    """What a fault is known by from run to run."""
    return f"fault:{finding.asset}:{finding.control}:{short(instance.key)}"


def counts(finding: Finding) -> bool:
    """Whether it fails, no waiver lies over it, and its control counts already."""
    return finding.verdict == "fail" and finding.waiver is None and finding.announced is None


def short(text: str) -> str:
    """A name of bounded length for what came from outside."""
    return digest(text.encode("utf-8", "surrogatepass")).removeprefix("sha256:")[:24]
