"""The TCP ports that a scan saw open, each once an address, with what answers there and who stands on it (pure)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from checks.evaluate import evidence_of
from checks.model.asset import Asset
from checks.model.evidence import Evidence, OpenPort, PortsObservation
from checks.model.finding import Finding
from checks.model.target import PortsTarget

NEWLY_OPEN = "ports.newly_open"
"""The rule that compares with the look before."""


@dataclass(frozen=True, slots=True)
class OpenService:
    """One open port of one address."""

    address: str
    port: OpenPort
    assets: tuple[str, ...]
    """Ids of the assets that stand on the address, sorted."""
    declared: bool
    """Whether the inventory expects it there."""

    @property
    def detected(self) -> str:
        """What answers, as far as version detection could tell: service, product and version; empty otherwise."""
        return " ".join(each for each in (self.port.service, self.port.product, self.port.version) if each)


@dataclass(frozen=True, slots=True)
class OpenedPort:
    """A port that was closed or filtered at the look before and is open now."""

    address: str
    port: int
    service: str
    """What answers, as far as version detection could tell; as the server says it."""
    assets: tuple[str, ...]


def open_services(assets: Iterable[Asset], evidence: Mapping[str, Evidence]) -> tuple[OpenService, ...]:
    """Every open port of the assets' addresses, by address and number."""
    found: dict[tuple[str, int], tuple[OpenPort, set[str], bool]] = {}
    for asset in assets:
        for target, look in evidence_of(asset, evidence).items():
            if not isinstance(target, PortsTarget) or look is None:
                continue
            if not isinstance(look.observation, PortsObservation):
                continue
            for port in look.observation.open:
                key = (target.address, port.port)
                _, holders, declared = found.get(key, (port, set(), False))
                holders.add(asset.id)
                found[key] = port, holders, declared or port.port in asset.expected_ports
    return tuple(
        OpenService(address, port, tuple(sorted(holders)), declared)
        for (address, _), (port, holders, declared) in sorted(found.items(), key=lambda each: each[0])
    )


def newly_opened(findings: Iterable[Finding]) -> tuple[OpenedPort, ...] | None:
    """The ports that a run found newly open, by address and number; None where no rule asked for them."""
    asked = False
    found: dict[tuple[str, int], tuple[str, set[str]]] = {}
    for finding in findings:
        if finding.check != NEWLY_OPEN or finding.announced is not None:
            continue
        asked = asked or finding.verdict in ("pass", "fail")
        for instance in finding.instances:
            port = instance.params.get("port")
            if not isinstance(port, int):
                continue
            place = str(instance.params.get("where", "")), port
            entry = found.setdefault(place, (str(instance.params.get("detected") or ""), set()))
            entry[1].add(finding.asset)
    if not asked:
        return None
    return tuple(
        OpenedPort(address, port, service, tuple(sorted(holders)))
        for (address, port), (service, holders) in sorted(found.items())
    )
