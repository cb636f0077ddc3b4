"""khien report: tell what a run found, as files."""

from pathlib import Path

import typer

from reports.estate.formats import ESTATE_FORMATS, estate_schema
from reports.formats import FORMATS, schema
from reports.formats.agency import Wanted
from scanner.cli import send
from scanner.cli.config import read_config
from scanner.cli.errors import Refused, Usage
from scanner.cli.estate import estate_report, write_estate
from scanner.cli.holding import held_words
from scanner.cli.language import say
from scanner.cli.memory import latest_run, open_history
from scanner.cli.options import DEFAULT_CONFIG, AgencyOption, ConfigOption, OutOption, SchemaOption, language
from scanner.cli.rendering import usable_cores
from scanner.cli.report_options import (
    EstateOption,
    FilesOption,
    FormatsOption,
    HeldOption,
    JobsOption,
    ReportLangOption,
    RunOption,
    chosen_formats,
)
from scanner.cli.telling import AgencyReports
from scanner.cli.ui import print_json, print_line
from scanner.cli.writing import write_reports


def register(app: typer.Typer) -> None:
    """Add the command, which does its work where none of those below it is named."""
    group = typer.Typer(
        invoke_without_command=True,
        help=say(
            "Lập báo cáo của một đợt rà quét cho từng cơ quan, hoặc một báo cáo toàn tỉnh (--estate). Mặc định: đợt "
            "mới nhất, PDF và JSON.",
            "Write the reports of a scan run: one for each agency, or one on the whole estate (--estate). By default: "
            "the latest run, PDF and JSON.",
        ),
    )
    group.callback()(report)
    send.register(group)
    app.add_typer(group, name="report")


def report(
    context: typer.Context,
    run: RunOption = None,
    agency: AgencyOption = None,
    estate: EstateOption = False,
    formats: FormatsOption = "pdf,json",
    lang: ReportLangOption = None,
    out: OutOption = None,
    files: FilesOption = False,
    jobs: JobsOption = None,
    even_if_held: HeldOption = False,
    show_schema: SchemaOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`. Returns the exit status."""
    if context.invoked_subcommand is not None:
        _only_before(context, "lang")
        return 0
    if show_schema:
        print_json(estate_schema() if estate else schema())
        return 0
    if estate and (agency or files):
        raise Usage(
            "--estate là một báo cáo về mọi cơ quan, không kèm --agency hay --files",
            "--estate is one report about all; leave --agency and --files out",
        )
    of_estate = chosen_formats(formats, ESTATE_FORMATS) if estate else []
    of_agencies = chosen_formats(formats, FORMATS) if not estate else []
    asked = language(lang) if lang is not None else None
    settings = read_config(config)
    recorder = open_history(settings)
    run_id = run or latest_run(recorder)
    reports = AgencyReports(recorder, run_id, agency or (), settings.letter)
    if reports.run.held is not None and not even_if_held:
        raise Refused(*held_words(reports.run.held))
    chosen = asked or settings.language
    folder: Path = out or settings.output
    if not estate:
        write_reports(reports, Wanted(of_agencies, (chosen,), files), folder, jobs or usable_cores())
        return 0
    for path in write_estate(estate_report(reports), of_estate, chosen, folder):
        print_line(path)
    return 0


def _only_before(context: typer.Context, *allowed: str) -> None:
    """Raises Usage where an option stands before the name of a command below, which would not see it."""
    for name in context.params:
        source = context.get_parameter_source(name)
        if name not in allowed and source is not None and source.name == "COMMANDLINE":
            below = context.invoked_subcommand
            raise Usage(f"các tùy chọn phải đứng sau khien report {below}", f"options stand after khien report {below}")
