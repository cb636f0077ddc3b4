"""khien history export and verify: what an auditor takes away, and whether anybody touched what is remembered."""

import json as json_module
from pathlib import Path
from typing import Annotated

import typer

from checks.model.checkpoint import Witness, witness
from scanner.cli import checkpoint, ledger_keys
from scanner.cli.config import read_config
from scanner.cli.errors import CommandError, Usage
from scanner.cli.language import say
from scanner.cli.memory import open_history
from scanner.cli.options import DEFAULT_CONFIG, ConfigOption
from scanner.cli.reading import small_file
from scanner.cli.ui import note, print_json, print_line

FAULT_WORDS = {
    "changed": say("bị sửa", "changed"),
    "removed": say("bị xóa", "removed"),
    "inserted": say("bị chèn thêm", "inserted"),
    "reordered": say("bị đổi thứ tự", "reordered"),
    "damaged": say("bị hỏng", "damaged"),
}


CheckpointOption = Annotated[
    list[str] | None,
    typer.Option(
        "--checkpoint",
        metavar="TEXT|FILE",
        help=say(
            "Mốc đã ghi lại ở nơi khác: dòng in trong báo cáo, hoặc tệp của khien history checkpoint (lặp lại được).",
            "A checkpoint noted elsewhere: the line that a report prints, or a file of khien history checkpoint "
            "(repeatable).",
        ),
    ),
]


class Tampered(CommandError):
    """History is not what was recorded."""

    status = 1


def register(group: typer.Typer) -> None:
    """Add the commands to `khien history`."""
    group.command("export", help=say("Xuất một đợt dạng JSON.", "Export a run as JSON."))(export)
    group.command(
        "verify",
        help=say(
            "Kiểm tra mọi đợt và mọi việc đã ghi: mã băm, sổ, chữ ký; báo rõ chỗ bị sửa, xóa, chèn, đổi thứ tự. Thêm "
            "--checkpoint thì cũng phát hiện bản cũ được đặt lại hoặc lịch sử bị viết lại.",
            "Check every run and every act: digests, the log, signatures; whatever was changed, removed, inserted or "
            "reordered is named. With --checkpoint also an older copy or a history written anew is found.",
        ),
    )(verify)
    checkpoint.register(group)
    ledger_keys.register(group)


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
    checkpoint: CheckpointOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`. Raises Tampered where something is not as it was recorded."""
    if head is not None and run is None:
        raise Usage("--head cần mã đợt rà quét", "--head needs the run that it belongs to")
    if checkpoint and run is not None:
        raise Usage(
            "--checkpoint là mốc của cả sổ, không kèm mã đợt", "--checkpoint is of the whole log, without a run"
        )
    noted = [witness_of(each) for each in checkpoint or ()]
    recorder = open_history(read_config(config))
    from history import whole

    runs = [run] if run else recorder.run_ids()
    found = [(run, each) for each in recorder.verify(run, head)] if run else list(whole.verify(noted))
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


def witness_of(text: str) -> Witness:
    """A state of the log that somebody noted, typed or in a file. Raises Usage, OSError."""
    try:
        if Path(text).is_file():
            told = json_module.loads(small_file(Path(text)))
            told = told.get("checkpoint", told)
            return Witness(int(told["size"]), str(told["root"]))
        return witness(text)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Usage(f"{text}: không phải mốc của sổ", f"{text}: not a checkpoint of the log") from error
