"""The scope that tests give to probes: loopback, and names that a test makes up."""

import ipaddress
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from scanner.probes.interface import Limits, ProbeContext
from scanner.probes.politeness import Politeness

QUICK = Limits(
    connect_seconds=1,
    dns_seconds=1,
    http_seconds=2,
    tls_seconds=20,
    ports_seconds=60,
    header_bytes=64 * 1024,
    body_bytes=64 * 1024,
)
"""Bounds that a test can wait for."""
WITHOUT_BOUND = 1_000_000
"""Connections a second that no test comes near."""


@dataclass(frozen=True, slots=True)
class AllowLoopback:
    """A scope of loopback addresses only, with the addresses that names are pinned to."""

    hosts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    refused: frozenset[str] = frozenset()
    """Loopback addresses that are out of scope all the same."""

    def allows(self, address: str) -> bool:
        """Every loopback address but those refused."""
        return ipaddress.ip_address(address).is_loopback and address not in self.refused

    def addresses(self, host: str) -> tuple[str, ...]:
        """What a made-up name is pinned to; empty for a name that the test did not make up."""
        return tuple(self.hosts.get(host, ()))


def loopback_context(
    hosts: Mapping[str, Sequence[str]] | None = None,
    refused: Sequence[str] = (),
    limits: Limits = QUICK,
) -> ProbeContext:
    """What a probe under test is given. Servers of a test need no sparing but by the bound that is open at once."""
    return ProbeContext(
        scope=AllowLoopback(hosts or {}, frozenset(refused)),
        vantage="internet",
        limits=limits,
        politeness=Politeness(WITHOUT_BOUND, limits.per_address),
    )
