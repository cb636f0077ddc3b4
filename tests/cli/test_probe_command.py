"""khien probe: evidence of one target as JSON and as text, and nothing sent to what is not authorised."""

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import jsonschema
import pytest

from checks.model.pages import Question
from tests.cli.command import EXPIRED, asset_row, khien, khien_each
from tests.cli.conftest import small
from tests.servers.misbehaving import Says
from tests.servers.pki import Authority
from tests.servers.tcp import TcpServer
from tests.servers.tls import SslServer, server_context

REDIRECT = b"HTTP/1.1 302 Found\r\nLocation: %s\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SslServer]:
    folder = tmp_path_factory.mktemp("site")
    with SslServer(server_context(Authority().issue("a.so-mau.example"), folder)) as server:
        yield server


def test_tls_on_loopback_needs_no_configuration_and_gives_evidence(tmp_path: Path, site: SslServer) -> None:
    ended, schema = khien_each(
        ("probe", "tls", f"127.0.0.1:{site.port}", "--sni", "a.so-mau.example", "--json"),
        ("probe", "tls", "--schema"),
        folder=tmp_path,
    )
    assert ended.status == 0, ended.err
    found = ended.json()
    assert set(found) == {"sighting", "observation"}
    assert set(found["sighting"]) >= {"target", "address", "vantage", "started", "finished", "connections", "tools"}
    assert found["sighting"]["address"] == "127.0.0.1"
    assert found["sighting"]["connections"] > 0
    observation = found["observation"]
    assert observation["kind"] == "tls"
    assert observation["protocols"]["tls1_2"] is True
    assert observation["protocols"]["ssl3"] is False
    assert any(each.startswith("TLS_ECDHE_") for each in observation["cipher_suites"]["tls1_2"])
    assert set(observation) >= {"schema", "groups", "server_preference", "certificates", "vulnerabilities", "failures"}
    assert list(tmp_path.iterdir()) == []
    assert schema.status == 0
    jsonschema.Draft202012Validator.check_schema(schema.json())
    jsonschema.validate(found, schema.json())


def test_a_name_is_looked_at_where_the_address_says(tmp_path: Path, site: SslServer) -> None:
    small(tmp_path / "w", asset_row("a", site.port))
    ended = khien("probe", "http", f"https://a.so-mau.example:{site.port}/", folder=tmp_path / "w")
    assert ended.status == 0, ended.err
    assert "200" in ended.out
    literal = khien(
        "probe", "http", f"https://b.so-mau.example:{site.port}/", "--address", "127.0.0.1", "--json", folder=tmp_path
    )
    assert literal.status == 0
    assert literal.json()["sighting"]["address"] == "127.0.0.1"


def test_ports_are_found_open(tmp_path: Path) -> None:
    with Says(b"220 ready\r\n", first=True) as server:
        ended = khien("probe", "ports", "127.0.0.1", "-p", server.port, "--json", folder=tmp_path)
    assert ended.status == 0, ended.err
    observation = ended.json()["observation"]
    assert observation["kind"] == "ports"
    assert str(server.port) in str(observation["open"])


def test_a_local_name_is_told_and_dns_is_not_asked_for_it(tmp_path: Path) -> None:
    ended, written = khien_each(("probe", "dns", "localhost"), ("probe", "dns", "localhost", "--json"), folder=tmp_path)
    assert ended.status == 0, ended.err
    assert "127.0.0.1" in ended.out and ended.out.count("not asked") == 3
    observation = written.json()["observation"]
    assert (observation["aaaa"], observation["caa"], observation["dnssec"]) == (None, None, None)


def test_what_the_inventory_does_not_authorise_is_refused(tmp_path: Path) -> None:
    foreign = [
        ("tls", "www.so-la.example"),
        ("tls", "198.51.100.7:443"),
        ("ports", "198.51.100.7"),
        ("http", "https://a.so-mau.example/", "--address", "198.51.100.7"),
        ("dns", "www.so-la.example"),
        ("tls", "10.0.0.1"),
        ("http", "http://[::ffff:198.51.100.7]/"),
        ("http", "http://169.254.169.254/"),
    ]
    commands = [("probe", *each) for each in foreign]
    for arguments, ended in zip(foreign, khien_each(*commands, folder=tmp_path), strict=True):
        assert (ended.status, ended.out) == (4, ""), arguments
        assert "authorised" in ended.err


def test_nothing_is_sent_to_a_name_whose_authorisation_has_expired(tmp_path: Path) -> None:
    with TcpServer() as server:
        small(tmp_path / "w", asset_row("a", server.port, f", authorisation: {EXPIRED}", scheme="http"))
        ended = khien("probe", "http", f"http://a.so-mau.example:{server.port}/", folder=tmp_path / "w")
        assert server.connections == 0
    assert ended.status == 4
    assert "a.so-mau.example" in ended.err


def test_a_redirect_to_what_is_not_authorised_is_not_followed(tmp_path: Path) -> None:
    with Says(REDIRECT % b"http://198.51.100.7/") as server:
        ended = khien("probe", "http", f"http://127.0.0.1:{server.port}/", "--json", folder=tmp_path)
    assert ended.status == 0, ended.err
    assert ended.json()["observation"]["end"] != "answered"
    assert ended.json()["sighting"]["connections"] == 1 + len(get_args(Question))


def test_what_does_not_answer_is_told_as_a_failure(tmp_path: Path) -> None:
    with TcpServer() as server:
        ended = khien("probe", "http", f"http://127.0.0.1:{server.port}/", "--json", folder=tmp_path)
    assert ended.status == 3
    assert ended.json()["observation"]["kind"] == "failure"


def test_a_target_that_is_none_is_bad_usage(tmp_path: Path) -> None:
    wrong = [("tls",), ("ports",), ("http",), ("dns",), ("tls", "a b"), ("http", "ftp://127.0.0.1/")]
    wrong += [("ports", "127.0.0.1", "-p", "70000"), ("tls", "127.0.0.1:99999")]
    commands = [("probe", *each) for each in wrong]
    for arguments, ended in zip(wrong, khien_each(*commands, folder=tmp_path), strict=True):
        assert (ended.status, ended.out) == (2, ""), arguments
        assert ended.err and "Traceback" not in ended.err


def test_escapes_of_a_server_stay_out_of_the_terminal(tmp_path: Path) -> None:
    answer = b"HTTP/1.1 200 OK\r\nServer: \x1b[31mred\r\nX-Other: \x9b31m\r\nContent-Length: 0\r\n\r\n"
    with Says(answer) as server:
        url = f"http://127.0.0.1:{server.port}/"
        answers = khien_each(("probe", "http", url), ("probe", "http", url, "--json"), folder=tmp_path)
        assert server.connections > 0
    for ended in answers:
        assert ended.status == 0, ended.err
        assert str(server.port) in ended.out
        assert not {"\x1b", "\x9b"} & set(ended.out + ended.err)
