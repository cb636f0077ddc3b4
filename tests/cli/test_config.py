"""khien.yaml: strict, with every fault at its place, and every path relative to its folder."""

from pathlib import Path

import pytest

from policies.strict_yaml import InputErrors
from scanner.cli.config import Config, read_config
from scanner.cli.looking import probe_set
from scanner.cli.workspace import open_workspace
from tests.cli.command import write_workspace
from tests.cli.conftest import POLICY
from tests.scope import AllowLoopback

ASSET = '  - {id: a, agency: so-mau, level: 2, url: "https://a.so-mau.example/"}\n'


@pytest.fixture(autouse=True)
def no_database_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("KHIEN_DATABASE", raising=False)


def read(folder: Path, text: str) -> Config:
    (folder / "khien.yaml").write_text(text, encoding="utf-8")
    return read_config(folder / "khien.yaml")


def faults(folder: Path, text: str) -> list[str]:
    with pytest.raises(InputErrors) as caught:
        read(folder, text)
    return [f"{each.place}: {each.in_('en')}" for each in caught.value.errors]


def test_an_empty_file_is_all_defaults(tmp_path: Path) -> None:
    config = read(tmp_path, "# nothing\n")
    assert config.database == str(tmp_path / "khien.sqlite3")
    assert config.inventory == tmp_path / "inventory.yaml"
    assert config.waivers is None
    assert (config.policy, config.vantage, config.language) == ("nghe-an-web", "internet", "vi")
    assert config.output == tmp_path / "reports"


def test_paths_start_at_the_folder_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "below").mkdir()
    monkeypatch.chdir(tmp_path / "below")
    text = (
        "inventory: lists/a.xlsx\nwaivers: w.yaml\npolicies: [p, ../q]\ntrust_anchors: [ca.pem]\noutput: /elsewhere\n"
    )
    (tmp_path / "khien.yaml").write_text(text)
    config = read_config(Path("../khien.yaml"))
    assert config.inventory == tmp_path / "lists/a.xlsx"
    assert config.waivers == tmp_path / "w.yaml"
    assert config.policies == (tmp_path / "p", tmp_path / "../q")
    assert config.trust_anchors == (tmp_path / "ca.pem",)
    assert config.output == Path("/elsewhere")


def test_the_environment_names_the_database_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert read(tmp_path, "database: postgresql://host/a\n").database == "postgresql://host/a"
    monkeypatch.setenv("KHIEN_DATABASE", "postgresql://host/b")
    assert read(tmp_path, "database: mine.sqlite3\n").database == "postgresql://host/b"


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("vantage: inner\ninventroy: x.yaml\n", "2:"),
        ("policy: 7\n", "1:"),
        ("language: fr\n", "1:"),
        ("scan: {connect_seconds: 0}\n", "1:"),
        ("scan:\n  http_seconds: soon\n", "2:"),
        ("scan:\n  looks_at_once: 65\n", "2:"),
        ("scan:\n  connections_per_second: 0\n", "2:"),
        ("scan:\n  connections_per_second: 1001\n", "2:"),
        ("scan:\n  connections_per_second: 2.5\n", "2:"),
        ('scan:\n  contact: "a\\r\\nX-Injected: b"\n', "2:"),
        ("vantage: a\nvantage: b\n", "2:"),
        ("console:\n  openid: {issuer: 'http://dang-nhap.example', client: khien, secret_variable: S}\n", "2:"),
        ("console:\n  openid: {issuer: 'https://dang-nhap.example?x', client: khien, secret_variable: S}\n", "2:"),
        ("console:\n  openid: {issuer: 'https://dang-nhap.example', client: khien, secret_variable: bí-mật}\n", "2:"),
        ("- a\n", "1:"),
        ("scan: [}\n", "1:"),
    ],
)
def test_a_fault_is_told_with_its_place(tmp_path: Path, text: str, place: str) -> None:
    found = faults(tmp_path, text)
    assert len(found) == 1
    assert found[0].startswith(place)
    assert "khien.yaml" in found[0]


def test_all_faults_are_told_together(tmp_path: Path) -> None:
    assert len(faults(tmp_path, "policy: 7\nlanguage: fr\nscan: {dns_seconds: -1}\n")) == 3


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(InputErrors) as caught:
        read_config(tmp_path / "khien.yaml")
    assert "khien init" in str(caught.value)


def test_the_bounds_reach_the_probes(tmp_path: Path) -> None:
    written = "scan: {tls_seconds: 7, connections_per_address: 2, connections_per_second: 4, looks_at_once: 5}\n"
    scan = read(tmp_path, written).scan
    politeness = scan.politeness()
    assert (politeness.per_second, politeness.per_address) == (4, 2)
    for gently, expected in ((False, (5, 7, 20, 2, 5)), (True, (8, 14, 30, 1, 5))):
        for probe in probe_set(scan, AllowLoopback(), "internet", politeness, gently).values():
            limits = probe.context.limits
            found = limits.connect_seconds, limits.tls_seconds, limits.http_seconds, limits.per_address
            assert (*found, limits.scan_at_once) == expected
            assert probe.context.politeness is politeness
            probe.close()


