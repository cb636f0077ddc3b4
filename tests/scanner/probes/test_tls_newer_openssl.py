"""Servers that take TLS 1.2 only from a client newer than the OpenSSL with which sslyze offers most suites."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.model.evidence import CertificateChain
from scanner.probes.interface import Limits, ProbeContext
from scanner.probes.tls.probe import TlsProbe
from tests.scanner.probes.tls_looking import identity, seen, supported
from tests.servers.tls import nginx_server, openssl_server

SUITES = ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")


class Loopback:
    """The scope of these tests."""

    def allows(self, address: str) -> bool:
        return address == "127.0.0.1"

    def addresses(self, host: str) -> tuple[str, ...]:
        return ()


@pytest.fixture(scope="module")
def probe() -> Iterator[TlsProbe]:
    probe = TlsProbe(ProbeContext(Loopback(), "test", Limits(connect_seconds=2, tls_seconds=60)), workers=1)
    yield probe
    probe.close()


def test_a_server_that_insists_on_x25519_is_seen_in_full(probe: TlsProbe, tmp_path: Path) -> None:
    settings = (
        "ssl_protocols TLSv1.2",
        "ssl_ciphers ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384",
        "ssl_prefer_server_ciphers on",
        "ssl_ecdh_curve X25519",
    )
    with nginx_server(identity(), tmp_path, *settings) as port:
        found = seen(probe, port)
    assert supported(found) == {"tls1_2"}
    assert found.cipher_suites == {"tls1_2": SUITES}
    assert found.groups.supported == ("x25519",)
    assert found.server_preference == {"tls1_2": True}
    assert found.certificates == (CertificateChain(identity().der, ocsp_staple=False),)


def test_suites_of_an_ed25519_key_are_all_found(probe: TlsProbe, tmp_path: Path) -> None:
    cipher = "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-ECDSA-CHACHA20-POLY1305"
    with openssl_server(identity("ed25519"), tmp_path, "-tls1_2", "-cipher", cipher) as port:
        found = seen(probe, port)
    assert found.cipher_suites == {
        "tls1_2": ("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256")
    }
    assert [each.chain for each in found.certificates] == [identity("ed25519").der]
    assert found.failure("cipher_suites.tls1_2") is None
