"""What the files of one report add up to, each read back by a reader that Khiên has no part in.

Words of the catalogue serve to find a figure by its name. What is counted here is counted anew, and where a file also
states its totals, they must be what its own rows add up to.
"""

import csv
import json
import re
import string
import subprocess
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

from openpyxl import load_workbook

from checks.model.text import Language, Text
from reports.messages import exceptions, labels, letter
from reports.messages import tables as words

WEIGHTS = {"critical": 10, "high": 5, "medium": 3, "low": 1, "info": 0}
SEVERITIES = tuple(WEIGHTS)
VERDICTS = ("pass", "fail", "not_applicable", "not_assessable")
VIET_NAM = timezone(timedelta(hours=7))
SUFFIXES = (".pdf", ".xlsx", ".csv", ".json", ".oscal.json", ".sarif")


@dataclass(frozen=True)
class Figures:
    """The totals of a report."""

    assets: int
    verdicts: dict[str, int]
    failed: dict[str, int]
    """By severity."""
    instances: int
    waived: int
    false_positives: int
    announced: int
    overdue: int
    score: int | None
    """In tenths of a percent, rounded down, as in the next one; None: not determined."""
    coverage: int | None


@dataclass(frozen=True)
class Row:
    """One finding as a file tells it."""

    asset: str
    verdict: str
    severity: str
    instances: int
    waiver: str
    """waiver, false_positive, or empty."""
    announced: bool
    due: date | None
    """The earliest of its instances."""


def added_up(rows: Iterable[Row], assets: int, today: date) -> Figures:
    """The totals of some findings, by the formulas that the report prints."""
    found = list(rows)
    counted = [each for each in found if not each.announced]
    failed = [each for each in counted if each.verdict == "fail"]
    weights = {name: sum(WEIGHTS[each.severity] for each in counted if each.verdict == name) for name in VERDICTS}
    judged = weights["pass"] + weights["fail"]
    return Figures(
        assets=assets,
        verdicts={name: sum(each.verdict == name for each in counted) for name in VERDICTS},
        failed={name: sum(each.severity == name for each in failed) for name in SEVERITIES},
        instances=sum(each.instances for each in failed),
        waived=sum(each.waiver == "waiver" for each in failed),
        false_positives=sum(each.waiver == "false_positive" for each in failed),
        announced=len(found) - len(counted),
        overdue=sum(each.due is not None and each.due < today and not each.waiver for each in failed),
        score=weights["pass"] * 1000 // judged if judged else None,
        coverage=judged * 1000 // (judged + weights["not_assessable"]) if judged + weights["not_assessable"] else None,
    )


def of_json(path: Path) -> Figures:
    """The JSON report: its findings, which its own totals must agree with."""
    report = json.loads(path.read_text(encoding="utf-8"))
    rows = [_json_row(each) for asset in report["assets"] for each in asset["findings"]]
    found = added_up(rows, len(report["assets"]), today_of(path))
    assert report["score"]["counts"] == found.verdicts
    assert report["score"]["failed_by_severity"] == found.failed
    assert (_tenths(report["score"]["basis_points"]), _tenths(report["coverage"]["basis_points"])) == (
        found.score,
        found.coverage,
    )
    return found


def today_of(path: Path) -> date:
    """The day in Viet Nam on which the run of a JSON report was judged."""
    moment = datetime.fromisoformat(json.loads(path.read_text(encoding="utf-8"))["run"]["as_of"])
    return moment.astimezone(VIET_NAM).date()


def _json_row(finding: Mapping[str, Any]) -> Row:
    due = [date.fromisoformat(each["due"]) for each in finding["instances"] if each["due"]]
    return Row(
        asset=finding["id"].split("/")[0],
        verdict=finding["verdict"],
        severity=finding["severity"],
        instances=len(finding["instances"]),
        waiver=finding["waiver"]["kind"] if finding["waiver"] else "",
        announced=finding["announced"] is not None,
        due=min(due, default=None),
    )


def of_csv(path: Path, language: Language, today: date) -> Figures:
    """The CSV file, whose rows are instances."""
    with path.open(encoding="utf-8-sig", newline="") as file:
        return _of_rows(list(csv.DictReader(file, strict=True)), language, today)


def of_xlsx(path: Path, language: Language, today: date) -> Figures:
    """The workbook: the sheet of findings, which the sheet of totals must agree with."""
    book = load_workbook(path, read_only=True)
    summary, findings = (list(book.worksheets[place].iter_rows(values_only=True)) for place in (0, 1))
    head = [str(each) for each in findings[0]]
    rows = [
        {name: "" if cell is None else str(cell) for name, cell in zip(head, row, strict=True)} for row in findings[1:]
    ]
    found = _of_rows(rows, language, today)
    stated: dict[str, Any] = {str(name): value for name, value, *_ in summary[1:]}

    def said(name: Text) -> Any:
        return stated[name.in_(language)]

    assert (
        Figures(
            assets=said(labels.ASSETS_COUNT),
            verdicts={name: said(text) for name, text in labels.VERDICT_NAMES.items()},
            failed={
                name: stated[f"{labels.VERDICT_NAMES['fail'].in_(language)}: {text.in_(language)}"]
                for name, text in labels.SEVERITY_NAMES.items()
            },
            instances=said(words.INSTANCES),
            waived=said(words.WAIVED),
            false_positives=said(words.FALSE_POSITIVES),
            announced=said(words.ANNOUNCED_COUNT),
            overdue=said(labels.OVERDUE_COUNT),
            score=_share(said(labels.SCORE)),
            coverage=_share(said(labels.COVERAGE)),
        )
        == found
    )
    return found


