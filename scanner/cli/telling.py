"""The wiring of reports: what history holds of a run becomes documents in a folder."""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from checks.breaker import Hold, held
from checks.compare import Side, rules_of
from checks.model.finding import Finding
from checks.model.text import Language
from checks.score import score
from history.facts import RunRow
from reports.build import build
from reports.formats import Format
from reports.formats.files import write
from reports.messages.figures import percent
from reports.model import AgencyReport, Exclusion, Letter, RunFacts, Snapshot
from scanner.cli.errors import Usage
from scanner.cli.looking import inventory_of

if TYPE_CHECKING:
    from history.store import Recorder

TREND = 12
"""Earlier runs that a report's trend goes back."""


def hold_of(recorder: "Recorder", run_id: str) -> Hold | None:
    """Why reports of a run are held back, by what the runs before it could assess: see `checks.breaker`."""
    earlier = recorder.runs(TREND, "finished", before=run_id)
    return held(recorder.findings(run_id), (recorder.findings(each.id) for each in earlier))


def held_words(hold: Hold) -> tuple[str, str]:
    """Why a run is held, in both languages."""
    (now_vi, usual_vi), (now_en, usual_en) = (
        [percent(each, language) for each in (hold.coverage, hold.usual)] for language in ("vi", "en")
    )
    return (
        "Báo cáo của đợt này bị giữ lại: phần chưa đánh giá được nhiều hơn hẳn thường thấy (độ bao phủ "
        f"{now_vi}, thường là {usual_vi}). Kiểm tra đường mạng và rà quét lại, hoặc thêm --even-if-held.",
        "The reports of this run are held: far more than usual could not be assessed (coverage "
        f"{now_en}, usually {usual_en}). Check the way to the servers and scan again, or add --even-if-held.",
    )


def run_facts(row: RunRow, hold: Hold | None = None) -> RunFacts:
    """A run of history as a report names it. Raises Usage for one that is not finished."""
    if row.finished is None:
        raise Usage(
            f"đợt {row.id} chưa kết thúc; làm tiếp bằng khien scan --resume {row.id}",
            f"run {row.id} is not finished; go on with khien scan --resume {row.id}",
        )
    return RunFacts(
        id=row.id,
        started=row.started,
        finished=row.finished,
        vantage=row.vantage,
        as_of=row.as_of,
        head=row.head,
        tools=row.tools,
        connections=row.connections,
        rule_versions=row.rule_versions,
        data_versions=row.data_versions,
        exclusions=tuple(Exclusion(*each) for each in row.exclusions),
        held=hold,
    )


def _side(recorder: "Recorder", row: RunRow, findings: Sequence[Finding]) -> Side:
    """A run as it is compared."""
    excluded = {asset: reason for asset, reason, _ in row.exclusions}
    return Side(tuple(findings), rules_of(findings, recorder.policies(row.id)), excluded)


def agency_reports(
    recorder: "Recorder", run_id: str, agencies: Sequence[str], letter: Letter
) -> Iterator[AgencyReport]:
    """The report of each agency that a run was about, or of those named. Raises Usage for one that it was not about."""
    row = recorder.run(run_id)
    run_facts(row)  # a run that is not finished is refused before anything is read
    inventory = inventory_of(recorder.inventory(run_id))
    policies = recorder.policies(run_id)
    findings = recorder.findings(run_id)
    evidence = recorder.evidence(run_id)
    earlier = recorder.runs(TREND, "finished", before=run_id)
    past = {each.id: recorder.findings(each.id) for each in earlier}
    facts = run_facts(row, held(findings, past.values()))
    seen_before, waivers = recorder.first_seen(run_id), recorder.waivers(run_id)
    disputes = recorder.disputes()
    left_out = {asset for asset, reason, _ in row.exclusions if reason != "not_selected"}
    present = {each.agency for each in findings} | {each.agency for each in inventory.assets if each.id in left_out}
    all_present(run_id, agencies, present)
    for agency in inventory.agencies:
        if agency.id not in present or (agencies and agency.id not in agencies):
            continue
        own = [(each, found) for each in reversed(earlier) if (found := _of(agency.id, past[each.id]))]
        yield build(
            run=facts,
            agency=agency,
            assets=inventory.assets_of(agency.id),
            policies=policies,
            policy_of={each.id: each.policy or "" for each in inventory.assets},
            findings=_of(agency.id, findings),
            evidence=evidence,
            history=[Snapshot(each.id, each.started, score(found)) for each, found in own],
            previous=_side(recorder, *own[-1]) if own else Side(()),
            seen_before=seen_before,
            waivers=waivers,
            disputes=disputes,
            letter=letter,
        )


def all_present(run_id: str, agencies: Sequence[str], present: Collection[str]) -> None:
    """Raise Usage where agencies are named that a run was not about."""
    unknown = set(agencies) - set(present)
    if unknown:
        names = ", ".join(sorted(unknown))
        raise Usage(f"đợt {run_id} không có kết quả của: {names}", f"run {run_id} has no findings of: {names}")


def _of(agency: str, findings: Sequence[Finding]) -> list[Finding]:
    return [each for each in findings if each.agency == agency]


def write_reports(
    reports: Iterator[AgencyReport], formats: Sequence[Format[AgencyReport]], language: Language, folder: Path
) -> Iterator[Path]:
    """Write every report in every format, and say where, one by one."""
    for report in reports:
        folder.mkdir(parents=True, exist_ok=True)
        for each in formats:
            path = folder / f"{report.agency.id}.{language}{each.suffix}"
            write(each, report, language, path)
            yield path
