"""What is judged: the built-in policies, and a policy of single demands for what the peers ask one by one.

A finding of ours is the verdict of a control of these on recorded evidence, with the evaluator and nothing else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from checks.evaluate import evaluate
from checks.model.asset import Asset
from checks.model.canonical import digest, plain
from checks.model.evidence import Evidence, Observation, Sighting, observation_digest
from checks.model.finding import Finding
from checks.model.policy import Control, Policy
from checks.model.reference import ReferenceData
from checks.model.target import HttpTarget, Target, TlsTarget
from checks.registry import by_id
from policies.loader import PolicyLibrary
from policies.reference_data import load_reference_data
from tests.factories import control
from tests.oracles.recording import Recording
from tests.oracles.sites import SITES
from tests.oracles.tls_servers import SERVERS

SINGLE = "single-demands"
"""The policy of the table below; control and rule are named by what a peer asks."""

_ALL_WEAKNESSES = (
    *("unsafe_inline", "unsafe_inline_style", "unsafe_eval", "wildcard", "cleartext_source"),
    *("missing_script_src", "missing_object_src", "missing_base_uri"),
)
_DEMANDS: Mapping[str, tuple[str, Mapping[str, Any]]] = {
    "SSL2": ("tls.protocols", {"forbidden": ("ssl2",)}),
    "SSL3": ("tls.protocols", {"forbidden": ("ssl3",)}),
    "TLS10": ("tls.protocols", {"forbidden": ("tls1_0",)}),
    "TLS11": ("tls.protocols", {"forbidden": ("tls1_1",)}),
    "NULL": ("tls.cipher_suites", {"forbidden": ("null",)}),
    "ANONYMOUS": ("tls.cipher_suites", {"forbidden": ("anonymous",)}),
    "EXPORT": ("tls.cipher_suites", {"forbidden": ("export",)}),
    "RC4": ("tls.cipher_suites", {"forbidden": ("rc4",)}),
    "LOW": ("tls.cipher_suites", {"forbidden": ("des", "rc2", "rc4")}),
    "3DES-IDEA": ("tls.cipher_suites", {"forbidden": ("3des", "idea")}),
    "CBC": ("tls.cipher_suites", {"forbidden": ("cbc",)}),
    "CBC-SSL3": ("tls.cipher_suites", {"forbidden": ("cbc",), "protocols": ("ssl3",)}),
    "SHORT-BLOCKS": ("tls.cipher_suites", {"forbidden": ("des", "3des", "rc2", "idea")}),
    "DH-SIZE": ("tls.groups", {"min_dh_bits": 2048}),
    "HEARTBLEED": ("tls.vulnerabilities", {"absent": ("heartbleed",)}),
    "CCS": ("tls.vulnerabilities", {"absent": ("ccs_injection",)}),
    "ROBOT": ("tls.vulnerabilities", {"absent": ("robot",)}),
    "COMPRESSION": ("tls.features", {"forbidden": ("compression",)}),
    "SECURE-RENEGOTIATION": ("tls.features", {"required": ("secure_renegotiation",)}),
    "CLIENT-RENEGOTIATION": ("tls.features", {"forbidden": ("client_renegotiation",)}),
    "FALLBACK": ("tls.features", {"required": ("fallback_scsv",)}),
    "EMS": ("tls.features", {"required": ("extended_master_secret",)}),
    "CSP": ("headers.csp", {"forbidden": _ALL_WEAKNESSES}),
    "SRI": ("headers.subresource_integrity", {"kinds": ("script",)}),
}


@dataclass(frozen=True)
class Case:
    """A server or a site with the evidence of it."""

    asset: Asset
    evidence: Mapping[str, Evidence]


@cache
def policy(name: str) -> Policy:
    """A built-in policy, or that of single demands."""
    if name != SINGLE:
        return _library().get(name)
    controls = [
        control(id=each, check=rule, params=plain(by_id(rule).params(**params)))
        for each, (rule, params) in sorted(_DEMANDS.items())
    ]
    return Policy(SINGLE, "1", controls[0].title, tuple(controls))


def asked(policy_id: str, control_id: str) -> Control:
    """A control of a policy. Raises KeyError where it has none of that id."""
    found = policy(policy_id).control(control_id)
    if found is None:
        raise KeyError(f"{policy_id} has no control {control_id}")
    return found


@cache
def _library() -> PolicyLibrary:
    return PolicyLibrary()


@cache
def _data(added: frozenset[bytes]) -> ReferenceData:
    return load_reference_data(added)


def findings(recording: Recording, policy_id: str) -> dict[tuple[str, str], Finding]:
    """By case and control: what a policy finds in everything that was recorded."""
    cases = [_case(recording, each) for each in recording.cases]
    found = evaluate(
        policy(policy_id),
        [case.asset for case in cases],
        {key: each for case in cases for key, each in case.evidence.items()},
        waivers=(),
        as_of=recording.at,
        data=_data(frozenset(root for each in recording.cases for root in recording.trusts(each))),
    )
    return {(each.asset, each.control): each for each in found}


def _case(recording: Recording, name: str) -> Case:
    """Every case has an address of its own, so that no two assets share a target."""
    number = list(recording.cases).index(name)
    address = f"127.9.{number // 250}.{number % 250 + 1}"
    seen = recording.seen(name)
    host = _host(name)
    targets: dict[str, Target] = {
        "tls": TlsTarget(address, 443, host),
        "https": HttpTarget(address, f"https://{host}/"),
        "http": HttpTarget(address, f"http://{host}/"),
    }
    evidence = {targets[role].key: _evidence(recording, targets[role], each) for role, each in seen.items()}
    anchors = tuple(digest(each) for each in recording.trusts(name))
    asset = Asset(name, "peers", f"https://{host}/", level=3, address=address, trust_anchors=anchors)
    return Case(asset, evidence)


def _evidence(recording: Recording, target: Target, seen: Observation) -> Evidence:
    digest = observation_digest(seen)
    return Evidence(Sighting(target, "internet", recording.at, recording.at, 1, {}, digest), seen)


_HOSTS = {each.id: each.server_name for each in SERVERS} | {each.id: each.host for each in SITES}


def _host(name: str) -> str:
    return _HOSTS[name]
