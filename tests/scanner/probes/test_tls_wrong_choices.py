"""Servers that choose what is no choice, or say less than an answer: nothing of it is evidence, and no look breaks."""

import struct

import pytest

from checks.model.target import TlsTarget
from checks.tls import iana
from scanner.probes.tls.codec.answers import CLOSE_NOTIFY
from scanner.probes.tls.codec.hello import ClientHello
from scanner.probes.tls.contact import Failed
from scanner.probes.tls.examination import Examination
from scanner.probes.tls.reply import Doubt, Picked, Refused
from scanner.probes.tls.talk import HelloTalk
from tests.scanner.probes.played_look import Entropy, exactly, look_at, never_wrong, run
from tests.scanner.probes.played_manners import Capabilities, Manners, chain_of
from tests.scanner.probes.played_server import PlayedConnection, PlayedEndpoint, played_hello
from tests.scanner.probes.tls13_played import ReadHello, sized

OLD = Capabilities({"tls1_2": (0xC02F, 0xC030, 0x002F), "tls1_0": (0x002F, 0x000A)})
ANCIENT = Capabilities({"ssl3": (0x000A, 0x0005)})
MODERN = Capabilities({"tls1_3": (0x1301, 0x1302), "tls1_2": (0xC02F,)}, keys=("rsa", "ecdsa"))
MOST = 60
"""Connections that such a server may cost."""


@pytest.mark.parametrize(
    ("can", "manners", "value"),
    [
        (ANCIENT, Manners(), iana.EMPTY_RENEGOTIATION_INFO_SCSV),
        (OLD, Manners(longest_hello=255), iana.EMPTY_RENEGOTIATION_INFO_SCSV),
        (OLD, Manners(), iana.FALLBACK_SCSV),
    ],
)
def test_a_signalling_value_is_no_suite(can: Capabilities, manners: Manners, value: int) -> None:
    def lie(hello: ReadHello) -> bytes | None:
        return played_hello(hello.version, value) if value in hello.suites else None

    looked = look_at(can, Manners(spoils=lie, longest_hello=manners.longest_hello))
    assert looked.ran.connections <= MOST
    if looked.examination.failed is None:
        never_wrong(looked.seen, can)


def test_a_suite_below_tls13_does_not_show_tls13() -> None:
    def lie(hello: ReadHello) -> bytes | None:
        if hello.get(43) is None or 0xC02F not in hello.suites:
            return None
        return played_hello(0x0303, 0xC02F, (43, b"\3\4"), (51, b"\0\x1d"))

    seen = look_at(OLD, Manners(spoils=lie)).seen
    never_wrong(seen, OLD)
    assert seen.protocols["tls1_2"] is True


def test_a_suite_of_tls13_is_not_listed_below_it() -> None:
    def lie(hello: ReadHello) -> bytes | None:
        return played_hello(0x0303, 0x1301) if {0x1301, 0xC02F} <= set(hello.suites) else None

    exactly(look_at(OLD, Manners(spoils=lie)))


def test_a_group_that_nobody_registered_leaves_the_groups_open() -> None:
    def lie(hello: ReadHello) -> bytes | None:
        if hello.get(43) is not None or 0xC02F not in hello.suites:
            return None
        chain = sized(3, b"".join(sized(3, each) for each in chain_of("rsa")))
        rest = b"\x0b" + sized(3, chain) + b"\x0c" + sized(3, b"\3\x99\x99\x05pointsignature") + b"\x0e\0\0\0"
        return played_hello(0x0303, 0xC02F) + b"\x16\x03\x03" + sized(2, rest)

    seen = look_at(OLD, Manners(spoils=lie)).seen
    assert seen.failure("groups") is not None
    assert seen.groups.refused == ()


