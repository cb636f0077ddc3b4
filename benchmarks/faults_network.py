"""Servers and a resolver behind a link that can be cut: network namespaces, so that no other network has a part in it.

The scanner's side has one way out, to the servers' side. Needs root.
"""

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import dns.message
import dns.rdatatype

from benchmarks.daemon import KHIEN, PATIENCE
from tests.network.namespaces import SERVER_LINK, Namespace, scanner_and_servers
from tests.servers.dns import NameServer, reply
from tests.servers.pki import Authority

RESOLVER: Final = "198.18.0.53"
SITES: Final = {f"trang-{number}.so-mau.example": f"198.18.77.{number}" for number in range(10, 16)}
"""Names and addresses: those of networks for benchmarks (RFC 2544)."""


@dataclass
class NetworkEstate:
    """What runs."""

    config: Path
    scanner: Namespace
    servers: Namespace
    resolving: ExitStack

    def command(self, words: Sequence[str]) -> list[str]:
        """What runs a command on the scanner's side."""
        return self.scanner.command(*words, resolver=self.config.with_name("resolv.conf"))

    @contextmanager
    def without_resolver(self) -> Iterator[None]:
        """Nobody answers questions for names."""
        self.resolving.close()
        try:
            yield
        finally:
            self.resolving.enter_context(self.servers.run(_resolver))

    @contextmanager
    def link_down(self) -> Iterator[None]:
        """Nothing passes."""
        self._link("down")
        try:
            yield
        finally:
            self._link("up")

    def report(self) -> str:
        """What `khien report` says of the latest run, and its exit status."""
        out = self.config.with_name("reports")
        command = [*KHIEN, "report", "--config", str(self.config), "--format", "json", "--out", str(out)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=PATIENCE, check=False)
        return f"{' '.join(done.stderr.split())} (exit status {done.returncode})"

    def _link(self, state: str) -> None:
        subprocess.run(["ip", "-n", self.servers.name, "link", "set", SERVER_LINK, state], check=True)


@contextmanager
def network_estate(folder: Path) -> Iterator[NetworkEstate]:
    """Six sites of one agency, which are found by their names."""
    with ExitStack() as stack:
        scanner, servers = stack.enter_context(scanner_and_servers([RESOLVER, *SITES.values()]))
        resolving = stack.enter_context(ExitStack())
        resolving.enter_context(servers.run(_resolver))
        _write(folder)
        stack.enter_context(_nginx(servers, folder))
        yield NetworkEstate(folder / "khien.yaml", scanner, servers, resolving)


def _resolver() -> NameServer:
    def answer(query: dns.message.Message, tcp: bool) -> dns.message.Message:
        (question,) = query.question
        address = SITES.get(question.name.to_text(omit_final_dot=True))
        if address is None or question.rdtype != dns.rdatatype.A:
            return reply(query)
        return reply(query, f"{question.name} A {address}")

    return NameServer(answer, RESOLVER, 53)


def _write(folder: Path) -> None:
    (folder / "resolv.conf").write_text(f"nameserver {RESOLVER}\noptions timeout:1 attempts:1\n")
    (folder / "khien.yaml").write_text(
        "scan: {contact: attt@tinh-mau.example, connections_per_second: 100, connect_seconds: 2, http_seconds: 4, "
        "tls_seconds: 15, dns_seconds: 4, looks_at_once: 2}\n"
    )
    authorisation = (
        '{document: "01/MAU", valid_from: 2020-01-01, valid_until: 2099-12-31, addresses: ["198.18.77.0/24"]}'
    )
    assets = "".join(
        f'  - {{id: {name.partition(".")[0]}, agency: so-mau, level: 2, url: "https://{name}/"}}\n' for name in SITES
    )
    (folder / "inventory.yaml").write_text(
        "agencies:\n  - id: so-mau\n    name: {vi: Sở Mẫu, en: Sample Department}\n"
        f"    authorisation: {authorisation}\nassets:\n{assets}",
        encoding="utf-8",
    )
    Authority().issue(*SITES, key="rsa2048").write(folder)


@contextmanager
def _nginx(servers: Namespace, folder: Path) -> Iterator[None]:
    temporary = " ".join(
        f"{kind}_temp_path {folder / kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    listening = " ".join(f"listen {each}:80; listen {each}:443 ssl;" for each in SITES.values())
    (folder / "nginx.conf").write_text(
        f"""
daemon off; master_process off; pid {folder}/nginx.pid; error_log {folder}/error.log warn;
events {{ worker_connections 512; }}
http {{
    {temporary} access_log off; default_type text/html;
    ssl_certificate {folder}/server.pem; ssl_certificate_key {folder}/server.key;
    server {{ {listening} return 200 "here"; }}
}}
"""
    )
    command = servers.command("nginx", "-p", folder, "-c", folder / "nginx.conf")
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(10)
