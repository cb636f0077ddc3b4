"""The TLS probe before servers that misbehave: what was not seen is never told as absent, and every wait ends."""

import ssl
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from checks.model.evidence import Observation, ProbeFailure, Protocol, TlsObservation
from scanner.probes.interface import Limits
from scanner.probes.tls.probe import TlsProbe
from tests.scanner.probes.tls_looking import NAME, evidence, failed, identity, seen, supported
from tests.scope import loopback_context
from tests.servers.misbehaving import CutsOldHellos, Drip, Garbage, PlainHttp, Relay, Says, Silent, Then
from tests.servers.tls import SslServer, free_port, nginx_server, openssl_server, require_name, server_context

SUITES = (
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_RSA_WITH_AES_128_CBC_SHA",
)
OFFER = "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:AES128-SHA"
LOOKS_AT_ONCE = 8
HANDSHAKE_FAILURE = b"\x15\x03\x03\x00\x02\x02\x28"
"""A fatal alert (RFC 8446 section 6)."""


@pytest.fixture(scope="module")
def probe() -> Iterator[TlsProbe]:
    limits = Limits(connect_seconds=1, tls_seconds=6)
    made = TlsProbe(loopback_context(limits=limits), workers=LOOKS_AT_ONCE)
    with ThreadPoolExecutor(LOOKS_AT_ONCE) as pool:
        # Workers that have begun already: what their start takes is no matter of these tests.
        list(pool.map(lambda port: evidence(made, port), [free_port()] * LOOKS_AT_ONCE))
    yield made
    made.close()


@pytest.fixture(scope="module")
def old_and_new(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, int]]:
    """A server of TLS 1.0 to 1.2 with a few suites."""
    directives = ("ssl_protocols TLSv1 TLSv1.1 TLSv1.2", f"ssl_ciphers {OFFER}:@SECLEVEL=0")
    with nginx_server(identity(), tmp_path_factory.mktemp("tls"), *directives) as port:
        yield "127.0.0.1", port


OFFERED: tuple[Protocol, ...] = ("tls1_0", "tls1_1", "tls1_2")


def never_wrong(found: Observation) -> None:
    """No version that is offered is denied, no suite is missing without a word, and nothing is invented."""
    if isinstance(found, ProbeFailure):
        assert found.reason in ("timed_out", "reset", "deadline", "tls_failed"), found
        return
    assert isinstance(found, TlsObservation)
    for version, answer in found.protocols.items():
        if answer is None:
            assert found.failure(f"protocols.{version}"), version
            assert found.failure(f"cipher_suites.{version}"), version
        assert answer is not False or version not in OFFERED, f"{version} is denied: {found}"
        assert answer is not True or version in OFFERED, f"{version} is invented"
    for version in OFFERED:
        whole = SUITES if version == "tls1_2" else SUITES[2:]
        listed = set(found.cipher_suites.get(version, ()))
        assert listed <= set(whole)
        assert listed == set(whole) or found.failure(f"cipher_suites.{version}"), f"{version} lacks suites"
    for what, answers in (("vulnerabilities", found.vulnerabilities), ("features", found.features)):
        for name, value in answers.items():
            assert value is not None or found.failure(f"{what}.{name}"), name
    if found.groups.supported is None:
        assert found.failure("groups")
    if not found.certificates:
        assert found.failure("certificates")


def test_a_server_that_stops_answering_is_never_denied_what_it_offers(
    probe: TlsProbe, old_and_new: tuple[str, int]
) -> None:
    ways: list[tuple[int, Then]] = [
        *((answered, "hang") for answered in (1, 7, 40, 100)),
        *((answered, "reset") for answered in (6, 25, 90)),
        (15, "close"),
    ]
    with ExitStack() as stack, ThreadPoolExecutor(LOOKS_AT_ONCE) as pool:
        relays = [stack.enter_context(Relay(old_and_new, answered, then)) for answered, then in ways]
        looks = list(pool.map(lambda relay: evidence(probe, relay.port), relays))

    for look in looks:
        never_wrong(look.observation)
        assert look.sighting.finished - look.sighting.started <= timedelta(seconds=8), "the clock has whole seconds"
    assert any(isinstance(each.observation, TlsObservation) for each in looks), "some had answered enough to be seen"
    assert any(
        None in each.observation.protocols.values() for each in looks if isinstance(each.observation, TlsObservation)
    ), "and of some of these a version stayed unknown"


