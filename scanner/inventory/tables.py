"""Inventories kept in spreadsheets: CSV (two files) and XLSX (two sheets), agencies and assets.

The first row names the columns: the keys of the YAML form, dotted where they are nested (`name.vi`,
`authorisation.valid_from`, `contacts.0.email`). Lists are separated by ";". An empty cell is an absent key.
Every cell is text: a spreadsheet's own numbers and dates are turned back into the text that was typed.
"""

import csv
import io
import unicodedata
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from checks.model.text import Text
from policies.strict_yaml import MAX_BYTES, Document, InputError, InputErrors, overloaded

SHEETS = ("agencies", "assets")
MAX_ROWS = 100_000
"""More rows in one sheet are refused."""
MAX_COLUMNS = 200
MAX_CELLS = 2_000_000
"""More cells in one sheet are refused."""
LONGEST_COLUMN = 100
"""Characters of a column's name."""
_UNPACKED = 20
"""A workbook may unpack to this many times the size that a file may have."""

_LISTS = frozenset(
    {"tags", "ports", "endpoints", "trust_anchors", "formerly", "authorisation.addresses", "authorisation.source"}
)
_INTEGERS = frozenset({"level", "ports"})


@dataclass(frozen=True, slots=True)
class File:
    """A file that was read, or sent."""

    name: str
    """By which errors name it."""
    data: bytes


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is read before it is refused."""

    most: int = MAX_BYTES
    """Bytes of all files."""
    cells: int = MAX_CELLS


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    place: str


def read_csv(files: Mapping[str, File], bounds: Bounds) -> Document:
    """The two sheets by name: UTF-8 or UTF-16, separated by comma, semicolon or tab. Raises InputErrors."""
    errors: list[InputError] = []
    value: dict[str, Any] = {}
    places: dict[tuple[str | int, ...], str] = {}
    for sheet in SHEETS:
        try:
            _records(sheet, _csv_rows(files[sheet], bounds), value, places)
        except InputErrors as error:
            errors += error.errors
    if errors:
        raise InputErrors(errors)
    return Document("", value, places)


def read_xlsx(file: File, bounds: Bounds) -> Document:
    """The sheets agencies and assets of a workbook; formulas are read as the values they had when saved.

    Raises InputErrors.
    """
    value: dict[str, Any] = {}
    places: dict[tuple[str | int, ...], str] = {}
    for sheet, rows in _workbook(file, bounds).items():
        _records(sheet, rows, value, places)
    return Document(file.name, value, places)


def read_form(sheet: str, fields: Mapping[str, str]) -> Document:
    """One row of a sheet, as a form has it: by the names of columns, which are also the places, of what is left empty
    too. Raises InputErrors."""
    value: dict[str, Any] = {}
    places: dict[tuple[str | int, ...], str] = {}
    head = [_Cell(name, name) for name in fields]
    _records(sheet, [head, [_Cell(text.strip(), name) for name, text in fields.items()]], value, places)
    value[sheet] = value[sheet] or [{}]
    for name in fields:
        path = _path(name)
        for length in range(1, len(path) + 1):
            places.setdefault((sheet, 0, *path[:length]), name)
    return Document("", value, places)


def _workbook(file: File, bounds: Bounds) -> dict[str, list[list[_Cell]]]:
    import openpyxl  # here, for most inventories are YAML, and it takes longer to import than all that reads those

    try:
        with zipfile.ZipFile(io.BytesIO(file.data)) as archive:
            if sum(each.file_size for each in archive.infolist()) > bounds.most * _UNPACKED:
                raise _fault(file, "", Text("bảng tính quá lớn", "the workbook is too large"))
        book = openpyxl.load_workbook(io.BytesIO(file.data), read_only=True, data_only=True)
        try:
            missing = [sheet for sheet in SHEETS if sheet not in book.sheetnames]
            if missing:
                names = ", ".join(missing)
                raise _fault(file, "", Text(f"thiếu trang tính: {names}", f"sheets are missing: {names}"))
            return {sheet: list(_sheet_rows(file, sheet, book[sheet], bounds)) for sheet in SHEETS}
        finally:
            book.close()
    except InputErrors:
        raise
    except Exception as error:  # a hostile workbook can break the library in any way, also while rows are read
        reason = type(error).__name__
        raise _fault(file, "", Text(f"không phải tệp XLSX ({reason})", f"not an XLSX file ({reason})")) from None


def _sheet_rows(file: File, sheet: str, cells: Any, bounds: Bounds) -> Iterator[list[_Cell]]:
    from openpyxl.utils import get_column_letter

    left = bounds.cells
    for number, row in enumerate(cells.iter_rows(values_only=True), start=1):
        left -= len(row)
        if number > MAX_ROWS or len(row) > MAX_COLUMNS or left < 0:
            raise _fault(file, sheet, Text("trang tính quá lớn", "the sheet is too large"))
        yield [_Cell(_typed(each), f"{sheet}!{get_column_letter(at)}{number}") for at, each in enumerate(row, start=1)]


def _typed(value: Any) -> str:
    """The text that somebody typed for a spreadsheet's value."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def _csv_rows(file: File, bounds: Bounds) -> list[list[_Cell]]:
    text = _decoded(file, bounds)
    delimiter = max(";,\t", key=text.split("\n", 1)[0].count)
    rows = []
    left = bounds.cells
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row in reader:
            left -= len(row)
            if reader.line_num > MAX_ROWS or len(row) > MAX_COLUMNS or left < 0:
                raise _fault(file, str(reader.line_num), Text("bảng quá lớn", "the table is too large"))
            place = f"{file.name}:{reader.line_num}"
            rows.append([_Cell(each.strip(), f"{place}:{at}") for at, each in enumerate(row, start=1)])
    except csv.Error as error:
        raise _fault(file, str(reader.line_num), Text(f"lỗi CSV: {error}", f"CSV error: {error}")) from None
    return rows


