"""The estate as one value: made, started, waited for, and stopped with nothing left behind.

Everything runs below one child process, the keeper (`demo.servers`), which is known by its process id and ends by
itself when this process dies in whatever way. Keys and server files live in a private directory that goes with it;
what stays is the configuration, the inventory, the waivers and the trust anchor (`demo.files`).
"""

import contextlib
import errno
import json
import os
import select
import shutil
import socket
import subprocess  # this interpreter, with a fixed command line
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from demo import files, nginx
from demo.authority import Authority
from demo.servers import QUIT_SECONDS, Listener, Spec
from demo.sites import HIGH, SITES, STANDARD, Ports, Site
from demo.words import EstateError

START_SECONDS = 20
"""An estate that does not listen by then is given up; it usually takes less than one second."""
BLOCKS = range(16)
"""Third parts of the loopback addresses that an estate may take: several estates can run side by side."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an estate stands."""

    block: int
    ports: Ports
    claim: socket.socket
    """Held while the estate runs, so that no other one starts in the same block at the same moment."""


class Estate:
    """A running demo estate. Made by `running_estate`."""

    def __init__(self, directory: Path, place: Place, keeper: subprocess.Popen[str]) -> None:
        self.directory = directory
        self.ports = place.ports
        self._block = place.block
        self._keeper = keeper

    @property
    def configuration(self) -> Path:
        """khien.yaml."""
        return self.directory / files.CONFIGURATION

    @property
    def inventory(self) -> Path:
        """inventory.yaml."""
        return self.directory / files.INVENTORY

    @property
    def waivers(self) -> Path:
        """waivers.yaml."""
        return self.directory / files.WAIVERS

    @property
    def anchor(self) -> Path:
        """The root certificate in PEM."""
        return self.directory / files.ANCHOR

    @property
    def pid(self) -> int:
        """The process id of the keeper, the parent of every server."""
        return self._keeper.pid

    def address(self, site: Site) -> str:
        """The loopback address of a site."""
        return site.address(self._block)

    def url(self, site: Site) -> str:
        """The URL of a site."""
        return files.url(site, self.ports)


@contextlib.contextmanager
def running_estate(directory: Path, aged: timedelta = timedelta(0)) -> Iterator[Estate]:
    """An estate that answers, with its files in `directory` (made if missing); stopped on leaving, however one leaves.

    Its certificates are valid from so much earlier than usual, for who makes up a past of it.
    Raises EstateError where nginx is missing, no ports are free, the servers do not start, or `directory` holds
    files of the same names that no estate wrote.
    """
    program = nginx.find_nginx()
    directory.mkdir(parents=True, exist_ok=True)
    files.refuse_foreign(directory)
    with contextlib.ExitStack() as cleanup:
        place = _find_place()
        cleanup.callback(place.claim.close)
        runtime = Path(tempfile.mkdtemp(prefix=".servers-", dir=directory.resolve()))
        cleanup.callback(shutil.rmtree, runtime, ignore_errors=True)
        _prepare(directory, runtime, place, aged)
        spec = Spec(os.getpid(), str(runtime), nginx.command(program, runtime), _listeners(place))
        keeper = _start(spec, runtime)
        cleanup.callback(_stop, keeper)
        _await_answers(keeper, runtime, place)
        yield Estate(directory, place, keeper)


def _prepare(directory: Path, runtime: Path, place: Place, aged: timedelta) -> None:
    """Certificates, server configuration, and the files for the scanner."""
    now = datetime.now(UTC)
    authority = Authority(now, aged)
    web = [site for site in SITES if site.served in ("web", "cleartext")]
    for site in web:
        if site.served == "web":
            served = authority.issue(site.name, site.tls.certificate)
            (runtime / f"{site.id}.pem").write_bytes(served.chain)
            (runtime / f"{site.id}.key").write_bytes(served.key)
    nginx.write_configuration(runtime, web, place.block, place.ports, now)
    files.write(directory, authority.root, place.block, place.ports, now.date())


