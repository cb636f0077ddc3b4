"""Tables as pages show them, and the same as CSV."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.http import HttpRequest, HttpResponse

from checks.model.finding import Verdict
from checks.model.policy import Severity
from checks.model.text import Text
from console import journal
from console.request import Request
from reports.formats import tables
from reports.formats.csv import separated

LONGEST = 200
"""Characters of a filter, as an act tells it."""
Look = Literal["", "number", "code", "up", "down", "late"] | Verdict | Severity
"""How a cell is shown; a verdict has its mark, and no colour is the only sign of anything."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell."""

    text: str
    href: str = ""
    look: Look = ""
    value: tables.Cell | None = None
    """What stands in the CSV; None: the text."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column."""

    heading: Text
    numeric: bool = False
    sort: str = ""
    """Where the page can be sorted by it: the value of the parameter."""


@dataclass(frozen=True, slots=True)
class Table:
    """Rows under their columns; the first cell of a row names it."""

    caption: Text
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]
    empty: Text
    """What is said where there are no rows."""


def wants_csv(request: HttpRequest) -> bool:
    """Whether the table of a page is asked for and not the page."""
    return request.GET.get("format") == "csv"


def answer(request: Request, table: Table, name: str) -> HttpResponse:
    """The table as a CSV file to keep, in the language of the request; that it was taken is put on record."""
    viewer = request.door.viewer
    query = {key[:LONGEST]: value[:LONGEST] for key, value in request.GET.items() if key != "format"}
    agencies = (viewer.agency,) if viewer.agency else ()
    journal.note("data.downloaded", journal.signed_in(viewer.name), f"{name}.csv", agencies, query or None)
    rows = tuple(tuple(cell.text if cell.value is None else cell.value for cell in row) for row in table.rows)
    columns = tuple(column.heading for column in table.columns)
    return HttpResponse(
        separated(tables.Table(table.caption, columns, rows), request.language),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )
