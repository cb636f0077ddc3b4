"""A handshake of TLS 1.3 as a client has it (RFC 8446), for what a server tells only behind encryption: its chain with
staple and timestamps, the protocol chosen, whether it wants a client certificate and permits early data.

Nothing that the server proves is verified but that both sides computed the same keys: trust is judged from the chain.
"""

import hashlib
import hmac
import os
from typing import Final, Literal

from scanner.probes.names import USER_AGENT
from scanner.probes.tls.codec import answers, hello, records
from scanner.probes.tls.codec.answers import Alert, ServerHello
from scanner.probes.tls.codec.cursor import CodecError, Cursor, vector
from scanner.probes.tls.codec.exchange import Entropy, KeyShare, can_share, key_share
from scanner.probes.tls.codec.hello import ClientHello
from scanner.probes.tls.codec.protection import Protection, Schedule, digest_of
from scanner.probes.tls.codec.records import Message, MessageReader, Record, RecordReader
from scanner.probes.tls.conversation import Conversation
from scanner.probes.tls.talk import request

Until = Literal["certificate", "end", "answer"]
"""Where a handshake stops: once the chain is there; after the server's tickets, behind our goodbye; or at the server's
answer to a request, since some servers send their tickets with the first words that they have to say (BoringSSL)."""

_HTTP2: Final = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0"
"""What every server of HTTP/2 answers: its preface (RFC 9113 section 3.4)."""

_MESSAGE_HASH: Final = 254
"""Stands for the first ClientHello in a transcript with a HelloRetryRequest (RFC 8446 section 4.4.1)."""
_KEY_UPDATE: Final = 24

MAX_IDLE: Final = 256
"""Records that tell nothing (change_cipher_spec, passing alerts, application data) and are suffered."""
MAX_COOKIE: Final = 2**14
"""Octets of a cookie that are given back."""
ENOUGH_TICKETS: Final = 2
"""Tickets after which none is waited for: a server gives all of its tickets the same terms."""


class Heard:
    """What a server told. What came before a failure stays: so does the chain where a client certificate is missing."""

    def __init__(self) -> None:
        self.server_hello: ServerHello | None = None
        """The last one; a HelloRetryRequest where none came after it."""
        self.alert: Alert | None = None
        """The alert that ended it; not the close_notify that answers ours."""
        self.error: str | None = None
        """What was wrong with the server's words, as a fixed text."""
        self.chain: tuple[bytes, ...] = ()
        """Certificates in DER, leaf first, as sent."""
        self.staple: bytes | None = None
        """The OCSP response of the leaf (RFC 8446 section 4.4.2.1)."""
        self.scts: tuple[bytes, ...] = ()
        """Signed certificate timestamps of the leaf (RFC 6962 section 3.3)."""
        self.scheme: int | None = None
        """The signature scheme of CertificateVerify."""
        self.group: int | None = None
        """The group of the key exchange, or the one that a HelloRetryRequest asked for."""
        self.alpn: bytes | None = None
        self.wants_client_certificate = False
        self.complete = False
        """Whether the server's Finished came, and was right."""
        self.early_data: bool | None = None
        """Whether tickets permit early data (RFC 8446 section 4.2.10); None: could not tell."""
        self.tickets = 0


