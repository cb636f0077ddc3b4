"""Whatever arrives, in whatever pieces: the codec raises CodecError or nothing, ends, and keeps to its bounds."""

import contextlib
import functools
import inspect
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.probes.tls.codec import answers, cursor, ssl2
from scanner.probes.tls.codec import hello as ask
from scanner.probes.tls.codec.cursor import CodecError, Cursor
from scanner.probes.tls.codec.exchange import can_share, key_share
from scanner.probes.tls.codec.hello import ClientHello
from scanner.probes.tls.codec.protection import Protection
from scanner.probes.tls.codec.records import (
    MAX_RECORD,
    Message,
    MessageReader,
    Record,
    RecordReader,
    record,
)
from scanner.probes.tls.tls13 import Handshake, Until
from tests.scanner.probes import tls13_played as played
from tests.scanner.probes import tls_trace
from tests.scanner.probes.tls13_played import Certified, PlayedServer, ReadHello, sized

patient = settings(max_examples=80)
brief = settings(max_examples=40)


# What is thrown at it


def edited(*seeds: bytes) -> st.SearchStrategy[bytes]:
    """Bytes that began as one of the seeds and were cut, doubled, overwritten and lengthened."""

    @st.composite
    def build(draw: st.DrawFn) -> bytes:
        data = bytearray(draw(st.sampled_from(seeds)))
        for _ in range(draw(st.integers(0, 4))):
            start = draw(st.integers(0, len(data)))
            end = min(len(data), start + draw(st.integers(0, 6)))
            data[start:end] = draw(st.binary(max_size=6) | st.just(bytes(data[start:end]) * 2))
        return bytes(data)

    return build()


@st.composite
def pieces(draw: st.DrawFn, data: bytes) -> list[bytes]:
    """The same bytes, cut somewhere."""
    cuts = sorted(draw(st.lists(st.integers(0, len(data)), max_size=8)))
    found = [data[start:end] for start, end in zip([0, *cuts], [*cuts, len(data)], strict=True)]
    return [each for each in found if each]


def singly(data: bytes) -> list[bytes]:
    """One octet at a time."""
    return [data[at : at + 1] for at in range(len(data))]


SERVER_HELLO = tls_trace.SERVER_HELLO[9:]
OLD_HELLO = (
    b"\x03\x03" + bytes(32) + sized(1, b"id") + b"\xc0\x2f\0" + sized(2, b"\xff\x01\0\x01\0\0\x10\0\x05\0\x03\x02h2")
)
CHAIN13 = Certified([(b"leaf", [(5, b"\x01\0\0\x01r"), (18, sized(2, sized(2, b"sct")))]), (b"issuer", [])]).message()
BODIES = (
    SERVER_HELLO,
    OLD_HELLO,
    CHAIN13.body,
    sized(3, sized(3, b"leaf") + sized(3, b"issuer")),
    b"\x01" + sized(3, b"response"),
    sized(2, sized(2, b"one") + sized(2, b"two")),
    played.extensions_message((16, b"\0\x03\x02h2"), (0, b"")).body,
    b"\x03\0\x17" + sized(1, bytes(65)),
    sized(2, bytes(1) + b"\x80" * 64) + sized(2, b"\x02"),
    played.ticket_message(16384).body,
    b"\x02\x28",
    b"\x04\0\x01\0\x02\0\x03\0\x06\0\x02der" + bytes(6) + b"id",
    b"\x80\x03\0\0\x01",
)


def readers() -> Iterator[tuple[str, Callable[[bytes], object]]]:
    """Every public function of the codec that reads bytes, with every switch that it has."""
    for module in (answers, cursor, ssl2):
        for name, function in inspect.getmembers(module, inspect.isfunction):
            parameters = list(inspect.signature(function).parameters.values())
            if name.startswith("_") or function.__module__ != module.__name__ or parameters[0].annotation is not bytes:
                continue
            label = f"{module.__name__.rpartition('.')[2]}.{name}"
            yield label, function
            for switch in parameters[1:]:
                yield f"{label}({switch.name})", functools.partial(function, **{switch.name: True})


def test_every_reader_of_answers_is_found() -> None:
    found = dict(readers())
    assert {"answers.server_hello", "answers.certificates13", "cursor.extensions", "ssl2.record"} <= set(found)


