"""The TLS probe and the certificates of real servers: every chain that there is, with what is sent about it."""

import base64
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from scanner.probes.tls.probe import TlsProbe
from tests.scanner.probes.tls_looking import authority, identity, seen
from tests.scope import loopback_context
from tests.servers.pki import Identity
from tests.servers.tls import nginx_server, openssl_server

STAMPS = (b"another timestamp", b"one timestamp")


@pytest.fixture(scope="module")
def probe() -> Iterator[TlsProbe]:
    made = TlsProbe(loopback_context())
    yield made
    made.close()


@pytest.mark.parametrize("versions", ["TLSv1.2", "TLSv1.3", "TLSv1.2 TLSv1.3"])
def test_the_chain_of_every_kind_of_key(probe: TlsProbe, tmp_path: Path, versions: str) -> None:
    more = [identity("p256"), identity("ed25519")]
    with nginx_server(identity(), tmp_path, f"ssl_protocols {versions}", more=more) as port:
        found = seen(probe, port)

    assert [each.chain for each in found.certificates] == sorted(each.der for each in (identity(), *more))
    assert {each.ocsp_staple for each in found.certificates} == {False}
    assert {each.ocsp_status for each in found.certificates} == {None}
    assert found.failures == ()


GOOD, REVOKED, UNKNOWN = ocsp.OCSPCertStatus.GOOD, ocsp.OCSPCertStatus.REVOKED, ocsp.OCSPCertStatus.UNKNOWN


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
@pytest.mark.parametrize(("said", "status"), [(GOOD, "good"), (REVOKED, "revoked"), (UNKNOWN, "unknown")])
def test_what_a_staple_says(
    probe: TlsProbe, tmp_path: Path, version: str, said: ocsp.OCSPCertStatus, status: str
) -> None:
    file = tmp_path / "staple.der"
    file.write_bytes(staple(identity("p256"), said))
    with openssl_server(identity("p256"), tmp_path, version, "-status_file", str(file)) as port:
        [found] = seen(probe, port).certificates
    assert (found.chain, found.ocsp_staple, found.ocsp_status) == (identity("p256").der, True, status)


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_a_staple_that_says_nothing_of_the_leaf(probe: TlsProbe, tmp_path: Path, version: str) -> None:
    file = tmp_path / "staple.der"
    later = ocsp.OCSPResponseBuilder.build_unsuccessful(ocsp.OCSPResponseStatus.TRY_LATER)
    for response in (
        later.public_bytes(serialization.Encoding.DER),
        staple(identity("p384"), GOOD),  # of another certificate
    ):
        file.write_bytes(response)
        with openssl_server(identity("p256"), tmp_path, version, "-status_file", str(file)) as port:
            [found] = seen(probe, port).certificates
        assert (found.ocsp_staple, found.ocsp_status) == (True, "unusable")


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_timestamps_of_the_handshake_are_kept(probe: TlsProbe, tmp_path: Path, version: str) -> None:
    file = tmp_path / "information.pem"
    file.write_text(timestamps_file(*reversed(STAMPS)))
    with openssl_server(identity("p256"), tmp_path, version, "-serverinfo", str(file)) as port:
        [found] = seen(probe, port).certificates
    assert found.scts == STAMPS


def staple(about: Identity, status: ocsp.OCSPCertStatus) -> bytes:
    """An OCSP response about a certificate, signed by itself: nobody here verifies it."""
    now = datetime.now(UTC)
    revoked = status is ocsp.OCSPCertStatus.REVOKED
    builder = ocsp.OCSPResponseBuilder().add_response(
        about.certificate,
        authority().intermediate,
        hashes.SHA256(),
        status,
        now,
        now + timedelta(days=1),
        now - timedelta(hours=1) if revoked else None,
        x509.ReasonFlags.key_compromise if revoked else None,
    )
    signed = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, about.certificate)
    return signed.sign(about.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def timestamps_file(*timestamps: bytes) -> str:
    """What `openssl s_server -serverinfo` reads: where it belongs (ClientHello, ServerHello of TLS 1.2, Certificate of
    TLS 1.3), and the extension (RFC 6962 section 3.3)."""
    entries = b"".join(len(each).to_bytes(2) + each for each in timestamps)
    body = len(entries).to_bytes(2) + entries
    content = (0x0080 | 0x0100 | 0x1000).to_bytes(4) + (18).to_bytes(2) + len(body).to_bytes(2) + body
    encoded = base64.encodebytes(content).decode()
    return f"-----BEGIN SERVERINFOV2 FOR SCT-----\n{encoded}-----END SERVERINFOV2 FOR SCT-----\n"
