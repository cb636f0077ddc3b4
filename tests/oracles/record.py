"""Start the servers, look at them, ask the peers, keep what was seen and said: `make oracle`.

python -m tests.oracles.record [tls] [sites]      both unless one is named
"""

import json
import re
import subprocess
import sys
import tempfile
from base64 import b64encode
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding

from checks.model.target import HttpTarget
from scanner.probes.http import HttpProbe
from scanner.probes.interface import Limits
from scanner.probes.tls.probe import TlsProbe
from tests.lab.agreement import look_at
from tests.lab.catalogue import CONFIGURATIONS
from tests.lab.configuration import Endpoint
from tests.lab.processes import own_place
from tests.lab.start import start_all
from tests.oracles import npm, testssl
from tests.oracles.certified import CERTIFIED, running
from tests.oracles.recording import Recording, kept, today, write
from tests.oracles.sites import SITES, Site
from tests.oracles.tls_servers import ASKED_OF_TESTSSL, SERVERS
from tests.oracles.web import ADDRESS, Client, Ports, running_sites
from tests.scope import loopback_context

SSLYZE_SECONDS = 900
"""For all servers together."""
SSLYZE_ROUNDS = 3


def record_tls(folder: Path) -> None:
    """Every server: our evidence, sslyze's check of two profiles, and what testssl.sh finds in some."""
    with start_all(CONFIGURATIONS, folder) as lab, running(folder) as (own, root):
        endpoints = {**lab, **own}
        trusted = folder / "root.pem"
        trusted.write_bytes(root.public_bytes(Encoding.PEM))
        roots = {each.id: trusted for each in CERTIFIED}
        seen = _looks(endpoints)
        say("looked at", len(seen))
        said = _profiles(endpoints, roots)
        say("sslyze is done with", len(said))
        found = _findings(endpoints, roots, folder)
    cases: dict[str, dict[str, Any]] = {}
    for each in SERVERS:
        cases[each.id] = {"seen": {"tls": seen[each.id]}, "sslyze": said[each.id]}
        if each.id in found:
            cases[each.id]["testssl"] = found[each.id]
        if each.id in roots:
            cases[each.id]["trusts"] = b64encode(root.public_bytes(Encoding.DER)).decode()
    versions = {
        "sslyze": version("sslyze"),
        "nassl": version("nassl"),
        "testssl.sh": testssl.version(),
        "OpenSSL": _openssl(),
    }
    write("tls", Recording(today(), versions, cases))


def _looks(endpoints: Mapping[str, Endpoint]) -> dict[str, Any]:
    probe = TlsProbe(loopback_context(limits=Limits()))
    try:
        return {name: kept(look_at(probe, each)) for name, each in endpoints.items()}
    finally:
        probe.close()


def _profiles(endpoints: Mapping[str, Endpoint], roots: Mapping[str, Path]) -> dict[str, Any]:
    """What sslyze's checker says of every server; where it did not finish on a busy machine, it is asked again."""
    asked = {
        name: (each.address, each.port, each.server_name, str(roots[name]) if name in roots else None)
        for name, each in endpoints.items()
    }
    told: dict[str, Any] = {}
    for _ in range(SSLYZE_ROUNDS):
        left = {name: each for name, each in asked.items() if "incomplete" in told.get(name, {"incomplete": ""})}
        told |= _with_sslyze(left)
    return told


def _with_sslyze(asked: Mapping[str, tuple[str, int, str, str | None]]) -> dict[str, Any]:
    """One process of it."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.oracles.sslyze_profiles"],
        input=json.dumps(asked),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
        timeout=SSLYZE_SECONDS,
        stderr=subprocess.DEVNULL,
    )
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return {each.pop("id"): each for each in told}


def _findings(
    endpoints: Mapping[str, Endpoint], roots: Mapping[str, Path], folder: Path
) -> dict[str, Mapping[str, str]]:
    """What testssl.sh finds in the servers that it is asked about. Raises subprocess.TimeoutExpired."""

    def ask(name: str) -> Mapping[str, str]:
        found = testssl.asked(endpoints[name], ASKED_OF_TESTSSL[name], folder, roots.get(name))
        say("testssl.sh is done with", name)
        return found

    with ThreadPoolExecutor(testssl.AT_ONCE) as threads:
        return dict(zip(ASKED_OF_TESTSSL, threads.map(ask, ASKED_OF_TESTSSL), strict=True))


def record_sites(folder: Path) -> None:
    """Every site: our evidence, and what MDN's HTTP Observatory and csp_evaluator say of the same answers."""
    packages = folder / "npm"
    packages.mkdir()
    npm.install(packages)
    say("installed", *npm.PACKAGES)
    with running_sites(folder) as ports:
        client = Client(ports)
        answers = json.loads(ports.usual(json.dumps({site.id: client.record(site) for site in SITES})))
        seen = json.loads(ports.usual(json.dumps(_pages(ports))))
    said = npm.ask(packages, answers)
    say("looked at", len(seen))
    cases = {site.id: {"seen": seen[site.id], **said[site.id]} for site in SITES}
    write("sites", Recording(today(), npm.PACKAGES, cases))


def _pages(ports: Ports) -> dict[str, Any]:
    """What our probe sees of each site, over TLS and in cleartext."""
    probe = HttpProbe(loopback_context({site.host: [ADDRESS] for site in SITES}))
    found = {}
    for site in SITES:
        https = HttpTarget(ADDRESS, f"https://{site.host}:{ports.https}/", ("foreign_origin",))
        http = HttpTarget(ADDRESS, f"http://{site.host}:{_port(site, ports)}/")
        found[site.id] = {
            role: kept(probe.look([target])[0].observation) for role, target in (("https", https), ("http", http))
        }
    return found


def _port(site: Site, ports: Ports) -> int:
    """Where the site is asked for in cleartext; where it does not listen, a port at which nothing does."""
    return own_place()[1] if site.start == "nothing" else ports.http


def _openssl() -> str:
    told = subprocess.run(["openssl", "version"], capture_output=True, text=True, check=True).stdout
    match = re.match(r"OpenSSL (\S+)", told)
    return match[1] if match else told.strip()


def say(*words: object) -> None:
    """Progress."""
    print(*words, file=sys.stderr, flush=True)


def main(parts: list[str]) -> None:
    """Record what is asked for."""
    with tempfile.TemporaryDirectory() as folder:
        if not parts or "tls" in parts:
            record_tls(Path(folder))
        if not parts or "sites" in parts:
            record_sites(Path(folder))


if __name__ == "__main__":
    main(sys.argv[1:])
