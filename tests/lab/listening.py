"""Server software that is a library runs in a child process of the lab, many configurations in one process.

The child reads one JSON object from its standard input: by identifier, the loopback address to listen on, the files
and the options. It listens on a free port of each address, writes the ports as one JSON object, and ends when its
input ends, so that it cannot outlive the lab.
"""

import json
import os
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.servers.tcp import TcpServer

IDLE_SECONDS = 20.0
"""After so long without a word from the client a connection is closed."""

PAGE = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"

Serve = Callable[[socket.socket], None]


@dataclass(frozen=True, slots=True)
class Order:
    """One server to start."""

    address: str
    pairs: tuple[tuple[str, str], ...]
    """Files of the chain and the key of each certificate."""
    files: Mapping[str, str]
    """Further files by name: see `Keyring.files`."""
    options: tuple[str, ...]

    def settings(self) -> dict[str, str]:
        """Options of the form "name=value"."""
        return dict(option.split("=", 1) for option in self.options)


class _Listener(TcpServer):
    def __init__(self, address: str, serve: Serve) -> None:
        super().__init__(address)
        self._serve = serve

    def serve(self, sock: socket.socket) -> None:
        """Talk to one client; what it does wrong is its own affair."""
        self._serve(sock)


def serve_orders(prepare: Callable[[Order], Serve]) -> None:
    """Start what is asked for on standard input; does not return before that ends."""
    ports = {}
    for name, each in json.loads(sys.stdin.readline()).items():
        pairs = tuple((chain, key) for chain, key in each["pairs"])
        order = Order(each["address"], pairs, each["files"], tuple(each["options"]))
        listener = _Listener(order.address, prepare(order))
        listener.__enter__()
        ports[name] = listener.port
    print(json.dumps(ports), flush=True)
    sys.stdin.read()
    os._exit(0)  # threads that still talk to a client are not waited for
