"""khien policy impact: what would change if a run had been judged under another policy. Nothing is written."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from checks.evaluate import compared, evaluate
from checks.impact import AgencyImpact, Shift, impact, in_force
from checks.model.canonical import plain
from checks.model.finding import Finding
from checks.model.inventory import inventory_of
from checks.model.policy import Policy
from policies.reference_data import load_reference_data
from policies.strict_yaml import InputErrors
from reports.messages.catalogue import sentence
from scanner.cli.config import read_config
from scanner.cli.errors import Usage
from scanner.cli.language import LANGUAGE, say
from scanner.cli.looking import rule_versions
from scanner.cli.memory import all_present, latest_run, open_history
from scanner.cli.moments import LOCAL
from scanner.cli.options import DEFAULT_CONFIG, AgencyOption, ConfigOption, JsonOption
from scanner.cli.showing import percent, severity, verdict
from scanner.cli.ui import note, print_json, print_line, print_table
from scanner.cli.workspace import policy_named

if TYPE_CHECKING:
    from history.store import Recorder

KIND_WORDS = {
    "new_fail": say("sẽ không đạt", "would fail"),
    "no_longer_fails": say("sẽ hết không đạt", "would no longer fail"),
    "no_longer_assessable": say("sẽ chưa đánh giá được", "could not be assessed"),
}


def register(group: typer.Typer) -> None:
    """Add the command."""
    group.command(
        "impact",
        help=say(
            "Đánh giá lại bằng chứng đã lưu của một đợt theo chính sách khác và in những gì sẽ thay đổi, theo cơ quan."
            "\n\nYêu cầu đã công bố (effective) được tính như đã có hiệu lực. Không kết nối tới đâu, không ghi gì vào "
            "lịch sử. Bằng chứng của đợt chạy --quick có thể không đủ; phần đó được ghi là chưa đánh giá được.",
            "Judge the stored evidence of a run under another policy, and print what would change, by agency.\n\n"
            "Announced rules (effective) count as if they were in force. Nothing is connected to, and nothing is "
            "written to history. Evidence of a --quick run may not hold enough; that is told as not assessable.",
        ),
    )(show)


def show(
    policy: Annotated[
        str,
        typer.Argument(
            metavar="POLICY",
            help=say(
                "Mã hoặc tệp chính sách; - là đầu vào chuẩn.", "The policy's id, or its file; - is standard input."
            ),
        ),
    ],
    run: Annotated[
        str | None,
        typer.Option("--run", metavar="RUN", help=say("Đợt rà quét (mặc định: mới nhất).", "The run (the latest).")),
    ] = None,
    agency: AgencyOption = None,
    under: Annotated[
        str | None,
        typer.Option(
            "--under",
            metavar="ID",
            help=say(
                "Chỉ những tài sản mà đợt đó đánh giá theo chính sách này.",
                "Only assets that the run judged under this policy.",
            ),
        ),
    ] = None,
    json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`. Returns the exit status. With `--json` the faults of a policy are printed as JSON too."""
    try:
        chosen = policy_named(policy, config)
    except InputErrors as error:
        if not json:
            raise
        print_json({"errors": [plain(each) for each in error.errors]})
        return Usage.status
    recorder = open_history(read_config(config))
    run_id = run or latest_run(recorder)
    before, after, changed = rejudged(recorder, run_id, chosen, agency or (), under)
    found = impact(before, after)
    if json:
        named = {"id": chosen.id, "version": chosen.version}
        agencies = [plain(each) for each in found]
        print_json({"run": run_id, "policy": named, "changed_since": changed, "agencies": agencies})
        return 0
    if changed:
        names = ", ".join(changed)
        note(
            say(
                f"đã đổi từ đợt rà quét, nên khác biệt có thể không do chính sách: {names}",
                f"changed since the run, so that a difference need not come from the policy: {names}",
            )
        )
    _tell(run_id, chosen, found)
    return 0


def rejudged(
    recorder: "Recorder", run_id: str, policy: Policy, agencies: Sequence[str], under: str | None
) -> tuple[list[Finding], tuple[Finding, ...], list[str]]:
    """The findings of a run, those that its evidence gives under a policy, and the names of what else has changed since
    and may be the cause of a difference: of agencies, and of assets that were judged under one policy, where these are
    named. Raises Usage."""
    row = recorder.run(run_id)
    if row.state != "finished":
        raise Usage(f"đợt {run_id} chưa kết thúc", f"run {run_id} is not finished")
    inventory = inventory_of(recorder.inventory(run_id))
    told = recorder.findings(run_id)
    all_present(run_id, agencies, {each.agency for each in told})
    before = [
        each for each in told if (not agencies or each.agency in agencies) and (under is None or each.policy == under)
    ]
    judged = {each.asset for each in before}
    assets = [each for each in inventory.assets if each.id in judged]
    excluded = {asset for asset, _, _ in row.exclusions}
    others = [each for each in inventory.assets if each.id not in judged | excluded]
    data = load_reference_data(inventory.anchors.values())
    changed = _changed(row.rule_versions, row.data_versions, data.versions)
    as_of = row.as_of.astimezone(LOCAL)
    evidence, waivers = recorder.evidence(run_id), recorder.waivers(run_id)
    earlier = recorder.evidence_before(run_id, compared([policy], evidence))
    after = evaluate(in_force(policy), assets, evidence, waivers, as_of, data, others, earlier)
    return before, after, changed


def _changed(rules: Mapping[str, int], data: Mapping[str, str], data_now: Mapping[str, str]) -> list[str]:
    """Rules and data that are not those of the run any more."""
    now = rule_versions()
    found = sorted(name for name in rules.keys() & now.keys() if rules[name] != now[name])
    return found + sorted(name for name in data.keys() | data_now.keys() if data.get(name) != data_now.get(name))


def _tell(run_id: str, policy: Policy, found: Sequence[AgencyImpact]) -> None:
    print_table(
        [
            say("Cơ quan", "Agency"),
            say("Tài sản", "Assets"),
            say("Điểm", "Score"),
            say("Điểm mới", "New score"),
            say("Độ bao phủ", "Coverage"),
            say("Độ bao phủ mới", "New coverage"),
            *KIND_WORDS.values(),
        ],
        [
            (
                each.agency,
                each.assets,
                percent(each.before.score),
                percent(each.after.score),
                percent(each.before.coverage),
                percent(each.after.coverage),
                each.count("new_fail"),
                each.count("no_longer_fails"),
                each.count("no_longer_assessable"),
            )
            for each in found
        ],
        title=say(
            f"Đợt {run_id} nếu đánh giá theo {policy.id} {policy.version}",
            f"Run {run_id} if judged under {policy.id} {policy.version}",
        ),
    )
    for each in found:
        if each.shifts:
            print_line(each.agency, style="bold")
        for shift in each.shifts:
            print_line("  " + _line(shift))


def _line(shift: Shift) -> str:
    was = verdict(shift.before) if shift.before is not None else say("chưa tính", "not counted")
    line = f"{KIND_WORDS[shift.kind]}: {shift.asset}/{shift.control} ({severity(shift.severity)}; "
    line += say(f"trước đây {was})", f"before: {was})")
    if shift.after is None:
        line += say("; chính sách này không có biện pháp đó", "; this policy has no such control")
    if shift.newer_rule:
        line += say("; quy tắc đã đổi phiên bản", "; the rule has a newer version")
    told = dict.fromkeys(sentence(each.reason, each.params, LANGUAGE) for each in shift.reasons)
    return line + "".join(f" {each}" for each in told)
