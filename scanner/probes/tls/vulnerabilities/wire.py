"""Every TCP connection of the worker: opened here, one at a time, counted, bounded, and read along.

sslyze bounds each receive but not the connection, and turns a time-out or a reset into "not vulnerable". Its sockets
are therefore opened by this module, and what is heard on each of them is kept in a Journal.
"""

import ipaddress
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING

from sslyze.connection_helpers import tls_connection
from sslyze.server_setting import ServerNetworkLocation

from checks.model.target import TlsTarget
from scanner.probes.tls.codec import answers
from scanner.probes.tls.codec.cursor import CodecError
from scanner.probes.tls.codec.records import ALERT, CHANGE_CIPHER_SPEC, HANDSHAKE, MessageReader, Record, RecordReader
from scanner.probes.tls.conversation import Trouble
from scanner.probes.tls.preface import Preface, Refusal
from scanner.probes.tls.starttls import preface_for

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer, WriteableBuffer

RECEIVED_BYTES = 1024 * 1024
"""A connection that sends more is cut."""

PREFACE_BYTES = 4096
"""Words before TLS are read in such pieces."""

UNEXPECTED_MESSAGE = bytes((answers.SERVER_HELLO_DONE, 0, 0, 0))
"""A handshake message that no client sends: a server that has read everything before it answers with an alert
(RFC 5246 section 7.2.2: unexpected_message), or ends the connection."""

NO_CERTIFICATE = bytes((answers.CERTIFICATE, 0, 0, 3, 0, 0, 0))
"""What a client without a certificate answers where it is asked for one (RFC 5246 section 7.4.6); sslyze does not."""

PROMPTS = 4
"""So often it is sent: OpenSSL 1.0 turns to its caller after each heartbeat, who may then wait for further bytes before
it has the next record read."""

PROMPT_SECONDS = 0.5
"""Wait for an answer before it is sent again."""


class NoSwitch(Exception):
    """The server did not come as far as TLS."""


class Journal:
    """What was heard on one connection since TLS began."""

    def __init__(self) -> None:
        self.trouble: Trouble | None = None
        """What befell the connection first."""
        self.refusal: Refusal | None = None
        """Why the server did not switch to TLS."""
        self.hello: answers.ServerHello | None = None
        self.hello_done = False
        """Whether the server's first flight came to its end."""
        self.chain: tuple[bytes, ...] = ()
        """The certificates, leaf first, in DER."""
        self.wants_certificate = False
        """Whether a client certificate was asked for."""
        self.kinds: set[int] = set()
        """Content types of the records that came since the last `mark`; of alerts only those that mean an end."""
        self.secured = False
        """Whether the server's messages are encrypted from here on."""
        self._records = RecordReader()
        self._messages = MessageReader()

    def mark(self) -> None:
        """What comes from here on is told apart."""
        self.kinds.clear()

    def received(self, data: bytes) -> None:
        """Bytes came in; none means an end of file. Bytes that make no sense end the reading, not the connection."""
        if not data:
            self.failed("closed")
            return
        try:
            self._records.feed(data)
            while (record := self._records.next()) is not None:
                self._note(record)
        except CodecError:
            pass

    def failed(self, trouble: Trouble) -> None:
        """Something befell the connection."""
        self.trouble = self.trouble or trouble

    def _note(self, record: Record) -> None:
        # A warning that the name is unknown does not end a handshake (RFC 6066 section 3).
        if record.kind != ALERT or record.payload != bytes((answers.WARNING, answers.UNRECOGNIZED_NAME)):
            self.kinds.add(record.kind)
        self.secured = self.secured or record.kind == CHANGE_CIPHER_SPEC
        if record.kind != HANDSHAKE or self.secured:
            return
        self._messages.feed(record.payload)
        while (message := self._messages.next()) is not None:
            if message.kind == answers.SERVER_HELLO:
                self.hello = answers.server_hello(message.body)
            elif message.kind == answers.CERTIFICATE:
                self.chain = answers.certificates(message.body)
            self.wants_certificate = self.wants_certificate or message.kind == answers.CERTIFICATE_REQUEST
            self.hello_done = self.hello_done or message.kind == answers.SERVER_HELLO_DONE


