"""The kinds of servers that figures are given for, each on an address and a free port of this machine's own.

nginx serves all of them but the ancient one, which needs an OpenSSL of its time.
"""

import contextlib
import os
import pwd
import resource
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

from benchmarks.processes import end
from benchmarks.tls.relay import relay_to
from demo.nginx import find_nginx
from tests.lab.configuration import Configuration
from tests.lab.start import start
from tests.servers.pki import Authority, KeyKind

NAME = "khien-bench.test"
"""The server name that every tool asks for; nobody resolves it."""
START_SECONDS = 30.0
MANY_FROM = IPv4Address("127.20.0.1")
"""The first of the addresses of many targets."""

_MODERN = "ssl_protocols TLSv1.3;"
_INTERMEDIATE = (
    "ssl_protocols TLSv1.2 TLSv1.3; ssl_prefer_server_ciphers off; ssl_ciphers ECDHE-ECDSA-AES128-GCM-SHA256:"
    "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:"
    "ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:"
    "DHE-RSA-CHACHA20-POLY1305;"
)
"""Mozilla's guideline 5.7, "intermediate"."""
_OLD = (
    "ssl_protocols TLSv1 TLSv1.1 TLSv1.2; ssl_prefer_server_ciphers on; ssl_ciphers ALL:!aNULL:!PSK:!SRP:@SECLEVEL=0;"
)
"""All that OpenSSL 3 still can: 56 suites at TLS 1.2 and 14 at each of 1.0 and 1.1 with an RSA key, CBC among them."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of server."""

    name: str
    directives: str
    keys: tuple[KeyKind, ...] = ("rsa2048",)


KINDS = {
    kind.name: kind
    for kind in (
        Kind("modern", _MODERN),
        Kind("intermediate", _INTERMEDIATE),
        Kind("intermediate-ecdsa", _INTERMEDIATE, ("p256",)),
        Kind("old", _OLD),
    )
}
ANCIENT = Configuration(
    "ancient",
    "legacy",
    ("versions=ssl2 ssl3 tls1_0 tls1_1 tls1_2", "ciphers=ALL:!aNULL:!PSK:!SRP:!eNULL", "dh=1024", "export=on"),
)
"""SSLv2 to TLS 1.2 as the OpenSSL 1.0.2 of the lab serves them, export suites and all; one connection at a time, and
behind a relay, so that it can be had at any address."""
ALL_KINDS = (*KINDS, ANCIENT.id)


@dataclass(frozen=True, slots=True)
class Server:
    """A server that runs."""

    kind: str
    addresses: tuple[str, ...]
    """It listens on one port of each."""
    port: int
    pid: int | None = None
    """Of the process at the head of it; None where it is not one process that can be told apart."""

    @property
    def address(self) -> str:
        """The first address."""
        return self.addresses[0]


@contextlib.contextmanager
def serving(kind: str, addresses: Sequence[str] = ("127.0.0.1",), workers: int = 1) -> Iterator[Server]:
    """A server of a kind, until the block ends."""
    with tempfile.TemporaryDirectory(prefix="khien-bench-") as folder:
        if kind != ANCIENT.id:
            with _nginx(KINDS[kind], Path(folder), addresses, workers) as server:
                yield server
            return
        with (
            start(ANCIENT, Path(folder)) as old,
            relay_to(old.address, old.port, listen=addresses[0]) as relay,
        ):
            yield Server(kind, (addresses[0],), relay.port)


def many_addresses(count: int) -> tuple[str, ...]:
    """So many loopback addresses, in order."""
    return tuple(str(MANY_FROM + number) for number in range(count))


@contextlib.contextmanager
def _nginx(kind: Kind, folder: Path, addresses: Sequence[str], workers: int) -> Iterator[Server]:
    _write_dh_parameters(folder)
    authority = Authority()
    port = _free_port(addresses[0])
    files = [authority.issue(NAME, key=key).write(folder, key) for key in kind.keys]
    certificates = " ".join(f"ssl_certificate {chain}; ssl_certificate_key {key};" for chain, key in files)
    configuration = folder / "nginx.conf"
    configuration.write_text(_configuration(kind, certificates, [f"{each}:{port}" for each in addresses], workers))
    _lift_file_limit()
    process = subprocess.Popen(
        [find_nginx(), "-p", f"{folder}/", "-e", "error.log", "-c", str(configuration)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        _await(addresses[-1], port, process, folder)
        yield Server(kind.name, tuple(addresses), port, process.pid)
    finally:
        end(process)


def _configuration(kind: Kind, certificates: str, listen: Sequence[str], workers: int) -> str:
    user = f"user {pwd.getpwuid(0).pw_name};" if os.geteuid() == 0 else ""
    listening = " ".join(f"listen {each} ssl backlog=4096;" for each in listen)
    temporary = " ".join(f"{each}_temp_path {each};" for each in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi"))
    return f"""
daemon off; {user} worker_processes {workers}; pid nginx.pid; error_log error.log error;
worker_rlimit_nofile {_file_limit()};
events {{ worker_connections {len(listen) * 2 + 4096}; }}
http {{
    access_log off; {temporary}
    ssl_session_tickets off; ssl_dhparam dh.pem; ssl_ecdh_curve X25519:prime256v1:secp384r1;
    {certificates} {kind.directives}
    server {{
        {listening}
        add_header Strict-Transport-Security "max-age=63072000";
        location / {{ return 200 "here"; }}
    }}
}}
"""


def _write_dh_parameters(folder: Path) -> None:
    """A group of RFC 7919, which nginx wants as a file before it serves DHE."""
    command = ["openssl", "genpkey", "-genparam", "-algorithm", "DH", "-pkeyopt", "group:ffdhe2048"]
    done = subprocess.run(command, check=True, capture_output=True, timeout=START_SECONDS)
    (folder / "dh.pem").write_bytes(done.stdout)


def _await(address: str, port: int, process: "subprocess.Popen[bytes]", folder: Path) -> None:
    """Wait until the server accepts connections."""
    bound = time.monotonic() + START_SECONDS
    while time.monotonic() < bound and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection((address, port), timeout=1):
            return
        time.sleep(0.02)
    log = folder / "error.log"
    raise AssertionError(f"nginx did not start: {log.read_text()[-400:] if log.exists() else 'no word'}")


def _free_port(address: str) -> int:
    with socket.create_server((address, 0)) as sock:
        port: int = sock.getsockname()[1]
        return port


def _file_limit() -> int:
    return resource.getrlimit(resource.RLIMIT_NOFILE)[1]


def _lift_file_limit() -> None:
    """Each address is a socket of nginx's, and more: as many files as this user may have."""
    hard = _file_limit()
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
