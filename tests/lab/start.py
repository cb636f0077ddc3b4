"""Starting what the catalogue describes."""

import contextlib
import json
import re
import shutil
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from tests.lab.configuration import Configuration, Endpoint, Software
from tests.lab.keyring import Keyring
from tests.lab.processes import await_ports, first_line, own_address, own_place, running
from tests.lab.webservers import apache_text, nginx_text

Starter = Callable[
    [Sequence[Configuration], Keyring, Path], contextlib.AbstractContextManager[Mapping[str, tuple[str, int]]]
]


@contextlib.contextmanager
def start(configuration: Configuration, folder: Path) -> Iterator[Endpoint]:
    """One server, until the block ends. Raises StartFailed where it does not come up."""
    with start_all([configuration], folder) as endpoints:
        yield endpoints[configuration.id]


@contextlib.contextmanager
def start_all(configurations: Iterable[Configuration], folder: Path) -> Iterator[Mapping[str, Endpoint]]:
    """Many servers by identifier, until the block ends; those of one software share processes where they can."""
    keyring = Keyring(folder / "keys")
    wanted: dict[Software, list[Configuration]] = {}
    for each in configurations:
        wanted.setdefault(each.software, []).append(each)
    with contextlib.ExitStack() as stack:
        found: dict[str, Endpoint] = {}
        for software, group in wanted.items():
            own = folder / software
            own.mkdir(exist_ok=True)
            places = stack.enter_context(STARTERS[software](group, keyring, own))
            found |= {each.id: Endpoint(*places[each.id], each.server_name) for each in group}
        yield found


def _child(*command: str) -> Starter:
    """A starter of children that listening.py describes."""

    @contextlib.contextmanager
    def starter(
        configurations: Sequence[Configuration], keyring: Keyring, folder: Path
    ) -> Iterator[Mapping[str, tuple[str, int]]]:
        orders = {
            each.id: {
                "address": own_address(),
                "pairs": [[str(path) for path in keyring.pair(kind)] for kind in each.keys],
                "files": keyring.files(),
                "options": each.options,
            }
            for each in configurations
        }
        with running(command, folder, "child") as process:
            assert process.stdin is not None
            process.stdin.write(json.dumps(orders).encode() + b"\n")
            process.stdin.flush()
            ports = json.loads(first_line(process, folder, "child"))
            yield {name: (str(order["address"]), ports[name]) for name, order in orders.items()}

    return starter


def _web_server(command: Callable[[Path], Sequence[str]], text: Callable[..., str]) -> Starter:
    """A starter of one process that serves every configuration on a place of its own."""

    @contextlib.contextmanager
    def starter(
        configurations: Sequence[Configuration], keyring: Keyring, folder: Path
    ) -> Iterator[Mapping[str, tuple[str, int]]]:
        places = {each.id: own_place() for each in configurations}
        file = folder / "server.conf"
        file.write_text(text(configurations, places, keyring, folder))
        with running(command(file), folder, "server") as process:
            await_ports(process, list(places.values()), folder, "server")
            yield places

    return starter


@contextlib.contextmanager
def _openssl(
    configurations: Sequence[Configuration], keyring: Keyring, folder: Path
) -> Iterator[Mapping[str, tuple[str, int]]]:
    """`openssl s_server`: a process for each configuration.

    It serves one connection after the other, and sleeps for a second after a renegotiation that it refused.
    """
    files = keyring.files()
    with contextlib.ExitStack() as stack:
        started = {}
        for each in configurations:
            address = own_address()
            command = ["openssl", "s_server", "-accept", f"{address}:0", *_openssl_keys(each, keyring)]
            if "-early_data" not in each.options:  # which s_server does not combine with answers of its own
                command.append("-www")
            command += [option.format_map(files) for option in each.options]
            started[each.id] = (address, stack.enter_context(running(command, folder, each.id)))
        places = {}
        for name, (address, process) in started.items():
            line = first_line(process, folder, name, b"ACCEPT ").decode()
            places[name] = (address, int(re.findall(r":(\d+)\s", line)[0]))
            # What it says of each connection has to be read, or it waits for a reader.
            threading.Thread(target=lambda pipe=process.stdout: deque(pipe, maxlen=0), daemon=True).start()
        yield places


def _openssl_keys(configuration: Configuration, keyring: Keyring) -> list[str]:
    """The arguments of one certificate, or of two."""
    if not configuration.keys:
        return ["-nocert"]
    found = []
    for prefix, kind in zip(("", "d"), configuration.keys, strict=False):
        chain, key = keyring.pair(kind)
        found += [f"-{prefix}cert", str(chain), f"-{prefix}key", str(key)]
    return found


def _program(name: str) -> str:
    """Where a program is; those of an administrator are not on everybody's path. Raises LookupError."""
    found = shutil.which(name) or shutil.which(name, path="/usr/sbin:/usr/local/sbin")
    if found is None:
        raise LookupError(f"{name} is not installed")
    return found


def _module(name: str) -> Starter:
    return _child(sys.executable, "-m", f"tests.lab.{name}")


STARTERS: Mapping[Software, Starter] = {
    "nginx": _web_server(lambda file: [_program("nginx"), "-p", str(file.parent), "-c", str(file)], nginx_text),
    "apache": _web_server(lambda file: [_program("apache2"), "-X", "-f", str(file)], apache_text),
    "openssl": _openssl,
    "gnutls": _module("serve_gnutls"),
    "python": _module("serve_python"),
    "pyopenssl": _module("serve_pyopenssl"),
    "legacy": _module("serve_legacy"),
    "node": _child("node", str(Path(__file__).with_name("serve_node.js"))),
}
