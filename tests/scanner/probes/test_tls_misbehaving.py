"""The TLS probe before servers that misbehave: what was not seen is never told as absent, and every wait ends.

The servers of the table are looked at side by side, each on an address of its own, and each row says what must come
out.
"""

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import timedelta

import pytest

from checks.model.evidence import Evidence, FailureReason, ProbeFailure, Protocol, TlsObservation
from scanner.probes.interface import Limits
from scanner.probes.tls.probe import TlsProbe
from tests.hostile import tls_hellos as hellos
from tests.hostile import tls_relays as relays
from tests.lab.processes import own_address
from tests.scanner.probes.tls_looking import evidence, failed, identity, seen
from tests.scanner.probes.tls_never_wrong import never_wrong
from tests.scope import loopback_context
from tests.servers import misbehaving
from tests.servers.misbehaving import CutsOldHellos, Relay
from tests.servers.tcp import TcpServer
from tests.servers.tls import nginx_server

OFFER = "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384:ECDHE-RSA-AES128-SHA"
LOOKS_AT_ONCE = 16
SECONDS = 6
"""A look takes no longer."""
PATIENT_SECONDS = 18
"""Nor one that is given more."""
CLOCK = 8
"""Seconds that a busy machine may need beyond a deadline, and sightings have whole ones. Many of these servers would
keep a look for ever."""

Place = tuple[str, int]


@dataclass(frozen=True)
class Fails:
    """Nothing can be seen, for a reason."""

    reason: FailureReason
    detail: str = ""
    """What the remark holds."""


@dataclass(frozen=True)
class Same:
    """What is seen is all that the server behind has, to the last byte."""

    but: tuple[str, ...] = ()
    """What may be among the failures."""


@dataclass(frozen=True)
class Part:
    """What is seen is right as far as it goes."""

    sees: tuple[Protocol, ...] = ()
    """Versions that are seen in any case."""
    without: tuple[str, ...] = ()
    """What must be among the failures."""


@dataclass(frozen=True)
class Only:
    """The versions of a server that has nothing behind it, the others being known to be refused."""

    versions: tuple[Protocol, ...]
    without: tuple[str, ...] = ()
    """What must be among the failures."""
    unknown: tuple[Protocol, ...] = ()
    """Versions of which nothing can be told."""


@dataclass(frozen=True)
class Case:
    """One way to misbehave, in front of a server or alone."""

    make: Callable[[Place, str], TcpServer]
    """Of the server behind and an address."""
    expected: Fails | Same | Part | Only
    seconds: int = SECONDS
    old: bool = False
    """Whether the server behind speaks TLS 1.0 to 1.2, and not 1.2 and 1.3."""


def relay(**options: object) -> Callable[[Place, str], TcpServer]:
    """A relay with options."""
    return lambda place, address: Relay(place, address=address, **options)  # type: ignore[arg-type]


def before(kind: Callable[..., TcpServer]) -> Callable[[Place, str], TcpServer]:
    """A relay of a kind."""
    return lambda place, address: kind(place, address=address)


def alone(kind: Callable[..., TcpServer], *words: bytes) -> Callable[[Place, str], TcpServer]:
    """A server without one behind it."""
    return lambda place, address: kind(*words, address=address)


def alert(level: int, description: int) -> bytes:
    """A record with an alert (RFC 8446 section 6)."""
    return relays.record(relays.ALERT, bytes([level, description]))


HELLO_REQUEST = relays.record(relays.HANDSHAKE, bytes(4))
ENDLESS = (relays.record(relays.HANDSHAKE, b""), HELLO_REQUEST, alert(1, 90))
TWICE = hellos.records(hellos.server_hello(0x0303, 0x009C, (23, b""), (23, b"")))

OPENSSL_WILL_NOT = ("features.client_renegotiation",)
"""Asked by a whole handshake of OpenSSL, which does not bear such records."""
CUT_AS_WELL = ("protocols.ssl2", "cipher_suites.ssl2")
"""nginx cuts a hello of SSL 2.0, which is no refusal where connections are cut for other reasons too."""

