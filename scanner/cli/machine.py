"""What `khien doctor` looks at on the machine and around it, each with what to do where it is not as it should be."""

import ctypes
import os
import shutil
import socket
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from cryptography import x509

import scanner
from checks.model.inventory import Inventory
from checks.model.target import is_address
from checks.model.text import Text
from scanner.cli.config import Config
from scanner.cli.room import free_bytes, written_to
from scanner.probes.ports import file_grants_raw, raw_sockets

State = Literal["ok", "warning", "broken"]
FREE_LEAST = 1 << 30
"""Bytes: with less a scan may not come to its end."""
FREE_LOW = 5 << 30
UNSYNCHRONISED = 5
"""TIME_ERROR of adjtimex(2): nothing keeps the clock right."""
PRIVATE = 0o077
"""Bits of a mode that let others read or write."""


@dataclass(frozen=True, slots=True)
class Result:
    """One thing that was checked."""

    what: str
    state: State
    text: Text
    """What was found, or what to do."""


def nmap() -> Iterator[Result]:
    """nmap, and how it will scan."""
    found = shutil.which("nmap")
    if found is None:
        yield Result("nmap", "broken", Text("chưa có; cài gói nmap", "missing; install the package nmap"))
        return
    if raw_sockets():
        how = Text("quét SYN", "SYN scan")
    elif file_grants_raw(found):
        how = Text(
            "có setcap nhưng tiến trình này không được nhận thêm quyền (NoNewPrivileges); quét kết nối đầy đủ",
            "it has capabilities, which this process may not gain (NoNewPrivileges); connect scan",
        )
    else:
        how = Text(
            "quét kết nối đầy đủ; muốn quét SYN: bản nmap riêng có setcap, xem docs/systemd/raw-nmap.conf",
            "connect scan; for SYN scans a private copy with setcap, see docs/systemd/raw-nmap.conf",
        )
    yield Result("nmap", "ok", Text(f"{found}; {how.vi}", f"{found}; {how.en}"))


def clock(now: datetime, known: Iterable[datetime] = ()) -> Iterator[Result]:
    """Whether the clock can be right: past Khiên's own files and everything in `known`, and kept by something."""
    written = datetime.fromtimestamp(Path(scanner.__file__).stat().st_mtime, UTC)
    latest = max((written, *known))
    if now < latest:
        yield Result(
            "clock",
            "broken",
            Text(
                f"{now:%Y-%m-%d %H:%M} UTC, sớm hơn dữ liệu đã có ({latest:%Y-%m-%d %H:%M}); đặt lại giờ, bật NTP",
                f"{now:%Y-%m-%d %H:%M} UTC is before what is there already ({latest:%Y-%m-%d %H:%M}); set it, use NTP",
            ),
        )
        return
    kept = _kept_right()
    told = f"{now:%Y-%m-%d %H:%M:%S} UTC"
    if kept is False:
        more = Text(
            "; chưa đồng bộ: bật systemd-timesyncd hoặc chrony", "; not synchronised: use systemd-timesyncd or chrony"
        )
    else:
        more = Text("; đã đồng bộ", "; synchronised") if kept else Text("", "")
    yield Result("clock", "warning" if kept is False else "ok", Text(told + more.vi, told + more.en))


def _kept_right() -> bool | None:
    """Whether the kernel holds the clock to be synchronised; None where it does not say."""
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512))  # larger than struct timex; modes is 0
    except (OSError, AttributeError):
        return None
    return None if state < 0 else bool(state != UNSYNCHRONISED)


def disk(config: Config) -> Iterator[Result]:
    """Room where reports, database and log are written."""
    for name, path in {"reports": config.output, **written_to(config)}.items():
        what, free = f"disk ({name})", free_bytes(path)
        told = f"{free / (1 << 30):.1f} GiB"
        if free < FREE_LEAST:
            yield Result(what, "broken", Text(f"chỉ còn {told}; giải phóng ổ đĩa", f"only {told} left; make room"))
        elif free < FREE_LOW:
            yield Result(what, "warning", Text(f"còn {told}", f"{told} left"))
        else:
            yield Result(what, "ok", Text(f"còn {told}", f"{told} left"))


def dns(inventory: Inventory) -> Iterator[Result]:
    """Whether names can be resolved, by one that a scan would ask for; nothing is asked where none would be."""
    names = [
        each.host
        for each in inventory.assets
        if each.status == "active" and each.address is None and not is_address(each.host)
    ]
    if not names:
        yield Result("dns", "ok", Text("không cần: mọi tài sản có địa chỉ", "not needed: every asset has an address"))
        return
    try:
        socket.getaddrinfo(names[0], None)
        yield Result("dns", "ok", Text(f"phân giải được {names[0]}", f"{names[0]} resolves"))
    except (OSError, UnicodeError) as error:
        yield Result(
            "dns",
            "broken",
            Text(
                f"không phân giải được {names[0]}: {error}; xem /etc/resolv.conf",
                f"{names[0]} does not resolve: {error}; see /etc/resolv.conf",
            ),
        )


def permissions(config: Config) -> Iterator[Result]:
    """Whether only its owner can read the database, which lists every weakness; a key is looked at with `signing`."""
    files = [] if "://" in config.database else [Path(f"{config.database}{ending}") for ending in ("", "-wal")]
    for path in filter(Path.exists, files):
        mode = path.stat().st_mode & 0o777
        told = f"{path} ({mode:04o})"
        if mode & PRIVATE:
            yield Result(
                "permissions",
                "broken",
                Text(f"người khác đọc được {told}: chmod 600", f"others can read {told}: chmod 600"),
            )
        else:
            yield Result("permissions", "ok", Text(told, told))


def secrets(config: Config) -> Iterator[Result]:
    """The environment variables without which the daemon tells nobody, and signs no state of the log."""
    mail, alerts, ledger = config.mail, config.alerts, config.ledger
    needed = [] if alerts is None else [each.secret_variable for each in alerts.webhooks]
    needed += [mail.password_variable] if mail is not None and mail.password_variable is not None else []
    openid = config.console.openid
    needed += [openid.secret_variable] if openid is not None else []
    needed += [ledger.passphrase_variable] if ledger is not None else []
    for name in needed:
        if os.environ.get(name):
            yield Result("secrets", "ok", Text(f"{name} đã đặt", f"{name} is set"))
        else:  # whoever asks by hand may have another environment than the service
            vi = f"{name} chưa đặt ở đây; dịch vụ cần có (/etc/khien/environment)"
            en = f"{name} is not set here; the service needs it (/etc/khien/environment)"
            yield Result("secrets", "warning", Text(vi, en))


def anchors(inventory: Inventory, now: datetime) -> Iterator[Result]:
    """Trust anchors of one's own that have expired, or will soon."""
    if not inventory.anchors:
        yield Result("anchors", "ok", Text("chỉ dùng CA công khai", "only the public authorities"))
    for der in inventory.anchors.values():
        found = x509.load_der_x509_certificate(der)
        name, ends = found.subject.rfc4514_string(), found.not_valid_after_utc
        days = (ends - now).days
        vi, en = f"{name}: hết hạn {ends:%Y-%m-%d}", f"{name}: until {ends:%Y-%m-%d}"
        if ends < now:
            yield Result("anchors", "broken", Text(f"{vi}; thay bằng bản mới", f"{en}; it has expired, replace it"))
        else:
            yield Result("anchors", "warning" if days < 30 else "ok", Text(vi, en))
