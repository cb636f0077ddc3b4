"""testssl.sh as a peer: one process for each server, bounded, what it says taken from its JSON file."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.lab.configuration import Endpoint

SECONDS = 900
"""A run that takes longer is ended, and nothing is recorded: a machine so busy makes a testssl.sh that guesses."""
AT_ONCE = 2
COMMAND = ("testssl", "--quiet", "--color", "0", "--warnings", "off", "--nodns", "none")
BOUNDS = ("--connect-timeout", "5", "--openssl-timeout", "5")

KEPT = (
    *("SSLv2", "SSLv3", "TLS1", "TLS1_1", "TLS1_2", "TLS1_3"),
    *("cipherlist_NULL", "cipherlist_aNULL", "cipherlist_EXPORT", "cipherlist_LOW", "cipherlist_3DES_IDEA"),
    *("cipherlist_AVERAGE", "cipherlist_STRONG", "PFS", "DH_groups"),
    *("cert_signatureAlgorithm", "cert_keySize", "cert_trust", "cert_chain_of_trust", "cert_expirationStatus"),
    *("OCSP_stapling", "heartbleed", "CCS", "ROBOT", "secure_renego", "secure_client_renego", "CRIME_TLS"),
    *("POODLE_SSL", "fallback_SCSV", "SWEET32", "FREAK", "DROWN", "LOGJAM", "LOGJAM-common_primes", "RC4"),
)
"""The findings that are recorded; the others are of this run, or say what has no counterpart."""
WORDLESS = ("cert_expirationStatus", "DROWN")
"""Findings whose words are of this run: they count days, or name the certificate. So do all warnings."""
WORDS = 60
"""Characters of a finding that are kept."""


def asked(endpoint: Endpoint, parts: Sequence[str], folder: Path, root: Path | None = None) -> Mapping[str, str]:
    """What it finds, by id: "SEVERITY: words". `root` is trusted too. Raises subprocess.TimeoutExpired."""
    told = folder / f"{endpoint.address}-{endpoint.port}.json"
    trust = () if root is None else ("--add-ca", str(root))
    where = ("--ip", endpoint.address, "--jsonfile", str(told), f"{endpoint.server_name}:{endpoint.port}")
    with subprocess.Popen(
        [*COMMAND, *BOUNDS, *trust, *parts, *where],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        start_new_session=True,
    ) as process:
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, 9)  # it has children that wait for the server
            raise
    return findings(json.loads(told.read_text()))


def findings(told: list[Mapping[str, str]]) -> Mapping[str, str]:
    """Those that are kept; of an id that comes once for each of two certificates, all."""
    found: dict[str, list[str]] = {}
    for each in told:
        name = each["id"].split(" <", 1)[0]
        if name in KEPT:
            plain = name in WORDLESS or each["severity"] == "WARN"
            found.setdefault(name, []).append(each["severity"] + ("" if plain else f": {each['finding'][:WORDS]}"))
    return {name: " | ".join(dict.fromkeys(each)) for name, each in found.items()}


def version() -> str:
    """Of testssl.sh, as Debian names it."""
    told = subprocess.run(
        ["dpkg-query", "-W", "-f", "${Version}", "testssl.sh"], capture_output=True, text=True, check=False
    )
    return told.stdout or "unknown"
