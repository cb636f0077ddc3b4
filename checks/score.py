"""Score and coverage: one formula, printed in every report.

score    = weight of passes / weight of (passes + fails)
coverage = weight of (passes + fails) / weight of (passes + fails + not assessable)

Findings that are not applicable count nowhere, and neither do those of controls that are only announced. Both are in
basis points (1/100 of a percent), rounded down, so that they are exact integers; None where the denominator is zero.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from checks.model.finding import Finding, Verdict
from checks.model.policy import Severity

WEIGHTS: dict[Severity, int] = {"critical": 10, "high": 5, "medium": 3, "low": 1, "info": 0}
"""How much a control of each severity counts."""


@dataclass(frozen=True, slots=True)
class Score:
    """The figures of a set of findings."""

    score: int | None
    """Basis points, 0 to 10000; None: nothing was judged."""
    score_with_waivers: int | None
    """The same where failed findings under a waiver in force are left out."""
    coverage: int | None
    """Basis points; None: nothing applies."""
    counts: dict[Verdict, int]
    """Findings by verdict."""
    failed_by_severity: dict[Severity, int]
    """Failed findings by severity, waived ones included."""
    announced: int
    """Findings of controls that do not count yet; they are in no other figure."""


def score(findings: Iterable[Finding]) -> Score:
    """The figures of some findings."""
    counts: dict[Verdict, int] = {"pass": 0, "fail": 0, "not_applicable": 0, "not_assessable": 0}
    by_severity: dict[Severity, int] = dict.fromkeys(WEIGHTS, 0)
    weight: dict[Verdict, int] = dict.fromkeys(counts, 0)
    waived = announced = 0
    for finding in findings:
        if finding.announced is not None:
            announced += 1
            continue
        counts[finding.verdict] += 1
        weight[finding.verdict] += WEIGHTS[finding.severity]
        if finding.verdict == "fail":
            by_severity[finding.severity] += 1
            waived += WEIGHTS[finding.severity] if finding.waiver else 0
    judged = weight["pass"] + weight["fail"]
    return Score(
        score=_basis_points(weight["pass"], judged),
        score_with_waivers=_basis_points(weight["pass"], judged - waived),
        coverage=_basis_points(judged, judged + weight["not_assessable"]),
        counts=counts,
        failed_by_severity=by_severity,
        announced=announced,
    )


def _basis_points(part: int, whole: int) -> int | None:
    return None if whole == 0 else part * 10_000 // whole
