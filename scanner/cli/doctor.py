"""khien doctor: whether this machine can do the work, and what to do where it cannot."""

import importlib
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from functools import partial
from importlib.metadata import distribution, version
from pathlib import Path

import typer

from checks.model.text import Text
from history.errors import HistoryError, LockHeld
from history.lock import exclusive
from policies.loader import PolicyLibrary
from policies.strict_yaml import InputErrors
from reports.errors import ReportError
from reports.pdf import fonts, stamps
from scanner.cli import machine
from scanner.cli.config import Config
from scanner.cli.errors import CommandError
from scanner.cli.language import LANGUAGE, say
from scanner.cli.looking import NO_CONTACT, halted
from scanner.cli.machine import Result, State
from scanner.cli.memory import open_history
from scanner.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from scanner.cli.pulse import heartbeat_file, last_beat
from scanner.cli.schedule import open_schedules
from scanner.cli.signing import look_over
from scanner.cli.ui import print_json, print_line
from scanner.cli.workspace import open_workspace

LOAD_SECONDS = 60
OLD_SECONDS = 120
"""A daemon that has not been heard of for so long hangs."""
PACKAGES = ("checks", "policies", "scanner", "history", "reports", "console", "demo")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "doctor",
        help=say(
            "Kiểm tra máy: gói, phông chữ, nmap, sslyze, giờ, ổ đĩa, DNS, quyền tệp, cấu hình, cơ sở dữ liệu; và cách "
            "sửa.",
            "Check the machine: packages, fonts, nmap, sslyze, clock, disk, DNS, permissions, configuration, database; "
            "with what to do.",
        ),
    )(doctor)


