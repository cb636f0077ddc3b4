"""khien doctor: whether this machine can do the work, and what to do where it cannot."""

import importlib
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import distribution, version
from pathlib import Path

import typer

from checks.model.text import Text
from policies.loader import PolicyLibrary
from policies.strict_yaml import InputErrors
from reports.errors import ReportError
from reports.pdf import fonts, stamps
from scanner.cli.errors import CommandError
from scanner.cli.language import LANGUAGE, say
from scanner.cli.memory import open_history
from scanner.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from scanner.cli.signing import look_over
from scanner.cli.ui import print_json, print_line
from scanner.cli.workspace import open_workspace
from scanner.probes.ports import raw_sockets

LOAD_SECONDS = 60
PACKAGES = ("checks", "policies", "scanner", "history", "reports", "console", "demo")


@dataclass(frozen=True, slots=True)
class Result:
    """One thing that was checked."""

    what: str
    ok: bool
    text: Text
    """What was found, or what to do."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "doctor",
        help=say(
            "Kiểm tra máy, gói, phông chữ, nmap, sslyze, cấu hình.",
            "Check machine, packages, fonts, nmap, sslyze, configuration.",
        ),
    )(doctor)


def doctor(json: JsonOption = False, config: ConfigOption = DEFAULT_CONFIG) -> int:
    """See `register`. Exit status 2 where something must be mended."""
    results = [result for look in _LOOKS for result in _guarded(look)]
    results += _configuration(config)
    if json:
        print_json(
            [{"what": each.what, "ok": each.ok, "text": {"vi": each.text.vi, "en": each.text.en}} for each in results]
        )
    else:
        for each in results:
            sign = say("được  ", "ok    ") if each.ok else say("HỎNG  ", "BROKEN")
            print_line(f"{sign} {each.what}: {each.text.in_(LANGUAGE)}", style="" if each.ok else "red")
    return 0 if all(each.ok for each in results) else 2


def _guarded(look: Callable[[], Iterator[Result]]) -> list[Result]:
    try:
        return list(look())
    except (ReportError, CommandError) as error:
        return [Result(look.__name__.strip("_"), False, error.text)]
    except Exception as error:  # a check of the machine must not end the others
        shown = f"{type(error).__name__}: {error}"
        return [Result(look.__name__.strip("_"), False, Text(shown, shown))]


def _python() -> Iterator[Result]:
    found = ".".join(map(str, sys.version_info[:3]))
    yield Result("python", sys.version_info >= (3, 11), Text(f"{found} (cần 3.11 trở lên)", f"{found} (3.11 or later)"))


def _packages() -> Iterator[Result]:
    """Generic names could be overwritten by other distributions: each must come from where Khiên is."""
    home = Path(importlib.import_module("scanner").__file__ or "").resolve().parent.parent
    release = distribution("khien").version
    for name in PACKAGES:
        found = Path(importlib.import_module(name).__file__ or "").resolve()
        ours = found.parent.parent == home
        yield Result(
            f"package {name}",
            ours,
            Text(f"khien {release}", f"khien {release}")
            if ours
            else Text(
                f"được nạp từ {found}, không phải của Khiên; cài Khiên vào môi trường riêng",
                f"is loaded from {found}, not from Khiên; install Khiên into an environment of its own",
            ),
        )


def _nmap() -> Iterator[Result]:
    found = shutil.which("nmap")
    if found is None:
        yield Result("nmap", False, Text("chưa có; cài gói nmap", "missing; install the package nmap"))
        return
    raw = raw_sockets()
    yield Result(
        "nmap",
        True,
        Text(
            f"{found}; " + ("quét SYN" if raw else "quét kết nối đầy đủ (không có quyền raw socket)"),
            f"{found}; " + ("SYN scan" if raw else "connect scan (no raw sockets)"),
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
    yield Result("sslyze", ended.returncode == 0, Text(shown, shown))


def _font() -> Iterator[Result]:
    name = fonts.load().regular
    yield Result("font", True, Text(name, name))


def _policies() -> Iterator[Result]:
    count = len(PolicyLibrary(()).all())
    yield Result("policies", count > 0, Text(f"{count} chính sách có sẵn", f"{count} built in"))


_LOOKS = (_python, _packages, _nmap, _sslyze, _font, _policies)


def _configuration(path: Path) -> list[Result]:
    """Configuration, inventory and database, where there are any."""
    if path == DEFAULT_CONFIG and not path.exists():
        return [
            Result(
                "configuration", True, Text("chưa có khien.yaml ở đây (khien init)", "no khien.yaml here (khien init)")
            )
        ]
    try:
        workspace = open_workspace(path)
    except InputErrors as error:
        return [Result("configuration", False, Text(each.in_("vi"), each.in_("en"))) for each in error.errors]
    results = [
        Result(
            "configuration",
            True,
            Text(
                f"{path}: {len(workspace.inventory.assets)} tài sản",
                f"{path}: {len(workspace.inventory.assets)} assets",
            ),
        )
    ]

    def _database() -> Iterator[Result]:
        count = len(open_history(workspace.config).runs(1_000_000))
        yield Result("database", True, Text(f"{count} đợt rà quét", f"{count} scan runs"))

    def _letter() -> Iterator[Result]:
        letter = workspace.config.letter
        name = fonts.load(letter.font).regular
        for each in (letter.signature_image, letter.seal_image):
            if each is not None:
                stamps.load(each)
        yield Result("letter", True, Text(name, name))

    def _signing() -> Iterator[Result]:
        if workspace.config.signing is not None:
            found = look_over(workspace.config.signing)
            yield Result("signing", True, Text(found, found))

    return [*results, *(each for look in (_letter, _signing, _database) for each in _guarded(look))]
