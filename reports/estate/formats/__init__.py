"""Every format that the report on the estate can be written in: one explicit tuple."""

from reports.estate.formats.csv import EstateCsv
from reports.estate.formats.json import EstateJson, estate_schema
from reports.estate.formats.pdf import EstatePdf
from reports.estate.formats.xlsx import EstateXlsx
from reports.estate.model import EstateReport
from reports.formats.interface import Format

__all__ = ["ESTATE_FORMATS", "estate_schema"]

ESTATE_FORMATS: tuple[Format[EstateReport], ...] = (EstatePdf(), EstateJson(), EstateCsv(), EstateXlsx())
