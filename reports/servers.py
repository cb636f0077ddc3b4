"""Which web server an asset says that it runs, so that the right lines to paste come first (pure).

It is what the server tells of itself: good enough to order advice by, never evidence for a verdict.
"""

from collections.abc import Iterator, Mapping
from typing import Literal

from checks.evaluate import evidence_of
from checks.model.asset import Asset, host_of
from checks.model.evidence import Evidence, HttpObservation, PortsObservation

Server = Literal["nginx", "apache", "iis"]
SERVERS: tuple[Server, ...] = ("nginx", "apache", "iis")
SIGNS: Mapping[str, Server] = {
    "nginx": "nginx",
    "openresty": "nginx",
    "apache/": "apache",
    "apache httpd": "apache",
    "microsoft-iis": "iis",
    "microsoft iis": "iis",
}
"""What a Server header (RFC 9110 section 10.2.4) or nmap's name of the product begins with, in lower case."""

LONGEST = 100
"""Characters of a product's name that count."""


def server_of(asset: Asset, evidence: Mapping[str, Evidence]) -> Server | None:
    """The server by its own header, otherwise by version detection at the asset's port; None: it does not tell."""
    return next((server for server in map(_server, _products(asset, evidence)) if server), None)


def product_of(asset: Asset, evidence: Mapping[str, Evidence]) -> str | None:
    """The server's name for itself with its version, as it sends it: "nginx/1.18.0". None: it does not tell."""
    return next((product for product in _products(asset, evidence) if product), None)


def _products(asset: Asset, evidence: Mapping[str, Evidence]) -> Iterator[str]:
    """What the asset's own host says in its Server header, then what was detected at its port."""
    seen = [found.observation for found in evidence_of(asset, evidence).values() if found is not None]
    for observation in seen:
        if isinstance(observation, HttpObservation):
            hops = [hop for hop in observation.hops if host_of(hop.url) == asset.host]
            yield from (value.strip()[:LONGEST] for hop in hops for value in hop.values("Server"))
    for observation in seen:
        if isinstance(observation, PortsObservation):
            own = [port for port in observation.open if port.port == asset.port and port.product]
            yield from (f"{port.product} {port.version or ''}".strip()[:LONGEST] for port in own)


def _server(product: str) -> Server | None:
    name = product.lower()
    return next((server for sign, server in SIGNS.items() if name.startswith(sign) or name == sign.rstrip("/")), None)