class Wire:
    """The one way out of the worker: it opens connections to one target, and knows when the look has to end."""

    def __init__(self, target: TlsTarget, connect_seconds: float, seconds: float, turn: Callable[[], None]) -> None:
        """`turn` waits until a connection may be opened; what that takes comes on top of the `seconds`."""
        self.target = target
        self.connect_seconds = connect_seconds
        self.end = time.monotonic() + seconds
        """On the monotonic clock: no connection lasts beyond it."""
        self.connections = 0
        self.journals: list[Journal] = []
        """One for each connection since `begin`."""
        self._turn = turn
        self._prompt = False
        self._bare = False

    def expired(self) -> bool:
        """Whether the look's time is used up."""
        return time.monotonic() >= self.end

    @property
    def journal(self) -> Journal:
        """That of the last connection; an empty one where none was opened."""
        return self.journals[-1] if self.journals else Journal()

    def begin(self, prompt: bool = False, bare: bool = False) -> None:
        """Forget the connections so far. With `prompt` the server is sent UNEXPECTED_MESSAGE once its flight ended.

        What follows on such a connection then ends in the server's words and not in a time-out. With `bare` a server
        that asks for a client certificate is told that there is none before anything else is sent to it.
        """
        self.journals.clear()
        self._prompt, self._bare = prompt, bare

    def install(self) -> None:
        """Make sslyze open its connections here."""
        tls_connection._open_socket_for_direct_connection = self._open_for_sslyze

    def _open_for_sslyze(self, server_location: ServerNetworkLocation, network_timeout: int) -> socket.socket:
        return self.open()

    def open(self) -> "BoundedSocket":
        """A connection, ready for TLS, of which the whole life is bounded by twice the time allowed for connecting.

        Raises OSError where none comes about, NoSwitch, and ValueError for a name: nothing here asks DNS.
        """
        family = socket.AF_INET6 if ipaddress.ip_address(self.target.address).version == 6 else socket.AF_INET
        journal = Journal()
        self.journals.append(journal)
        if not self.expired():
            began = time.monotonic()
            self._turn()
            self.end += time.monotonic() - began
        end = min(time.monotonic() + 2 * self.connect_seconds, self.end)
        sock = BoundedSocket(family, journal, self.connect_seconds, end)
        try:
            sock.wind()  # no time left: nothing is sent, and nothing is counted
            self.connections += 1
            sock.connect((self.target.address, self.target.port))
            if self.target.starttls is not None:
                _switch(sock, preface_for(self.target.starttls), journal)
        except OSError as error:
            journal.failed(trouble_of(error))
            sock.close()
            raise
        except NoSwitch:
            sock.close()
            raise
        sock.in_tls = True
        sock.prompts = PROMPTS if self._prompt else 0
        sock.bare = self._bare
        return sock


def trouble_of(error: OSError) -> Trouble:
    """The trouble that an error of the operating system stands for."""
    if isinstance(error, TimeoutError):
        return "timed_out"
    if isinstance(error, ConnectionRefusedError):
        return "refused"
    if isinstance(error, ConnectionError):
        return "reset"
    return "unreachable"


def _switch(sock: "BoundedSocket", preface: Preface, journal: Journal) -> None:
    """Say what has to be said before TLS. Raises OSError, or NoSwitch where the server does not come to it."""
    sock.sendall(preface.begin())
    while not preface.over:
        data = sock.recv(PREFACE_BYTES)
        if not data:
            raise ConnectionResetError("an end of file before TLS")
        sock.sendall(preface.receive(data))
    if preface.refusal is None and preface.rest():
        preface.refusal = Refusal.TOO_MUCH
    if preface.refusal is not None:
        journal.refusal = preface.refusal
        raise NoSwitch(preface.refusal)


