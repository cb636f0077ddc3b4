"""The words before TLS: to real servers until a handshake is done, and to any server that says anything."""

import contextlib
import re
import socket
import ssl
import subprocess
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import get_args

import psycopg
import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st
from psycopg import sql

from checks.check import usual_command
from checks.model.target import Starttls, TlsTarget
from scanner.probes.tls.conversation import Conversation, Trouble
from scanner.probes.tls.preface import MAX_BYTES, Prefaced, Refusal
from scanner.probes.tls.starttls import MAX_LINE, preface_for
from tests.history import postgresql
from tests.servers import starttls as servers
from tests.servers.misbehaving import Garbage, Says, Silent
from tests.servers.pki import Authority, Identity
from tests.servers.tcp import held_port
from tests.servers.tls import server_context

NAME = "thu.so-mau.example"
PROTOCOLS: tuple[Starttls, ...] = get_args(Starttls)


@cache
def authority() -> Authority:
    return Authority()


@cache
def identity() -> Identity:
    return authority().issue(NAME)


class TlsClient(Conversation):
    """Python's TLS without a socket: a handshake with the tests' own authority."""

    def __init__(self) -> None:
        context = ssl.create_default_context(cadata=authority().root.public_bytes(Encoding.DER))
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._in, self._out, server_hostname=NAME)

    @property
    def leaf(self) -> bytes | None:
        return self._tls.getpeercert(binary_form=True)

    def begin(self) -> bytes:
        with contextlib.suppress(ssl.SSLWantReadError):
            self._tls.do_handshake()
            self.finished = True
        return self._out.read()

    def receive(self, data: bytes) -> bytes:
        self._in.write(data)
        return self.begin()


class Recorder(Conversation):
    """Remembers what it was given; says `hello` at first, and is finished after so many bytes."""

    def __init__(self, enough: int = 1 << 30) -> None:
        self.enough = enough
        self.begun = 0
        self.heard = b""

    def begin(self) -> bytes:
        self.begun += 1
        return b"hello"

    def receive(self, data: bytes) -> bytes:
        assert data
        self.heard += data
        self.finished = len(self.heard) >= self.enough
        return b""


def talk(conversation: Conversation, server: tuple[str, int], patience: float = 10.0) -> Trouble | None:
    """Drive one conversation to its end."""
    with socket.create_connection(server, timeout=patience) as sock:
        sock.sendall(conversation.begin())
        while not conversation.finished:
            try:
                data = sock.recv(4096)
            except TimeoutError:
                return "timed_out"
            if not data:
                return "closed"
            sock.sendall(conversation.receive(data))
    return None


def told(starttls: Starttls, *pieces: bytes) -> Refusal | bool:
    """What becomes of a preface that is told this: the refusal, or whether it is ready."""
    preface = preface_for(starttls)
    preface.begin()
    for piece in pieces:
        preface.receive(piece)
    return preface.refusal or preface.ready


@pytest.mark.parametrize("byte_by_byte", [False, True], ids=["whole", "byte by byte"])
@pytest.mark.parametrize("server", servers.SERVERS)
def test_a_handshake_after_the_preface(
    server: type[servers.StarttlsServer], byte_by_byte: bool, tmp_path: Path
) -> None:
    client = TlsClient()
    with server(server_context(identity(), tmp_path), byte_by_byte=byte_by_byte) as running:
        conversation = Prefaced(preface_for(server.starttls), client)
        assert talk(conversation, (running.address, running.port)) is None
    assert (conversation.refusal, conversation.in_tls) == (None, True)
    assert client.leaf == identity().der[0]


