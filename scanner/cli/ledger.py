"""khien history export and verify: what an auditor takes away, and whether anybody touched what is remembered."""

import json as json_module
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from checks.model.checkpoint import Witness, witness
from scanner.cli import bundle, checkpoint, ledger_keys
from scanner.cli.config import read_config
from scanner.cli.errors import CommandError, Usage
from scanner.cli.language import say
from scanner.cli.ledger_words import checkpoint_words, problem_words
from scanner.cli.memory import open_history
from scanner.cli.options import DEFAULT_CONFIG, AgencyOption, ConfigOption
from scanner.cli.reading import small_file
from scanner.cli.ui import note, print_json, print_line

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


RunsOption = Annotated[
    list[str] | None,
    typer.Option("--run", metavar="RUN", help=say("Chỉ đợt này (lặp lại được).", "Only this run (repeatable).")),
]
FromOption = Annotated[
    datetime | None,
    typer.Option("--from", metavar="DAY", formats=["%Y-%m-%d"], help=say("Từ ngày này.", "Runs from this day on.")),
]
ToOption = Annotated[
    datetime | None,
    typer.Option("--to", metavar="DAY", formats=["%Y-%m-%d"], help=say("Đến hết ngày này.", "Until this day.")),
]


class Tampered(CommandError):
    """History is not what was recorded."""

    status = 1


def register(group: typer.Typer) -> None:
    """Add the commands to `khien history`."""
    group.command(
        "export",
        help=say(
            "Xuất gói cho kiểm toán viên: cả sổ, chữ ký, và các đợt được chọn với bằng chứng, chính sách, phát hiện. "
            "GÓI là tệp .zip, hoặc thư mục mới có dấu / trong tên; cùng dữ liệu thì cùng từng byte. Kiểm tra ở nơi "
            "khác bằng docs/verify_bundle.py (không cần Khiên) hoặc khien history verify GÓI.\n\nVới mã đợt: in đợt "
            "đó dạng JSON.",
            "Write a bundle for an auditor: the whole log, its signatures, and the chosen runs with evidence, policies "
            "and findings. BUNDLE is a .zip file, or a new folder with a / in its name; the same data gives the same "
            "bytes. It is checked elsewhere with docs/verify_bundle.py, without Khiên, or with khien history verify "
            "BUNDLE.\n\nWith a run's id: print that run as JSON.",
        ),
    )(export)
    group.command(
        "verify",
        help=say(
            "Kiểm tra mọi đợt và mọi việc đã ghi: mã băm, sổ, chữ ký; báo rõ chỗ bị sửa, xóa, chèn, đổi thứ tự. Thêm "
            "--checkpoint thì cũng phát hiện bản cũ được đặt lại hoặc lịch sử bị viết lại.\n\nVới một gói (không cần "
            "cơ sở dữ liệu): kiểm tra gói, rồi đánh giá lại từng phát hiện từ bằng chứng và chính sách. Mã 3: gói "
            "nguyên vẹn nhưng không có --key hay --checkpoint nào xác nhận.",
            "Check every run and every act: digests, the log, signatures; whatever was changed, removed, inserted or "
            "reordered is named. With --checkpoint also an older copy or a history written anew is found.\n\nWith a "
            "bundle (no database is needed): check it, then judge every finding again from evidence and policy. Exit "
            "status 3: it is intact, but no --key or --checkpoint vouches for it.",
        ),
    )(verify)
    checkpoint.register(group)
    ledger_keys.register(group)


