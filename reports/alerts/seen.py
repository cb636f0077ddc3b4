"""What the latest looks saw at an agency's assets, put together from several runs (pure)."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from checks.model.asset import Asset
from checks.model.evidence import Evidence, PortsObservation
from checks.model.target import PortsTarget
from checks.ports.states import unreadable
from reports.certificates import SeenCertificate, seen_certificates

Part = tuple[Iterable[Asset], Mapping[str, Evidence]]
"""The assets over which one run was the latest, and what it saw of them."""


def certificates(parts: Iterable[Part]) -> tuple[SeenCertificate, ...]:
    """Every server certificate once, with all assets that serve it: what ends first comes first."""
    found: dict[str, SeenCertificate] = {}
    for assets, evidence in parts:
        for each in seen_certificates(assets, evidence):
            known = found.get(each.fingerprint)
            holders = {*each.assets, *(known.assets if known is not None else ())}
            found[each.fingerprint] = replace(each, assets=tuple(sorted(holders)))
    return tuple(sorted(found.values(), key=lambda each: (each.ends, each.fingerprint)))


def services(parts: Iterable[Part]) -> dict[str, frozenset[int]]:
    """The open ports by address, by the latest look at it; an address whose ports could not be read is left out."""
    looks: dict[str, tuple[Evidence, PortsObservation]] = {}
    for _, evidence in parts:
        for each in evidence.values():
            target, seen = each.sighting.target, each.observation
            if isinstance(target, PortsTarget) and isinstance(seen, PortsObservation) and unreadable(seen) is None:
                known = looks.get(target.address)
                if known is None or known[0].sighting.started < each.sighting.started:
                    looks[target.address] = each, seen
    return {address: frozenset(port.port for port in seen.open) for address, (_, seen) in looks.items()}
