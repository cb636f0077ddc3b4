"""khien history: what was seen and judged, at any moment, and whether anybody touched it."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Annotated

import typer

from checks.model.canonical import plain
from checks.model.evidence import Evidence
from checks.model.finding import Finding
from checks.model.policy import Policy
from reports.messages.catalogue import sentence
from scanner.cli import acts, differing, faults, ledger, scores
from scanner.cli.config import read_config
from scanner.cli.errors import Usage
from scanner.cli.language import LANGUAGE, say
from scanner.cli.memory import open_history
from scanner.cli.moments import AsOfOption, as_of
from scanner.cli.options import (
    DEFAULT_CONFIG,
    AgencyOption,
    AssetOption,
    ConfigOption,
    JsonOption,
)
from scanner.cli.past import Past, all_judged
from scanner.cli.showing import severity, verdict
from scanner.cli.tracing import demand_lines, keys, look_lines, told
from scanner.cli.ui import print_json, print_line, print_table

if TYPE_CHECKING:
    from history.store import Recorder

MaybeRunArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[RUN]",
        help=say(
            "Mã đợt rà quét; bỏ trống: theo lần rà quét gần nhất đối với từng tài sản.",
            "The run's id; left out: each asset by the latest look at it.",
        ),
    ),
]
STATE_WORDS = {
    "open": say("chưa kết thúc", "open"),
    "finished": say("đã kết thúc", "finished"),
    "abandoned": say("đã bỏ", "abandoned"),
}


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        no_args_is_help=True,
        help=say(
            "Lịch sử rà quét: các đợt, tình trạng vào bất kỳ ngày nào (--as-of), từng lỗi từ khi phát hiện đến khi "
            "khắc phục, so sánh, thống kê; và kiểm tra không ai sửa đổi.",
            "The history of scans: runs, how everything stood on any date (--as-of), each fault from first seen to "
            "fixed, comparisons, statistics; and whether anybody touched it.",
        ),
    )
    group.command("list", help=say("Liệt kê các đợt rà quét.", "List the scan runs."))(list_)
    group.command(
        "show",
        help=say(
            "Kết quả của một đợt; hoặc tình trạng vào một ngày: --as-of. Kèm --control thì dẫn từ kết luận tới bằng "
            "chứng (lúc nào, từ đâu, bằng công cụ gì, thấy gì), tới chính sách của đợt đó, và tới lệnh để tự kiểm tra.",
            "What a run found; or how everything stood on a date: --as-of. With --control from the verdict to its "
            "evidence (when, from where, with which tools, what was seen), to the policy of that run, and to the "
            "command that shows the same.",
        ),
    )(show)
    scores.register(group)
    differing.register(group)
    faults.register(group)
    ledger.register(group)
    acts.register(group)
    app.add_typer(group, name="history")


def list_(
    limit: Annotated[int, typer.Option("--limit", min=1, max=10000, help=say("Số đợt.", "How many runs."))] = 50,
    at: AsOfOption = None,
    json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`. With --as-of those that had ended by then."""
    moment = as_of(at)
    rows = open_history(read_config(config)).runs(limit, ended_by=moment)
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
    run: MaybeRunArgument = None,
    at: AsOfOption = None,
    agency: AgencyOption = None,
    asset: AssetOption = None,
    control: Annotated[
        str | None, typer.Option("--control", metavar="ID", help=say("Chỉ biện pháp này.", "Only this control."))
    ] = None,
    json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`. Without --json, findings that pass or do not apply are left out unless a control is named."""
    if run is not None and at is not None:
        raise Usage("--as-of không đi cùng mã đợt", "--as-of does not go with a run")
    moment = as_of(at)
    recorder = open_history(read_config(config))
    found = (
        _of_run(recorder, run, agency or (), asset or ())
        if run is not None
        else _of_moment(Past(recorder, moment), agency or (), asset or ())
    )
    chosen = [(name, each) for name, each in found if control in (None, each.control)]
    if control is not None:
        return _trace(recorder, chosen, json)
    if json:
        print_json([{**plain(each), **({} if run is not None else {"run": name})} for name, each in chosen])
        return 0
    findings = [each for _, each in chosen]
    for each in findings:
        if each.verdict == "fail":
            _show_finding(each)
    _show_unassessed([each for each in findings if each.verdict == "not_assessable"])
    return 0


def _of_run(
    recorder: "Recorder", run: str, agencies: Sequence[str], assets: Sequence[str]
) -> list[tuple[str, Finding]]:
    """The findings of a run, after its id."""
    found = recorder.findings(run)
    names = Past(recorder, recorder.run(run).finished).names(agencies) if agencies else None
    every = names is None and not assets
    all_judged(assets, {each.asset for each in found})
    return [(run, each) for each in found if every or each.asset in assets or each.agency in (names or ())]


def _of_moment(past: Past, agencies: Sequence[str], assets: Sequence[str]) -> list[tuple[str, Finding]]:
    """The findings by the latest looks, each after the id of its run."""
    state = past.state(agencies, assets)
    return [(state.told_by[each.asset, each.control].id, each) for each in state.findings]


def _trace(recorder: "Recorder", found: Sequence[tuple[str, Finding]], json: bool) -> int:
    """Findings with all that they rest on."""
    policies = cache(recorder.policies)
    evidence: dict[str, Mapping[str, Evidence]] = {
        run: recorder.evidence(run, keys([each for of, each in found if of == run])) for run in {of for of, _ in found}
    }
    if json:
        print_json([told(each, run, evidence[run], policies(run)) for run, each in found])
        return 0
    for run, each in found:
        _show_finding(each)
        print_line(say(f"  Đợt {run}", f"  Run {run}"))
        for line in look_lines(each, evidence[run]):
            print_line(f"  {line}")
        _show_demand(each, policies(run))
        for command in each.reproduce:
            print_line(f"  $ {command}")
    return 0


def _show_demand(finding: Finding, policies: Mapping[str, Policy]) -> None:
    policy = policies.get(finding.policy)
    control = None if policy is None else policy.control(finding.control)
    if policy is not None and control is not None:
        for line in demand_lines(policy, control):
            print_line(f"  {line}")


def _show_finding(finding: Finding) -> None:
    notes = _waived(finding) + _announced(finding)
    print_line(f"{finding.id}: {verdict(finding.verdict)}, {severity(finding.severity)}{notes}", style="bold")
    for instance in finding.instances:
        due = say(f" Hạn {instance.due}.", f" Due {instance.due}.") if instance.due else ""
        print_line(f"  {sentence(instance.reason, instance.params, LANGUAGE)}{due}")
    for gap in finding.gaps:
        print_line(f"  {gap.target}: {sentence(gap.reason, gap.params, LANGUAGE)}")


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
