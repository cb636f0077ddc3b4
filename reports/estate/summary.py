"""One agency's report in, what the report on the estate keeps of it out (pure)."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from sys import intern

from checks.model.canonical import digest, dump
from checks.model.finding import VERDICTS, Finding
from checks.model.policy import SEVERITIES, Control, Policy
from reports.causes import CauseKind, names_of
from reports.certificates import seen_certificates
from reports.estate.model import AgencySummary, ControlName, ControlTally, FaultGroup, Overdue, PolicyName
from reports.grouping import overdue, problems
from reports.messages.figures import local_date
from reports.model import AgencyReport
from reports.services import newly_opened, open_services


class ControlNames:
    """The names of the controls of policies, made once for all agencies that are judged by the same one."""

    def __init__(self) -> None:
        self._known: dict[str, tuple[Policy, dict[str, ControlName]]] = {}

    def of(self, policy: Policy) -> Mapping[str, ControlName]:
        """Those of a policy, by id."""
        known = self._known.get(policy.id)
        if known is None or known[0] is not policy:
            known = policy, {each.id: _control_name(each, policy.id) for each in policy.controls}
            self._known[policy.id] = known
        return known[1]


def summaries(reports: Iterable[AgencyReport]) -> Iterator[AgencySummary]:
    """What is kept of each report; every report is let go of before the next is asked for."""
    names = ControlNames()
    return (summarise(each, names) for each in reports)


def summarise(report: AgencyReport, names: ControlNames) -> AgencySummary:
    """What is kept of an agency's report; nothing in it refers to the report's evidence, findings or policies."""
    findings = tuple(each for asset in report.assets for each in asset.findings if each.announced is None)
    assets = tuple(each.asset for each in report.assets)
    return AgencySummary(
        agency=report.agency,
        policy=policy_name(report.policy, report.policy_digest),
        score=report.score,
        assets=len(report.assets),
        history=report.history,
        controls=tuple(_tallies(report, names)),
        faults=tuple(_faults(report, names)),
        overdue=_overdue(findings, report),
        unassessed=dict(Counter(each.reason for each in findings if each.verdict == "not_assessable")),
        certificates=seen_certificates(assets, report.evidence),
        services=open_services(assets, report.evidence),
        opened=newly_opened(findings),
        exclusions=report.exclusions,
        changes=dict(Counter(each.kind for each in report.changes)),
    )


def policy_name(policy: Policy, policy_digest: str) -> PolicyName:
    """A policy by what identifies it."""
    return PolicyName(policy.id, policy.version, policy_digest, policy.title, policy.lineage, policy.legal_basis)


def _control_name(control: Control, policy: str) -> ControlName:
    return ControlName(control.id, digest(dump(control)), policy, control.title, control.severity, control.basis)


def _tallies(report: AgencyReport, names: ControlNames) -> Iterator[ControlTally]:
    """Each control that was judged and counts; one that several policies state word for word is one."""
    found: dict[str, list[Finding]] = {}
    by_digest: dict[str, ControlName] = {}
    for asset in report.assets:
        for finding in asset.findings:
            name = names.of(asset.policy).get(finding.control)
            if name is not None and finding.announced is None:
                found.setdefault(name.digest, []).append(finding)
                by_digest.setdefault(name.digest, name)
    for key in sorted(found, key=lambda each: (by_digest[each].id, each)):
        own = found[key]
        failed = [each for each in own if each.verdict == "fail"]
        counts = Counter(each.verdict for each in own)
        yield ControlTally(
            control=by_digest[key],
            counts={verdict: counts[verdict] for verdict in VERDICTS},
            waived=sum(each.waiver is not None for each in failed),
            due=dict(Counter(each.due for each in failed if each.waiver is None)),
        )


def _faults(report: AgencyReport, names: ControlNames) -> Iterator[FaultGroup]:
    groups: dict[tuple[tuple[CauseKind, str], ...], dict[str, list[str]]] = {}
    for problem in problems(report):
        control = names.of(problem.failures[0].asset.policy)[problem.control.id].digest
        for failure in problem.failures:
            shared = tuple((kind, intern(name)) for kind, name in names_of(failure, report.evidence).items())
            if shared:
                controls = groups.setdefault(shared, {})
                controls.setdefault(control, []).append(failure.finding.asset)
    for shared in sorted(groups):
        yield FaultGroup(shared, {key: tuple(assets) for key, assets in groups[shared].items()})


def _overdue(findings: Sequence[Finding], report: AgencyReport) -> Overdue:
    """As the agency's own report counts them, by severity."""
    late = overdue(findings, local_date(report.run.as_of))
    counts = Counter(finding.severity for finding, _ in late)
    return Overdue({each: counts[each] for each in SEVERITIES}, min((since for _, since in late), default=None))
