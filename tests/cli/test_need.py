"""Slots by need: what was in order is not looked at again while it is fresh, and every verdict keeps its own date."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.cli.command import asset_row, khien, khien_each, write_workspace
from tests.cli.conftest import POLICY, Add, HostileSite
from tests.servers.pki import Authority
from tests.servers.tls import server_context


@pytest.fixture
def sites(tmp_path: Path) -> Iterator[tuple[HostileSite, HostileSite]]:
    """`a` and `b`, with a certificate that nobody trusts."""
    first, second = (server_context(Authority().issue(f"{name}.so-mau.example"), tmp_path) for name in "ab")
    with HostileSite(first) as one, HostileSite(second, "127.0.0.2") as two:
        yield one, two


def daily() -> str:
    """A schedule by need whose slot of today was due some minutes ago; a critical finding is due before the next."""
    at = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh")) - timedelta(minutes=5)
    return f"schedules:\n  - {{name: ngay, what: {{estate: true}}, every: day at {at:%H:%M}, need: true}}\n"


def steps(folder: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = khien("schedule", "list", "--json", folder=folder).json()[0]["last"]["steps"]
    return found


def test_a_fresh_asset_is_asked_for_what_failed_alone_and_one_that_is_due_as_a_whole(
    tmp_path: Path, sites: tuple[HostileSite, HostileSite], add: Add
) -> None:
    folder, (a, b) = tmp_path / "w", sites
    write_workspace(folder, asset_row("a", a.port) + asset_row("b", b.port, address="127.0.0.2"), POLICY, daily())
    scan = khien("scan", "--asset", "a", "--json", folder=folder).json()["run"]
    whole = a.connections
    assert b.connections == 0
    add(folder, "known")
    slot = khien("schedule", "run", "--once", folder=folder)
    assert slot.status == 0, slot.err
    found = steps(folder)
    assert [each["step"] for each in found] == ["due", "begun", "begun", "finished"]
    again, other = found[1]["run"], found[2]["run"]
    listed, rechecked, scanned, told, verified = khien_each(
        ("history", "list", "--json"),
        ("history", "show", again, "--json"),
        ("history", "show", other, "--json"),
        ("history", "show", "--asset", "a", "--json"),
        ("history", "verify"),
        folder=folder,
    )
    purposes = {each["id"]: each["purpose"] for each in listed.json()}
    assert purposes == {scan: "scan", again: "recheck", other: "scan"}
    failed = {each["control"] for each in khien("history", "show", scan, "--json", folder=folder).json()} - {"TLS-12"}
    assert {(each["asset"], each["control"]) for each in rechecked.json()} == {("a", each) for each in failed}
    assert {each["asset"] for each in scanned.json()} == {"b"}
    runs = {each["control"]: each["run"] for each in told.json()}
    assert (runs["TLS-12"], runs["CERT-TRUST"]) == (scan, again)  # each verdict is of its own look
    assert verified.status == 0
    assert 0 < a.connections - whole < whole / 2


def test_an_asset_that_is_another_now_is_looked_at_as_a_whole(
    tmp_path: Path, sites: tuple[HostileSite, HostileSite], add: Add
) -> None:
    folder, (a, _) = tmp_path / "w", sites
    write_workspace(folder, asset_row("a", a.port), POLICY, daily())
    assert khien("scan", folder=folder).status == 0
    inventory = folder / "inventory.yaml"
    inventory.write_text(inventory.read_text(encoding="utf-8").replace("level: 2", "level: 3"), encoding="utf-8")
    add(folder, "known")
    assert khien("schedule", "run", "--once", folder=folder).status == 0
    assert [each["step"] for each in steps(folder)] == ["due", "begun", "finished"]
    latest = khien("history", "list", "--json", folder=folder).json()[0]
    assert (latest["id"], latest["purpose"]) == (steps(folder)[1]["run"], "scan")
    assert datetime.fromisoformat(latest["started"]) > datetime.now(UTC) - timedelta(minutes=10)
