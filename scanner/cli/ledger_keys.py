"""khien history key: the keys that sign states of the log, from the first one on."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from checks.model.canonical import plain
from scanner.cli.actor import LONGEST, ByOption, actor
from scanner.cli.config import read_config
from scanner.cli.errors import Usage
from scanner.cli.language import say
from scanner.cli.memory import open_history
from scanner.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from scanner.cli.ui import note, print_json, print_line, print_table

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help=say("Tệp khóa mới.", "The file of the new key."))]
ReasonOption = Annotated[str, typer.Option("--reason", metavar="TEXT", help=say("Vì sao.", "Why."))]
VariableOption = Annotated[
    str,
    typer.Option(
        "--passphrase-variable",
        metavar="NAME",
        help=say("Biến môi trường có mật khẩu của khóa mới.", "The environment variable with its passphrase."),
        show_default=True,
    ),
]
KeyArgument = Annotated[
    str | None,
    typer.Argument(
        metavar="[KEY]", help=say("Phần đầu của khóa; bỏ trống: khóa đang dùng.", "Its beginning; else the one in use.")
    ),
]
SinceOption = Annotated[
    datetime,
    typer.Option(
        "--since",
        metavar="TIME",
        formats=["%Y-%m-%d", "%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S%z"],
        help=say(
            "Chữ ký từ lúc này không còn đáng tin (giờ Việt Nam nếu không ghi múi giờ).",
            "What it signed from then on is not to be believed (the time of Vietnam unless a zone is given).",
        ),
    ),
]
VARIABLE = "KHIEN_LEDGER_PASSPHRASE"
"""Holds the passphrase of a new key where no other variable is named."""
LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
STATE_WORDS = {
    "in_use": say("đang dùng", "in use"),
    "replaced": say("đã thay", "replaced"),
    "revoked": say("đã thu hồi", "revoked"),
}


def register(group: typer.Typer) -> None:
    """Add the commands to `khien history`."""
    own = typer.Typer(
        no_args_is_help=True,
        help=say(
            "Khóa ký mốc của sổ: tạo, thay, thu hồi, liệt kê (docs/keys.md).",
            "The keys that sign states of the log: make, replace, revoke, list (docs/keys.md).",
        ),
    )
    own.command(
        "new",
        help=say(
            "Tạo khóa Ed25519 trong một tệp được mã hóa bằng mật khẩu, và ghi vào sổ. Sau đó: thêm vào khien.yaml "
            "(mục ledger), sao lưu tệp, và công bố khóa công khai.",
            "Make an Ed25519 key in a file that a passphrase encrypts, and record it. Then name it in khien.yaml "
            "(section ledger), keep a copy of the file, and publish the public key.",
        ),
    )(new)
    own.command(
        "rotate",
        help=say(
            "Tạo khóa mới thay khóa đang dùng; khóa cũ ký xác nhận khóa mới.",
            "Make a key in the place of the one in use, which signs that it does so.",
        ),
    )(rotate)
    own.command(
        "revoke",
        help=say(
            "Thu hồi khóa bị mất hoặc bị lộ: chữ ký từ lúc --since không còn đáng tin.",
            "Revoke a key that was lost or that others may have: its signatures from --since on are not believed.",
        ),
    )(revoke)
    own.command("list", help=say("Liệt kê các khóa.", "List the keys."))(list_)
    group.add_typer(own, name="key")


def new(
    file: FileArgument,
    by: ByOption = None,
    passphrase_variable: VariableOption = VARIABLE,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`."""
    who, now = _who(by), datetime.now(UTC).replace(microsecond=0)
    open_history(read_config(config))
    from history import keys
    from history.errors import HistoryError
    from history.statements import public_of
    from scanner.cli.ledger_key import made

    key = made(file, passphrase_variable)
    try:
        keys.make(key, who, now)
    except HistoryError:
        file.unlink()
        raise
    print_line(public_of(key))
    section = f"ledger: {{key: {file}, passphrase_variable: {passphrase_variable}}}"
    note(say(f"Thêm vào khien.yaml: {section}", f"Name it in khien.yaml: {section}"))
    return 0


def rotate(
    file: FileArgument,
    by: ByOption = None,
    reason: ReasonOption = "",
    passphrase_variable: VariableOption = VARIABLE,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`."""
    who, now = _who(by, reason), datetime.now(UTC).replace(microsecond=0)
    settings = read_config(config)
    open_history(settings)
    from history import keys
    from history.errors import HistoryError
    from history.statements import public_of
    from scanner.cli.ledger_key import made, opened, section_of

    old = opened(section_of(settings))
    key = made(file, passphrase_variable)
    try:
        keys.rotate(old, key, who, now, reason)
    except HistoryError:
        file.unlink()
        raise
    print_line(public_of(key))
    section = f"ledger: {{key: {file}, passphrase_variable: {passphrase_variable}}}"
    note(say(f"Sửa khien.yaml: {section}", f"Change khien.yaml: {section}"))
    return 0


def revoke(
    since: SinceOption,
    reason: ReasonOption,
    key: KeyArgument = None,
    by: ByOption = None,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`. Raises Usage where no key, or more than one, begins so."""
    who, now = _who(by, reason), datetime.now(UTC).replace(microsecond=0)
    moment = since if since.tzinfo is not None else since.replace(tzinfo=LOCAL)
    open_history(read_config(config))
    from history import keys

    known = keys.keys()
    found = [
        each.key for each in known if (each.state == "in_use" if key is None else each.key.startswith(key.lower()))
    ]
    if len(found) != 1:
        raise Usage(
            "không có đúng một khóa như vậy; xem khien history key list", "no one key; see khien history key list"
        )
    keys.revoke(found[0], moment, who, now, reason)
    print_line(found[0])
    note(
        say(
            "Bỏ khóa này khỏi khien.yaml, tạo khóa mới (khien history key new) và công bố.",
            "Take it out of khien.yaml, make a new key (khien history key new) and publish it.",
        )
    )
    return 0


def list_(json: JsonOption = False, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """See `register`."""
    open_history(read_config(config))
    from history import keys

    if json:
        print_json([plain(each) for each in keys.statements()])
        return 0
    print_table(
        [say("Khóa", "Key"), say("Trạng thái", "State"), say("Từ", "From"), say("Ai", "By"), say("Ghi chú", "Remarks")],
        [
            (
                each.key,
                STATE_WORDS[each.state],
                f"{each.made.at:%Y-%m-%d %H:%M} UTC",
                each.made.by,
                f"{each.revoked.since:%Y-%m-%d %H:%M} UTC: {each.revoked.reason}" if each.revoked else each.made.reason,
            )
            for each in keys.keys()
        ],
    )
    return 0


def _who(by: str | None, reason: str = "") -> str:
    who = actor(by).who
    if len(reason) > LONGEST:
        raise Usage(f"--reason dài tối đa {LONGEST} ký tự", f"--reason has at most {LONGEST} characters")
    return who
