"""khien report: tell what a run found, as files."""

from contextlib import nullcontext
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import typer

from reports.estate.formats import ESTATE_FORMATS, estate_schema
from reports.formats import FORMATS, schema
from reports.formats.agency import Wanted
from reports.model import Issue
from scanner.cli import issued, send, verify
from scanner.cli.actor import ByOption, actor
from scanner.cli.config import Config, read_config
from scanner.cli.errors import Refused, Usage
from scanner.cli.estate import estate_report, write_estate
from scanner.cli.holding import held_words
from scanner.cli.issue import FORMAT, Order, issue_reports, unsigned
from scanner.cli.language import say
from scanner.cli.memory import latest_run, open_history
from scanner.cli.moments import AsOfOption, as_of
from scanner.cli.options import DEFAULT_CONFIG, AgencyOption, ConfigOption, OutOption, SchemaOption, language
from scanner.cli.past import Past
from scanner.cli.past_reports import PastReports
from scanner.cli.rendering import usable_cores
from scanner.cli.report_options import (
    AgainOption,
    DateOption,
    DraftOption,
    EstateOption,
    FilesOption,
    FormatsOption,
    HeldOption,
    JobsOption,
    NumberOption,
    ReportLangOption,
    RunOption,
    SignOption,
    chosen_formats,
)
from scanner.cli.signing import signatory
from scanner.cli.telling import AgencyReports
from scanner.cli.ui import print_json, print_line
from scanner.cli.writing import write_reports


def register(app: typer.Typer) -> None:
    """Add the command, which does its work where none of those below it is named."""
    group = typer.Typer(
        invoke_without_command=True,
        help=say(
            "Lập báo cáo của một đợt rà quét cho từng cơ quan, hoặc một báo cáo toàn tỉnh (--estate). Mặc định: đợt "
            "mới nhất, PDF và JSON, dự thảo chưa có số và ngày.\n\n"
            "Ban hành: --number và --date điền số, ngày; --sign ký số. Báo cáo đã ban hành hoặc đã ký là PDF, được lưu "
            "nguyên văn (khien report issued); gọi lại với số đó thì nhận đúng bản lưu.\n\n"
            "Một ngày đã qua: --as-of ghi lại báo cáo của đợt gần nhất đến khi đó: bản lưu nếu đã ban hành hoặc ký; "
            "nếu không thì lập lại từ lịch sử.",
            "Write the reports of a scan run: one for each agency, or one on the whole estate (--estate). By default: "
            "the latest run, PDF and JSON, drafts without number and date.\n\n"
            "To issue: --number and --date fill them in, --sign signs. An issued or signed report is a PDF and is "
            "archived as it is (khien report issued); the same number again gives the archived copy.\n\n"
            "A date that is past: --as-of writes the report of the latest run until then: the archived copy where it "
            "was issued or signed, otherwise made anew from history.",
        ),
    )
    group.callback()(report)
    send.register(group)
    issued.register(group)
    verify.register(group)
    app.add_typer(group, name="report")


def report(
    context: typer.Context,
    run: RunOption = None,
    at: AsOfOption = None,
    agency: AgencyOption = None,
    estate: EstateOption = False,
    formats: FormatsOption = "pdf,json",
    lang: ReportLangOption = None,
    number: NumberOption = None,
    date: DateOption = None,
    again: AgainOption = False,
    sign: SignOption = False,
    by: ByOption = None,
    out: OutOption = None,
    files: FilesOption = False,
    jobs: JobsOption = None,
    even_if_held: HeldOption = False,
    even_if_draft: DraftOption = False,
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
    issue = _issue(number, date)
    if sign and issue is None and not even_if_draft:
        raise Refused(
            "dự thảo chưa có số và ngày thì không ký; thêm --number và --date, hoặc --even-if-draft",
            "a draft without number and date is not signed; add --number and --date, or --even-if-draft",
        )
    issuing = issue is not None or sign
    if issuing:
        formats = _only_pdf(context, formats, files)
    of_estate = chosen_formats(formats, ESTATE_FORMATS) if estate else []
    of_agencies = chosen_formats(formats, FORMATS) if not estate else []
    asked = language(lang) if lang is not None else None
    moment = as_of(at)
    if moment is not None and (run is not None or issuing):
        raise Usage(
            "--as-of không đi cùng --run, --number, --sign: một thời điểm đã qua thì không ban hành nữa",
            "--as-of does not go with --run, --number, --sign: nothing is issued of what is past",
        )
    settings = read_config(config)
    recorder = open_history(settings)
    if moment is not None:
        wanted = Wanted(of_agencies, (asked or settings.language,), files)
        told = PastReports(Past(recorder, moment), unsigned(settings.letter), out or settings.output, even_if_held)
        if estate:
            told.write_estate(of_estate, asked or settings.language)
        else:
            told.write(agency or (), wanted, jobs or usable_cores())
        return 0
    run_id = run or latest_run(recorder)
    letter = settings.letter if sign else unsigned(settings.letter)
    reports = AgencyReports(recorder, run_id, agency or (), letter)
    if reports.run.held is not None and not even_if_held:
        raise Refused(*held_words(reports.run.held))
    chosen = asked or settings.language
    folder: Path = out or settings.output
    if issuing:
        order = Order(run_id, letter.symbol, issue, None, actor(by).who, chosen, folder, again)
        return _issue_all(order, settings if sign else None, reports, estate, jobs or usable_cores())
    if not estate:
        write_reports(reports, Wanted(of_agencies, (chosen,), files), folder, jobs or usable_cores())
        return 0
    for path in write_estate(estate_report(reports), of_estate, chosen, folder):
        print_line(path)
    return 0


def _issue_all(order: Order, signing: Config | None, reports: AgencyReports, estate: bool, jobs: int) -> int:
    """Issue reports, signed with the key of that configuration, or unsigned."""
    with signatory(signing) if signing is not None else nullcontext() as signer:
        for path in issue_reports(replace(order, signatory=signer), reports, estate, jobs):
            print_line(path)
    return 0


def _issue(number: int | None, day: datetime | None) -> Issue | None:
    """Number and date of the first report. Raises Usage where one of them is missing."""
    if (number is None) != (day is None):
        raise Usage("--number và --date đi cùng nhau", "--number and --date stand together")
    return Issue(number, day.date()) if number is not None and day is not None else None


def _only_pdf(context: typer.Context, formats: str, files: bool) -> str:
    """What an issued or signed report is. Raises Usage where other formats are asked for."""
    source = context.get_parameter_source("formats")
    if files or (source is not None and source.name == "COMMANDLINE" and formats.strip() != FORMAT):
        raise Usage(
            "báo cáo ban hành hoặc ký số là PDF (các tệp khác nằm trong PDF); bỏ --format và --files",
            "an issued or signed report is a PDF, with the other files inside; leave --format and --files out",
        )
    return FORMAT


def _only_before(context: typer.Context, *allowed: str) -> None:
    """Raises Usage where an option stands before the name of a command below, which would not see it."""
    for name in context.params:
        source = context.get_parameter_source(name)
        if name not in allowed and source is not None and source.name == "COMMANDLINE":
            below = context.invoked_subcommand
            raise Usage(f"các tùy chọn phải đứng sau khien report {below}", f"options stand after khien report {below}")
