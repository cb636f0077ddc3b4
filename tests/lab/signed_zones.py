"""A small DNS with a root of its own: Knot DNS holds and signs the zones, Unbound asks it.

`example` and `ky.example` are signed and linked; `dao.example` is signed and nothing above says so; `hong.example` is
linked to a key that it does not have; `tran.example` is not signed.
"""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from tests.lab.processes import START_SECONDS, await_ports, own_place, running

Mode = Literal["validating", "passing"]
MODULES: Mapping[Mode, str] = {"validating": "validator iterator", "passing": "iterator"}
ALGORITHM = "algorithm=ECDSAP256SHA256"

HEAD = "@ 60 IN SOA ns.example. x.example. 1 60 60 6000 60\n@ 60 IN NS ns.example.\n"
BODY = HEAD + "@ 60 IN A 192.0.2.1\nwww 60 IN A 192.0.2.1\nwww 60 IN AAAA 2001:db8::1\nbi-danh 60 IN CNAME www\n"
CAA = '@ 60 IN CAA 0 issue "ca.example"\n'
ZONES: Mapping[str, str] = {
    ".": HEAD + "example. 60 IN NS ns.example.\nns.example. 60 IN A 192.0.2.53\n",
    "example.": HEAD
    + "ns 60 IN A 192.0.2.53\n"
    + "".join(f"{each} 60 IN NS ns.example.\n" for each in ("ky", "dao", "hong", "tran")),
    "ky.example.": BODY
    + CAA
    + "ngoai 60 IN CNAME www.tran.example.\n"
    + "".join(f"lon 60 IN AAAA 2001:db8::{each:x}\n" for each in range(1, 90)),
    "dao.example.": BODY,
    "hong.example.": BODY,
    "tran.example.": BODY,
}
PARENTS = {"example.": ".", "ky.example.": "example.", "hong.example.": "example."}
"""Zones with a DS record, and where it stands."""


UNSIGNED = "tran.example."


@dataclass(frozen=True, slots=True)
class Resolvers:
    """Where the two ways to resolve are asked."""

    places: Mapping[Mode, str]


@contextlib.contextmanager
def signed_zones(folder: Path) -> Iterator[Resolvers]:
    """Sign, serve and resolve."""
    authority = own_place()
    knot = _knot(folder, *authority)
    anchor = _write_zones(folder, knot)
    with contextlib.ExitStack() as stack:
        _start(stack, folder, "knot", [_tool("knotd"), "-c", str(knot)], authority)
        places: dict[Mode, str] = {}
        for mode in MODULES:
            place = own_place()
            configuration = _unbound(folder, mode, place, authority, anchor)
            _start(stack, folder, mode, [_tool("unbound"), "-d", "-c", str(configuration)], place)
            places[mode] = f"{place[0]}:{place[1]}"
        yield Resolvers(places)


def _start(stack: contextlib.ExitStack, folder: Path, name: str, command: list[str], place: tuple[str, int]) -> None:
    process = stack.enter_context(running(command, folder, name))
    await_ports(process, [place], folder, name)


def _write_zones(folder: Path, knot: Path) -> str:
    """Every zone as a file, and a key for each that is signed; the DS record of the root."""
    links = {name: _new_key(knot, name) for name in ZONES if name != UNSIGNED}
    for name, text in ZONES.items():
        # A parent that names another key is what a rollover leaves that went wrong.
        below = {zone: "dao.example." if zone == "hong.example." else zone for zone in PARENTS if PARENTS[zone] == name}
        delegations = "".join(f"{zone} 60 IN DS {links[key]}\n" for zone, key in below.items())
        (folder / f"{name}zone").write_text(f"$ORIGIN {name}\n{text}{delegations}")
    return f". IN DS {links['.']}"


def _new_key(knot: Path, name: str) -> str:
    """Make a key for a zone; the data of its DS record (RFC 4034 section 5.1) with SHA-256."""
    _keymgr(knot, name, "generate", ALGORITHM, "ksk=yes", "zsk=yes")
    lines = _keymgr(knot, name, "ds").splitlines()
    return next(data for data in (line.split(" DS ")[1] for line in lines) if data.split()[2] == "2")


def _keymgr(knot: Path, *arguments: str) -> str:
    command = [_tool("keymgr"), "-c", str(knot), *arguments]
    done = subprocess.run(command, capture_output=True, timeout=START_SECONDS, check=True)
    return done.stdout.decode()


def _tool(name: str) -> str:
    """Debian puts servers where an ordinary user's PATH does not lead."""
    found = shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin")
    assert found is not None, f"{name} is not installed: see TEST_PACKAGES in the Makefile"
    return found


def _switch(on: bool) -> str:
    return "on" if on else "off"


def _knot(folder: Path, address: str, port: int) -> Path:
    zones = "\n".join(
        f'  - domain: "{name}"\n    file: "{folder / f"{name}zone"}"\n    dnssec-signing: {_switch(name != UNSIGNED)}'
        for name in ZONES
    )
    path = folder / "knot.conf"
    path.write_text(
        f"""server:
    rundir: "{folder}"
    listen: "{address}@{port}"
database:
    storage: "{folder}"
log:
  - target: stderr
    any: warning
policy:
  - id: hand
    manual: on
template:
  - id: default
    storage: "{folder}"
    dnssec-policy: hand
    zonefile-sync: -1
    zonefile-load: whole
zone:
{zones}
"""
    )
    return path


def _unbound(folder: Path, mode: Mode, place: tuple[str, int], authority: tuple[str, int], anchor: str) -> Path:
    stubs = "\n".join(
        f'stub-zone:\n  name: "{name}"\n  stub-addr: {authority[0]}@{authority[1]}\n  stub-no-cache: yes'
        for name in ZONES
    )
    path = folder / f"{mode}.conf"
    path.write_text(
        f"""server:
  interface: {place[0]}@{place[1]}
  access-control: 127.0.0.0/8 allow
  do-not-query-localhost: no
  do-ip6: no
  do-daemonize: no
  use-syslog: no
  verbosity: 1
  chroot: ""
  username: ""
  directory: "{folder}"
  pidfile: ""
  num-threads: 1
  module-config: "{MODULES[mode]}"
  trust-anchor: "{anchor}"
  root-hints: ""
  qname-minimisation: no
  local-zone: "example." nodefault
remote-control:
  control-enable: no
{stubs}
"""
    )
    return path
