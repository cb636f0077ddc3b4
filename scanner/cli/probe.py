"""khien probe: what the scanner sees of one target. Evidence, no judgement.

It looks only at what the inventory authorises now, and at loopback, for which it needs no configuration.
"""

import ipaddress
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, get_args

import typer

from checks.model.asset import host_of, port_of
from checks.model.canonical import adapter, plain
from checks.model.dns import DnsQuestion
from checks.model.evidence import DnsObservation, Evidence, ProbeFailure
from checks.model.inventory import Inventory
from checks.model.needs import TlsNeeds
from checks.model.pages import Question
from checks.model.ports import canonical_ports
from checks.model.target import DnsTarget, HttpTarget, PortsTarget, Starttls, Target, TlsTarget, is_address
from checks.model.text import TextError
from scanner.cli.config import ScanSection
from scanner.cli.errors import Refused, Usage
from scanner.cli.language import say
from scanner.cli.listing import listed
from scanner.cli.looking import halted, needs_of, probe_set
from scanner.cli.memory import open_history
from scanner.cli.options import DEFAULT_CONFIG, ConfigOption, JsonOption, SchemaOption
from scanner.cli.probe_view import show
from scanner.cli.ui import print_json
from scanner.cli.watch import Watch
from scanner.cli.workspace import optional_config, policy_named
from scanner.inventory.scope import RunScope, refusal
from scanner.inventory.urls import ascii_host, ascii_url

UNSEEN = 3
"""Exit status where nothing could be seen at an address: that of a scan which left out a part."""

