"""An inventory as people write it: rows, and the YAML and XLSX files that are read again to the same inventory."""

import io
from collections.abc import Mapping
from typing import Any

import yaml

from checks.model.asset import Agency, Asset
from checks.model.canonical import plain
from checks.model.inventory import Inventory
from checks.model.text import Text
from policies.strict_yaml import Document, InputError, InputErrors
from scanner.inventory.inventory import anchors_of, assembled
from scanner.inventory.tables import SHEETS, Bounds, File, read_xlsx

Names = Mapping[str, str]
"""Digest of a trust anchor to the name under which it is written; one that is missing is written by its digest."""


def rows(inventory: Inventory, names: Names | None = None) -> dict[str, list[dict[str, Any]]]:
    """Agencies and assets as JSON types: fields that say nothing are left out."""
    return {
        "agencies": [row(each, names) for each in inventory.agencies],
        "assets": [row(each, names) for each in inventory.assets],
    }


def row(item: Agency | Asset, names: Names | None = None) -> dict[str, Any]:
    """One of them."""
    found = {key: each for key, each in plain(item).items() if each not in (None, [], {})}
    if isinstance(item, Asset) and item.ports == ():
        found["ports"] = []  # no port is expected, which is more than not to have said
    if "trust_anchors" in found:
        found["trust_anchors"] = [(names or {}).get(each, each) for each in found["trust_anchors"]]
    if "contacts" in found:
        found["contacts"] = [{key: each for key, each in row.items() if each is not None} for row in found["contacts"]]
    if "authorisation" in found:
        found["authorisation"] = {key: each for key, each in found["authorisation"].items() if each not in (None, [])}
    return found


def cells(item: Agency | Asset, names: Names | None = None) -> dict[str, str]:
    """The same as one row of a sheet: by the names of columns."""
    return dict(_cells(row(item, names)))


def as_yaml(inventory: Inventory, names: Names | None = None) -> str:
    """The inventory as a YAML file."""
    return yaml.safe_dump(rows(inventory, names), allow_unicode=True, sort_keys=False, width=120)


def as_xlsx(inventory: Inventory, names: Names | None = None) -> bytes:
    """The inventory as a workbook with two sheets, in which nothing is a formula.

    Raises InputErrors where a sheet cannot hold it, as with a list one of whose items has a ";" in it.
    """
    from openpyxl import Workbook
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    book = Workbook()
    book.remove(book.worksheets[0])
    for name, items in rows(inventory, names).items():
        sheet = book.create_sheet(name)
        found = [dict(_cells(each)) for each in items]
        columns = list(dict.fromkeys(column for each in found for column in each)) or ["id"]
        for number, each in enumerate([dict(zip(columns, columns, strict=True)), *found], start=1):
            for at, column in enumerate(columns, start=1):
                if column in each:
                    cell = sheet.cell(number, at)
                    cell.value, cell.data_type = ILLEGAL_CHARACTERS_RE.sub("\ufffd", each[column]), "s"
                    cell.quotePrefix = True  # a text for good, whoever edits it
        sheet.freeze_panes = "B2"
    file = io.BytesIO()
    book.save(file)
    data = file.getvalue()
    if rows(_read_again(data, inventory, names)) != rows(inventory):
        vi = "danh mục có giá trị mà bảng tính không giữ được (như dấu chấm phẩy trong danh sách); hãy xuất YAML"
        en = "the inventory has values that a sheet cannot hold, as a semicolon within a list; export YAML"
        raise InputErrors([InputError("xlsx", "", Text(vi, en))])
    return data


def _read_again(data: bytes, inventory: Inventory, names: Names | None) -> Inventory:
    """Raises InputErrors."""
    known = {(names or {}).get(each, each): der for each, der in inventory.anchors.items()}
    return assembled(read_xlsx(File("xlsx", data), Bounds()), anchors_of(known))


def revised(inventory: Inventory, sheet: str, changed: Document) -> Inventory:
    """The inventory with one row of a sheet put in the place of that with its id, or added; `changed` is a document of
    that row alone. Raises InputErrors: what is wrong with the row stands at its own places, anything else at that of
    the row it is in.
    """
    value: dict[str, list[dict[str, Any]]] = rows(inventory)
    (given,) = changed.value[sheet]
    ids = [each["id"] for each in value[sheet]]
    at = ids.index(given["id"]) if given.get("id") in ids else len(ids)
    value[sheet][at : at + 1] = [given]
    places: dict[tuple[str | int, ...], str] = {
        (kind, index): f"{kind}/{each.get('id', '')}" for kind in SHEETS for index, each in enumerate(value[kind])
    }
    places |= {(sheet, at, *path[2:]): place for path, place in changed.places.items() if len(path) > 2}
    return assembled(Document("", value, places), anchors_of(inventory.anchors))


def _cells(value: Any, column: str = "") -> list[tuple[str, str]]:
    """Dotted columns; a list of texts or numbers is one cell, and ";" alone an empty one."""
    if isinstance(value, Mapping):
        return [each for key, part in value.items() for each in _cells(part, f"{column}.{key}" if column else key)]
    if isinstance(value, list) and any(isinstance(each, Mapping) for each in value):
        return [each for index, part in enumerate(value) for each in _cells(part, f"{column}.{index}")]
    if isinstance(value, list):
        return [(column, "; ".join(str(each) for each in value) or ";")]
    return [(column, str(value))]
