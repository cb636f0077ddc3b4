"""The codec against the documents and against other people's code: vectors of RFC 8448, OpenSSL, a second parser."""

import hashlib
import ssl
import subprocess
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric import dh
from cryptography.hazmat.primitives.serialization import load_pem_parameters

from scanner.probes.tls.codec import answers, ssl2
from scanner.probes.tls.codec import hello as ask
from scanner.probes.tls.codec.cursor import CodecError
from scanner.probes.tls.codec.exchange import can_share, key_share, prime_of
from scanner.probes.tls.codec.hello import ClientHello
from scanner.probes.tls.codec.protection import MAX_CONTENT, Protection, Schedule, can_protect
from scanner.probes.tls.codec.records import (
    APPLICATION_DATA,
    HANDSHAKE,
    MAX_EMPTY,
    MAX_MESSAGE,
    MAX_RECORD,
    Message,
    MessageReader,
    Record,
    RecordReader,
    record,
)
from tests.scanner.probes import tls_trace
from tests.scanner.probes.tls13_played import ReadHello, sized
from tests.servers.pki import Authority
from tests.servers.tls import server_context

SUITES = (0x1301, 0x1302, 0x1303, 0x1304, 0x1305)
GROUPS = (23, 24, 25, 29, 30, 256, 257, 258, 259, 260)
KEY = bytes(range(48))


def entropy(size: int) -> bytes:
    """Octets that are the same each time, and not zero."""
    return bytes(range(1, size + 1))


def first_record(data: bytes) -> Record:
    """The first record in some bytes, which has to be there."""
    reader = RecordReader()
    reader.feed(data)
    found = reader.next()
    assert found is not None
    return found


# The key schedule and the protection of records


def test_secrets_are_those_of_the_documented_handshake() -> None:
    schedule = Schedule(0x1301, bytes.fromhex("8bd4054fb55b9d63fdfbacf9f04b9f0d35e6d63f537563efd46272900f89492d"))
    transcript = hashlib.sha256(tls_trace.CLIENT_HELLO + tls_trace.SERVER_HELLO[5:])
    client, server = schedule.handshake(transcript.digest())
    assert client.hex() == "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21"
    assert server.hex() == "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38"

    kind, flight = Protection(0x1301, server).open(first_record(tls_trace.SERVER_FLIGHT))
    assert (kind, len(flight)) == (HANDSHAKE, 657)
    transcript.update(flight[:-36])
    assert flight[-32:] == schedule.finished(server, transcript.digest())
    transcript.update(flight[-36:])
    mine, theirs = schedule.application(transcript.digest())
    assert theirs.hex() == "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643"
    kind, ticket = Protection(0x1301, theirs).open(first_record(tls_trace.TICKET))
    assert (kind, answers.max_early_data(ticket[4:])) == (HANDSHAKE, 1024)

    finished = Message(answers.FINISHED, schedule.finished(client, transcript.digest()))
    assert Protection(0x1301, client).seal(HANDSHAKE, finished.encoded) == tls_trace.CLIENT_FINISHED
    assert mine != theirs


@pytest.mark.parametrize("suite", SUITES)
def test_what_one_side_seals_the_other_opens_in_order_only(suite: int) -> None:
    assert can_protect(suite)
    writing, reading, late = (Protection(suite, KEY) for _ in range(3))
    for content in (b"one", b"", bytes(MAX_CONTENT)):
        kind, found = reading.open(first_record(writing.seal(APPLICATION_DATA, content)))
        assert (kind, found) == (APPLICATION_DATA, content)
    with pytest.raises(CodecError):
        late.open(first_record(writing.seal(HANDSHAKE, b"four")))


@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("size", [0, 1, 7, 8, 16, 17])
def test_what_nobody_sealed_is_not_opened(suite: int, size: int) -> None:
    with pytest.raises(CodecError):
        Protection(suite, KEY).open(Record(APPLICATION_DATA, 0x0303, bytes(size)))


