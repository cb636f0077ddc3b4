"""The agencies with their places and figures as CSV, one row an agency."""

from checks.model.text import Language
from reports.estate.formats.tables import agencies
from reports.estate.model import EstateReport
from reports.formats.csv import separated


class EstateCsv:
    """The ranking as CSV."""

    name = "csv"
    suffix = ".csv"

    def render(self, report: EstateReport, language: Language) -> bytes:
        """The file. A text that could be taken for a formula has an apostrophe before it."""
        return separated(agencies(report, language), language)
