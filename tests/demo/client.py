"""A plain client of the estate, made of the standard library and openssl, so that no probe is judged by itself."""

import http.client
import socket
import ssl
import subprocess
from dataclasses import dataclass

from demo.estate import Estate
from demo.sites import Site

SECONDS = 20


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer to GET."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: str

    def all(self, name: str) -> list[str]:
        """All values of a header."""
        return [value for key, value in self.headers if key.lower() == name.lower()]


def connect(estate: Estate, site: Site, port: int, seconds: float = SECONDS) -> socket.socket:
    """A TCP connection to a port of a site's address."""
    return socket.create_connection((estate.address(site), port), timeout=seconds)


def trusting(estate: Estate) -> ssl.SSLContext:
    """A context that trusts the estate's authority and nothing else, and checks names."""
    return ssl.create_default_context(cafile=str(estate.anchor))


def lenient() -> ssl.SSLContext:
    """A context that takes any certificate."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.set_ciphers("DEFAULT:@SECLEVEL=0")
    return context


def handshake(estate: Estate, site: Site, context: ssl.SSLContext) -> ssl.SSLSocket:
    """A TLS connection to a site under its own name. Raises ssl.SSLError."""
    plain = connect(estate, site, estate.ports.https)
    try:
        return context.wrap_socket(plain, server_hostname=site.name)
    except BaseException:
        plain.close()
        raise


def leaf(estate: Estate, site: Site) -> bytes:
    """The leaf certificate that a site serves, in DER."""
    with handshake(estate, site, lenient()) as connection:
        return connection.getpeercert(binary_form=True) or b""


def get(estate: Estate, site: Site, scheme: str, path: str = "/") -> Answer:
    """GET a path of a site by http or https."""
    if scheme == "https":
        connection: socket.socket = handshake(estate, site, lenient())
    else:
        connection = connect(estate, site, estate.ports.http)
    with connection:
        connection.sendall(f"GET {path} HTTP/1.1\r\nHost: {site.name}\r\nConnection: close\r\n\r\n".encode())
        with http.client.HTTPResponse(connection) as response:
            response.begin()
            return Answer(response.status, tuple(response.getheaders()), response.read().decode())


def openssl(estate: Estate, site: Site, *options: str) -> str:
    """What `openssl s_client` prints of one handshake."""
    endpoint = f"{estate.address(site)}:{estate.ports.https}"
    finished = subprocess.run(
        ["openssl", "s_client", "-connect", endpoint, "-servername", site.name, *options],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=20,
        check=False,
    )
    return finished.stdout.decode(errors="replace")
