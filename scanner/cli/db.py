"""khien db: the tables of the database, copies of it, and the way back from one."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from hashlib import file_digest
from pathlib import Path
from typing import Annotated

import typer

import history
from checks.model.act import Actor, AdministrativeAct, Side, What
from history.errors import DatabaseUnusable
from history.lock import exclusive
from reports.atomic import replacing
from scanner.cli import prune
from scanner.cli.actor import ByOption, actor
from scanner.cli.config import read_config
from scanner.cli.errors import Refused, Usage
from scanner.cli.language import LANGUAGE, say
from scanner.cli.ledger import Tampered
from scanner.cli.ledger_words import problem_words
from scanner.cli.memory import bring_up_to_date, open_console, open_history
from scanner.cli.options import DEFAULT_CONFIG, ConfigOption
from scanner.cli.ui import note, print_line

FileArgument = Annotated[Path, typer.Argument(metavar="FILE", help=say("Tệp sao lưu.", "The copy."))]
ReplaceOption = Annotated[
    bool,
    typer.Option(
        "--replace",
        help=say(
            "Thay cả cơ sở dữ liệu đang có dữ liệu; bản cũ được giữ lại bên cạnh.",
            "Also in the place of a database that holds something, which is kept.",
        ),
    ),
]


def register(app: typer.Typer) -> None:
    """Add the group."""
    db = typer.Typer(no_args_is_help=True, help=say("Cơ sở dữ liệu.", "The database."))
    db.command("upgrade", help=say("Tạo hoặc nâng cấp bảng.", "Make or upgrade the tables."))(upgrade_)
    db.command(
        "check",
        help=say(
            "Kiểm tra kết nối, phiên bản của bảng và tệp cơ sở dữ liệu; không thay đổi gì. Nội dung thì kiểm tra bằng "
            "khien history verify.",
            "Check the connection, the version of the tables and the file; nothing is changed. What is remembered is "
            "checked by khien history verify.",
        ),
    )(check)
    db.command(
        "backup",
        help=say(
            "Sao lưu toàn bộ, kể cả khi đang rà quét; bản sao được kiểm tra rồi mới đặt vào chỗ.",
            "Copy the whole, also while a scan writes; the copy is checked before it is put in its place.",
        ),
    )(backup)
    db.command(
        "restore",
        help=say(
            "Khôi phục từ bản sao lưu, sau khi kiểm tra và nâng cấp bản đó. Không được có đợt rà quét nào đang chạy.",
            "Bring a copy back, once it is checked and brought up to date. No scan may be running.",
        ),
    )(restore)
    prune.register(db)
    app.add_typer(db, name="db")


def upgrade_(by: ByOption = None, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """See `register`."""
    open_console(read_config(config), actor(by))
    print_line(say("Cơ sở dữ liệu đã sẵn sàng.", "The database is ready."))
    return 0


def check(config: ConfigOption = DEFAULT_CONFIG) -> int:
    """See `register`. Raises Usage where the tables are older than the program, DatabaseUnusable where the file is
    damaged."""
    history.setup(read_config(config).database)
    missing = ", ".join(history.pending())
    if missing:
        raise Usage(
            f"chưa có bảng, hoặc bảng còn cũ; chạy khien db upgrade (thiếu {missing})",
            f"the tables are missing or older than this program; run khien db upgrade (missing: {missing})",
        )
    history.require_sound()
    from history.audit import run_ids

    count = len(run_ids())
    print_line(
        say(
            f"Kết nối được, bảng đúng phiên bản, tệp không hỏng; {count} đợt rà quét.",
            f"Connected, the tables are up to date, the file is sound; {count} scan runs.",
        )
    )
    return 0


def backup(file: FileArgument, by: ByOption = None, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """See `register`. Raises Tampered where what was copied is not intact; then
    nothing is left. Raises Usage where the copy would take the place of the database, in use by others."""
    who, settings = actor(by), read_config(config)
    if file.resolve() in {Path(f"{settings.database}{ending}").resolve() for ending in ("", "-wal", "-shm")}:
        raise Usage(f"{file} là chính cơ sở dữ liệu", f"{file} is the database itself")
    open_history(settings)
    from history import backup as copies

    with replacing(file) as beside:
        os.fchmod(beside.fileno(), 0o600)  # it lists every weakness of an estate
        written = Path(beside.name)
        copies.write_copy(written)
        runs = _checked(written)
    _put_on_record("database.backed_up", who, file, None, {**_facts(file), "runs": runs})
    print_line(file)
    _tell(runs)
    return 0


def restore(
    file: FileArgument, replace: ReplaceOption = False, by: ByOption = None, config: ConfigOption = DEFAULT_CONFIG
) -> int:
    """See `register`. Raises Refused where scans run, or where it would replace something and is not told to; Tampered
    where the copy is not intact. Then the database is as it was. That it was replaced is put on record in the new one.
    """
    who, settings = actor(by), read_config(config)
    recorder = open_history(settings)
    from history import backup as copies

    if not file.exists():
        raise Usage(f"không có tệp {file}", f"there is no file {file}")
    held = len(recorder.run_ids())
    if held and not replace:
        raise Refused(
            f"cơ sở dữ liệu đang có {held} đợt; thêm --replace để thay (bản cũ được giữ lại)",
            f"the database holds {held} runs; --replace puts the copy in its place (the old one is kept)",
        )
    keep = _kept(settings.database, file)
    with ExitStack() as locks, _own(file, settings.database) as own:
        runs = _checked(own, upgrade=True, by=who)
        for name in ("schedule", "scan", "upgrade"):
            locks.enter_context(exclusive(name, 0))
        copies.bring_back(own, keep)
    open_history(settings, who)
    before = {"runs": held, "kept": keep.name}
    _put_on_record("database.restored", who, file, before, {**_facts(file), "runs": runs})
    print_line(say(f"Bản cũ: {keep}", f"The old one: {keep}"))
    _tell(runs)
    return 0


def _kept(database: str, file: Path) -> Path:
    """Where the database that is replaced is kept: beside itself, or beside the copy where it is no file."""
    name = Path(database) if "://" not in database else file
    return name.with_name(f"{name.name}.{datetime.now(UTC):%Y%m%d-%H%M%S}.bak")


@contextmanager
def _own(file: Path, database: str) -> Iterator[Path]:
    """A copy that may be brought up to date: for SQLite a file of its own, beside the database."""
    from history import backup as copies

    if copies.kind_of(file) == "postgresql" or "://" in database:
        yield file
        return
    with tempfile.TemporaryDirectory(dir=Path(database).parent, prefix=".khien-restore-") as folder:
        own = Path(folder) / "copy"
        shutil.copyfile(file, own)
        yield own


def _checked(path: Path, upgrade: bool = False, by: Actor | None = None) -> int | None:
    """The number of runs in a copy that is intact, once it is brought up to date where that is asked for; None where
    it could not be looked into. Raises Tampered."""
    from history import backup as copies
    from history import whole
    from history.audit import run_ids

    with copies.opened(path) as opened:
        if not opened:
            return None
        try:
            history.require_sound()  # of a damaged index nothing that verifies takes notice
        except DatabaseUnusable as error:
            note(f"{path}: {error.text.in_(LANGUAGE)}", style="red")
            raise _not_intact() from None
        if upgrade:
            bring_up_to_date(by)
        found = list(whole.verify())
        count = len(run_ids())
    for run, problem in found:
        note(problem_words(str(run or path), problem), style="red")
    if found:
        raise _not_intact()
    return count


def _not_intact() -> Tampered:
    return Tampered("bản sao không nguyên vẹn", "the copy is not intact")


def _facts(file: Path) -> dict[str, object]:
    """What names a copy whatever it is called later."""
    with file.open("rb") as copy:
        return {"digest": f"sha256:{file_digest(copy, 'sha256').hexdigest()}", "size": file.stat().st_size}


def _put_on_record(
    what: What, by: Actor, file: Path, before: dict[str, object] | None, after: dict[str, object]
) -> None:
    from history import acts

    now = datetime.now(UTC).replace(microsecond=0)
    was = None if before is None else Side(before)
    acts.record(AdministrativeAct(what, now, by, file.name, before=was, after=Side(after)))


def _tell(runs: int | None) -> None:
    if runs is None:
        note(
            say(
                "Chưa kiểm tra được: vai trò PostgreSQL không được tạo cơ sở dữ liệu để khôi phục thử.",
                "Not checked: the PostgreSQL role may not make a database to restore it into.",
            ),
            style="yellow",
        )
    else:
        print_line(say(f"{runs} đợt, nguyên vẹn.", f"{runs} runs, intact."))
