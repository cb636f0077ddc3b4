"""Handshakes of TLS 1.3 with real servers on loopback, and with one that is played."""

import base64
import contextlib
import socket
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509 import ocsp

from scanner.probes.tls.codec.answers import Alert
from scanner.probes.tls.codec.cursor import CodecError
from scanner.probes.tls.codec.hello import ClientHello
from scanner.probes.tls.codec.protection import Protection
from scanner.probes.tls.codec.records import MAX_MESSAGE, Message, Record, record
from scanner.probes.tls.tls13 import Handshake, Until
from tests.scanner.probes import tls13_played as played
from tests.scanner.probes.tls13_played import Certified, PlayedServer, sized
from tests.servers.pki import Authority, Identity
from tests.servers.tls import SslServer, await_port, free_port, nginx_server, openssl_server, server_context

SECONDS = 20.0
RSA, ECDSA, EDDSA = (0x0804, 0x0805, 0x0806), (0x0403, 0x0503, 0x0603), (0x0807,)
OFFER = ClientHello(
    0x0304,
    (0x1301, 0x1302, 0x1303, 0x1304, 0x1305),
    server_name="good.test",
    groups=(29, 23, 24, 25, 30, 256, 257),
    schemes=(*ECDSA, *EDDSA, *RSA),
    alpn=(b"h2", b"http/1.1"),
)


def look(port: int, offer: ClientHello = OFFER, shares: tuple[int, ...] = (29,), until: Until = "end") -> Handshake:
    """Have a handshake with a server on loopback, to its end."""
    handshake = Handshake(offer, shares, until=until)
    with socket.create_connection(("127.0.0.1", port), timeout=SECONDS) as sock:
        sock.sendall(handshake.begin())
        while not handshake.finished:
            data = sock.recv(65536)
            if not data:
                handshake.closed()
                break
            sock.sendall(handshake.receive(data))
    return handshake


def offering(**changes: object) -> ClientHello:
    """The usual offer with some fields changed."""
    fields = {name: getattr(OFFER, name) for name in ClientHello.__slots__}
    return ClientHello(**(fields | changes))


@pytest.fixture(scope="module")
def authority() -> Authority:
    return Authority()


@pytest.fixture(scope="module")
def identity(authority: Authority) -> Identity:
    return authority.issue("good.test")