CASES: Mapping[str, Case] = {
    # Nothing comes, or hardly anything
    "silent": Case(alone(misbehaving.Silent), Fails("timed_out")),
    "one byte a second": Case(alone(misbehaving.Drip), Fails("timed_out")),
    "a tarpit": Case(alone(hellos.Tarpit), Fails("timed_out")),
    "never accepts": Case(alone(hellos.NeverAccepts), Fails("timed_out")),
    "accepts and closes": Case(alone(hellos.ClosesAtOnce), Fails("reset")),
    "resets the first": Case(relay(answered=0, then="reset"), Fails("reset")),
    "closes the first": Case(relay(answered=0, then="close"), Fails("reset")),
    # Something else comes
    "plain HTTP": Case(
        alone(misbehaving.Says, b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"), Fails("not_tls")
    ),
    "plain HTTP, silent to hellos": Case(alone(misbehaving.PlainHttp), Fails("not_tls")),
    "speaks first": Case(
        lambda place, address: misbehaving.Says(b"SSH-2.0-OpenSSH_9.2\r\n", True, address), Fails("not_tls")
    ),
    "endless garbage": Case(alone(misbehaving.Garbage), Fails("not_tls")),
    "record version 5.0": Case(before(relays.RecordVersion5), Fails("not_tls")),
    "an error of SSL 2.0": Case(alone(hellos.Says, b"\x80\x03\x00\x00\x01"), Fails("not_tls")),
    # Alerts
    "fatal alert, then silence": Case(alone(hellos.Says, alert(2, 40)), Fails("tls_failed", "alert 40")),
    "warning, then silence": Case(alone(hellos.Says, alert(1, 112)), Fails("timed_out")),
    "internal errors only": Case(alone(hellos.Says, alert(2, 80)), Fails("tls_failed", "internal error")),
    "close_notify only": Case(alone(hellos.Says, alert(1, 0)), Fails("tls_failed", "no hello")),
    "endless warnings": Case(alone(hellos.Floods, ENDLESS[2]), Fails("tls_failed", "tell nothing")),
    "endless empty records": Case(alone(hellos.Floods, ENDLESS[0]), Fails("tls_failed", "empty records")),
    "endless HelloRequests": Case(alone(hellos.Floods, ENDLESS[1]), Fails("tls_failed", "tell nothing")),
    # Hellos that cannot be
    "suite not offered": Case(alone(hellos.PicksUnoffered), Fails("tls_failed", "not been offered")),
    "version too new": Case(alone(hellos.TooNew), Fails("tls_failed", "not been offered")),
    "version that there is not": Case(alone(hellos.Unreal), Fails("tls_failed", "not been offered")),
    "group not offered": Case(alone(hellos.RetriesForNothing), Fails("tls_failed")),
    "extension twice": Case(alone(hellos.Says, TWICE), Fails("tls_failed", "twice")),
    "hello cut short": Case(alone(hellos.Says, hellos.records(b"\2\0\0\2\3\3")), Fails("tls_failed", "cut short")),
    "a record too long": Case(alone(hellos.Says, b"\x16\3\3\xff\xff"), Fails("not_tls", "longer")),
    "a message of 16 MB": Case(alone(hellos.Says, relays.record(22, b"\2\xff\xff\xff")), Fails("tls_failed", "longer")),
    # Hellos that are odd
    "always the same suite": Case(
        alone(hellos.PicksAlwaysTheSame), Only(("tls1_2",), ("cipher_suites.tls1_2", "certificates"), ("tls1_3",))
    ),
    "always TLS 1.0": Case(alone(hellos.AlwaysTls10), Only(("tls1_0",), ("certificates",))),
    "endless HelloRetryRequest": Case(alone(hellos.EndlessRetry), Only(("tls1_3",), ("certificates",))),
    "ServerHello of 40 kB": Case(alone(hellos.LongHello), Only(("tls1_2",), ("certificates",))),
    "SSL 2.0 only": Case(alone(hellos.Ssl2Only), Only(("ssl2",))),
    # What TLS allows, if hardly anybody does it
    "a byte a segment": Case(before(relays.Segments), Same()),
    "a byte a record": Case(before(relays.OneByteRecords), Same(OPENSSL_WILL_NOT)),
    "a warning first": Case(before(relays.WarnsFirst), Same()),
    "empty records first": Case(before(relays.EmptyFirst), Same()),
    "record version 3.153": Case(before(relays.RecordVersion), Same(OPENSSL_WILL_NOT)),
    # Answers that are cut or changed
    "hangs after the ServerHello": Case(
        before(relays.HangsAfterHello), Part(("tls1_2",), ("certificates",)), PATIENT_SECONDS, old=True
    ),
    "garbles what is encrypted": Case(before(relays.GarblesSecrets), Same(("certificates", "features.early_data"))),
    "late": Case(before(relays.Late), Part(("tls1_2", "tls1_3")), PATIENT_SECONDS),
    # Refusals in other words
    "refuses by close_notify": Case(before(relays.ClosesPolitely), Same(), old=True),
    "refuses by internal_error": Case(before(relays.FailsInternally), Same(), old=True),
    "refuses in silence": Case(before(relays.RefusesInSilence), Part(), PATIENT_SECONDS),
    "warns instead of refusing": Case(before(relays.WarnsInsteadOfRefusing), Part(), PATIENT_SECONDS),
    "cuts old hellos": Case(before(CutsOldHellos), Same()),
    "ignores hellos over 255 bytes": Case(before(relays.IgnoresLongHellos), Part(("tls1_2",)), PATIENT_SECONDS),
    # Enough is enough
    "one connection at once": Case(relay(at_once=1), Same(CUT_AS_WELL), PATIENT_SECONDS),
    "three connections at once": Case(relay(at_once=3), Same(CUT_AS_WELL), PATIENT_SECONDS),
    "resets beyond a rate": Case(before(relays.RateLimit), Same(CUT_AS_WELL), PATIENT_SECONDS),
    "listens by turns": Case(before(relays.ListensByTurns), Part(("tls1_2", "tls1_3")), PATIENT_SECONDS),
    "cuts every second": Case(relay(every=2), Part()),
    "cuts every third": Case(relay(every=3), Part()),
    "cuts every fifth": Case(relay(every=5), Part(("tls1_2", "tls1_3")), PATIENT_SECONDS),
    "cuts half at random": Case(before(relays.HalfAtRandom), Part(), PATIENT_SECONDS),
    **{f"hangs after {n}": Case(relay(answered=n), Part(), old=True) for n in (1, 4, 9, 17)},
    **{f"resets after {n}": Case(relay(answered=n, then="reset"), Part(), old=True) for n in (2, 7, 13, 21)},
    **{f"closes after {n}": Case(relay(answered=n, then="close"), Part(), old=True) for n in (3, 11)},
}


def probe_with(seconds: int) -> TlsProbe:
    """A probe whose looks take so long at most."""
    return TlsProbe(loopback_context(limits=Limits(connect_seconds=1, tls_seconds=seconds)), workers=2)


@pytest.fixture(scope="module")
def probe() -> Iterator[TlsProbe]:
    made = probe_with(SECONDS)
    yield made
    made.close()


@dataclass(frozen=True)
class Behind:
    """A server that behaves, and what is seen of it."""

    place: Place
    truth: TlsObservation


@pytest.fixture(scope="module")
def behind(probe: TlsProbe, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[bool, Behind]]:
    """Two servers: with old versions, and without."""
    with ExitStack() as stack:
        found = {}
        for old, versions in ((True, "TLSv1 TLSv1.1 TLSv1.2"), (False, "TLSv1.2 TLSv1.3")):
            directives = (f"ssl_protocols {versions}", f"ssl_ciphers {OFFER}:@SECLEVEL=0")
            port = stack.enter_context(nginx_server(identity(), tmp_path_factory.mktemp("tls"), *directives))
            truth = seen(probe, port)
            assert truth.failures == ()
            found[old] = Behind(("127.0.0.1", port), truth)
        yield found


@dataclass(frozen=True)
class Looked:
    """One look at one server."""

    evidence: Evidence
    connections: int
    """What the server counted."""


@pytest.fixture(scope="module")
def looks(probe: TlsProbe, behind: dict[bool, Behind]) -> Iterator[dict[str, Looked]]:
    """A look at every server of the table."""
    patient = probe_with(PATIENT_SECONDS)

    def look(name: str) -> Looked:
        case = CASES[name]
        with case.make(behind[case.old].place, own_address()) as server:
            found = evidence(patient if case.seconds == PATIENT_SECONDS else probe, server.port, server.address)
            return Looked(found, server.connections)

    with ThreadPoolExecutor(LOOKS_AT_ONCE) as pool:
        longest_first = sorted(CASES, key=lambda name: -CASES[name].seconds)
        yield dict(zip(longest_first, pool.map(look, longest_first), strict=True))
    patient.close()


@pytest.mark.parametrize("name", CASES)
def test_what_comes_out(name: str, looks: dict[str, Looked], behind: dict[bool, Behind]) -> None:
    case, found = CASES[name], looks[name].evidence
    seen = found.observation
    assert found.sighting.finished - found.sighting.started <= timedelta(seconds=case.seconds + CLOCK)
    truth = behind[case.old].truth
    match case.expected:
        case Fails(reason, detail):
            assert isinstance(seen, ProbeFailure), seen
            assert (seen.reason, detail in seen.detail) == (reason, True), seen
        case Same(but):
            never_wrong(seen, truth)
            assert isinstance(seen, TlsObservation)
            assert {each.what for each in seen.failures} <= set(but), seen.failures
            assert seen == truth or seen.failures
        case Part(sees, without):
            never_wrong(seen, truth)
            assert not sees or isinstance(seen, TlsObservation)
            if isinstance(seen, TlsObservation):
                assert set(sees) <= {version for version, answer in seen.protocols.items() if answer}
                assert all(seen.failure(each) for each in without), seen.failures
        case Only(versions, without, unknown):
            assert isinstance(seen, TlsObservation), seen
            assert {version for version, answer in seen.protocols.items() if answer} == set(versions), seen
            assert {version for version, answer in seen.protocols.items() if answer is None} == set(unknown), seen
            assert all(seen.failure(each) for each in without), seen.failures


@pytest.mark.parametrize("name", [name for name in CASES if name not in ("never accepts", "listens by turns")])
def test_every_connection_is_counted(name: str, looks: dict[str, Looked]) -> None:
    assert looks[name].evidence.sighting.connections >= looks[name].connections


def test_the_table_has_servers_that_were_seen_in_part(looks: dict[str, Looked]) -> None:
    parts = [looks[name].evidence.observation for name, case in CASES.items() if isinstance(case.expected, Part)]
    known = [each for each in parts if isinstance(each, TlsObservation)]
    assert any(None in each.protocols.values() for each in known)
    assert any(None not in each.protocols.values() for each in known)


def test_the_rate_limit_was_met(looks: dict[str, Looked]) -> None:
    found = looks["resets beyond a rate"]
    assert found.connections > relays.RateLimit.most


def test_a_port_where_nothing_listens(probe: TlsProbe, shut_port: int) -> None:
    assert failed(probe, shut_port)[0] == "refused"
