"""Time stamps by RFC 3161 over HTTP: one bounded exchange with the server that the configuration names."""

import asyncio
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse
from io import BytesIO
from typing import Any
from urllib.parse import urlsplit

from asn1crypto import core, tsp
from pyhanko.sign.timestamps import TimeStamper

from checks.model.text import Text
from reports.errors import SigningError

LARGEST = 256 * 1024
"""Bytes of an answer."""


@dataclass(frozen=True, slots=True)
class TimeServer:
    """Where stamps come from."""

    url: str
    seconds: float = 30.0
    """For one whole exchange, from connecting to the last byte."""
    trust_anchors: Iterable[str] = ()
    """Authorities in PEM that are trusted for https, beside the machine's own."""

    def stamper(self) -> TimeStamper:
        """What asks it, in the form that pyHanko takes."""
        return _Stamper(self)


class _Stamper(TimeStamper):
    def __init__(self, server: TimeServer) -> None:
        TimeStamper.__init__(self)
        self._server = server

    async def async_request_tsa_response(self, req: tsp.TimeStampReq) -> tsp.TimeStampResp:
        """Ask for one stamp. Raises SigningError."""
        url = self._server.url
        try:
            async with asyncio.timeout(self._server.seconds):
                heard = await _exchange(self._server, req.dump())
            return _granted(_body(heard), req["nonce"].native)
        except TimeoutError as error:
            seconds = f"{self._server.seconds:g}"
            raise SigningError(
                Text(
                    f"Máy chủ dấu thời gian {url} không trả lời trong {seconds} giây.",
                    f"The time stamp server {url} has not answered within {seconds} seconds.",
                )
            ) from error
        except (OSError, HTTPException, ValueError, TypeError) as error:
            raise SigningError(
                Text(
                    f"Không lấy được dấu thời gian từ {url}: {error}",
                    f"No time stamp could be had from {url}: {error}",
                )
            ) from error


async def _exchange(server: TimeServer, query: bytes) -> bytes:
    """Send a query and read the answer to its end, at most LARGEST bytes."""
    parts = urlsplit(server.url)
    context, port = (_trusting(server), 443) if parts.scheme == "https" else (None, 80)
    reader, writer = await asyncio.open_connection(parts.hostname, parts.port or port, ssl=context)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        head = (
            f"POST {path} HTTP/1.1\r\nHost: {parts.netloc}\r\nUser-Agent: Khien\r\n"
            "Content-Type: application/timestamp-query\r\nAccept: application/timestamp-reply\r\n"
            f"Content-Length: {len(query)}\r\nConnection: close\r\n\r\n"
        )
        writer.write(head.encode("ascii") + query)
        heard = bytearray()
        while part := await reader.read(65536):
            heard += part
            if len(heard) > LARGEST:
                raise ValueError(f"more than {LARGEST} bytes")
        return bytes(heard)
    finally:
        writer.close()


def _trusting(server: TimeServer) -> ssl.SSLContext:
    """Holds a server to its certificate and name."""
    context = ssl.create_default_context()
    for each in server.trust_anchors:
        context.load_verify_locations(cadata=each)
    return context


def _granted(body: bytes, nonce: int) -> tsp.TimeStampResp:
    """The answer with a stamp. Raises ValueError for any other, which the library cannot read, or does not tell."""
    status = tsp.PKIStatusInfo.load(core.Sequence.load(body, strict=True).contents)["status"].native
    if status not in ("granted", "granted_with_mods"):
        raise ValueError(f"refused ({status})")
    answer = tsp.TimeStampResp.load(body, strict=True)
    stamped = answer["time_stamp_token"]["content"]["encap_content_info"]["content"].parsed
    if stamped["nonce"].native != nonce:
        raise ValueError("the answer to another question (nonce)")
    return answer


class _Heard:
    """Bytes where the parser of HTTP expects a connection."""

    def __init__(self, data: bytes) -> None:
        self._data = data

    def makefile(self, *_: object) -> BytesIO:
        return BytesIO(self._data)


def _body(heard: bytes) -> bytes:
    """The body of a good answer. Raises HTTPException or ValueError for any other."""
    connection: Any = _Heard(heard)
    answer = HTTPResponse(connection, method="POST")
    answer.begin()
    if answer.status != 200:
        raise ValueError(f"HTTP {answer.status}")
    kind = answer.headers.get_content_type()
    if kind != "application/timestamp-reply":
        raise ValueError(f"Content-Type {kind}")
    return answer.read()
