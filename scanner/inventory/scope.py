"""Who may be looked at, when and where: authorisations are asked here, before any packet is sent.

Only what is allowed is touched. An address that is not plainly public (loopback, private, link-local, translated)
is allowed only where the inventory names it: as the asset's own address, as the literal host of its URL, or in
a network of the authorisation. So a name that suddenly resolves into somebody's inner network leads nowhere.
"""

import ipaddress
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from checks.model.asset import Asset, Authorisation, host_of
from checks.model.inventory import Inventory
from checks.model.target import is_address

Refusal = Literal[
    "retired", "not_selected", "other_zone", "not_authorised", "not_yet_valid", "expired", "outside_window"
]
"""Why an asset is not looked at."""

_UNICAST = ipaddress.ip_network("2000::/3")
"""What is given to sites of IPv6 (RFC 4291 section 2.4, IANA). Everything else is something else: translated, mapped,
site-local, discarded."""
_TRANSLATED = tuple(ipaddress.ip_network(each) for each in ("2002::/16", "2001::/32"))
"""Ranges of it that carry an IPv4 address inside (RFC 3056, RFC 4380)."""


@dataclass(frozen=True, slots=True)
class Refused:
    """An asset that is left out, and why."""

    asset: str
    reason: Refusal
    detail: str = ""
    """The document, the dates or the window that say so."""


def refusal(asset: Asset, inventory: Inventory, vantage: str, now: datetime) -> Refused | None:
    """Why an asset may not be looked at now from this vantage; None if it may."""
    if asset.status == "retired":
        return Refused(asset.id, "retired")
    if asset.zone != vantage:
        return Refused(asset.id, "other_zone", asset.zone)
    permission = inventory.authorisation(asset)
    if permission is None:
        return Refused(asset.id, "not_authorised")
    day = _day(permission, now)
    if day is None:
        return Refused(asset.id, "outside_window", f"{permission.window} {permission.timezone}")
    if day < permission.valid_from:
        return Refused(asset.id, "not_yet_valid", f"{permission.document}: {permission.valid_from.isoformat()}")
    if day > permission.valid_until:
        return Refused(asset.id, "expired", f"{permission.document}: {permission.valid_until.isoformat()}")
    return None


def _day(permission: Authorisation, now: datetime) -> date | None:
    """The day whose window `now` falls into; None outside. Past midnight a window belongs to the day before."""
    local = now.astimezone(ZoneInfo(permission.timezone))
    if permission.window is None:
        return local.date()
    start, end = (time.fromisoformat(each) for each in permission.window.split("-"))
    at = local.time().replace(tzinfo=None)
    if start < end:
        return local.date() if start <= at < end else None
    if at >= start:
        return local.date()
    return local.date() - timedelta(days=1) if at < end else None


@dataclass(slots=True)
class RunScope:
    """What one run may touch: the addresses of its assets, as they were resolved once."""

    inventory: Inventory
    assets: tuple[Asset, ...]
    """Those that are not refused."""
    resolved: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Name to addresses."""
    _allowed: frozenset[str] = field(init=False)
    _pinned: dict[str, tuple[str, ...]] = field(init=False)

    def __post_init__(self) -> None:
        pinned: dict[str, set[str]] = {}
        for asset in self.assets:
            for host in {asset.host, *(host_of(url) for url in asset.endpoints)}:
                pinned.setdefault(host, set()).update(self._addresses_of(asset, host))
        self._pinned = {host: tuple(sorted(found)) for host, found in pinned.items()}
        self._allowed = frozenset(address for found in self._pinned.values() for address in found)

    def allows(self, address: str) -> bool:
        """Whether a packet may be sent to an address."""
        return address in self._allowed

    def addresses(self, host: str) -> tuple[str, ...]:
        """The pinned addresses of a host of the inventory; empty for any other host."""
        return self._pinned.get(host, ())

    def names(self, host: str) -> bool:
        """Whether a host is of the inventory, so that DNS may be asked for it."""
        return host in self._pinned

    def _addresses_of(self, asset: Asset, host: str) -> Iterable[str]:
        permission = self.inventory.authorisation(asset)
        if permission is None:
            return
        if asset.address is not None:
            found: tuple[str, ...] = (asset.address,)
        elif is_address(host):
            found = (host,)
        else:
            found = self.resolved.get(host, ())
        named = asset.address is not None or is_address(host)
        networks = [ipaddress.ip_network(each) for each in permission.addresses]
        for address in found:
            ip = _on_the_wire(address)
            listed = any(ip in network for network in networks)
            if listed or (not networks and (named or plainly_public(address))):
                yield address


def plainly_public(address: str) -> bool:
    """Whether an address is global unicast and hides no other address inside."""
    ip = ipaddress.ip_address(address)
    if ip.version == 6 and (ip not in _UNICAST or any(ip in network for network in _TRANSLATED)):
        return False
    return ip.is_global and not ip.is_multicast


def _on_the_wire(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """What packets go to: IPv4 in IPv6's form (RFC 4291 section 2.5.5.2) is IPv4, whatever network of IPv6 holds it."""
    ip = ipaddress.ip_address(address)
    return getattr(ip, "ipv4_mapped", None) or ip
