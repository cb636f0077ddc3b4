"""Equal findings together: one control that fails at several assets is one problem with one fix (pure)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from checks.model.canonical import dump
from checks.model.finding import Finding
from checks.model.policy import SEVERITIES, Control
from reports.model import AgencyReport, AssetReport


@dataclass(frozen=True, slots=True)
class Failure:
    """One failed finding with the asset that it was made at."""

    asset: AssetReport
    finding: Finding


@dataclass(frozen=True, slots=True)
class Problem:
    """One control, as one policy or several state it word for word, and everywhere that it fails."""

    control: Control
    failures: tuple[Failure, ...]
    """At least one, in the order of asset ids."""

    @property
    def waived(self) -> bool:
        """Whether a waiver lies over every one of the failures."""
        return all(failure.finding.waiver is not None for failure in self.failures)

    @property
    def due(self) -> date | None:
        """The earliest date by which something that is not waived is due."""
        return min(
            (each.finding.due for each in self.failures if each.finding.due and not each.finding.waiver), default=None
        )


def problems(report: AgencyReport) -> tuple[Problem, ...]:
    """All failed findings of a report by control: see `problems_at`."""
    return problems_at(report.assets)


def problems_at(assets: Iterable[AssetReport]) -> tuple[Problem, ...]:
    """All failed findings by control: worst severity first, then what is due first, wholly waived ones last.

    What is only announced is not among them (see `announced`). Controls that two policies state differently under one
    id are two problems.
    """
    found: dict[bytes, tuple[Control, list[Failure]]] = {}
    keys: dict[tuple[str, str], bytes] = {}
    for asset in assets:
        for finding in asset.findings:
            control = asset.policy.control(finding.control) if finding.verdict == "fail" else None
            if control is None or finding.announced is not None:
                continue
            name = (asset.policy.id, control.id)
            key = keys.setdefault(name, dump(control)) if name not in keys else keys[name]
            found.setdefault(key, (control, []))[1].append(Failure(asset, finding))
    return tuple(sorted((Problem(control, tuple(each)) for control, each in found.values()), key=_urgency))


def entry_key(problem: Problem) -> str:
    """Where links to the entry of a problem lead: two policies may state a control of one id differently."""
    return f"finding {problem.failures[0].asset.policy.id} {problem.control.id}"


def entry_keys(found: Iterable[Problem]) -> dict[tuple[str, str], str]:
    """Where a link about a failed finding leads, by its asset and control."""
    return {
        (each.finding.asset, each.finding.control): entry_key(problem) for problem in found for each in problem.failures
    }


def announced(report: AgencyReport) -> tuple[tuple[Control, date, tuple[str, ...]], ...]:
    """Controls that do not count yet: each with the day from which it counts and the ids of the assets that fail it.

    In the order of that day and of control ids.
    """
    found: dict[tuple[date, str, bytes], tuple[Control, list[str]]] = {}
    for asset in report.assets:
        for finding in asset.findings:
            control = asset.policy.control(finding.control) if finding.announced is not None else None
            if control is None or finding.announced is None:
                continue
            failing = found.setdefault((finding.announced, control.id, dump(control)), (control, []))[1]
            if finding.verdict == "fail":
                failing.append(asset.asset.id)
    return tuple((control, key[0], tuple(failing)) for key, (control, failing) in sorted(found.items(), key=_first))


def _first(item: tuple[tuple[date, str, bytes], object]) -> tuple[date, str, bytes]:
    return item[0]


def overdue(findings: Iterable[Finding], today: date) -> tuple[tuple[Finding, date], ...]:
    """Failed findings of which something is past its due date and that no waiver covers, each with the earliest of
    these dates: what is overdue for longest comes first."""
    late = {
        finding.id: (finding, finding.due)
        for finding in findings
        if finding.verdict == "fail" and finding.waiver is None and finding.due is not None and finding.due < today
    }
    return tuple(sorted(late.values(), key=lambda each: (each[1], SEVERITIES.index(each[0].severity), each[0].id)))


def _urgency(problem: Problem) -> tuple[bool, int, date, int, str]:
    return (
        problem.waived,
        SEVERITIES.index(problem.control.severity),
        problem.due or date.max,
        -len(problem.failures),
        problem.control.id,
    )