def _of_rows(rows: Iterable[Mapping[str, str]], language: Language, today: date) -> Figures:
    verdicts = {text.in_(language): name for name, text in labels.VERDICT_NAMES.items()}
    severities = {text.in_(language): name for name, text in labels.SEVERITY_NAMES.items()}
    kinds = {"": "", **{text.in_(language): name for name, text in exceptions.WAIVER_KINDS.items()}}
    found: dict[str, list[Mapping[str, str]]] = {}
    for row in rows:
        found.setdefault(row[words.FINDING.in_(language)], []).append(row)
    read = [
        Row(
            asset=first[words.ASSET.in_(language)],
            verdict=verdicts[first[words.VERDICT.in_(language)]],
            severity=severities[first[words.SEVERITY.in_(language)]],
            instances=sum(bool(each[words.INSTANCE.in_(language)]) for each in same),
            waiver=kinds[first[words.WAIVER_KIND.in_(language)]],
            announced=bool(first[words.ANNOUNCED.in_(language)]),
            due=min((date.fromisoformat(day) for each in same if (day := each[words.DUE.in_(language)])), default=None),
        )
        for same in found.values()
        for first in same[:1]
    ]
    return added_up(read, len({each.asset for each in read}), today)


def of_oscal(path: Path) -> Figures:
    """OSCAL: findings, risks and the observations of what is neither; its stated totals must agree."""
    document = json.loads(path.read_text(encoding="utf-8"))["assessment-results"]
    (result,) = document["results"]
    as_of = datetime.fromisoformat(document["metadata"]["last-modified"])
    risks = {each["uuid"]: each for each in result.get("risks", ())}
    findings = [_oscal_row(each, risks) for each in result.get("findings", ())]
    others = [_oscal_row(each, {}) for each in result.get("observations", ()) if _props(each).get("verdict")]
    assert {each.verdict for each in others if not each.announced} <= {"not_applicable", "not_assessable"}
    items = [_props(each) for each in result["local-definitions"].get("inventory-items", ())]
    scanned = sum(each["is-scanned"] == "yes" for each in items)
    found = added_up([*findings, *others], scanned, as_of.astimezone(VIET_NAM).date())
    stated = _props(result)
    assert [
        stated[name] for name in ("assets", "failing-instances", "waived", "false-positives", "announced", "overdue")
    ] == [
        str(each)
        for each in (found.assets, found.instances, found.waived, found.false_positives, found.announced, found.overdue)
    ]
    assert {name: int(stated[f"findings-{name.replace('_', '-')}"]) for name in VERDICTS} == found.verdicts
    assert {name: int(stated[f"failed-{name}"]) for name in SEVERITIES} == found.failed
    shares = [stated[f"{name}-basis-points"] for name in ("score", "coverage")]
    assert [None if each == "undetermined" else int(each) // 10 for each in shares] == [found.score, found.coverage]
    return found


def _oscal_row(node: Mapping[str, Any], risks: Mapping[str, Mapping[str, Any]]) -> Row:
    props = _props(node)
    verdict = props["verdict"].replace("-", "_")
    related = [risks[each["risk-uuid"]] for each in node.get("related-risks", ())]
    if "target" in node:
        assert node["target"]["status"]["state"] == {"pass": "satisfied", "fail": "not-satisfied"}[verdict]
        assert len(related) == (verdict == "fail")
    waivers = [each for risk in related for each in risk.get("props", ()) if each["name"] == "waiver"]
    assert all((risk["status"] == "deviation-approved") == bool(waivers) for risk in related)
    return Row(
        asset=props["asset"],
        verdict=verdict,
        severity=props["severity"],
        instances=sum(each["name"] == "instance" for each in node["props"]),
        waiver=waivers[0]["class"].replace("-", "_") if waivers else "",
        announced="announced" in props,
        due=min(
            (datetime.fromisoformat(each["deadline"]).date() for each in related if "deadline" in each), default=None
        ),
    )


def _props(node: Mapping[str, Any]) -> dict[str, str]:
    return {each["name"]: each["value"] for each in node.get("props", ())}


def of_sarif(path: Path, today: date) -> Figures:
    """SARIF: its results, which its stated totals must agree with."""
    (run,) = json.loads(path.read_text(encoding="utf-8"))["runs"]
    found: dict[str, list[Mapping[str, Any]]] = {}
    for each in run["results"]:
        found.setdefault(each["properties"]["finding"], []).append(each)
    read = added_up((_sarif_row(same) for same in found.values()), len(run["artifacts"]), today)
    stated = run["properties"]
    assert (
        Figures(
            assets=stated["assets"],
            verdicts=stated["findings"],
            failed=stated["failedBySeverity"],
            instances=stated["failingInstances"],
            waived=stated["waived"],
            false_positives=stated["falsePositives"],
            announced=stated["announced"],
            overdue=stated["overdue"],
            score=_tenths(stated["scoreBasisPoints"]),
            coverage=_tenths(stated["coverageBasisPoints"]),
        )
        == read
    )
    return read


def _sarif_row(results: list[Mapping[str, Any]]) -> Row:
    first, props = results[0], results[0]["properties"]
    kinds = {"pass": "pass", "fail": "fail", "notApplicable": "not_applicable", "open": "not_assessable"}
    announced = first["kind"] == "informational"
    assert announced or kinds[first["kind"]] == props["verdict"]
    accepted = [each for each in first["suppressions"] if each["status"] == "accepted"]
    dues = [each["properties"]["due"] for each in results if "due" in each["properties"]]
    return Row(
        asset=props["asset"],
        verdict=props["verdict"],
        severity=props["severity"],
        instances=sum("instance" in each["properties"] for each in results),
        waiver=accepted[0]["properties"]["kind"] if accepted else "",
        announced=announced,
        due=min(map(date.fromisoformat, dues), default=None),
    )


def of_pdf(path: Path, language: Language) -> Figures:
    """The text of the PDF: the figures of the letter, of the report card and of the appendix on the method."""
    command = ["pdftotext", "-raw", str(path), "-"]
    text = " ".join(subprocess.run(command, check=True, capture_output=True, text=True, timeout=60).stdout.split())

    def named(name: Text, value: str = r"([\d.,]+)", after: Text | None = None) -> str:
        start = text.index(after.in_(language)) if after is not None else 0
        match = re.compile(rf"{re.escape(name.in_(language))} {value}").search(text, start)
        assert match is not None, name.en
        return match.group(1)

    share = rf"(\d+[.,]\d %|{re.escape(NOT_DETERMINED[language])})"
    counts = _said(letter.COUNTS, language, text) or dict.fromkeys(("passed", "failed", "unknown", "outside"), "0")
    over = _said(letter.FAILURES_WAIVED, language, text)
    verdicts = {
        name: _number(counts[placeholder])
        for name, placeholder in zip(VERDICTS, ("passed", "failed", "outside", "unknown"), strict=True)
    }
    for verdict, shown in labels.VERDICT_NAMES.items():
        if any(verdicts.values()):
            assert _number(named(shown, r"([\d.,]+) \(", labels.VERDICTS_HEADING)) == verdicts[verdict]
    return Figures(
        assets=_number(named(labels.ASSETS_COUNT)),
        verdicts=verdicts,
        failed={
            name: _number(named(shown, after=labels.FAILED_BY_SEVERITY))
            for name, shown in labels.SEVERITY_NAMES.items()
        },
        instances=_number(named(words.INSTANCES)),
        waived=_number(over["count"]) if over else 0,
        false_positives=_number(over["wrong"]) if over else 0,
        announced=_number(named(words.ANNOUNCED_COUNT)),
        overdue=_number(named(labels.OVERDUE_COUNT)),
        score=_share(named(labels.SCORE, share)),
        coverage=_share(named(labels.COVERAGE, share)),
    )


NOT_DETERMINED: dict[Language, str] = {"vi": "chưa xác định", "en": "not determined"}


def _said(words: Text, language: Language, text: str) -> dict[str, str] | None:
    """The values in the first sentence of the text that has the words of a sentence of the catalogue."""
    pattern = "".join(
        re.escape(literal) + (f"(?P<{name}>.{{1,20}}?)" if name else "")
        for literal, name, _, _ in string.Formatter().parse(words.in_(language))
    )
    match = re.search(pattern, text)
    return match.groupdict() if match else None


def _number(text: str) -> int:
    return int(re.sub(r"[.,]", "", text))


def _share(text: str) -> int | None:
    return None if text in NOT_DETERMINED.values() else int(re.sub(r"\D", "", text))


def _tenths(basis_points: int | None) -> int | None:
    return None if basis_points is None else basis_points // 10


def reconciled(folder: Path, stem: str, language: Language) -> Figures:
    """The figures of all files `stem` of a folder, which must be the same in each. Raises AssertionError."""
    paths = {suffix: folder / f"{stem}{suffix}" for suffix in SUFFIXES}
    found, today = of_json(paths[".json"]), today_of(paths[".json"])
    assert of_xlsx(paths[".xlsx"], language, today) == found
    assert of_csv(paths[".csv"], language, today) == found
    assert of_oscal(paths[".oscal.json"]) == found
    assert of_sarif(paths[".sarif"], today) == found
    assert of_pdf(paths[".pdf"], language) == found
    return found