def test_padding_is_taken_off_and_a_record_of_padding_alone_is_none() -> None:
    writing, reading = Protection(0x1301, KEY), Protection(0x1301, KEY)
    padded = writing.seal(0, b"content" + bytes((HANDSHAKE,)) + bytes(40))
    assert reading.open(first_record(padded)) == (HANDSHAKE, b"content")
    with pytest.raises(CodecError, match="without a type"):
        reading.open(first_record(writing.seal(0, bytes(40))))
    with pytest.raises(CodecError, match="longer"):
        reading.open(first_record(writing.seal(HANDSHAKE, bytes((1,)) * (MAX_CONTENT + 1))))


@pytest.mark.parametrize("suite", [0x1300, 0x1306, 0x1307, 0xC02F, 0x00C6])
def test_other_suites_cannot_be_carried_through(suite: int) -> None:
    assert not can_protect(suite)
    with pytest.raises(CodecError):
        Schedule(suite, KEY)
    with pytest.raises(CodecError):
        Protection(suite, KEY)


# Key shares


@pytest.mark.parametrize("group", GROUPS)
def test_both_sides_get_the_same_secret(group: int) -> None:
    assert can_share(group)
    ours, theirs = key_share(group, entropy), key_share(group, lambda size: b"\x7f" * size)
    assert ours.public != theirs.public
    assert ours.secret(theirs.public) == theirs.secret(ours.public)
    assert key_share(group, entropy).public == ours.public
    for nothing in (bytes, lambda size: b"\xff" * size):
        assert len(key_share(group, nothing).public) == len(ours.public)


