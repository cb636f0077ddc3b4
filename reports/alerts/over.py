"""When what an alert tells of is over (pure). Nothing is over because it could not be looked at."""

from collections.abc import Collection, Mapping

from checks.model.alert import Alert
from reports.alerts.faults import counts, fault_key
from reports.alerts.known import Known


def is_over(alert: Alert, known: Known, raised: Mapping[str, Alert], judged: Collection[str]) -> bool:
    """Whether an alert of the agency that still stands is over.

    `raised` is what there is to tell of the agency now, by key; `judged` are the runs over it since the alert was
    raised, of which it was told what was new.
    """
    if alert.key in raised:
        return False
    if alert.asset and alert.asset not in {each.id for each in known.assets}:
        return True
    match alert.kind:
        case "critical" | "regressed":
            return _fault_is_over(alert, known)
        case "port_opened":
            ports = known.services.get(str(alert.params["address"]))
            return ports is not None and alert.params["port"] not in ports
        case "worsened" | "unassessed":
            return bool(judged)
    return True  # the date has passed, or another step is reached


def _fault_is_over(alert: Alert, known: Known) -> bool:
    judged = known.findings.get((alert.asset, alert.control))
    if judged is None:
        return alert.asset in known.looked_at  # it passes, or its policy has the control no more
    finding = judged.finding
    if finding.verdict == "fail" and not counts(finding):
        return True
    if any(fault_key(finding, each) == alert.key for each in finding.instances):
        return alert.kind == "critical" and finding.severity != "critical"
    return finding.verdict != "not_assessable" and not finding.gaps
