"""The sites on loopback, and a plain client that records what they answer, for the peers."""

import contextlib
import socket
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import BytesHeaderParser
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.serialization import Encoding

from tests.oracles.sites import DOMAIN, OTHER_SITE, SITES, Site
from tests.servers.pki import Authority
from tests.servers.tcp import TcpServer

ADDRESS = "127.0.0.1"
FOREIGN = "https://peer.invalid"
"""The origin that the recording client names (RFC 6761 section 6.4)."""
MAX_HEAD = 64 * 1024
MAX_HOPS = 10
_BY_HOST = {site.host: site for site in SITES}


class Web(TcpServer):
    """Answers each request as the site of its Host header does, then closes."""

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        super().__init__(ADDRESS)
        self._context = context
        self.other = 0
        """Port of the server of the other scheme."""

    def serve(self, sock: socket.socket) -> None:
        sock.settimeout(10)
        if self._context is not None:
            sock = self._context.wrap_socket(sock, server_side=True)
        head = b""
        while b"\r\n\r\n" not in head and len(head) < MAX_HEAD:
            piece = sock.recv(4096)
            if not piece:
                return
            head += piece
        line, _, rest = head.partition(b"\r\n")
        fields = BytesHeaderParser().parsebytes(rest)
        site = _BY_HOST.get(str(fields["Host"]).split(":", 1)[0])
        path = line.decode("latin-1").split(" ")[1]
        sock.sendall(self._answer(site, path, fields["Origin"]))
        if isinstance(sock, ssl.SSLSocket):
            with contextlib.suppress(OSError):
                sock.unwrap()

    def _answer(self, site: Site | None, path: str, origin: str | None) -> bytes:
        if site is None or path != "/" or (self._context is None and site.start == "nothing"):
            return _message(404, (), "")
        if self._context is not None:
            cross = tuple((name, value.replace("{origin}", str(origin))) for name, value in site.cross)
            return _message(site.status, (*site.headers, *(cross if origin else ())), site.body)
        if site.start == "page":
            return _message(200, (("Content-Type", "text/html"),), site.body)
        if site.start == "http-first":
            return _message(301, (("Location", f"http://{OTHER_SITE}.{DOMAIN}:{self.port}/"),), "")
        host = f"{OTHER_SITE}.{DOMAIN}" if site.start == "other-host" else site.host
        status = 302 if site.start == "temporary" else 301
        return _message(status, (("Location", f"https://{host}:{self.other}/"),), "")


def _message(status: int, headers: tuple[tuple[str, str], ...], body: str) -> bytes:
    content = body.encode()
    lines = [f"HTTP/1.1 {status} X", *(f"{name}: {value}" for name, value in headers)]
    lines += [f"Content-Length: {len(content)}", "Connection: close", "", ""]
    return "\r\n".join(lines).encode("latin-1") + content


@dataclass(frozen=True)
class Ports:
    """Where the sites answer."""

    http: int
    https: int
    authority: Path
    """The root that issued the certificate, in PEM."""

    def usual(self, text: str) -> str:
        """A text in which the ports of this run are written as those that a URL need not name."""
        return text.replace(f":{self.http}/", "/").replace(f":{self.https}/", "/")


@contextlib.contextmanager
def running_sites(folder: Path) -> Iterator[Ports]:
    """Every site, in cleartext and over TLS, until the block ends."""
    authority = Authority()
    identity = authority.issue(f"*.{DOMAIN}")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*identity.write(folder, "sites"))
    root = folder / "root.pem"
    root.write_bytes(authority.root.public_bytes(Encoding.PEM))
    with Web() as http, Web(context) as https:
        http.other, https.other = https.port, http.port
        yield Ports(http.port, https.port, root)


class Client:
    """A client of the standard library; it keeps answers as they are."""

    def __init__(self, ports: Ports) -> None:
        self._ports = ports
        self._context = ssl.create_default_context(cafile=str(ports.authority))

    def record(self, site: Site) -> dict[str, Any]:
        """The chain from either scheme, and the answer to what a script of another site would ask first."""
        http = None if site.start == "nothing" else self._chain(f"http://{site.host}:{self._ports.http}/")
        https = f"https://{site.host}:{self._ports.https}/"
        preflight = {"Origin": FOREIGN, "Access-Control-Request-Method": "GET"}
        return {
            "http": http,
            "https": self._chain(https),
            "cors": {**self._ask("OPTIONS", https, preflight), "origin": FOREIGN},
        }

    def _chain(self, url: str) -> list[dict[str, Any]]:
        hops: list[dict[str, Any]] = []
        while len(hops) < MAX_HOPS:
            hops.append(self._ask("GET", url, {}))
            location = [value for name, value in hops[-1]["headers"] if name.lower() == "location"]
            if hops[-1]["status"] not in (301, 302) or not location:
                break
            url = location[0]
        return hops

    def _ask(self, method: str, url: str, headers: dict[str, str]) -> dict[str, Any]:
        parts = urlsplit(url)
        connection = HTTPConnection(parts.hostname or "", parts.port, timeout=10)
        connection.sock = socket.create_connection((ADDRESS, parts.port or 0), timeout=10)
        if parts.scheme == "https":
            connection.sock = self._context.wrap_socket(connection.sock, server_hostname=parts.hostname)
        with contextlib.closing(connection):
            connection.request(method, parts.path, headers=headers)
            answer = connection.getresponse()
            body = answer.read().decode()
        return {"url": url, "status": answer.status, "headers": answer.getheaders(), "body": body}
