"""khien probe: what the scanner sees of one target. Evidence, no judgement.

It looks only at what the inventory authorises now, and at loopback, for which it needs no configuration.
"""

import ipaddress
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from checks.model.asset import host_of, port_of
from checks.model.canonical import adapter, plain
from checks.model.evidence import DnsObservation, Evidence, Observation, ProbeFailure
from checks.model.ports import canonical_ports
from checks.model.target import DnsTarget, HttpTarget, PortsTarget, Starttls, Target, TlsTarget, is_address
from policies.strict_yaml import TextError
from scanner.cli.config import ScanSection, read_config
from scanner.cli.errors import Refused, Usage
from scanner.cli.language import say
from scanner.cli.looking import probe_set
from scanner.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption
from scanner.cli.ui import clean, out, print_json
from scanner.inventory.inventory import Inventory, read_inventory
from scanner.inventory.scope import RunScope, refusal
from scanner.inventory.urls import ascii_host, ascii_url

AddressOption = Annotated[
    str | None,
    typer.Option("--address", metavar="IP", help=say("Kết nối tới địa chỉ này.", "Connect to this address.")),
]
SchemaOption = Annotated[
    bool, typer.Option("--schema", help=say("In JSON Schema rồi dừng.", "Print the JSON Schema and stop."))
]


@dataclass(frozen=True, slots=True)
class _Scope:
    """Loopback, and what a run on the configured inventory could touch now."""

    run: RunScope | None
    pinned: Mapping[str, tuple[str, ...]]

    def allows(self, address: str) -> bool:
        return ipaddress.ip_address(address).is_loopback or (self.run is not None and self.run.allows(address))

    def addresses(self, host: str) -> tuple[str, ...]:
        return self.pinned.get(host, ()) or (self.run.addresses(host) if self.run is not None else ())


def register(app: typer.Typer) -> None:
    """Add the group."""
    group = typer.Typer(
        no_args_is_help=True,
        help=say(
            "Xem một đích như máy rà quét thấy: bằng chứng, không đánh giá. "
            "Chỉ đích được phép trong danh mục, và loopback.",
            "See one target as the scanner sees it: evidence, no judgement. "
            "Only what the inventory authorises, and loopback.",
        ),
    )
    group.command(
        "tls", help=say("Một điểm TLS: HOST[:PORT] hoặc smtp://...", "A TLS endpoint: HOST[:PORT] or smtp://...")
    )(tls)
    group.command("ports", help=say("Cổng TCP của một địa chỉ.", "TCP ports of an address."))(ports)
    group.command("http", help=say("Một URL và các chuyển hướng.", "A URL and its redirects."))(http)
    group.command("dns", help=say("Địa chỉ của một tên miền.", "The addresses of a name."))(dns)
    app.add_typer(group, name="probe")


