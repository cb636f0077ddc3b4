"""Services that begin in cleartext: each speaks its own protocol as far as TLS, and Python's TLS after it.

Commands are read byte by byte, so that nothing of a ClientHello is lost, and each server is as strict as its RFC:
one that is asked out of turn refuses.
"""

import socket
import ssl
from abc import abstractmethod

from checks.model.target import Starttls
from tests.servers.tcp import TcpServer
from tests.servers.tls import SslServer


class StarttlsServer(SslServer):
    """A service that begins in cleartext. `refusal` is what it answers instead of going ahead."""

    starttls: Starttls
    go_ahead: bytes

    def __init__(self, context: ssl.SSLContext, refusal: bytes | None = None, byte_by_byte: bool = False) -> None:
        super().__init__(context)
        self.refusal = refusal
        self.byte_by_byte = byte_by_byte
        """Whether each byte before TLS is a segment of its own."""

    def serve(self, sock: socket.socket) -> None:
        self.before_tls(sock)
        super().serve(sock)

    def before_tls(self, sock: socket.socket) -> None:
        """Talk until TLS may begin. Raises ConnectionError where it does not come to that."""
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.settimeout(10)
        self.say(sock, self.greeting())
        while not self.wants_tls(command := self.command(sock)):
            self.say(sock, self.answer(command))
        self.say(sock, self.refusal or self.accept(command))
        if self.refusal is not None:
            read(sock, 1)
            raise ConnectionError("a client that was refused goes on")

    def say(self, sock: socket.socket, words: bytes) -> None:
        """Send words, in pieces where that is asked for."""
        for piece in [words[at : at + 1] for at in range(len(words))] if self.byte_by_byte else [words]:
            sock.sendall(piece)

    def greeting(self) -> bytes:
        """What is said first: nothing."""
        return b""

    @abstractmethod
    def command(self, sock: socket.socket) -> bytes:
        """Read one command."""

    @abstractmethod
    def wants_tls(self, command: bytes) -> bool:
        """Whether a command asks for TLS."""

    def accept(self, command: bytes) -> bytes:
        """The last words before TLS."""
        return self.go_ahead

    @abstractmethod
    def answer(self, command: bytes) -> bytes:
        """The answer to any other command."""


class LineServer(StarttlsServer):
    """Commands are lines that end in CR LF."""

    def command(self, sock: socket.socket) -> bytes:
        line = b""
        while not line.endswith(b"\r\n"):
            line += read(sock, 1)
        return line[:-2]


class Smtp(LineServer):
    """RFC 5321 and RFC 3207, with replies of several lines."""

    starttls = "smtp"
    go_ahead = b"220 2.0.0 Ready to start TLS\r\n"
    extensions: tuple[bytes, ...] = (b"PIPELINING", b"SIZE 10240000", b"StartTLS", b"8BITMIME")

    def greeting(self) -> bytes:
        return b"220-thu.so-mau.example ESMTP\r\n220 No STARTTLS in this line\r\n"

    def wants_tls(self, command: bytes) -> bool:
        return command == b"STARTTLS"

    def answer(self, command: bytes) -> bytes:
        verb, _, client = command.partition(b" ")
        if verb != b"EHLO" or not client:
            return b"502 5.5.1 no\r\n"
        lines = (b"thu.so-mau.example", *self.extensions)
        return b"".join(b"250-%s\r\n" % line for line in lines) + b"250 HELP\r\n"


class SmtpWithoutTls(Smtp):
    """The extension is not listed."""

    extensions = (b"SIZE 10240000", b"X-STARTTLS-SOON", b"AUTH STARTTLS")


