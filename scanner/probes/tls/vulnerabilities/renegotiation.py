"""Client-initiated renegotiation (CVE-2011-1473): does a server begin a new handshake because its client wants one?

A handshake below TLS 1.3, which has no renegotiation (RFC 8446 section 4.1.2), is finished for good by the OpenSSL of
`cryptography` over buffers in memory; then a second ClientHello follows on the same connection (RFC 5246
section 7.4.1.2). Nothing here opens a connection.
"""

import ssl
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from OpenSSL import SSL

from checks.model.evidence import Protocol
from checks.tls.iana import SUITES
from scanner.probes.tls.codec.cursor import CodecError
from scanner.probes.tls.codec.records import CHANGE_CIPHER_SPEC, HANDSHAKE, RecordReader
from scanner.probes.tls.conversation import Conversation, Trouble

VERSIONS: Mapping[Protocol, int] = {
    "tls1_0": SSL.TLS1_VERSION,
    "tls1_1": SSL.TLS1_1_VERSION,
    "tls1_2": SSL.TLS1_2_VERSION,
}
"""Versions that this OpenSSL speaks and that have a renegotiation."""

KEY_EXCHANGES = ("TLS_RSA_WITH_", "TLS_ECDHE_", "TLS_DHE_", "TLS_ECDH_anon_", "TLS_DH_anon_")
"""Beginnings of the suites that need nothing shared beforehand; those that can fail for the fewest reasons first: RSA
needs no group, and the server's finite-field group may be of any size."""

UNSAFE_LEGACY_RENEGOTIATION = 0x00040000
"""SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION, so that servers without RFC 5746 are asked as well."""

RECEIVED_BYTES = 512 * 1024
"""A server that sends more is not listened to: two flights with certificates are a fraction of it."""

CHUNK = 16 * 1024
"""Application data is read in such pieces, and dropped."""


def can_speak(version: Protocol, suites: Iterable[str]) -> bool:
    """Whether this OpenSSL can shake hands in a version with any of the suites (IANA names)."""
    return _chosen(version, suites) is not None


class Renegotiation(Conversation):
    """A handshake, and the wish for a second one.

    Offers one suite of those that the server is known to accept. Raises ValueError where there is none to offer
    (`can_speak`).
    """

    def __init__(self, version: Protocol, suites: Iterable[str], server_name: str | None) -> None:
        suite = _chosen(version, suites)
        if suite is None:
            raise ValueError("no suite that this OpenSSL has")
        self.permitted: bool | None = None
        """True: the second handshake was finished. False: an alert was the only answer. None: could not tell."""
        self.asked = False
        """Whether the first handshake came about and the second ClientHello was sent."""
        self._engaged = False
        """Whether anything of a second handshake came back."""
        self._left = RECEIVED_BYTES
        self._records = RecordReader()
        self._connection = SSL.Connection(_context(version, suite), None)
        self._connection.set_connect_state()
        if server_name is not None:
            self._connection.set_tlsext_host_name(server_name.encode())

    def begin(self) -> bytes:
        """The ClientHello."""
        self._advance()
        return self._outgoing()

    def receive(self, data: bytes) -> bytes:
        """Go on with the handshake under way."""
        if self.finished:
            return b""
        self._left -= len(data)
        try:
            if self._left < 0:
                raise CodecError("too many bytes")
            self._note(data)
            self._connection.bio_write(data)
        except (CodecError, SSL.Error):
            self.finished = True
            return b""
        self._advance()
        return self._outgoing()

    def after(self, trouble: Trouble | None) -> bool | None:
        """What can be said once the connection is over: a server that cuts it at the very wish refuses.

        A cut may be an accident all the same: ask a second time before it is believed.
        """
        cut = trouble in ("closed", "reset") and self.asked and not self._engaged
        return False if cut and self.permitted is None else self.permitted

    def _note(self, data: bytes) -> None:
        """Note what kinds of records answer the wish; below TLS 1.3 they are never encrypted."""
        self._records.feed(data)
        while (record := self._records.next()) is not None:
            self._engaged = self._engaged or (self.asked and record.kind in (HANDSHAKE, CHANGE_CIPHER_SPEC))

    def _advance(self) -> None:
        """Let OpenSSL do all that it can with what it has."""
        try:
            if not self.asked:
                self._connection.do_handshake()
                self._read()
                self._connection.renegotiate()
                self.asked = True
            self._read()
            if not self._connection.renegotiate_pending():
                self.permitted = True
                self.finished = True
        except SSL.WantReadError:
            pass
        except SSL.Error as error:
            self.finished = True
            if self.asked and not self._engaged and _is_alert(error):
                self.permitted = False

    def _read(self) -> None:
        """Read until there is no more. Raises SSL.Error where the connection ends.

        By reading and not by `do_handshake`, since a server may speak first in its own protocol, and say so while
        the second ClientHello is on its way.
        """
        try:
            while True:
                self._connection.recv(CHUNK)
        except SSL.WantReadError:
            return

    def _outgoing(self) -> bytes:
        """What OpenSSL has to send."""
        found = b""
        try:
            while True:
                found += self._connection.bio_read(CHUNK)
        except SSL.Error:  # nothing more
            return found


def _is_alert(error: SSL.Error) -> bool:
    """Whether an error is an alert of the server's, and not a fault that this side found in what came.

    An end by close_notify is one too, and so is the warning no_renegotiation (RFC 5246 section 7.2.2).
    """
    if isinstance(error, SSL.ZeroReturnError):
        return True
    reasons = [str(each[-1]) for each in error.args[0]] if error.args and isinstance(error.args[0], list) else []
    return any(" alert " in reason or reason == "no renegotiation" for reason in reasons)


def _chosen(version: Protocol, suites: Iterable[str]) -> str | None:
    """The suite to offer, in OpenSSL's words."""
    if version not in VERSIONS:
        return None
    known = _openssl_names()
    usable = [(_rank(suite), suite) for suite in suites if suite in known and _rank(suite) < len(KEY_EXCHANGES)]
    return known[min(usable)[1]] if usable else None


def _rank(suite: str) -> int:
    """Place of a suite's key exchange among KEY_EXCHANGES; their number for any other."""
    return next((at for at, each in enumerate(KEY_EXCHANGES) if suite.startswith(each)), len(KEY_EXCHANGES))


@cache
def _openssl_names() -> Mapping[str, str]:
    """IANA name to OpenSSL's for every suite that the OpenSSL of `cryptography` has.

    It does not tell code points; Python's own OpenSSL does, and uses the same names.
    """
    everything = "ALL:COMPLEMENTOFALL:@SECLEVEL=0"
    python = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    python.set_ciphers(everything)
    codes = {each["name"]: each["id"] & 0xFFFF for each in python.get_ciphers()}
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_cipher_list(everything.encode())
    names = SSL.Connection(context, None).get_cipher_list()
    return {SUITES[codes[name]]: name for name in names if codes.get(name) in SUITES}


@lru_cache(maxsize=64)
def _context(version: Protocol, suite: str) -> SSL.Context:
    """One version, one suite, and nothing that keeps an old server from being talked to."""
    context = SSL.Context(SSL.TLS_CLIENT_METHOD)
    context.set_min_proto_version(VERSIONS[version])
    context.set_max_proto_version(VERSIONS[version])
    context.set_cipher_list(f"{suite}:@SECLEVEL=0".encode())
    context.set_options(SSL.OP_LEGACY_SERVER_CONNECT | UNSAFE_LEGACY_RENEGOTIATION)
    context.set_session_cache_mode(SSL.SESS_CACHE_OFF)
    context.set_verify(SSL.VERIFY_NONE)
    return context
