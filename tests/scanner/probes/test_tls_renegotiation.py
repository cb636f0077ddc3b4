"""Renegotiation begun by the client: permitted, refused, or not to be told; against real servers and without any."""

import socket
from collections.abc import Sequence
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from OpenSSL import SSL

from checks.model.evidence import Protocol
from scanner.probes.tls.codec.records import ALERT, HANDSHAKE
from scanner.probes.tls.conversation import Trouble
from scanner.probes.tls.vulnerabilities.renegotiation import RECEIVED_BYTES, Renegotiation, can_speak
from tests.scanner.probes.tls_looking import NAME, identity
from tests.servers.misbehaving import Garbage, Silent
from tests.servers.tcp import TcpServer, held_port, reset
from tests.servers.tls import SslServer, nginx_server, openssl_server, server_context, started

RSA, ECDHE = "TLS_RSA_WITH_AES_128_GCM_SHA256", "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256"
OLD_RSA, OLD_ECDHE = "TLS_RSA_WITH_AES_128_CBC_SHA", "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA"

ALLOW_CLIENT_RENEGOTIATION = 0x100
"""SSL_OP_ALLOW_CLIENT_RENEGOTIATION."""


def talked(conversation: Renegotiation, port: int, seconds: float = 5) -> Trouble | None:
    """Carry on a conversation with a server on loopback; what befell the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=seconds) as sock:
        try:
            sock.sendall(conversation.begin())
            while not conversation.finished:
                data = sock.recv(65536)
                if not data:
                    return "closed"
                sock.sendall(conversation.receive(data))
        except TimeoutError:
            return "timed_out"
        except ConnectionError:
            return "reset"
    return None


def found(port: int, suites: Sequence[str], version: Protocol = "tls1_2", seconds: float = 5) -> bool | None:
    """What can be said of a server after one connection."""
    conversation = Renegotiation(version, suites, NAME)
    return conversation.after(talked(conversation, port, seconds))


@pytest.mark.parametrize(
    ("version", "option", "suite"),
    [
        ("tls1_0", "-tls1", OLD_RSA),
        ("tls1_0", "-tls1", OLD_ECDHE),
        ("tls1_1", "-tls1_1", OLD_ECDHE),
        ("tls1_2", "-tls1_2", RSA),
        ("tls1_2", "-tls1_2", ECDHE),
    ],
)
@pytest.mark.parametrize("permitted", [True, False])
def test_openssl(tmp_path: Path, version: Protocol, option: str, suite: str, permitted: bool) -> None:
    options = [option, "-cipher", "ALL:@SECLEVEL=0", *(["-client_renegotiation"] if permitted else [])]
    with openssl_server(identity(), tmp_path, *options, www=False) as port:
        conversation = Renegotiation(version, [suite], NAME)
        assert talked(conversation, port) is None
        assert conversation.permitted is permitted


def test_a_server_that_would_like_a_client_certificate(tmp_path: Path) -> None:
    with openssl_server(identity(), tmp_path, "-tls1_2", "-client_renegotiation", "-verify", "1", www=False) as port:
        assert found(port, [ECDHE]) is True


def test_a_server_that_demands_a_client_certificate_is_not_known(tmp_path: Path) -> None:
    with openssl_server(identity(), tmp_path, "-tls1_2", "-client_renegotiation", "-Verify", "1", www=False) as port:
        conversation = Renegotiation("tls1_2", [ECDHE], NAME)
        assert conversation.after(talked(conversation, port)) is None
        assert not conversation.asked


def test_nginx_refuses(tmp_path: Path) -> None:
    with nginx_server(identity(), tmp_path) as port:
        assert found(port, [ECDHE]) is False


def test_python_refuses(tmp_path: Path) -> None:
    with SslServer(server_context(identity(), tmp_path)) as server:
        assert found(server.port, [ECDHE]) is False


def test_gnutls_permits(tmp_path: Path) -> None:
    chain, key = identity().write(tmp_path)
    command = ["gnutls-serv", "--quiet", "--echo", "--disable-client-cert"]
    command += ["--x509certfile", str(chain), "--x509keyfile", str(key), "--priority", "NORMAL:-VERS-TLS1.3"]
    with held_port("0.0.0.0") as port, started(port, *command, "--port", str(port)):
        assert found(port, [ECDHE]) is True


class Permitting(TcpServer):
    """A server of TLS 1.2 that permits renegotiation, and says its own words first, as mail servers do."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.context = permitting_context(folder)

    def serve(self, sock: socket.socket) -> None:
        connection = SSL.Connection(self.context, sock)
        connection.set_accept_state()
        try:
            connection.do_handshake()
            connection.sendall(b"220 mail.example.test ESMTP\r\n")
            self.further(sock, connection)
        except SSL.Error:
            return

    def further(self, sock: socket.socket, connection: SSL.Connection) -> None:
        """What follows the greeting. May raise SSL.Error."""
        connection.recv(4096)


class CutsAtTheWish(Permitting):
    """One that sends RST, or an end of file, as soon as anything follows the handshake."""

    def __init__(self, folder: Path, abruptly: bool) -> None:
        super().__init__(folder)
        self.abruptly = abruptly

    def further(self, sock: socket.socket, connection: SSL.Connection) -> None:
        if self.abruptly:
            sock.recv(1)
            reset(sock)
        else:
            sock.recv(16384)


class Deaf(Permitting):
    """One that hears nothing after the handshake."""

    def further(self, sock: socket.socket, connection: SSL.Connection) -> None:
        self.stopping.wait(10)


