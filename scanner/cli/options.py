"""Options that several commands share, said once."""

from pathlib import Path
from typing import Annotated

import typer

from checks.model.text import Language
from scanner.cli.language import say

ConfigOption = Annotated[
    Path, typer.Option("--config", "-c", help=say("Tệp cấu hình.", "The configuration file."), show_default=True)
]
DEFAULT_CONFIG = Path("khien.yaml")
JsonOption = Annotated[bool, typer.Option("--json", help=say("Kết quả dạng JSON.", "The result as JSON."))]
SchemaOption = Annotated[
    bool, typer.Option("--schema", help=say("In JSON Schema rồi dừng.", "Print the JSON Schema and stop."))
]
AgencyOption = Annotated[
    list[str] | None,
    typer.Option(
        "--agency", metavar="ID", help=say("Chỉ cơ quan này (lặp lại được).", "Only this agency (repeatable).")
    ),
]
AssetOption = Annotated[
    list[str] | None,
    typer.Option("--asset", metavar="ID", help=say("Chỉ tài sản này (lặp lại được).", "Only this asset (repeatable).")),
]
OutOption = Annotated[
    Path | None,
    typer.Option("--out", "-o", metavar="DIR", help=say("Thư mục ghi kết quả.", "Folder for what is written.")),
]


def language(value: str) -> Language:
    """The language of an option's value. Raises typer.BadParameter for any other than vi and en."""
    if value not in ("vi", "en"):
        raise typer.BadParameter(
            say(f"--lang phải là vi hoặc en, không phải {value!r}", f"--lang is vi or en, not {value!r}")
        )
    return "en" if value == "en" else "vi"
