"""khien history checkpoint: the state of the log, signed where there is a key; made of itself when a run has ended."""

import asyncio
import hashlib
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from checks.model.canonical import dump, plain
from checks.model.checkpoint import Head
from history.errors import HistoryError
from reports.atomic import replacing
from reports.errors import ReportError
from scanner.cli.config import Config, LedgerSection, read_config
from scanner.cli.errors import CommandError
from scanner.cli.language import say
from scanner.cli.memory import open_history
from scanner.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from scanner.cli.ui import FAULT, note, print_json, print_line

if TYPE_CHECKING:
    from history.statements import LoggedCheckpoint

OutFileOption = Annotated[
    Path | None,
    typer.Option(
        "--out",
        "-o",
        metavar="FILE",
        help=say(
            "Ghi mốc đã ký ra tệp, để giữ ở nơi khác.", "Write the signed checkpoint to a file, to be kept elsewhere."
        ),
    ),
]


def register(group: typer.Typer) -> None:
    """Add the command to `khien history`."""
    group.command(
        "checkpoint",
        help=say(
            "Mốc của sổ: kích thước và gốc cây Merkle, ký bằng khóa trong khien.yaml (mục ledger) nếu có.\n\nGhi lại "
            "mốc ở nơi quản trị viên cơ sở dữ liệu không với tới: mọi sửa đổi trước mốc đó về sau đều lộ ra "
            "(khien history verify --checkpoint).",
            "The state of the log: its size and the root of its Merkle tree, signed with the key of khien.yaml "
            "(section ledger) where there is one.\n\nNote it where the database's administrator has no access: "
            "whatever is altered before it shows from then on (khien history verify --checkpoint).",
        ),
    )(checkpoint)


def checkpoint(out: OutFileOption = None, json: JsonOption = False, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """See `register`."""
    settings = read_config(config)
    open_history(settings)
    signed = None if settings.ledger is None else sign(settings.ledger)
    head = _head(signed)
    if out is not None:
        with replacing(out) as file:
            file.write(dump(signed if signed is not None else head))
    if json:
        print_json({**plain(head), "short": head.short, "signed": None if signed is None else plain(signed)})
        return 0
    print_line(head.short)
    print_line(say(f"kích thước {head.size}, gốc {head.root}", f"size {head.size}, root {head.root}"))
    note(_how(signed))
    return 0


def _head(signed: "LoggedCheckpoint | None") -> Head:
    from history import log

    if signed is None:
        return log.head()
    return Head(signed.checkpoint.size, signed.checkpoint.root)


def _how(signed: "LoggedCheckpoint | None") -> str:
    if signed is None:
        return say(
            "Mốc chưa ký: khien.yaml không có khóa (mục ledger).", "Not signed: khien.yaml names no key (ledger)."
        )
    key, at = signed.checkpoint.key, f"{signed.checkpoint.at:%Y-%m-%d %H:%M:%S} UTC"
    stamp = (
        say("có dấu thời gian", "with a time stamp")
        if signed.timestamp
        else say("không có dấu thời gian", "without a time stamp")
    )
    return say(f"Ký bằng khóa {key} lúc {at}, {stamp}.", f"Signed with the key {key} at {at}, {stamp}.")


def sign(section: LedgerSection) -> "LoggedCheckpoint":
    """Sign the state of the log now, with a time stamp where a server of them is named; that it did not answer is
    said, and then there is none. Raises Usage, BadKey, Damaged, NotStored, OSError."""
    from history import checkpoints
    from scanner.cli.ledger_key import opened

    key, now = opened(section), datetime.now(UTC).replace(microsecond=0)
    try:
        return checkpoints.make(key, now, None if section.timestamp is None else lambda data: _stamp(section, data))
    except ReportError as error:
        note(say(error.text.vi, error.text.en), style=FAULT)
        return checkpoints.make(key, now)


def after_run(config: Config) -> None:
    """Sign the state of the log when a run has ended, if there is a key. What goes wrong is said."""
    if config.ledger is None:
        return
    try:
        sign(config.ledger)
    except (CommandError, HistoryError) as error:
        note(say(f"Chưa ký được mốc của sổ: {error.text.vi}", f"The log was not signed: {error.text.en}"), style=FAULT)
    except OSError as error:
        note(f"{error.filename}: {error.strerror}", style=FAULT)


def _stamp(section: LedgerSection, data: bytes) -> bytes:
    """A token over some bytes. Raises SigningError, Usage, OSError."""
    from scanner.cli.signing import stamper

    asked = stamper(str(section.timestamp), section.timestamp_seconds, section.trust_anchors)
    token: bytes = asyncio.run(asked.async_timestamp(hashlib.sha256(data).digest(), "sha256")).dump()
    return token