def permitting_context(folder: Path) -> SSL.Context:
    """A server's context that permits renegotiation."""
    chain, key = identity().write(folder, "permitting")
    context = SSL.Context(SSL.TLS_SERVER_METHOD)
    context.set_max_proto_version(SSL.TLS1_2_VERSION)
    context.use_certificate_chain_file(str(chain))
    context.use_privatekey_file(str(key))
    context.set_options(ALLOW_CLIENT_RENEGOTIATION)
    return context


def test_a_server_that_speaks_first_is_understood(tmp_path: Path) -> None:
    with Permitting(tmp_path) as server:
        assert found(server.port, [ECDHE]) is True


@pytest.mark.parametrize("abruptly", [True, False])
def test_a_server_that_leaves_at_the_wish_refuses(tmp_path: Path, abruptly: bool) -> None:
    with CutsAtTheWish(tmp_path, abruptly) as server:
        conversation = Renegotiation("tls1_2", [ECDHE], NAME)
        trouble = talked(conversation, server.port)
        assert trouble == ("reset" if abruptly else "closed")
        assert conversation.permitted is None, "one cut is no answer by itself"
        assert conversation.after(trouble) is False


def test_a_server_that_does_not_hear_the_wish_is_not_known(tmp_path: Path) -> None:
    with Deaf(tmp_path) as server:
        assert found(server.port, [ECDHE], seconds=0.5) is None


def test_a_server_that_does_not_shake_hands_is_not_known() -> None:
    with Silent() as silent, Garbage() as garbage:
        assert found(silent.port, [ECDHE], seconds=0.5) is None
        assert found(garbage.port, [ECDHE]) is None


def test_what_this_openssl_speaks() -> None:
    assert can_speak("tls1_2", [RSA])
    assert can_speak("tls1_0", ["TLS_RSA_WITH_RC4_128_SHA", OLD_RSA])
    assert not can_speak("tls1_2", [])
    assert not can_speak("ssl3", [OLD_RSA])
    assert not can_speak("tls1_3", ["TLS_AES_128_GCM_SHA256"])
    assert not can_speak("tls1_2", ["TLS_AES_128_GCM_SHA256", "TLS_PSK_WITH_AES_128_GCM_SHA256", "TLS_UNHEARD_OF"])
    with pytest.raises(ValueError, match="no suite"):
        Renegotiation("tls1_2", ["TLS_UNHEARD_OF"], None)


# Without a server


@given(st.lists(st.binary(min_size=1, max_size=400), max_size=8))
def test_no_bytes_raise_anything(pieces: list[bytes]) -> None:
    conversation = Renegotiation("tls1_2", [ECDHE], None)
    conversation.begin()
    for piece in pieces:
        conversation.receive(piece)
    assert conversation.permitted is None
    assert not conversation.asked


@cache
def shared_context() -> SSL.Context:
    """A context for servers in memory."""
    import tempfile

    with tempfile.TemporaryDirectory() as folder:
        return permitting_context(Path(folder))


def exchanged(conversation: Renegotiation, changed_at: int | None, change: int, size: int) -> int:
    """Talk to a server in memory, in pieces of a size, with one byte of its changed.

    How many bytes it had sent when it was asked for a second handshake.
    """
    server = SSL.Connection(shared_context(), None)
    server.set_accept_state()
    passed = wish = 0
    outgoing = conversation.begin()
    while outgoing and not conversation.finished:
        server.bio_write(outgoing)
        outgoing = b""
        try:
            server.recv(1) if server.get_finished() else server.do_handshake()
        except SSL.Error:
            pass
        try:
            said = bytearray(server.bio_read(65536))
        except SSL.WantReadError:
            break
        if changed_at is not None and passed <= changed_at < passed + len(said):
            said[changed_at - passed] ^= change
        passed += len(said)
        for at in range(0, len(said), size):
            outgoing += conversation.receive(bytes(said[at : at + size]))
        wish = wish or (passed if conversation.asked else 0)
    return wish


@pytest.mark.parametrize("size", [1, 7, 65536])
def test_pieces_of_any_size_are_the_same(size: int) -> None:
    conversation = Renegotiation("tls1_2", [ECDHE], NAME)
    exchanged(conversation, None, 0, size)
    assert conversation.permitted is True


@given(st.integers(0, 3000), st.integers(1, 255))
def test_a_byte_changed_on_the_way_never_raises_and_is_never_a_refusal(at: int, change: int) -> None:
    conversation = Renegotiation("tls1_2", [ECDHE], NAME)
    exchanged(conversation, at, change, 65536)
    assert conversation.permitted is not False


def test_a_record_that_is_only_called_an_alert_is_no_refusal() -> None:
    wish = exchanged(Renegotiation("tls1_2", [ECDHE], NAME), None, 0, 65536)
    assert wish > 0
    conversation = Renegotiation("tls1_2", [ECDHE], NAME)
    exchanged(conversation, wish, HANDSHAKE ^ ALERT, 65536)
    assert conversation.asked
    assert conversation.finished
    assert conversation.permitted is None


def test_a_server_that_talks_without_end_is_not_listened_to() -> None:
    conversation = Renegotiation("tls1_2", [ECDHE], None)
    conversation.begin()
    warning = bytes.fromhex("15030300020170") * 1000
    for _ in range(RECEIVED_BYTES // len(warning) + 1):
        conversation.receive(warning)
    assert conversation.finished
    assert conversation.permitted is None
