"""The TLS probe before real servers whose settings are known: it must see those settings, and nothing else."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from checks.model.evidence import ProbeFailure, TlsObservation, observation_bytes
from scanner.probes.tls.probe import TlsProbe
from tests.lab.catalogue import CONFIGURATIONS
from tests.lab.start import start
from tests.scanner.probes.tls_looking import NAME, authority, evidence, failed, identity, seen, supported
from tests.scope import loopback_context
from tests.servers.hello import WeakHello
from tests.servers.misbehaving import PlainHttp, Relay, Says, Silent
from tests.servers.starttls import SERVERS, Smtp, SmtpWithoutTls, StarttlsServer
from tests.servers.tls import SslServer, nginx_server, openssl_server, server_context

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
        "encrypt_then_mac": True,
        "extended_master_secret": True,
        "grease_tolerance": True,
        "heartbeat": False,
        "secure_renegotiation": True,
        "session_tickets": True,
    }
    assert found.alpn is None
    assert found.refused_suites == {}, "what is not listed is known to be refused"
    assert found.failures == ()


def test_the_opposite_settings_are_seen_as_well(probe: TlsProbe, tmp_path: Path) -> None:
    options = ("-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA", "-serverpref", "-client_renegotiation")
    with openssl_server(identity(), tmp_path, *options, "-no_ticket", www=False) as port:
        found = seen(probe, port)

    assert found.server_preference == {"tls1_2": True}
    assert found.features["client_renegotiation"] is True
    assert found.features["session_tickets"] is False
    assert found.features["encrypt_then_mac"] is True, "a suite with block chaining is accepted"
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
    assert "encrypt_then_mac" not in found.features, "it bears on block chaining, which TLS 1.3 does not have"
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


def test_every_connection_is_counted_and_there_are_few(probe: TlsProbe, tmp_path: Path) -> None:
    directives = ("ssl_protocols TLSv1.2 TLSv1.3", "ssl_ciphers ECDHE+AESGCM:ECDHE+CHACHA20")
    with (
        nginx_server(identity("p256"), tmp_path, *directives, more=[identity()]) as port,
        Relay(("127.0.0.1", port)) as relay,
    ):
        found = evidence(probe, relay.port)

    assert isinstance(found.observation, TlsObservation)
    suites = sum(map(len, found.observation.cipher_suites.values()))
    assert suites == 9
    assert found.observation.failures == ()
    assert found.sighting.connections == relay.connections <= suites + 20


def test_the_protocol_chosen_for_http(probe: TlsProbe, tmp_path: Path) -> None:
    for newest in ("-tls1_2", "-tls1_3"):
        with openssl_server(identity("p256"), tmp_path, newest, "-alpn", "h2,http/1.1") as port:
            assert seen(probe, port).alpn == "h2"
        with openssl_server(identity("p256"), tmp_path, newest, "-alpn", "http/1.1") as port:
            assert seen(probe, port).alpn == "http/1.1"


def test_what_a_missing_client_certificate_hides_is_not_tried(tmp_path: Path) -> None:
    probe = TlsProbe(loopback_context())
    try:
        with openssl_server(identity(), tmp_path, "-tls1_2", "-cipher", "AES128-SHA", "-Verify", "1") as port:
            found = seen(probe, port)
        assert probe.worker_pids() == ()
    finally:
        probe.close()
    hidden = ("tls_failed", "a client certificate is asked for")
    failures = {each.what: (each.reason, each.detail) for each in found.failures}
    assert failures == {"vulnerabilities.robot": hidden, "features.client_renegotiation": hidden}


def test_a_client_certificate_that_is_only_asked_for_hides_nothing(probe: TlsProbe, tmp_path: Path) -> None:
    with openssl_server(identity(), tmp_path, "-tls1_2", "-cipher", "AES128-SHA", "-verify", "1") as port:
        found = seen(probe, port)
    assert found.failures == ()
    assert (found.vulnerabilities["robot"], found.features["client_renegotiation"]) == (False, False)


def test_early_data_is_seen(probe: TlsProbe, tmp_path: Path) -> None:
    with nginx_server(identity("p256"), tmp_path, "ssl_protocols TLSv1.3", "ssl_early_data on") as port:
        found = seen(probe, port)
    assert (found.features["early_data"], found.features["session_tickets"]) == (True, True)


def test_hybrid_groups_are_seen(probe: TlsProbe, tmp_path: Path) -> None:
    [hybrid] = [each for each in CONFIGURATIONS if each.id == "pyopenssl-hybrid"]
    with start(hybrid, tmp_path) as server:
        found = seen(probe, server.port, server.address, server.server_name)
    assert found.groups.supported is not None
    assert {"X25519MLKEM768", "x25519", "secp256r1"} <= set(found.groups.supported)
    assert found.failure("groups") is None


def test_an_address_of_ipv6_without_a_name(probe: TlsProbe, tmp_path: Path) -> None:
    with SslServer(server_context(identity(), tmp_path), "::1") as server:
        found = seen(probe, server.port, "::1", None)

    assert supported(found) == {"tls1_2", "tls1_3"}
    assert [each.chain for each in found.certificates] == [identity().der]


@pytest.mark.parametrize("service", SERVERS)
def test_tls_begun_within_another_protocol(probe: TlsProbe, tmp_path: Path, service: type[StarttlsServer]) -> None:
    context = server_context(identity(), tmp_path)
    context.set_ciphers("ECDHE-RSA-AES128-GCM-SHA256:AES128-SHA")
    with service(context) as server:
        found = seen(probe, server.port, starttls=service.starttls)

    assert supported(found) == {"tls1_2", "tls1_3"}
    assert found.cipher_suites["tls1_2"] == (
        "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
        "TLS_RSA_WITH_AES_128_CBC_SHA",
    )
    assert [each.chain for each in found.certificates] == [identity().der]
    assert set(found.vulnerabilities.values()) == {False}
    assert found.failures == ()


def test_a_service_that_does_not_switch_to_tls(probe: TlsProbe, tmp_path: Path) -> None:
    context = server_context(identity(), tmp_path)
    with SmtpWithoutTls(context) as without, Smtp(context, b"454 4.7.0 not now\r\n") as busy, Smtp(context) as other:
        assert failed(probe, without.port, starttls="smtp") == ("not_tls", without.connections)
        assert failed(probe, busy.port, starttls="smtp") == ("incomplete", busy.connections)
        assert failed(probe, other.port, starttls="imap") == ("incomplete", other.connections)


def test_plain_http_is_known_after_few_connections(probe: TlsProbe) -> None:
    with PlainHttp() as cutting, Says(b"HTTP/1.1 400 Bad Request\r\n\r\n") as answering:
        assert failed(probe, cutting.port) == ("not_tls", 5)
        assert failed(probe, answering.port) == ("not_tls", 2)


def test_an_address_out_of_scope_is_not_touched() -> None:
    with Silent() as server:
        probe = TlsProbe(loopback_context(refused=["127.0.0.1"]))
        found = evidence(probe, server.port)
        assert found.observation == ProbeFailure("out_of_scope")
        assert (found.sighting.connections, server.connections, probe.worker_pids()) == (0, 0, ())


WATCHED = """
import json, sys

