"""Handshakes of TLS 1.3 with a server that is played: what no server should do, and what few do."""

import pytest

from scanner.probes.tls.codec.answers import Alert
from scanner.probes.tls.codec.cursor import CodecError
from scanner.probes.tls.codec.hello import ClientHello
from scanner.probes.tls.codec.protection import Protection
from scanner.probes.tls.codec.records import MAX_MESSAGE, Message, Record, record
from scanner.probes.tls.tls13 import Handshake
from tests.scanner.probes import tls13_played as played
from tests.scanner.probes.tls13_offers import OFFER, offering
from tests.scanner.probes.tls13_played import Certified, PlayedServer, sized

# What no server should do


def greeted(offer: ClientHello = OFFER, **choices: int) -> tuple[Handshake, PlayedServer]:
    """A handshake that has the played server's hello."""
    handshake, server = Handshake(offer, (29,)), PlayedServer(**choices)
    server.hear(handshake.begin())
    handshake.receive(server.hello())
    return handshake, server


def test_a_certificate_of_a_megabyte_comes_in() -> None:
    handshake, server = greeted()
    chain = (bytes(1_000_000), b"issuer")
    handshake.receive(server.say(played.extensions_message(), Certified([(each, []) for each in chain]).message()))
    assert (handshake.chain, handshake.error) == (chain, None)


def test_a_message_beyond_the_bound_ends_it_before_it_is_there() -> None:
    handshake, server = greeted()
    handshake.receive(server.say(played.extensions_message()))
    handshake.receive(server.seal(22, b"\x0b" + (MAX_MESSAGE + 1).to_bytes(3)))
    assert (handshake.finished, handshake.error) == (True, "a message longer than the bound")


def test_the_answer_is_one_finished_and_goodbye() -> None:
    handshake, server = greeted()
    sent = handshake.receive(server.flight(Message(played.CERTIFICATE_REQUEST, sized(1, b"id") + sized(2, b""))))
    assert sent.startswith(record(20, b"\x01", 0x0303))
    kind, content = server.open(sent)
    assert kind == 22
    assert content[:10] == b"\x0b\0\0\x06\x02id\0\0\0"
    assert content[10:14] == b"\x14\0\0\x20"
    server.transcript += content[:10]
    assert content[14:] == server.schedule.finished(server.client_secret, server._hashed())
    assert (handshake.finished, handshake.complete) == (False, True)


@pytest.mark.parametrize(
    ("early_data", "expected"), [((None,), None), ((0,), None), ((1,), True), ((None, None), False), ((0, 9), True)]
)
def test_tickets_decide(early_data: tuple[int | None, ...], expected: bool | None) -> None:
    handshake, server = greeted()
    handshake.receive(server.flight())
    handshake.receive(server.say(*(played.ticket_message(each) for each in early_data)))
    assert handshake.finished == (expected is not None)
    assert handshake.early_data == bool(expected)
    handshake.receive(server.seal(21, b"\x01\0"))
    assert (handshake.finished, handshake.early_data, handshake.alert) == (True, bool(expected), None)


def test_goodbye_before_the_end_tells_nothing_of_early_data() -> None:
    handshake, server = greeted()
    handshake.receive(server.say(played.extensions_message()) + server.seal(21, b"\x01\0"))
    assert (handshake.finished, handshake.alert, handshake.early_data) == (True, Alert(1, 0), None)
    for handshake in (Handshake(OFFER, (29,)), greeted()[0]):
        handshake.closed()
        assert (handshake.finished, handshake.early_data, handshake.complete) == (True, None, False)


def test_warnings_before_the_hello_are_passed_over() -> None:
    handshake, server = Handshake(OFFER, (29,)), PlayedServer()
    server.hear(handshake.begin())
    handshake.receive(record(21, b"\x01\x70") + server.hello() + server.flight())
    assert (handshake.complete, handshake.alert) == (True, None)


@pytest.mark.parametrize(
    ("messages", "error"),
    [
        ((played.VERIFY,), "a handshake message out of order"),
        ((played.extensions_message(), played.VERIFY), "a handshake message out of order"),
        ((played.extensions_message((16, b"")),), "a field is cut short"),
        ((played.extensions_message(), Certified([]).message()), "no certificate"),
        (
            (played.extensions_message(), Certified().message(), played.VERIFY, Message(20, bytes(32))),
            "the server's Finished is wrong",
        ),
    ],
)
def test_what_is_wrong_is_said(messages: tuple[Message, ...], error: str) -> None:
    handshake, server = greeted()
    assert handshake.receive(server.say(*messages)) == b""
    assert (handshake.finished, handshake.complete, handshake.error) == (True, False, error)


def test_a_bad_staple_leaves_the_chain() -> None:
    handshake, server = greeted()
    handshake.receive(server.say(played.extensions_message(), Certified([(b"leaf", [(5, b"\x02")])]).message()))
    assert (handshake.chain, handshake.staple, handshake.finished) == ((b"leaf",), None, True)
    assert handshake.error


