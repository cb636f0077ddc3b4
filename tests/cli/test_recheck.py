"""khien recheck: only what was not in order, in a run of its own; what it does not look at is not taken for fixed."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.cli.command import asset_row, khien, khien_each, write_workspace
from tests.cli.conftest import POLICY, HostileSite
from tests.servers.pki import Authority
from tests.servers.tcp import held_port
from tests.servers.tls import server_context


@dataclass(frozen=True)
class Estate:
    """A folder in which a scan was made of `cong`, whose certificate and header fail, and `tat`, which is down."""

    folder: Path
    scan: str
    site: HostileSite


@pytest.fixture(scope="module")
def estate(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Estate]:
    folder = tmp_path_factory.mktemp("recheck")
    context = server_context(Authority().issue("cong.so-mau.example"), folder)
    with HostileSite(context) as site, held_port("127.0.0.2") as closed:
        assets = asset_row("cong", site.port) + asset_row("tat", closed, address="127.0.0.2")
        write_workspace(folder / "work", assets, POLICY)
        yield Estate(folder / "work", khien("scan", "--json", folder=folder / "work").json()["run"], site)


def test_only_what_was_not_in_order_is_judged_again(estate: Estate) -> None:
    before = estate.site.connections
    scan = khien("history", "show", estate.scan, "--json", folder=estate.folder).json()
    verdicts = {(each["asset"], each["control"]): each["verdict"] for each in scan}
    failed = {control for (asset, control), verdict in verdicts.items() if asset == "cong" and verdict == "fail"}
    assert verdicts["cong", "TLS-12"] == "pass"
    assert "CERT-TRUST" in failed
    ended = khien("recheck", "--agency", "so-mau", "--control", "CERT-TRUST", "--json", folder=estate.folder)
    assert ended.status == 0, ended.err
    run = ended.json()["run"]
    shown, listed, diff, verified = khien_each(
        ("history", "show", run, "--json"),
        ("history", "list", "--json"),
        ("history", "diff", estate.scan, run, "--all", "--json"),
        ("history", "verify"),
        folder=estate.folder,
    )
    assert {(each["asset"], each["control"]) for each in shown.json()} == {
        ("cong", "CERT-TRUST"),
        ("tat", "CERT-TRUST"),
    }
    assert 0 < estate.site.connections - before < before
    purposes = {each["id"]: each["purpose"] for each in listed.json()}
    assert (purposes[estate.scan], purposes[run]) == ("scan", "recheck")
    assert {each["kind"] for each in diff.json()} == {"still_failing", "scope_changed"}
    assert {each["reason"] for each in diff.json() if each["kind"] == "scope_changed"} == {"not_selected"}
    assert verified.status == 0


def test_what_it_did_not_look_at_keeps_its_age_and_the_scan_stays_the_one_that_is_told(estate: Estate) -> None:
    recheck = khien("recheck", "--asset", "cong", "--json", folder=estate.folder).json()["run"]
    report, again = khien_each(
        ("report", "--format", "json", "--out", "told"),
        ("report", "--run", recheck, "--format", "json", "--out", "own"),
        folder=estate.folder,
    )
    assert (report.status, again.status) == (0, 0), again.err
    assert f'"{estate.scan}"' in (estate.folder / "told" / "so-mau.vi.json").read_text(encoding="utf-8")
    own = (estate.folder / "own" / "so-mau.vi.json").read_text(encoding="utf-8")
    assert f'"{recheck}"' in own
    assert "control_removed" not in own


def test_where_everything_is_in_order_there_is_nothing_to_do(estate: Estate) -> None:
    none, unknown, agency = khien_each(
        ("recheck", "--control", "TLS-12", "--asset", "cong"),
        ("recheck", "--control", "TLS-21"),
        ("recheck", "--agency", "so-la"),
        folder=estate.folder,
    )
    assert none.status == 0
    assert "nothing to look at again" in none.err
    assert (unknown.status, agency.status) == (2, 2)
