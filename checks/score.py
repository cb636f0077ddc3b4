"""Score and coverage: one formula, printed in every report.

score    = weight of passes / weight of (passes + fails)
coverage = weight of (passes + fails) / weight of (passes + fails + not assessable)

Findings that are not applicable count nowhere, and neither do those of controls that are only announced. Both are in
basis points (1/100 of a percent), rounded down, so that they are exact integers; None where the denominator is zero.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from checks.model.finding import VERDICTS, Finding, Verdict
from checks.model.policy import Severity

WEIGHTS: dict[Severity, int] = {"critical": 10, "high": 5, "medium": 3, "low": 1, "info": 0}
"""How much a control of each severity counts."""


@dataclass(frozen=True, slots=True)
class Counted:
    """All of a finding that its figures depend on."""

    verdict: Verdict
    severity: Severity
    waived: bool
    """Whether a waiver lies over it."""
    announced: bool
    """Whether its control does not count yet."""


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
    weights: dict[Verdict, int]
    """The same findings by verdict, each counted as much as its severity does."""
    waived: int
    """How much of the weight of fails is under a waiver in force."""

    @property
    def confirmed(self) -> int | None:
        """Weight of passes / weight of all that applies, in basis points: what the score is at the least.

        Unlike the score it never rises because something could not be assessed, so agencies are ranked by it.
        """
        applying = self.weights["pass"] + self.weights["fail"] + self.weights["not_assessable"]
        return _basis_points(self.weights["pass"], applying)


def score(findings: Iterable[Finding]) -> Score:
    """The figures of some findings."""
    return score_of(counted_all(findings))


def counted(finding: Finding) -> Counted:
    """What a finding counts by."""
    return Counted(finding.verdict, finding.severity, finding.waiver is not None, finding.announced is not None)


def counted_all(findings: Iterable[Finding]) -> dict[Counted, int]:
    """How many findings of each kind there are."""
    kinds = Counter((f.verdict, f.severity, f.waiver is not None, f.announced is not None) for f in findings)
    return {Counted(*kind): number for kind, number in kinds.items()}


def score_of(tally: Mapping[Counted, int]) -> Score:
    """The figures of so many findings of each kind."""
    counts: dict[Verdict, int] = {"pass": 0, "fail": 0, "not_applicable": 0, "not_assessable": 0}
    by_severity: dict[Severity, int] = dict.fromkeys(WEIGHTS, 0)
    weight: dict[Verdict, int] = dict.fromkeys(counts, 0)
    waived = announced = 0
    for kind, number in tally.items():
        if kind.announced:
            announced += number
            continue
        counts[kind.verdict] += number
        weight[kind.verdict] += number * WEIGHTS[kind.severity]
        if kind.verdict == "fail":
            by_severity[kind.severity] += number
            waived += number * WEIGHTS[kind.severity] if kind.waived else 0
    return _figures(counts, by_severity, announced, weight, waived)


def together(scores: Iterable[Score]) -> Score:
    """The figures of several sets of findings, no two of which have one in common, as those of one set."""
    counts: Counter[Verdict] = Counter()
    by_severity: Counter[Severity] = Counter()
    weights: Counter[Verdict] = Counter()
    waived = announced = 0
    for each in scores:
        counts.update(each.counts)
        by_severity.update(each.failed_by_severity)
        weights.update(each.weights)
        waived += each.waived
        announced += each.announced
    return _figures(
        {verdict: counts[verdict] for verdict in VERDICTS},
        {severity: by_severity[severity] for severity in WEIGHTS},
        announced,
        {verdict: weights[verdict] for verdict in VERDICTS},
        waived,
    )


def _figures(
    counts: dict[Verdict, int],
    by_severity: dict[Severity, int],
    announced: int,
    weights: dict[Verdict, int],
    waived: int,
) -> Score:
    judged = weights["pass"] + weights["fail"]
    return Score(
        score=_basis_points(weights["pass"], judged),
        score_with_waivers=_basis_points(weights["pass"], judged - waived),
        coverage=_basis_points(judged, judged + weights["not_assessable"]),
        counts=counts,
        failed_by_severity=by_severity,
        announced=announced,
        weights=weights,
        waived=waived,
    )


def _basis_points(part: int, whole: int) -> int | None:
    return None if whole == 0 else part * 10_000 // whole
