"""Commands as scripts rely on them: init, inventory, policy and doctor; what they say, where, and with which status."""

import contextlib
import io
from pathlib import Path

import pytest
import yaml

from checks.model.canonical import plain
from policies.strict_yaml import read_file
from scanner.cli.main import run
from scanner.inventory.inventory import read_inventory
from tests.cli.command import asset_row, khien, khien_each
from tests.cli.conftest import POLICY, Scanned, small


def here(*arguments: object) -> tuple[int, str, str]:
    """Run a command that needs no database in this process: status, standard output, standard error."""
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        status = run([str(each) for each in arguments])
    return status, out.getvalue(), err.getvalue()


# init


def test_init_writes_files_that_are_valid(tmp_path: Path) -> None:
    status, out, _ = here("init", tmp_path / "new")
    assert status == 0
    for name in ("khien.yaml", "inventory.yaml", "waivers.yaml"):
        assert name in out
        assert read_file(tmp_path / "new" / name).value
        assert (tmp_path / "new" / name).read_text(encoding="utf-8").startswith("#")
    assert here("inventory", "check", "--config", tmp_path / "new" / "khien.yaml")[0] == 0
    assert here("policy", "list", "--config", tmp_path / "new" / "khien.yaml")[0] == 0


@pytest.mark.parametrize("name", ["khien.yaml", "inventory.yaml", "waivers.yaml"])
def test_init_overwrites_nothing(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    status, _, err = here("init", tmp_path)
    assert status == 2
    assert name in err
    assert [each.name for each in tmp_path.iterdir()] == [name]
    assert (tmp_path / name).read_text() == "mine"


def test_init_where_nothing_can_be_written_is_told_without_a_traceback(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    status, _, err = here("init", tmp_path / "file" / "below")
    assert status == 2
    assert "file/below" in err and "Traceback" not in err


# inventory


def test_inventory_faults_are_all_told_with_their_places(tmp_path: Path) -> None:
    path = tmp_path / "inventory.yaml"
    path.write_text(
        "agencies:\n"
        "  - {id: so-mau, name: {vi: Sở, en: Dept}, colour: red}\n"
        "  - {id: so-khac, name: {vi: Sở, en: Dept}, parent: nobody}\n"
        "assets:\n"
        '  - {id: a, agency: so-khac, url: "https://a.example/", level: 9}\n'
        '  - {id: b, agency: nobody, url: "https://b.example/", level: 1}\n'
        '  - {id: c, agency: so-khac, url: "smtp://c.example/", level: 1}\n'
        '  - {id: c, agency: so-khac, url: "https://c.example/", level: 1, address: here}\n',
        encoding="utf-8",
    )
    status, out, err = here("inventory", "check", path)
    assert status == 2
    assert out == ""
    for place in ("2:", "3:", "5:", "6:", "7:", "8:"):
        assert f"inventory.yaml:{place}" in err, place


@pytest.mark.parametrize(
    ("text", "place"), [("agencies: [}", ":1:"), ("a: 1\na: 2\n", ":2:1"), ("agencies: &a []\nassets: *a\n", ":")]
)
def test_what_is_no_plain_yaml_is_refused(tmp_path: Path, text: str, place: str) -> None:
    (tmp_path / "inventory.yaml").write_text(text)
    status, _, err = here("inventory", "check", tmp_path / "inventory.yaml")
    assert status == 2
    assert f"inventory.yaml{place}" in err


def test_a_missing_inventory_is_named(tmp_path: Path) -> None:
    status, _, err = here("inventory", "list", tmp_path / "gone.yaml")
    assert status == 2
    assert "gone.yaml" in err


def test_a_fault_in_csv_names_the_file(tmp_path: Path) -> None:
    (tmp_path / "agencies.csv").write_text("id,name.vi,name.en\nso-mau,Sở,Dept\n", encoding="utf-8")
    (tmp_path / "assets.csv").write_text("id,agency,url,level\na,so-mau,https://a.example/,six\n", encoding="utf-8")
    status, _, err = here("inventory", "check", tmp_path)
    assert status == 2
    assert "assets.csv:2" in err


def test_inventory_list_is_for_people_and_for_programs(tmp_path: Path) -> None:
    small(tmp_path / "w", asset_row("cong", 443))
    path = tmp_path / "w" / "inventory.yaml"
    status, out, _ = here("inventory", "list", path)
    assert status == 0 and "cong" in out
    status, out, _ = here("inventory", "list", path, "--json")
    found = yaml.safe_load(out)
    assert [each["id"] for each in found["assets"]] == ["cong"]
    assert [each["id"] for each in found["agencies"]] == ["so-mau"]


def test_import_reads_back_equal_and_keeps_what_was_there(tmp_path: Path) -> None:
    folder = small(tmp_path / "w", asset_row("cu", 443))
    before = (folder / "inventory.yaml").read_bytes()
    (folder / "inventory.yaml").chmod(0o640)
    source = tmp_path / "source.yaml"
    source.write_text(
        "agencies:\n"
        "  - {id: tinh-mau, name: {vi: Tỉnh Mẫu, en: Sample Province}, formerly: [tinh-cu]}\n"
        "  - id: so-mau\n    name: {vi: Sở Mẫu, en: Sample Department}\n    parent: tinh-mau\n"
        "    contacts: [{email: attt@so-mau.example, role: security}]\n"
        '    authorisation: {document: "01/QĐ: #1", valid_from: 2026-01-01, valid_until: 2027-12-31,\n'
        '      window: "22:00-05:00", addresses: [127.0.0.0/8], source: [127.0.0.1]}\n'
        "assets:\n"
        '  - {id: a, agency: so-mau, url: "https://cổng.so-mau.example/", level: 3, tags: ["no", "1.10"], ports: []}\n'
        '  - {id: b, agency: so-mau, url: "https://b.so-mau.example/", level: 1, ports: [80, 443], status: retired}\n',
        encoding="utf-8",
    )
    ended = khien("inventory", "import", source, folder=folder)
    assert (ended.status, ended.err) == (0, "")
    assert plain(read_inventory(folder / "inventory.yaml")) == plain(read_inventory(source))
    assert (folder / "inventory.yaml.bak").read_bytes() == before
    assert (folder / "inventory.yaml").stat().st_mode & 0o777 == 0o640
    left = {each.name for each in folder.iterdir() if not each.name.startswith("khien.sqlite3")}
    assert left == {"khien.yaml", "inventory.yaml", "inventory.yaml.bak", "rules"}


def test_an_import_with_a_fault_changes_nothing(tmp_path: Path) -> None:
    folder = small(tmp_path / "w", asset_row("cu", 443))
    before = (folder / "inventory.yaml").read_bytes()
    (tmp_path / "bad.yaml").write_text("agencies: [{id: A B}]\n")
    status, _, err = here("inventory", "import", tmp_path / "bad.yaml", "--config", folder / "khien.yaml")
    assert status == 2
    assert "bad.yaml:1:" in err
    assert (folder / "inventory.yaml").read_bytes() == before
    assert not (folder / "inventory.yaml.bak").exists()


def test_an_inventory_that_is_a_workbook_is_not_overwritten_with_yaml(tmp_path: Path) -> None:
    folder = small(tmp_path / "w", asset_row("cu", 443))
    (folder / "khien.yaml").write_text("inventory: list.xlsx\n")
    (folder / "list.xlsx").write_bytes(b"kept")
    status, _, err = here("inventory", "import", folder / "inventory.yaml", "--config", folder / "khien.yaml")
    assert status == 2
    assert "list.xlsx" in err
    assert (folder / "list.xlsx").read_bytes() == b"kept"


# policy


def test_policies_are_listed_and_shown(tmp_path: Path) -> None:
    config = small(tmp_path / "w", asset_row("a", 443)) / "khien.yaml"
    status, out, _ = here("policy", "list", "--json", "--config", config)
    digests = {each["id"]: each["digest"] for each in yaml.safe_load(out)}
    assert status == 0
    assert {"small", "nghe-an-web", "mozilla-intermediate"} <= set(digests)
    status, out, _ = here("policy", "show", "small", "--config", config)
    assert status == 0
    assert digests["small"] in out
    assert all(control in out for control in POLICY)
    status, out, _ = here("policy", "show", "nghe-an-web", "--json")
    assert status == 0
    assert yaml.safe_load(out)["id"] == "nghe-an-web"
    status, _, err = here("policy", "show", "none-such")
    assert status == 2
    assert "none-such" in err


def test_a_policy_fault_is_told_with_line_and_column(tmp_path: Path) -> None:
    rules = small(tmp_path / "w", asset_row("a", 443)) / "rules"
    assert here("policy", "check", rules)[0] == 0
    text = (rules / "small.yaml").read_text(encoding="utf-8").replace("required:", "requierd:")
    (rules / "small.yaml").write_text(text, encoding="utf-8")
    line = next(number for number, each in enumerate(text.splitlines(), 1) if "requierd" in each)
    status, out, err = here("policy", "check", rules)
    assert status == 2
    assert out == ""
    assert f"small.yaml:{line}:14: " in err
    assert here("policy", "check", tmp_path / "gone")[0] == 2


def test_the_policy_schema_is_a_json_schema() -> None:
    status, out, _ = here("policy", "schema")
    assert status == 0
    assert "controls" in yaml.safe_load(out)["properties"]


# doctor


def test_doctor_finds_this_machine_able(scanned: Scanned) -> None:
    ended = khien("doctor", "--json", folder=scanned.folder)
    assert ended.status == 0, ended.out
    found = {each["what"]: each["ok"] for each in ended.json()}
    (contact,) = [each for each in ended.json() if each["what"] == "contact"]
    assert contact["state"] == "warning"
    assert "scan.contact" in contact["text"]["vi"] and "scan.contact" in contact["text"]["en"]
    assert {"python", "nmap", "sslyze", "font", "policies", "package checks", "configuration", "database"} <= set(found)


def test_doctor_names_what_is_broken_in_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "khien.yaml").write_text("inventroy: x.yaml\n")
    broken, gone = khien_each(("doctor",), ("doctor", "--config", "gone.yaml"), folder=tmp_path)
    assert broken.status == 2
    assert "khien.yaml:1:1" in broken.out
    assert gone.status == 2
    assert "gone.yaml" in gone.out
