"""khien probe tls: everything that was heard, in words that fit a terminal, and nothing that it would obey."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, get_args

import jsonschema
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from rich.cells import cell_len

from checks.model.evidence import (
    CertificateChain,
    Failure,
    FailureReason,
    Groups,
    Sighting,
    TlsObservation,
)
from checks.model.target import Starttls, TlsTarget
from checks.tls.iana import SUITES
from checks.tls.suites import SUITE_PROPERTIES
from scanner.cli import tls_words
from scanner.cli.blocks import print_blocks
from scanner.cli.tls_view import tls_blocks
from scanner.probes.tls.implied import FEATURES, VULNERABILITIES
from tests.cli.command import khien, khien_each
from tests.servers.misbehaving import Says
from tests.servers.pki import Authority
from tests.servers.starttls import Smtp
from tests.servers.tcp import TcpServer
from tests.servers.tls import SslServer, server_context

NAME = "a.so-mau.example"
NOW = datetime(2026, 6, 1, tzinfo=UTC)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SslServer]:
    """A server with a certificate of 10,000 names."""
    folder = tmp_path_factory.mktemp("site")
    names = [NAME, *(f"n{number}.so-mau.example" for number in range(9_999))]
    identity = Authority().issue(*names, valid_until=timedelta(days=90, hours=1))
    with SslServer(server_context(identity, folder)) as server:
        yield server


def test_everything_is_shown_in_words_and_bounded(tmp_path: Path, site: SslServer) -> None:
    ended = khien("probe", "tls", f"127.0.0.1:{site.port}", "--sni", NAME, folder=tmp_path)
    assert ended.status == 0, ended.err
    assert len(ended.out) < 10_000
    lines = {line.strip() for line in ended.out.splitlines()}
    assert {"Versions", "Key exchange groups", "Certificates", "Vulnerabilities", "Features"} <= lines
    for words in (
        f"127.0.0.1:{site.port}",
        "connections",
        "sslyze",
        "TLS 1.2  yes; ",
        "in the server's order",
        "SSL 2.0  no",
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "x25519",
        "Certificate 1 of 1: EC secp256r1",
        f"CN={NAME}",
        "CN=Khien Test Intermediate",
        "9988",
        "90 days left",
        "ECDSA WITH SHA256",
        "0 in the certificate, 0 in the handshake",
        "OCSP staple",
        "Heartbleed (CVE-2014-0160)",
        "Secure Renegotiation (RFC 5746)",
        "ALPN (RFC 7301)",
    ):
        assert words in ended.out, words


@pytest.mark.parametrize("columns", [60, 80, 160])
def test_lines_fit_the_terminal(tmp_path: Path, site: SslServer, columns: int) -> None:
    environment = {"KHIEN_LANG": "vi", "COLUMNS": str(columns)}
    ended = khien("probe", "tls", f"127.0.0.1:{site.port}", folder=tmp_path, environment=environment)
    assert ended.status == 0, ended.err
    assert "Nhóm trao đổi khóa" in ended.out
    assert max(map(cell_len, ended.out.splitlines())) <= columns
    assert not [line for line in ended.out.splitlines() if line != line.rstrip()]


def test_a_policy_makes_the_look_quick_and_it_says_what_was_not_asked(tmp_path: Path, site: SslServer) -> None:
    address = f"127.0.0.1:{site.port}"
    whole, quick, shown, schema = khien_each(
        ("probe", "tls", address, "--json"),
        ("probe", "tls", address, "--policy", "nghe-an-web", "--json"),
        ("probe", "tls", address, "--policy", "nghe-an-web"),
        ("probe", "tls", "--schema"),
        folder=tmp_path,
    )
    found = quick.json()
    jsonschema.validate(found, schema.json())
    assert found["sighting"]["connections"] < whole.json()["sighting"]["connections"]
    assert found["sighting"]["target"]["needs"] is not None
    unasked = {each["what"] for each in found["observation"]["failures"] if each["reason"] == "not_asked"}
    assert "features.grease_tolerance" in unasked
    assert found["observation"]["protocols"] == whole.json()["observation"]["protocols"]
    assert "only what the policy nghe-an-web asks for" in shown.out
    assert "known to be refused" in shown.out
    assert "Not asked in full" in shown.out
    assert "GREASE (RFC 8701)" in shown.out.split("Not asked in full")[1]


def test_a_service_that_begins_in_cleartext_is_asked_by_option_and_by_scheme(tmp_path: Path) -> None:
    context = server_context(Authority().issue(NAME), tmp_path)
    with Smtp(context) as server:
        option, scheme, shown = khien_each(
            ("probe", "tls", f"127.0.0.1:{server.port}", "--starttls", "smtp", "--json"),
            ("probe", "tls", f"smtp://127.0.0.1:{server.port}", "--json"),
            ("probe", "tls", f"smtp://127.0.0.1:{server.port}", "--starttls", "smtp"),
            folder=tmp_path,
        )
    assert option.json()["observation"] == scheme.json()["observation"]
    assert option.json()["observation"]["protocols"]["tls1_2"] is True
    assert option.json()["sighting"]["target"]["starttls"] == "smtp"
    assert "STARTTLS  smtp" in shown.out


def test_what_makes_no_sense_is_refused_before_any_connection(tmp_path: Path) -> None:
    with TcpServer() as server:
        address = f"127.0.0.1:{server.port}"
        wrong = [
            (address, "--policy", "khong-co"),
            (address, "--policy", "owasp-secure-headers"),  # which asks nothing of TLS
            (address, "--starttls", "gopher"),
            (f"https://{address}", "--starttls", "smtp"),
            (f"http://{address}",),
        ]
        for arguments, ended in zip(
            wrong, khien_each(*(("probe", "tls", *each) for each in wrong), folder=tmp_path), strict=True
        ):
            assert (ended.status, ended.out) == (2, ""), arguments
            assert "Traceback" not in ended.err
        assert server.connections == 0


def test_an_endpoint_that_could_not_be_looked_at_says_why(tmp_path: Path) -> None:
    with TcpServer() as server:
        port = server.port
    with Says(b"220 mail.example ESMTP\r\n", first=True) as mail:
        closed, cleartext = khien_each(
            ("probe", "tls", f"127.0.0.1:{port}"), ("probe", "tls", f"127.0.0.1:{mail.port}"), folder=tmp_path
        )
    for ended, why in ((closed, "the connection was refused"), (cleartext, "not in TLS")):
        assert ended.status == 3
        assert "No look" in ended.out
        assert why in ended.out
    assert "--starttls" in cleartext.out


def test_help_teaches_by_examples(tmp_path: Path) -> None:
    ended = khien("probe", "tls", "--help", folder=tmp_path)
    for words in ("Examples", "--starttls smtp", "--policy nghe-an-web", "--json", *get_args(Starttls)):
        assert words in ended.out


def test_every_code_has_words() -> None:
    assert set(tls_words.REASONS) == set(get_args(FailureReason))
    assert set(tls_words.PROPERTIES) == set(SUITE_PROPERTIES)
    assert set(tls_words.VULNERABILITIES) == set(VULNERABILITIES)
    assert set(tls_words.FEATURES) == set(tls_words.FEATURE_MEANINGS) == set(FEATURES)
    statuses = CertificateChain.__annotations__["ocsp_status"]
    assert set(tls_words.STAPLES) == set(get_args(get_args(statuses)[0]))


def test_weak_suites_are_told_by_words() -> None:
    for name in SUITES.values():
        words, weak = tls_words.suite(name)
        assert weak == words.startswith(("WEAK: ", "YẾU: ")), name
    assert tls_words.suite("TLS_RSA_WITH_RC4_128_SHA")[1]
    assert tls_words.suite("TLS_AES_128_GCM_SHA256") == ("", False)
    assert tls_words.suite("SSL_CK_RC4_128_WITH_MD5")[1]
    assert not tls_words.suite("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA")[1]


# Certificates that no honest authority issues


def certificate(subject: str, *names: x509.GeneralName, ends: datetime = NOW + timedelta(days=9)) -> bytes:
    """A self-signed certificate in DER."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, subject)])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(7).not_valid_before(NOW - timedelta(days=99)).not_valid_after(ends)
    if names:
        builder = builder.add_extension(x509.SubjectAlternativeName(names), critical=False)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def printed(capsys: pytest.CaptureFixture[str], **more: Any) -> str:
    """An observation as the terminal shows it."""
    known: dict[str, Any] = {
        "protocols": {"tls1_2": True},
        "cipher_suites": {"tls1_2": ("TLS_RSA_WITH_RC4_128_SHA",)},
        "groups": Groups(()),
        "server_preference": {},
        "certificates": (),
        "vulnerabilities": {},
        "features": {},
    }
    seen = TlsObservation(**{**known, **more})
    target = TlsTarget("127.0.0.1", 443, None)
    print_blocks(tls_blocks(Sighting(target, "test", NOW, NOW, 1, {}, "sha256:0"), seen))
    return capsys.readouterr().out


