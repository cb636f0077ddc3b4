"""A time stamp authority by RFC 3161 on loopback: openssl ts behind an HTTP server, or one that misbehaves."""

import subprocess
import threading
import time
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from types import TracebackType

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from tests.signers import Party, write_pem

CONFIGURATION = """
[tsa]
default_tsa = own
[own]
serial = {folder}/serial
signer_cert = {folder}/tsa.pem
certs = {folder}/chain.pem
signer_key = {folder}/tsa.key
signer_digest = sha256
default_policy = 1.2.3.4.1
digests = sha256, sha384, sha512
accuracy = secs:1
ordering = no
tsa_name = no
ess_cert_id_chain = no
ess_cert_id_alg = sha256
"""
Answer = Callable[[BaseHTTPRequestHandler, bytes], None]


class TimeStampServer:
    """Listens while it is entered. `answer` says what it does with a query instead of stamping it."""

    def __init__(self, folder: Path, party: Party, answer: Answer | None = None) -> None:
        self._folder = folder
        (folder / "serial").write_text("01\n")
        (folder / "tsa.cnf").write_text(CONFIGURATION.format(folder=folder))
        write_pem(folder / "tsa.pem", party.certificate)
        write_pem(folder / "chain.pem", *party.chain)
        plain = party.private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        (folder / "tsa.key").write_bytes(plain)
        self.queries = 0
        own = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                query = self.rfile.read(int(self.headers["Content-Length"]))
                own.queries += 1
                (answer or own._stamp)(self, query)

            def log_message(self, format: str, *args: object) -> None:
                """Nothing to say."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}/tsa"

    def __enter__(self) -> "TimeStampServer":
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def stamp(self, query: bytes) -> bytes:
        """The answer of openssl to a query."""
        (self._folder / "query").write_bytes(query)
        command = ["openssl", "ts", "-reply", "-config", "tsa.cnf", "-queryfile", "query"]
        return subprocess.run(command, cwd=self._folder, check=True, capture_output=True, timeout=60).stdout

    def _stamp(self, handler: BaseHTTPRequestHandler, query: bytes) -> None:
        send(handler, self.stamp(query))


def send(
    handler: BaseHTTPRequestHandler, body: bytes, kind: str = "application/timestamp-reply", status: int = 200
) -> None:
    """A whole answer."""
    handler.send_response(status)
    handler.send_header("Content-Type", kind)
    handler.send_header("Content-Length", str(len(body)))
    handler.end_headers()
    handler.wfile.write(body)


def drip(handler: BaseHTTPRequestHandler, query: bytes) -> None:
    """An answer that begins and never ends, always in time for the next byte."""
    try:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for _ in range(600):
            handler.wfile.write(b"x")
            handler.wfile.flush()
            time.sleep(0.05)
    except OSError:
        return