def doctor(json: JsonOption = False, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """See `register`. Exit status 2 where something must be mended."""
    results = [result for name, look in _LOOKS.items() for result in _guarded(name, look)]
    results += _configuration(config)
    if json:
        print_json(
            [
                {
                    "what": each.what,
                    "ok": each.state != "broken",
                    "state": each.state,
                    "text": {"vi": each.text.vi, "en": each.text.en},
                }
                for each in results
            ]
        )
    else:
        for each in results:
            sign, style = SIGNS[each.state]
            print_line(f"{sign.in_(LANGUAGE)} {each.what}: {each.text.in_(LANGUAGE)}", style=style)
    return 2 if any(each.state == "broken" for each in results) else 0


def _guarded(name: str, look: Callable[[], Iterator[Result]]) -> list[Result]:
    try:
        return list(look())
    except (ReportError, CommandError) as error:
        return [Result(name, "broken", error.text)]
    except Exception as error:  # a check of the machine must not end the others
        shown = f"{type(error).__name__}: {error}"
        return [Result(name, "broken", Text(shown, shown))]


def _python() -> Iterator[Result]:
    found = ".".join(map(str, sys.version_info[:3]))
    yield Result(
        "python", _state(sys.version_info >= (3, 11)), Text(f"{found} (cần 3.11 trở lên)", f"{found} (3.11 or later)")
    )


def _packages() -> Iterator[Result]:
    """Generic names could be overwritten by other distributions: each must come from where Khiên is."""
    home = Path(importlib.import_module("scanner").__file__ or "").resolve().parent.parent
    release = distribution("khien").version
    for name in PACKAGES:
        found = Path(importlib.import_module(name).__file__ or "").resolve()
        ours = found.parent.parent == home
        yield Result(
            f"package {name}",
            _state(ours),
            Text(f"khien {release}", f"khien {release}")
            if ours
            else Text(
                f"được nạp từ {found}, không phải của Khiên; cài Khiên vào môi trường riêng",
                f"is loaded from {found}, not from Khiên; install Khiên into an environment of its own",
            ),
        )


def _sslyze() -> Iterator[Result]:
    """It looks for vulnerabilities in a process of its own: whether such a process can load it."""
    program = "import scanner.probes.tls.vulnerabilities.sslyze_checks"
    ended = subprocess.run(  # noqa: S603  (this Python, and a program that stands here)
        [sys.executable, "-P", "-c", program], capture_output=True, timeout=LOAD_SECONDS, check=False
    )
    words = ended.stderr.decode(errors="replace").strip().splitlines() or [version("sslyze")]
    shown = words[-1] if ended.returncode else version("sslyze")
    yield Result("sslyze", _state(ended.returncode == 0), Text(shown, shown))


def _font() -> Iterator[Result]:
    name = fonts.load().regular
    yield Result("font", "ok", Text(name, name))


def _policies() -> Iterator[Result]:
    count = len(PolicyLibrary(()).all())
    yield Result("policies", _state(count > 0), Text(f"{count} chính sách có sẵn", f"{count} built in"))


def _state(good: bool) -> State:
    return "ok" if good else "broken"


_LOOKS: dict[str, Callable[[], Iterator[Result]]] = {
    "python": _python,
    "packages": _packages,
    "nmap": machine.nmap,
    "sslyze": _sslyze,
    "font": _font,
    "policies": _policies,
}
SIGNS: dict[State, tuple[Text, str]] = {
    "ok": (Text("được  ", "ok    "), ""),
    "warning": (Text("LƯU Ý ", "NOTE  "), "yellow"),
    "broken": (Text("HỎNG  ", "BROKEN"), "red"),
}


def _configuration(path: Path) -> list[Result]:
    """Configuration, inventory, database and what they need of the machine, where there is a configuration."""
    now = datetime.now(UTC)
    if path == DEFAULT_CONFIG and not path.exists():
        none = Text("chưa có khien.yaml ở đây (khien init)", "no khien.yaml here (khien init)")
        return [*_guarded("clock", partial(machine.clock, now)), Result("configuration", "ok", none)]
    try:
        workspace = open_workspace(path)
        schedules = open_schedules(workspace)
    except InputErrors as error:
        return [Result("configuration", "broken", Text(each.in_("vi"), each.in_("en"))) for each in error.errors]
    except HistoryError as error:  # where the inventory is in the database
        return [Result("database", "broken", error.text)]
    assets = len(workspace.inventory.assets)
    vi, en = f"{path}: {assets} tài sản, {len(schedules)} lịch", f"{path}: {assets} assets, {len(schedules)} schedules"
    looks: dict[str, Callable[[], Iterator[Result]]] = {
        "contact": partial(_contact, workspace.config),
        "letter": partial(_letter, workspace.config),
        "signing": partial(_signing, workspace.config),
        "database": partial(_database, workspace.config),
        "secrets": partial(machine.secrets, workspace.config),
        "daemon": partial(_daemon, workspace.config, now),
        "disk": partial(machine.disk, workspace.config),
        "dns": partial(machine.dns, workspace.inventory),
        "permissions": partial(machine.permissions, workspace.config),
        "anchors": partial(machine.anchors, workspace.inventory, now),
    }
    found = [result for name, look in looks.items() for result in _guarded(name, look)]
    return [Result("configuration", "ok", Text(vi, en)), *found]


def _contact(config: Config) -> Iterator[Result]:
    contact = config.scan.contact
    yield Result("contact", "ok", Text(contact, contact)) if contact else Result("contact", "warning", NO_CONTACT)


def _letter(config: Config) -> Iterator[Result]:
    name = fonts.load(config.letter.font).regular
    for each in (config.letter.signature_image, config.letter.seal_image):
        if each is not None:
            stamps.load(each)
    yield Result("letter", "ok", Text(name, name))


def _signing(config: Config) -> Iterator[Result]:
    if config.signing is not None:
        found = look_over(config.signing)
        yield Result("signing", "ok", Text(found, found))


def _database(config: Config) -> Iterator[Result]:
    """Whether it answers, the clock against what it holds, and whether an emergency stop stands."""
    recorder = open_history(config)
    rows = recorder.runs(1)
    count = len(recorder.run_ids())
    yield Result("database", "ok", Text(f"{count} đợt rà quét", f"{count} scan runs"))
    yield from machine.clock(datetime.now(UTC), [row.finished or row.started for row in rows])
    halt = halted()
    if halt is not None:
        yield Result("emergency stop", "warning", halt.text)


def at_work() -> bool:
    """Whether a daemon has the right to act on this database."""
    try:
        with exclusive("schedule", 0):
            return False
    except LockHeld:
        return True


def _daemon(config: Config, now: datetime) -> Iterator[Result]:
    """Whether the daemon lives, where there is something for it to do, by its lock and its heartbeat."""
    open_history(config)
    path = heartbeat_file(config)
    pulse = None if path is None else last_beat(path)
    if not at_work():
        if config.schedules:
            vi, en = "không chạy; bật khien schedule run", "not running; start khien schedule run"
            if pulse is not None:
                last = f"{pulse.at:%Y-%m-%d %H:%M} UTC"
                vi, en = f"{vi}; nhịp cuối lúc {last}", f"{en}; last heard of at {last}"
            yield Result("daemon", "warning", Text(vi, en))
        return
    if pulse is None:
        yield Result("daemon", "ok", Text("đang chạy", "running"))
        return
    age = abs(int((now - pulse.at).total_seconds()))
    if age > OLD_SECONDS:
        vi = f"giữ khóa nhưng im lặng {age} giây (tiến trình {pulse.pid}); khởi động lại"
        en = f"it holds its lock and has been silent for {age} seconds (process {pulse.pid}); start it anew"
        yield Result("daemon", "broken", Text(vi, en))
    else:
        yield Result("daemon", "ok", Text(f"đang chạy, nhịp {age} giây trước", f"running, heard {age} seconds ago"))
