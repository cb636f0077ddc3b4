"""Which web server an asset says that it runs, so that the right lines to paste come first (pure).

It is what the server tells of itself: good enough to order advice by, never evidence for a verdict.
"""

from collections.abc import Mapping
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


def server_of(asset: Asset, evidence: Mapping[str, Evidence]) -> Server | None:
    """The server by its own header, otherwise by version detection at the asset's port; None: it does not tell."""
    seen = [found.observation for found in evidence_of(asset, evidence).values() if found is not None]
    for observation in seen:
        if isinstance(observation, HttpObservation):
            for hop in observation.hops:
                server = _named(hop.values("Server")) if host_of(hop.url) == asset.host else None
                if server:
                    return server
    for observation in seen:
        if isinstance(observation, PortsObservation):
            products = tuple(port.product or "" for port in observation.open if port.port == asset.port)
            server = _named(products)
            if server:
                return server
    return None


def _named(values: tuple[str, ...]) -> Server | None:
    for value in values:
        name = value.strip().lower()[:100]
        for sign, server in SIGNS.items():
            if name.startswith(sign) or name == sign.rstrip("/"):
                return server
    return None
