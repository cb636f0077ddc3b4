"""The report on the estate as a workbook: a sheet for each table, with every row that the PDF leaves out."""

from checks.model.text import Language
from reports.estate.formats.tables import tables
from reports.estate.model import EstateReport
from reports.formats.xlsx import workbook


class EstateXlsx:
    """The estate as a workbook."""

    name = "xlsx"
    suffix = ".xlsx"

    def render(self, report: EstateReport, language: Language) -> bytes:
        """The file. Every text is a text, also one that begins like a formula."""
        return workbook(tables(report, language), language, report.run.as_of)
