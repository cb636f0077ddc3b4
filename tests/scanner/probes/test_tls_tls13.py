"""Handshakes of TLS 1.3 with real servers on loopback."""

import base64
import socket
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from scanner.probes.tls.codec.answers import Alert
from scanner.probes.tls.codec.hello import ClientHello
from scanner.probes.tls.tls13 import Handshake, Until
from tests.scanner.probes.tls13_offers import ECDSA, EDDSA, OFFER, RSA, offering
from tests.scanner.probes.tls13_played import sized
from tests.servers.pki import Authority, Identity
from tests.servers.tcp import held_port
from tests.servers.tls import SslServer, nginx_server, openssl_server, server_context, started

SECONDS = 20.0


def look(port: int, offer: ClientHello = OFFER, shares: tuple[int, ...] = (29,), until: Until = "end") -> Handshake:
    """Have a handshake with a server on loopback, to its end."""
    handshake = Handshake(offer, shares, until=until)
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as sock:
        sock.sendall(handshake.begin())
        while not handshake.finished:
            data = sock.recv(65536)
            if not data:
                handshake.closed()
                break
            sock.sendall(handshake.receive(data))
    return handshake


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def identity(authority: Authority) -> Identity:
    return authority.issue("good.test")


@pytest.fixture(scope="module")
def server(identity: Identity, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """openssl s_server with every suite and group that it has."""
    options = (
        "-ciphersuites",
        "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_CCM_SHA256"
        ":TLS_AES_128_CCM_8_SHA256",
        "-groups",
        "P-256:P-384:P-521:X25519:X448:ffdhe2048:ffdhe3072",
        "-alpn",
        "h2",
    )
    with openssl_server(identity, tmp_path_factory.mktemp("openssl"), *options) as port:
        yield port


# What servers do


@pytest.mark.parametrize("suite", [0x1301, 0x1302, 0x1303, 0x1304, 0x1305])
def test_every_suite_is_carried_through(server: int, identity: Identity, suite: int) -> None:
    found = look(server, offering(suites=(suite,)))
    assert found.server_hello is not None
    assert (found.server_hello.suite, found.complete, found.error, found.alert) == (suite, True, None, None)
    assert (found.chain, found.alpn, found.scheme) == (identity.der, b"h2", 0x0403)
    assert (found.early_data, found.tickets, found.wants_client_certificate) == (False, 2, False)


@pytest.mark.parametrize("sent", [True, False])
@pytest.mark.parametrize("group", [23, 24, 25, 29, 30, 256, 257])
def test_every_group_is_carried_through_with_its_share_or_asked_for_it(server: int, group: int, sent: bool) -> None:
    found = look(server, offering(groups=(group,)), (group,) if sent else ())
    assert (found.complete, found.group, found.error) == (True, group, None)


def test_it_stops_at_the_certificate_if_that_is_all(server: int, identity: Identity) -> None:
    found = look(server, until="certificate")
    assert (found.finished, found.chain, found.complete, found.tickets) == (True, identity.der, False, 0)
    assert found.early_data is None


@pytest.mark.parametrize(
    ("key", "schemes"), [("rsa2048", RSA), ("p256", ECDSA), ("p384", ECDSA), ("ed25519", EDDSA), ("rsa3072", RSA)]
)
def test_schemes_choose_the_certificate(
    authority: Authority, tmp_path: Path, key: str, schemes: tuple[int, ...]
) -> None:
    kinds = {each: authority.issue("good.test", key=each) for each in ("rsa2048", "rsa3072", "p256", "p384", "ed25519")}
    wanted = kinds.pop(key)
    other = kinds["p256" if key != "p256" and key != "p384" else "rsa2048"]
    with nginx_server(other, tmp_path, "ssl_protocols TLSv1.3", more=(wanted,)) as port:
        found = look(port, offering(schemes=schemes))
    assert (found.chain, found.complete) == (wanted.der, True)
    assert found.scheme in schemes


@pytest.mark.parametrize("early", [True, False])
def test_tickets_tell_whether_early_data_is_permitted(identity: Identity, tmp_path: Path, early: bool) -> None:
    options = ("-early_data", "-max_early_data", "4096") if early else ("-max_early_data", "0")
    with openssl_server(identity, tmp_path, *options, www=False) as port:
        found = look(port)
    assert (found.early_data, found.complete, found.error) == (early, True, None)
    assert found.tickets >= 1


@pytest.mark.parametrize("early", ["on", "off"])
def test_nginx_is_seen_to_permit_early_data(identity: Identity, tmp_path: Path, early: str) -> None:
    with nginx_server(identity, tmp_path, "ssl_protocols TLSv1.3", f"ssl_early_data {early}") as port:
        assert look(port).early_data == (early == "on")


def test_a_server_without_tickets_is_known_to_permit_no_early_data(identity: Identity, tmp_path: Path) -> None:
    with openssl_server(identity, tmp_path, "-num_tickets", "0") as port:
        found = look(port)
    assert (found.early_data, found.tickets, found.complete, found.alert) == (False, 0, True, None)


def test_the_chain_stays_where_a_client_certificate_is_missing(identity: Identity, tmp_path: Path) -> None:
    with openssl_server(identity, tmp_path, "-Verify", "1") as port:
        found = look(port)
    assert (found.chain, found.wants_client_certificate) == (identity.der, True)
    assert found.alert == Alert(2, 116)  # certificate_required
    assert found.early_data is None


def test_a_client_certificate_that_is_only_asked_for_stops_nothing(identity: Identity, tmp_path: Path) -> None:
    with nginx_server(identity, tmp_path, "ssl_protocols TLSv1.3", "ssl_verify_client optional_no_ca") as port:
        found = look(port)
    assert (found.wants_client_certificate, found.complete, found.alert) == (True, True, None)
    assert found.early_data is False


def test_a_staple_and_timestamps_are_kept(authority: Authority, identity: Identity, tmp_path: Path) -> None:
    response = staple(identity, authority)
    (tmp_path / "staple.der").write_bytes(response)
    (tmp_path / "information.pem").write_text(timestamps_file(b"first timestamp", b"second"))
    options = ("-status_file", str(tmp_path / "staple.der"), "-serverinfo", str(tmp_path / "information.pem"))
    with openssl_server(identity, tmp_path, *options) as port:
        found = look(port)
        silent = look(port, offering(asking=False))
    assert (found.staple, found.scts) == (response, (b"first timestamp", b"second"))
    assert (silent.staple, silent.scts, silent.complete) == (None, (), True)


def staple(identity: Identity, authority: Authority) -> bytes:
    """An OCSP response about a certificate, signed by itself: nobody here verifies it."""
    now = datetime.now(UTC)
    builder = ocsp.OCSPResponseBuilder().add_response(
        identity.certificate,
        authority.intermediate,
        hashes.SHA256(),
        ocsp.OCSPCertStatus.GOOD,
        now,
        now + timedelta(days=1),
        None,
        None,
    )
    responder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, identity.certificate)
    return responder.sign(identity.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def timestamps_file(*timestamps: bytes) -> str:
    """What `openssl s_server -serverinfo` reads: a context (ClientHello, Certificate of TLS 1.3) and an extension."""

    body = sized(2, b"".join(sized(2, each) for each in timestamps))
    content = (0x0080 | 0x1000).to_bytes(4) + b"\0\x12" + sized(2, body)
    encoded = base64.encodebytes(content).decode()
    return f"-----BEGIN SERVERINFOV2 FOR SCT-----\n{encoded}-----END SERVERINFOV2 FOR SCT-----\n"


def test_python_is_carried_through(identity: Identity, tmp_path: Path) -> None:
    with SslServer(server_context(identity, tmp_path)) as python:
        found = look(python.port)
    assert (found.chain, found.complete, found.early_data, found.alpn) == (identity.der, True, False, None)


@pytest.mark.parametrize("group", [23, 24, 25, 29, 30, 256])
def test_gnutls_is_carried_through(authority: Authority, tmp_path: Path, group: int) -> None:
    identity = authority.issue("good.test", key="rsa2048")
    chain, key = identity.write(tmp_path)
    options = ("--x509certfile", str(chain), "--x509keyfile", str(key), "--earlydata", "--maxearlydata", "1000")
    with held_port("0.0.0.0") as port, started(port, "gnutls-serv", "--http", "-p", str(port), *options):
        found = look(port, offering(groups=(group,)))
    assert (found.chain, found.complete, found.group, found.error) == (identity.der, True, group, None)
    assert found.wants_client_certificate  # unless it is told not to
    assert found.early_data is True


NODE = """
const [, chain, key, port] = process.argv, fs = require("fs");
require("tls").createServer({cert: fs.readFileSync(chain), key: fs.readFileSync(key), ALPNProtocols: ["http/1.1"]},
  socket => socket.on("error", () => {}).end("here")).listen(Number(port), "127.0.0.1");
"""


def test_node_is_carried_through(identity: Identity, tmp_path: Path) -> None:
    chain, key = identity.write(tmp_path)
    with held_port() as port, started(port, "node", "-e", NODE, str(chain), str(key), str(port)):
        found = look(port)
    assert (found.chain, found.complete, found.alpn, found.early_data) == (identity.der, True, b"http/1.1", False)


def test_a_server_of_lower_versions_is_told_apart(identity: Identity, tmp_path: Path) -> None:
    with nginx_server(identity, tmp_path, "ssl_protocols TLSv1.2") as port:
        found = look(port)
    assert (found.alert, found.error, found.server_hello) == (Alert(2, 70), None, None)
    assert found.early_data is None


def test_ten_thousand_names_are_taken_in(authority: Authority, tmp_path: Path) -> None:
    names = [f"number-{number}.of-many.good.test" for number in range(10_000)]
    identity = authority.issue("good.test", *names)
    with SslServer(server_context(identity, tmp_path)) as python:
        found = look(python.port)
    assert (found.chain, found.complete) == (identity.der, True)
    leaf = x509.load_der_x509_certificate(found.chain[0])
    assert len(leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value) == 10_001