class Handshake(Heard, Conversation):
    """One handshake."""

    def __init__(
        self,
        offer: ClientHello,
        shares: tuple[int, ...],
        entropy: Entropy = os.urandom,
        until: Until = "end",
        user_agent: str = USER_AGENT,
    ) -> None:
        """`offer` offers TLS 1.3 alone; `shares` are those of its groups that a key share is sent of, and may be none.

        Raises CodecError for a group of which no key share can be made.
        """
        super().__init__()
        self._offer = offer
        self._until = until
        self._user_agent = user_agent
        self._random, self._session_id = entropy(32), entropy(32)
        self._entropy = entropy
        self._shares: dict[int, KeyShare] = {group: key_share(group, entropy) for group in shares}
        self._hello = b""
        self._retry: ServerHello | None = None
        self._records = RecordReader()
        self._messages = MessageReader()
        self._expected: tuple[int, ...] = (answers.SERVER_HELLO,)
        self._suite = 0
        self._transcript = hashlib.sha256()
        self._schedule: Schedule | None = None
        self._secrets = (b"", b"")
        self._reading: Protection | None = None
        self._context = b""
        self._changed = False
        self._idle = 0

    def begin(self) -> bytes:
        """The ClientHello."""
        self._hello = self._ask()
        return records.record(records.HANDSHAKE, self._hello)

    def receive(self, data: bytes) -> bytes:
        """Read on; give the second ClientHello, or what ends the handshake."""
        if self.finished:
            return b""
        sent = bytearray()
        self._records.feed(data)
        try:
            while not self.finished and (record := self._records.next()) is not None:
                sent += self._take(record)
        except CodecError as problem:
            self.error = str(problem)
            self.finished = True
        return bytes(sent)

    def closed(self) -> None:
        """The server closed in an orderly way (close_notify, or end of file): it has said all that it wanted to say.

        To be called where the driver tells of "closed": a server that completed the handshake and closed without a
        ticket permits no early data.
        """
        self.finished = True
        sound = self.complete and self.alert is None and self.error is None
        if sound and self.early_data is None and self._until != "answer":
            self.early_data = False

    def _ask(self, cookie: bytes = b"") -> bytes:
        shares = tuple((group, share.public) for group, share in self._shares.items())
        offer = self._offer.with_shares(*shares)
        return (offer.with_cookie(cookie) if cookie else offer).message(self._random, self._session_id)

    def _take(self, record: Record) -> bytes:
        kind, content = record.kind, record.payload
        if kind == records.CHANGE_CIPHER_SPEC:  # says nothing in TLS 1.3 (RFC 8446 appendix D.4)
            return self._idled()
        if self._reading is not None and kind == records.APPLICATION_DATA:
            kind, content = self._reading.open(record)
        elif self._reading is not None and kind != records.ALERT:
            raise CodecError("a record in the clear among encrypted ones")
        if kind == records.ALERT:
            return self._alerted(answers.alert(content))
        if kind == records.APPLICATION_DATA and self.complete:
            if self._until == "answer":
                self.early_data = bool(self.early_data)
                self.finished = True
            return self._idled()
        if kind != records.HANDSHAKE:
            raise CodecError("a record out of order")
        self._messages.feed(content)
        sent = b""
        while not self.finished and (message := self._messages.next()) is not None:
            sent += self._hear(message)
        return sent

    def _idled(self) -> bytes:
        self._idle += 1
        if self._idle > MAX_IDLE:
            raise CodecError("too many records that tell nothing")
        return b""

    def _alerted(self, alert: Alert) -> bytes:
        # Below TLS 1.3 there are warnings, and whoever has not chosen a version may send one; above, the level says
        # nothing, and only these two do not end the connection with an error (RFC 8446 sections 6, 6.1).
        passing = alert.level == answers.WARNING and alert.description != answers.CLOSE_NOTIFY
        if alert.description == answers.USER_CANCELED or (passing and self._reading is None):
            return self._idled()
        if self.complete and alert.description == answers.CLOSE_NOTIFY:
            self.closed()
        else:
            self.alert = alert
            self.finished = True
        return b""

    def _hear(self, message: Message) -> bytes:
        if message.kind not in self._expected:
            raise CodecError("a handshake message out of order")
        kind, body = message
        if kind == answers.SERVER_HELLO:
            return self._server_hello(message, answers.server_hello(body))
        if kind == answers.NEW_SESSION_TICKET:
            self._ticket(body)
            return b""
        if kind == _KEY_UPDATE:  # nothing is told after one that could not have been told before
            self.finished = True
            return b""
        if kind == answers.FINISHED:
            return self._server_finished(message)
        self._transcript.update(message.encoded)
        if kind == answers.ENCRYPTED_EXTENSIONS:
            self._expected = (answers.CERTIFICATE_REQUEST, answers.CERTIFICATE)
            self.alpn = answers.chosen_protocol(answers.encrypted_extensions(body))
        elif kind == answers.CERTIFICATE_REQUEST:
            self._expected = (answers.CERTIFICATE,)
            self.wants_client_certificate = True
            self._context = Cursor(body).vector(1)
        elif kind == answers.CERTIFICATE:
            self._expected = (answers.CERTIFICATE_VERIFY,)
            self._certificate(body)
        else:
            self._expected = (answers.FINISHED,)
            self.scheme = Cursor(body).number(2)
        return b""

    def _server_hello(self, message: Message, answer: ServerHello) -> bytes:
        self.server_hello = answer
        if answer.version != hello.TLS1_3:
            raise CodecError("the server chose another version")
        if answer.suite not in self._offer.suites or (self._retry and self._retry.suite != answer.suite):
            raise CodecError("a cipher suite that was not offered")
        digest = digest_of(answer.suite)
        self.group = answer.group
        if answer.retry:
            return self._retried(message, answer, digest)
        if self.group is None or self.group not in self._shares:
            raise CodecError("a key share that was not offered")
        share = Cursor(answer.extensions[hello.KEY_SHARE])
        share.take(2)
        shared = self._shares[self.group].secret(share.vector(2))
        if self._messages.pending:
            raise CodecError("a handshake message across a change of keys")
        if self._retry is None:
            self._transcript = hashlib.new(digest, self._hello)
        self._transcript.update(message.encoded)
        self._suite = answer.suite
        self._schedule = Schedule(answer.suite, shared)
        self._secrets = self._schedule.handshake(self._transcript.digest())
        self._reading = Protection(answer.suite, self._secrets[1])
        self._expected = (answers.ENCRYPTED_EXTENSIONS,)
        return b""

    def _retried(self, message: Message, answer: ServerHello, digest: str) -> bytes:
        """The second ClientHello, as a HelloRetryRequest wants it (RFC 8446 section 4.1.4)."""
        if self._retry is not None:
            raise CodecError("a second HelloRetryRequest")
        self._retry = answer
        cookie = b""
        if hello.COOKIE in answer.extensions:
            cookie = Cursor(answer.extensions[hello.COOKIE]).vector(2)
        if len(cookie) > MAX_COOKIE:
            raise CodecError("a cookie longer than the bound")
        if self.group is not None:
            if self.group not in self._offer.groups or self.group in self._shares:
                raise CodecError("a group asked for that was not offered, or is there")
            if not can_share(self.group):
                raise CodecError("a group of which no key share can be made here")
            self._shares = {self.group: key_share(self.group, self._entropy)}
        elif not cookie:
            raise CodecError("a HelloRetryRequest that changes nothing")
        first = hashlib.new(digest, self._hello).digest()
        self._transcript = hashlib.new(digest, bytes((_MESSAGE_HASH,)) + vector(3, first))
        self._transcript.update(message.encoded)
        self._hello = self._ask(cookie)
        self._transcript.update(self._hello)
        return self._change() + records.record(records.HANDSHAKE, self._hello, hello.TLS1_2)

    def _certificate(self, body: bytes) -> None:
        entries = answers.certificates13(body)
        self.chain = tuple(entry.der for entry in entries)
        if self._until == "certificate":
            self.finished = True
        if not entries:
            raise CodecError("no certificate")
        about = entries[0].extensions
        if hello.STATUS_REQUEST in about:
            self.staple = answers.certificate_status(about[hello.STATUS_REQUEST])
        if hello.SIGNED_CERTIFICATE_TIMESTAMP in about:
            self.scts = answers.timestamps(about[hello.SIGNED_CERTIFICATE_TIMESTAMP])

    def _server_finished(self, message: Message) -> bytes:
        """Our Finished, and a request, or that we have no more to say."""
        schedule = self._schedule
        mine, theirs = self._secrets
        if schedule is None or not hmac.compare_digest(
            message.body, schedule.finished(theirs, self._transcript.digest())
        ):
            raise CodecError("the server's Finished is wrong")
        if self._messages.pending:
            raise CodecError("a handshake message across a change of keys")
        self.complete = True
        self._expected = (answers.NEW_SESSION_TICKET, _KEY_UPDATE)
        self._transcript.update(message.encoded)
        my_next, their_next = schedule.application(self._transcript.digest())
        self._reading = Protection(self._suite, their_next)
        flight = b""
        if self.wants_client_certificate:
            flight = Message(answers.CERTIFICATE, vector(1, self._context) + vector(3, b"")).encoded
            self._transcript.update(flight)
        flight += Message(answers.FINISHED, schedule.finished(mine, self._transcript.digest())).encoded
        last = (records.ALERT, bytes((answers.WARNING, answers.CLOSE_NOTIFY)))
        if self._until == "answer":
            words = _HTTP2 if self.alpn == b"h2" else request("GET", self._user_agent)
            last = (records.APPLICATION_DATA, words)
        return (
            self._change()
            + Protection(self._suite, mine).seal(records.HANDSHAKE, flight)
            + Protection(self._suite, my_next).seal(*last)
        )

    def _change(self) -> bytes:
        """The change_cipher_spec that middleboxes wait for, once (RFC 8446 appendix D.4)."""
        if self._changed:
            return b""
        self._changed = True
        return records.record(records.CHANGE_CIPHER_SPEC, b"\x01", hello.TLS1_2)

    def _ticket(self, body: bytes) -> None:
        permitted = answers.max_early_data(body) > 0
        self.tickets += 1
        self.early_data = permitted
        self.finished = permitted or self.tickets >= ENOUGH_TICKETS
