"""Findings as the terminal shows them: a line an agency, a line a finding."""

from collections.abc import Sequence
from typing import Any

from checks.model.finding import Finding
from checks.model.inventory import Inventory
from checks.model.policy import Severity
from checks.model.text import Text
from checks.score import Score, score
from reports.messages.figures import percent as report_percent
from scanner.cli.language import LANGUAGE, say
from scanner.cli.ui import print_table

SEVERITY_WORDS = {
    "critical": Text("nghiêm trọng", "critical"),
    "high": Text("cao", "high"),
    "medium": Text("trung bình", "medium"),
    "low": Text("thấp", "low"),
    "info": Text("thông tin", "info"),
}
SHOWN: tuple[Severity, ...] = ("critical", "high")
"""Severities that the summary has columns for."""
VERDICT_WORDS = {
    "pass": Text("đạt", "pass"),
    "fail": Text("không đạt", "fail"),
    "not_applicable": Text("không áp dụng", "not applicable"),
    "not_assessable": Text("chưa đánh giá được", "not assessable"),
}


def percent(basis_points: int | None) -> str:
    """Basis points for people, rounded down like those of the reports; a dash where there is nothing to count."""
    return report_percent(basis_points, LANGUAGE) if basis_points is not None else "–"


def by_agency(inventory: Inventory, findings: Sequence[Finding]) -> dict[str, Score]:
    """The figures of every agency that has findings."""
    return {
        agency.id: score(each for each in findings if each.agency == agency.id)
        for agency in inventory.agencies
        if any(each.agency == agency.id for each in findings)
    }


def summary_table(run_id: str, inventory: Inventory, findings: Sequence[Finding]) -> None:
    """A line an agency."""
    rows: list[Sequence[object]] = []
    for agency_id, figures in by_agency(inventory, findings).items():
        name = inventory.agency(agency_id).name.in_(LANGUAGE)
        rows.append(
            [
                name,
                percent(figures.score),
                percent(figures.coverage),
                figures.counts["pass"],
                figures.counts["fail"],
                *(figures.failed_by_severity[severity] for severity in SHOWN),
                figures.counts["not_assessable"],
            ]
        )
    print_table(
        [
            say("Cơ quan", "Agency"),
            say("Điểm", "Score"),
            say("Độ bao phủ", "Coverage"),
            say("Đạt", "Pass"),
            say("Không đạt", "Fail"),
            *(SEVERITY_WORDS[severity].in_(LANGUAGE) for severity in SHOWN),
            say("Chưa đánh giá được", "Not assessable"),
        ],
        rows,
        title=say(f"Đợt rà quét {run_id}", f"Scan run {run_id}"),
    )


def summary_json(run_id: str, inventory: Inventory, findings: Sequence[Finding]) -> dict[str, Any]:
    """The same for other programs."""
    return {
        "run": run_id,
        "agencies": {
            agency: {
                "score": figures.score,
                "coverage": figures.coverage,
                "counts": figures.counts,
                "failed_by_severity": figures.failed_by_severity,
            }
            for agency, figures in by_agency(inventory, findings).items()
        },
    }


def severity(value: str) -> str:
    """A severity in words."""
    return SEVERITY_WORDS[value].in_(LANGUAGE)


def verdict(value: str) -> str:
    """A verdict in words."""
    return VERDICT_WORDS[value].in_(LANGUAGE)
