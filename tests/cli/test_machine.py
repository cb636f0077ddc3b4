"""What khien doctor finds on a machine, and the units for systemd."""

import configparser
import os
import struct
import subprocess
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from checks.model.canonical import digest
from checks.model.inventory import Inventory
from scanner.cli import machine
from scanner.cli.config import Config, read_config
from scanner.cli.machine import Result
from scanner.probes.ports import file_grants_raw
from tests.cli.command import asset_row, khien_each
from tests.cli.conftest import Scanned, small
from tests.factories import asset
from tests.servers.pki import Authority

NOW = datetime.now(UTC)
UNITS = Path(__file__).resolve().parents[2] / "docs" / "systemd"


def states(found: list[Result]) -> list[str]:
    return [each.state for each in found]


def test_a_clock_from_before_what_is_recorded_is_broken() -> None:
    (sane,) = machine.clock(NOW, [NOW - timedelta(hours=1)])
    (behind,) = machine.clock(NOW, [NOW + timedelta(hours=1)])
    (ancient,) = machine.clock(datetime(2001, 1, 1, tzinfo=UTC))
    assert sane.state in ("ok", "warning")  # as far as the kernel of this machine tells
    assert states([behind, ancient]) == ["broken", "broken"]
    assert "NTP" in behind.text.en


def config(folder: Path, text: str = "") -> Config:
    (folder / "khien.yaml").write_text(text)
    return read_config(folder / "khien.yaml")


def test_a_database_that_others_can_read_is_broken(tmp_path: Path) -> None:
    database = tmp_path / "khien.sqlite3"
    database.touch(0o600)
    assert states(list(machine.permissions(config(tmp_path)))) == ["ok"]
    database.chmod(0o640)
    (found,) = machine.permissions(config(tmp_path))
    assert found.state == "broken"
    assert f"{database} (0640): chmod 600" in found.text.en
    assert list(machine.permissions(config(tmp_path, "database: postgresql://host/name\n"))) == []


def test_room_on_the_disk_is_told_of_the_folders_that_are_written(tmp_path: Path) -> None:
    found = list(machine.disk(config(tmp_path)))
    assert [each.what for each in found] == ["disk (reports)", "disk (database)"]
    assert all(each.text.en.endswith("left") or "make room" in each.text.en for each in found)
    assert len(list(machine.disk(config(tmp_path, "database: postgresql://host/name\n")))) == 1


def test_dns_is_asked_only_where_a_scan_would_ask() -> None:
    fixed, named = asset("fixed"), replace(asset("named"), url="https://localhost/", address=None)
    (none,) = machine.dns(Inventory((), (fixed,)))
    assert "not needed" in none.text.en
    assert states(list(machine.dns(Inventory((), (fixed, named))))) == ["ok"]
    (broken,) = machine.dns(Inventory((), (replace(named, url="https://a..b/"),)))
    assert broken.state == "broken"
    assert "resolv.conf" in broken.text.en


def test_anchors_that_have_expired_are_broken_and_those_that_will_are_told() -> None:
    der = Authority().root.public_bytes(Encoding.DER)  # for ten years
    inventory = Inventory((), (), {digest(der): der})
    found = [states(list(machine.anchors(inventory, NOW + timedelta(days=days)))) for days in (0, 3640, 3660)]
    assert found == [["ok"], ["warning"], ["broken"]]
    assert states(list(machine.anchors(Inventory((), ()), NOW))) == ["ok"]


@pytest.mark.parametrize(
    ("magic", "permitted", "grants"),
    [
        (0x02000001, 1 << 13 | 1 << 12, True),
        (0x02000001, 1 << 12, False),  # cap_net_admin alone
        (0x02000000, 1 << 13, False),  # not effective: nmap would have to raise it by itself
    ],
)
def test_a_copy_of_nmap_with_the_capability_is_known(tmp_path: Path, magic: int, permitted: int, grants: bool) -> None:
    """As `setcap` writes it (struct vfs_cap_data of revision 2)."""
    copy = tmp_path / "nmap"
    copy.touch()
    assert not file_grants_raw(str(copy))
    os.setxattr(copy, "security.capability", struct.pack("<IIIII", magic, permitted, permitted, 0, 0))
    assert file_grants_raw(str(copy)) is grants