class Imap(LineServer):
    """RFC 9051, with untagged lines in between."""

    starttls = "imap"
    go_ahead = b"OK Begin TLS negotiation now\r\n"

    def greeting(self) -> bytes:
        return b"* OK [CAPABILITY IMAP4rev2 STARTTLS LOGINDISABLED] thu.so-mau.example\r\n"

    def wants_tls(self, command: bytes) -> bool:
        return command.partition(b" ")[2] == b"STARTTLS"

    def accept(self, command: bytes) -> bytes:
        return command.partition(b" ")[0] + b" " + self.go_ahead

    def answer(self, command: bytes) -> bytes:
        tag, _, verb = command.partition(b" ")
        capabilities = b"* CAPABILITY IMAP4rev2 STARTTLS LOGINDISABLED\r\n" if verb == b"CAPABILITY" else b""
        return capabilities + tag + (b" OK done\r\n" if capabilities else b" BAD no\r\n")


class Pop3(LineServer):
    """RFC 1939 and RFC 2595."""

    starttls = "pop3"
    go_ahead = b"+OK Begin TLS negotiation\r\n"

    def greeting(self) -> bytes:
        return b"+OK POP3 <1.2@thu.so-mau.example>\r\n"

    def wants_tls(self, command: bytes) -> bool:
        return command == b"STLS"

    def answer(self, command: bytes) -> bytes:
        return b"-ERR no\r\n"


class Ftp(LineServer):
    """RFC 959 and RFC 4217, with a greeting of several lines."""

    starttls = "ftp"
    go_ahead = b"234 AUTH TLS successful\r\n"

    def greeting(self) -> bytes:
        return b"220-Welcome\r\n to the files of so-mau.example\r\n220 Ready\r\n"

    def wants_tls(self, command: bytes) -> bool:
        return command == b"AUTH TLS"

    def answer(self, command: bytes) -> bytes:
        return b"530 Please log in\r\n"


START_TLS = b"1.3.6.1.4.1.1466.20037"


class Ldap(StarttlsServer):
    """RFC 4511 section 4.14, with short lengths."""

    starttls = "ldap"
    go_ahead = bytes.fromhex("300c02010178070a010004000400")

    def command(self, sock: socket.socket) -> bytes:
        head = read(sock, 2)
        return head + read(sock, head[1])

    def wants_tls(self, command: bytes) -> bool:
        # LDAPMessage { 1, ExtendedRequest { requestName [0] } }
        return command == bytes.fromhex("301d02010177188016") + START_TLS

    def answer(self, command: bytes) -> bytes:
        return ldap_response(2)


class LongLdap(Ldap):
    """As some directories answer: lengths of four octets, and the name of the operation."""

    go_ahead = bytes.fromhex("308400000028 020101 78840000001f 0a0100 0400 0400 8a16") + START_TLS


class Postgres(StarttlsServer):
    """SSLRequest and its answer of one byte."""

    starttls = "postgres"
    go_ahead = b"S"

    def command(self, sock: socket.socket) -> bytes:
        return read(sock, 8)

    def wants_tls(self, command: bytes) -> bool:
        return command == (8).to_bytes(4) + (80877103).to_bytes(4)

    def answer(self, command: bytes) -> bytes:
        return b"E"


SERVERS: tuple[type[StarttlsServer], ...] = (Smtp, Imap, Pop3, Ftp, Ldap, LongLdap, Postgres)


class Endless(TcpServer):
    """Says the same again and again, before it is asked anything."""

    def __init__(self, words: bytes) -> None:
        super().__init__()
        self.words = words

    def serve(self, sock: socket.socket) -> None:
        while not self.stopping.is_set():
            sock.sendall(self.words)


def ldap_response(code: int, message: int = 1) -> bytes:
    """An ExtendedResponse (RFC 4511 section 4.12) with an empty name and no words."""
    return bytes.fromhex("300c0201") + bytes([message]) + bytes.fromhex("78070a01") + bytes([code]) + b"\4\0\4\0"


def read(sock: socket.socket, size: int) -> bytes:
    """Exactly so many bytes. Raises ConnectionError where the client ends before."""
    data = b""
    while len(data) < size:
        more = sock.recv(size - len(data))
        if not more:
            raise ConnectionError("the client has gone")
        data += more
    return data
