"""Processes of the lab: started with what they need, waited for within a bound, ended by their own id."""

import contextlib
import os
import random
import selectors
import socket
import subprocess
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

START_SECONDS = 60.0
"""A server that is not ready by then has failed."""

ENVIRONMENT = {"OPENSSL_CONF": "/dev/null", "GNUTLS_SYSTEM_PRIORITY_FILE": "/dev/null"}
"""What this machine's administrator demands of all TLS is not to change what the lab's servers offer."""

_random = random.Random()  # not the one that tests seed: two runs at a time are to differ


class StartFailed(AssertionError):
    """A server did not come up; with what it wrote."""


@contextlib.contextmanager
def running(command: Sequence[str], folder: Path, name: str) -> Iterator["subprocess.Popen[bytes]"]:
    """A process with pipes to its input and output; its errors go to `folder`/`name`.log. Killed at the end."""
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=os.environ | ENVIRONMENT,
            cwd=Path(__file__).parents[2],
        )
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def first_line(
    process: "subprocess.Popen[bytes]", folder: Path, name: str, start: bytes = b"", seconds: float = START_SECONDS
) -> bytes:
    """The first line of its output that begins so. Raises StartFailed where none comes in time."""
    assert process.stdout is not None
    end = time.monotonic() + seconds
    heard = b""
    while (left := end - time.monotonic()) > 0:
        piece = _read(process.stdout, left)
        heard += piece
        for line in heard.splitlines(keepends=True):
            if line.startswith(start) and line.endswith(b"\n"):
                return line
        if not piece:
            break
    raise StartFailed(f"{name} said nothing: {_log(folder, name)}")


def _read(pipe: IO[bytes], seconds: float) -> bytes:
    with selectors.DefaultSelector() as selector:
        selector.register(pipe, selectors.EVENT_READ)
        return os.read(pipe.fileno(), 65536) if selector.select(seconds) else b""


def await_ports(process: "subprocess.Popen[bytes]", places: Sequence[tuple[str, int]], folder: Path, name: str) -> None:
    """Wait until connections are accepted at every place. Raises StartFailed where they are not in time."""
    end = time.monotonic() + START_SECONDS
    for place in places:
        while not _accepts(place):
            if process.poll() is not None or time.monotonic() > end:
                raise StartFailed(f"{name} did not start: {_log(folder, name)}")
            time.sleep(0.01)


def _accepts(place: tuple[str, int]) -> bool:
    try:
        socket.create_connection(place, timeout=1).close()
    except OSError:
        return False
    return True


def _log(folder: Path, name: str) -> str:
    return (folder / f"{name}.log").read_text(errors="replace")[-2000:]


def own_address() -> str:
    """A loopback address that nothing else is likely to use."""
    return f"127.{_random.randint(64, 127)}.{_random.randint(1, 254)}.{_random.randint(1, 254)}"


def own_place() -> tuple[str, int]:
    """Such an address, with a port that is free on it."""
    address = own_address()
    with socket.create_server((address, 0)) as sock:
        port: int = sock.getsockname()[1]
        return address, port
