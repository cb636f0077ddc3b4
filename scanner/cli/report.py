"""khien report: tell what a run found, as files."""

from pathlib import Path

import typer

from reports.formats import FORMATS, schema
from scanner.cli import send
from scanner.cli.config import read_config
from scanner.cli.errors import Refused, Usage
from scanner.cli.holding import held_words
from scanner.cli.language import say
from scanner.cli.memory import latest_run, open_history
from scanner.cli.options import DEFAULT_CONFIG, AgencyOption, ConfigOption, OutOption, SchemaOption, language
from scanner.cli.report_options import FormatsOption, HeldOption, ReportLangOption, RunOption, chosen_formats
from scanner.cli.telling import AgencyReports, write_reports
from scanner.cli.ui import print_json, print_line


def register(app: typer.Typer) -> None:
    """Add the command, which does its work where none of those below it is named."""
    group = typer.Typer(
        invoke_without_command=True,
        help=say(
            "Lập báo cáo của một đợt rà quét cho từng cơ quan (mặc định: đợt mới nhất, PDF và JSON).",
            "Write the reports of a scan run, one for each agency (by default: the latest run, PDF and JSON).",
        ),
    )
    group.callback()(report)
    send.register(group)
    app.add_typer(group, name="report")


def report(
    context: typer.Context,
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
    if context.invoked_subcommand is not None:
        _only_before(context, "lang")
        return 0
    if show_schema:
        print_json(schema())
        return 0
    wanted = chosen_formats(formats, FORMATS)
    asked = language(lang) if lang is not None else None
    settings = read_config(config)
    recorder = open_history(settings)
    run_id = run or latest_run(recorder)
    reports = AgencyReports(recorder, run_id, agency or (), settings.letter)
    if reports.run.held is not None and not even_if_held:
        raise Refused(*held_words(reports.run.held))
    chosen = asked or settings.language
    folder: Path = out or settings.output
    for path in write_reports(reports, wanted, chosen, folder):
        print_line(path)
    return 0


def _only_before(context: typer.Context, *allowed: str) -> None:
    """Raises Usage where an option stands before the name of a command below, which would not see it."""
    for name in context.params:
        source = context.get_parameter_source(name)
        if name not in allowed and source is not None and source.name == "COMMANDLINE":
            below = context.invoked_subcommand
            raise Usage(f"các tùy chọn phải đứng sau khien report {below}", f"options stand after khien report {below}")
