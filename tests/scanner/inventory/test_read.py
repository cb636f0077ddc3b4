"""Inventories from YAML, CSV and XLSX: the same values from each, and every fault with its place."""

from pathlib import Path

import openpyxl
import pytest

from checks.model.asset import Authorisation, Contact
from checks.model.canonical import dump, load
from checks.model.inventory import Inventory
from policies.strict_yaml import InputErrors
from scanner.inventory.inventory import read_inventory

YAML = """\
agencies:
  - id: tinh-mau
    name: {vi: Tỉnh Mẫu, en: Sample Province}
  - id: so-mau
    name: {vi: Sở Mẫu, en: Sample Department}
    parent: tinh-mau
    contacts: [{email: attt@so-mau.example, role: security}]
    authorisation:
      document: "01/QĐ-MAU"
      valid_from: 2026-01-01
      valid_until: 2027-12-31
      window: "22:00-05:00"
      addresses: [127.0.0.0/8]
      source: [127.0.0.1]
assets:
  - id: cong-so-mau
    agency: so-mau
    url: https://CỔNG.so-mau.example/trang-chủ
    level: 3
    tags: [portal, public]
    address: 127.0.0.11
    ports: [80, 443]
    endpoints: ["smtp://cổng.so-mau.example:2525"]
"""
CSV = {
    "agencies.csv": (
        "id;name.vi;name.en;parent;contacts.0.email;contacts.0.role;authorisation.document;authorisation.valid_from;"
        "authorisation.valid_until;authorisation.window;authorisation.addresses;authorisation.source\r\n"
        "tinh-mau;Tỉnh Mẫu;Sample Province;;;;;;;;;\r\n"
        "so-mau;Sở Mẫu;Sample Department;tinh-mau;attt@so-mau.example;security;01/QĐ-MAU;2026-01-01;2027-12-31;"
        "22:00-05:00;127.0.0.0/8;127.0.0.1\r\n"
    ),
    "assets.csv": (
        "id,agency,url,level,tags,address,ports,endpoints\n"
        "cong-so-mau,so-mau,https://CỔNG.so-mau.example/trang-ch%E1%BB%A7,3,portal; public,127.0.0.11,80;443,"
        "smtp://cổng.so-mau.example:2525\n"
    ),
}


def write(folder: Path, text: str) -> Path:
    path = folder / "inventory.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def errors_of(path: Path) -> list[str]:
    with pytest.raises(InputErrors) as caught:
        read_inventory(path)
    return [str(each).replace(str(path), path.name) for each in caught.value.errors]


def test_a_yaml_inventory_is_read_whole(tmp_path: Path) -> None:
    inventory = read_inventory(write(tmp_path, YAML))
    agency = inventory.agency("so-mau")
    assert agency.contacts == (Contact("attt@so-mau.example", "security"),)
    assert isinstance(agency.authorisation, Authorisation)
    assert agency.authorisation.window == "22:00-05:00"
    (asset,) = inventory.assets
    assert asset.url == "https://xn--cng-qmz.so-mau.example/trang-ch%E1%BB%A7"
    assert asset.expected_ports == {80, 443, 2525}
    assert inventory.authorisation(asset) == agency.authorisation
    assert load(Inventory, dump(inventory)) == inventory


@pytest.mark.parametrize(
    ("scheme", "port"),
    [("https", 443), ("smtp", 25), ("imap", 143), ("pop3", 110), ("ftp", 21), ("ldap", 389), ("postgres", 5432)],
)
def test_an_endpoint_has_the_port_of_its_scheme(tmp_path: Path, scheme: str, port: int) -> None:
    host = "cổng.so-mau.example"
    given = f'endpoints: ["{scheme}://{host}", "{scheme.upper()}://{host}:{port}", "{scheme}://{host}:1234"]'
    (asset,) = read_inventory(write(tmp_path, YAML.replace(f'endpoints: ["smtp://{host}:2525"]', given))).assets
    path = "/" if scheme == "https" else ""
    plain, same, other = asset.endpoints
    assert plain == same == f"{scheme}://{asset.host}{path}"
    assert other == f"{scheme}://{asset.host}:1234{path}"
    assert asset.expected_ports == {80, 443, port, 1234}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_csv_gives_the_same_as_yaml(tmp_path: Path, encoding: str) -> None:
    for name, text in CSV.items():
        (tmp_path / name).write_bytes(text.encode(encoding))
    expected = read_inventory(write(tmp_path, YAML))
    assert read_inventory(tmp_path) == expected
    assert read_inventory(tmp_path / "assets.csv") == expected