@pytest.mark.parametrize("server", servers.SERVERS)
def test_openssl_takes_the_servers_for_real_and_the_command_of_reports_reproduces(
    server: type[servers.StarttlsServer], tmp_path: Path
) -> None:
    with server(server_context(identity(), tmp_path)) as running:
        command = usual_command(TlsTarget(running.address, running.port, NAME, server.starttls))
        shown = subprocess.run(["sh", "-c", command], capture_output=True, timeout=30).stdout.decode()
    chain = re.findall(r"-----BEGIN CERTIFICATE-----.*?-----END CERTIFICATE-----", shown, re.DOTALL)
    assert [ssl.PEM_cert_to_DER_cert(each) for each in chain[: len(identity().der)]] == list(identity().der)


def test_every_protocol_has_a_server_and_a_preface() -> None:
    assert {each.starttls for each in servers.SERVERS} == set(PROTOCOLS)
    assert all(not preface_for(each).over for each in PROTOCOLS)


@pytest.fixture
def cluster_on_tcp(monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[str, int]]:
    """Where the next PostgreSQL server listens, beside its Unix socket."""
    with held_port() as port:
        monkeypatch.setattr(postgresql, "SERVER", postgresql.SERVER.replace("=''", "=127.0.0.1") + f" -c port={port}")
        yield ("127.0.0.1", port)


def test_postgresql(cluster_on_tcp: tuple[str, int], tmp_path: Path) -> None:
    chain, key = identity().write(tmp_path)
    with postgresql.cluster() as running:
        first, client = Prefaced(preface_for("postgres"), Recorder()), TlsClient()
        assert talk(first, cluster_on_tcp) is None
        assert first.refusal is Refusal.NO_SWITCH

        url = f"{running.url('postgres')}&port={cluster_on_tcp[1]}"
        with psycopg.connect(url, autocommit=True) as connection:
            for name, source in (("server.crt", chain), ("server.key", key)):
                lines = sql.SQL("SELECT unnest(string_to_array({}, E'\\n'))").format(source.read_text())
                write = sql.Literal(f"umask 077; cat > {name}")  # in the folder of its data
                connection.execute(sql.SQL("COPY ({}) TO PROGRAM {}").format(lines, write))
            connection.execute("ALTER SYSTEM SET ssl = on")
            connection.execute("SELECT pg_reload_conf()")
        assert talk(Prefaced(preface_for("postgres"), client), cluster_on_tcp) is None
    assert client.leaf == identity().der[0]


