"""An inventory that is written comes back the same, and what somebody sends is read within bounds, and alone."""

import io
import zipfile
from datetime import date
from pathlib import Path

import openpyxl
import pytest

from checks.model.asset import Agency, Asset, Authorisation, Contact
from checks.model.canonical import digest
from checks.model.inventory import Inventory, inventory_in, state
from checks.model.text import Text
from policies.strict_yaml import InputErrors
from scanner.inventory.inventory import anchors_of, assembled, read_inventory
from scanner.inventory.reading import read_sent
from scanner.inventory.tables import Bounds, read_form
from scanner.inventory.written import as_xlsx, as_yaml, cells, revised
from tests.certificates import authority

DER = authority("Inner").der
BOUNDS = Bounds(64 * 1024, 5_000)


def inventory() -> Inventory:
    agency = Agency(
        "so-mau",
        Text('=cmd|"calc" <b>Sở</b>', "+Sample"),
        contacts=(Contact("a@so-mau.example", "security", "en"), Contact("b@so-mau.example", "owner")),
        authorisation=Authorisation(
            "01", date(2026, 1, 1), date(2027, 12, 31), "22:00-05:00", addresses=("127.0.0.0/8", "::1/128")
        ),
        formerly=("so-cu",),
    )
    first = Asset("a", "so-mau", "https://a.example/x", 3, tags=("no", "1.10"), ports=(), trust_anchors=(digest(DER),))
    second = Asset("b", "so-mau", "https://b.example/", 1, ports=(80, 443), status="retired")
    return Inventory((agency,), (first, second), {digest(DER): DER})


def errors_of(files: dict[str, bytes], bounds: Bounds = BOUNDS) -> list[str]:
    with pytest.raises(InputErrors) as caught:
        assembled(read_sent(files, bounds), anchors_of({}))
    return [str(each) for each in caught.value.errors]


def test_a_state_gives_the_inventory_that_it_is_of() -> None:
    assert inventory_in(state(inventory())) == inventory()


@pytest.mark.parametrize("name", ["inventory.yaml", "inventory.xlsx"])
def test_what_is_written_is_read_again_the_same(name: str) -> None:
    data = as_xlsx(inventory()) if name.endswith("xlsx") else as_yaml(inventory()).encode()
    assert assembled(read_sent({name: data}, BOUNDS), anchors_of(inventory().anchors)) == inventory()


def test_a_workbook_holds_no_formula_and_says_what_it_cannot_hold() -> None:
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(inventory())))
    assert {cell.data_type for sheet in book for row in sheet for cell in row if cell.value is not None} == {"s"}
    odd = Inventory(inventory().agencies, (Asset("a", "so-mau", "https://a.example/", 1, tags=("x;y",)),))
    with pytest.raises(InputErrors, match="export YAML"):
        as_xlsx(odd)


def test_a_form_is_one_row_and_its_faults_stand_at_its_fields() -> None:
    fields = cells(inventory().assets[1]) | {"level": "2", "status": "active"}
    assert revised(inventory(), "assets", read_form("assets", fields)).assets[1].level == 2
    fields |= {"level": "9", "url": "https://127.1/", "ports": "80; x", "authorisation.document": "1"}
    with pytest.raises(InputErrors) as caught:
        revised(inventory(), "assets", read_form("assets", fields))
    assert {each.place for each in caught.value.errors} == {"level", "url", "ports", "authorisation.document"}
    with pytest.raises(InputErrors) as caught:
        revised(inventory(), "agencies", read_form("agencies", {"id": "moi", "name.vi": "Mới", "formerly": "so-cu"}))
    assert [each.place for each in caught.value.errors] == ["name.vi"]


def test_files_that_are_sent_read_nothing_of_this_machine(tmp_path: Path) -> None:
    secret = tmp_path / "secret.pem"
    secret.write_text("-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n")
    text = as_yaml(inventory()).replace(digest(DER), str(secret))
    [error] = errors_of({"inventory.yaml": text.encode()})
    assert "not the digest of a certificate that is kept already" in error


def test_bounds_and_names_of_what_is_sent() -> None:
    assert errors_of({"a.yaml": b"x" * (64 * 1024 + 1)}) == ["a.yaml: larger than 64 KiB"]
    assert "more than 5000 keys" in errors_of({"a.yaml": b"[" + b"1," * 6_000 + b"]"})[0]
    assert "too large" in errors_of({"agencies.csv": b"id,x\n" + b"a,b\n" * 6_000, "assets.csv": b"id\n"})[0]
    assert "or both agencies.csv and assets.csv" in errors_of({"agencies.csv": b"id\n"})[0]
    assert "or both agencies.csv and assets.csv" in errors_of({"a.exe": b"MZ"})[0]
    assert "not an XLSX file" in errors_of({"a.xlsx": b"PK"})[0]


def test_a_workbook_that_is_broken_or_grows_is_refused() -> None:
    good, broken, large = as_xlsx(Inventory(inventory().agencies, ())), io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as old, zipfile.ZipFile(broken, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            new.writestr(name, part[:-40] if name == "xl/worksheets/sheet1.xml" else part)
    with zipfile.ZipFile(large, "w", zipfile.ZIP_DEFLATED) as new:
        new.writestr("xl/workbook.xml", b" " * (30 << 20))
    assert "not an XLSX file" in errors_of({"a.xlsx": broken.getvalue()})[0]
    assert "too large" in errors_of({"a.xlsx": large.getvalue()})[0]


def test_a_column_is_bounded_and_marks_are_put_in_order_only_where_there_are_few(tmp_path: Path) -> None:
    (tmp_path / "assets.csv").write_text("id\n")
    for head, said in ((f"contacts.{'9' * 5000}.email", "name is too long"), ("name.vi", "too many marks")):
        (tmp_path / "agencies.csv").write_text(f"id,{head}\na,{'e' + chr(0x301) * 40}\n", encoding="utf-8")
        with pytest.raises(InputErrors, match=said):
            read_inventory(tmp_path)