@pytest.mark.parametrize("reader", [pytest.param(reader, id=name) for name, reader in readers()])
def test_readers_raise_nothing_but_their_own_error(reader: Callable[[bytes], Any]) -> None:
    @patient
    @given(st.binary(max_size=200) | edited(*BODIES))
    def ask_it(data: bytes) -> None:
        try:
            found = reader(data)
        except CodecError as problem:
            assert str(problem)  # a text of its own, which goes into evidence
            return
        if isinstance(found, answers.ServerHello):
            for read in (lambda: found.group, lambda: found.alpn, lambda: found.has(51)):
                with contextlib.suppress(CodecError):
                    read()

    ask_it()


@patient
@given(st.binary(max_size=60), st.lists(st.tuples(st.booleans(), st.integers(0, 5)), max_size=20))
def test_a_cursor_never_goes_past_the_end(data: bytes, steps: list[tuple[bool, int]]) -> None:
    place = Cursor(data)
    read = 0
    for is_vector, size in steps:
        before = place.left
        try:
            taken = len(place.vector(size)) + size if is_vector else len(place.take(size))
        except CodecError:
            assert place.left in (before, before - size)
            read = len(data) - place.left
            continue
        read += taken
        assert place.left == len(data) - read
    assert place.rest() == data[read:]
    place.end()


# Streams


def records_of(parts: list[bytes]) -> tuple[list[Record], bool]:
    """Records that come out when bytes come in like this, and whether it ended in an error."""
    return read_from(RecordReader(), parts, 5 + MAX_RECORD)


def messages_of(parts: list[bytes], limit: int) -> tuple[list[Message], bool]:
    """The same for handshake messages."""
    return read_from(MessageReader(limit), parts, 4 + limit)


def read_from(reader: Any, parts: list[bytes], held: int) -> tuple[list[Any], bool]:
    """All that a reader gives, and whether it ended in an error; between two reads it holds less than so much."""
    found = []
    for part in parts:
        reader.feed(part)
        try:
            while (each := reader.next()) is not None:
                found.append(each)
        except CodecError:
            return found, True
        assert len(reader._buffer) < held
    return found, False


TRACE = tls_trace.SERVER_HELLO + tls_trace.SERVER_FLIGHT + tls_trace.TICKET
STREAMS = (TRACE, record(21, b"\x02\x28") * 3, record(22, b"") * 70, b"\x16\x03\x01\x48\x01", b"HTTP/1.1 400 Bad\r\n")


@patient
@given(st.data(), st.binary(max_size=100) | edited(*STREAMS))
def test_records_do_not_depend_on_the_pieces(data: st.DataObject, stream: bytes) -> None:
    whole = records_of([stream])
    assert records_of(data.draw(pieces(stream))) == whole
    assert records_of(singly(stream)) == whole


@patient
@given(st.data(), st.binary(max_size=100) | edited(*(b"\x0b" + sized(3, body) for body in BODIES)))
def test_messages_do_not_depend_on_the_pieces(data: st.DataObject, stream: bytes) -> None:
    whole = messages_of([stream], 300)
    assert messages_of(data.draw(pieces(stream)), 300) == whole
    assert messages_of(singly(stream), 300) == whole


@patient
@given(st.integers(20, 24), st.binary(max_size=40000), st.sampled_from([0x0300, 0x0301, 0x0303]))
def test_what_is_put_into_records_comes_out(kind: int, payload: bytes, version: int) -> None:
    found, failed = records_of([record(kind, payload, version)])
    assert not failed
    assert b"".join(each.payload for each in found) == payload
    assert {(each.kind, each.version) for each in found} == {(kind, version)}


# Hellos

