"""Bodies as they come over the wire: where they end, and what is in their codings."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scanner.probes.body import CHUNK_LINE, Body, BodyReader

CHUNKED = [(b"transfer-encoding", b"chunked")]
LIMIT = 1000


def read(headers: list[tuple[bytes, bytes]], *pieces: bytes, status: int = 200, closes: bool = False) -> Body:
    """The body of pieces, as a connection brings them."""
    reader = BodyReader(status, headers, LIMIT)
    for piece in pieces:
        if reader.done:
            break
        reader.feed(piece)
    if closes:
        reader.end()
    return reader.body()


def length(size: int) -> list[tuple[bytes, bytes]]:
    return [(b"content-length", b"%d" % size)]


@pytest.mark.parametrize(
    ("headers", "pieces", "closes", "expected"),
    [
        (length(2), [b"ab"], False, Body(b"ab", True)),
        (length(2), [b"a", b"b"], False, Body(b"ab", True)),
        (length(2), [b"abc"], False, Body(b"ab", True)),
        (length(3), [b"ab"], True, Body(b"ab", False)),
        (length(0), [b"ab"], False, Body(b"", True)),
        ([], [b"ab"], True, Body(b"ab", True)),
        ([], [b"ab"], False, Body(b"ab", False)),
        ([], [b"a" * 1001], True, Body(b"a" * 1000, False)),
        (length(2000), [b"a" * 2000], True, Body(b"a" * 1000, False)),
        (CHUNKED, [b"2\r\nab\r\n0\r\n\r\n"], False, Body(b"ab", True)),
        (CHUNKED, [b"2;x=y\r\nab\r\n1\r\nc\r\n00\r\nX: y\r\n\r\n"], False, Body(b"abc", True)),
        (CHUNKED, [b"A\r\n0\r\n\r\n67890\r\n0\r\n"], False, Body(b"0\r\n\r\n67890", True)),
        (CHUNKED, [b"2\nab\r\n0\n"], False, Body(b"ab", True)),
        (CHUNKED, [b"2\r\nab\r\n"], True, Body(b"ab", False)),
        (CHUNKED, [b"5\r\nab"], True, Body(b"ab", False)),
        (CHUNKED, [b"2\r\nab\r\nxyz\r\n"], True, Body(b"ab", False)),
        (CHUNKED, [b"-2\r\nab\r\n"], True, Body(b"", False)),
        (CHUNKED, [b"\r\n"], True, Body(b"", False)),
        (CHUNKED, [b"f" * 17 + b"\r\nab"], True, Body(b"", False)),
        (CHUNKED, [b"ffffffffffffffff\r\nab"], True, Body(b"ab", False)),
        (CHUNKED, [b"0" * CHUNK_LINE], True, Body(b"", False)),
        (CHUNKED + length(1), [b"2\r\nab\r\n0\r\n\r\n"], False, Body(b"ab", True)),
    ],
)
def test_framing(headers: list[tuple[bytes, bytes]], pieces: list[bytes], closes: bool, expected: Body) -> None:
    assert read(headers, *pieces, closes=closes) == expected


@pytest.mark.parametrize("status", [204, 304])
def test_some_answers_have_no_body(status: int) -> None:
    assert read(CHUNKED, status=status) == Body(b"", True)
    assert read(length(5), status=status) == Body(b"", True)


@given(st.lists(st.binary(min_size=1, max_size=40), max_size=8), st.integers(1, 7))
def test_chunks_come_out_however_they_are_cut(chunks: list[bytes], size: int) -> None:
    wire = b"".join(b"%x\r\n%s\r\n" % (len(each), each) for each in chunks) + b"0\r\n\r\n"
    pieces = [wire[at : at + size] for at in range(0, len(wire), size)]
    assert read(CHUNKED, *pieces) in (Body(b"".join(chunks), True), Body(b"".join(chunks)[:LIMIT], False))
    if len(wire) < LIMIT:
        assert read(CHUNKED, *pieces) == Body(b"".join(chunks), True)


def encoded(name: bytes, content: bytes) -> Body:
    return read([(b"content-encoding", name), *length(len(content))], content)


def test_compression_that_nobody_asked_for_is_undone_up_to_the_bound() -> None:
    assert encoded(b"gzip", gzip.compress(b"trang")) == Body(b"trang", True)
    assert encoded(b"X-GZIP", gzip.compress(b"trang")) == Body(b"trang", True)
    assert encoded(b"deflate", zlib.compress(b"trang")) == Body(b"trang", True)
    assert encoded(b"identity", b"trang") == Body(b"trang", True)
    assert encoded(b"", b"trang") == Body(b"trang", True)
    assert encoded(b"gzip", gzip.compress(b"a" * 50_000)) == Body(b"a" * LIMIT, False)
    assert encoded(b"gzip", gzip.compress(b"trang")[:-1]) == Body(b"trang", False)


@pytest.mark.parametrize(
    ("name", "content"), [(b"gzip", b"trang"), (b"br", b"x"), (b"zstd", b"x"), (b"gzip, gzip", b"x")]
)
def test_what_cannot_be_decoded_is_not_taken_for_a_page(name: bytes, content: bytes) -> None:
    assert encoded(name, content) == Body(b"", False)
