"""The TLS probe before real servers of unusual settings: long flights, names that matter, clients that must prove who
they are."""

import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from checks.model.evidence import Protocol
from scanner.probes.interface import Limits
from scanner.probes.tls.probe import TlsProbe
from tests.scanner.probes.tls_looking import NAME, authority, failed, identity, seen, supported
from tests.scope import loopback_context
from tests.servers.pki import Identity
from tests.servers.tls import SslServer, nginx_server, openssl_server, require_name, server_context

SUITES = (
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_RSA_WITH_AES_128_CBC_SHA",
)
OFFER = "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:AES128-SHA"
OTHER = "khac.test"
BOTH: set[Protocol] = {"tls1_2", "tls1_3"}


@pytest.fixture(scope="module")
def probe() -> Iterator[TlsProbe]:
    made = TlsProbe(loopback_context(limits=Limits(connect_seconds=1, tls_seconds=20)))
    yield made
    made.close()


def long_chain() -> Identity:
    """A leaf with sixty certificates behind it, which is more than a record holds."""
    return Identity(identity().certificate, identity().key, identity().issuers * 60)


def huge() -> Identity:
    """A certificate of a megabyte."""
    return authority().issue(NAME, *(f"{number}.{'a' * 60}.{'b' * 60}.{'c' * 50}.test" for number in range(5_500)))


def of_many_names() -> Identity:
    """A certificate for ten thousand names."""
    return authority().issue(NAME, *(f"so-{number}.test" for number in range(10_000)))


@pytest.mark.parametrize("make", [long_chain, huge, of_many_names])
@pytest.mark.parametrize("versions", ["TLSv1.2", "TLSv1.3", "TLSv1.2 TLSv1.3"])
def test_certificates_longer_than_a_record(probe: TlsProbe, tmp_path: Path, make: object, versions: str) -> None:
    assert callable(make)
    long = make()
    with nginx_server(long, tmp_path, f"ssl_protocols {versions}", "ssl_ciphers ECDHE+AESGCM") as port:
        found = seen(probe, port)

    assert sum(map(len, long.der)) > 2**14
    assert len(supported(found)) == len(versions.split())
    assert [each.chain for each in found.certificates] == [long.der]
    assert found.groups.supported
    may_fail = {"features.client_renegotiation"}  # OpenSSL's client takes chains of 100 kB at most
    assert {each.what for each in found.failures} <= may_fail


def test_the_sizes_are_what_they_are_said_to_be() -> None:
    assert len(huge().der[0]) > 1_000_000
    names = of_many_names().certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert len(names.get_values_for_type(x509.DNSName)) == 10_001


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_server_that_wants_its_name(probe: TlsProbe, tmp_path: Path, newest: ssl.TLSVersion) -> None:
    context = server_context(identity(), tmp_path)
    context.maximum_version = newest
    require_name(context, NAME)
    with SslServer(context) as server:
        found = seen(probe, server.port)
        assert supported(found) == (BOTH if newest is ssl.TLSVersion.TLSv1_3 else {"tls1_2"})
        assert [each.chain for each in found.certificates] == [identity().der]
        assert set(found.vulnerabilities.values()) == {False}
        assert failed(probe, server.port, name=OTHER)[0] == "tls_failed"
        assert failed(probe, server.port, name=None)[0] == "tls_failed"


@pytest.mark.parametrize("version", ["-tls1_2", "-tls1_3"])
def test_a_server_that_warns_of_a_name_that_it_does_not_know(probe: TlsProbe, tmp_path: Path, version: str) -> None:
    chain, key = identity("p256").write(tmp_path, "second")
    options = ("-servername", NAME, "-cert2", str(chain), "-key2", str(key))
    with openssl_server(identity(), tmp_path, version, *options) as port:
        known, unknown = seen(probe, port), seen(probe, port, name=OTHER)
    assert [each.chain[0] for each in known.certificates] == [identity("p256").der[0]]
    assert [each.chain[0] for each in unknown.certificates] == [identity().der[0]]
    assert supported(known) == supported(unknown) != set()


def test_another_name_has_another_certificate_and_other_versions(probe: TlsProbe, tmp_path: Path) -> None:
    context, other = server_context(identity(), tmp_path), server_context(identity("p256"), tmp_path)
    other.set_ciphers("ECDHE-ECDSA-AES128-GCM-SHA256")

    def choose(sock: ssl.SSLObject, asked: str | None, given: ssl.SSLContext) -> None:
        if asked == OTHER:
            sock.context = other

    context.sni_callback = choose
    with SslServer(context) as server:
        first, second, nameless = seen(probe, server.port), seen(probe, server.port, name=OTHER), None
        nameless = seen(probe, server.port, name=None)
    assert [each.chain for each in first.certificates] == [identity().der]
    assert [each.chain for each in second.certificates] == [identity("p256").der]
    assert second.cipher_suites["tls1_2"] == ("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",)
    assert nameless == first


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_server_that_demands_a_client_certificate(probe: TlsProbe, tmp_path: Path, newest: ssl.TLSVersion) -> None:
    context = server_context(identity(), tmp_path)
    context.maximum_version = newest
    context.set_ciphers(OFFER)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=identity().issuers[0].public_bytes(Encoding.PEM).decode())
    with SslServer(context) as server:
        found = seen(probe, server.port)

    assert supported(found) == (BOTH if newest is ssl.TLSVersion.TLSv1_3 else {"tls1_2"})
    assert found.cipher_suites["tls1_2"] == SUITES
    assert [each.chain for each in found.certificates] == [identity().der]
    assert found.server_preference["tls1_2"] in (True, False)
    assert all(value is not True for value in found.vulnerabilities.values())
    for name, value in found.vulnerabilities.items():
        assert value is False or found.failure(f"vulnerabilities.{name}")
