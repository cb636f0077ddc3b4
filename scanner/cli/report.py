"""khien report: tell what a run found, as files."""

from pathlib import Path
from typing import Annotated

import typer

from reports.formats import FORMATS, Format, schema
from scanner.cli.config import read_config
from scanner.cli.errors import Refused, Usage
from scanner.cli.language import say
from scanner.cli.memory import latest_run, open_history
from scanner.cli.options import DEFAULT_CONFIG, AgencyOption, ConfigOption, OutOption, SchemaOption, language
from scanner.cli.telling import agency_reports, held_words, hold_of, write_reports
from scanner.cli.ui import print_json, print_line

RunOption = Annotated[str | None, typer.Option("--run", metavar="RUN", help=say("Đợt rà quét.", "The scan run."))]
FormatsOption = Annotated[
    str, typer.Option("--format", help=say("Định dạng, cách nhau bằng dấu phẩy.", "Formats, separated by commas."))
]
ReportLangOption = Annotated[
    str | None,
    typer.Option("--lang", metavar="vi|en", help=say("Ngôn ngữ của báo cáo.", "The language of the report.")),
]
HeldOption = Annotated[
    bool,
    typer.Option(
        "--even-if-held",
        help=say(
            "Lập báo cáo cả khi đợt bị giữ lại vì quá nhiều phần chưa đánh giá được; báo cáo sẽ nói rõ.",
            "Write them even of a run that is held because far more than usual could not be assessed; they say so.",
        ),
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "report",
        help=say(
            "Lập báo cáo của một đợt rà quét cho từng cơ quan (mặc định: đợt mới nhất, PDF và JSON).",
            "Write the reports of a scan run, one for each agency (by default: the latest run, PDF and JSON).",
        ),
    )(report)


def report(
    run: RunOption = None,
    agency: AgencyOption = None,
    formats: FormatsOption = "pdf,json",
    lang: ReportLangOption = None,
    out: OutOption = None,
    even_if_held: HeldOption = False,
    show_schema: SchemaOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`. Returns the exit status."""
    if show_schema:
        print_json(schema())
        return 0
    wanted = _formats(formats)
    asked = language(lang) if lang is not None else None
    settings = read_config(config)
    recorder = open_history(settings)
    run_id = run or latest_run(recorder)
    hold = hold_of(recorder, run_id)
    if hold is not None and not even_if_held:
        raise Refused(*held_words(hold))
    chosen = asked or settings.language
    folder: Path = out or settings.output
    for path in write_reports(agency_reports(recorder, run_id, agency or (), settings.letter), wanted, chosen, folder):
        print_line(path)
    return 0


def _formats(names: str) -> list[Format]:
    known = {each.name: each for each in FORMATS}
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    unknown = [name for name in wanted if name not in known]
    if unknown or not wanted:
        raise Usage(
            f"định dạng không có: {', '.join(unknown)}; chọn trong {', '.join(known)}",
            f"unknown format: {', '.join(unknown)}; choose from {', '.join(known)}",
        )
    return [known[name] for name in wanted]
