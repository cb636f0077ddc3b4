"""khien history: what was seen and judged, and whether anybody touched it."""

from collections.abc import Iterator, Sequence
from typing import Annotated

import typer

from checks.compare import Change, Side, compare, rules_of
from checks.model.canonical import plain
from checks.model.finding import Finding
from reports.messages.catalogue import sentence
from reports.messages.exceptions import CHANGE_REASONS
from scanner.cli import ledger
from scanner.cli.config import read_config
from scanner.cli.language import LANGUAGE, say
from scanner.cli.memory import open_history
from scanner.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from scanner.cli.showing import severity, verdict
from scanner.cli.ui import print_json, print_line, print_table

RunArgument = Annotated[str, typer.Argument(metavar="RUN", help=say("Mã đợt rà quét.", "The run's id."))]
CHANGE_WORDS = {
    "new": say("mới", "new"),
    "fixed": say("đã khắc phục", "fixed"),
    "regressed": say("tái diễn", "regressed"),
    "still_failing": say("còn tồn tại", "still failing"),
    "no_longer_assessable": say("không còn đánh giá được", "no longer assessable"),
    "newly_assessable": say("nay đánh giá được", "newly assessable"),
    "scope_changed": say("phạm vi thay đổi", "scope changed"),
    "rule_changed": say("quy tắc thay đổi", "rule changed"),
}

STATE_WORDS = {
    "open": say("chưa kết thúc", "open"),
    "finished": say("đã kết thúc", "finished"),
    "abandoned": say("đã bỏ", "abandoned"),
}


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(no_args_is_help=True, help=say("Lịch sử rà quét.", "The history of scans."))
    group.command("list", help=say("Liệt kê các đợt rà quét.", "List the scan runs."))(list_)
    group.command("show", help=say("Kết quả của một đợt.", "What a run found."))(show)
    group.command("diff", help=say("So sánh hai đợt.", "Compare two runs."))(diff)
    ledger.register(group)
    app.add_typer(group, name="history")


def list_(
    limit: Annotated[int, typer.Option("--limit", min=1, max=10000, help=say("Số đợt.", "How many runs."))] = 50,
    json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`."""
    rows = open_history(read_config(config)).runs(limit)
    if json:
        print_json([plain(each) for each in rows])
        return 0
    print_table(
        [
            say("Đợt", "Run"),
            say("Bắt đầu", "Started"),
            say("Trạng thái", "State"),
            say("Điểm rà quét", "Vantage"),
            say("Kết nối", "Connections"),
        ],
        [
            (
                each.id,
                each.started.astimezone().isoformat(" ", "seconds"),
                STATE_WORDS[each.state],
                each.vantage,
                each.connections,
            )
            for each in rows
        ],
    )
    return 0


def show(
    run: RunArgument,
    asset: Annotated[
        str | None, typer.Option("--asset", metavar="ID", help=say("Chỉ tài sản này.", "Only this asset."))
    ] = None,
    control: Annotated[
        str | None, typer.Option("--control", metavar="ID", help=say("Chỉ biện pháp này.", "Only this control."))
    ] = None,
    json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`. Without --json, findings that pass or do not apply are left out unless a control is named."""
    recorder = open_history(read_config(config))
    findings = [
        each for each in recorder.findings(run) if asset in (None, each.asset) and control in (None, each.control)
    ]
    if json:
        print_json([plain(each) for each in findings])
        return 0
    for each in findings:
        if control is not None:
            _show_whole(each)
        elif each.verdict == "fail":
            _show_finding(each)
    if control is None:
        _show_unassessed([each for each in findings if each.verdict == "not_assessable"])
    return 0


def _show_finding(finding: Finding) -> None:
    notes = _waived(finding) + _announced(finding)
    print_line(f"{finding.id}: {verdict(finding.verdict)}, {severity(finding.severity)}{notes}", style="bold")
    for instance in finding.instances:
        due = say(f" Hạn {instance.due}.", f" Due {instance.due}.") if instance.due else ""
        print_line(f"  {sentence(instance.reason, instance.params, LANGUAGE)}{due}")
    for gap in finding.gaps:
        print_line(f"  {gap.target}: {sentence(gap.reason, gap.params, LANGUAGE)}")


def _show_whole(finding: Finding) -> None:
    """With the evidence and with the commands that show the same."""
    _show_finding(finding)
    for reference in finding.evidence:
        print_line(f"  {reference.target} {reference.observation}")
    for command in finding.reproduce:
        print_line(f"  $ {command}")


def _show_unassessed(findings: Sequence[Finding]) -> None:
    """One line for all controls of an asset that could not be assessed for the same reason: mostly one dead port."""
    grouped: dict[tuple[str, str], list[str]] = {}
    for finding in findings:
        reasons = [(gap.reason, gap.params) for gap in finding.gaps] or [(finding.reason, finding.params)]
        told = " ".join(dict.fromkeys(sentence(reason, params, LANGUAGE) for reason, params in reasons))
        grouped.setdefault((finding.asset, told + _waived(finding)), []).append(finding.control)
    for (asset, told), controls in grouped.items():
        counted = say(f"{len(controls)} biện pháp", f"{len(controls)} controls" if len(controls) > 1 else "1 control")
        print_line(f"{asset}: {verdict('not_assessable')}, {counted}: {told} ({', '.join(controls)})")


def _waived(finding: Finding) -> str:
    if finding.waiver is None:
        return ""
    until = finding.waiver.valid_until
    return say(f" (miễn trừ đến {until})", f" (waived until {until})")


def _announced(finding: Finding) -> str:
    if finding.announced is None:
        return ""
    return say(f" (áp dụng từ {finding.announced})", f" (from {finding.announced})")


def diff(
    before: RunArgument, after: RunArgument, json: JsonOption = False, config: ConfigOption = DEFAULT_CONFIG
) -> int:
    """See `register`."""
    recorder = open_history(read_config(config))
    first, second = (
        Side(
            findings := recorder.findings(each),
            rules_of(findings, recorder.policies(each)),
            {asset: reason for asset, reason, _ in recorder.run(each).exclusions},
            recorder.run(each).purpose == "recheck",
        )
        for each in (before, after)
    )
    found = [each for each in compare(first, second, recorder.first_seen(after)) if each.kind != "unchanged"]
    if json:
        print_json([plain(each) for each in found])
        return 0
    print_table(
        [say("Tài sản", "Asset"), say("Biện pháp", "Control"), say("Thay đổi", "Change"), say("Lý do", "Reason")],
        [row for each in found for row in change_rows(each)],
    )
    return 0


def change_rows(change: Change) -> Iterator[tuple[str, ...]]:
    """What became of a finding, and below it of each of its faults of which another thing is to be said."""
    yield change.asset, change.control, CHANGE_WORDS[change.kind], CHANGE_REASONS[change.reason].in_(LANGUAGE)
    for each in change.instances:
        if (each.kind, each.reason) != (change.kind, change.reason):
            yield "", f"  {each.key}", CHANGE_WORDS[each.kind], CHANGE_REASONS[each.reason].in_(LANGUAGE)