AddressOption = Annotated[
    str | None,
    typer.Option("--address", metavar="IP", help=say("Kết nối tới địa chỉ này.", "Connect to this address.")),
]
EndpointArgument = Annotated[
    str,
    typer.Argument(
        metavar="HOST[:PORT]",
        help=say("Tên hoặc địa chỉ; hoặc URL như smtp://HOST:25.", "A name or address; or a URL, smtp://HOST:25."),
    ),
]
SniOption = Annotated[
    str | None, typer.Option("--sni", metavar="NAME", help=say("Tên gửi trong SNI.", "The name sent as SNI."))
]
StarttlsOption = Annotated[
    str | None,
    typer.Option(
        "--starttls",
        metavar="PROTOCOL",
        help=say(
            "Bắt đầu không mã hóa rồi sang TLS: smtp, imap, pop3, ftp, ldap, postgres; cổng mặc định theo đó.",
            "Begin in cleartext and turn to TLS: smtp, imap, pop3, ftp, ldap, postgres; it sets the default port.",
        ),
    ),
]
PolicyOption = Annotated[
    str | None,
    typer.Option(
        "--policy",
        metavar="ID",
        help=say(
            "Xem nhanh: chỉ kết nối để hỏi những gì các biện pháp của chính sách này cần.",
            "A quick look: connect only for what the controls of this policy need.",
        ),
    ),
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


_TLS_HELP = say(
    "Một điểm TLS: mọi phiên bản, bộ mật mã, nhóm trao đổi khóa, chứng thư, lỗ hổng và tính năng. "
    "Điều không xác định được thì nói rõ lý do, không bao giờ đoán là không.",
    "A TLS endpoint: every version, cipher suite, key exchange group, certificate, vulnerability and feature. "
    "What could not be told says why, and is never taken for a no.",
)
_TLS_EXAMPLES = say(
    """Ví dụ:

khien probe tls 127.0.0.1:8443 --sni cong.so-mau.example

khien probe tls cong.so-mau.example --policy nghe-an-web   (chỉ hỏi phần chính sách cần)

khien probe tls thu.so-mau.example --starttls smtp   (như smtp://thu.so-mau.example:25)

khien probe tls cong.so-mau.example --json > tls.json   (--schema in ra cấu trúc)
""",
    """Examples:

khien probe tls 127.0.0.1:8443 --sni portal.so-mau.example

khien probe tls portal.so-mau.example --policy nghe-an-web   (only what the policy asks for)

khien probe tls mail.so-mau.example --starttls smtp   (the same as smtp://mail.so-mau.example:25)

khien probe tls portal.so-mau.example --json > tls.json   (--schema prints its structure)
""",
)


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
    group.command("tls", help=_TLS_HELP, epilog=_TLS_EXAMPLES)(tls)
    group.command("ports", help=say("Cổng TCP của một địa chỉ.", "TCP ports of an address."))(ports)
    group.command(
        "http",
        help=say(
            "Một URL, các chuyển hướng, nội dung trang; và TRACE, security.txt, trang báo lỗi.",
            "A URL, its redirects, the page; and TRACE, security.txt, the error page.",
        ),
    )(http)
    group.command(
        "dns", help=say("Địa chỉ, AAAA, CAA và DNSSEC của một tên miền.", "Addresses, AAAA, CAA and DNSSEC of a name.")
    )(dns)
    app.add_typer(group, name="probe")


def tls(
    target: EndpointArgument = "",
    address: AddressOption = None,
    sni: SniOption = None,
    starttls: StarttlsOption = None,
    policy: PolicyOption = None,
    json: JsonOption = False,
    show_schema: SchemaOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`."""

    def targets(session: _Session) -> list[Target]:
        url = _tls_url(target, starttls)
        scheme, host = url.split(":", 1)[0], host_of(url)
        begins = scheme if scheme in get_args(Starttls) else None
        name = ascii_host(sni) if sni else (None if is_address(host) else host)
        needs = session.needs(policy) if policy is not None else None
        return [
            TlsTarget(each, port_of(url), name, begins, needs)  # type: ignore[arg-type]  # get_args has just said so
            for each in session.addresses(host, address)
        ]

    return _probe(targets, json, show_schema, config, policy)


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
        questions = tuple(sorted(get_args(Question)))
        return [HttpTarget(each, url, questions) for each in session.addresses(host_of(url), address)]

    return _probe(targets, json, show_schema, config)


def dns(
    target: Annotated[str, typer.Argument(metavar="NAME")] = "",
    json: JsonOption = False,
    show_schema: SchemaOption = False,
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """See `register`."""

    def targets(session: _Session) -> list[Target]:
        return [replace(session.name(ascii_host(target)), asks=get_args(DnsQuestion))]

    return _probe(targets, json, show_schema, config)


class _Session:
    """The inputs of one `khien probe`: an inventory where one is configured, the addresses that were resolved."""

    def __init__(self, config: Path) -> None:
        settings = optional_config(config)
        self._config = config
        self.scan = settings.scan if settings else ScanSection()
        self._politeness = self.scan.politeness()
        self.vantage = settings.vantage if settings else "loopback"
        self.inventory = listed(settings) if settings else Inventory((), ())
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

    def needs(self, policy: str) -> TlsNeeds:
        """What a policy needs to know of a TLS endpoint. Raises Usage where there is no such policy, or no need."""
        needs = needs_of(policy_named(policy, self._config))
        if needs == TlsNeeds():
            raise Usage(f"chính sách {policy!r} không hỏi gì về TLS", f"the policy {policy!r} asks nothing of TLS")
        return needs

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
        probes = probe_set(self.scan, self.scope(), self.vantage, self._politeness)
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


def _probe(targets: Any, json: bool, show_schema: bool, config: Path, policy: str | None = None) -> int:
    if show_schema:
        print_json(schema())
        return 0
    with _watched(config):
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
            show(each, policy)
    return UNSEEN if any(isinstance(each.observation, ProbeFailure) for each in found) else 0


@contextmanager
def _watched(config: Path) -> Iterator[None]:
    """A time in which looks may be made: where there is a configuration, the emergency stop of its database is asked
    before, and every second meanwhile. Raises Refused where a stop stands, Interrupted where one comes."""
    settings = optional_config(config)
    if settings is None:
        yield
        return
    open_history(settings)
    found = halted()
    if found is not None:
        raise Refused(found.text.vi, found.text.en)
    with Watch((halted,)) as watch:
        try:
            yield
        except KeyboardInterrupt:
            watch.settle()  # it was the watch that interrupted
            raise


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


def _tls_url(target: str, starttls: str | None) -> str:
    """The URL of a TLS endpoint, which `--starttls` gives the scheme of. Raises Usage for an unknown or another one."""
    if starttls is None:
        if target.lower().startswith("http://"):
            raise Usage(
                f"{target!r} không bắt đầu bằng TLS; ghi https:// hoặc HOST:PORT",
                f"{target!r} does not begin in TLS; give https:// or HOST:PORT",
            )
        return _url(target, "https")
    known = ", ".join(get_args(Starttls))
    if starttls not in get_args(Starttls):
        raise Usage(
            f"--starttls phải là một trong: {known}; không phải {starttls!r}",
            f"--starttls is one of: {known}; not {starttls!r}",
        )
    if "://" in target and not target.startswith(f"{starttls}://"):
        raise Usage(
            f"--starttls {starttls} không hợp với {target!r}", f"--starttls {starttls} does not go with {target!r}"
        )
    return _url(target, starttls)


def _url(target: str, scheme: str) -> str:
    """A URL of what the user typed: a bare host gets the scheme."""
    if not target:
        raise Usage("thiếu đích; xem --help", "the target is missing; see --help")
    return ascii_url(target if "://" in target else f"{scheme}://{target}")