@pytest.fixture(scope="module")
def server(identity: Identity, tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """openssl s_server with every suite and group that it has."""
    options = (
        "-ciphersuites",
        "TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_CCM_SHA256"
        ":TLS_AES_128_CCM_8_SHA256",
        "-groups",
        "P-256:P-384:P-521:X25519:X448:ffdhe2048:ffdhe3072",
        "-alpn",
        "h2",
    )
    with openssl_server(identity, tmp_path_factory.mktemp("openssl"), *options) as port:
        yield port


# What servers do


@pytest.mark.parametrize("suite", [0x1301, 0x1302, 0x1303, 0x1304, 0x1305])
def test_every_suite_is_carried_through(server: int, identity: Identity, suite: int) -> None:
    found = look(server, offering(suites=(suite,)))
    assert found.server_hello is not None
    assert (found.server_hello.suite, found.complete, found.error, found.alert) == (suite, True, None, None)
    assert (found.chain, found.alpn, found.scheme) == (identity.der, b"h2", 0x0403)
    assert (found.early_data, found.tickets, found.wants_client_certificate) == (False, 2, False)


@pytest.mark.parametrize("sent", [True, False])
@pytest.mark.parametrize("group", [23, 24, 25, 29, 30, 256, 257])
def test_every_group_is_carried_through_with_its_share_or_asked_for_it(server: int, group: int, sent: bool) -> None:
    found = look(server, offering(groups=(group,)), (group,) if sent else ())
    assert (found.complete, found.group, found.error) == (True, group, None)


def test_it_stops_at_the_certificate_if_that_is_all(server: int, identity: Identity) -> None:
    found = look(server, until="certificate")
    assert (found.finished, found.chain, found.complete, found.tickets) == (True, identity.der, False, 0)
    assert found.early_data is None


@pytest.mark.parametrize(
    ("key", "schemes"), [("rsa2048", RSA), ("p256", ECDSA), ("p384", ECDSA), ("ed25519", EDDSA), ("rsa3072", RSA)]
)
def test_schemes_choose_the_certificate(
    authority: Authority, tmp_path: Path, key: str, schemes: tuple[int, ...]
) -> None:
    kinds = {each: authority.issue("good.test", key=each) for each in ("rsa2048", "rsa3072", "p256", "p384", "ed25519")}
    wanted = kinds.pop(key)
    other = kinds["p256" if key != "p256" and key != "p384" else "rsa2048"]
    with nginx_server(other, tmp_path, "ssl_protocols TLSv1.3", more=(wanted,)) as port:
        found = look(port, offering(schemes=schemes))
    assert (found.chain, found.complete) == (wanted.der, True)
    assert found.scheme in schemes


@pytest.mark.parametrize("early", [True, False])
def test_tickets_tell_whether_early_data_is_permitted(identity: Identity, tmp_path: Path, early: bool) -> None:
    options = ("-early_data", "-max_early_data", "4096") if early else ("-max_early_data", "0")
    with openssl_server(identity, tmp_path, *options, www=False) as port:
        found = look(port)
    assert (found.early_data, found.complete, found.error) == (early, True, None)
    assert found.tickets >= 1


@pytest.mark.parametrize("early", ["on", "off"])
def test_nginx_is_seen_to_permit_early_data(identity: Identity, tmp_path: Path, early: str) -> None:
    with nginx_server(identity, tmp_path, "ssl_protocols TLSv1.3", f"ssl_early_data {early}") as port:
        assert look(port).early_data == (early == "on")


def test_a_server_without_tickets_is_known_to_permit_no_early_data(identity: Identity, tmp_path: Path) -> None:
    with openssl_server(identity, tmp_path, "-num_tickets", "0") as port:
        found = look(port)
    assert (found.early_data, found.tickets, found.complete, found.alert) == (False, 0, True, None)


def test_the_chain_stays_where_a_client_certificate_is_missing(identity: Identity, tmp_path: Path) -> None:
    with openssl_server(identity, tmp_path, "-Verify", "1") as port:
        found = look(port)
    assert (found.chain, found.wants_client_certificate) == (identity.der, True)
    assert found.alert == Alert(2, 116)  # certificate_required
    assert found.early_data is None


def test_a_client_certificate_that_is_only_asked_for_stops_nothing(identity: Identity, tmp_path: Path) -> None:
    with nginx_server(identity, tmp_path, "ssl_protocols TLSv1.3", "ssl_verify_client optional_no_ca") as port:
        found = look(port)
    assert (found.wants_client_certificate, found.complete, found.alert) == (True, True, None)
    assert found.early_data is False


def test_a_staple_and_timestamps_are_kept(authority: Authority, identity: Identity, tmp_path: Path) -> None:
    response = staple(identity, authority)
    (tmp_path / "staple.der").write_bytes(response)
    (tmp_path / "information.pem").write_text(timestamps_file(b"first timestamp", b"second"))
    options = ("-status_file", str(tmp_path / "staple.der"), "-serverinfo", str(tmp_path / "information.pem"))
    with openssl_server(identity, tmp_path, *options) as port:
        found = look(port)
        silent = look(port, offering(asking=False))
    assert (found.staple, found.scts) == (response, (b"first timestamp", b"second"))
    assert (silent.staple, silent.scts, silent.complete) == (None, (), True)


def staple(identity: Identity, authority: Authority) -> bytes:
    """An OCSP response about a certificate, signed by itself: nobody here verifies it."""
    now = datetime.now(UTC)
    builder = ocsp.OCSPResponseBuilder().add_response(
        identity.certificate,
        authority.intermediate,
        hashes.SHA256(),
        ocsp.OCSPCertStatus.GOOD,
        now,
        now + timedelta(days=1),
        None,
        None,
    )
    responder = builder.responder_id(ocsp.OCSPResponderEncoding.HASH, identity.certificate)
    return responder.sign(identity.key, hashes.SHA256()).public_bytes(serialization.Encoding.DER)


def timestamps_file(*timestamps: bytes) -> str:
    """What `openssl s_server -serverinfo` reads: a context (ClientHello, Certificate of TLS 1.3) and an extension."""

    body = sized(2, b"".join(sized(2, each) for each in timestamps))
    content = (0x0080 | 0x1000).to_bytes(4) + b"\0\x12" + sized(2, body)
    encoded = base64.encodebytes(content).decode()
    return f"-----BEGIN SERVERINFOV2 FOR SCT-----\n{encoded}-----END SERVERINFOV2 FOR SCT-----\n"


def test_python_is_carried_through(identity: Identity, tmp_path: Path) -> None:
    with SslServer(server_context(identity, tmp_path)) as python:
        found = look(python.port)
    assert (found.chain, found.complete, found.early_data, found.alpn) == (identity.der, True, False, None)


@contextlib.contextmanager
def started(port: int, *command: str) -> Iterator[int]:
    """A server on this port, until the block ends."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
    try:
        await_port(port, process)
        yield port
    finally:
        process.kill()
        process.wait()


@pytest.mark.parametrize("group", [23, 24, 25, 29, 30, 256])
def test_gnutls_is_carried_through(authority: Authority, tmp_path: Path, group: int) -> None:
    identity = authority.issue("good.test", key="rsa2048")
    chain, key = identity.write(tmp_path)
    port = free_port()
    files = ("--x509certfile", str(chain), "--x509keyfile", str(key))
    with started(port, "gnutls-serv", "--http", "-p", str(port), *files, "--earlydata", "--maxearlydata", "1000"):
        found = look(port, offering(groups=(group,)))
    assert (found.chain, found.complete, found.group, found.error) == (identity.der, True, group, None)
    assert found.wants_client_certificate  # unless it is told not to
    assert found.early_data is True


NODE = """
const [, chain, key, port] = process.argv, fs = require("fs");
require("tls").createServer({cert: fs.readFileSync(chain), key: fs.readFileSync(key), ALPNProtocols: ["http/1.1"]},
  socket => socket.on("error", () => {}).end("here")).listen(Number(port), "127.0.0.1");
"""


def test_node_is_carried_through(identity: Identity, tmp_path: Path) -> None:
    chain, key = identity.write(tmp_path)
    port = free_port()
    with started(port, "node", "-e", NODE, str(chain), str(key), str(port)):
        found = look(port)
    assert (found.chain, found.complete, found.alpn, found.early_data) == (identity.der, True, b"http/1.1", False)


def test_a_server_of_lower_versions_is_told_apart(identity: Identity, tmp_path: Path) -> None:
    with nginx_server(identity, tmp_path, "ssl_protocols TLSv1.2") as port:
        found = look(port)
    assert (found.alert, found.error, found.server_hello) == (Alert(2, 70), None, None)
    assert found.early_data is None


def test_ten_thousand_names_are_taken_in(authority: Authority, tmp_path: Path) -> None:
    names = [f"number-{number}.of-many.good.test" for number in range(10_000)]
    identity = authority.issue("good.test", *names)
    with SslServer(server_context(identity, tmp_path)) as python:
        found = look(python.port)
    assert (found.chain, found.complete) == (identity.der, True)
    leaf = x509.load_der_x509_certificate(found.chain[0])
    assert len(leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value) == 10_001


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
        (b"http/1.1", b"GET / HTTP/1.0\r\n\r\n"),
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