def test_secrets_that_are_not_there_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    mail = "mail: {host: mail.example, sender: a@mail.example, user: a, password_variable: KHIEN_MAIL}\n"
    hook = "{name: soc, url: 'https://soc.example/', secret_variable: KHIEN_HOOK}"
    found = config(tmp_path, f"{mail}alerts: {{webhooks: [{hook}]}}\n")
    monkeypatch.delenv("KHIEN_HOOK", raising=False)
    monkeypatch.setenv("KHIEN_MAIL", "bí mật")
    missing, there = machine.secrets(found)
    assert (missing.state, there.state) == ("warning", "ok")
    assert "KHIEN_HOOK is not set" in missing.text.en
    assert "bí mật" not in f"{there}"
    assert list(machine.secrets(config(tmp_path))) == []


def test_doctor_tells_of_schedules_and_of_a_stop(scanned: Scanned, tmp_path: Path) -> None:
    wrong = small(tmp_path / "w", asset_row("a", 9))
    with (wrong / "khien.yaml").open("a") as file:
        file.write("schedules: [{name: a, what: {tags: [none]}, every: hour}]\n")
    bad, _, halted, told, _ = khien_each(
        ("doctor", "--config", wrong / "khien.yaml"),
        ("stop", "--by", "ai"),
        ("doctor", "--json"),
        ("doctor",),
        ("stop", "--release", "--by", "ai"),
        folder=scanned.folder,
    )
    assert bad.status == 2
    assert "not in the inventory: 'none'" in bad.out
    found = {each["what"]: each for each in halted.json()}
    assert found["emergency stop"]["state"] == "warning"
    assert {"clock", "disk (database)", "dns", "permissions", "anchors", "nmap", "font"} <= set(found)
    assert halted.status == 0
    assert "NOTE   emergency stop" in told.out


# Units


def read(name: str) -> dict[str, dict[str, str]]:
    parser = configparser.RawConfigParser(strict=False)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(UNITS / name, encoding="utf-8")
    return {section: dict(parser[section]) for section in parser.sections()}


def test_the_units_are_sound_and_say_what_there_is() -> None:
    units = sorted(each.name for each in UNITS.iterdir())
    assert units == ["khien-backup.service", "khien-backup.timer", "khien.service", "raw-nmap.conf"]
    service = read("khien.service")["Service"]
    assert (service["User"], service["NoNewPrivileges"], service["CapabilityBoundingSet"]) == ("khien", "yes", "")
    assert "khien schedule run --config" in service["ExecStart"]
    assert "khien db backup" in read("khien-backup.service")["Service"]["ExecStart"]
    modes = [read(name)["Service"]["StateDirectoryMode"] for name in ("khien.service", "khien-backup.service")]
    assert modes == ["0700", "0700"]  # each start gives the folder the mode of its unit
    for name in (each for each in units if each.endswith("service")):
        security = ["systemd-analyze", "security", "--offline=true", "--threshold=35", str(UNITS / name)]
        ended = subprocess.run(security, capture_output=True, timeout=60)
        assert ended.returncode == 0, ended.stdout.decode()


def test_the_drop_in_forbids_nothing_that_nmap_needs() -> None:
    """Each of these means NoNewPrivileges=yes for a service that is not root's (systemd.exec(5))."""
    service, lifted = read("khien.service")["Service"], read("raw-nmap.conf")["Service"]
    implying = set(
        "SystemCallFilter SystemCallArchitectures RestrictAddressFamilies RestrictNamespaces PrivateDevices "
        "ProtectClock ProtectKernelTunables ProtectKernelModules ProtectKernelLogs ProtectHostname DynamicUser "
        "MemoryDenyWriteExecute RestrictRealtime RestrictSUIDSGID LockPersonality NoNewPrivileges".split()
    )
    assert {each for each in implying if each in service} == {each for each in lifted if each in implying}
    assert all(lifted[each] in ("", "no") for each in implying if each in lifted)
    assert lifted["CapabilityBoundingSet"] == "CAP_NET_RAW CAP_NET_ADMIN"