@pytest.mark.parametrize(
    ("offer", "choices", "error"),
    [
        (offering(suites=(0x1302,)), {"suite": 0x1301}, "a cipher suite that was not offered"),
        (OFFER, {"group": 23}, "a key share that was not offered"),
    ],
)
def test_what_was_not_offered_is_not_taken(offer: ClientHello, choices: dict[str, int], error: str) -> None:
    handshake, server = Handshake(offer, (29,)), PlayedServer(**choices)
    server.hear(Handshake(offer, (29, 23)).begin())
    handshake.begin()
    handshake.receive(server.hello())
    assert (handshake.finished, handshake.error) == (True, error)
    assert handshake.server_hello is not None


def test_another_version_and_a_suite_that_cannot_be_computed_are_said() -> None:
    for version, suite, error in (
        (0x0303, 0x1301, "the server chose another version"),
        (0x0304, 0x00C6, "a cipher suite that cannot be computed here"),
    ):
        handshake, server = Handshake(offering(suites=(0x1301, 0x00C6)), ()), PlayedServer()
        server.hear(handshake.begin())
        server.suite = suite
        handshake.receive(record(22, server.server_hello(version=version)))
        assert (handshake.error, handshake.finished, handshake.early_data) == (error, True, None)


@pytest.mark.parametrize(
    ("extensions", "error"),
    [
        (((44, sized(2, bytes(20_000))),), "a cookie longer than the bound"),
        (((51, b"\x11\xee"),), "a group of which no key share can be made here"),
    ],
)
def test_retries_that_cannot_be_answered_are_said(extensions: tuple[tuple[int, bytes], ...], error: str) -> None:
    handshake, server = Handshake(offering(groups=(29, 0x11EE)), (29,)), PlayedServer()
    server.hear(handshake.begin())
    assert handshake.receive(server.retry(*extensions)) == b""
    assert (handshake.finished, handshake.error) == (True, error)
    assert handshake.group == (0x11EE if extensions[0][0] == 51 else None)


@pytest.mark.parametrize(
    ("protocol", "request_"),
    [
        (b"h2", b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + bytes.fromhex("000000040000000000")),
        (b"http/1.1", b"GET / HTTP/1.0\r\nUser-Agent: Khien/0.1 (compliance scan)\r\n\r\n"),
    ],
)
@pytest.mark.parametrize("ticket", [True, False])
def test_a_request_is_answered_with_or_without_a_ticket(protocol: bytes, request_: bytes, ticket: bool) -> None:
    handshake, server = Handshake(OFFER, (29,), until="answer"), PlayedServer()
    server.hear(handshake.begin())
    chosen = played.extensions_message((16, sized(2, sized(1, protocol))))
    flight = server.hello() + server.say(chosen, Certified().message(), played.VERIFY) + server.say(server.finished())
    client, ours = server.schedule.application(server._hashed())
    said = handshake.receive(flight)
    last = said[-(len(request_) + 1 + 16 + 5) :]
    assert Protection(server.suite, client).open(Record(last[0], 0x0303, last[5:])) == (23, request_)
    assert (handshake.complete, handshake.finished, handshake.early_data) == (True, False, None)
    server.writing = Protection(server.suite, ours)
    if ticket:
        handshake.receive(server.say(played.ticket_message()))
    handshake.receive(server.seal(23, b"HTTP/1.0 200 OK\r\n\r\n"))
    assert (handshake.finished, handshake.early_data, handshake.tickets) == (True, False, int(ticket))


def test_a_request_without_an_answer_tells_nothing() -> None:
    for last in (b"", b"\1\0"):
        handshake, server = Handshake(OFFER, (29,), until="answer"), PlayedServer()
        server.hear(handshake.begin())
        handshake.receive(server.hello() + server.flight())
        if last:
            handshake.receive(server.seal(21, last))
        handshake.closed()
        assert (handshake.complete, handshake.finished, handshake.early_data) == (True, True, None)


def test_after_the_handshake_only_tickets_are_listened_to() -> None:
    handshake, server = greeted()
    handshake.receive(server.flight())
    handshake.receive(server.seal(23, b"220 mail.test ESMTP\r\n"))
    assert (handshake.finished, handshake.error) == (False, None)
    handshake.receive(server.say(Message(played.KEY_UPDATE, b"\0")))
    assert (handshake.finished, handshake.error, handshake.early_data) == (True, None, None)
    assert handshake.receive(server.seal(23, b"more")) == b""


def test_no_message_goes_across_the_keys_after_finished() -> None:
    handshake, server = greeted()
    handshake.receive(server.say(played.extensions_message(), Certified().message(), played.VERIFY))
    handshake.receive(server.seal(22, server.finished().encoded + b"\x04"))
    assert (handshake.complete, handshake.error) == (False, "a handshake message across a change of keys")


def test_words_in_the_clear_after_the_keys_are_refused() -> None:
    handshake, server = greeted()
    handshake.receive(record(22, played.extensions_message().encoded))
    assert handshake.error == "a record in the clear among encrypted ones"
    handshake, server = Handshake(OFFER, (29,)), PlayedServer()
    server.hear(handshake.begin())
    handshake.receive(record(22, server.hello()[5:] + b"\x08"))
    assert handshake.error == "a handshake message across a change of keys"


def test_groups_of_which_no_share_can_be_made_are_the_callers_error() -> None:
    with pytest.raises(CodecError):
        Handshake(OFFER, (0x11EE,))
