"""khien history and khien db: what was seen and judged, and whether anybody touched it."""

from typing import Annotated

import typer

from checks.compare import changes
from checks.model.canonical import plain
from reports.messages.catalogue import sentence
from scanner.cli.config import read_config
from scanner.cli.errors import CommandError
from scanner.cli.language import LANGUAGE, say
from scanner.cli.memory import open_history
from scanner.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from scanner.cli.showing import severity, verdict
from scanner.cli.ui import note, print_json, print_line, print_table

RunArgument = Annotated[str, typer.Argument(metavar="RUN", help=say("Mã đợt rà quét.", "The run's id."))]
CHANGE_WORDS = {
    "new": say("mới", "new"),
    "fixed": say("đã khắc phục", "fixed"),
    "still_open": say("còn tồn tại", "still open"),
    "no_longer_assessable": say("không còn đánh giá được", "no longer assessable"),
    "out_of_scope": say("ngoài phạm vi", "out of scope"),
}


class Tampered(CommandError):
    """History is not what was recorded."""

    status = 1


def register(app: typer.Typer) -> None:
    """Add both groups."""
    group = typer.Typer(no_args_is_help=True, help=say("Lịch sử rà quét.", "The history of scans."))
    group.command("list", help=say("Liệt kê các đợt rà quét.", "List the scan runs."))(list_)
    group.command("show", help=say("Kết quả của một đợt.", "What a run found."))(show)
    group.command("diff", help=say("So sánh hai đợt.", "Compare two runs."))(diff)
    group.command("export", help=say("Xuất một đợt dạng JSON.", "Export a run as JSON."))(export)
    group.command("verify", help=say("Kiểm tra chuỗi mã băm của các đợt.", "Check the digest chains of the runs."))(
        verify
    )
    app.add_typer(group, name="history")
    db = typer.Typer(no_args_is_help=True, help=say("Cơ sở dữ liệu.", "The database."))
    db.command("upgrade", help=say("Tạo hoặc nâng cấp bảng.", "Make or upgrade the tables."))(upgrade)
    db.command("check", help=say("Kiểm tra kết nối và phiên bản.", "Check connection and version."))(check)
    app.add_typer(db, name="db")


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
            (each.id, each.started.astimezone().isoformat(" ", "seconds"), each.state, each.vantage, each.connections)
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
        if control is None and each.verdict in ("pass", "not_applicable"):
            continue
        waived = (
            say(f" (miễn trừ đến {each.waiver.valid_until})", f" (waived until {each.waiver.valid_until})")
            if each.waiver
            else ""
        )
        print_line(f"{each.id}: {verdict(each.verdict)}, {severity(each.severity)}{waived}", style="bold")
        for instance in each.instances:
            due = say(f" Hạn {instance.due}.", f" Due {instance.due}.") if instance.due else ""
            print_line(f"  {sentence(instance.reason, instance.params, LANGUAGE)}{due}")
        for gap in each.gaps:
            print_line(f"  {gap.target}: {sentence(gap.reason, gap.params, LANGUAGE)}")
        if control is not None:
            for reference in each.evidence:
                print_line(f"  {reference.target} {reference.observation}")
            for command in each.reproduce:
                print_line(f"  $ {command}")
    return 0


def diff(
    before: RunArgument, after: RunArgument, json: JsonOption = False, config: ConfigOption = DEFAULT_CONFIG
) -> int:
    """See `register`."""
    recorder = open_history(read_config(config))
    found = changes(recorder.findings(before), recorder.findings(after))
    if json:
        print_json([plain(each) for each in found])
        return 0
    print_table(
        [say("Tài sản", "Asset"), say("Biện pháp", "Control"), say("Thay đổi", "Change")],
        [(each.asset, each.control, CHANGE_WORDS[each.kind]) for each in found],
    )
    return 0


def export(run: RunArgument, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """See `register`."""
    open_history(read_config(config))
    from history.export import export_run

    print_json(export_run(run))
    return 0


def verify(
    run: Annotated[
        str | None, typer.Argument(metavar="[RUN]", help=say("Bỏ trống: mọi đợt.", "Left out: all."))
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`. Raises Tampered where something is not as it was recorded."""
    recorder = open_history(read_config(config))
    runs = [run] if run else [each.id for each in recorder.runs(1_000_000)]
    bad = 0
    for each in runs:
        problems = recorder.verify(each)
        bad += bool(problems)
        for problem in problems:
            note(f"{each}: {problem}", style="red")
    print_line(
        say(f"{len(runs)} đợt đã kiểm tra, {bad} đợt có sai lệch.", f"{len(runs)} runs checked, {bad} with faults.")
    )
    if bad:
        raise Tampered("lịch sử không còn nguyên vẹn", "history is not intact")
    return 0


def upgrade(config: ConfigOption = DEFAULT_CONFIG) -> int:
    """See `register`."""
    settings = read_config(config)
    open_history(settings)
    print_line(say("Cơ sở dữ liệu đã sẵn sàng.", "The database is ready."))
    return 0


def check(config: ConfigOption = DEFAULT_CONFIG) -> int:
    """See `register`."""
    count = len(open_history(read_config(config)).runs(1_000_000))
    print_line(say(f"Kết nối được; {count} đợt rà quét.", f"Connected; {count} scan runs."))
    return 0
