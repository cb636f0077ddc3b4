"""Every write and every download is on record, with who it was."""

from typing import Any

from tests.cli.command import khien
from tests.console.conftest import Console


def acts(console: Console, what: str) -> list[dict[str, Any]]:
    """The acts of a kind, in order of time."""
    listed = khien("history", "acts", "--what", what, "--json", folder=console.folder)
    assert listed.status == 0, listed.err
    found: list[dict[str, Any]] = listed.json()
    return found


def test_downloads_are_on_record_with_who_took_what(console: Console) -> None:
    agency, auditor = console.visitor("van-thu"), console.visitor("kiem-toan")
    before = len(acts(console, "data.downloaded"))
    assert agency.get("/reports/0").status == 200
    assert agency.get("/reports/1").status == 404
    assert auditor.get("/agencies?format=csv&q=xa").status == 200
    assert auditor.get("/agencies").status == 200
    found = acts(console, "data.downloaded")[before:]
    told = [(each["account"], each["via"], each["subject"], each["agencies"]) for each in found]
    assert told == [
        ("van-thu", "console", "07-BC-TTM.so-mau.vi.pdf", ["so-mau"]),
        ("kiem-toan", "console", f"{console.run}-agencies.csv", []),
    ]
    assert found[1]["after"]["value"] == {"q": "xa"}


def test_users_are_on_record_and_no_secret_of_theirs(console: Console) -> None:
    khien("user", "add", "nhat-ky", "--role", "auditor", folder=console.folder, typed="first-password-2026\n")
    khien("user", "disable", "nhat-ky", folder=console.folder)
    added = [each for each in acts(console, "user.added") if each["subject"] == "nhat-ky"]
    assert [each["via"] for each in added] == ["command"]
    assert added[0]["after"]["value"] == {"role": "auditor", "agency": ""}
    assert [each["subject"] for each in acts(console, "user.disabled")] == ["nhat-ky"]
    everything = khien("history", "acts", "--json", folder=console.folder).out
    assert "first-password" not in everything and "argon2" not in everything


def test_the_ledger_holds_what_the_console_has_put_on_record(console: Console) -> None:
    verified = khien("history", "verify", folder=console.folder)
    assert verified.status == 0, verified.out + verified.err
