"""The commands as scripts rely on them: what they say, where, and with which status."""

import contextlib
import io
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml

from checks.compare import Side, compare
from checks.model.canonical import plain
from policies.strict_yaml import read_file
from scanner.cli.history import CHANGE_WORDS, change_rows
from scanner.cli.main import run
from scanner.inventory.inventory import read_inventory
from tests.cli.command import PATIENCE, command, khien, khien_each, surroundings, write_workspace
from tests.cli.conftest import POLICY, Scanned
from tests.factories import finding, instance
from tests.servers.misbehaving import Silent
from tests.servers.tcp import TcpServer

HOLD = """
import sys, history
from history.lock import scan_lock
history.setup(sys.argv[1])
with scan_lock():
    print("held", flush=True)
    sys.stdin.read()
"""
ROW = '  - {{id: {}, agency: so-mau, level: 2, url: "https://{}.so-mau.example:{}/", address: 127.0.0.1{}}}\n'


def here(*arguments: object) -> tuple[int, str, str]:
    """Run a command that needs no database in this process: status, standard output, standard error."""
    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()) as err:
        status = run([str(each) for each in arguments])
    return status, out.getvalue(), err.getvalue()


def small(folder: Path, assets: str) -> Path:
    write_workspace(folder, assets, POLICY)
    return folder


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
    small(tmp_path / "w", ROW.format("cong", "cong", 443, ""))
    path = tmp_path / "w" / "inventory.yaml"
    status, out, _ = here("inventory", "list", path)
    assert status == 0 and "cong" in out
    status, out, _ = here("inventory", "list", path, "--json")
    found = yaml.safe_load(out)
    assert [each["id"] for each in found["assets"]] == ["cong"]
    assert [each["id"] for each in found["agencies"]] == ["so-mau"]


def test_import_reads_back_equal_and_keeps_what_was_there(tmp_path: Path) -> None:
    folder = small(tmp_path / "w", ROW.format("cu", "cu", 443, ""))
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
    status, _, err = here("inventory", "import", source, "--config", folder / "khien.yaml")
    assert (status, err) == (0, "")
    assert plain(read_inventory(folder / "inventory.yaml")) == plain(read_inventory(source))
    assert (folder / "inventory.yaml.bak").read_bytes() == before
    assert (folder / "inventory.yaml").stat().st_mode & 0o777 == 0o640
    assert {each.name for each in folder.iterdir()} == {"khien.yaml", "inventory.yaml", "inventory.yaml.bak", "rules"}


def test_an_import_with_a_fault_changes_nothing(tmp_path: Path) -> None:
    folder = small(tmp_path / "w", ROW.format("cu", "cu", 443, ""))
    before = (folder / "inventory.yaml").read_bytes()
    (tmp_path / "bad.yaml").write_text("agencies: [{id: A B}]\n")
    status, _, err = here("inventory", "import", tmp_path / "bad.yaml", "--config", folder / "khien.yaml")
    assert status == 2
    assert "bad.yaml:1:" in err
    assert (folder / "inventory.yaml").read_bytes() == before
    assert not (folder / "inventory.yaml.bak").exists()


def test_an_inventory_that_is_a_workbook_is_not_overwritten_with_yaml(tmp_path: Path) -> None:
    folder = small(tmp_path / "w", ROW.format("cu", "cu", 443, ""))
    (folder / "khien.yaml").write_text("inventory: list.xlsx\n")
    (folder / "list.xlsx").write_bytes(b"kept")
    status, _, err = here("inventory", "import", folder / "inventory.yaml", "--config", folder / "khien.yaml")
    assert status == 2
    assert "list.xlsx" in err
    assert (folder / "list.xlsx").read_bytes() == b"kept"


# policy


def test_policies_are_listed_and_shown(tmp_path: Path) -> None:
    config = small(tmp_path / "w", ROW.format("a", "a", 443, "")) / "khien.yaml"
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
    rules = small(tmp_path / "w", ROW.format("a", "a", 443, "")) / "rules"
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


# scan: what is refused


def test_nothing_is_sent_to_what_may_not_be_scanned(tmp_path: Path) -> None:
    later = datetime.now(UTC) + timedelta(hours=9)  # two hours on, in the time of Hanoi
    window = f'"{later:%H}:00-{later:%H}:30"'
    with TcpServer() as server:
        permissions = {
            "expired": ', authorisation: {document: "0", valid_from: 2020-01-01, valid_until: 2020-12-31}',
            "not_yet_valid": ', authorisation: {document: "0", valid_from: 2098-01-01, valid_until: 2099-12-31}',
            "outside_window": ', authorisation: {document: "0", valid_from: 2020-01-01, valid_until: 2099-12-31, '
            f"window: {window}}}",
            "other_zone": ", zone: inner",
            "retired": ", status: retired",
        }
        rows = [
            ROW.format(reason.replace("_", "-"), f"a{number}", server.port, permission)
            for number, (reason, permission) in enumerate(permissions.items())
        ]
        folder = small(tmp_path / "w", "".join(rows))
        ended, other, listed = khien_each(
            ("scan",),
            ("scan", "--vantage", "elsewhere", "--asset", "expired"),
            ("history", "list", "--json"),
            folder=folder,
        )
        assert server.connections == 0
    assert ended.status == 4
    assert all(f"{reason.replace('_', '-')} ({reason}" in ended.err for reason in permissions)
    assert ended.out == ""
    assert other.status == 4
    assert "expired (other_zone" in other.err
    assert listed.json() == []


