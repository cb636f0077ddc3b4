"""Connections that end before any secret is shared: a hello goes out, and what the server says to it is read.

They cost neither side an asymmetric operation in TLS 1.3, and the client none in any version.
"""

import re
from collections.abc import Callable
from typing import Final

from checks.tls import iana
from scanner.probes.tls.codec import answers, records, ssl2
from scanner.probes.tls.codec.answers import Alert, ServerHello
from scanner.probes.tls.codec.cursor import CodecError
from scanner.probes.tls.codec.hello import SIGNED_CERTIFICATE_TIMESTAMP, SSL3, TLS1_3, ClientHello
from scanner.probes.tls.conversation import Conversation, Trouble
from scanner.probes.tls.reply import INTERNAL_ERROR, Accepted, Doubt, Picked, Refused, Reply, alerted, doubt_of

MAX_IDLE: Final = 256
"""Records that tell nothing, and messages of any kind, that may come: a flood must not keep the driver busy."""

WantsMore = Callable[[ServerHello], bool]
"""Whether, given a ServerHello, the rest of the server's flight is to be read too (below TLS 1.3)."""


def everything(hello: ServerHello) -> bool:
    """The whole flight is read."""
    return True


class HelloTalk(Conversation):
    """One ClientHello of SSL 3.0 to TLS 1.3, the ServerHello, and perhaps the certificates and the key exchange."""

    def __init__(self, hello: ClientHello, encoded: bytes, wants_more: WantsMore = everything) -> None:
        self.offered = hello
        self.hello: ServerHello | None = None
        self.alert: Alert | None = None
        """The last one of any level."""
        self.chain: tuple[bytes, ...] | None = None
        self.staple: bytes | None = None
        """The OCSP response that came along."""
        self.timestamps: tuple[bytes, ...] = ()
        self.key_exchange: bytes | None = None
        """Body of the ServerKeyExchange."""
        self.wants_client_certificate = False
        self.error: str | None = None
        """What was wrong with the bytes received."""
        self.speaks_tls = False
        """Whether at least one record came."""
        self.whole = False
        """Whether the flight came to its end."""
        self._encoded = encoded
        self._wants_more = wants_more
        self._records = records.RecordReader()
        self._messages = records.MessageReader()
        self._idle = 0
        """Records so far that told nothing, and messages."""

    def begin(self) -> bytes:
        """The hello."""
        return self._encoded

    def receive(self, data: bytes) -> bytes:
        """Read on; nothing is ever said back."""
        try:
            self._records.feed(data)
            while not self.finished and (record := self._records.next()) is not None:
                self.speaks_tls = True
                self._take(record)
        except CodecError as error:
            self.error = str(error)
            self.finished = True
        return b""

    def reply(self, trouble: Trouble | None) -> Reply:
        """What the server said to the offer, once the connection is over."""
        if self.hello is not None:
            return self._choice(self.hello)
        if self.alert is not None and self._answers(self.alert, trouble):
            return alerted(self.alert)
        if self.error is not None:
            return Doubt("tls_failed" if self.speaks_tls else "not_tls", self.error)
        return doubt_of(trouble or "closed")

    def _answers(self, alert: Alert, trouble: Trouble | None) -> bool:
        """Whether the last alert was the server's answer: a warning is one only where the connection ended with it."""
        if alert.description in (answers.CLOSE_NOTIFY, INTERNAL_ERROR):
            return True
        return alert.level != answers.WARNING or trouble in ("closed", "reset")

    def _choice(self, hello: ServerHello) -> Reply:
        """The choice, if it is one of what was offered (RFC 8446 section 4.1.3)."""
        offered = self.offered
        if hello.suite not in offered.suites or hello.suite not in iana.SUITES:  # a signalling value is none
            return Doubt("tls_failed", "a suite was chosen that had not been offered")
        alone = offered.version >= TLS1_3 and not offered.also_versions
        lowest = TLS1_3 if alone else SSL3  # a server that knows no TLS 1.3 goes by the legacy version
        if not lowest <= hello.version <= offered.version or hello.version >> 8 != 3:
            return Doubt("tls_failed", "a version was chosen that had not been offered")
        if (hello.suite in iana.TLS13_SUITES) != (hello.version >= TLS1_3):  # RFC 8446 section 4.1.2, appendix B.4
            return Doubt("tls_failed", "a suite of another version was chosen")
        try:
            group = hello.group if hello.version >= TLS1_3 else None
            hello.alpn  # noqa: B018  (to be read without care from here on)
        except CodecError as error:
            return Doubt("tls_failed", str(error))
        if group is not None and group not in offered.groups:
            return Doubt("tls_failed", "a group was chosen that had not been offered")
        if hello.version >= TLS1_3 and hello.retry and group is None:
            return Doubt("tls_failed", "a hello was asked for again without saying how")
        return Picked(hello, self.alert is not None and self.alert.level == answers.FATAL)

    def _take(self, record: records.Record) -> None:
        if record.kind == records.ALERT:
            for at in range(0, len(record.payload), 2):  # one record may hold several (RFC 5246 section 6.2.1)
                self._alert(answers.alert(record.payload[at : at + 2]))
                if self.finished:
                    break
        elif record.kind == records.HANDSHAKE:
            self._messages.feed(record.payload)
            while not self.finished and (message := self._messages.next()) is not None:
                self._message(message)
        elif self.hello is None and record.kind != records.CHANGE_CIPHER_SPEC:
            raise CodecError("data before a hello")
        else:
            self._idled()

    def _idled(self) -> None:
        self._idle += 1
        if self._idle > MAX_IDLE:
            raise CodecError("too many records that tell nothing")

    def _alert(self, alert: Alert) -> None:
        """Warnings do not end a handshake (RFC 5246 section 7.2.2), but for the one that closes."""
        self.alert = alert
        self.finished = alert.level != answers.WARNING or alert.description == answers.CLOSE_NOTIFY
        self._idled()

    def _message(self, message: records.Message) -> None:
        self._idled()  # a flight has a handful of messages
        if message.kind == answers.HELLO_REQUEST:  # may come at any time, and means nothing (RFC 5246 section 7.4.1.1)
            return
        if self.hello is None:
            if message.kind != answers.SERVER_HELLO:
                raise CodecError("another message in place of a hello")
            self.hello = answers.server_hello(message.body)
            self.finished = self.hello.version >= TLS1_3 or not self._wants_more(self.hello)
            stamps = self.hello.extensions.get(SIGNED_CERTIFICATE_TIMESTAMP)
            if stamps and not self.finished:
                self.timestamps = answers.timestamps(stamps)
        elif message.kind == answers.CERTIFICATE:
            self.chain = answers.certificates(message.body)
        elif message.kind == answers.CERTIFICATE_STATUS:
            self.staple = answers.certificate_status(message.body)
        elif message.kind == answers.SERVER_KEY_EXCHANGE:
            self.key_exchange = message.body
        elif message.kind == answers.CERTIFICATE_REQUEST:
            self.wants_client_certificate = True
        elif message.kind == answers.SERVER_HELLO_DONE:
            self.whole = self.finished = True


