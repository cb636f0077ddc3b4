"""A PostgreSQL server of the tests' own: made in a new folder, reached by a Unix socket only, stopped at the end."""

import getpass
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from urllib.parse import quote

import psycopg

ROLE = "khien"
INITDB = ("--username", ROLE, "--auth", "trust", "--encoding", "UTF8", "--locale", "C.UTF-8", "--no-sync")
# What is tested survives the death of a client, not of the machine: the server need not wait for the disk.
SERVER = "-c listen_addresses='' -c fsync=off -c shared_buffers=16MB"


class Cluster:
    """A running server."""

    def __init__(self, sockets: Path) -> None:
        self._sockets = sockets
        self._numbers = count()

    def url(self, database: str) -> str:
        """The URL of one of its databases."""
        return f"postgresql://{ROLE}@/{database}?host={quote(str(self._sockets), safe='')}"

    def create(self) -> str:
        """Make an empty database; its name."""
        name = f"khien_{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(f"CREATE DATABASE {name}".encode())
        return name


@contextmanager
def cluster() -> Iterator[Cluster]:
    """Start a server; it is stopped, and its files are removed, at the end."""
    programs = _programs()
    user = _user()
    home = Path(tempfile.mkdtemp(prefix="khien-pg-"))
    shutil.chown(home, user)
    data = home / "data"

    def run(*command: str | Path) -> None:
        subprocess.run(command, user=user, check=True, stdout=subprocess.DEVNULL, cwd=home, timeout=60)

    try:
        run(programs / "initdb", "--pgdata", data, *INITDB)
        control = (programs / "pg_ctl", "--pgdata", data, "--wait")
        run(*control, "--log", home / "log", "--options", f"{SERVER} -c unix_socket_directories={home}", "start")
        try:
            yield Cluster(home)
        finally:
            run(*control, "--mode", "fast", "stop")
    finally:
        shutil.rmtree(home)


def _programs() -> Path:
    """The newest installed server. Raises RuntimeError for none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda each: int(each.parts[-3]))
    if found:
        return found[-1].parent
    on_path = shutil.which("initdb")
    if on_path is None:
        raise RuntimeError("these tests need a PostgreSQL server: apt-get install postgresql")
    return Path(on_path).parent


def _user() -> str:
    """Who runs the server, which refuses to run as root."""
    if os.geteuid() != 0:
        return getpass.getuser()
    names = {each.pw_name for each in pwd.getpwall()}
    return "postgres" if "postgres" in names else "nobody"