def test_xlsx_gives_the_same_as_csv(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, text in CSV.items():
        sheet = book.create_sheet(name.removesuffix(".csv"))
        for line in text.splitlines():
            row: list[object] = list(line.split(";" if name == "agencies.csv" else ","))
            sheet.append([int(cell) if cell == "3" else cell for cell in row])
        (tmp_path / name).write_text(text, encoding="utf-8")
    book.save(tmp_path / "inventory.xlsx")
    assert read_inventory(tmp_path / "inventory.xlsx") == read_inventory(tmp_path)


def test_every_fault_is_told_with_its_place(tmp_path: Path) -> None:
    text = """\
agencies:
  - id: so-mau
    name: {vi: Sở Mẫu, en: Sample}
    nmae: x
  - id: so-mau
    name: {vi: Sở Hai, en: Two}
    parent: khong-co
  - id: SAI
    name: {vi: Sai, en: Wrong}
assets:
  - id: a
    agency: khong-co
    url: https://a.example/
    level: 3
  - id: a
    agency: so-mau
    url: https://a.example:99999/
    level: 6
    ports: [0, "443"]
  - id: b
    agency: so-mau
    url: ftp://b.example/
    level: 1
    status: gone
other: 1
"""
    assert errors_of(write(tmp_path, text)) == ["inventory.yaml:25:1: other: unknown key"]
    found = errors_of(write(tmp_path, text.replace("other: 1\n", "")))
    places = [each.split(": ")[0].removeprefix("inventory.yaml:") for each in found]
    assert places == ["4:5", "8:5", "17:5", "18:5", "19:13", "19:16", "24:5", "7:5", "12:5"]
    assert "nmae: unknown key" in found[0]


@pytest.mark.parametrize(
    ("changed", "column", "said"),
    [
        (('window: "22:00-05:00"', 'window: "25:00-05:00"'), 7, "does not match"),
        (("valid_until: 2027-12-31", "valid_until: 2025-12-31"), 7, "before valid_from"),
        (("addresses: [127.0.0.0/8]", "addresses: [127.0.0.1/8]"), 19, "not a CIDR network"),
        (("address: 127.0.0.11", "address: 127.1"), 5, "not an IP address"),
        (("level: 3", "level: true"), 5, "an integer is needed"),
        (("https://CỔNG.so-mau.example/trang-chủ", "https://user@x.example/"), 5, "no user"),
        (("https://CỔNG.so-mau.example/trang-chủ", "https://127.1/"), 5, "not a valid IP address"),
        (("https://CỔNG.so-mau.example/trang-chủ", "https://2130706433/"), 5, "not a valid IP address"),
        (("https://CỔNG.so-mau.example/trang-chủ", "file:///etc/passwd"), 5, "scheme"),
        (("parent: tinh-mau", "parent: so-mau"), 5, "circle"),
        (('endpoints: ["smtp://cổng', 'endpoints: ["smtp://mail'), 17, "on the host of its url"),
        (("    ports: [80, 443]\n", "    trust_anchors: [khong-co.pem]\n"), 21, "khong-co.pem"),
    ],
)
def test_one_fault_one_error(tmp_path: Path, changed: tuple[str, str], column: int, said: str) -> None:
    line = YAML[: YAML.index(changed[0])].count("\n") + 1
    (error,) = errors_of(write(tmp_path, YAML.replace(changed[0], changed[1], 1)))
    assert error.startswith(f"inventory.yaml:{line}:{column}: ")
    assert said in error


def test_no_agency_has_the_name_of_the_estates_report(tmp_path: Path) -> None:
    first, *_ = errors_of(write(tmp_path, YAML.replace("- id: so-mau", "- id: estate")))
    assert "the id 'estate' is kept for the estate's own report" in first


def test_a_fault_in_a_workbook_names_sheet_and_cell(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    agencies = book.create_sheet("agencies")
    agencies.append(["id", "name.vi", "name.en", "nmae"])
    agencies.append(["so-mau", "Sở Mẫu", "Sample", None])
    agencies.append([None, None, None, None])
    agencies.append(["so-hai", "Sở Hai", None, "x"])
    assets = book.create_sheet("assets")
    assets.append(["id", "agency", "url", "level"])
    assets.append(["a", "so-mau", "https://a.example/", "ba"])
    path = tmp_path / "inventory.xlsx"
    book.save(path)
    assert [each.split(": ")[0] for each in errors_of(path)] == [
        "inventory.xlsx:agencies!B4",
        "inventory.xlsx:agencies!D4",
        "inventory.xlsx:assets!D2",
    ]


def test_a_fault_in_csv_names_file_and_line(tmp_path: Path) -> None:
    for name, text in CSV.items():
        (tmp_path / name).write_text(text.replace(",3,", ",ba,"), encoding="utf-8")
    (error,) = errors_of(tmp_path)
    assert error.startswith(f"{tmp_path.name}/assets.csv:2:4: level: ") or error.startswith(
        f"{tmp_path}/assets.csv:2:4: level: "
    )


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"not a zip", "not an XLSX file"),
        (b"PK\x05\x06" + bytes(18), "not an XLSX file"),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, data: bytes, said: str) -> None:
    path = tmp_path / "inventory.xlsx"
    path.write_bytes(data)
    (error,) = errors_of(path)
    assert said in error


def test_a_field_of_hostile_length_is_an_error_and_not_a_crash(tmp_path: Path) -> None:
    for name, text in CSV.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "assets.csv").write_text("id,agency\n" + "x" * 200_000 + ",so-mau\n", encoding="utf-8")
    (error,) = errors_of(tmp_path)
    assert "CSV error" in error


def test_a_column_that_stands_twice_is_refused(tmp_path: Path) -> None:
    for name, text in CSV.items():
        (tmp_path / name).write_text(text.replace("id,agency", "id,id"), encoding="utf-8")
    (error,) = errors_of(tmp_path)
    assert "duplicate column: id" in error


def test_an_unknown_kind_of_file_is_refused(tmp_path: Path) -> None:
    (error,) = errors_of(tmp_path / "inventory.txt")
    assert "agencies.csv and assets.csv" in error
