"""khien demo: the whole way on one machine: start an estate of loopback servers, scan it, write every report."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from checks.model.text import Language
from demo.estate import running_estate
from demo.words import EstateError
from history.lock import scan_lock
from reports.estate.formats import ESTATE_FORMATS
from reports.formats import FORMATS
from reports.formats.agency import Wanted
from scanner.cli.actor import actor
from scanner.cli.errors import Usage
from scanner.cli.estate import estate_report, write_estate
from scanner.cli.language import say
from scanner.cli.looking import order
from scanner.cli.memory import open_history
from scanner.cli.options import DEFAULT_CONFIG, ConfigOption
from scanner.cli.rendering import usable_cores
from scanner.cli.scan import open_run, run_to_end
from scanner.cli.showing import summary_table
from scanner.cli.telling import AgencyReports
from scanner.cli.ui import note, print_line
from scanner.cli.workspace import open_workspace, with_granted
from scanner.cli.writing import write_reports

LANGUAGES: tuple[Language, ...] = ("vi", "en")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(
        "demo",
        help=say(
            "Dựng một hệ thống mẫu gồm các máy chủ tốt và xấu trên loopback, rà quét, lập mọi báo cáo, rồi dừng.\n\n"
            "Sau đó mọi lệnh khác dùng tiếp được với --config DIR/khien.yaml.",
            "Start a sample estate of good and bad servers on loopback, scan it, write every report, and stop it.\n\n"
            "All other commands go on from there with --config DIR/khien.yaml.",
        ),
    )(demo)


def demo(
    out: Annotated[
        Path, typer.Option("--out", "-o", metavar="DIR", help=say("Thư mục kết quả.", "Folder for everything."))
    ] = Path("out"),
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`. The configuration is what it makes; the option is taken because every command takes it."""
    out.mkdir(parents=True, exist_ok=True)
    note(say("Đang dựng các máy chủ mẫu trên loopback ...", "Starting the sample servers on loopback ..."))
    try:
        with running_estate(out):
            return _scan_and_tell(out)
    except EstateError as error:
        raise Usage(error.words.vi, error.words.en) from None


def _scan_and_tell(folder: Path) -> int:
    workspace = open_workspace(folder / "khien.yaml")
    recorder = open_history(workspace.config)
    workspace = with_granted(workspace, recorder)
    now = datetime.now(UTC).replace(microsecond=0)
    with scan_lock():
        chosen = order(workspace, workspace.inventory.assets, None, workspace.config.vantage, now)
        run_id = open_run(recorder, workspace, chosen, now, actor())
        findings = run_to_end(run_id, chosen, workspace, recorder)
    note(say("Đang lập báo cáo ...", "Writing the reports ..."))
    reports, output = AgencyReports(recorder, run_id, (), workspace.config.letter), workspace.config.output
    write_reports(reports, Wanted(FORMATS, LANGUAGES, beside=True), output, usable_cores())
    estate = estate_report(reports)
    for language in LANGUAGES:
        for path in write_estate(estate, ESTATE_FORMATS, language, output):
            print_line(path)
    summary_table(run_id, workspace.inventory, findings)
    config = folder / "khien.yaml"
    print_line(
        say(
            f"Xem tiếp: khien history show {run_id} --config {config}",
            f"Go on: khien history show {run_id} --config {config}",
        )
    )
    return 0
