"""khien stop: the emergency stop of every scan on this database, and its release."""

import logging
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from checks.model.canonical import plain
from checks.model.operation import Step
from policies.strict_yaml import InputErrors
from scanner.cli.actor import LONGEST, ByOption, actor
from scanner.cli.config import database_in, read_config
from scanner.cli.errors import Usage
from scanner.cli.language import LANGUAGE, say
from scanner.cli.logs import LogSection, log, set_up
from scanner.cli.memory import open_database
from scanner.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from scanner.cli.ui import FAULT, note, print_json, print_line

ReasonOption = Annotated[str, typer.Option("--reason", metavar="TEXT", help=say("Vì sao.", "Why."))]
ReleaseOption = Annotated[bool, typer.Option("--release", help=say("Bỏ lệnh dừng.", "Let scans run again."))]
StatusOption = Annotated[
    bool, typer.Option("--status", help=say("Chỉ cho biết có lệnh dừng hay không.", "Only say whether a stop stands."))
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "stop",
        help=say(
            "Dừng khẩn cấp: mọi đợt rà quét trên cơ sở dữ liệu này dừng trong vài giây, kể cả khi nmap đang chạy, và "
            "không đợt nào bắt đầu được cho đến khi có --release. Đợt bị dừng làm tiếp được.",
            "Emergency stop: every scan on this database ends within seconds, also in the middle of nmap, and none can "
            "begin until --release. Runs that were stopped can be gone on with.",
        ),
    )(stop)


def stop(
    by: ByOption = None,
    reason: ReasonOption = "",
    release: ReleaseOption = False,
    status: StatusOption = False,
    json: JsonOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`."""
    if release and status:
        raise Usage("--release và --status không đi cùng nhau", "--release and --status do not go together")
    who = actor(by).who
    if len(reason) > LONGEST:
        raise Usage(f"--reason dài tối đa {LONGEST} ký tự", f"--reason has at most {LONGEST} characters")
    database, section = _opened(config)
    open_database(database)
    from history import stop as stops

    now = datetime.now(UTC).replace(microsecond=0)
    if release:
        stops.release(who, reason, now)
    elif not status:
        stops.halt(who, reason, now)
    _show(stops.acts(), status, json)
    if not status:
        set_up(section)  # after all else: a log that cannot be written must not keep a stop waiting
        log("stop.released" if release else "stop.halted", logging.WARNING, by=who, reason=reason)
    return 0


def _opened(path: Path) -> tuple[str, LogSection | None]:
    """The database, and how it is logged; an emergency does not wait until the rest of the file is in order.

    Raises InputErrors where the file does not tell the database.
    """
    try:
        config = read_config(path)
    except InputErrors as error:
        database = database_in(path)
        if database is None:
            raise
        for each in error.errors:
            note(each.in_(LANGUAGE), style=FAULT)
        return database, None
    return config.database, config.log


def _show(acts: Sequence[Step], all_of_them: bool, json: bool) -> None:
    if json:
        print_json([plain(each) for each in acts])
        return
    if not acts:
        print_line(say("Chưa từng có lệnh dừng.", "No stop was ever made."))
    for each in acts if all_of_them else acts[-1:]:
        print_line(_words(each), style="bold red" if each is acts[-1] and each.step == "halted" else "")


def _words(act: Step) -> str:
    when = f"{act.at.astimezone():%Y-%m-%d %H:%M:%S %Z}"
    why = f": {act.detail}" if act.detail else ""
    if act.step == "halted":
        return say(f"{when}: {act.by} dừng mọi đợt rà quét{why}", f"{when}: {act.by} stopped every scan{why}")
    return say(f"{when}: {act.by} cho phép rà quét lại{why}", f"{when}: {act.by} let scans run again{why}")
