"""Bytes to and from one pinned address, in cleartext or TLS, under one absolute deadline and one cap on bytes.

Nothing here knows HTTP. Certificates are not verified and old versions are welcome: what is wrong with a
server's TLS is told by the TLS probe, and must not hide its headers from the HTTP probe.
"""

import errno
import functools
import socket
import ssl
import time
from collections.abc import Callable
from typing import Final, Protocol, TypeVar

from checks.model.evidence import FailureReason
from scanner.probes.interface import Deadline, ProbeError
from scanner.probes.politeness import Turn

CHUNK: Final = 64 * 1024
"""Octets asked for at once."""
TLS_RECORDS: Final = frozenset({20, 21, 22, 23})
"""First octet of anything that is TLS (RFC 8446 section 5.1: change_cipher_spec, alert, handshake, data)."""
TLS_VERSIONS: Final = {
    "SSLv3": "ssl3",
    "TLSv1": "tls1_0",
    "TLSv1.1": "tls1_1",
    "TLSv1.2": "tls1_2",
    "TLSv1.3": "tls1_3",
}
"""OpenSSL's names of the versions, and ours."""
LEGACY_SERVER_CONNECT: Final = 0x4
"""SSL_OP_LEGACY_SERVER_CONNECT (openssl/ssl.h): also servers without RFC 5746. Python names it from 3.12 on."""

_REASONS: Final[dict[int, FailureReason]] = {
    errno.ECONNREFUSED: "refused",
    errno.ECONNRESET: "reset",
    errno.ECONNABORTED: "reset",
    errno.EPIPE: "reset",
    errno.ETIMEDOUT: "timed_out",
    errno.EHOSTUNREACH: "unreachable",
    errno.EHOSTDOWN: "unreachable",
    errno.ENETUNREACH: "unreachable",
    errno.ENETDOWN: "unreachable",
    errno.EADDRNOTAVAIL: "unreachable",
    errno.EAFNOSUPPORT: "unreachable",
    errno.EACCES: "unreachable",  # a local firewall says no
    errno.EPERM: "unreachable",
}

R = TypeVar("R")


class Stream(Protocol):
    """A way to talk to the other side."""

    @property
    def tls(self) -> str | None:
        """The TLS version that is spoken, in the words of `checks.model.evidence.Protocol`; None for cleartext."""
        ...

    def send(self, data: bytes) -> None:
        """Send everything. Raises ProbeError."""
        ...

    def receive(self) -> bytes:
        """Some bytes; none at the end. Raises ProbeError, after the deadline with the reason "deadline"."""
        ...


class TcpStream:
    """A TCP connection to a literal address; no name is ever resolved."""

    tls: str | None = None

    def __init__(
        self, address: str, port: int, deadline: Deadline, connect_seconds: float, max_bytes: int, turn: Turn
    ) -> None:
        """Connect. Raises ProbeError: "timed_out" where nothing answers within `connect_seconds`."""
        self._deadline = deadline
        self._turn = turn
        self._left = max_bytes
        self._heard = False
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        wait = min(connect_seconds, deadline.left())
        try:
            self._socket = socket.socket(family, socket.SOCK_STREAM)
        except OSError as error:
            raise _probe_error(error) from error
        try:
            self._socket.settimeout(wait)
            self._socket.connect((address, port))
        except TimeoutError as error:
            self.close()
            raise ProbeError("timed_out", "no answer to the connection attempt") from error
        except OSError as error:
            self.close()
            raise _probe_error(error) from error
        finally:
            turn.sent(time.monotonic())

    def send(self, data: bytes) -> None:
        try:
            self._socket.settimeout(self._deadline.left())
            self._socket.sendall(data)
        except TimeoutError as error:
            raise ProbeError("deadline", "the request could not be sent") from error
        except OSError as error:
            raise _probe_error(error) from error

    def receive(self) -> bytes:
        """Raises ProbeError: "timed_out" where nothing was ever heard, "deadline" where something was,
        "too_large" beyond the cap, which counts everything, TLS records too."""
        if self._left <= 0:
            raise ProbeError("too_large", "more bytes than the bound")
        try:
            self._socket.settimeout(self._deadline.left())
            data = self._socket.recv(min(CHUNK, self._left))
        except (TimeoutError, ProbeError) as error:
            if self._heard:
                raise ProbeError("deadline", "the answer was not whole in time") from error
            raise ProbeError("timed_out", "connected, but no answer") from error
        except OSError as error:
            raise _probe_error(error) from error
        if not self._heard:
            self._turn.heard(time.monotonic())
        self._left -= len(data)
        self._heard = self._heard or bool(data)
        return data

    def close(self) -> None:
        """Close at once; nothing is waited for."""
        self._socket.close()


class TlsStream:
    """TLS over a TCP stream. The records pass through memory, so that every wait is the TCP stream's own."""

    def __init__(self, below: TcpStream, server_name: str | None) -> None:
        """Shake hands. Raises ProbeError: "not_tls" where the first octet of the answer is not of TLS,
        "tls_failed" where it is and yet no handshake comes about."""
        self._below = below
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._heard = False
        self._tls = _context().wrap_bio(self._incoming, self._outgoing, server_hostname=server_name)
        if self._until_done(self._tls.do_handshake) is _END:
            raise ProbeError("reset", "closed during the TLS handshake")
        self.tls = TLS_VERSIONS.get(self._tls.version() or "")

    def send(self, data: bytes) -> None:
        self._until_done(lambda: self._tls.write(data))

    def receive(self) -> bytes:
        data = self._until_done(lambda: self._tls.read(CHUNK))
        return data if isinstance(data, bytes) else b""

    def _until_done(self, step: Callable[[], R]) -> "R | _End":
        """Repeat a step of OpenSSL's until it needs no more bytes; _END where the other side has closed."""
        while True:
            try:
                result = step()
            except ssl.SSLWantReadError:
                self._flush()
                if not self._fill():
                    return _END
            except ssl.SSLZeroReturnError:
                return _END
            except ssl.SSLError as error:
                raise ProbeError("tls_failed", (error.reason or "no handshake").lower()) from error
            else:
                self._flush()
                return result

    def _flush(self) -> None:
        data = self._outgoing.read()
        if data:
            self._below.send(data)

    def _fill(self) -> bool:
        """Pass on the next bytes; False at the end. Raises ProbeError."""
        data = self._below.receive()
        if data and not self._heard and data[0] not in TLS_RECORDS:
            raise ProbeError("not_tls", "the answer to a ClientHello is not of TLS")
        self._heard = self._heard or bool(data)
        self._incoming.write(data)
        return bool(data)


class _End:
    """The other side has closed."""


_END: Final = _End()


@functools.cache
def _context() -> ssl.SSLContext:
    """As lenient as this OpenSSL can be: no verification, every version and suite, small keys, old renegotiation."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.options |= LEGACY_SERVER_CONNECT
    return context


def _probe_error(error: OSError) -> ProbeError:
    """The reason of an error of the operating system's."""
    name = errno.errorcode.get(error.errno or 0, type(error).__name__)
    return ProbeError(_REASONS.get(error.errno or 0, "tool_failed"), name)