names = st.from_regex(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?", fullmatch=True)
points = st.integers(0, 0xFFFF)


@st.composite
def hellos(draw: st.DrawFn) -> ClientHello:
    """Whatever can be offered."""
    return ClientHello(
        version=draw(st.sampled_from([0x0300, 0x0301, 0x0302, 0x0303, 0x0304])),
        suites=tuple(draw(st.lists(points, min_size=1, max_size=200, unique=True))),
        server_name=draw(st.none() | names),
        groups=tuple(draw(st.lists(points, max_size=60, unique=True))),
        schemes=tuple(draw(st.lists(points, max_size=40, unique=True))),
        key_shares=tuple(draw(st.lists(st.tuples(points, st.binary(min_size=1, max_size=200)), max_size=3))),
        cookie=draw(st.binary(max_size=300)),
        alpn=tuple(draw(st.lists(st.binary(min_size=1, max_size=255), max_size=3))),
        compression=draw(st.sampled_from([(0,), (1, 0)])),
        also_versions=draw(st.sampled_from([(), (0x0303,), (0x0303, 0x0302)])),
        asking=draw(st.booleans()),
        extended=draw(st.booleans()),
        grease=draw(st.booleans()),
    )


def read_hello(hello: ClientHello, session_id: bytes) -> ReadHello:
    """Encode it, hold its length against the rules, read it again."""
    encoded = hello.encode(b"r" * 32, session_id)
    message = hello.message(b"r" * 32, session_id)
    assert encoded == b"\x16" + min(hello.version, 0x0301).to_bytes(2) + sized(2, message)
    if hello.extended:
        assert not 256 <= len(message) <= 511
        assert len(message) % 256 not in (10, 14)
        assert ReadHello.of(message).get(ask.PADDING) != b""
    return ReadHello.of(message)


@settings(max_examples=150)
@given(hellos(), st.binary(max_size=32))
def test_hellos_have_no_harmful_length_and_can_be_read(hello: ClientHello, session_id: bytes) -> None:
    found = read_hello(hello, session_id)
    assert (found.version, found.random, found.session_id) == (min(hello.version, 0x0303), b"r" * 32, session_id)
    assert (found.extensions is None) == (not hello.extended)
    grease = [ask.GREASE_SUITE] if hello.grease else []
    assert found.suites == grease + list(hello.suites)
    assert tuple(found.compression) == hello.compression
    if not hello.extended:
        return
    kinds = [kind for kind, _ in found.extensions or ()]
    assert len(kinds) == len(set(kinds))
    if hello.server_name is not None:
        assert (found.get(ask.SERVER_NAME) or b"")[5:] == hello.server_name.encode()
    if hello.groups:
        assert found.listed(ask.SUPPORTED_GROUPS)[len(grease) :] == list(hello.groups)
    if hello.schemes and hello.version >= 0x0303:
        assert found.listed(ask.SIGNATURE_ALGORITHMS) == list(hello.schemes)
    if hello.version == 0x0304:
        assert found.listed(ask.SUPPORTED_VERSIONS, 1)[len(grease) :] == [0x0304, *hello.also_versions]
        assert found.shares() == dict(hello.key_shares)
    assert (found.get(ask.SUPPORTED_VERSIONS) is not None) == (hello.version == 0x0304)


def test_no_length_at_all_is_harmful() -> None:
    for size in range(1, 1200):
        alpn = (b"p",) * (size // 2) + (b"pp",) * (size % 2)  # one octet more each time
        read_hello(ClientHello(0x0303, (1,), groups=(1,), alpn=alpn, asking=False), b"")


# Whole conversations


@dataclass(frozen=True, slots=True)
class AsDocumented(ClientHello):
    """The hello of RFC 8448, as written there."""

    def message(self, random: bytes, session_id: bytes = b"") -> bytes:
        return tls_trace.CLIENT_HELLO


OFFER = ClientHello(0x0304, (0x1301, 0x1302, 0x1303), server_name="good.test", groups=(29, 23, 256), schemes=(0x0804,))


def fixed(size: int) -> bytes:
    """The private key of RFC 8448, for every use."""
    return (tls_trace.PRIVATE_KEY * 3)[:size]


def talk(parts: list[bytes], until: Until = "end", offer: ClientHello | None = None) -> tuple[object, ...]:
    """Everything that can be seen of a handshake that hears this."""
    handshake = Handshake(offer or AsDocumented(0x0304, (0x1301,)), (29,), fixed, until)
    sent = handshake.begin()
    for part in parts:
        sent += handshake.receive(part)
    seen = {name: value for name, value in vars(handshake).items() if not name.startswith("_")}
    assert len(handshake._messages._buffer) <= sum(map(len, parts))
    assert not (handshake.error and not handshake.finished)
    return sent, seen


@settings(max_examples=40)
@given(st.data(), st.sampled_from(["certificate", "end"]), st.binary(max_size=100) | edited(*STREAMS) | st.just(TRACE))
def test_a_handshake_does_not_depend_on_the_pieces(data: st.DataObject, until: Until, stream: bytes) -> None:
    whole = talk([stream], until)
    assert talk(data.draw(pieces(stream)), until) == whole
    assert talk(singly(stream), until) == whole


@brief
@given(st.sampled_from([None, 0, 23, 24, 29, 256]), st.none() | st.binary(max_size=300), st.booleans())
def test_a_retry_of_any_kind_ends_or_is_answered(group: int | None, cookie: bytes | None, again: bool) -> None:
    handshake, server = Handshake(OFFER, (29,)), PlayedServer()
    server.hear(handshake.begin())
    wanted = [] if group is None else [(51, group.to_bytes(2))]
    wanted += [] if cookie is None else [(44, sized(2, cookie))]
    answer = handshake.receive(server.retry(*wanted))
    if not (group in (23, 256) or (group is None and cookie)):  # not offered, sent already, or nothing new
        assert (handshake.finished, bool(handshake.error), answer) == (True, True, b"")
        return
    second = server.hear(answer)
    assert second.get(ask.COOKIE) == (sized(2, cookie) if cookie else None)
    assert list(second.shares()) == [group or 29]
    if again:
        handshake.receive(server.retry(*wanted))
        assert handshake.error == "a second HelloRetryRequest"
        return
    server.group = group or 29
    handshake.receive(server.hello())
    handshake.receive(server.flight())
    assert (handshake.complete, handshake.group) == (True, group or 29)


PROTECTED = (
    played.extensions_message((16, b"\0\x03\x02h2")),
    Message(played.CERTIFICATE_REQUEST, sized(1, b"context") + sized(2, b"")),
    CHAIN13,
    played.VERIFY,
    Message(played.FINISHED, bytes(32)),
    played.ticket_message(100),
    Message(played.KEY_UPDATE, b"\0"),
)
FLIGHTS = tuple(
    b"".join(PROTECTED[at].encoded for at in order) for order in ((0, 2, 3, 4), (0, 1, 2, 3, 4), (2,), (5, 6), (4, 0))
)


@patient
@given(st.lists(st.tuples(st.sampled_from([22, 22, 22, 21, 23, 20, 0]), edited(*FLIGHTS)), max_size=4), st.booleans())
def test_nothing_that_is_said_under_the_right_keys_raises(said: list[tuple[int, bytes]], honest: bool) -> None:
    handshake, server = Handshake(OFFER, (29,)), PlayedServer()
    server.hear(handshake.begin())
    handshake.receive(server.hello())
    if honest:  # and then dishonest after the handshake
        handshake.receive(server.flight())
        assert handshake.complete
    for kind, content in said:
        handshake.receive(server.seal(kind, content))
    assert handshake.complete == honest
    assert handshake.error is None or handshake.finished
    handshake.closed()
    assert handshake.finished


@brief
@given(st.binary(max_size=80) | edited(tls_trace.SERVER_FLIGHT[5:]), st.sampled_from([0x1301, 0x1303, 0x1304, 0x1305]))
def test_records_that_were_not_sealed_do_not_open(payload: bytes, suite: int) -> None:
    with pytest.raises(CodecError):
        Protection(suite, bytes(32)).open(Record(23, 0x0303, payload))


@brief
@given(
    st.sampled_from([23, 24, 25, 29, 30, 256, 0x0200]), st.binary(max_size=140) | st.binary(min_size=768, max_size=768)
)
def test_any_public_value_gives_a_secret_or_an_error(group: int, value: bytes) -> None:
    assert can_share(group)
    share = key_share(group, fixed)
    try:
        secret = share.secret(value)
    except CodecError:
        return
    assert len(secret) in (32, 48, 56, 66, 256)


def test_records_that_tell_nothing_come_to_an_end() -> None:
    for idle in (record(20, b"\x01", 0x0303), record(21, b"\x01\x5a"), record(21, b"\x01\x70")):
        handshake = Handshake(OFFER, (29,))
        handshake.begin()
        handshake.receive(idle * 300)
        assert handshake.error == "too many records that tell nothing"
