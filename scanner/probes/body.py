"""The body of an HTTP answer: where it ends (RFC 9112 section 6), and what is inside its codings, up to a bound.

Sans I/O: octets in, octets out. Hostile bodies cost time in proportion to their length, and never more memory than
the bound. Whatever goes wrong only makes the body incomplete.
"""

import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

CHUNK_LINE: Final = 4096
"""Octets of a line with a chunk's size and extensions."""
_HEX: Final = frozenset(b"0123456789abcdefABCDEF")


@dataclass(frozen=True, slots=True)
class Body:
    """What was read of a body."""

    content: bytes = b""
    """Without transfer and content codings; empty where the coding is none that is known."""
    complete: bool = True
    """Whether it is the whole body."""


class BodyReader:
    """Takes a body from the wire. `headers` are names in lower case with their values, as h11 gives them."""

    def __init__(self, status: int, headers: Iterable[tuple[bytes, bytes]], limit: int) -> None:
        fields = list(headers)
        codings = [value for name, value in fields if name == b"transfer-encoding"]
        lengths = [int(value) for name, value in fields if name == b"content-length"]
        self._chunks = _Chunks() if codings else None
        self._length = 0 if status in (204, 304) else (lengths[0] if lengths and not codings else None)
        self._encodings = [
            each.strip().lower()
            for name, value in fields
            if name == b"content-encoding"
            for each in value.split(b",")
            if each.strip().lower() not in (b"", b"identity")
        ]
        self._limit = limit
        self._wire = 0
        self._content = bytearray()
        self._ended = False

    def feed(self, data: bytes) -> None:
        """Take the next octets."""
        self._wire += len(data)
        self._content += data if self._chunks is None else self._chunks.feed(data)

    def end(self) -> None:
        """The other side has closed, as it should."""
        self._ended = True

    @property
    def done(self) -> bool:
        """Whether no more octets are wanted: at the end, at the bound, or where framing is broken."""
        if self._wire >= self._limit or self._whole:
            return True
        return self._chunks is not None and self._chunks.broken

    @property
    def _whole(self) -> bool:
        if self._chunks is not None and self._length is None:
            return self._chunks.ended
        if self._length is not None:
            return len(self._content) >= self._length
        return self._ended

    def body(self) -> Body:
        """What has come so far."""
        whole = self._whole
        content = bytes(self._content[: self._length] if self._length is not None else self._content)
        if len(content) > self._limit:
            content, whole = content[: self._limit], False
        if not self._encodings or not content:
            return Body(content, whole)
        return self._decoded(content, whole)

    def _decoded(self, content: bytes, whole: bool) -> Body:
        """Out of gzip or zlib (RFC 9110 section 8.4.1), though neither was asked for."""
        if len(self._encodings) > 1 or self._encodings[0] not in (b"gzip", b"x-gzip", b"deflate"):
            return Body(b"", False)
        inflate = zlib.decompressobj(wbits=zlib.MAX_WBITS | 32)
        try:
            plain = inflate.decompress(content, self._limit)
        except zlib.error:
            return Body(b"", False)
        return Body(plain, whole and inflate.eof)


class _Chunks:
    """The chunked transfer coding (RFC 9112 section 7.1); trailers are left unread."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._left = 0
        """Octets that the chunk still has, with the line end behind it."""
        self.ended = False
        self.broken = False

    def feed(self, data: bytes) -> bytes:
        """The octets of chunks that are in it."""
        self._buffer += data
        found, position = bytearray(), 0
        while not self.ended and not self.broken:
            if self._left:
                part = self._buffer[position : position + self._left]
                position += len(part)
                # The last two octets are the line end, however they are cut.
                found += part[: max(0, min(len(part), self._left - 2))]
                self._left -= len(part)
                if self._left:
                    break
            line_end = self._buffer.find(b"\n", position, position + CHUNK_LINE)
            if line_end < 0:
                self.broken = len(self._buffer) - position >= CHUNK_LINE
                break
            self._begin(bytes(self._buffer[position:line_end]))
            position = line_end + 1
        del self._buffer[:position]
        return bytes(found)

    def _begin(self, line: bytes) -> None:
        size = line.split(b";", 1)[0].strip()
        if not 0 < len(size) <= 16 or not _HEX.issuperset(size):
            self.broken = True
            return
        self._left = int(size, 16) + 2
        self.ended = self._left == 2
