"""What a recorded case has of each peer, and how its findings are named here.

sslyze: "profile:issue", the keys of what its checker finds wrong under a profile. testssl.sh: the ids of its findings.
MDN's HTTP Observatory: its tests. csp_evaluator: "TYPE:directive" of its findings.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Literal, NamedTuple

Peer = Literal["sslyze", "testssl.sh", "HTTP Observatory", "csp_evaluator"]
PEERS: tuple[Peer, ...] = ("sslyze", "testssl.sh", "HTTP Observatory", "csp_evaluator")
Theirs = Literal["pass", "fail"]
Case = Mapping[str, Any]
"""What is recorded of one server or site."""

_BAD = ("LOW", "MEDIUM", "HIGH", "CRITICAL")
"""Severities of testssl.sh that are a fail; OK and INFO are a pass, and with WARN it says that it could not tell."""
_FAULTS = ("HIGH", "MEDIUM", "MEDIUM_MAYBE")
"""Severities of csp_evaluator that are a fail; others are of syntax or advice."""


class Said(NamedTuple):
    """What a peer answers."""

    verdict: Theirs
    because: frozenset[str] = frozenset()
    """What it finds, in its words; a pass has nothing."""


def said(peer: Peer, case: Case, reads: Collection[str]) -> Said | None:
    """What a case says by the findings named; None: the peer does not say."""
    return _SAID[peer](case, reads)


def findings(peer: Peer, case: Case) -> set[str]:
    """The names of everything that a peer finds, or says at all, of a case."""
    match peer:
        case "sslyze":
            return _issues(case)
        case "testssl.sh":
            return set(case.get("testssl", ()))
        case "HTTP Observatory":
            return set(case.get("observatory", ()))
        case "csp_evaluator":
            return _faults(case.get("csp_evaluator") or ())


def _answer(found: Iterable[str]) -> Said:
    because = frozenset(found)
    return Said("fail" if because else "pass", because)


def _issues(case: Case) -> set[str]:
    profiles = case.get("sslyze", {})
    return {f"{name}:{each}" for name, issues in profiles.items() if name != "incomplete" for each in issues}


def _of_sslyze(case: Case, reads: Collection[str]) -> Said | None:
    return None if "incomplete" in case["sslyze"] else _answer(_issues(case) & set(reads))


def _of_testssl(case: Case, reads: Collection[str]) -> Said | None:
    found = [each for name in reads for each in case.get("testssl", {}).get(name, "WARN").split(" | ")]
    severities = [each.split(":", 1)[0] for each in found]
    if set(severities).isdisjoint(_BAD) and not set(severities) <= {"OK", "INFO"}:
        return None  # it is silent, or warns that it could not tell
    return _answer(each for each, severity in zip(found, severities, strict=True) if severity in _BAD)


def _of_observatory(case: Case, reads: Collection[str]) -> Said | None:
    return _answer(result for passes, result in map(case["observatory"].get, reads) if not passes)


def _faults(found: Iterable[str]) -> set[str]:
    parted = (each.split(" ", 2) for each in found)
    return {f"{kind}:{directive}" for severity, kind, directive in parted if severity in _FAULTS}


def _of_evaluator(case: Case, reads: Collection[str]) -> Said | None:
    found = case["csp_evaluator"]
    return None if found is None else _answer(_faults(found) & set(reads))


_SAID: Mapping[Peer, Callable[[Case, Collection[str]], Said | None]] = {
    "sslyze": _of_sslyze,
    "testssl.sh": _of_testssl,
    "HTTP Observatory": _of_observatory,
    "csp_evaluator": _of_evaluator,
}

UNASKED: Mapping[Peer, Mapping[str, str]] = {
    "sslyze": {
        "modern:certificate_signatures": "our policies do not ask for signatures by name, but forbid MD5 and SHA-1",
        "modern:certificate_path_validation": "it is the same under both profiles",
        "modern:tls_vulnerability_*": "they are the same under both profiles",
    },
    "testssl.sh": {
        "TLS1_3": "it never fails",
        "OCSP_stapling": "it never fails",
        "LOGJAM-common_primes": "which primes are in common use is no demand of ours",
        "PFS": "it asks whether any suite has forward secrecy, our policies that none is without",
        "cipherlist_STRONG": "it asks whether any suite is strong, our policies that none is weak",
    },
    "HTTP Observatory": {},
    "csp_evaluator": {
        "*_ALLOWLIST_BYPASS:*": "it says that 'self' or a host may serve something that runs other scripts, which no"
        " header shows",
        "SRC_HTTP:img-src": "our demand is about scripts, plugins and base URLs",
        "SRC_HTTP:connect-src": "our demand is about scripts, plugins and base URLs",
    },
}
"""What peers find and no question is about (names, or patterns of them), and why."""