def _decoded(file: File, bounds: Bounds) -> str:
    if len(file.data) > bounds.most:
        raise _fault(file, "", Text("tệp quá lớn", "the file is too large"))
    encoding = "utf-16" if file.data[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return file.data.decode(encoding)
    except UnicodeDecodeError as error:
        raise _fault(
            file,
            "",
            Text(f"không phải UTF-8 hay UTF-16 tại byte {error.start}", f"not UTF-8 or UTF-16 at byte {error.start}"),
        ) from None


def _records(
    sheet: str, rows: Iterable[list[_Cell]], value: dict[str, Any], places: dict[tuple[str | int, ...], str]
) -> None:
    """Rows of one sheet as the records of one key, each cell's place noted."""
    filled = [row for row in rows if any(cell.text for cell in row)]
    header = filled[0] if filled else []
    names = [cell.text for cell in header if cell.text]
    for cell in header:
        if len(cell.text) > LONGEST_COLUMN:
            raise InputErrors([InputError("", cell.place, Text("tên cột quá dài", "the column's name is too long"))])
        if names.count(cell.text) > 1:
            raise InputErrors(
                [InputError("", cell.place, Text(f"cột lặp lại: {cell.text}", f"duplicate column: {cell.text}"))]
            )
    records: list[dict[str, Any]] = []
    for row in filled[1:]:
        index = len(records)
        record: dict[str, Any] = {}
        places[sheet, index] = row[0].place
        for column, cell in zip(header, row, strict=False):
            if cell.text:
                _put(record, column.text, _composed(cell))
                places[sheet, index, column.text] = cell.place
                path = _path(column.text)
                for length in range(1, len(path) + 1):
                    places.setdefault((sheet, index, *path[:length]), cell.place)
        for extra in row[len(header) :]:
            if extra.text:
                record[f"({extra.place})"] = extra.text  # refused as an unknown key, at its own place
                places[sheet, index, f"({extra.place})"] = extra.place
        records.append(record)
    value[sheet] = records


def _path(column: str) -> tuple[str | int, ...]:
    return tuple(int(part) if part.isdecimal() else part for part in column.split("."))


def _composed(cell: _Cell) -> str:
    """The text of a cell in NFC, as that of YAML. Raises InputErrors for more marks on a letter than any text has."""
    if overloaded(cell.text):
        raise InputErrors(
            [InputError("", cell.place, Text("quá nhiều dấu trên một chữ", "too many marks on one letter"))]
        )
    return unicodedata.normalize("NFC", cell.text)


def _put(record: dict[str, Any], column: str, text: str) -> None:
    """Set a dotted column; numbered parts make lists of mappings ("contacts.0.email")."""
    *parents, last = column.split(".")
    found: Any = record
    for position, part in enumerate(parents):
        following = [*parents, last][position + 1]
        empty: Any = [] if following.isdecimal() else {}
        if isinstance(found, list):
            index = int(part) if part.isdecimal() else MAX_COLUMNS
            if index > len(found):
                break
            if index == len(found):
                found.append({})
            found = found[index]
        else:
            found = found.setdefault(part, empty)
    else:
        if isinstance(found, dict) and last not in found:
            found[last] = _parsed(column, text)
            return
    record[column] = text  # a column that fits nowhere is refused as an unknown key


def _parsed(column: str, text: str) -> Any:
    if column in _LISTS:
        items = [item.strip() for item in text.split(";") if item.strip()]
        return [_integer(item) for item in items] if column in _INTEGERS else items
    return _integer(text) if column in _INTEGERS else text


def _integer(text: str) -> int | str:
    """The number, or the text as it is for the strict types to refuse at its place."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else text


def _fault(file: File, place: str, message: Text) -> InputErrors:
    return InputErrors([InputError(file.name, place, message)])
