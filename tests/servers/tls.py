"""Real TLS servers on loopback: openssl s_server, nginx, and Python's ssl. Each is stopped when its block ends."""

import contextlib
import re
import socket
import ssl
import subprocess
import threading
import time
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.servers.pki import Identity
from tests.servers.tcp import TcpServer, held_port

START_SECONDS = 60.0


@contextlib.contextmanager
def openssl_server(identity: Identity, folder: Path, *options: str, www: bool = True) -> Iterator[int]:
    """`openssl s_server` with further options; its port. With `www` it answers HTTP requests with a page."""
    chain, key = identity.write(folder, "openssl")
    command = ["openssl", "s_server", "-accept", "127.0.0.1:0", "-cert", str(chain), "-key", str(key)]
    if identity.issuers:
        issuers, _ = Identity(identity.issuers[0], identity.key, identity.issuers[1:]).write(folder, "issuers")
        command += ["-cert_chain", str(issuers)]
    command += [*(["-www"] if www else []), *options]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    )
    # What it says of each connection has to be read, or it waits for a reader.
    reader = threading.Thread(target=lambda: deque(process.stdout or (), maxlen=0), daemon=True)
    try:
        port = _announced_port(process)
        reader.start()
        yield port
    finally:
        process.kill()
        if reader.is_alive():
            reader.join(START_SECONDS)
        process.communicate()


def _announced_port(process: "subprocess.Popen[str]") -> int:
    """The port in the line "ACCEPT 127.0.0.1:12345"."""
    assert process.stdout is not None
    for line in process.stdout:
        found = re.fullmatch(r"ACCEPT .*:(\d+)\n", line)
        if found:
            return int(found[1])
    raise AssertionError("openssl s_server did not start")


@contextlib.contextmanager
def nginx_server(identity: Identity, folder: Path, *directives: str, more: Sequence[Identity] = ()) -> Iterator[int]:
    """nginx with TLS on a free port, serving a fixed answer; `more` identities beside the first."""
    files = [each.write(folder, f"nginx{number}") for number, each in enumerate((identity, *more))]
    lines = [f"ssl_certificate {chain}; ssl_certificate_key {key};" for chain, key in files]
    lines += [f"{each};" for each in directives]
    temporary = " ".join(
        f"{kind}_temp_path {folder / kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    configuration = folder / "nginx.conf"
    with held_port() as port:
        configuration.write_text(
            f"""
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log warn;
events {{ worker_connections 256; }}
http {{
    access_log off; {temporary}
    server {{ listen 127.0.0.1:{port} ssl; {" ".join(lines)} location / {{ return 200 "here"; }} }}
}}
"""
        )
        with started(port, "nginx", "-p", str(folder), "-c", str(configuration)):
            yield port


@contextlib.contextmanager
def started(port: int, *command: str) -> Iterator[None]:
    """A server on this port of `held_port`, until the block ends."""
    nothing = subprocess.DEVNULL
    process = subprocess.Popen(command, stdin=nothing, stdout=nothing, stderr=nothing)
    try:
        await_port(port, process)
        yield
    finally:
        process.kill()
        process.wait()


def await_port(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until a server that was just started accepts connections."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end:
        assert process.poll() is None, "the server ended at once"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise AssertionError("the server did not start")


class SslServer(TcpServer):
    """Python's ssl: a context that the test shapes, and a short HTTP answer behind the handshake."""

    def __init__(self, context: ssl.SSLContext, address: str = "127.0.0.1") -> None:
        super().__init__(address)
        self.context = context

    def serve(self, sock: socket.socket) -> None:
        sock.settimeout(10)
        with self.context.wrap_socket(sock, server_side=True, suppress_ragged_eofs=True) as tls:
            if tls.recv(4096):
                tls.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")


def server_context(identity: Identity, folder: Path) -> ssl.SSLContext:
    """A context for a server with this identity."""
    chain, key = identity.write(folder, "python")
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(chain, key)
    return context


def require_name(context: ssl.SSLContext, name: str) -> None:
    """Refuse every handshake that does not ask for this name (RFC 6066 section 3: unrecognized_name)."""

    def choose(sock: ssl.SSLObject, asked: str | None, context: ssl.SSLContext) -> int | None:
        return None if asked == name else ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME

    context.sni_callback = choose