class BoundedSocket(socket.socket):
    """A TCP socket with an absolute end and a cap of bytes, whose journal takes down what happens to it."""

    def __init__(self, family: int, journal: Journal, step_seconds: float, end: float) -> None:
        super().__init__(family, socket.SOCK_STREAM)
        self.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)  # sslyze sends many small pieces
        self.in_tls = False
        """Before, what is received is not for the journal."""
        self.prompts = 0
        """How often UNEXPECTED_MESSAGE may still be sent, after the end of the server's first flight."""
        self.bare = False
        """Whether NO_CERTIFICATE is still to be sent, should a certificate be asked for."""
        self._journal = journal
        self._step = step_seconds
        self._end = end
        self._left = RECEIVED_BYTES

    def recv(self, bufsize: int, flags: int = 0, /) -> bytes:
        """At most `bufsize` bytes. Raises TimeoutError at the end of the connection's time, OSError otherwise."""
        try:
            data = self._received(min(bufsize, self._left), flags)
        except OSError as error:
            self._journal.failed(trouble_of(error))
            raise
        self._take(data)
        return data

    def recv_into(self, buffer: "WriteableBuffer", nbytes: int = 0, flags: int = 0) -> int:
        """As `recv`, into a buffer; this is what file objects on top of the socket use."""
        view = memoryview(buffer)
        data = self.recv(min(nbytes or len(view), len(view)), flags)
        view[: len(data)] = data
        return len(data)

    def send(self, data: "ReadableBuffer", flags: int = 0, /) -> int:
        """Send all of it. Raises TimeoutError at the end of the connection's time, OSError otherwise.

        All, since sslyze never looks at how much was sent.
        """
        if self.bare and self._journal.hello_done and self._journal.hello is not None:
            self.bare = False
            if self._journal.wants_certificate:
                self.send(_handshake(self._journal.hello.version, NO_CERTIFICATE), flags)
        view = memoryview(data)
        sent = 0
        try:
            while sent < len(view):
                self.wind()
                sent += super().send(view[sent:], flags)
        except OSError as error:
            self._journal.failed(trouble_of(error))
            raise
        return sent

    def sendall(self, data: "ReadableBuffer", flags: int = 0, /) -> None:
        """See `send`."""
        self.send(data, flags)

    def wind(self) -> None:
        """Let the next operation last until the step or the connection ends, whichever is first.

        Raises TimeoutError where the connection's time is used up.
        """
        left = self._end - time.monotonic()
        if left <= 0:
            raise TimeoutError("the connection's time is used up")
        self.settimeout(min(left, self._step))

    def _received(self, size: int, flags: int) -> bytes:
        """What comes in, after a prompt where one is due. Raises OSError."""
        while self.prompts and self._journal.hello_done and self._journal.hello is not None:
            self.prompts -= 1
            self._prompt(self._journal.hello.version)
            self.wind()
            self.settimeout(min(self.gettimeout() or PROMPT_SECONDS, PROMPT_SECONDS))
            with suppress(TimeoutError):
                return super().recv(size, flags)
        self.wind()
        return super().recv(size, flags)

    def _prompt(self, version: int) -> None:
        with suppress(ConnectionError):  # what the server said before it left may still be read
            super().send(_handshake(version, UNEXPECTED_MESSAGE))

    def _take(self, data: bytes) -> None:
        if self.in_tls:
            self._journal.received(data)
        self._left -= len(data)
        if self._left <= 0:
            self._journal.failed("too_large")
            raise ConnectionAbortedError("too many bytes")


def _handshake(version: int, message: bytes) -> bytes:
    """One message as a record."""
    return bytes((HANDSHAKE,)) + version.to_bytes(2, "big") + len(message).to_bytes(2, "big") + message
