"""khien init: the files to begin with, commented in the language of the command line."""

from datetime import UTC, datetime
from importlib.resources import files
from pathlib import Path
from typing import Annotated

import typer

from scanner.cli.errors import Usage
from scanner.cli.language import LANGUAGE, say
from scanner.cli.options import DEFAULT_CONFIG, ConfigOption
from scanner.cli.ui import print_line

FILES = ("khien.yaml", "inventory.yaml", "waivers.yaml")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "init",
        help=say(
            "Tạo khien.yaml, inventory.yaml và waivers.yaml có chú thích trong một thư mục; không ghi đè tệp đã có.",
            "Write a commented khien.yaml, inventory.yaml and waivers.yaml into a folder; nothing is overwritten.",
        ),
    )(init)


def init(
    folder: Annotated[Path, typer.Argument(metavar="[DIR]", help=say("Thư mục.", "The folder."))] = Path(),
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`. The configuration is what it makes; the option is taken because every command takes it."""
    existing = [name for name in FILES if (folder / name).exists()]
    if existing:
        names = ", ".join(existing)
        raise Usage(f"đã có: {names}; không ghi đè", f"there already: {names}; nothing is overwritten")
    folder.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        (folder / name).write_text(template(name), encoding="utf-8")
        print_line(folder / name)
    print_line(
        say(
            "Tiếp theo: khai báo cơ quan và tài sản trong inventory.yaml, kiểm tra bằng `khien inventory check`, "
            "kiểm tra máy bằng `khien doctor`, rồi `khien scan`.",
            "Next: enter your agencies and assets in inventory.yaml, check it with `khien inventory check`, check the "
            "machine with `khien doctor`, then `khien scan`.",
        )
    )
    return 0


def template(name: str) -> str:
    """A file to begin with, in the language of the command line; its dates are of this year."""
    text = files("scanner.cli").joinpath("templates", LANGUAGE, name).read_text(encoding="utf-8")
    return text.replace("@YEAR@", str(datetime.now(UTC).year))
