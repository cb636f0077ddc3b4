"""khien history export and verify: what an auditor takes away, and whether anybody touched what is remembered."""

from typing import Annotated

import typer

from scanner.cli.config import read_config
from scanner.cli.errors import CommandError, Usage
from scanner.cli.language import say
from scanner.cli.memory import open_history
from scanner.cli.options import DEFAULT_CONFIG, ConfigOption
from scanner.cli.ui import note, print_json, print_line

FAULT_WORDS = {
    "changed": say("bị sửa", "changed"),
    "removed": say("bị xóa", "removed"),
    "inserted": say("bị chèn thêm", "inserted"),
    "reordered": say("bị đổi thứ tự", "reordered"),
    "damaged": say("bị hỏng", "damaged"),
}


class Tampered(CommandError):
    """History is not what was recorded."""

    status = 1


def register(group: typer.Typer) -> None:
    """Add the commands to `khien history`."""
    group.command("export", help=say("Xuất một đợt dạng JSON.", "Export a run as JSON."))(export)
    group.command("verify", help=say("Kiểm tra chuỗi mã băm của các đợt.", "Check the digest chains of the runs."))(
        verify
    )


def export(
    run: Annotated[str, typer.Argument(metavar="RUN", help=say("Mã đợt rà quét.", "The run's id."))],
    bodies: Annotated[
        bool,
        typer.Option(
            "--bodies",
            help=say(
                "Kèm nguyên văn bằng chứng, chính sách, danh mục.",
                "With the texts of evidence, policies and inventory.",
            ),
        ),
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`."""
    open_history(read_config(config))
    from history.export import export_run

    print_json(export_run(run, bodies))
    return 0


def verify(
    run: Annotated[
        str | None, typer.Argument(metavar="[RUN]", help=say("Bỏ trống: mọi đợt.", "Left out: all."))
    ] = None,
    head: Annotated[
        str | None,
        typer.Option(
            "--head",
            metavar="DIGEST",
            help=say("Mã băm cuối mà báo cáo của đợt đã in.", "The last digest that the run's report printed."),
        ),
    ] = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`. Raises Tampered where something is not as it was recorded."""
    if head is not None and run is None:
        raise Usage("--head cần mã đợt rà quét", "--head needs the run that it belongs to")
    recorder = open_history(read_config(config))
    from history import whole

    runs = [run] if run else recorder.run_ids()
    found = [(run, each) for each in recorder.verify(run, head)] if run else list(whole.verify())
    for name, problem in found:
        where = f"{name}: " if name else ""
        note(f"{where}{FAULT_WORDS[problem.fault]}: {problem.what} {problem.detail}".rstrip(), style="red")
    bad = len({name for name, _ in found if name}) + sum(not name for name, _ in found)
    print_line(
        say(f"{len(runs)} đợt đã kiểm tra, {bad} đợt có sai lệch.", f"{len(runs)} runs checked, {bad} with faults.")
    )
    if bad:
        raise Tampered("lịch sử không còn nguyên vẹn", "history is not intact")
    return 0
