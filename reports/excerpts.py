"""The lines of evidence that a finding rests on: short plain text for a reader who wants to see it (pure)."""

import hashlib
import json
from typing import Any

from checks.model.canonical import plain
from checks.model.evidence import HttpObservation, Observation, TlsObservation
from checks.model.finding import Instance

LONGEST = 1000
"""Characters that are worth handing on; whoever places an excerpt cuts it for the place."""


def excerpt(observation: Observation, instance: Instance) -> str | None:
    """What stands at an instance's path, as "protocols.tls1_0 = true"; None where nothing can be shown.

    A path is made of keys and positions joined by dots. Certificates are shown by the SHA-256 fingerprint of their
    DER form. An answer over HTTP is shown by its status and the header that the instance's key names, as it was sent;
    where it was not sent, by the names of those that were.
    """
    parts = instance.path.split(".")
    if isinstance(observation, TlsObservation) and parts[0] == "certificates":
        return _certificate(observation, parts[1:])
    if isinstance(observation, HttpObservation) and parts[0] == "hops" and "page" not in parts:
        return _answer(observation, parts[1:], instance.key)
    found, value = _walk(plain(observation), parts)
    if isinstance(value, list):
        # Of a list only what the instance is about: one suite of thirty, not the first few.
        about = [each for each in instance.params.values() if isinstance(each, str) and each in value]
        if about:
            return f"{instance.path}: {', '.join(about)}"[:LONGEST]
    return f"{instance.path} = {json.dumps(value, ensure_ascii=False, sort_keys=True)}"[:LONGEST] if found else None


def _walk(value: Any, parts: list[str]) -> tuple[bool, Any]:
    for part in parts:
        if isinstance(value, dict) and part in value:
            value = value[part]
        elif isinstance(value, list) and part.isdecimal() and len(part) < 6 and int(part) < len(value):
            value = value[int(part)]
        else:
            return False, None
    return True, value


def _answer(observation: HttpObservation, parts: list[str], key: str) -> str | None:
    found, _ = _walk(list(observation.hops), parts[:1])
    if not found:
        return None
    hop = observation.hops[int(parts[0])]
    name = key.rsplit(" ", 1)[-1].split("/")[0].lower()
    values = hop.values(name)
    if values:
        return f"HTTP {hop.status}; " + "; ".join(f"{name}: {value[:LONGEST]}" for value in values[:5])
    names = dict.fromkeys(name.lower() for name, _ in hop.headers[:100])
    return f"HTTP {hop.status}; headers: {', '.join(names)}"[:LONGEST]


def _certificate(observation: TlsObservation, parts: list[str]) -> str | None:
    """`certificates.0` is the leaf of the first chain; `certificates.0.chain.1` the second certificate of it."""
    chains = [list(each.chain) for each in observation.certificates]
    found, chain = _walk(chains, parts[:1])
    place = parts[2] if len(parts) == 3 else "0"
    _, certificate = _walk(chain, [place]) if found else (False, None)
    if not isinstance(certificate, bytes):
        return None
    return f"certificates.{parts[0]}.chain.{place}: SHA-256 {hashlib.sha256(certificate).hexdigest()}"