def test_an_asset_without_any_authorisation_is_refused(tmp_path: Path) -> None:
    with TcpServer() as server:
        folder = small(tmp_path / "w", ROW.format("a", "a", server.port, ""))
        inventory = folder / "inventory.yaml"
        lines = [each for each in inventory.read_text(encoding="utf-8").splitlines() if "authorisation" not in each]
        inventory.write_text("\n".join(lines), encoding="utf-8")
        ended = khien("scan", folder=folder)
        assert server.connections == 0
    assert ended.status == 4
    assert "not_authorised" in ended.err


def test_a_scan_of_what_there_is_not_is_bad_usage(scanned: Scanned) -> None:
    wrong = [("--agency", "so-la"), ("--asset", "la"), ("--fail-on", "huge"), ("--resume", "none-such")]
    for arguments, ended in zip(
        wrong, khien_each(*(("scan", *each) for each in wrong), folder=scanned.folder), strict=True
    ):
        assert (ended.status, ended.out) == (2, ""), arguments
        assert arguments[1] in ended.err
        assert "Traceback" not in ended.err


def test_one_scan_at_a_time(scanned: Scanned) -> None:
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(scanned.folder / "khien.sqlite3")],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=surroundings(),
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        ended = khien("scan", folder=scanned.folder)
    finally:
        holder.communicate(b"", timeout=PATIENCE)
    assert ended.status == 4
    assert f"process {holder.pid}" in ended.err
    assert "Another scan is running" in ended.err


# scan: what is done


def test_a_scan_tells_its_status_when_asked(scanned: Scanned) -> None:
    assert scanned.first.status == 1, scanned.first.err
    assert scanned.second.status == 3, scanned.second.err
    agency = scanned.first.json()["agencies"]["so-mau"]
    assert agency["failed_by_severity"]["critical"] == 1
    assert agency["counts"]["not_assessable"] == len(POLICY)
    assert scanned.second.json()["agencies"]["so-mau"]["counts"]["fail"] == 0


def test_without_being_asked_the_status_is_0_and_fail_on_minds_the_severity(scanned: Scanned) -> None:
    ended = khien("scan", "--asset", "tat", "--fail-on", "info", folder=scanned.folder)
    assert ended.status == 0, ended.err
    assert "khien report --run" in ended.out


def test_a_quick_scan_keeps_with_its_looks_what_it_asked(scanned: Scanned) -> None:
    ended = khien("scan", "--asset", "tat", "--quick", "--json", folder=scanned.folder)
    assert ended.status == 0, ended.err
    kept = khien("history", "export", ended.json()["run"], folder=scanned.folder).json()["sightings"]
    (needs,) = [each["target"]["needs"] for each in kept if "needs" in each["target"]]
    assert needs["protocols"] == ["tls1_2"]
    assert needs["certificates"]
    assert not needs["suites"]


def test_an_expired_asset_is_named_and_left_alone_while_others_are_scanned(scanned: Scanned) -> None:
    assert "het-han: expired 00: 2020-12-31" in scanned.first.err
    assert scanned.unauthorised == 0
    shown = khien("history", "list", "--json", folder=scanned.folder).json()
    exclusions = {run["id"]: run["exclusions"] for run in shown}[scanned.run]
    assert [each[:2] for each in exclusions] == [["het-han", "expired"]]