role, log, port, name = sys.argv[1:5]
watched = open(log, "a", buffering=1)

def note(event, args):
    if event.startswith("socket."):
        asked = args[1] if event == "socket.connect" else None
        watched.write(json.dumps([role, event, asked]) + "\\n")

sys.addaudithook(note)
if role == "worker":
    from scanner.probes.tls.vulnerabilities.worker import main
    main()
else:
    from checks.model.target import TlsTarget
    from scanner.probes.tls.probe import TlsProbe
    from tests.scope import loopback_context
    command = (sys.executable, "-P", sys.argv[0], "worker", log, port, name)
    probe = TlsProbe(loopback_context(), command=command)
    [found] = probe.look([TlsTarget("127.0.0.1", int(port), name)])
    probe.close()
    print(json.dumps([found.observation.kind, found.observation.vulnerabilities["robot"]]))
"""
"""The probe in a process that writes down every use of sockets, and its worker in another that does the same."""


def test_no_name_is_resolved_and_nobody_else_is_asked(tmp_path: Path) -> None:
    program, log = tmp_path / "watched.py", tmp_path / "log"
    program.write_text(WATCHED)
    with Silent() as responder:
        named = authority().issue(NAME, key="rsa2048", information=f"http://127.0.0.1:{responder.port}/")
        with openssl_server(named, tmp_path, "-tls1_2", "-cipher", FEW) as port:
            command = [sys.executable, "-P", str(program), "engine", str(log), str(port), NAME]
            path = {"PYTHONPATH": str(Path(__file__).parents[3])}
            done = subprocess.run(command, stdout=subprocess.PIPE, timeout=60, check=True, env=os.environ | path)
        assert responder.connections == 0
    assert json.loads(done.stdout) == ["tls", False]
    noted = [json.loads(line) for line in log.read_text().splitlines()]
    for role in ("engine", "worker"):
        assert {str(asked) for by, event, asked in noted if (by, event) == (role, "socket.connect")} == {
            str(["127.0.0.1", port])
        }
    asked = {event for _, event, _ in noted}
    assert not asked & {"socket.getaddrinfo", "socket.gethostbyname", "socket.gethostbyaddr", "socket.getnameinfo"}
    assert not asked & {"socket.sendto", "socket.sendmsg", "socket.bind"}