def tls(
    target: Annotated[str, typer.Argument(metavar="HOST[:PORT]")] = "",
    address: AddressOption = None,
    sni: Annotated[
        str | None, typer.Option("--sni", metavar="NAME", help=say("Tên gửi trong SNI.", "The name sent as SNI."))
    ] = None,
    json: JsonOption = False,
    show_schema: SchemaOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`."""

    def targets(session: _Session) -> list[Target]:
        url = _url(target, "https")
        scheme, host = url.split(":", 1)[0], host_of(url)
        starttls = scheme if scheme in get_args(Starttls) else None
        name = ascii_host(sni) if sni else (None if is_address(host) else host)
        return [
            TlsTarget(each, port_of(url), name, starttls)  # type: ignore[arg-type]  # get_args has just said so
            for each in session.addresses(host, address)
        ]

    return _probe(targets, json, show_schema, config)


def ports(
    target: Annotated[str, typer.Argument(metavar="HOST")] = "",
    wanted: Annotated[
        str, typer.Option("--ports", "-p", help=say("Danh sách cổng.", "The ports to ask for."))
    ] = "21-23,25,80,443,3306,3389,5432,8080,8443",
    address: AddressOption = None,
    json: JsonOption = False,
    show_schema: SchemaOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`."""

    def targets(session: _Session) -> list[Target]:
        try:
            asked = canonical_ports(wanted.split(","))
        except ValueError as error:
            raise Usage(f"danh sách cổng không hợp lệ: {error}", f"bad port list: {error}") from None
        return [PortsTarget(each, asked) for each in session.addresses(ascii_host(target), address)]

    return _probe(targets, json, show_schema, config)


def http(
    target: Annotated[str, typer.Argument(metavar="URL")] = "",
    address: AddressOption = None,
    json: JsonOption = False,
    show_schema: SchemaOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`."""

    def targets(session: _Session) -> list[Target]:
        url = _url(target, "https")
        if not url.startswith(("http://", "https://")):
            raise Usage(f"cần URL http hoặc https, không phải {url!r}", f"the URL is http or https, not {url!r}")
        return [HttpTarget(each, url) for each in session.addresses(host_of(url), address)]

    return _probe(targets, json, show_schema, config)


def dns(
    target: Annotated[str, typer.Argument(metavar="NAME")] = "",
    json: JsonOption = False,
    show_schema: SchemaOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`."""

    def targets(session: _Session) -> list[Target]:
        return [session.name(ascii_host(target))]

    return _probe(targets, json, show_schema, config)


class _Session:
    """The inputs of one `khien probe`: an inventory where one is configured, the addresses that were resolved."""

    def __init__(self, config: Path) -> None:
        settings = read_config(config) if config.exists() or config != DEFAULT_CONFIG else None
        self.scan = settings.scan if settings else ScanSection()
        self.vantage = settings.vantage if settings else "loopback"
        self.inventory = read_inventory(settings.inventory) if settings else Inventory((), ())
        now = datetime.now(UTC)
        self.assets = tuple(
            each for each in self.inventory.assets if refusal(each, self.inventory, self.vantage, now) is None
        )
        self.resolved: dict[str, tuple[str, ...]] = {}
        """Name to addresses, only as DNS said."""
        self.pinned: dict[str, tuple[str, ...]] = {}
        """Host to the addresses that this look goes to, all of them allowed."""

    def name(self, host: str) -> DnsTarget:
        """A name of the inventory. Raises Refused for any other but localhost."""
        if not RunScope(self.inventory, self.assets).names(host) and host != "localhost":
            raise Refused(
                f"{host} không có trong danh mục được phép rà quét", f"{host} is not in the inventory as authorised now"
            )
        return DnsTarget(host)

    def addresses(self, host: str, literal: str | None) -> tuple[str, ...]:
        """Where to look for a host: the address given, the inventory's, its own, or what DNS says."""
        if literal is not None:
            found: tuple[str, ...] = (ascii_host(literal),)
        elif is_address(host):
            found = (host,)
        else:
            found = self.scope().addresses(host) or self._resolve(host)
        if not all(self.scope().allows(each) for each in found) and not is_address(host):
            self._resolve(host)  # an address that the user names is allowed where DNS gives it for the name
        refused = [each for each in found if not self.scope().allows(each)]
        if refused:
            raise Refused(
                f"{', '.join(refused)} nằm ngoài phạm vi được phép",
                f"{', '.join(refused)} is outside what is authorised",
            )
        self.pinned[host] = found
        return found

    def scope(self) -> _Scope:
        """What may be touched: what a run could touch, given what DNS said, and loopback."""
        return _Scope(RunScope(self.inventory, self.assets, self.resolved), self.pinned)

    def look(self, target: Target) -> Evidence:
        """One look."""
        probes = probe_set(self.scan, self.scope(), self.vantage)
        try:
            return probes[type(target)].look([target])[0]
        finally:
            for probe in probes.values():
                probe.close()

    def _resolve(self, host: str) -> tuple[str, ...]:
        evidence = self.look(self.name(host))
        if isinstance(evidence.observation, DnsObservation):
            self.resolved[host] = evidence.observation.addresses
            return self.resolved[host]
        raise Usage(f"không phân giải được {host}", f"cannot resolve {host}")


def _probe(targets: Any, json: bool, show_schema: bool, config: Path) -> int:
    if show_schema:
        print_json(schema())
        return 0
    session = _Session(config)
    try:
        wanted = targets(session)
    except TextError as error:
        raise Usage(error.text.vi, error.text.en) from None
    found = [session.look(each) for each in wanted]
    if json:
        shown = [_written(each) for each in found]
        print_json(shown[0] if len(shown) == 1 else shown)
    else:
        for each in found:
            _show(each)
    return 0


def _written(evidence: Evidence) -> dict[str, Any]:
    """Evidence for other programs; where it was looked stands beside the target, whatever kind of target it is."""
    written: dict[str, Any] = plain(evidence)
    written["sighting"]["address"] = getattr(evidence.sighting.target, "address", None)
    return written


def schema() -> dict[str, Any]:
    """The JSON Schema of `_written`."""
    found: dict[str, Any] = adapter(Evidence).json_schema()
    sighting = found["$defs"]["Sighting"]
    sighting["properties"]["address"] = {"anyOf": [{"type": "string"}, {"type": "null"}], "title": "Address"}
    sighting["required"].append("address")
    return found


def _url(target: str, scheme: str) -> str:
    """A URL of what the user typed: a bare host gets the scheme."""
    if not target:
        raise Usage("thiếu đích; xem --help", "the target is missing; see --help")
    return ascii_url(target if "://" in target else f"{scheme}://{target}")


def _show(evidence: Evidence) -> None:
    sighting = evidence.sighting
    seconds = (sighting.finished - sighting.started).total_seconds()
    out.print(
        f"[bold]{clean(sighting.target.key)}[/bold]" if "[" not in sighting.target.key else clean(sighting.target.key),
        markup="[" not in sighting.target.key,
    )
    out.print(
        say(
            f"{sighting.connections} kết nối, {seconds:.0f} giây",
            f"{sighting.connections} connections, {seconds:.0f} s",
        ),
        markup=False,
    )
    observation: Observation = evidence.observation
    if isinstance(observation, ProbeFailure):
        out.print(
            say("Không xem được: ", "No look: ") + clean(f"{observation.reason} {observation.detail}"), markup=False
        )
        return
    for key, value in plain(observation).items():
        if key not in ("kind", "schema"):
            _tree(key, value, 1)


def _tree(name: str, value: Any, depth: int) -> None:
    """Nested values, indented; long texts (certificates) cut."""
    pad = "  " * depth
    if isinstance(value, dict) and value:
        out.print(f"{pad}{clean(name)}:", markup=False)
        for key, each in value.items():
            _tree(key, each, depth + 1)
    elif isinstance(value, list) and value and isinstance(value[0], dict | list):
        out.print(f"{pad}{clean(name)}:", markup=False)
        for index, each in enumerate(value):
            if isinstance(each, list) and all(isinstance(part, str) for part in each):
                out.print(f"{pad}  {clean(': '.join(each))}", markup=False)
            else:
                _tree(str(index), each, depth + 1)
    else:
        shown = ", ".join(map(str, value)) if isinstance(value, list) else str(value)
        shown = {"True": say("có", "yes"), "False": say("không", "no"), "None": say("không rõ", "could not tell")}.get(
            shown, shown
        )
        out.print(f"{pad}{clean(name)}: {clean(shown if len(shown) <= 300 else shown[:297] + '...')}", markup=False)