def test_an_interrupted_scan_is_resumed(tmp_path: Path) -> None:
    connected = threading.Event()

    class Holding(Silent):
        def serve(self, sock: socket.socket) -> None:
            connected.set()
            super().serve(sock)

    with Holding() as server:
        folder = small(tmp_path / "w", ROW.format("a", "a", server.port, ""))
        process = subprocess.Popen(
            command("scan"), cwd=folder, env=surroundings(), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        assert connected.wait(PATIENCE)
        process.send_signal(signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130, err
    run_id = err.split("--resume ")[1].split()[0]
    resumed, again = khien_each(("scan", "--resume", run_id, "--json"), ("scan", "--resume", run_id), folder=folder)
    assert resumed.status == 0, resumed.err
    assert resumed.json()["run"] == run_id
    assert again.status == 2
    assert "finished" in again.err


# history


def test_history_shows_what_fails_and_says_once_what_could_not_be_assessed(scanned: Scanned) -> None:
    ended = khien("history", "show", scanned.run, folder=scanned.folder)
    assert ended.status == 0
    lines = ended.out.splitlines()
    assert "cong/CERT-TRUST: fail, critical" in lines
    down = [each for each in lines if each.startswith("tat")]
    assert len(down) == 1
    assert f"{len(POLICY)} controls: The server refused the connection." in down[0]
    assert all(control in down[0] for control in POLICY)


def test_history_shows_one_control_whole(scanned: Scanned) -> None:
    ended = khien("history", "show", scanned.run, "--control", "TLS-12", folder=scanned.folder)
    assert ended.status == 0
    assert "cong/TLS-12: pass, high" in ended.out
    assert "tat/TLS-12: not assessable, high" in ended.out
    assert "sha256:" in ended.out
    assert "  $ " in ended.out


def test_history_as_json(scanned: Scanned) -> None:
    shown, exported = khien_each(
        ("history", "show", scanned.run, "--asset", "cong", "--json"),
        ("history", "export", scanned.run),
        folder=scanned.folder,
    )
    assert {each["control"] for each in shown.json()} == set(POLICY)
    assert {each["asset"] for each in shown.json()} == {"cong"}
    assert exported.json()["run"] == scanned.run
    assert len(exported.json()["findings"]) == 2 * len(POLICY)


def test_history_diff(scanned: Scanned) -> None:
    second = scanned.second.json()["run"]
    forth, back = khien_each(
        ("history", "diff", scanned.run, second, "--json"),
        ("history", "diff", second, scanned.run),
        folder=scanned.folder,
    )
    kinds = {(each["asset"], each["control"]): each["kind"] for each in forth.json()}
    assert kinds["cong", "CERT-TRUST"] == "scope_changed"
    assert back.status == 0
    assert "not about this asset" in next(line for line in back.out.splitlines() if "CERT-TRUST" in line)


def test_a_fault_that_came_while_others_stay_is_told_below_its_finding() -> None:
    old, new = (finding("fail", instances=tuple(map(instance, keys))) for keys in ("ab", "bc"))
    (change,) = compare(Side((old,)), Side((new,)))
    words = [CHANGE_WORDS[each] for each in ("still_failing", "fixed", "new")]
    assert [row[1:3] for row in change_rows(change)] == list(zip(("TLS-12", "  a", "  c"), words, strict=True))


def test_an_unknown_run_is_bad_usage(scanned: Scanned) -> None:
    unknown = [("history", "show", "gone"), ("history", "diff", scanned.run, "gone"), ("history", "export", "gone")]
    unknown += [("history", "verify", "gone"), ("report", "--run", "gone")]
    for arguments, ended in zip(unknown, khien_each(*unknown, folder=scanned.folder), strict=True):
        assert (ended.status, ended.out) == (2, ""), arguments
        assert "gone" in ended.err


def test_verify_finds_what_was_changed_behind_its_back(scanned: Scanned, tmp_path: Path) -> None:
    assert khien("history", "verify", folder=scanned.folder).status == 0
    copy = tmp_path / "copy"
    shutil.copytree(scanned.folder, copy)
    with contextlib.closing(sqlite3.connect(copy / "khien.sqlite3")) as database:
        database.execute("DROP TRIGGER history_finding_no_update")
        changed = database.execute("UPDATE history_finding SET verdict = 'pass' WHERE verdict = 'fail'")
        assert changed.rowcount > 0
        database.commit()
    ended = khien("history", "verify", folder=copy)
    assert ended.status == 1
    assert scanned.run in ended.err
    assert "not intact" in ended.err


# hostile text


def test_what_a_server_says_never_reaches_the_terminal_raw(scanned: Scanned) -> None:
    url = f"https://cong.so-mau.example:{scanned.port}/"
    answers = khien_each(
        ("history", "show", scanned.run, "--control", "HDR-LEAKS"),
        ("history", "show", scanned.run, "--json"),
        ("probe", "http", url, "--json"),
        ("probe", "http", url),
        folder=scanned.folder,
    )
    for ended in answers:
        assert ended.status == 0, ended.err
        assert "31mred" in ended.out
        assert not {"\x1b", "\x9b"} & set(ended.out + ended.err)


# doctor


def test_doctor_finds_this_machine_able(scanned: Scanned) -> None:
    ended = khien("doctor", "--json", folder=scanned.folder)
    assert ended.status == 0, ended.out
    found = {each["what"]: each["ok"] for each in ended.json()}
    assert {"python", "nmap", "sslyze", "font", "policies", "package checks", "configuration", "database"} <= set(found)


def test_doctor_names_what_is_broken_in_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "khien.yaml").write_text("inventroy: x.yaml\n")
    broken, gone = khien_each(("doctor",), ("doctor", "--config", "gone.yaml"), folder=tmp_path)
    assert broken.status == 2
    assert "khien.yaml:1:1" in broken.out
    assert gone.status == 2
    assert "gone.yaml" in gone.out
