"""Every total of a report is the same in each of its files."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from checks.model.finding import Finding, WaiverNote
from checks.model.text import Language
from checks.score import score
from reports.formats import FORMATS
from reports.formats.files import write
from reports.model import AgencyReport
from tests.reports import reconciling, sample

WRONG = WaiverNote("BS-9", date(2027, 3, 31), "Nguyễn Thị Mẫu", "Đo lại bằng tay.", kind="false_positive")


def with_findings(report: AgencyReport, change: Callable[[int, Finding], Finding]) -> AgencyReport:
    """The report after a change of findings, with the scores of what comes of it."""
    assets = []
    for asset in report.assets:
        found = tuple(change(place, each) for place, each in enumerate(asset.findings))
        assets.append(replace(asset, findings=found, score=score(found)))
    everything = [each for asset in assets for each in asset.findings]
    return replace(report, assets=tuple(assets), score=score(everything))


def of_every_kind() -> AgencyReport:
    """Waived, wrong, announced and overdue findings, and findings with several instances."""

    def change(place: int, finding: Finding) -> Finding:
        if place == 1:
            return replace(finding, announced=date(2027, 3, 1))
        if finding.verdict != "fail":
            return finding
        first = finding.instances[0]
        late = replace(first, key=f"{first.key} b", due=sample.TODAY - timedelta(days=2))
        if place % 3 == 0:
            return replace(finding, instances=(first, replace(late, due=None), replace(first, key="c")), waiver=WRONG)
        return replace(finding, instances=(first, late)) if place % 3 == 2 else finding

    return with_findings(sample.report(12), change)


def nothing_assessable() -> AgencyReport:
    """A report without a score."""
    own = {each.id: each for each in sample.assets(2)}
    return with_findings(
        sample.report(2),
        lambda place, each: sample.finding(own[each.asset], sample.POLICY.controls[place], "not_assessable"),
    )


SAMPLES: dict[str, Callable[[], AgencyReport]] = {
    "no asset": lambda: sample.report(0),
    "one asset": lambda: sample.report(1),
    "twelve assets, two policies": lambda: sample.report(12),
    "everything": of_every_kind,
    "nothing assessable": nothing_assessable,
    "the rules of the province": lambda: sample.judged_report(2),
}


@pytest.mark.parametrize("language", sample.LANGUAGES)
@pytest.mark.parametrize("name", SAMPLES)
def test_every_total_is_the_same_in_every_file(tmp_path: Path, name: str, language: Language) -> None:
    report = SAMPLES[name]()
    assert {each.suffix for each in FORMATS} == set(reconciling.SUFFIXES)
    for each in FORMATS:
        write(each, report, language, tmp_path / f"so-mau{each.suffix}")
    found = reconciling.reconciled(tmp_path, "so-mau", language)
    assert found.assets == len(report.assets)
    assert sum(found.verdicts.values()) + found.announced == sum(len(each.findings) for each in report.assets)
    if name == "everything":
        assert min(found.waived, found.false_positives, found.announced, found.overdue) > 0
        assert found.instances > found.verdicts["fail"]
    if name in ("no asset", "nothing assessable"):
        assert found.score is None


def test_a_total_that_is_wrong_is_found(tmp_path: Path) -> None:
    report = sample.report(1)
    wrong = replace(report, score=replace(report.score, counts={**report.score.counts, "pass": 1}))
    for each in FORMATS:
        write(each, wrong, "en", tmp_path / f"a{each.suffix}")
    readers: tuple[Callable[[], object], ...] = (
        lambda: reconciling.of_json(tmp_path / "a.json"),
        lambda: reconciling.of_oscal(tmp_path / "a.oscal.json"),
        lambda: reconciling.of_sarif(tmp_path / "a.sarif", sample.TODAY),
        lambda: reconciling.of_xlsx(tmp_path / "a.xlsx", "en", sample.TODAY),
    )
    for read in readers:
        with pytest.raises(AssertionError):
            read()
    assert (
        reconciling.of_pdf(tmp_path / "a.pdf", "en").verdicts
        != reconciling.of_csv(tmp_path / "a.csv", "en", sample.TODAY).verdicts
    )