def test_a_server_that_cuts_at_random_is_never_denied_what_it_offers(
    probe: TlsProbe, old_and_new: tuple[str, int]
) -> None:
    with ExitStack() as stack, ThreadPoolExecutor(LOOKS_AT_ONCE) as pool:
        relays = [stack.enter_context(Relay(old_and_new, every=every)) for every in (2, 3, 5)]
        for look in pool.map(lambda relay: evidence(probe, relay.port), relays):
            never_wrong(look.observation)


def test_a_server_that_bears_one_connection_at_once_is_seen_in_full(
    probe: TlsProbe, old_and_new: tuple[str, int]
) -> None:
    with Relay(old_and_new, at_once=1) as relay:
        found = seen(probe, relay.port)

    never_wrong(found)
    assert found.protocols["tls1_2"] is True


def test_connections_cut_each_time_between_answers_are_refusals(probe: TlsProbe, tmp_path: Path) -> None:
    with (
        openssl_server(identity(), tmp_path, "-tls1_2", "-cipher", OFFER) as port,
        CutsOldHellos(("127.0.0.1", port)) as relay,
    ):
        found = seen(probe, relay.port)

    assert supported(found) == {"tls1_2"}
    assert found.cipher_suites == {"tls1_2": SUITES}
    assert found.failures == ()


def test_a_server_that_never_answers_has_timed_out(probe: TlsProbe) -> None:
    with Silent() as server:
        assert failed(probe, server.port) == ("timed_out", server.connections)


def test_one_byte_a_second_does_not_stretch_the_look(probe: TlsProbe) -> None:
    started = time.monotonic()
    with Drip() as server:
        assert failed(probe, server.port) == ("timed_out", server.connections)
    assert time.monotonic() - started < 9


def test_something_else_than_tls(probe: TlsProbe) -> None:
    servers = (
        PlainHttp(),
        Says(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"),
        Says(b"SSH-2.0-OpenSSH_9.2\r\n", first=True),
        Garbage(),
    )
    for server in servers:
        with server:
            assert failed(probe, server.port) == ("not_tls", server.connections)


def test_tls_without_a_handshake(probe: TlsProbe) -> None:
    with Says(HANDSHAKE_FAILURE) as server:
        assert failed(probe, server.port) == ("tls_failed", server.connections)


def test_a_port_where_nothing_listens(probe: TlsProbe) -> None:
    assert failed(probe, free_port())[0] == "refused"


def test_connections_that_are_cut_from_the_first_on(probe: TlsProbe) -> None:
    ways: tuple[Then, ...] = ("reset", "close")
    for then in ways:
        with Relay(("127.0.0.1", 9), answered=0, then=then) as server:
            assert failed(probe, server.port) == ("reset", server.connections)


def test_a_server_that_wants_its_name(probe: TlsProbe, tmp_path: Path) -> None:
    context = server_context(identity(), tmp_path)
    require_name(context, NAME)
    with SslServer(context) as server:
        found = seen(probe, server.port)
        assert supported(found) == {"tls1_2", "tls1_3"}
        assert [each.chain for each in found.certificates] == [identity().der]
        assert set(found.vulnerabilities.values()) == {False}
        assert failed(probe, server.port, name="khac.test")[0] == "tls_failed"
        assert failed(probe, server.port, name=None)[0] == "tls_failed"


@pytest.mark.parametrize("newest", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
def test_a_server_that_demands_a_client_certificate(probe: TlsProbe, tmp_path: Path, newest: ssl.TLSVersion) -> None:
    context = server_context(identity(), tmp_path)
    context.maximum_version = newest
    context.set_ciphers(OFFER)
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=identity().issuers[0].public_bytes(Encoding.PEM).decode())
    with SslServer(context) as server:
        found = seen(probe, server.port)

    both: set[Protocol] = {"tls1_2", "tls1_3"}
    assert supported(found) == (both if newest is ssl.TLSVersion.TLSv1_3 else {"tls1_2"})
    assert found.cipher_suites["tls1_2"] == SUITES
    assert [each.chain for each in found.certificates] == [identity().der]
    assert found.server_preference["tls1_2"] in (True, False)
