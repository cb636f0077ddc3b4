"""Khiên scans its own console, behind nginx as docs/console.md configures it, under the strictest of its policies."""

import re
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding

from demo.nginx import find_nginx
from tests.cli.command import ALWAYS, done
from tests.console.conftest import ROOT, Console
from tests.servers.pki import Authority

ADDRESS = "127.41.0.1"
"""Of loopback, with nobody else at its ports 80 and 443."""
HOST = "khien.tinh-mau.example"
TEMPORARY = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
INVENTORY = f"""\
agencies:
  - {{id: tinh-mau, name: {{vi: Tỉnh Mẫu, en: Sample Province}}, authorisation: {ALWAYS}}}
assets:
  - {{id: khien, agency: tinh-mau, level: 3, url: "https://{HOST}/", address: {ADDRESS}, ports: [80, 443]}}
"""
CONFIGURATION = """\
policy: nghe-an-web
trust_anchors: [root.pem]
scan: {contact: "attt@tinh-mau.example", connections_per_second: 1000}
"""


def documented() -> str:
    """The configuration for nginx in the documentation."""
    text = (ROOT / "docs" / "console.md").read_text(encoding="utf-8")
    found = re.search(r"```nginx\n(.*?)```", text, re.DOTALL)
    assert found is not None
    return found[1]


def here(configuration: str, console: Console, folder: Path) -> str:
    """The same for this machine: another address, other files, the port of the console."""
    chain, key = identity(folder)
    changes = {
        "listen 443": f"listen {ADDRESS}:443",
        "listen 80": f"listen {ADDRESS}:80",
        "/etc/khien/tls/chain.pem": str(chain),
        "/etc/khien/tls/key.pem": str(key),
        "127.0.0.1:8440": f"127.0.0.1:{console.port}",
    }
    made = re.sub(r" *listen \[::\].*\n", "", configuration)
    for old, new in changes.items():
        assert old in made
        made = made.replace(old, new)
    paths = "".join(f"{each}_temp_path {folder}/{each};\n" for each in TEMPORARY)
    head = f"daemon off;\npid {folder}/nginx.pid;\nerror_log {folder}/error.log;\nevents {{}}\n"
    return f"{head}http {{\naccess_log off;\n{paths}{made}}}\n"


def identity(folder: Path) -> tuple[Path, Path]:
    """Chain and key of the console; the root stands beside."""
    authority = Authority()
    (folder / "root.pem").write_bytes(authority.root.public_bytes(Encoding.PEM))
    return authority.issue(HOST).write(folder)


@pytest.fixture
def proxied(console: Console, tmp_path: Path) -> Iterator[Path]:
    """A folder from which the console is scanned while nginx stands before it."""
    (tmp_path / "nginx.conf").write_text(here(documented(), console, tmp_path), encoding="utf-8")
    (tmp_path / "khien.yaml").write_text(CONFIGURATION, encoding="utf-8")
    (tmp_path / "inventory.yaml").write_text(INVENTORY, encoding="utf-8")
    process = subprocess.Popen([find_nginx(), "-p", tmp_path, "-c", "nginx.conf"])
    try:
        for _ in range(600):
            if (tmp_path / "nginx.pid").exists() or process.poll() is not None:
                break
            time.sleep(0.05)
        assert process.poll() is None, (tmp_path / "error.log").read_text(encoding="utf-8")
        yield tmp_path
    finally:
        process.terminate()
        process.wait(60)


def test_nothing_fails_at_the_console_and_everything_could_be_assessed(proxied: Path) -> None:
    run = done("scan", "--json", "--strict", folder=proxied).json()["run"]
    findings = done("history", "show", run, "--json", folder=proxied).json()
    told = {each["control"]: each["verdict"] for each in findings}
    assert {name: verdict for name, verdict in told.items() if verdict not in ("pass", "not_applicable")} == {}
    assert {"HDR-CSP", "HDR-HSTS", "HDR-REFERRER", "HDR-LEAKS", "TLS-12", "WEB-SECURITY-TXT"} <= set(told)
    assert sum(verdict == "pass" for verdict in told.values()) > 50
