"""The figures by which the files of one report are held against each other (pure)."""

from collections.abc import Mapping
from dataclasses import dataclass

from checks.model.finding import Verdict
from checks.model.policy import Severity
from reports.grouping import overdue
from reports.messages.figures import local_date
from reports.model import AgencyReport


@dataclass(frozen=True, slots=True)
class Totals:
    """What an agency's report adds up to. Only `announced` counts findings of controls that do not count yet."""

    assets: int
    verdicts: Mapping[Verdict, int]
    """Findings by verdict."""
    failed_by_severity: Mapping[Severity, int]
    instances: int
    """Of failed findings."""
    waived: int
    """Failed findings under a waiver in force."""
    false_positives: int
    """Failed findings that are confirmed to be wrong."""
    announced: int
    """Findings of controls that do not count yet."""
    overdue: int
    """What `reports.grouping.overdue` finds."""
    score: int | None
    """Basis points (1/100 of a percent), as in the next two; None: nothing was judged."""
    score_with_waivers: int | None
    coverage: int | None


def totals(report: AgencyReport) -> Totals:
    """The figures of a report."""
    counted = [each for asset in report.assets for each in asset.findings if each.announced is None]
    failed = [each for each in counted if each.verdict == "fail"]
    kinds = [each.waiver.kind for each in failed if each.waiver is not None]
    return Totals(
        assets=len(report.assets),
        verdicts=report.score.counts,
        failed_by_severity=report.score.failed_by_severity,
        instances=sum(len(each.instances) for each in failed),
        waived=kinds.count("waiver"),
        false_positives=kinds.count("false_positive"),
        announced=report.score.announced,
        overdue=len(overdue(counted, local_date(report.run.as_of))),
        score=report.score.score,
        score_with_waivers=report.score.score_with_waivers,
        coverage=report.score.coverage,
    )