def test_nothing_in_a_certificate_reaches_the_terminal_as_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    evil = "\x1b[31mred\x9b31m\u202emirror [bold]not bold[/bold]\r\n"
    der = certificate(
        evil, x509.DNSName("\x1b]0;title\x07.example"), x509.OtherName(x509.ObjectIdentifier("1.2.3"), b"\x05\0")
    )
    shown = printed(capsys, certificates=(CertificateChain((der, der)),), failures=(Failure("groups", "reset", evil),))
    assert not {"\x1b", "\x9b", "\u202e", "\x07", "\r"} & set(shown)
    assert "[bold]not bold[/bold]" in shown


def test_dates_are_counted_from_the_look(capsys: pytest.CaptureFixture[str]) -> None:
    ended = certificate("ended", ends=NOW - timedelta(days=3))
    shown = printed(capsys, certificates=(CertificateChain((certificate("near"),)), CertificateChain((ended,))))
    assert "9 days left" in shown or "còn 9 ngày" in shown
    assert "EXPIRED 3 days ago" in shown or "ĐÃ HẾT HẠN 3 ngày" in shown


def test_what_cannot_be_parsed_is_told_and_hides_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    der = certificate("whole")
    chains = (CertificateChain((b"\x30\x03junk",)), CertificateChain((der, b"", *[der] * 50)), CertificateChain(()))
    shown = printed(capsys, certificates=chains)
    assert "CN=whole" in shown
    assert "TLS_RSA_WITH_RC4_128_SHA" in shown
    assert shown.count("unreadable") + shown.count("không đọc được") >= 2
    assert shown.count("CN=whole") < 30


