"""The report as a workbook (ECMA-376): a sheet for each table. Equal reports give equal bytes."""

import re
from collections.abc import Iterable
from copy import copy
from datetime import datetime
from io import BytesIO
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell
from openpyxl.styles import Alignment, Font
from openpyxl.styles.cell_style import StyleArray
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from checks.model.text import Language
from reports.formats.tables import Table, tables
from reports.model import AgencyReport

LONGEST = 32_767
"""Characters that a cell may hold."""
WIDEST = 60
EARLIEST = (1980, 1, 1, 0, 0, 0)
"""The time of every part of the file: the first that a ZIP can tell."""
_NO_CHARACTER = re.compile("[\ufffe\uffff]")
"""What XML 1.0 has no place for, beside what the library names."""
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


class Xlsx:
    """An agency's report as a workbook."""

    name = "xlsx"
    suffix = ".xlsx"

    def render(self, report: AgencyReport, language: Language) -> bytes:
        """The file. Every text is a text, also one that begins like a formula."""
        return workbook(tables(report, language), language, report.run.as_of)


def workbook(sheets: Iterable[Table], language: Language, made: datetime) -> bytes:
    """Tables as a workbook that says that it was made at that time."""
    book = Workbook()
    book.remove(book.worksheets[0])
    book.properties.creator = "Khiên"
    book.properties.language = language
    book.properties.created = made.replace(tzinfo=None)
    for table in sheets:
        _fill(book.create_sheet(table.name.in_(language)), table, language)
    file = BytesIO()
    book.save(file)
    return _timeless(file.getvalue(), f"{made:%Y-%m-%dT%H:%M:%SZ}".encode())


def _fill(sheet: Worksheet, table: Table, language: Language) -> None:
    head = tuple(column.in_(language) for column in table.columns)
    looks = _look(sheet, quoted=False), _look(sheet, quoted=True)
    for row, cells in enumerate((head, *table.rows), start=1):
        for column, value in enumerate(cells, start=1):
            _put(sheet.cell(row, column), value, looks)
    for column, name in enumerate(head, start=1):
        sheet.cell(1, column).font = Font(bold=True)
        longest = max(len(name), *(len(str(row[column - 1])) for row in table.rows), 8)
        sheet.column_dimensions[get_column_letter(column)].width = min(longest + 3, WIDEST)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = sheet.dimensions


def _look(sheet: Worksheet, quoted: bool) -> StyleArray:
    """How a text looks, settled once for all cells: the library takes longer over a cell's look than over its text."""
    cell: Any = Cell(sheet, 1, 1)  # what a look is kept in, the library's types leave out
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    cell.quotePrefix = quoted
    look: StyleArray = cell._style
    return look


def _put(cell: Any, value: str | int, looks: tuple[StyleArray, StyleArray]) -> None:
    """A number as a number and a text as nothing but a text, even after somebody edits the cell."""
    if isinstance(value, int):
        cell.value = value
        return
    text = (
        ILLEGAL_CHARACTERS_RE.sub("\ufffd", _NO_CHARACTER.sub("\ufffd", value))
        .encode("utf-8", "backslashreplace")
        .decode()
    )
    cell.value = text if len(text) <= LONGEST else text[: LONGEST - 1] + "…"
    cell.data_type = "s"
    cell._style = copy(looks[text.startswith(("=", "+", "-", "@"))])


def _timeless(data: bytes, made: bytes) -> bytes:
    """The same workbook with the time of judgement in place of the time of writing."""
    file = BytesIO()
    with ZipFile(BytesIO(data)) as old, ZipFile(file, "w", ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "docProps/core.xml":
                part = _MODIFIED.sub(rb"\g<1>" + made, part)
            info = ZipInfo(name, EARLIEST)
            info.compress_type = ZIP_DEFLATED
            new.writestr(info, part)
    return file.getvalue()