@pytest.mark.parametrize("group", GROUPS)
def test_values_outside_of_the_group_are_refused(group: int) -> None:
    share = key_share(group, entropy)
    size = len(share.public)
    values = [b"", b"\0", bytes(size), share.public[:-1], share.public + b"\0", bytes(size - 1), bytes(70000)]
    if group < 29:
        values += [b"\x04" + bytes(size - 1), b"\x02" + share.public[1 : 1 + size // 2], b"\x04" + b"\xff" * (size - 1)]
    if group >= 256:
        prime = prime_of(group)
        values += [number.to_bytes(size) for number in (0, 1, prime - 1, prime, prime + 1)]
    for value in values:
        with pytest.raises(CodecError):
            share.secret(value)


@pytest.mark.parametrize("group", [0x0200, 0x0201, 0x0202, 0x11EB, 0x11EC, 0x11ED])
def test_answers_of_another_length_are_refused(group: int) -> None:
    """Any answer of the right length gives a secret; with real servers they are tried in test_tls_post_quantum.py."""
    share = key_share(group, entropy)
    sizes = {0x0200: 768, 0x0201: 1088, 0x0202: 1568, 0x11EB: 65 + 1088, 0x11EC: 1088 + 32, 0x11ED: 97 + 1568}
    assert share.answer_size == sizes[group]
    assert key_share(group, entropy).public == share.public
    for size in (0, 32, share.answer_size - 1, share.answer_size + 1, 70000):
        with pytest.raises(CodecError, match="not of the group"):
            share.secret(bytes(size))


@pytest.mark.parametrize("group", [0, 22, 26, 31, 261, 0x01FF, 0x0203, 0x11EE, 0x6399, 0x2A2A, 0xFFFF])
def test_other_groups_cannot_be_shared(group: int) -> None:
    assert not can_share(group)
    with pytest.raises(CodecError):
        key_share(group, entropy)


@pytest.mark.parametrize(("group", "bits"), [(256, 2048), (257, 3072), (258, 4096), (259, 6144), (260, 8192)])
def test_primes_are_those_of_openssl(group: int, bits: int) -> None:
    command = ["openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", f"group:ffdhe{bits}"]
    parameters = load_pem_parameters(subprocess.run(command, capture_output=True, check=True, timeout=30).stdout)
    assert isinstance(parameters, dh.DHParameters)
    assert parameters.parameter_numbers().p == prime_of(group)
    assert prime_of(group).bit_length() == bits


# ClientHello


def test_every_field_of_a_hello_is_where_another_parser_looks_for_it() -> None:
    hello = ClientHello(
        ask.TLS1_3,
        (0x1301, 0xC02F),
        server_name="good.test",
        groups=(29, 23),
        schemes=(0x0403, 0x0804),
        key_shares=((29, b"x" * 32), (23, b"y" * 65)),
        cookie=b"biscuit",
        alpn=(b"h2", b"http/1.1"),
        also_versions=(0x0303, 0x0302),
    )
    found = ReadHello.of(hello.message(b"r" * 32, b"s" * 32))
    assert (found.version, found.random, found.session_id) == (0x0303, b"r" * 32, b"s" * 32)
    assert (found.suites, found.compression) == ([0x1301, 0xC02F], b"\0")
    assert found.get(ask.SERVER_NAME) == sized(2, b"\0" + sized(2, b"good.test"))
    assert found.listed(ask.SUPPORTED_GROUPS) == [29, 23]
    assert found.listed(ask.SIGNATURE_ALGORITHMS) == [0x0403, 0x0804]
    assert found.listed(ask.SUPPORTED_VERSIONS, 1) == [0x0304, 0x0303, 0x0302]
    assert found.shares() == {29: b"x" * 32, 23: b"y" * 65}
    assert found.get(ask.COOKIE) == sized(2, b"biscuit")
    assert found.get(ask.ALPN) == sized(2, b"\x02h2\x08http/1.1")
    assert found.get(ask.RENEGOTIATION_INFO) == b"\0"
    assert found.get(ask.EXTENDED_MASTER_SECRET) == b""


def test_a_hello_without_extensions_ends_after_compression() -> None:
    hello = ClientHello(ask.SSL3, (0x0005,), server_name="good.test", groups=(23,), extended=False)
    found = ReadHello.of(hello.message(bytes(32)))
    assert (found.version, found.suites, found.extensions) == (0x0300, [0x0005], None)
    assert hello.encode(bytes(32))[:3] == b"\x16\x03\x00"


def test_grease_adds_and_replaces_nothing() -> None:
    plain = ClientHello(ask.TLS1_3, (0x1301,), groups=(29,))
    found = ReadHello.of(ClientHello(ask.TLS1_3, (0x1301,), groups=(29,), grease=True).message(bytes(32)))
    assert found.suites == [ask.GREASE_SUITE, 0x1301]
    assert found.listed(ask.SUPPORTED_GROUPS) == [ask.GREASE_GROUP, 29]
    assert found.listed(ask.SUPPORTED_VERSIONS, 1) == [ask.GREASE_VERSION, 0x0304]
    assert found.get(ask.GREASE_EXTENSION) == b""
    assert ReadHello.of(plain.message(bytes(32))).get(ask.GREASE_EXTENSION) is None


@pytest.mark.parametrize("version", [0x0303, 0x0304])
def test_openssl_reads_what_is_offered(tmp_path: Path, version: int) -> None:
    context = server_context(Authority().issue("good.test"), tmp_path)
    context.set_alpn_protocols(["h2"])
    names: list[str | None] = []

    def note(sock: ssl.SSLObject, name: str | None, context: ssl.SSLContext) -> None:
        names.append(name)

    context.sni_callback = note
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    server = context.wrap_bio(incoming, outgoing, server_side=True)
    hello = ClientHello(
        version, (0x1301, 0xC02B), server_name="good.test", groups=(29, 23), schemes=(0x0403,), alpn=(b"h2",)
    )
    hello = hello.with_shares((29, key_share(29, entropy).public))
    incoming.write(hello.encode(entropy(32), entropy(32)))
    with pytest.raises(ssl.SSLWantReadError):
        server.do_handshake()
    answer = first_record(outgoing.read())
    found = answers.server_hello(answer.payload[4 : 4 + int.from_bytes(answer.payload[1:4])])
    assert names == ["good.test"]
    assert (found.version, found.suite) == (version, 0x1301 if version == 0x0304 else 0xC02B)
    assert found.group == (29 if version == 0x0304 else None)
    assert found.alpn == (None if version == 0x0304 else b"h2")


# Records and messages


def test_records_are_cut_where_they_end() -> None:
    reader = RecordReader()
    reader.feed(record(HANDSHAKE, bytes(2**14 + 1)) + b"\x15\x03\x01\x00\x02\x02")
    sizes = [len(each.payload) for each in (reader.next(), reader.next()) if each is not None]
    assert sizes == [2**14, 1]
    assert reader.next() is None
    reader.feed(b"\x28")
    assert reader.next() == Record(21, 0x0301, b"\x02\x28")


@pytest.mark.parametrize(
    "data",
    [
        b"HTTP/1.1 400 Bad Request",
        b"SSH-2.0-",
        b"\x13",
        b"\x19",
        b"\x16\x02",
        b"\x16\x03\x01" + (MAX_RECORD + 1).to_bytes(2),
        b"\x16\x03\x01\0\0" * (MAX_EMPTY + 1),
    ],
)
def test_other_protocols_and_boundless_records_are_refused_at_once(data: bytes) -> None:
    reader = RecordReader()
    reader.feed(data)
    with pytest.raises(CodecError):
        while reader.next() is not None:
            pass


def test_messages_are_put_together_up_to_the_bound() -> None:
    reader = MessageReader()
    reader.feed(b"\x0b\0")
    assert (reader.next(), reader.pending) == (None, True)
    reader.feed(b"\0\x02ab\x0e\0\0\0")
    assert [reader.next(), reader.next(), reader.next()] == [Message(11, b"ab"), Message(14, b""), None]
    assert (reader.next(), reader.pending) == (None, False)
    reader.feed(b"\x0b" + (MAX_MESSAGE + 1).to_bytes(3))
    with pytest.raises(CodecError):
        reader.next()


# Answers


def test_a_hello_of_the_documented_handshake_is_read() -> None:
    found = answers.server_hello(tls_trace.SERVER_HELLO[9:])
    assert (found.version, found.suite, found.group, found.retry) == (0x0304, 0x1301, 29, False)


def test_a_hello_without_extensions_is_read_and_one_with_a_tail_is_not() -> None:
    body = b"\x03\x00" + bytes(32) + b"\0" + b"\x00\x05" + b"\0"
    found = answers.server_hello(body)
    assert (found.version, found.suite, found.extensions, found.group, found.alpn) == (0x0300, 5, {}, None, None)
    for bad in (body[:-1], body + b"\0", body + b"\0\0\0", body + b"\0\x05\0\x17\0\0"):
        with pytest.raises(CodecError):
            answers.server_hello(bad)


def test_an_extension_that_comes_twice_is_refused() -> None:
    body = b"\x03\x03" + bytes(32) + b"\0" + b"\x00\x05" + b"\0"
    with pytest.raises(CodecError, match="twice"):
        answers.server_hello(body + sized(2, b"\0\x17\0\0" * 2))


def test_chains_have_a_bound() -> None:
    entry = sized(3, b"der")
    assert answers.certificates(sized(3, entry * answers.MAX_CERTIFICATES)) == (b"der",) * answers.MAX_CERTIFICATES
    with pytest.raises(CodecError):
        answers.certificates(sized(3, entry * (answers.MAX_CERTIFICATES + 1)))
    with pytest.raises(CodecError):
        answers.certificates13(b"\0" + sized(3, (entry + b"\0\0") * (answers.MAX_CERTIFICATES + 1)))


def test_a_modulus_has_the_bits_that_count() -> None:
    assert answers.modulus_bits(sized(2, b"\0\x01\0")) == 9
    with pytest.raises(CodecError):
        answers.modulus_bits(sized(2, b"\0\0"))


# SSL 2.0


def test_a_hello_of_ssl2_lists_kinds() -> None:
    hello = ssl2.client_hello((0x010080, 0x0700C0), bytes(16))
    assert hello == b"\x80\x1f\x01\x00\x02\x00\x06\x00\x00\x00\x10" + bytes.fromhex("0100800700c0") + bytes(16)
    body = b"\x04\0\x01\0\x02\0\x03\0\x06\0\x02" + b"der" + bytes.fromhex("0100800700c0") + b"id"
    for data in (
        b"\x80" + len(body).to_bytes(1) + body,
        b"\0" + (len(body) + 3).to_bytes(1) + b"\x03" + body + bytes(3),
    ):
        assert {ssl2.record(data[:size]) for size in range(len(data))} == {None}
        payload = ssl2.record(data + b"more")
        assert payload == body
    assert ssl2.server_hello(body) == ssl2.Ssl2ServerHello(b"der", (0x010080, 0x0700C0))
    assert not ssl2.is_error(body)
    assert ssl2.is_error(b"\0\0\x01")
    with pytest.raises(CodecError):
        ssl2.record(b"\x80\0")