def test_versions_with_the_same_suites_are_told_together(capsys: pytest.CaptureFixture[str]) -> None:
    suites = ("TLS_RSA_WITH_AES_128_CBC_SHA",)
    shown = printed(
        capsys,
        protocols={"tls1_0": True, "tls1_1": True, "tls1_2": True},
        cipher_suites={"tls1_0": suites, "tls1_1": suites, "tls1_2": suites},
        failures=(Failure("cipher_suites.tls1_2", "deadline"),),
    )
    assert "TLS 1.1, TLS 1.0 (1)" in shown
    assert shown.count("TLS_RSA_WITH_AES_128_CBC_SHA") == 2


def test_post_quantum_groups_and_short_moduli_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    groups = Groups(("X25519MLKEM768", "ffdhe2048", "secp256r1"), (1024, 4096))
    shown = printed(capsys, groups=groups)
    line = next(each for each in shown.splitlines() if "X25519MLKEM768" in each)
    assert "Post-quantum" in line or "Hậu lượng tử" in line
    assert "1024 bit (SHORT)" in shown or "1024 bit (NGẮN)" in shown
    assert "4096 bit" in shown


def test_json_keeps_the_whole_certificate(tmp_path: Path) -> None:
    identity = Authority().issue(NAME)
    with SslServer(server_context(identity, tmp_path)) as server:
        found = khien("probe", "tls", f"127.0.0.1:{server.port}", "--json", folder=tmp_path).json()
    (chain,) = found["observation"]["certificates"]
    sent = tuple(base64.urlsafe_b64decode(each + "=" * (-len(each) % 4)) for each in chain["chain"])
    assert sent == identity.der
