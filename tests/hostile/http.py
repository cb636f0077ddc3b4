"""HTTP servers that misbehave: each function makes a handler, and says what is wrong with it."""

import gzip
import itertools

from tests.hostile.server import Conversation, Handler

DRIP_SECONDS = 0.05
FOREVER = 100_000
"""Repetitions of an endless thing; no test lasts that long."""


def says(answer: bytes) -> Handler:
    """Answers every request with the same bytes and closes."""

    def handler(conversation: Conversation) -> None:
        conversation.request()
        conversation.send(answer)

    return handler


def answers(*headers: bytes, status: bytes = b"200 OK", body: bytes = b"ok") -> Handler:
    """A well-behaved answer with the headers given."""
    return says(b"\r\n".join([b"HTTP/1.1 " + status, *headers, b"Content-Length: %d" % len(body), b"", body]))


def redirects(*locations: bytes) -> Handler:
    """One redirect for each request, the last one again and again."""
    turn = itertools.chain(locations, itertools.repeat(locations[-1]))

    def handler(conversation: Conversation) -> None:
        conversation.request()
        conversation.send(b"HTTP/1.1 302 Found\r\nLocation: " + next(turn) + b"\r\nContent-Length: 0\r\n\r\n")

    return handler


def silent(conversation: Conversation) -> None:
    """Takes the connection and says nothing."""
    conversation.pause(FOREVER)


def hangs_up(conversation: Conversation) -> None:
    """Closes at once."""


def hangs_up_in_the_header(conversation: Conversation) -> None:
    """Closes before the end of the header."""
    conversation.request()
    conversation.send(b"HTTP/1.1 200 OK\r\nServer: x\r\n")


def drips_header(conversation: Conversation) -> None:
    """A byte of the header now and then: every read succeeds, and there is no end."""
    conversation.request()
    conversation.send(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _ in range(FOREVER):
        conversation.pause(DRIP_SECONDS)
        conversation.send(b"a")


def drips_body(conversation: Conversation) -> None:
    """A whole header, and then a byte of the body now and then."""
    conversation.request()
    conversation.send(b"HTTP/1.1 200 OK\r\nX-Whole: yes\r\nTransfer-Encoding: chunked\r\n\r\n")
    for _ in range(FOREVER):
        conversation.pause(DRIP_SECONDS)
        conversation.send(b"1\r\na\r\n")


def drips_interim(conversation: Conversation) -> None:
    """An interim answer now and then, and never a final one."""
    conversation.request()
    for _ in range(FOREVER):
        conversation.send(b"HTTP/1.1 100 Continue\r\n\r\n")
        conversation.pause(DRIP_SECONDS)


def floods_interim(conversation: Conversation) -> None:
    """Interim answers as fast as they go."""
    conversation.request()
    for _ in range(FOREVER):
        conversation.send(b"HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n" * 100)


def floods_body(conversation: Conversation) -> None:
    """A body without an end."""
    conversation.request()
    conversation.send(b"HTTP/1.1 200 OK\r\nX-Whole: yes\r\n\r\n")
    for _ in range(FOREVER):
        conversation.send(b"\x00" * 65536)


def bomb() -> bytes:
    """An answer whose small body is a large one once it is unpacked, though nobody asked for compression."""
    body = gzip.compress(b"\x00" * 50_000_000)
    head = b"HTTP/1.1 200 OK\r\nX-Whole: yes\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n"
    return head % len(body) + body


def huge_header(conversation: Conversation) -> None:
    """One header field of ten megabytes."""
    conversation.request()
    conversation.send(b"HTTP/1.1 200 OK\r\nX-Huge: ")
    for _ in range(160):
        conversation.send(b"a" * 65536)
    conversation.send(b"\r\n\r\n")


def many_headers(conversation: Conversation) -> None:
    """A hundred thousand header fields."""
    conversation.request()
    conversation.send(b"HTTP/1.1 200 OK\r\n" + b"a:b\r\n" * 100_000 + b"\r\n")


MALFORMED: dict[str, Handler] = {
    "NUL in a value": says(b"HTTP/1.1 200 OK\r\nX-Nul: a\x00b\r\n\r\n"),
    "vertical tab in a value": says(b"HTTP/1.1 200 OK\r\nX-Tab: a\x0bb\r\n\r\n"),
    "bare CR in a value": says(b"HTTP/1.1 200 OK\r\nX-Cr: a\rSet-Cookie: b=c\r\n\r\n"),
    "white space and NUL": says(b"HTTP/1.1 200 OK\r\nX-Slow:" + b" " * 60_000 + b"\x00\r\n\r\n"),
    "folded field": says(b"HTTP/1.1 200 OK\r\nX-Folded: a\r\n  b\r\n\r\n"),
    "folded first line": says(b"HTTP/1.1 200 OK\r\n Server: x\r\n\r\n"),
    "space before the colon": says(b"HTTP/1.1 200 OK\r\nServer : secret\r\n\r\n"),
    "no colon": says(b"HTTP/1.1 200 OK\r\nServer\r\n\r\n"),
    "two lengths": says(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab"),
    "bad length": says(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n"),
    "status of letters": says(b"HTTP/1.1 abc OK\r\nServer: x\r\n\r\n"),
    "switch of protocols": says(b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n"),
    "HTTP/0.9": says(b"<html><body>An old page</body></html>\n"),
}
"""Answers that no header can be trusted of."""

NOT_HTTP: dict[str, Handler] = {
    "SSH": says(b"SSH-2.0-OpenSSH_9.2\r\n"),
    "a TLS alert": says(b"\x15\x03\x01\x00\x02\x02\x46"),
    "SMTP": says(b"220 mail.so-mau.example ESMTP\r\n"),
    "one byte": says(b"\x00"),
}
"""Answers of other protocols."""
