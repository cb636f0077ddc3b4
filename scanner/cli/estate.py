"""The wiring of the report on the estate: every agency's report of a run, one after the other, becomes one."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from checks.model.text import Language
from reports.estate.build import build
from reports.estate.model import EstateReport
from reports.estate.summary import summaries
from reports.formats import Format
from reports.formats.files import write
from scanner.cli.telling import AgencyReports


def estate_report(reports: AgencyReports) -> EstateReport:
    """The report on the estate. Of each agency's report only its summary is kept."""
    return build(
        reports.run,
        summaries(reports),
        reports.inventory.agencies,
        reports.inventory.assets,
        reports.policies,
        reports.letter,
    )


def write_estate(
    report: EstateReport, formats: Sequence[Format[EstateReport]], language: Language, folder: Path
) -> Iterator[Path]:
    """Write the report in every format, and say where, one by one."""
    folder.mkdir(parents=True, exist_ok=True)
    for each in formats:
        path = folder / f"estate.{language}{each.suffix}"
        write(each, report, language, path)
        yield path
