"""The findings as CSV (RFC 4180) in UTF-8 with a byte order mark, without which spreadsheets misread Vietnamese."""

import csv
from io import StringIO

from checks.model.text import Language
from reports.formats.tables import Cell, Table, findings
from reports.model import AgencyReport

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
"""A spreadsheet may run a cell that begins so, and what servers send stands in the cells."""


class Csv:
    """An agency's findings as CSV, one row an instance."""

    name = "csv"
    suffix = ".csv"

    def render(self, report: AgencyReport, language: Language) -> bytes:
        """The file. A text that could be taken for a formula has an apostrophe before it."""
        return separated(findings(report, language), language)


def separated(table: Table, language: Language) -> bytes:
    """A table as CSV."""
    text = StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(column.in_(language) for column in table.columns)
    writer.writerows([_safe(each) for each in row] for row in table.rows)
    return text.getvalue().encode("utf-8-sig", "backslashreplace")


def _safe(cell: Cell) -> Cell:
    """The cell as no spreadsheet takes it for a formula."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA_STARTS) else cell
