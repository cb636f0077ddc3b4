"""Judgement gives the same bytes in every process: nothing in it follows the order of a set, which changes with the
seed of Python's hashes, and so from one night's scan to the next."""

import os
import subprocess
import sys
from typing import Any

from checks.evaluate import evaluate
from checks.model.asset import Asset, host_of
from checks.model.canonical import canonical, digest, plain
from checks.model.dns import Caa, CaaRecord, Dnssec
from checks.model.evidence import DnsObservation, HttpObservation, OpenPort
from checks.model.target import DnsTarget, HttpTarget, PortsTarget, Target, TlsTarget
from policies.loader import PolicyLibrary
from tests.factories import NOW, asset, by_key, evidence, ports_observation, reference_data
from tests.oracles.recording import read

SECONDS = 300
SEEDS = ("1", "2", "3")
PROGRAM = "from tests.checks.test_determinism import judged; print(judged())"
PORTS = ports_observation(
    OpenPort(22, "ssh", "product", "1.0", ssh_protocol="1.99"),
    OpenPort(23, "telnet"),
    OpenPort(3306, "mysql", "product", "1.0"),
    *(25, 80, 443, 8080, 9090),
    closed="21,110",
    filtered="143,5432",
    unidentified="8080,9090",
)


def test_the_seed_of_hashes_does_not_matter() -> None:
    digests = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={**os.environ, "PYTHONHASHSEED": seed},
            stdout=subprocess.PIPE,
            check=True,
            timeout=SECONDS,
        ).stdout
        for seed in SEEDS
    }
    assert len(digests) == 1


def judged() -> str:
    """The digest of what the default policy, which uses every rule, finds at the recorded servers and sites."""
    assets: list[Asset] = []
    seen: dict[Target, Any] = {}
    for kind in ("tls", "sites"):
        recording = read(kind)
        for number, name in enumerate([*recording.cases][::3]):
            found = recording.seen(name)
            page = found.get("https")
            host = host_of(page.hops[0].url) if isinstance(page, HttpObservation) else f"{name}.example"
            address = f"192.0.2.{number}" if kind == "tls" else f"198.51.100.{number}"
            assets.append(asset(f"{kind}-{number}", url=f"https://{host}/", address=None, tags=("portal",)))
            seen |= {DnsTarget(host): names(address), PortsTarget(address): PORTS}
            for role, observation in found.items():
                tls = TlsTarget(address, 443, host)
                seen[tls if role == "tls" else HttpTarget(address, f"{role}://{host}/")] = observation
    evidence_ = by_key(*(evidence(target, observation) for target, observation in seen.items()))
    findings = evaluate(PolicyLibrary().get("nghe-an-web"), assets, evidence_, (), NOW, reference_data())
    assert not [each for each in findings if each.reason == "rule_failed"]
    return digest(canonical([plain(each) for each in findings]))


def names(address: str) -> DnsObservation:
    """Bad answers of DNS about a name."""
    issuers = tuple(CaaRecord(False, "issue", f"{each}.example") for each in ("ca", "khac", "ba"))
    return DnsObservation(
        (address,),
        aaaa=("::1", "fe80::1"),
        caa=Caa("example", issuers),
        dnssec=Dnssec("validating", authenticated=False, bogus=True, signed=True),
    )