def test_kinds_of_ssl2_that_were_not_offered_are_no_proof_of_its_absence(monkeypatch: pytest.MonkeyPatch) -> None:
    def answers(connection: PlayedConnection, data: bytes) -> bytes:
        der = chain_of("rsa")[0]
        body = b"\x04\0\x01\0\x02" + struct.pack(">HHH", len(der), 3, 16) + der + b"\x09\x09\x09" + bytes(16)
        return (0x8000 | len(body)).to_bytes(2) + body

    monkeypatch.setattr(PlayedConnection, "_ssl2", answers)
    seen = look_at(OLD).seen
    assert seen.protocols["ssl2"] is None
    assert seen.failure("protocols.ssl2") is not None


def test_alerts_that_share_a_record_are_read_one_after_the_other() -> None:
    """A warning of the name, then the refusal (RFC 5246 section 6.2.1 permits one record for both)."""

    def lie(hello: ReadHello) -> bytes | None:
        old = hello.get(43) is None and hello.version in (0x0300, 0x0302)
        return b"\x15\x03\x01\x00\x04\x01\x70\x02\x28" if old else None

    exactly(look_at(Capabilities({"tls1_2": (0xC02F, 0x002F)}), Manners(spoils=lie)))


@pytest.mark.parametrize("alert", [CLOSE_NOTIFY, 80])
def test_a_kind_of_key_is_not_absent_because_the_server_closed_once(alert: int) -> None:
    met: list[bytes] = []

    def lie(hello: ReadHello) -> bytes | None:
        if hello.shares() and 0x0403 in hello.listed(13) and 0x0804 not in hello.listed(13) and not met:
            met.append(b"once")
            return bytes((21, 3, 3, 0, 2, 2, alert))
        return None

    looked = look_at(MODERN, Manners(spoils=lie))
    assert met
    never_wrong(looked.seen, MODERN)
    assert len(looked.seen.certificates) == 2


def test_what_several_alerts_in_a_record_mean() -> None:
    talk = HelloTalk(ClientHello(0x0303, (0xC02F,)), b"")
    talk.receive(b"\x15\x03\x01\x00\x04\x01\x70\x02\x28")
    assert talk.reply(None) == Refused(40)
    talk = HelloTalk(ClientHello(0x0303, (0xC02F,)), b"")
    talk.receive(b"\x15\x03\x01\x00\x03\x01\x70\x02")
    assert isinstance(talk.reply(None), Doubt)


@pytest.mark.parametrize("kind", [0, 11, 99])
def test_a_flood_of_messages_behind_a_hello_is_cut(kind: int) -> None:
    talk = HelloTalk(ClientHello(0x0303, (0xC02F,)), b"")
    talk.receive(played_hello(0x0303, 0xC02F))
    flood = bytes((kind, 0, 0, 3, 0, 0, 0)) * 2000
    talk.receive(b"\x16\x03\x03" + sized(2, flood))
    assert talk.finished
    assert isinstance(talk.reply(None), Picked)


def test_a_service_that_never_comes_to_tls_is_said_to_be_that() -> None:
    target = TlsTarget("127.0.0.1", 25, "thu.test", "smtp")
    examination = Examination(target, 2, Entropy())
    run(examination.look, PlayedEndpoint(OLD))  # it waits for a hello, and says nothing first
    assert examination.failed == Failed("timed_out", "the service did not come as far as TLS")


@pytest.mark.parametrize("description", [40, 70])
@pytest.mark.parametrize("answered", range(1, 30))
def test_a_limiter_that_comes_to_answer_everything_with_an_alert_denies_nothing(
    answered: int, description: int
) -> None:
    for can in (OLD, MODERN):
        heard: list[int] = []

        def limit(hello: ReadHello, heard: list[int] = heard) -> bytes | None:
            heard.append(1)
            return bytes((21, 3, 1, 0, 2, 2, description)) if len(heard) > answered else None

        never_wrong(look_at(can, Manners(spoils=limit)).seen, can)


def test_more_records_than_any_flight_has_are_not_read() -> None:
    talk = HelloTalk(ClientHello(0x0303, (0xC02F,)), b"")
    talk.receive(b"".join(b"\x16\x03\x03\0\1" + bytes((each & 1,)) for each in range(20_000)))
    assert talk.finished
    assert isinstance(talk.reply(None), Doubt)
