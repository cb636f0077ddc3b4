"""What sslyze is still asked, in its worker: servers with a flaw, servers without, and servers that leave it open."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import get_args

import pytest

from checks.model.target import Starttls, TlsTarget
from scanner.probes.politeness import Politeness
from scanner.probes.tls.vulnerabilities.pool import Pool
from scanner.probes.tls.vulnerabilities.worker import Answer, OldVersion, Question, Request
from tests.lab.configuration import Configuration
from tests.lab.start import start
from tests.scanner.probes.tls_looking import NAME, identity
from tests.scope import WITHOUT_BOUND
from tests.servers.flawed import BAD_MAC, HANDSHAKE_FAILURE, UNEXPECTED, UNKNOWN_NAME, Flawed, Manners, Reaction
from tests.servers.flawed import well_padded as padded
from tests.servers.misbehaving import Garbage, PlainHttp, Relay, Silent
from tests.servers.starttls import SERVERS, SmtpWithoutTls, StarttlsServer
from tests.servers.tls import SslServer, nginx_server, openssl_server, server_context

EVERYTHING: tuple[Question, ...] = get_args(Question)
SUITES = ("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256", "TLS_RSA_WITH_AES_128_GCM_SHA256")
OLD_SUITES = ("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA", "TLS_RSA_WITH_AES_128_CBC_SHA")


@pytest.fixture(scope="module")
def pool() -> Iterator[Pool]:
    """One worker for these tests."""
    pool = Pool(1, politeness=Politeness(WITHOUT_BOUND))
    yield pool
    pool.close()


def request(
    port: int,
    *questions: Question,
    version: OldVersion = "tls1_2",
    suites: tuple[str, ...] | None = None,
    address: str = "127.0.0.1",
    name: str | None = NAME,
    starttls: Starttls | None = None,
    seconds: int = 60,
    step: int = 10,
) -> Request:
    """A request; `step` is for tests that wait until it is over."""
    accepted = suites or (SUITES if version == "tls1_2" else OLD_SUITES)
    return Request(TlsTarget(address, port, name, starttls), questions, version, accepted, seconds, step)


def answer(pool: Pool, port: int, question: Question, version: OldVersion = "tls1_2") -> Answer:
    """The answer to one question."""
    return pool.ask(request(port, question, version=version)).answers[question]


def values(pool: Pool, asked: Request) -> dict[Question, bool | None]:
    """The answers, with all that could not be told as None."""
    return {question: each.value for question, each in pool.ask(asked).answers.items()}


VERSIONS: tuple[OldVersion, ...] = get_args(OldVersion)


@pytest.mark.parametrize("version", VERSIONS)
def test_heartbleed(pool: Pool, version: OldVersion) -> None:
    with Flawed(identity(), Manners(heartbeat="bleed")) as server:
        assert answer(pool, server.port, "heartbleed", version) == Answer(True, 1)
    with Flawed(identity(), Manners(heartbeat="ignore")) as server:
        assert answer(pool, server.port, "heartbleed", version) == Answer(False, 1)
    with Flawed(identity(), Manners(heartbeat=UNEXPECTED)) as server:
        assert answer(pool, server.port, "heartbleed", version) == Answer(False, 1)


@pytest.mark.parametrize("version", VERSIONS)
def test_early_change_of_ciphers(pool: Pool, version: OldVersion) -> None:
    with Flawed(identity(), Manners(early_cipher=BAD_MAC)) as server:
        assert answer(pool, server.port, "ccs_injection", version) == Answer(True, 1)
    with Flawed(identity(), Manners(early_cipher=UNEXPECTED)) as server:
        assert answer(pool, server.port, "ccs_injection", version) == Answer(False, 1)


def strong(block: bytes) -> Reaction:
    """An oracle that tells every fault of the padding apart from its absence."""
    return BAD_MAC if padded(block) else HANDSHAKE_FAILURE


def weak(block: bytes) -> Reaction:
    """An oracle that tells nothing but the first two bytes."""
    return BAD_MAC if block[:2] == b"\x00\x02" else "close"


def slow(block: bytes) -> Reaction:
    """An oracle by silence."""
    return BAD_MAC if padded(block) else "ignore"


@pytest.mark.parametrize("version", ["tls1_0", "tls1_1", "tls1_2"])
@pytest.mark.parametrize("oracle", [strong, weak])
def test_robot(pool: Pool, version: OldVersion, oracle: type) -> None:
    with Flawed(identity(), Manners(padding=oracle)) as server:
        assert answer(pool, server.port, "robot", version) == Answer(True, 16)
        assert server.connections == 16
    with Flawed(identity(), Manners()) as server:
        assert answer(pool, server.port, "robot", version) == Answer(False, 6)
        assert server.connections == 6


def test_an_oracle_by_silence_is_one(pool: Pool) -> None:
    with Flawed(identity(), Manners(padding=slow)) as server:
        asked = request(server.port, "robot", step=1)
        assert pool.ask(asked).answers["robot"] == Answer(True, 16)


def test_robot_in_another_version(pool: Pool) -> None:
    with Flawed(identity(), Manners(padding=strong)) as server:
        target = TlsTarget("127.0.0.1", server.port, NAME)
        asked = Request(target, ("robot",), "tls1_2", SUITES[:1], 20, 1, "tls1_0", OLD_SUITES)
        assert values(pool, asked) == {"robot": True}


def test_robot_without_rsa_key_exchange_or_in_ssl_3_is_not_answered(pool: Pool, shut_port: int) -> None:
    asked = request(shut_port, "robot", suites=SUITES[:1])
    assert pool.ask(asked).answers["robot"].reason == "incomplete"
    assert answer(pool, shut_port, "robot", "ssl3") == Answer(None, 0, "incomplete", "sslyze does not test SSL 3.0")


def test_answers_that_differ_at_random_are_no_oracle(pool: Pool) -> None:
    alerts = iter([BAD_MAC, HANDSHAKE_FAILURE, *[BAD_MAC] * 100])
    with Flawed(identity(), Manners(padding=lambda _: next(alerts))) as server:
        found = answer(pool, server.port, "robot")
    assert found == Answer(False, 22), "asked again, it was steady"
    alerts = iter([BAD_MAC, *[HANDSHAKE_FAILURE] * 7] * 10)
    with Flawed(identity(), Manners(padding=lambda _: next(alerts))) as server:
        found = answer(pool, server.port, "robot")
    assert (found.value, found.reason) == (None, "incomplete")


@pytest.mark.parametrize("version", ["tls1_0", "tls1_1", "tls1_2"])
def test_robot_where_a_client_certificate_is_asked_for_and_none_will_do(pool: Pool, version: OldVersion) -> None:
    """The client says that it has none (RFC 5246 section 7.4.6), and is let on to the key exchange."""
    for oracle in (strong, weak):
        with Flawed(identity(), Manners(padding=oracle, asks_for_certificate=True)) as server:
            assert answer(pool, server.port, "robot", version) == Answer(True, 16)
    with Flawed(identity(), Manners(asks_for_certificate=True)) as server:
        assert answer(pool, server.port, "robot", version) == Answer(False, 6)


@pytest.mark.parametrize("refusal", [HANDSHAKE_FAILURE, 42, "close", "reset"])
def test_a_server_that_must_have_a_client_certificate_tells_nothing_of_robot(pool: Pool, refusal: Reaction) -> None:
    """It refuses before it decrypts, whatever the padding: an oracle may be behind that, and may not."""
    manners = Manners(padding=strong, asks_for_certificate=True, no_certificate=refusal)
    with Flawed(identity(), manners) as server:
        found = answer(pool, server.port, "robot")
    assert (found.value, found.reason, found.detail) == (None, "tls_failed", "a client certificate is asked for")


def test_a_refusal_that_may_be_for_the_lack_of_a_certificate_is_no_answer(pool: Pool) -> None:
    manners = Manners(padding=lambda _: HANDSHAKE_FAILURE, asks_for_certificate=True)
    with Flawed(identity(), manners) as server:
        assert answer(pool, server.port, "robot").value is None
    with Flawed(identity(), replace(manners, asks_for_certificate=False)) as server:
        assert answer(pool, server.port, "robot").value is False


DEAF = Manners("ignore", "ignore", "ignore", lambda _: "ignore")


def test_silence_is_never_a_no(pool: Pool) -> None:
    with Flawed(identity(), DEAF) as server:
        found = pool.ask(request(server.port, *EVERYTHING, step=1)).answers
    assert {(each.value, each.reason) for each in found.values()} == {(None, "timed_out")}
    assert all(each.connections >= 2 for each in found.values()), "asked a second time"


@pytest.mark.parametrize("reaction", ["reset", "close"])
def test_a_server_that_cuts_whatever_it_does_not_like_refuses(pool: Pool, reaction: Reaction) -> None:
    with Flawed(identity(), Manners(reaction, reaction, reaction, lambda _: reaction)) as server:
        found = pool.ask(request(server.port, "heartbleed", "ccs_injection", "robot")).answers
    assert found == {"heartbleed": Answer(False, 3), "ccs_injection": Answer(False, 3), "robot": Answer(False, 12)}


@pytest.mark.parametrize("reaction", ["reset", "close"])
def test_a_cut_by_something_between_is_never_a_no(pool: Pool, reaction: Reaction) -> None:
    with Flawed(identity(), Manners(reaction, reaction, UNEXPECTED)) as server:
        found = pool.ask(request(server.port, "heartbleed", "ccs_injection")).answers
    assert {(each.value, each.reason) for each in found.values()} == {(None, "reset")}


def test_a_server_that_stops_at_a_name_is_asked_without(pool: Pool) -> None:
    manners = Manners("bleed", BAD_MAC, padding=strong, name=UNKNOWN_NAME)
    with Flawed(identity(), manners) as server:
        assert values(pool, request(server.port, "heartbleed", "ccs_injection", "robot")) == {
            "heartbleed": True,
            "ccs_injection": True,
            "robot": True,
        }


def test_without_a_hello_there_is_no_answer(pool: Pool) -> None:
    with Flawed(identity(), Manners()) as server, Garbage() as garbage, PlainHttp() as plain:
        ports = {
            "refuses": request(server.port, *EVERYTHING, suites=("TLS_RSA_WITH_CAMELLIA_128_CBC_SHA",)),
            "garbage": request(garbage.port, *EVERYTHING),
            "plain": request(plain.port, *EVERYTHING),
        }
        for which, asked in ports.items():
            found = pool.ask(asked).answers
            assert {each.value for each in found.values()} == {None}, which
            assert {each.reason for each in found.values()} <= {"tls_failed", "reset", "too_large"}, which


def test_a_port_where_nothing_listens_and_a_server_that_says_nothing(pool: Pool, shut_port: int) -> None:
    found = pool.ask(request(shut_port, *EVERYTHING)).answers
    assert {(each.value, each.reason) for each in found.values()} == {(None, "refused")}
    with Silent() as server:
        asked = request(server.port, "heartbleed", step=1)
        assert pool.ask(asked).answers["heartbleed"] == Answer(None, 2, "timed_out")


def test_suites_that_sslyze_lacks(pool: Pool, shut_port: int) -> None:
    asked = request(shut_port, "heartbleed", "client_renegotiation", suites=("TLS_SM4_GCM_SM3",))
    found = pool.ask(asked).answers
    assert {(each.value, each.reason, each.connections) for each in found.values()} == {(None, "incomplete", 0)}


def test_no_time_left_is_no_answer(pool: Pool) -> None:
    with Flawed(identity(), DEAF) as server:
        found = pool.ask(request(server.port, *EVERYTHING, seconds=3, step=1)).answers
    assert found["client_renegotiation"].reason == "deadline"
    assert {each.value for each in found.values()} == {None}


@pytest.mark.parametrize("permitted", [True, False])
@pytest.mark.parametrize(("version", "option"), [("tls1_0", "-tls1"), ("tls1_2", "-tls1_2")])
def test_openssl(pool: Pool, tmp_path: Path, version: OldVersion, option: str, permitted: bool) -> None:
    options = [option, "-cipher", "ALL:@SECLEVEL=0", *(["-client_renegotiation"] if permitted else [])]
    with openssl_server(identity(), tmp_path, *options, www=False) as port:
        assert pool.ask(request(port, *EVERYTHING, version=version)).answers == {
            "heartbleed": Answer(False, 1),
            "ccs_injection": Answer(False, 1),
            "robot": Answer(False, 6),
            "client_renegotiation": Answer(permitted, 1),
        }


def test_nginx(pool: Pool, tmp_path: Path) -> None:
    with nginx_server(identity(), tmp_path, "ssl_ciphers AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256") as port:
        assert values(pool, request(port, *EVERYTHING)) == dict.fromkeys(EVERYTHING, False)


def test_an_old_openssl_without_these_flaws_passes_over_heartbeats(pool: Pool, tmp_path: Path) -> None:
    every = "versions=ssl3 tls1_0 tls1_1 tls1_2"
    with start(Configuration("old", "legacy", (every, "ciphers=RC4-SHA")), tmp_path) as server:
        for version in VERSIONS:
            asked = request(
                server.port,
                "heartbleed",
                "ccs_injection",
                "client_renegotiation",
                version=version,
                suites=("TLS_RSA_WITH_RC4_128_SHA",),
                address=server.address,
            )
            assert values(pool, asked) == {"heartbleed": False, "ccs_injection": False, "client_renegotiation": True}


def test_renegotiation_after_a_handshake_that_did_not_come_about(pool: Pool, tmp_path: Path) -> None:
    with openssl_server(identity(), tmp_path, "-tls1_2", "-client_renegotiation", www=False) as port:
        with Relay(("127.0.0.1", port), reply_bytes=100) as relay:
            asked = request(relay.port, "client_renegotiation", step=1)
            assert pool.ask(asked).answers["client_renegotiation"] == Answer(None, 2, "timed_out")


def starttls_context(folder: Path) -> ssl.SSLContext:
    """TLS 1.2 with RSA key exchange."""
    context = server_context(identity(), folder)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("AES128-GCM-SHA256")
    return context


@pytest.mark.parametrize("kind", SERVERS)
def test_tls_begun_within_another_protocol(pool: Pool, tmp_path: Path, kind: type[StarttlsServer]) -> None:
    with kind(starttls_context(tmp_path)) as server:
        asked = request(server.port, *EVERYTHING, starttls=kind.starttls)
        assert values(pool, asked) == dict.fromkeys(EVERYTHING, False)


def test_a_mail_server_that_does_not_switch(pool: Pool, tmp_path: Path) -> None:
    with SmtpWithoutTls(starttls_context(tmp_path)) as server:
        found = pool.ask(request(server.port, *EVERYTHING, starttls="smtp")).answers
    assert {(each.value, each.reason) for each in found.values()} == {(None, "not_tls")}


def test_an_address_of_ipv6_without_a_name(pool: Pool, tmp_path: Path) -> None:
    with SslServer(starttls_context(tmp_path), "::1") as server:
        asked = request(server.port, *EVERYTHING, address="::1", name=None)
        assert values(pool, asked) == dict.fromkeys(EVERYTHING, False)
