"""One HTTP/1.1 request and its answer (RFC 9112): h11 does the grammar of the head, this module the bounds.

The connection goes to a pinned address and nowhere else. The body is read to its end or to the cap, so that the
server sees an ordinary client.
"""

import contextlib
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal

import h11

from checks.model.evidence import FailureReason
from scanner.probes.body import Body, BodyReader
from scanner.probes.interface import Deadline, ProbeContext, ProbeError
from scanner.probes.streams import Stream, TcpStream, TlsStream
from scanner.probes.urls import Url

MAX_HEADERS: Final = 1000
"""Header fields of one head; servers' own limits for requests are about a tenth of this."""
WIRE_FACTOR: Final = 2
"""How much more than head and body may pass over the wire, for the sake of TLS records and handshake."""
PREFIX: Final = b"HTTP/"
"""What every answer since HTTP/1.0 begins with (RFC 9112 section 2.3)."""

TROUBLES: Final[frozenset[FailureReason]] = frozenset({"refused", "timed_out", "reset", "unreachable", "deadline"})
"""What tells of a server that is too busy, should it have answered well before."""

Method = Literal["GET", "TRACE"]
"""Safe methods, without a body (RFC 9110 section 9.2.1)."""

_BLANK_LINE: Final = re.compile(rb"\n\r?\n")
_FORBIDDEN: Final = re.compile(rb"[\x00\x0b\x0c]|\r(?!\n)")
"""Octets that h11 refuses too, but on whose account its pattern for a field backtracks in quadratic time."""
_FOLDED: Final = re.compile(rb"\n[ \t]")
"""obs-fold (RFC 9112 section 5.2): readers disagree on what it means, so nothing is made of it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """The head of an answer, as sent, and its body."""

    status: int
    headers: tuple[tuple[str, str], ...]
    """Names in their case, values as Latin-1 without the white space around them, in the order sent."""
    http_version: str
    tls: str | None
    """The TLS version of the exchange."""
    body: Body
    """As much as came within the bounds; never part of evidence."""

    def values(self, name: str) -> tuple[str, ...]:
        """All values of a header by its name in lower case."""
        return tuple(value for key, value in self.headers if key.lower() == name)


def exchange(url: Url, address: str, context: ProbeContext, method: Method = "GET", origin: str = "") -> Answer:
    """Ask an address for a URL, as a script of `origin` would where one is given (RFC 6454 section 7).

    Raises ProbeError: "malformed", "too_large" and "not_http" for answers that no header can be taken from,
    "deadline" for one that was not whole in time, "timed_out" where there was no answer at all, and those of `streams`.
    """
    limits = context.limits
    connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=limits.header_bytes)
    with _connected(url, address, context) as stream:
        stream.send(_request(method, url, origin, context.user_agent, connection))
        response, begun = _read_response(stream, connection, limits.header_bytes)
        body = _drain(stream, response, begun, limits.body_bytes)
    return Answer(
        status=response.status_code,
        headers=tuple(
            (name.decode("latin-1"), value.decode("latin-1")) for name, value in response.headers.raw_items()
        ),
        http_version=response.http_version.decode("ascii"),
        tls=stream.tls,
        body=body,
    )


@contextlib.contextmanager
def _connected(url: Url, address: str, context: ProbeContext) -> Iterator[Stream]:
    """A connection for one exchange, as soon as it is polite to open one: the time to answer begins then."""
    limits = context.limits
    cap = WIRE_FACTOR * (limits.header_bytes + limits.body_bytes)
    with context.turn(address, url.port) as turn:
        try:
            tcp = TcpStream(address, url.port, Deadline(limits.http_seconds), limits.connect_seconds, cap, turn)
            with contextlib.closing(tcp):
                yield TlsStream(tcp, url.server_name) if url.scheme == "https" else tcp
        except ProbeError as error:
            turn.troubled = error.reason in TROUBLES
            raise


def _request(method: Method, url: Url, origin: str, user_agent: str, connection: h11.Connection) -> bytes:
    """The bytes of a request that asks for an uncompressed answer on a connection of its own."""
    headers = [
        (b"Host", url.authority.encode("ascii")),
        (b"User-Agent", user_agent.encode("latin-1", "replace")),
        (b"Accept", b"text/html,application/xhtml+xml,*/*;q=0.8"),
        (b"Accept-Encoding", b"identity"),
        (b"Connection", b"close"),
    ]
    if origin:
        headers.append((b"Origin", origin.encode("ascii")))
    data = connection.send(h11.Request(method=method, target=url.path, headers=headers))
    return (data or b"") + (connection.send(h11.EndOfMessage()) or b"")


def _read_response(stream: Stream, connection: h11.Connection, limit: int) -> tuple[h11.Response, bytes]:
    """The final answer and what came after its head; interim answers (RFC 9110 section 15.2) count in the limit."""
    buffer = bytearray()
    left = limit
    while True:
        try:
            head = _next_head(stream, buffer, left)
        except ProbeError as error:
            if error.reason == "deadline" and not buffer and left == limit:
                raise ProbeError("timed_out", "connected, but no answer") from error
            raise
        left -= len(head)
        event = _parse(head, connection)
        if isinstance(event, h11.Response):
            return event, bytes(buffer)


def _next_head(stream: Stream, buffer: bytearray, limit: int) -> bytes:
    """Take the next head off the buffer, which grows until it holds one. Raises ProbeError."""
    searched = 0
    while True:
        _check_beginning(buffer)
        found = _BLANK_LINE.search(buffer, searched)
        size = len(buffer) if found is None else found.end()
        if size > limit:
            raise ProbeError("too_large", "more octets of header than the bound")
        if found is not None:
            head = bytes(buffer[:size])
            del buffer[:size]
            return head
        searched = max(0, len(buffer) - 2)
        data = stream.receive()
        if not data:
            raise ProbeError("reset", "closed before the end of the header")
        buffer += data


def _check_beginning(buffer: bytearray) -> None:
    """Raises ProbeError where the first octets are not those of a status line."""
    if buffer.startswith(PREFIX) or PREFIX.startswith(buffer):
        return
    if buffer.lstrip().startswith(b"<"):
        raise ProbeError("malformed", "an answer without a status line (HTTP/0.9)")
    raise ProbeError("not_http", "the answer does not begin like HTTP")


def _parse(head: bytes, connection: h11.Connection) -> object:
    """What h11 makes of a head. Raises ProbeError; its remark never quotes the answer, which may hold secrets."""
    if head.count(b"\n") > MAX_HEADERS + 2:
        raise ProbeError("too_large", f"more than {MAX_HEADERS} header fields")
    if _FORBIDDEN.search(head):
        raise ProbeError("malformed", "control characters in the header")
    if _FOLDED.search(head):
        raise ProbeError("malformed", "a folded header field")
    try:
        connection.receive_data(head)
        return connection.next_event()
    except h11.RemoteProtocolError as error:
        raise ProbeError("malformed", str(error).split(":", 1)[0][:60]) from error


def _drain(stream: Stream, response: h11.Response, begun: bytes, limit: int) -> Body:
    """Read the body to its end, the cap or the deadline; whatever goes wrong here changes nothing of the head."""
    reader = BodyReader(response.status_code, response.headers, limit)
    reader.feed(begun)
    with contextlib.suppress(ProbeError):
        while not reader.done:
            data = stream.receive()
            if not data:
                reader.end()
                break
            reader.feed(data)
    return reader.body()
