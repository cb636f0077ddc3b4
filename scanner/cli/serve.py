"""khien serve: the console, for browsers."""

from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Any

import typer

import history
from scanner.cli.config import Config, read_config
from scanner.cli.errors import Usage
from scanner.cli.keeper import file_readers
from scanner.cli.language import say
from scanner.cli.memory import open_console
from scanner.cli.openid import provider
from scanner.cli.options import DEFAULT_CONFIG, ConfigOption
from scanner.cli.ui import note, print_json, print_line

BIND = "127.0.0.1:8440"
BindOption = Annotated[
    str,
    typer.Option(
        "--bind",
        metavar="ADDR:PORT",
        help=say(
            "Địa chỉ và cổng lắng nghe; cổng 0 là cổng trống bất kỳ.", "Where to answer; port 0 is any that is free."
        ),
    ),
]
DemoOption = Annotated[
    Path | None,
    typer.Option(
        "--demo",
        metavar="DIR",
        help=say(
            "Dựng trước hệ thống mẫu với nửa năm lịch sử và mỗi loại người dùng một tài khoản, trong thư mục mới DIR.",
            "First make a sample estate with half a year of history and a user of each kind, in a new folder DIR.",
        ),
    ),
]

OpenApiOption = Annotated[
    bool,
    typer.Option(
        "--openapi", help=say("In mô tả OpenAPI của API rồi dừng.", "Print the API's OpenAPI document, stop.")
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "serve",
        help=say(
            "Chạy trang điều hành cho trình duyệt, đến khi bị ngắt (Ctrl-C).\n\nĐặt sau một reverse proxy có TLS: xem "
            "docs/console.md. Tạo người dùng bằng `khien user add`.",
            "Serve the console to browsers until interrupted (Ctrl-C).\n\nPut it behind a reverse proxy with TLS: see "
            "docs/console.md. Make users with `khien user add`.",
        ),
    )(serve)


def serve(
    bind: BindOption = BIND,
    demo: DemoOption = None,
    openapi: OpenApiOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`. Raises Usage for an address that cannot be had, and for a folder of `--demo` that is in use."""
    if openapi:
        print_json(schema())
        return 0
    host, port = _address(bind)
    if demo is not None:
        from scanner.cli.made_up import half_a_year  # scans: only where that is asked for

        config = half_a_year(demo)
    settings = read_config(config)
    open_console(settings)
    from console import accounts, serving
    from console.written import Written
    from scanner.cli.previewing import previewer

    if not ip_address(host).is_loopback:
        note(
            say(
                "Cảnh báo: ngoài loopback trình duyệt chỉ đăng nhập được qua HTTPS; hãy đặt reverse proxy phía trước.",
                "Warning: beyond loopback browsers can sign in over HTTPS alone; put a reverse proxy before it.",
            ),
            style="yellow",
        )
    if not accounts.every():
        note(say("Chưa có người dùng nào: khien user add", "There are no users yet: khien user add"), style="yellow")
    section = settings.console
    factor = () if demo else section.second_factor  # whoever tries it out has no telephone ready
    written = Written(settings.policies, settings.policy, _reminders(settings), previewer(config))
    wanted = serving.Serving(
        host, port, section.hosts, section.proxy, factor, section.contact or "", written, provider(settings)
    )
    try:
        serving.serve(wanted, file_readers(config), _tell)
    except OSError as error:
        raise Usage(f"không lắng nghe được ở {bind}: {error}", f"{bind} cannot be had: {error}") from None
    return 0


def _reminders(config: Config) -> tuple[int, ...] | None:
    """How many days after it is due a fault is told of; None where nobody is told."""
    return None if config.alerts is None else config.alerts.steps(config.reminders).due


def schema() -> dict[str, Any]:
    """The OpenAPI document of the console's API."""
    history.setup(":memory:", "console.settings")
    from console.api import openapi

    return openapi.document()


def _tell(host: str, port: int) -> None:
    print_line(f"http://{f'[{host}]' if ':' in host else host}:{port}/")


def _address(bind: str) -> tuple[str, int]:
    """Host and port. Raises Usage for what is no address with a port."""
    host, _, port = bind.rpartition(":")
    host = host.strip("[]")
    try:
        ip_address(host)
        number = int(port)
    except ValueError:
        number = -1
    if not 0 <= number <= 65535:
        raise Usage(f"--bind cần dạng {BIND} hoặc [::1]:8440", f"--bind is of the form {BIND} or [::1]:8440")
    return host, number