def export(
    target: Annotated[
        str,
        typer.Argument(metavar="RUN|BUNDLE", help=say("Mã đợt, tệp .zip, hoặc thư mục/.", "A run, .zip, or folder/.")),
    ],
    run: RunsOption = None,
    agency: AgencyOption = None,
    begin: FromOption = None,
    end: ToOption = None,
    bodies: Annotated[
        bool,
        typer.Option(
            "--bodies",
            help=say(
                "Với mã đợt: kèm nguyên văn bằng chứng, chính sách, danh mục.",
                "With a run: with the texts of evidence, policies and inventory.",
            ),
        ),
    ] = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`."""
    chosen = bool(run or agency or begin or end)
    is_bundle = target.lower().endswith(".zip") or "/" in target
    if bodies if is_bundle else chosen:
        raise Usage(
            "--bodies đi với mã đợt; --run, --agency, --from, --to đi với gói (.zip hoặc thư mục/)",
            "--bodies goes with a run; --run, --agency, --from and --to with a bundle (.zip or a folder/)",
        )
    recorder = open_history(read_config(config))
    if is_bundle:
        runs = bundle.chosen_runs(recorder, run or (), agency or (), begin, end)
        bundle.write(Path(target), runs, agency or ())
        return 0
    from history.export import export_run

    print_json(export_run(target, bodies))
    return 0


def verify(
    target: Annotated[
        str | None,
        typer.Argument(
            metavar="[RUN|BUNDLE]", help=say("Đợt hoặc gói; bỏ trống: tất cả.", "A run or a bundle; else all.")
        ),
    ] = None,
    head: Annotated[
        str | None,
        typer.Option(
            "--head",
            metavar="DIGEST",
            help=say("Mã băm mà báo cáo của đợt đã in.", "The digest that the run's report printed."),
        ),
    ] = None,
    checkpoint: CheckpointOption = None,
    key: Annotated[
        list[str] | None,
        typer.Option(
            "--key",
            metavar="HEX",
            help=say("Với gói: khóa công khai được tin (lặp lại được).", "With a bundle: a trusted key (repeatable)."),
        ),
    ] = None,
    judging: Annotated[
        bool,
        typer.Option(
            "--judge/--no-judge",
            help=say("Với gói: có đánh giá lại không.", "Of a bundle: whether to judge again."),
        ),
    ] = True,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`. Raises Tampered where something is not as it was recorded."""
    noted = [witness_of(each) for each in checkpoint or ()]
    if target is not None and Path(target).exists():
        return _verify_bundle(Path(target), noted, [each.lower() for each in key or ()], judging)
    if head is not None and target is None:
        raise Usage("--head cần mã đợt rà quét", "--head needs the run that it belongs to")
    if key or (checkpoint and target is not None):
        raise Usage(
            "--checkpoint là mốc của cả sổ, --key dành cho gói; không kèm mã đợt",
            "--checkpoint is of the whole log, --key is for a bundle; neither goes with a run",
        )
    recorder = open_history(read_config(config))
    from history import whole

    runs = [target] if target else recorder.run_ids()
    found = [(target, each) for each in recorder.verify(target, head)] if target else list(whole.verify(noted))
    for name, problem in found:
        note(problem_words(name, problem), style="red")
    bad = len({name for name, _ in found if name}) + sum(not name for name, _ in found)
    print_line(
        say(f"{len(runs)} đợt đã kiểm tra, {bad} đợt có sai lệch.", f"{len(runs)} runs checked, {bad} with faults.")
    )
    if bad:
        raise Tampered("lịch sử không còn nguyên vẹn", "history is not intact")
    if target is None:
        _tell_doubts()
    return 0


def _tell_doubts() -> None:
    """Which checkpoints are not to be believed, though their signatures hold."""
    from history import checkpoints, keys

    keyring = keys.keyring()
    for logged in checkpoints.checkpoints():
        if keyring.belief(logged) == "revoked":
            note(checkpoint_words(logged, "revoked"), style="yellow")


def _verify_bundle(path: Path, noted: Sequence[Witness], keys: Sequence[str], judging: bool) -> int:
    faults, vouched = bundle.verify(path, noted, keys, judging)
    for each in faults:
        note(each, style="red")
    if faults:
        raise Tampered("gói không còn nguyên vẹn", "the bundle is not intact")
    if vouched:
        print_line(say("Nguyên vẹn, đúng với mốc hoặc khóa đã cho.", "Intact, and vouched for by what you gave."))
        return 0
    print_line(
        say(
            "Tự nó nguyên vẹn; thêm --checkpoint hoặc --key để biết đó là lịch sử của ngày ấy.",
            "Intact in itself; --checkpoint or --key tells whether it is the history of that time.",
        )
    )
    return 3


def witness_of(text: str) -> Witness:
    """A state of the log that somebody noted, typed or in a file. Raises Usage, OSError."""
    try:
        if Path(text).is_file():
            told = json_module.loads(small_file(Path(text)))
            told = told.get("checkpoint", told)
            return witness(f"{told['size']} {told['root']}")
        return witness(text)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Usage(f"{text}: không phải mốc của sổ", f"{text}: not a checkpoint of the log") from error
