"""Every format that an agency's report can be written in: one explicit tuple."""

from reports.formats.csv import Csv
from reports.formats.interface import Format
from reports.formats.json import Json, schema
from reports.formats.oscal import Oscal
from reports.formats.pdf import Pdf
from reports.formats.sarif import Sarif
from reports.formats.xlsx import Xlsx
from reports.model import AgencyReport

__all__ = ["FORMATS", "Format", "by_name", "schema"]

FORMATS: tuple[Format[AgencyReport], ...] = (Pdf(), Json(), Csv(), Xlsx(), Oscal(), Sarif())

_BY_NAME = {each.name: each for each in FORMATS}


def by_name(name: str) -> Format[AgencyReport]:
    """The format of that name. Raises KeyError for an unknown one."""
    return _BY_NAME[name]