def test_resolvers_are_addresses(tmp_path: Path) -> None:
    assert read(tmp_path, "").scan.dns.resolvers == ()
    written = 'scan: {dns: {resolvers: ["192.0.2.53", "[2001:db8::53]:5353"]}}\n'
    assert read(tmp_path, written).scan.dns.resolvers == ("192.0.2.53", "[2001:db8::53]:5353")
    for wrong in ('["dns.example"]', '["192.0.2.53:0"]', "[53]", '["::1", "::2", "::3", "::4"]', '"192.0.2.53"'):
        assert len(faults(tmp_path, f"scan: {{dns: {{resolvers: {wrong}}}}}\n")) == 1


def test_faults_of_all_files_are_told_together(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    write_workspace(folder, ASSET.replace("level: 2", "level: 0"), POLICY, "waivers: waivers.yaml\n")
    (folder / "waivers.yaml").write_text("waivers: none\n")
    (folder / "rules" / "small.yaml").write_text("policy: small\n")
    with pytest.raises(InputErrors) as caught:
        open_workspace(folder / "khien.yaml")
    sources = {Path(each.source).name for each in caught.value.errors}
    assert sources == {"inventory.yaml", "small.yaml", "waivers.yaml"}


@pytest.mark.parametrize(
    ("waived", "place", "said"),
    [
        ("asset: b\n    control: TLS-12", "3:5", "no asset 'b'"),
        ("asset: a\n    control: TLS-21", "4:5", "no control 'TLS-21'"),
        ("agency: so-khac\n    control: TLS-12", "3:5", "no agency 'so-khac'"),
        ("agency: so-mau\n    control: TLS-21", "4:5", "no control 'TLS-21'"),
    ],
)
def test_a_waiver_that_waives_nothing_is_a_fault(tmp_path: Path, waived: str, place: str, said: str) -> None:
    folder = tmp_path / "w"
    write_workspace(folder, ASSET, POLICY, "waivers: waivers.yaml\n")
    text = (
        f"waivers:\n  - id: w-1\n    {waived}\n    justification: because\n    requested_by: operations\n"
        "    approved_by: head\n    valid_from: 2026-01-01\n    valid_until: 2026-06-30\n"
    )
    (folder / "waivers.yaml").write_text(text)
    with pytest.raises(InputErrors) as caught:
        open_workspace(folder / "khien.yaml")
    (error,) = caught.value.errors
    assert (error.source, error.place) == (str(folder / "waivers.yaml"), place)
    assert said in str(error)
    (folder / "waivers.yaml").write_text(text.replace(waived, "asset: a\n    control: TLS-12"))
    assert len(open_workspace(folder / "khien.yaml").waivers) == 1


def test_a_waiver_for_a_former_agency_follows_where_it_is_bound_to_faults(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    write_workspace(folder, ASSET, POLICY, "waivers: waivers.yaml\n")
    inventory = folder / "inventory.yaml"
    inventory.write_text(inventory.read_text().replace("- id: so-mau\n", "- id: so-mau\n    formerly: [so-cu]\n"))
    text = (
        "waivers:\n  - id: w-1\n    agency: so-cu\n    control: TLS-12\n    justification: because\n"
        "    requested_by: operations\n    approved_by: head\n    valid_from: 2026-01-01\n    valid_until: 2026-06-30\n"
    )
    (folder / "waivers.yaml").write_text(text)
    with pytest.raises(InputErrors, match="the agency 'so-cu' is 'so-mau' now"):
        open_workspace(folder / "khien.yaml")
    bound = f"    granted_on: ['sha256:{'0' * 64}']\n"
    (folder / "waivers.yaml").write_text(text + bound)
    (waiver,) = open_workspace(folder / "khien.yaml").waivers
    assert waiver.agency == "so-mau"
    (folder / "waivers.yaml").write_text((text + bound).replace("control: TLS-12", "control: TLS-21"))
    with pytest.raises(InputErrors, match="no control 'TLS-21'"):
        open_workspace(folder / "khien.yaml")


def test_a_policy_that_there_is_not_is_a_fault(tmp_path: Path) -> None:
    folder = tmp_path / "w"
    write_workspace(folder, ASSET.replace("level: 2", "level: 2, policy: gone"), POLICY)
    with pytest.raises(InputErrors) as caught:
        open_workspace(folder / "khien.yaml")
    assert "'gone'" in str(caught.value)
