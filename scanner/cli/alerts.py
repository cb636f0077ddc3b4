"""khien alerts: what there is to tell, told to those whom it concerns; and the log of it.

There is no option for an address: who is told is what the inventory says of the agency, as it is today.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Annotated, Any

import typer

from checks.model.canonical import plain
from reports.alerts.courier import Outcome
from reports.alerts.lines import groups, lines
from reports.alerts.webhook import schema
from reports.messages import mail as words
from reports.messages.alerts import STEPS
from scanner.cli.alerting import tell
from scanner.cli.config import read_config
from scanner.cli.errors import Usage
from scanner.cli.language import LANGUAGE, say
from scanner.cli.logs import set_up
from scanner.cli.memory import open_history
from scanner.cli.options import DEFAULT_CONFIG, AgencyOption, ConfigOption, JsonOption, SchemaOption
from scanner.cli.ui import print_json, print_line, print_table
from scanner.cli.workspace import open_workspace

RunOption = Annotated[
    str | None,
    typer.Option("--run", metavar="RUN", help=say("Chỉ những gì đợt này cho thấy.", "Only what this run showed.")),
]
DryRunOption = Annotated[
    bool,
    typer.Option(
        "--dry-run", help=say("Chỉ cho biết sẽ gửi gì cho ai.", "Only say what would go to whom; nothing is sent.")
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command, which does its work where the one below it is not named."""
    group = typer.Typer(
        invoke_without_command=True,
        help=say(
            "Gửi cảnh báo và đôn đốc (thư điện tử, webhook) cho đầu mối của chính cơ quan đó; mỗi nội dung chỉ gửi một "
            "lần. Cuối mỗi đợt rà quét, Khiên tự làm việc này khi khien.yaml có mục alerts.",
            "Send alerts and reminders (mail, webhooks) to each agency's own contacts; each is told once. Where "
            "khien.yaml has a section alerts, Khiên does so by itself at the end of every scan.",
        ),
    )
    group.callback()(alerts)
    group.command("sent", help=say("Nhật ký: đã báo gì cho ai, lúc nào.", "The log: who was told what, and when."))(
        sent
    )
    app.add_typer(group, name="alerts")


def alerts(
    context: typer.Context,
    run: RunOption = None,
    dry_run: DryRunOption = False,
    json: JsonOption = False,
    show_schema: SchemaOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`. Exit status 0: nothing is left to tell; 2: something could not be told."""
    if context.invoked_subcommand is not None:
        return 0
    if show_schema:
        print_json(schema())
        return 0
    workspace = open_workspace(config)
    set_up(workspace.config.log)
    recorder = open_history(workspace.config)
    if run is not None:
        recorder.run(run)  # raises for one that there is not
    outcomes: list[Outcome] = []
    try:
        for outcome in tell(workspace, recorder, datetime.now(UTC), run=run, send=not dry_run):
            outcomes.append(outcome)  # one by one: what went out before something breaks is told too
    finally:
        _show(outcomes, json)
    good = (words.WOULD_GO, words.STATES["accepted"])
    return 0 if all(each.note in good for each in outcomes) else Usage.status


def _show(outcomes: Sequence[Outcome], json: bool) -> None:
    if json:
        print_json([_plain(each) for each in outcomes])
        return
    if not outcomes:
        print_line(say("Không có gì mới để báo.", "There is nothing new to tell."))
    for each in outcomes:
        notice = each.notice
        whom = notice.recipient or "–"
        about = notice.agency.id if notice.agency is not None else say("toàn tỉnh", "the estate")
        print_line(f"{about} → {whom}: {_result(each)}", style="bold")
        for line in lines(groups(notice.alerts), LANGUAGE):
            print_line(f"  - {line}")


def _result(outcome: Outcome) -> str:
    said, answer = outcome.note.in_(LANGUAGE), outcome.answer
    if answer is None or not answer.reason:
        return said
    why = [words.REASONS[answer.reason].in_(LANGUAGE), str(answer.code or ""), answer.detail]
    return f"{said}: {' '.join(each for each in why if each)}"


def _plain(outcome: Outcome) -> dict[str, Any]:
    notice, answer = outcome.notice, outcome.answer
    return {
        "agency": notice.agency.id if notice.agency is not None else None,
        "recipient": notice.recipient or None,
        "language": notice.language,
        "alerts": [plain(each) for each in notice.alerts],
        "state": answer.state if answer is not None else None,
        "reason": (answer.reason or None) if answer is not None else None,
        "code": answer.code if answer is not None else None,
        "attempts": outcome.attempts,
        "note": plain(outcome.note),
    }


def sent(agency: AgencyOption = None, json: JsonOption = False, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """See `register`."""
    open_history(read_config(config))
    from history import alerts as log

    found = [each for each in log.steps() if not agency or each.agency in agency]
    if json:
        print_json([plain(each) for each in found])
        return 0
    print_table(
        [
            say("Lúc", "When"),
            say("Bước", "Step"),
            say("Cơ quan", "Agency"),
            say("Người nhận", "Recipient"),
            say("Nội dung", "What"),
            say("Lần", "Try"),
        ],
        [
            (
                each.at.astimezone().isoformat(" ", "seconds"),
                STEPS[each.step].in_(LANGUAGE),
                each.agency or "–",
                each.recipient or "–",
                ", ".join((*(alert.key for alert in each.alerts), *each.keys)) or each.run,
                each.attempt or "–",
            )
            for each in found
        ],
    )
    return 0