def _web_endpoints(place: Place) -> list[tuple[str, int]]:
    """Addresses and ports that nginx listens on."""
    found = []
    for site in SITES:
        if site.served in ("web", "cleartext"):
            found.append((site.address(place.block), place.ports.http))
        if site.served == "web":
            found.append((site.address(place.block), place.ports.https))
    return list(dict.fromkeys(found))


def _listeners(place: Place) -> list[Listener]:
    """What the keeper serves itself."""
    found = []
    for site in SITES:
        address = site.address(place.block)
        if site.served in ("silent", "dropping"):
            found += [Listener(site.served, address, port) for port in (place.ports.http, place.ports.https)]
        if site.open_services:
            found.append(Listener("telnet", address, place.ports.telnet))
            found.append(Listener("mysql", address, place.ports.mysql))
    return found


def _find_place() -> Place:
    """The usual ports if they may be taken, otherwise high ones, in the first block where all of them are free."""
    for ports in (STANDARD, HIGH):
        for block in BLOCKS:
            claim = socket.socket(socket.AF_UNIX)
            place = Place(block, ports, claim)
            try:
                claim.bind(f"\0khien-demo-{block}")
                _try_ports(place)
            except PermissionError:
                claim.close()
                break
            except OSError as error:
                claim.close()
                if error.errno != errno.EADDRINUSE:
                    raise
            else:
                return place
    raise EstateError(
        f"các cổng {STANDARD.http}, {STANDARD.https} và {HIGH.http}, {HIGH.https} trên 127.0.0.0/8 đều đang bận",
        f"ports {STANDARD.http}, {STANDARD.https} and {HIGH.http}, {HIGH.https} on 127.0.0.0/8 are all in use",
    )


def _try_ports(place: Place) -> None:
    """Bind every endpoint for a moment. Raises OSError for the first that cannot be had."""
    own = [(each.address, each.port) for each in _listeners(place)]
    for endpoint in (*_web_endpoints(place), *own):
        with socket.socket() as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            trial.bind(endpoint)


def _start(spec: Spec, runtime: Path) -> subprocess.Popen[str]:
    """Start the keeper, in a session of its own: an interrupt at the terminal reaches it through us, in order."""
    path = runtime / "spec.json"
    path.write_text(json.dumps(asdict(spec)), encoding="utf-8")
    with (runtime / "keeper.log").open("w", encoding="utf-8") as log:
        return subprocess.Popen(  # noqa: S603  (see the import)
            [sys.executable, "-m", "demo.servers", str(path)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )


def _stop(keeper: subprocess.Popen[str]) -> None:
    """End the keeper, which ends the servers first; by force if it takes too long."""
    keeper.terminate()
    try:
        keeper.wait(QUIT_SECONDS + 2)
    except subprocess.TimeoutExpired:
        keeper.kill()
        keeper.wait()
    if keeper.stdout is not None:
        keeper.stdout.close()


def _await_answers(keeper: subprocess.Popen[str], runtime: Path, place: Place) -> None:
    """Until everything listens. Raises EstateError when it does not, with what the servers said."""
    deadline = time.monotonic() + START_SECONDS
    waiting = _web_endpoints(place)
    output = keeper.stdout
    if output and any(select.select([output], [], [], START_SECONDS)) and output.readline() == "ready\n":
        while waiting and keeper.poll() is None and time.monotonic() < deadline:
            with socket.socket() as trial:
                trial.settimeout(1)
                if trial.connect_ex(waiting[0]) == 0:
                    waiting.pop(0)
                else:
                    time.sleep(0.01)  # nginx has no sign of its own for "listening"
    if waiting or keeper.poll() is not None:
        said = _last_words(runtime)
        raise EstateError(
            f"các máy chủ trình diễn không khởi động được: {said}", f"the demo servers did not start: {said}"
        )


def _last_words(runtime: Path) -> str:
    """The ends of the logs, for an error message."""
    found = []
    for name in ("error.log", "keeper.log"):
        with contextlib.suppress(OSError):
            lines = (runtime / name).read_text(encoding="utf-8", errors="replace").strip().splitlines()
            found += lines[-2:]
    return " | ".join(found)[-600:] or "-"
