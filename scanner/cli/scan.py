"""khien scan: look, judge, remember."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from checks.model.act import Actor, AdministrativeAct, What
from checks.model.finding import Finding
from checks.model.inventory import inventory_bytes
from checks.model.policy import SEVERITIES, Severity
from checks.model.target import TlsTarget
from history.errors import HistoryError
from history.lock import scan_lock, working_on
from policies.reference_data import load_reference_data
from scanner.cli.actor import ByOption, actor
from scanner.cli.config import Config
from scanner.cli.errors import Interrupted, Refused, Usage
from scanner.cli.holding import held_words, hold_of
from scanner.cli.language import LANGUAGE, say
from scanner.cli.logs import log, set_up
from scanner.cli.looking import (
    NO_CONTACT,
    VERSION,
    Order,
    halted,
    judge,
    look,
    order,
    order_of,
    rule_versions,
)
from scanner.cli.memory import open_history
from scanner.cli.noticing import notice_all
from scanner.cli.options import DEFAULT_CONFIG, AgencyOption, AssetOption, ConfigOption, JsonOption
from scanner.cli.room import require_room
from scanner.cli.showing import summary_json, summary_table
from scanner.cli.ui import FAULT, note, print_json, print_line
from scanner.cli.watch import Question
from scanner.cli.workspace import Workspace, open_workspace, with_granted

if TYPE_CHECKING:
    from history.store import Recorder

PolicyOption = Annotated[
    str | None,
    typer.Option("--policy", help=say("Dùng chính sách này cho mọi tài sản.", "Use this policy for every asset.")),
]
ResumeOption = Annotated[
    str | None,
    typer.Option("--resume", metavar="RUN", help=say("Làm tiếp đợt bị ngắt.", "Go on with an interrupted run.")),
]
VantageOption = Annotated[
    str | None,
    typer.Option("--vantage", metavar="NAME", help=say("Điểm rà quét (vùng).", "The vantage (zone) to scan from.")),
]
QuickOption = Annotated[
    bool,
    typer.Option(
        "--quick",
        help=say(
            "Chỉ kết nối để hỏi những gì chính sách cần, ví dụ khi kiểm tra lại; kết quả này về sau không đánh giá "
            "được theo chính sách chặt hơn.",
            "Connect only for what the policy asks, as for re-checks; what is seen cannot be judged under "
            "stricter policies later.",
        ),
    ),
]
FailOnOption = Annotated[
    str | None,
    typer.Option(
        "--fail-on",
        metavar="SEVERITY",
        help=say(
            "Kết thúc với mã 1 nếu có phát hiện từ mức này.", "Exit with 1 if there are findings at or above this."
        ),
    ),
]
StrictOption = Annotated[
    bool,
    typer.Option(
        "--strict",
        help=say("Kết thúc với mã 3 nếu có phần chưa đánh giá được.", "Exit with 3 if a part could not be assessed."),
    ),
]
WaitOption = Annotated[
    int,
    typer.Option(
        "--wait",
        metavar="SECONDS",
        min=0,
        max=86400,
        help=say("Chờ tối đa ngần này nếu đang có đợt khác.", "Wait at most so long while another scan is running."),
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "scan",
        help=say(
            "Rà quét tài sản trong danh mục, đánh giá theo chính sách và lưu vào lịch sử.\n\nChỉ những tài sản có văn "
            "bản cho phép còn hiệu lực và đang trong khung giờ mới được kết nối tới. Bị ngắt giữa chừng thì chạy lại "
            "với --resume: phần đã ghi không bị rà quét lại.",
            "Scan the assets of the inventory, judge them by policy, and remember everything.\n\nOnly assets with a "
            "valid authorisation, inside its window, are connected to. After an interruption, --resume goes on: what "
            "is recorded is not looked at again.",
        ),
    )(scan)


def scan(
    agency: AgencyOption = None,
    asset: AssetOption = None,
    policy: PolicyOption = None,
    resume: ResumeOption = None,
    vantage: VantageOption = None,
    quick: QuickOption = False,
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
    recorder = open_history(workspace.config, who)
    with scan_lock(wait):
        may_begin(workspace.config)
        if resume is not None:
            run_id = resume
            chosen = reopen(recorder, workspace, run_id, vantage)
            put_on_record("run.resumed", run_id, who)
        else:
            now = datetime.now(UTC).replace(microsecond=0)
            workspace = with_granted(workspace, recorder)
            selected = workspace.select(agency or (), asset or ())
            chosen = order(workspace, selected, policy, vantage or workspace.config.vantage, now)
            run_id = open_run(recorder, workspace, chosen, now, who)
        chosen = replace(chosen, quick=quick or chosen.quick)
        findings = run_by_command(run_id, chosen, workspace, recorder, who)
    afterwards(workspace, recorder)
    tell(run_id, chosen, findings, recorder, json)
    return exit_status(findings, threshold, strict)


def afterwards(workspace: Workspace, recorder: "Recorder") -> None:
    """What is done of itself when a run has ended: the log is signed, whoever is to be told is told, and metrics are
    written. What goes
    wrong in it is said, and changes nothing in what the run found."""
    config = workspace.config
    if config.ledger is not None:
        from scanner.cli.checkpoint import after_run as sign_log

        sign_log(config)
    if config.alerts is not None:
        from scanner.cli.alerting import after_run  # what sends is not loaded where nothing is to be sent

        after_run(workspace, recorder)
    if config.metrics is not None and config.metrics.file is not None:
        from scanner.cli.metrics import facts_of, write

        try:
            write(Path(config.metrics.file), facts_of(config, recorder), datetime.now(UTC))
        except OSError as error:
            note(f"{config.metrics.file}: {error.strerror or error}", style=FAULT)


def tell(run_id: str, chosen: Order, findings: tuple[Finding, ...], recorder: "Recorder", json: bool) -> None:
    """What a run found, in short."""
    hold = hold_of(recorder, run_id)
    if hold is not None:
        note(say(*held_words(hold)), style="red")
    if json:
        print_json(summary_json(run_id, chosen.inventory, findings))
    else:
        summary_table(run_id, chosen.inventory, findings)
        print_line(say(f"Lập báo cáo: khien report --run {run_id}", f"Write the reports: khien report --run {run_id}"))


def may_begin(config: Config) -> None:
    """Raises Refused while the emergency stop stands, and where the disk has too little room. The caller holds the
    right to scan: runs that were cancelled meanwhile end first."""
    from history import cancels

    cancels.settle()
    found = halted()
    if found is not None:
        raise Refused(found.text.vi, found.text.en)
    require_room(config)


def run_by_command(
    run_id: str, chosen: Order, workspace: Workspace, recorder: "Recorder", by: Actor
) -> tuple[Finding, ...]:
    """As `run_to_end`; that it is interrupted goes on record, as for the daemon its steps tell, and the error says how
    to go on."""
    try:
        return run_to_end(run_id, chosen, workspace, recorder)
    except Interrupted as error:
        if error.reason == "cancelled":  # who and why is on record, and nobody goes on
            raise
        try:
            put_on_record("run.interrupted", run_id, by, error.reason)
        except HistoryError as failed:  # the run can be gone on with all the same
            note(failed.text.in_(LANGUAGE), style=FAULT)
        command, text = chosen.resume(run_id), error.text
        raise Interrupted(
            f"{text.vi}; làm tiếp bằng: {command}", f"{text.en}; go on with: {command}", error.reason
        ) from None


def put_on_record(what: What, run_id: str, by: Actor, reason: str = "") -> None:
    """An act that concerns a run. Raises NotStored."""
    from history import acts

    acts.record(AdministrativeAct(what, datetime.now(UTC).replace(microsecond=0), by, run_id, reason=reason))


def run_to_end(
    run_id: str, chosen: Order, workspace: Workspace, recorder: "Recorder", questions: Sequence[Question] = ()
) -> tuple[Finding, ...]:
    """Look at what is left, judge, and close the run. Raises Interrupted, after which it is open, and can be gone on
    with, unless it was cancelled; the `questions` are asked every second beside those of every scan, and end it too."""
    working_on(run_id)
    if not workspace.config.scan.contact:
        note(say(NO_CONTACT.vi, NO_CONTACT.en), style="yellow")
    for each in chosen.refused:
        if each.reason == "not_selected":
            continue
        note(
            say(
                f"không rà quét {each.asset}: {each.reason} {each.detail}",
                f"not scanned: {each.asset}: {each.reason} {each.detail}",
            )
        )
    try:
        look(run_id, chosen, workspace.config, recorder, workspace.inventory, questions)
    except KeyboardInterrupt:
        error = Interrupted("Đã ngắt", "Interrupted")
        _log_interrupted(run_id, error)
        raise error from None
    except Interrupted as error:
        _log_interrupted(run_id, error)
        if error.reason == "cancelled":
            from history import cancels

            cancels.end(run_id)
        raise
    as_of = recorder.run(run_id).as_of
    data = load_reference_data(chosen.inventory.anchors.values())
    findings = judge(run_id, chosen, recorder, data, as_of)
    recorder.finish(run_id, findings, datetime.now(UTC).replace(microsecond=0))
    log("run.finished", run=run_id, **run_values(run_id, recorder))
    return findings


def run_values(run_id: str, recorder: "Recorder") -> dict[str, object]:
    """What the log says of a run that is finished."""
    from history.failures import failures

    row = recorder.run(run_id)
    ended = row.finished or row.started
    return {
        "seconds": (ended - row.started).total_seconds(),
        "looks": row.sightings,
        "connections": row.connections,
        "findings": dict(row.findings),
        "failures": failures(run_id),
    }


def _log_interrupted(run_id: str, error: Interrupted) -> None:
    log("run.interrupted", logging.WARNING, run=run_id, reason=error.reason, why=error.text.en)


def open_run(
    recorder: "Recorder", workspace: Workspace, chosen: Order, now: datetime, by: Actor, run_id: str | None = None
) -> str:
    """Put into history what is going to be looked at, under what, and for whom; its id is the one named, or a new one.

    What was changed in files since it was last noticed goes on record first.
    """
    policies = {policy.id: policy for policy in chosen.policy_of.values()}
    notice_all(
        workspace, map(workspace.library.get, sorted(policies)), by, now
    )  # whole, also where a recheck asks a part
    opened = recorder.open_run(
        vantage=chosen.vantage,
        as_of=now,
        started=now,
        inventory=inventory_bytes(chosen.inventory),
        plan=(),
        policies=policies,
        policy_sources={policy_id: workspace.library.sources(policy_id) for policy_id in policies},
        waivers=chosen.waivers,
        rule_versions=rule_versions(),
        data_versions=workspace.data.versions,
        tools={"khien": VERSION},
        exclusions=tuple((each.asset, each.reason, each.detail) for each in chosen.refused),
        purpose=chosen.purpose,
        run_id=run_id,
        by=by,
    )
    excluded = sum(each.reason != "not_selected" for each in chosen.refused)
    counts = {"assets": len(chosen.assets), "excluded": excluded, "purpose": chosen.purpose}
    log("run.opened", run=opened, vantage=chosen.vantage, policies=",".join(policies), **counts)
    return opened


def reopen(recorder: "Recorder", workspace: Workspace, run_id: str, vantage: str | None) -> Order:
    """The order of a run as it was opened: what is on disk now does not change a run half-way."""
    facts = recorder.run(run_id)
    if facts.finished is not None:
        raise Usage(f"đợt {run_id} đã kết thúc", f"run {run_id} is finished")
    if (dict(facts.rule_versions), dict(facts.data_versions)) != (rule_versions(), dict(workspace.data.versions)):
        raise Usage(
            f"quy tắc hoặc dữ liệu tham chiếu đã đổi từ khi mở đợt {run_id}; hãy bắt đầu đợt mới",
            f"rules or reference data have changed since run {run_id} was opened; start a new run",
        )
    if vantage is not None and vantage != facts.vantage:
        raise Usage(f"đợt {run_id} thuộc điểm {facts.vantage}", f"run {run_id} belongs to the vantage {facts.vantage}")
    quick = any(isinstance(each, TlsTarget) and each.needs is not None for each in recorder.plan(run_id))
    log("run.resumed", run=run_id, looks=facts.sightings)
    return replace(order_of(run_id, recorder), quick=quick)


def severity_of(value: str | None) -> Severity | None:
    for severity in SEVERITIES:
        if severity == value:
            return severity
    if value is not None:
        raise Usage(
            f"mức không hợp lệ: {value!r}; chọn {', '.join(SEVERITIES)}",
            f"unknown severity {value!r}: {', '.join(SEVERITIES)}",
        )
    return None


def exit_status(findings: tuple[Finding, ...], threshold: Severity | None, strict: bool) -> int:
    if threshold is not None:
        worst = SEVERITIES[: SEVERITIES.index(threshold) + 1]
        counted = [each for each in findings if each.verdict == "fail" and each.waiver is None and not each.announced]
        if any(each.severity in worst for each in counted):
            return 1
    return 3 if strict and any(each.verdict == "not_assessable" or each.gaps for each in findings) else 0
