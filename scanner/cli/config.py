"""khien.yaml: where things are and how to look. Strict; every path is relative to the file's folder."""

import os
from dataclasses import dataclass, field, replace
from ipaddress import ip_address
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from checks.model.delivery import ADDRESS
from checks.model.retention import period
from checks.model.text import Language, Text, TextError
from policies.strict_yaml import InputError, InputErrors, read_file
from reports.alerts.routing import Reminder
from reports.model import Letter
from scanner.cli.alert_sections import AlertsSection, ReminderRow, alert_faults, reminders
from scanner.cli.console_section import ConsoleSection
from scanner.cli.logs import LogSection
from scanner.cli.sections import Seconds, Section, Variable
from scanner.probes.interface import Limits
from scanner.probes.politeness import PER_ADDRESS, PER_SECOND, Politeness
from scanner.probes.resolver import SERVERS, server_of
from scanner.schedule.model import Schedule
from scanner.schedule.written import BlackoutRow, ScheduleRow, repeated


def _resolver(text: str) -> str:
    server_of(text)
    return text


class DnsSection(Section):
    """Who is asked for DNS records, where a policy asks for more than addresses."""

    resolvers: Annotated[tuple[Annotated[str, AfterValidator(_resolver)], ...], Field(max_length=SERVERS)] = ()
    """Addresses, each with or without a port; empty: the resolvers of this machine."""


class ScanSection(Section):
    """How to look. Bounds are in seconds."""

    contact: Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{0,200}$")] = ""
    """An address or URL, sent in the User-Agent."""
    connect_seconds: Seconds = 5
    dns_seconds: Seconds = 10
    http_seconds: Seconds = 20
    tls_seconds: Seconds = 45
    ports_seconds: Annotated[int, Field(ge=1, le=86400)] = 1800
    connections_per_second: Annotated[int, Field(ge=1, le=1000)] = PER_SECOND
    connections_per_address: Annotated[int, Field(ge=1, le=20)] = PER_ADDRESS
    looks_at_once: Annotated[int, Field(ge=1, le=64)] = 8
    least_free_mib: Annotated[int, Field(ge=0, le=1 << 20)] = 200
    """With less room on the disk no scan begins."""
    dns: DnsSection = Field(default_factory=DnsSection)

    def limits(self) -> Limits:
        """The bounds as probes take them."""
        return Limits(
            connect_seconds=self.connect_seconds,
            dns_seconds=self.dns_seconds,
            http_seconds=self.http_seconds,
            tls_seconds=self.tls_seconds,
            ports_seconds=self.ports_seconds,
            per_address=self.connections_per_address,
            scan_at_once=self.looks_at_once,
        )

    def politeness(self) -> Politeness:
        """What all connections of one run ask for first."""
        return Politeness(self.connections_per_second, self.connections_per_address)


TIME_SERVER = r"^https?://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?(/[!-~]{0,500})?$"


class MailSection(Section):
    """The mail server that takes reports over. Passwords stand in environment variables, which are named here."""

    host: Annotated[
        str, StringConstraints(pattern=r"^([A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63}){0,8}|[0-9A-Fa-f:]{2,45})$")
    ]
    sender: Annotated[str, StringConstraints(pattern=rf"^{ADDRESS.pattern}$")]
    port: Annotated[int, Field(ge=1, le=65535)] | None = None
    """None: 587 for STARTTLS (RFC 6409), 465 for implicit TLS (RFC 8314)."""
    tls: Literal["starttls", "implicit"] = "starttls"
    user: Annotated[str, StringConstraints(max_length=255)] = ""
    password_variable: Variable | None = None
    archive_password_variable: Variable | None = None
    """Reports go out in an encrypted archive; an agency may have a variable of its own: see `scanner.cli.sending`."""
    timeout_seconds: Seconds = 30
    attempts: Annotated[int, Field(ge=1, le=10)] = 3
    retry_seconds: Annotated[int, Field(ge=1, le=900)] = 30
    trust_anchors: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _login_is_whole(self) -> Self:
        if bool(self.user) != bool(self.password_variable):
            raise ValueError("user and password_variable stand together")
        return self


class TokenSection(Section):
    """A key in a PKCS#11 token."""

    module: str
    """Path of the maker's library."""
    label: Annotated[str, StringConstraints(min_length=1, max_length=32)]
    """Of the token."""
    certificate: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    """Label of the certificate."""
    key: Annotated[str, StringConstraints(min_length=1, max_length=200)] | None = None
    """Label of the private key; None: that of the certificate."""
    pin_variable: Variable


