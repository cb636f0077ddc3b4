"""One small estate, scanned once, for every test of the command line that needs a run."""

import shutil
import socket
import ssl
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from cryptography.hazmat.primitives.serialization import Encoding
from pytest_django import DjangoDbBlocker

import history
from checks.model.operation import Step
from checks.model.task import Task
from scanner.cli.config import read_config
from tests.cli.command import ALWAYS, EXPIRED, Ended, asset_row, khien, write_workspace
from tests.servers.misbehaving import Silent
from tests.servers.pki import Authority
from tests.servers.tcp import held_port
from tests.servers.tls import SslServer, server_context

POLICY = {
    "CERT-TRUST": ("tls.certificate_trusted", "{}", "critical"),
    "TLS-12": ("tls.protocols", "{required: [tls1_2]}", "high"),
    "HDR-CSP": ("headers.csp", "{}", "medium"),
    "HDR-LEAKS": ("headers.leaks", "{no_version: [server]}", "low"),
}
HOSTILE = b"nginx/1.2 \x9b31mred\xc2\x9b31m"
"""A header with the one-byte CSI of C1, which an HTTP parser lets through and some terminals obey."""


class HostileSite(SslServer):
    """Names its software with a sequence that would colour a terminal."""

    def serve(self, sock: socket.socket) -> None:
        sock.settimeout(10)
        with self.context.wrap_socket(sock, server_side=True, suppress_ragged_eofs=True) as tls:
            if tls.recv(4096):
                tls.sendall(
                    b"HTTP/1.1 200 OK\r\nServer: " + HOSTILE + b"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"
                )


def small(folder: Path, assets: str) -> Path:
    """Files for commands to read, with the small policy."""
    write_workspace(folder, assets, POLICY)
    return folder


@dataclass(frozen=True)
class Scanned:
    """A folder with a configuration and a database in which two runs are."""

    folder: Path
    port: int
    """Where the site is served."""
    first: Ended
    """The scan of everything, with --fail-on critical."""
    second: Ended
    """The scan of the asset that is down, with --strict."""
    unauthorised: int
    """Connections that came to an asset whose authorisation has expired."""

    @property
    def run(self) -> str:
        run: str = self.first.json()["run"]
        return run


@pytest.fixture(scope="session")
def scanned_once(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scanned]:
    """The site `cong` with an untrusted certificate, `tat` which is down, `het-han` which may not be looked at."""
    folder = tmp_path_factory.mktemp("scanned")
    context = server_context(Authority().issue("cong.so-mau.example"), folder)
    with HostileSite(context) as site, Silent("127.0.0.2") as forbidden, held_port() as shut:
        assets = (
            asset_row("cong", site.port)
            + asset_row("tat", shut)
            + asset_row("het-han", forbidden.port, f", authorisation: {EXPIRED}", address="127.0.0.2")
        )
        write_workspace(folder / "work", assets, POLICY)
        first = khien("scan", "--fail-on", "critical", "--json", folder=folder / "work")
        second = khien("scan", "--asset", "tat", "--strict", "--json", folder=folder / "work")
        yield Scanned(folder / "work", site.port, first, second, forbidden.connections)


@pytest.fixture(scope="module")
def scanned(scanned_once: Scanned, tmp_path_factory: pytest.TempPathFactory) -> Scanned:
    """The same for one file of tests, which may scan in it again: no other file sees what they leave."""
    folder = tmp_path_factory.mktemp("scanned") / "work"
    shutil.copytree(scanned_once.folder, folder)
    return replace(scanned_once, folder=folder)


CONTACTS = {"so-khac": ["attt@so-khac.example"], "so-mau": ["attt@so-mau.example", "cntt@so-mau.example"], "xa-mau": []}


@dataclass(frozen=True)
class Office:
    """A folder with one run of three agencies, and what a mail server needs."""

    folder: Path
    context: ssl.SSLContext

    def configure(self, port: int, **mail: object) -> None:
        """Name the mail server in khien.yaml."""
        section = {
            "host": "127.0.0.1",
            "port": port,
            "sender": "khien@tinh-mau.example",
            "trust_anchors": ["root.pem"],
            "retry_seconds": 1,
            **mail,
        }
        self.write(mail=section)

    def write(self, **sections: object) -> None:
        """khien.yaml with those sections."""
        text = yaml.safe_dump({"policy": "small", "policies": ["rules"], **sections}, allow_unicode=True)
        (self.folder / "khien.yaml").write_text(text, encoding="utf-8")

    def send(self, *arguments: object, **environment: str) -> Ended:
        return khien("report", "send", *arguments, folder=self.folder, environment={"KHIEN_LANG": "en", **environment})


def inventory(contacts: dict[str, list[str]], more: str = "") -> str:
    """Three agencies with those contacts."""
    agencies = "".join(
        f"  - id: {name}\n    name: {{vi: Cơ quan {name}, en: Agency {name}}}\n    authorisation: {ALWAYS}\n"
        f"    contacts: [{', '.join(f'{{email: {each}, role: security}}' for each in mails)}]\n"
        for name, mails in contacts.items()
    )
    return f"agencies:\n{agencies}{more}"


@pytest.fixture(scope="session")
def scanned_office(tmp_path_factory: pytest.TempPathFactory) -> Office:
    """The office with its run."""
    folder = tmp_path_factory.mktemp("office")
    authority = Authority()
    context = server_context(authority.issue("127.0.0.1"), folder)
    work = folder / "work"
    write_workspace(work, "[]", {"TLS-12": POLICY["TLS-12"]})
    (work / "root.pem").write_bytes(authority.root.public_bytes(Encoding.PEM))
    with HostileSite(context) as site:
        assets = "assets:\n" + "".join(
            f'  - {{id: a-{name}, agency: {name}, level: 2, url: "https://{name}.example:{site.port}/", '
            "address: 127.0.0.1}\n"
            for name in CONTACTS
        )
        (work / "assets.txt").write_text(assets)
        (work / "inventory.yaml").write_text(inventory(CONTACTS, assets), encoding="utf-8")
        ended = khien("scan", "--json", folder=work)
    assert ended.status == 0, ended.err
    return Office(work, context)


@pytest.fixture
def office(scanned_office: Office, tmp_path: Path) -> Iterator[Office]:
    """A copy of its own."""
    shutil.copytree(scanned_office.folder, tmp_path / "work")
    yield Office(tmp_path / "work", scanned_office.context)


AGO = timedelta(minutes=90)

Add = Callable[[Path, str], None]


@pytest.fixture
def add(django_db_blocker: DjangoDbBlocker) -> Add:
    """Lets the schedules have been known for a while ("known"), or asks for something, as the console does."""

    def added(folder: Path, what: str) -> None:
        at = datetime.now(UTC).replace(microsecond=0) - AGO
        config = read_config(folder / "khien.yaml")
        with django_db_blocker.unblock():
            history.setup(config.database)
            history.migrate()
            from history import operations, requests

            if what == "known":
                for each in config.schedules:
                    assert operations.add(Step("schedule", each.name, 0, "known", at, "before", detail=each.written))
            else:
                requests.ask(Task(assets=("a",), recheck=what == "recheck"), "Trần Văn Mẫu", at)
            history.close()

    return added
