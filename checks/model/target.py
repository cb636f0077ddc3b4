"""What there is to look at: one thing at once, named by a key. Assets that share a thing share its target."""

import ipaddress
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal, get_args
from urllib.parse import urlsplit

from checks.model.asset import Asset, host_of, port_of
from checks.model.canonical import STRICT
from checks.model.dns import DnsQuestion
from checks.model.needs import TlsNeeds
from checks.model.pages import Question

Starttls = Literal["smtp", "imap", "pop3", "ftp", "ldap", "postgres"]


@dataclass(frozen=True, slots=True)
class DnsTarget:
    """A name whose addresses are asked for, once a run."""

    __pydantic_config__ = STRICT

    name: str
    asks: tuple[DnsQuestion, ...] = ()
    """What DNS is asked beside the addresses, sorted. Not part of the key: a name is looked up once a run."""

    @property
    def key(self) -> str:
        return f"dns:{self.name}"


@dataclass(frozen=True, slots=True)
class PortsTarget:
    """The TCP ports of one address."""

    __pydantic_config__ = STRICT

    address: str
    ports: str = ""
    """Canonical nmap port list ("22,80,8000-8100"); not part of the key: an address is scanned once a run."""
    known: str = ""
    """Ports of the assets' own URLs and endpoints, which other looks speak to: their service is not asked for."""

    @property
    def key(self) -> str:
        return f"ports:{self.address}"


@dataclass(frozen=True, slots=True)
class TlsTarget:
    """One TLS endpoint, asked for by one server name."""

    __pydantic_config__ = STRICT

    address: str
    port: int
    server_name: str | None
    """The name sent as SNI (RFC 6066 section 3), in A-labels; None where the URL has a literal address."""
    starttls: Starttls | None = None
    needs: TlsNeeds | None = None
    """What a look must answer; None: everything. Not part of the key: an endpoint is looked at once a run."""

    @property
    def key(self) -> str:
        return f"tls:{endpoint(self.address, self.port)}:{self.server_name or ''}:{self.starttls or ''}"


@dataclass(frozen=True, slots=True)
class HttpTarget:
    """One URL, asked for at one address."""

    __pydantic_config__ = STRICT

    address: str
    url: str
    asks: tuple[Question, ...] = ()
    """What is asked beside the page, sorted. Not part of the key: a URL is looked at once a run."""

    @property
    def key(self) -> str:
        return f"http:{self.address}:{self.url}"

    @property
    def scheme(self) -> str:
        return urlsplit(self.url).scheme


Target = DnsTarget | PortsTarget | TlsTarget | HttpTarget


def endpoint(address: str, port: int) -> str:
    """An address and a port as people write them: 192.0.2.1:443 or [2001:db8::1]:443."""
    return f"[{address}]:{port}" if ":" in address else f"{address}:{port}"


def is_address(host: str) -> bool:
    """Whether a host is a literal IP address (canonical forms only, not "127.1")."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def names_of(asset: Asset) -> tuple[str, ...]:
    """Names of the asset that DNS is asked for: none where an address is given or the host is one."""
    if asset.address is not None:
        return ()
    hosts = dict.fromkeys(host_of(url) for url in (asset.url, *asset.endpoints))
    return tuple(host for host in hosts if not is_address(host))


def targets_of(asset: Asset, addresses: dict[str, tuple[str, ...]], ports: str = "") -> tuple[Target, ...]:
    """Everything to look at for one asset, given what its names resolve to (`addresses`: name to addresses).

    Both the plan of a scan and the judgement derive targets here, so evidence is found where it was put.
    A URL with https is also asked for in cleartext at port 80 when it stands at port 443, and a URL with http
    is also looked at with TLS at port 443; other ports are named by `endpoints`.
    """
    found: dict[str, Target] = {}

    def add(targets: Iterator[Target]) -> None:
        found.update((target.key, target) for target in targets)

    add(DnsTarget(name) for name in names_of(asset))
    for address in _addresses(asset, asset.host, addresses):
        add(iter([PortsTarget(address, ports)]))
    for url in _urls(asset):
        host, scheme, port = host_of(url), urlsplit(url).scheme, port_of(url)
        name = None if is_address(host) else host
        for address in _addresses(asset, host, addresses):
            if scheme in ("http", "https"):
                add(iter([HttpTarget(address, url)]))
            if scheme == "https":
                add(iter([TlsTarget(address, port, name)]))
            elif scheme in get_args(Starttls):
                add(iter([TlsTarget(address, port, name, scheme)]))  # type: ignore[arg-type]  # as just seen
    return tuple(found.values())


def _urls(asset: Asset) -> tuple[str, ...]:
    """The asset's URL, its endpoints, and the twin of the URL under the other scheme at its default port."""
    parts = asset.split
    netloc = f"[{asset.host}]" if ":" in asset.host else asset.host
    twin: Sequence[str] = ()
    if parts.scheme == "https" and asset.port == 443:
        twin = [f"http://{netloc}/"]
    elif parts.scheme == "http":
        twin = [f"https://{netloc}/"]
    return tuple(dict.fromkeys((asset.url, *twin, *asset.endpoints)))


def _addresses(asset: Asset, host: str, addresses: dict[str, tuple[str, ...]]) -> tuple[str, ...]:
    if asset.address is not None:
        return (asset.address,)
    return (host,) if is_address(host) else addresses.get(host, ())