class SigningSection(Section):
    """Who signs reports, and whose signatures are believed."""

    file: str | None = None
    """A PKCS#12 file."""
    passphrase_variable: Variable | None = None
    token: TokenSection | None = None
    chain: tuple[str, ...] = ()
    """Certificates of the authorities between the key's own and a root, where file or token lack them."""
    reason: Annotated[str, StringConstraints(max_length=200)] = ""
    location: Annotated[str, StringConstraints(max_length=200)] = ""
    timestamp: Annotated[str, StringConstraints(pattern=TIME_SERVER)] | None = None
    """URL of a time stamp server (RFC 3161); None: signatures carry the time of this machine's clock."""
    timestamp_seconds: Seconds = 30
    trust_anchors: tuple[str, ...] = ()
    """Certificates that signers and time stamps must lead to."""

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        if self.file is not None and self.token is not None:
            raise ValueError("a key is in a file or in a token")
        if (self.file is None) != (self.passphrase_variable is None):
            raise ValueError("file and passphrase_variable stand together")
        return self


class LedgerSection(Section):
    """Who signs the states of the log."""

    key: str
    """An encrypted PKCS#8 file, as `khien history key new` writes it."""
    passphrase_variable: Variable
    timestamp: Annotated[str, StringConstraints(pattern=TIME_SERVER)] | None = None
    """URL of a time stamp server (RFC 3161)."""
    timestamp_seconds: Seconds = 30
    trust_anchors: tuple[str, ...] = ()
    """Authorities that are trusted for https of that server, beside the machine's own."""


def _period(written: str) -> str:
    period(written)
    return written


class HistorySection(Section):
    """How long what is remembered is kept."""

    keep_evidence: Annotated[str, AfterValidator(_period)] | None = None
    """As in "5 years"; None: for ever. See `khien db prune`."""


def _loopback(written: str) -> str:
    host, _, port = written.rpartition(":")
    try:
        good = ip_address(host.strip("[]")).is_loopback and 1 <= int(port) <= 65535
    except ValueError:
        good = False
    if not good:
        like = "127.0.0.1:9464, [::1]:9464"
        raise TextError(f"cần địa chỉ của chính máy này, như {like}", f"an address of this machine, as in {like}")
    return written


class MetricsSection(Section):
    """What whoever watches Khiên may read."""

    file: Annotated[str, StringConstraints(pattern=r"\.prom$")] | None = None
    """For the textfile collector of node_exporter."""
    listen: Annotated[str, AfterValidator(_loopback)] | None = None
    """Served there by the daemon."""
    heartbeat: str | None = None
    """The file of the daemon's heartbeat; None: beside the database, where that is a file."""


IN_DATABASE = "database"
"""What stands in the place of a file where the inventory is kept in the database."""


class _File(Section):
    """The file as it is written."""

    database: str = "khien.sqlite3"
    inventory: str = "inventory.yaml"
    waivers: str | None = None
    policy: str = "nghe-an-web"
    policies: tuple[str, ...] = ()
    vantage: Annotated[str, StringConstraints(min_length=1, max_length=100)] = "internet"
    language: Language = "vi"
    trust_anchors: tuple[str, ...] = ()
    output: str = "reports"
    scan: ScanSection = Field(default_factory=ScanSection)
    report: Letter = Field(default_factory=Letter)
    mail: MailSection | None = None
    signing: SigningSection | None = None
    ledger: LedgerSection | None = None
    history: HistorySection = Field(default_factory=HistorySection)
    alerts: AlertsSection | None = None
    reminders: tuple[ReminderRow, ...] | None = None
    log: LogSection | None = None
    metrics: MetricsSection | None = None
    console: ConsoleSection = Field(default_factory=ConsoleSection)
    schedules: tuple[ScheduleRow, ...] = ()
    blackouts: tuple[BlackoutRow, ...] = ()
    """Days without scheduled scans, for every schedule."""


@dataclass(frozen=True, slots=True)
class Config:
    """The configuration of one command."""

    path: Path
    database: str
    """Path of the SQLite file, or a postgresql:// URL (KHIEN_DATABASE goes before the file, since it may hold a
    password)."""
    inventory: Path | None
    """None: the inventory is kept in the database."""
    waivers: Path | None
    policy: str
    policies: tuple[Path, ...]
    vantage: str
    language: Language
    trust_anchors: tuple[Path, ...]
    output: Path
    scan: ScanSection
    letter: Letter
    mail: MailSection | None
    """None: no report can be sent. Its trust anchors are whole paths."""
    signing: SigningSection | None
    """None: no report can be signed. Its paths are whole."""
    ledger: LedgerSection | None = None
    """None: states of the log are not signed. Its paths are whole."""
    history: HistorySection = field(default_factory=HistorySection)
    alerts: AlertsSection | None = None
    """None: nobody is told of anything without asking. Its trust anchors are whole paths."""
    reminders: tuple[Reminder, ...] = ()
    log: LogSection | None = None
    """None: nothing is logged."""
    metrics: MetricsSection | None = None
    """Its paths are whole."""
    console: ConsoleSection = field(default_factory=ConsoleSection)
    schedules: tuple[Schedule, ...] = ()
    written_schedules: tuple[ScheduleRow, ...] = ()
    """The same as they are written, for what is to be said of them with their places."""