REFUSALS: list[tuple[Starttls, bytes, Refusal]] = [
    ("smtp", b"220 a\r\n250 a\r\n", Refusal.NOT_OFFERED),
    ("smtp", b"220 a\r\n250-a\r\n250-XSTARTTLS\r\n250 AUTH STARTTLS\r\n", Refusal.NOT_OFFERED),
    ("smtp", b"220 a\r\n500 what?\r\n", Refusal.NOT_OFFERED),
    ("smtp", b"220 a\r\n502 not implemented\r\n", Refusal.NOT_OFFERED),
    ("smtp", b"220 a\r\n550 who are you?\r\n", Refusal.NOT_SERVED),
    ("smtp", b"220 a\r\n421 going down\r\n", Refusal.BUSY),
    ("smtp", b"220 a\r\n220 a\r\n", Refusal.OTHER_PROTOCOL),
    ("smtp", b"220 a\r\n250 STARTTLS\r\n454 not now\r\n", Refusal.BUSY),
    ("smtp", b"220 a\r\n250 STARTTLS\r\n502 no\r\n", Refusal.NO_SWITCH),
    ("smtp", b"220 a\r\n250 STARTTLS\r\n250 ok\r\n", Refusal.OTHER_PROTOCOL),
    ("smtp", b"421 too many connections\r\n", Refusal.BUSY),
    ("smtp", b"554 no service\r\n", Refusal.NOT_SERVED),
    ("smtp", b"220-wait\r\n521 too early\r\n", Refusal.NOT_SERVED),
    ("smtp", b"+OK POP3\r\n", Refusal.OTHER_PROTOCOL),
    ("smtp", b"SSH-2.0-OpenSSH_9.2\r\n", Refusal.OTHER_PROTOCOL),
    ("smtp", b"2200 a\r\n", Refusal.OTHER_PROTOCOL),
    ("smtp", b"\r\n", Refusal.OTHER_PROTOCOL),
    ("smtp", b"220 " + b"a" * MAX_LINE + b"\r\n", Refusal.TOO_MUCH),
    ("smtp", b"220-a\r\n" * (MAX_BYTES // 7 + 1), Refusal.TOO_MUCH),
    ("smtp", b"220-a\r\n" * (MAX_BYTES // 7) + b"220", Refusal.TOO_MUCH),
    ("ftp", b"220 a\r\n500 AUTH not understood\r\n", Refusal.NO_SWITCH),
    ("ftp", b"220 a\r\n530 Please log in\r\n", Refusal.NO_SWITCH),
    ("ftp", b"220 a\r\n431 not now\r\n", Refusal.BUSY),
    ("ftp", b"220 a\r\n334 more\r\n", Refusal.OTHER_PROTOCOL),
    ("ftp", b"421 too many users\r\n", Refusal.BUSY),
    ("ftp", b"530 not you\r\n", Refusal.NOT_SERVED),
    ("imap", b"* OK\r\nA1 NO no\r\n", Refusal.NO_SWITCH),
    ("imap", b"* OK\r\nA1 BAD unknown\r\n", Refusal.NO_SWITCH),
    ("imap", b"* OK\r\n* BAD unknown\r\n", Refusal.NO_SWITCH),
    ("imap", b"* OK\r\na1 no [unavailable] later\r\n", Refusal.BUSY),
    ("imap", b"* OK\r\n* BYE\r\n", Refusal.BUSY),
    ("imap", b"* BYE too many\r\n", Refusal.BUSY),
    ("imap", b"* PREAUTH welcome\r\n", Refusal.NO_SWITCH),
    ("imap", b"* CAPABILITY IMAP4rev1\r\n", Refusal.OTHER_PROTOCOL),
    ("imap", b"* OK\r\n+ go on\r\n", Refusal.OTHER_PROTOCOL),
    ("imap", b"* OK\r\nA1\r\n", Refusal.OTHER_PROTOCOL),
    ("imap", b"* OK\r\n" * (MAX_BYTES // 6 + 1), Refusal.TOO_MUCH),
    ("pop3", b"+OK\r\n-ERR unknown\r\n", Refusal.NO_SWITCH),
    ("pop3", b"+OK\r\n-ERR [SYS/TEMP] later\r\n", Refusal.BUSY),
    ("pop3", b"-ERR too many\r\n", Refusal.BUSY),
    ("pop3", b"220 mail\r\n", Refusal.OTHER_PROTOCOL),
    ("ldap", servers.ldap_response(2), Refusal.NO_SWITCH),
    ("ldap", servers.ldap_response(53), Refusal.NO_SWITCH),
    ("ldap", servers.ldap_response(51), Refusal.BUSY),
    ("ldap", servers.ldap_response(52), Refusal.BUSY),
    ("ldap", servers.ldap_response(0, message=0), Refusal.BUSY),
    ("ldap", servers.ldap_response(0, message=2), Refusal.OTHER_PROTOCOL),
    ("ldap", b"0\x80", Refusal.OTHER_PROTOCOL),
    ("ldap", b"0\x85", Refusal.OTHER_PROTOCOL),
    ("ldap", b"0\x00", Refusal.OTHER_PROTOCOL),
    ("ldap", b"0\x03\x02\x01\x01", Refusal.OTHER_PROTOCOL),
    ("ldap", b"0\x05\x02\x01\x01\x78\x7f", Refusal.OTHER_PROTOCOL),
    ("ldap", b"0\x07\x02\x01\x01\x78\x02\x0a\x00", Refusal.OTHER_PROTOCOL),
    ("ldap", b"0\x84\x7f\xff\xff\xff", Refusal.TOO_MUCH),
    ("ldap", b"HTTP/1.1 400\r\n", Refusal.OTHER_PROTOCOL),
    ("postgres", b"N", Refusal.NO_SWITCH),
    ("postgres", b"Esorry, too many clients already\n\0", Refusal.BUSY),
    ("postgres", b"HTTP/1.1 400\r\n", Refusal.OTHER_PROTOCOL),
]


@pytest.mark.parametrize(("starttls", "words", "refusal"), REFUSALS)
def test_refusals(starttls: Starttls, words: bytes, refusal: Refusal) -> None:
    assert told(starttls, words) is refusal
    assert told(starttls, words, b"more", words) is refusal


def test_only_words_about_tls_say_that_there_is_none() -> None:
    assert {each for each in Refusal if each.kind == "no_tls"} == {Refusal.NOT_OFFERED, Refusal.NO_SWITCH}
    assert Refusal.BUSY.kind == Refusal.NOT_SERVED.kind == "no_service"
    assert Refusal.TOO_MUCH.kind == Refusal.OTHER_PROTOCOL.kind == "other_protocol"


READY: list[tuple[Starttls, bytes]] = [
    ("smtp", b"220-a\n220-b\n220 c\n250-a\n250-size 1\n250-starttls\n250 HELP\n220 go\n"),
    ("smtp", b"220\r\n250-a\r\n250 STARTTLS \r\n220-go\r\n220\r\n"),
    ("ftp", b"120 in a minute\r\n220-Welcome\r\n234 is not said\r\n  220 yet\r\n\r\n220 Now\r\n234-go\r\n234 on\r\n"),
    ("imap", b"* ok [CAPABILITY IMAP4rev1] a\r\n* 3 EXISTS\r\n*\r\na1 ok\r\n"),
    ("pop3", b"+OK\n+ok go\n"),
    ("ldap", servers.Ldap.go_ahead),
    ("ldap", servers.LongLdap.go_ahead),
    ("postgres", b"S"),
]


@pytest.mark.parametrize(("starttls", "words"), READY)
def test_what_comes_with_the_go_ahead_belongs_to_tls(starttls: Starttls, words: bytes) -> None:
    for cut in range(1, len(words) + 1):
        inner = Recorder(enough=8)
        conversation = Prefaced(preface_for(starttls), inner)
        sent = conversation.begin() + conversation.receive(words[:cut])
        sent += (
            conversation.receive(words[cut:] + b"\x16\x03") if cut < len(words) else conversation.receive(b"\x16\x03")
        )
        assert (inner.begun, inner.heard, conversation.finished) == (1, b"\x16\x03", False)
        assert sent.endswith(b"hello")
        conversation.receive(b"\x03 rest")
        assert conversation.finished
        assert conversation.receive(b"more") == b""
        assert inner.heard == b"\x16\x03\x03 rest"


def test_nothing_is_handed_on_to_a_conversation_that_wants_nothing() -> None:
    inner = Recorder()
    inner.finished = True
    conversation = Prefaced(preface_for("postgres"), inner)
    assert conversation.receive(b"S\x15\x03") == b"hello"
    assert (inner.heard, conversation.finished) == (b"", True)


TOKENS = st.sampled_from(
    [
        *(b"220 ", b"220-", b"220", b"250-", b"250 STARTTLS\r\n", b"234 ", b"421 ", b"554 ", b"120 ", b"\r\n", b"\n"),
        *(b"* OK\r\n", b"A1 OK\r\n", b"A1 NO\r\n", b"* ", b"A1 ", b"BAD\r\n", b"+OK\r\n", b"-ERR\r\n", b"S", b"N"),
        *(servers.Ldap.go_ahead, b"0\x0c\x02\x01\x01", b"x\x07", b"0\x84", b"\0\0\0\x28", b"a" * MAX_LINE),
    ]
)
SPEECH = st.lists(TOKENS | st.binary(max_size=40), max_size=30).map(b"".join)


@given(st.sampled_from(PROTOCOLS), SPEECH, st.lists(st.integers(0, 4000), max_size=20))
def test_any_bytes_in_any_pieces_give_the_same(starttls: Starttls, speech: bytes, cuts: list[int]) -> None:
    def heard(pieces: list[bytes]) -> tuple[bytes, Refusal | None, bool, bytes]:
        inner = Recorder()
        conversation = Prefaced(preface_for(starttls), inner)
        sent = conversation.begin() + b"".join(conversation.receive(piece) for piece in pieces if piece)
        assert conversation.finished == (conversation.refusal is not None)
        return sent, conversation.refusal, conversation.in_tls, inner.heard

    places = sorted({0, *(cut for cut in cuts if cut < len(speech)), len(speech)})
    pieces = [speech[start:end] for start, end in pairwise(places)]
    whole = heard([speech])
    assert heard(pieces) == whole
    if len(speech) < 2000:
        assert heard([speech[at : at + 1] for at in range(len(speech))]) == whole


@given(st.sampled_from(PROTOCOLS), st.lists(TOKENS | st.binary(min_size=1, max_size=40), min_size=1, max_size=10))
def test_no_speech_is_endless(starttls: Starttls, words: list[bytes]) -> None:
    speech = b"".join(words)
    preface = preface_for(starttls)
    preface.receive(speech * (MAX_BYTES // len(speech) + 1))
    assert preface.over


@pytest.mark.parametrize(
    ("server", "refusal", "expected"),
    [
        (servers.SmtpWithoutTls, None, Refusal.NOT_OFFERED),
        (servers.Smtp, b"454 4.7.0 TLS not available\r\n", Refusal.BUSY),
        (servers.Smtp, b"501 5.5.4 no\r\n", Refusal.NO_SWITCH),
        (servers.Imap, b"A1 NO no certificate\r\n", Refusal.NO_SWITCH),
        (servers.Pop3, b"-ERR no\r\n", Refusal.NO_SWITCH),
        (servers.Ftp, b"504 no\r\n", Refusal.NO_SWITCH),
        (servers.Ldap, servers.ldap_response(2), Refusal.NO_SWITCH),
        (servers.Postgres, b"N", Refusal.NO_SWITCH),
    ],
)
def test_servers_that_refuse(
    server: type[servers.StarttlsServer], refusal: bytes | None, expected: Refusal, tmp_path: Path
) -> None:
    conversation = Prefaced(preface_for(server.starttls), Recorder())
    with server(server_context(identity(), tmp_path), refusal) as running:
        assert talk(conversation, (running.address, running.port)) is None
    assert (conversation.refusal, conversation.in_tls) == (expected, False)


@pytest.mark.parametrize("starttls", PROTOCOLS)
def test_servers_that_misbehave(starttls: Starttls) -> None:
    first = starttls not in ("ldap", "postgres")
    with Silent() as silent, Says(b"22", first) as cut_off, servers.Endless(b"220-a\r\n") as endless:
        quiet, cut, flooded = (Prefaced(preface_for(starttls), Recorder()) for _ in range(3))
        assert talk(quiet, (silent.address, silent.port), patience=0.2) == "timed_out"
        assert not quiet.finished and not quiet.in_tls
        if first:
            assert talk(cut, (cut_off.address, cut_off.port)) == "closed"
            assert not cut.finished and not cut.in_tls
        assert talk(flooded, (endless.address, endless.port)) is None
        assert flooded.refusal is (Refusal.TOO_MUCH if starttls in ("smtp", "ftp") else Refusal.OTHER_PROTOCOL)


def test_a_server_that_speaks_rubbish() -> None:
    conversation = Prefaced(preface_for("postgres"), Recorder())
    with Garbage() as server:
        assert talk(conversation, (server.address, server.port)) is None
    assert conversation.refusal is Refusal.OTHER_PROTOCOL
