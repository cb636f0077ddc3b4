"""Services are named as nmap's version detection names them: a name of any other table is never met."""

import re
import shutil
from pathlib import Path

import pytest

from checks.model.policy import Policy
from checks.ports.administration import Administration
from checks.ports.cleartext_administration import CleartextAdministration
from policies.loader import PolicyLibrary

MATCH = re.compile(r"^(?:soft)?match (\S+) ", re.MULTILINE)
"""nmap-service-probes: what a port is called whose answer fits."""
PROGRAM = re.compile(r"^([^\s#]+)\s+[0-9]", re.MULTILINE)
"""nmap-rpc: what a program behind Sun RPC is called."""
NAMES = ("names", "ignore_names", "telnet_names", "ftp_names", "remote_shell_names", "console_names")


@pytest.fixture(scope="module")
def known() -> set[str]:
    nmap = shutil.which("nmap")
    assert nmap is not None
    data = Path(nmap).resolve().parents[1] / "share" / "nmap"
    probes, programs = (
        (data / name).read_text(encoding="utf-8", errors="replace") for name in ("nmap-service-probes", "nmap-rpc")
    )
    return {each.lower() for each in (*MATCH.findall(probes), *PROGRAM.findall(programs))}


def test_defaults_are_names_of_nmap(known: set[str]) -> None:
    for params in (Administration(), CleartextAdministration()):
        for field in set(NAMES) & set(type(params).model_fields):
            assert {each.lower() for each in getattr(params, field)} <= known, field


@pytest.mark.parametrize("policy", PolicyLibrary().all(), ids=lambda each: each.id)
def test_policies_use_names_of_nmap(policy: Policy, known: set[str]) -> None:
    controls = [each for each in policy.controls if each.check.startswith("ports.")]
    named = {name.lower() for each in controls for field in NAMES for name in each.params.get(field, ())}
    assert named <= known