def read_config(path: Path) -> Config:
    """The configuration of a file. Raises InputErrors, also where there is none."""
    if not path.exists():
        raise InputErrors(
            [
                InputError(
                    str(path),
                    "",
                    Text(
                        "không có tệp cấu hình; tạo bằng `khien init`, hoặc chỉ ra bằng --config",
                        "there is no such configuration; make one with `khien init`, or name it with --config",
                    ),
                )
            ]
        )
    document = read_file(path)
    if document.value is None:
        document = type(document)(document.source, {}, document.places)
    file = document.validated(_File)
    found = (*repeated(file.schedules), *alert_faults(file.alerts, file.reminders, file.mail is not None))
    faults = [document.error(place, message) for place, message in found]
    if faults:
        raise InputErrors(faults)
    folder = path.resolve().parent
    return Config(
        path=path,
        database=_database(file.database, folder),
        inventory=folder / file.inventory if file.inventory != IN_DATABASE else None,
        waivers=folder / file.waivers if file.waivers is not None else None,
        policy=file.policy,
        policies=tuple(folder / each for each in file.policies),
        vantage=file.vantage,
        language=file.language,
        trust_anchors=tuple(folder / each for each in file.trust_anchors),
        output=folder / file.output,
        scan=file.scan,
        letter=_letter(file.report, folder),
        mail=_mail(file.mail, folder),
        signing=_signing(file.signing, folder),
        ledger=_ledger(file.ledger, folder),
        history=file.history,
        alerts=None if file.alerts is None else file.alerts.whole(folder),
        reminders=reminders(file.reminders) if file.alerts is not None else (),
        log=None if file.log is None else file.log.whole(folder),
        metrics=_metrics(file.metrics, folder),
        console=file.console,
        schedules=tuple(row.schedule(file.blackouts) for row in file.schedules),
        written_schedules=file.schedules,
    )


def database_in(path: Path) -> str | None:
    """The database that a file names, whatever else is wrong in it; None where that cannot be told."""
    try:
        value = read_file(path).value
    except InputErrors:
        return None
    named = value.get("database", _File().database) if isinstance(value, dict) else None
    return _database(named, path.resolve().parent) if isinstance(named, str) else None


def _database(named: str, folder: Path) -> str:
    database = os.environ.get("KHIEN_DATABASE") or named
    return database if "://" in database else str(folder / database)


def _mail(section: MailSection | None, folder: Path) -> MailSection | None:
    if section is None:
        return None
    return section.model_copy(update={"trust_anchors": tuple(str(folder / each) for each in section.trust_anchors)})


def _signing(section: SigningSection | None, folder: Path) -> SigningSection | None:
    if section is None:
        return None
    whole: dict[str, object] = {
        name: tuple(str(folder / each) for each in getattr(section, name)) for name in ("chain", "trust_anchors")
    }
    if section.file is not None:
        whole["file"] = str(folder / section.file)
    if section.token is not None:
        whole["token"] = section.token.model_copy(update={"module": str(folder / section.token.module)})
    return section.model_copy(update=whole)


def _ledger(section: LedgerSection | None, folder: Path) -> LedgerSection | None:
    if section is None:
        return None
    anchors = tuple(str(folder / each) for each in section.trust_anchors)
    return section.model_copy(update={"key": str(folder / section.key), "trust_anchors": anchors})


def _metrics(section: MetricsSection | None, folder: Path) -> MetricsSection | None:
    if section is None:
        return None
    paths = {"file": section.file, "heartbeat": section.heartbeat}
    return section.model_copy(update={name: str(folder / path) for name, path in paths.items() if path is not None})


def _letter(letter: Letter, folder: Path) -> Letter:
    """With whole paths."""

    def whole(path: str | None) -> str | None:
        return None if path is None else str(folder / path)

    images = whole(letter.signature_image), whole(letter.seal_image)
    return replace(letter, signature_image=images[0], seal_image=images[1], font=whole(letter.font))
