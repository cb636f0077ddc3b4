"""The entry point: the tree of commands, and the one place where errors become words and exit statuses."""

import io
import os
import signal
import sys
from importlib import import_module

import typer

from history.errors import HistoryError, LockHeld, NotStored, NumberTaken
from policies.strict_yaml import InputErrors
from reports.errors import ReportError
from scanner.cli import vietnamese
from scanner.cli.errors import CommandError, Interrupted, Usage
from scanner.cli.language import LANGUAGE, say
from scanner.cli.ui import note

if LANGUAGE == "vi":
    vietnamese.speak()


def _exit(status: int | None, **_: object) -> None:
    """What a command returns is the exit status."""
    raise typer.Exit(status or 0)


HELP = say(
    "Khiên: rà quét tuân thủ cho hệ thống web của cơ quan nhà nước. Kiểm tra TLS, cổng mở và tiêu đề bảo mật "
    "theo chính sách YAML, rồi lập báo cáo PDF cho từng cơ quan.\n\nBắt đầu: `khien demo` (thử trên máy này), "
    "hoặc `khien init`, sửa inventory.yaml, rồi `khien scan` và `khien report`.",
    "Khiên: a compliance scanner for a government's web estate. It checks TLS, open ports and security headers "
    "against YAML policies and writes a PDF report for each agency.\n\nTo begin: `khien demo` (on this machine "
    "alone), or `khien init`, edit inventory.yaml, then `khien scan` and `khien report`.",
)
EPILOG = say(
    "Mã kết thúc: 0 xong; 1 có phát hiện từ mức --fail-on trở lên; 2 sai cách dùng hoặc tệp đầu vào; 3 có phần "
    "chưa đánh giá được (chỉ với --strict); 4 bị từ chối; 130 bị ngắt, tiếp tục được bằng --resume.",
    "Exit status: 0 done; 1 findings at or above --fail-on; 2 bad usage or input; 3 part of the scope could not be "
    "assessed (only with --strict); 4 refused; 130 interrupted, --resume goes on.",
)
MODULES = {
    "demo": "demo",
    "init": "init",
    "inventory": "inventory",
    "policy": "policy",
    "scan": "scan",
    "recheck": "recheck",
    "schedule": "schedule",
    "stop": "stop",
    "probe": "probe",
    "report": "report",
    "alerts": "alerts",
    "waiver": "waiver",
    "dispute": "dispute",
    "history": "history",
    "serve": "serve",
    "user": "user",
    "db": "db",
    "doctor": "doctor",
}
"""By command, in the order of the help: the module of scanner.cli that registers it."""

HISTORY_STATUS = {LockHeld: 4, NumberTaken: 4, NotStored: 130}
"""Errors of history with a status of their own: another scan runs; the disk is full, and `--resume` goes on."""


def application(command: str = "") -> typer.Typer:
    """The tree of commands; where it is known which one is run, that branch alone.

    What the other branches import would take longer than most commands do.
    """
    app = typer.Typer(
        name="khien",
        result_callback=_exit,
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help=HELP,
        epilog=EPILOG,
    )
    app.callback()(root)
    modules = [MODULES[command]] if command in MODULES else MODULES.values()
    for name in dict.fromkeys(modules):
        import_module(f"scanner.cli.{name}").register(app)
    return app


def root(
    lang: str = typer.Option(LANGUAGE, "--lang", metavar="vi|en", help=say("Ngôn ngữ.", "Language.")),
) -> None:
    """Options that stand before every command; the language was settled before this is called."""


def main() -> None:
    """Run a command and exit with its status."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that has no Vietnamese still gets an answer
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # ended by a service manager: as by Ctrl-C
    status = run(sys.argv[1:])
    if status == Interrupted.status:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)  # Python would wait for the looks under way, which go on sending
    sys.exit(status)


def run(arguments: list[str]) -> int:
    """The exit status of a command; every expected error is told in one place."""
    try:
        settled = _settled(arguments)
        application(settled[0] if settled else "")(args=settled)
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else 0
    except InputErrors as error:
        for each in error.errors:
            note(each.in_(LANGUAGE), style="red")
        return 2
    except CommandError as error:
        note(error.text.in_(LANGUAGE), style="red")
        return error.status
    except ReportError as error:
        note(error.text.in_(LANGUAGE), style="red")
        return 2
    except HistoryError as error:
        note(error.text.in_(LANGUAGE), style="red")
        return next((status for kind, status in HISTORY_STATUS.items() if isinstance(error, kind)), 2)
    except OSError as error:
        note(f"{error.filename or type(error).__name__}: {error.strerror or error}", style="red")
        return 2
    except KeyboardInterrupt:
        note(say("Đã ngắt.", "Interrupted."), style="red")
        return 130
    return 0


def _settled(arguments: list[str]) -> list[str]:
    """The arguments without `--lang`, which is settled by now and may stand anywhere; `report` has its own, and takes
    the one before it where it has none.

    Raises Usage for a language that Khiên does not speak.
    """
    kept: list[str] = []
    before: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        name, given, value = argument.partition("=")
        if name != "--lang" or kept[:1] == ["report"]:
            kept.append(argument)
            continue
        wanted = value if given else next(rest, "")
        if wanted not in ("vi", "en"):
            raise Usage(f"--lang phải là vi hoặc en, không phải {wanted!r}", f"--lang is vi or en, not {wanted!r}")
        before = [f"--lang={wanted}"]
    return [*kept[:1], *before, *kept[1:]] if kept[:1] == ["report"] else kept
