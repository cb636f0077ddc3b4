"""Two network namespaces and the one link between them: nothing that is sent in one can go anywhere but to the other.

Made with `ip` (iproute2), which needs root, and removed whatever happens. Without the right to make them a test fails
and says so: what it proves is worth nothing where it is passed over.
"""

import ctypes
import os
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest

R = TypeVar("R")

CLONE_NEWNET = 0x40000000
"""linux/sched.h"""
SCANNER_LINK, SERVER_LINK = "scanner", "servers"
"""Names of the two ends."""
GATEWAYS = ("198.18.0.1", "2001:db8:77::1")
"""Where everything goes from the scanner's side: benchmarking and documentation addresses (RFC 2544, RFC 3849)."""
SCANNER = ("198.18.0.2", "2001:db8:77::2")


@dataclass(frozen=True, slots=True)
class Namespace:
    """One of them."""

    name: str

    def command(self, *words: object, resolver: Path | None = None) -> list[str]:
        """What runs a program inside; with a file in the place of /etc/resolv.conf where one is given."""
        inside = ["ip", "netns", "exec", self.name]
        if resolver is not None:  # `ip netns exec` has made a namespace of mounts, too
            inside += ["sh", "-c", 'mount --bind "$0" /etc/resolv.conf && exec "$@"', str(resolver)]
        return inside + [str(word) for word in words]

    def run(self, function: Callable[[], R]) -> R:
        """What a function gives that is called inside, in a thread of its own: its sockets stay there."""
        outcome: Future[R] = Future()

        def work() -> None:
            try:
                self._enter()
                outcome.set_result(function())
            except BaseException as error:
                outcome.set_exception(error)

        thread = threading.Thread(target=work)
        thread.start()
        thread.join()
        return outcome.result()

    def _enter(self) -> None:
        library = ctypes.CDLL(None, use_errno=True)
        descriptor = os.open(f"/run/netns/{self.name}", os.O_RDONLY)
        try:
            if library.setns(descriptor, CLONE_NEWNET):
                raise OSError(ctypes.get_errno(), "setns")
        finally:
            os.close(descriptor)


@contextmanager
def scanner_and_servers(addresses: Sequence[str]) -> Iterator[tuple[Namespace, Namespace]]:
    """The scanner's namespace and that of the servers, which has all of these addresses."""
    scanner, servers = (Namespace(f"khien-test-{os.getpid()}-{each}") for each in ("scanner", "servers"))
    with ExitStack() as cleanup:
        for each in (scanner, servers):
            _ip("netns", "add", each.name)
            cleanup.callback(_ip, "netns", "delete", each.name)
            _ip("-n", each.name, "link", "set", "lo", "up")
        ends = (SCANNER_LINK, scanner.name), (SERVER_LINK, servers.name)
        (near, ours), (far, theirs) = ends
        _ip("link", "add", near, "netns", ours, "type", "veth", "peer", "name", far, "netns", theirs)
        for name, namespace in ends:
            _ip("-n", namespace, "link", "set", name, "up")
        for own, gateway in zip(SCANNER, GATEWAYS, strict=True):
            size = 64 if ":" in own else 24
            _ip("-n", ours, "address", "add", f"{own}/{size}", "dev", near, *_at_once(own))
            _ip("-n", theirs, "address", "add", f"{gateway}/{size}", "dev", far, *_at_once(own))
            _ip("-n", ours, "route", "add", "default", "via", gateway)
        for address in addresses:
            size = 128 if ":" in address else 32
            _ip("-n", theirs, "address", "add", f"{address}/{size}", "dev", "lo", *_at_once(address))
        yield scanner, servers


def _at_once(address: str) -> tuple[str, ...]:
    """No waiting for somebody else who might have the address (RFC 4862 section 5.4)."""
    return ("nodad",) if ":" in address else ()


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True)
    if done.returncode:
        pytest.fail(
            f"`ip {' '.join(words)}`: {done.stderr.strip()}. This test makes network namespaces: run it as root, "
            "where these are allowed (in a container: with CAP_SYS_ADMIN and CAP_NET_ADMIN)"
        )
