"""The keeper: the one child process of an estate. It serves what nginx cannot, runs nginx, and ends with its parent.

Started as `python -m demo.servers SPEC.json`; writes one line, "ready", when everything listens. It ends everything
on SIGTERM, and also when its parent dies or nginx does; nginx in turn is killed by the kernel if the keeper dies.
The servers bind loopback addresses only. Standard library only, so that it starts fast and stays small.
"""

import contextlib
import ctypes
import json
import os
import select
import shutil
import signal
import socket
import socketserver
import struct
import subprocess  # a program found by find_nginx, with a fixed command line
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, ClassVar, Literal

IDLE_SECONDS = 300
"""A silent connection is held for so long at most."""
QUIT_SECONDS = 3
"""nginx has so long to end before it is killed."""
PR_SET_PDEATHSIG = 1
"""prctl(2): the signal that a process gets when its parent dies."""

Role = Literal["silent", "dropping", "mysql", "telnet"]


@dataclass(frozen=True, slots=True)
class Listener:
    """One port that the keeper serves itself."""

    role: Role
    address: str
    port: int


@dataclass(frozen=True, slots=True)
class Spec:
    """What the keeper is to run; passed as a JSON file."""

    parent: int
    """Process id of whoever must be alive."""
    directory: str
    """The runtime directory: removed at the end, whoever ends it."""
    nginx: list[str]
    listeners: list[Listener]


class Silent(socketserver.BaseRequestHandler):
    """Takes whatever comes and never says a word: the probe has to give up by itself."""

    request: socket.socket

    def handle(self) -> None:
        self.request.settimeout(IDLE_SECONDS)
        with contextlib.suppress(OSError):
            while self.request.recv(4096):
                pass


class Speaking(Silent):
    """Greets, waits for one answer, replies to it, and closes."""

    greeting: ClassVar[bytes]
    reply: ClassVar[bytes]

    def handle(self) -> None:
        self.request.settimeout(IDLE_SECONDS)
        with contextlib.suppress(OSError):
            self.request.sendall(self.greeting)
            if self.request.recv(4096):
                self.request.sendall(self.reply)


def mysql_packet(sequence: int, payload: bytes) -> bytes:
    """A packet of the MySQL protocol: three bytes of length, one of sequence, the payload."""
    return struct.pack("<I", len(payload))[:3] + bytes([sequence]) + payload


class Mysql(Speaking):
    """The greeting of MySQL (handshake version 10); every login is refused (error 1045, SQL state 28000)."""

    greeting = mysql_packet(
        0,
        b"\x0a8.0.36\x00"  # protocol version, server version
        + struct.pack("<I", 7)  # connection id
        + b"khien-01\x00"  # first part of the challenge
        + struct.pack("<HBHH", 0xF7DF, 0xFF, 2, 0x00DF)  # capabilities, character set, status, capabilities
        + bytes([21])
        + bytes(10)
        + b"khien-demo-2\x00"  # second part of the challenge
        + b"mysql_native_password\x00",
    )
    reply = mysql_packet(2, b"\xff" + struct.pack("<H", 1045) + b"#28000Access denied")


class Telnet(Speaking):
    """The negotiation of a telnet server (RFC 854) and its prompt; every login fails."""

    greeting = (
        b"\xff\xfd\x18"  # IAC DO TERMINAL-TYPE (RFC 1091)
        b"\xff\xfd\x20"  # IAC DO TERMINAL-SPEED (RFC 1079)
        b"\xff\xfb\x03"  # IAC WILL SUPPRESS-GO-AHEAD (RFC 858)
        b"\xff\xfb\x01"  # IAC WILL ECHO (RFC 857)
        b"\r\nlogin: "
    )
    reply = b"\r\nLogin incorrect\r\n"


class Server(socketserver.ThreadingTCPServer):
    """A listener with a thread for each connection."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 64


HANDLERS: dict[Role, type[Silent]] = {"silent": Silent, "mysql": Mysql, "telnet": Telnet}


def serve(listener: Listener) -> list[socket.socket]:
    """Start one listener in a thread; the sockets returned must stay open as long as it is to be there."""
    if listener.role == "dropping":
        return drop(listener.address, listener.port)
    server = Server((listener.address, listener.port), HANDLERS[listener.role])
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return [server.socket]


def drop(address: str, port: int) -> list[socket.socket]:
    """A port that answers no SYN: Linux drops them while the queue of connections to be accepted is full.

    Nothing accepts here, the queue has one place, and connections of our own fill it.
    """
    listening = socket.socket()
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listening.bind((address, port))
    listening.listen(0)
    held = [listening]
    for _ in range(8):
        filler = socket.socket()
        filler.settimeout(0.1)
        try:
            filler.connect((address, port))
        except TimeoutError:
            filler.close()
            break
        held.append(filler)
    return held


@contextlib.contextmanager
def running_nginx(command: list[str], directory: Path) -> Iterator[subprocess.Popen[bytes]]:
    """nginx, ended on leaving. Must be entered by the main thread before any other thread exists."""
    environment = {"OPENSSL_CONF": str(directory / "openssl.cnf"), "PATH": os.environ.get("PATH", "")}
    process = subprocess.Popen(  # noqa: S603  (see the import)
        command, env=environment, cwd=directory, stdin=subprocess.DEVNULL, preexec_fn=_dies_with_parent(os.getpid())
    )
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(QUIT_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _dies_with_parent(parent: int) -> Callable[[], None]:
    """What a child runs before it becomes another program: the kernel is to kill it when its parent dies."""
    prctl = ctypes.CDLL(None, use_errno=True).prctl

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:  # it died before it was asked for
            os._exit(1)

    return ask


def read_spec(path: Path) -> Spec:
    """The specification that the estate wrote."""
    data: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    data["listeners"] = [Listener(**each) for each in data["listeners"]]
    return Spec(**data)


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def keep(spec: Spec) -> int:
    """Run everything until the parent or nginx ends, or SIGTERM comes. Returns the exit status."""
    try:
        parent = os.pidfd_open(spec.parent)
    except ProcessLookupError:
        return 0
    if os.getppid() != spec.parent:
        return 0
    with running_nginx(spec.nginx, Path(spec.directory)) as nginx:
        sockets = [held for listener in spec.listeners for held in serve(listener)]
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        ended, _, _ = select.select([parent, os.pidfd_open(nginx.pid)], [], [])
        for each in sockets:
            each.close()
    return 0 if parent in ended else 1


def main() -> int:
    """Entry point: one argument, the path of the specification."""
    signal.signal(signal.SIGTERM, _end)
    spec = read_spec(Path(sys.argv[1]))
    try:
        status = keep(spec)
    except SystemExit:
        status = 0
    if status == 0:  # otherwise the estate itself removes it, after it has read the logs
        shutil.rmtree(spec.directory, ignore_errors=True)
    return status


if __name__ == "__main__":
    sys.exit(main())