class Ssl2Talk(Conversation):
    """One hello of SSL 2.0, and the server's."""

    def __init__(self, encoded: bytes) -> None:
        self.answer: ssl2.Ssl2ServerHello | None = None
        self.refused = False
        """Whether the server answered in any words that are not a hello of SSL 2.0."""
        self._encoded = encoded
        self._buffer = b""

    def begin(self) -> bytes:
        """The hello."""
        return self._encoded

    def receive(self, data: bytes) -> bytes:
        """Read on until there is one record, of whichever protocol."""
        self._buffer += data
        try:
            if self._buffer[0] in (records.ALERT, records.HANDSHAKE) and self._buffer[1:2] in (b"", b"\3"):
                self.refused = self.finished = len(self._buffer) >= MIN_ALERT  # in the words of TLS
                return b""
            payload = ssl2.record(self._buffer)
            if payload is None:
                return b""
            self.finished = True
            if not ssl2.is_error(payload):
                self.answer = ssl2.server_hello(payload)
            self.refused = self.answer is None
        except CodecError:
            self.refused = self.finished = True
        return b""

    def reply(self, trouble: Trouble | None) -> Reply:
        """What the server said, once the connection is over."""
        if self.answer is not None and self.answer.kinds:
            return Accepted()
        if self.answer is not None:  # which may take kinds all the same that it does not name (CVE-2015-3197)
            return Doubt("tls_failed", "SSL 2.0 is spoken, and no kind of cipher is named")
        if self.refused:
            return Refused(None)
        return doubt_of(trouble or "closed")


MIN_ALERT: Final = 7
"""Octets of a record with an alert."""


def request(method: str, user_agent: str) -> bytes:
    """What makes a server of HTTP show itself (RFC 9112 section 2.1), and says who asks."""
    return f"{method} / HTTP/1.0\r\nUser-Agent: {user_agent}\r\n\r\n".encode("latin-1", "replace")


class PlainTalk(Conversation):
    """A request in the clear, to see whether a server that does not answer hellos speaks something else."""

    def __init__(self, user_agent: str) -> None:
        self.heard = b""
        self._request = request("HEAD", user_agent)

    def begin(self) -> bytes:
        """The request."""
        return self._request

    def receive(self, data: bytes) -> bytes:
        """The first octets are enough."""
        self.heard += data[:STATUS_OCTETS]
        self.finished = self._in_tls or len(self.heard) >= STATUS_OCTETS
        return b""

    @property
    def _in_tls(self) -> bool:
        return self.heard[:1] in (b"\x15", b"\x16") and self.heard[1:2] in (b"", b"\3")

    @property
    def certain(self) -> bool:
        """Whether no server of TLS would say so: many answer a request in the clear by status 400, or a redirect."""
        return bool(self.heard) and not self._in_tls and _OF_HTTPS.match(self.heard) is None

    def reply(self, trouble: Trouble | None) -> Reply:
        """Refused: TLS after all, in an alert; a doubt of reason not_tls: something else."""
        if not self.heard:
            return doubt_of(trouble or "closed")
        return Refused(None) if self._in_tls else Doubt("not_tls", "a request in the clear is answered")


STATUS_OCTETS: Final = 12
"""Of a status line up to its code."""
_OF_HTTPS: Final = re.compile(rb"HTTP/1\.[01] (?:400|3..)")
