"""The TLS probe before real servers whose settings are known: it must see those settings, and nothing else."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.model.canonical import dump
from checks.model.evidence import ProbeFailure, observation_bytes
from checks.model.target import TlsTarget
from scanner.probes.tls.probe import TlsProbe
from scanner.probes.tls.worker import Request
from tests.scanner.probes.tls_looking import NAME, authority, evidence, failed, identity, seen, supported
from tests.scope import loopback_context
from tests.servers.hello import WeakHello
from tests.servers.misbehaving import Relay, Silent
from tests.servers.tls import ImapServer, SmtpServer, SslServer, nginx_server, openssl_server, server_context

FEW = "ECDHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES128-GCM-SHA256:AES128-SHA"


@pytest.fixture(scope="module")
def probe() -> Iterator[TlsProbe]:
    made = TlsProbe(loopback_context())
    yield made
    made.close()


def test_a_restricted_server_is_seen_as_it_is_set(probe: TlsProbe, tmp_path: Path) -> None:
    with openssl_server(identity(), tmp_path, "-tls1_2", "-cipher", FEW, "-groups", "P-256:P-384") as port:
        found = seen(probe, port)

    assert supported(found) == {"tls1_2"}
    assert found.cipher_suites == {
        "tls1_2": (
            "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
            "TLS_RSA_WITH_AES_128_CBC_SHA",
        )
    }
    assert found.groups.supported == ("secp256r1", "secp384r1")
    assert found.groups.dh_bits == (2048,)
    assert [each.chain for each in found.certificates] == [identity().der]
    assert found.certificates[0].ocsp_staple is False
    assert found.server_preference == {"tls1_2": False}
    assert found.vulnerabilities == {"ccs_injection": False, "heartbleed": False, "robot": False}
    assert found.features == {
        "client_renegotiation": False,
        "compression": False,
        "early_data": False,
        "extended_master_secret": True,
        "fallback_scsv": True,
        "secure_renegotiation": True,
    }
    assert found.failures == ()


def test_the_opposite_settings_are_seen_as_well(probe: TlsProbe, tmp_path: Path) -> None:
    options = ("-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA", "-serverpref", "-client_renegotiation")
    with openssl_server(identity(), tmp_path, *options, www=False) as port:
        found = seen(probe, port)

    assert found.server_preference == {"tls1_2": True}
    assert found.features["client_renegotiation"] is True
    assert found.groups.dh_bits == ()


def test_a_server_of_tls_1_3_alone(probe: TlsProbe, tmp_path: Path) -> None:
    options = ("-tls1_3", "-ciphersuites", "TLS_AES_128_GCM_SHA256", "-groups", "X25519:P-256")
    with openssl_server(identity("p256"), tmp_path, *options) as port:
        found = seen(probe, port)

    assert supported(found) == {"tls1_3"}
    assert found.cipher_suites == {"tls1_3": ("TLS_AES_128_GCM_SHA256",)}
    assert found.groups.supported == ("secp256r1", "x25519")
    assert found.groups.dh_bits == ()
    assert [each.chain for each in found.certificates] == [identity("p256").der]
    assert found.server_preference == {}
    assert set(found.vulnerabilities.values()) == {False}
    assert found.features["secure_renegotiation"] is True
    assert found.failures == ()


def test_every_version_of_an_old_server(probe: TlsProbe, tmp_path: Path) -> None:
    options = ("-min_protocol", "TLSv1", "-cipher", "AES128-SHA:AES128-GCM-SHA256:@SECLEVEL=0")
    with openssl_server(identity(), tmp_path, *options) as port:
        found = seen(probe, port)

    assert supported(found) == {"tls1_0", "tls1_1", "tls1_2", "tls1_3"}
    assert found.cipher_suites["tls1_0"] == ("TLS_RSA_WITH_AES_128_CBC_SHA",)
    assert found.cipher_suites["tls1_1"] == ("TLS_RSA_WITH_AES_128_CBC_SHA",)
    assert found.cipher_suites["tls1_2"] == ("TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_AES_128_GCM_SHA256")
    assert len(found.cipher_suites["tls1_3"]) == 3
    assert found.features["fallback_scsv"] is True
    assert found.vulnerabilities["robot"] is False
    assert found.failures == ()


def test_null_and_anonymous_suites_are_found(probe: TlsProbe, tmp_path: Path) -> None:
    options = ("-tls1_2", "-cipher", "NULL-SHA:ADH-AES128-SHA:@SECLEVEL=0")
    with openssl_server(identity(), tmp_path, *options) as port:
        found = seen(probe, port)

    assert found.cipher_suites == {"tls1_2": ("TLS_DH_anon_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_NULL_SHA")}
    assert found.groups.dh_bits == (1024,)


def test_ssl_3_and_a_short_modulus(probe: TlsProbe) -> None:
    with WeakHello(identity(), frozenset({0x0300, 0x0301})) as server:
        found = seen(probe, server.port)

    assert supported(found) == {"ssl3", "tls1_0"}
    assert found.cipher_suites == {
        "ssl3": ("TLS_DHE_RSA_WITH_AES_128_CBC_SHA",),
        "tls1_0": ("TLS_DHE_RSA_WITH_AES_128_CBC_SHA",),
    }
    assert found.groups.dh_bits == (512,)


def test_both_certificates_of_a_server_with_two_keys(probe: TlsProbe, tmp_path: Path) -> None:
    more = [identity("p256")]
    directives = ("ssl_protocols TLSv1.2 TLSv1.3", "ssl_ciphers ECDHE+AESGCM", "ssl_prefer_server_ciphers on")
    with nginx_server(identity(), tmp_path, *directives, more=more) as port:
        found = seen(probe, port)

    assert [each.chain for each in found.certificates] == sorted([identity().der, identity("p256").der])
    assert found.cipher_suites["tls1_2"] == (
        "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    )
    assert found.server_preference["tls1_2"] is True


def test_two_looks_at_an_unchanged_server_give_the_same_bytes(probe: TlsProbe, tmp_path: Path) -> None:
    directives = ("ssl_protocols TLSv1.2 TLSv1.3", "ssl_ciphers ECDHE+AES")
    with nginx_server(identity(), tmp_path, *directives, more=[identity("p256")]) as port:
        first, second = evidence(probe, port), evidence(probe, port)

    assert observation_bytes(first.observation) == observation_bytes(second.observation)
    assert first.sighting.observation == second.sighting.observation


def test_every_connection_is_counted(probe: TlsProbe, tmp_path: Path) -> None:
    with nginx_server(identity("p256"), tmp_path) as port, Relay(("127.0.0.1", port)) as relay:
        found = evidence(probe, relay.port)

    assert found.sighting.connections == relay.connections > 100


def test_an_address_of_ipv6_without_a_name(probe: TlsProbe, tmp_path: Path) -> None:
    with SslServer(server_context(identity(), tmp_path), "::1") as server:
        found = seen(probe, server.port, "::1", None)

    assert supported(found) == {"tls1_2", "tls1_3"}
    assert [each.chain for each in found.certificates] == [identity().der]


def test_tls_begun_within_smtp_and_imap(probe: TlsProbe, tmp_path: Path) -> None:
    context = server_context(identity(), tmp_path)
    context.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256")
    with SmtpServer(context) as smtp, ImapServer(context) as imap:
        for found in (seen(probe, smtp.port, starttls="smtp"), seen(probe, imap.port, starttls="imap")):
            assert supported(found) == {"tls1_2", "tls1_3"}
            assert found.cipher_suites["tls1_2"] == ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",)
            assert [each.chain for each in found.certificates] == [identity().der]


def test_a_mail_server_that_does_not_switch_to_tls(probe: TlsProbe, tmp_path: Path) -> None:
    with SmtpServer(server_context(identity(), tmp_path)) as server:
        server.starttls = False
        assert failed(probe, server.port, starttls="smtp")[0] == "not_tls"


def test_an_address_out_of_scope_is_not_touched() -> None:
    with Silent() as server:
        probe = TlsProbe(loopback_context(refused=["127.0.0.1"]))
        found = evidence(probe, server.port)
        assert found.observation == ProbeFailure("out_of_scope")
        assert (found.sighting.connections, server.connections, probe.worker_pids()) == (0, 0, ())


WATCHED = """
import sys
seen = []
sys.addaudithook(lambda event, args: event.startswith("socket.") and seen.append((event, args[1:])))
from checks.model.canonical import load
from scanner.probes.tls.worker import Request, look
observation, connections = look(load(Request, sys.stdin.buffer.read()))
import json
asked = [event for event, _ in seen if event.startswith(("socket.getaddrinfo", "socket.gethostby", "socket.getname"))]
print(json.dumps([observation.kind, asked, sorted({args[0] for event, args in seen if event == "socket.connect"})]))
"""
"""A look within a process that writes down which names it asks for and where it connects to."""


def test_no_name_is_resolved_and_nobody_else_is_asked(tmp_path: Path) -> None:
    with Silent() as responder:
        named = authority().issue(NAME, key="p256", information=f"http://127.0.0.1:{responder.port}/")
        with openssl_server(named, tmp_path, "-tls1_3") as port:
            request = Request(TlsTarget("127.0.0.1", port, NAME), 20, 1, 3, "Khien")
            done = subprocess.run(
                [sys.executable, "-c", WATCHED], input=dump(request), stdout=subprocess.PIPE, timeout=30, check=True
            )
        assert responder.connections == 0
    assert json.loads(done.stdout) == ["tls", [], [["127.0.0.1", port]]]
