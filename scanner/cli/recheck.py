"""khien recheck: look again at what was not in order the last time, and at nothing else."""

from datetime import UTC, datetime
from typing import Annotated

import typer

from checks.model.task import Task
from history.lock import scan_lock
from scanner.cli.actor import ByOption, actor
from scanner.cli.choosing import order_for
from scanner.cli.errors import Usage
from scanner.cli.language import say
from scanner.cli.logs import set_up
from scanner.cli.memory import open_history
from scanner.cli.options import DEFAULT_CONFIG, AgencyOption, AssetOption, ConfigOption, JsonOption
from scanner.cli.scan import (
    FailOnOption,
    StrictOption,
    WaitOption,
    afterwards,
    exit_status,
    may_begin,
    open_run,
    run_by_command,
    severity_of,
    tell,
)
from scanner.cli.ui import note
from scanner.cli.workspace import open_workspace, with_granted

ControlOption = Annotated[
    list[str] | None,
    typer.Option(
        "--control", metavar="ID", help=say("Chỉ biện pháp này (lặp lại được).", "Only this control (repeatable).")
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "recheck",
        help=say(
            "Kiểm tra lại những gì lần trước không đạt hoặc chưa đánh giá được, với số kết nối ít nhất.\n\nĐây là một "
            "đợt riêng: chỉ đánh giá các biện pháp đó, không thay cho đợt rà quét đầy đủ trong báo cáo và xu hướng.",
            "Look again at what failed or could not be assessed the last time, with the fewest connections.\n\nIt is a "
            "run of its own that judges just those controls; reports and trends stay with the whole scans.",
        ),
    )(recheck)


def recheck(
    agency: AgencyOption = None,
    asset: AssetOption = None,
    control: ControlOption = None,
    fail_on: FailOnOption = None,
    strict: StrictOption = False,
    wait: WaitOption = 0,
    by: ByOption = None,
    json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`. Returns the exit status."""
    threshold, who = severity_of(fail_on), actor(by)
    workspace = open_workspace(config)
    set_up(workspace.config.log)
    known = {each.id for policy in workspace.library.all() for each in policy.controls}
    unknown = sorted(set(control or ()) - known)
    if unknown:
        names = ", ".join(unknown)
        raise Usage(f"không chính sách nào có: {names}", f"no policy has: {names}")
    workspace.select(agency or (), asset or ())
    task = Task(tuple(agency or ()), tuple(asset or ()), controls=tuple(control or ()), recheck=True)
    recorder = open_history(workspace.config, who)
    with scan_lock(wait):
        may_begin(workspace.config)
        now = datetime.now(UTC).replace(microsecond=0)
        workspace = with_granted(workspace, recorder)
        chosen = order_for(task, workspace, recorder, now)
        if chosen is None:
            note(say("Không có gì cần kiểm tra lại.", "There is nothing to look at again."))
            return 0
        run_id = open_run(recorder, workspace, chosen, now, who)
        findings = run_by_command(run_id, chosen, workspace, recorder, who)
    afterwards(workspace, recorder)
    tell(run_id, chosen, findings, recorder, json)
    return exit_status(findings, threshold, strict)
