"""An inventory as it is written: the same strict types for YAML, CSV and XLSX."""

import ipaddress
from datetime import date
from typing import Annotated, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints

from checks.model.text import Language, Text, TextError
from scanner.inventory.urls import ascii_url

Id = Annotated[str, StringConstraints(pattern=r"^[a-z0-9-]{1,40}$")]
"""Ids are used in file names and URLs, so no path can hide in one."""
Word = Annotated[str, StringConstraints(min_length=1, max_length=100)]


def _address(value: str) -> str:
    try:
        return str(ipaddress.ip_address(value))
    except ValueError:
        raise TextError(f"không phải địa chỉ IP: {value!r}", f"not an IP address: {value!r}") from None


def _free(value: str) -> str:
    """Reports are named by their agency, and the one about all of them has this name."""
    if value == "estate":
        raise TextError("mã 'estate' dành cho báo cáo toàn tỉnh", "the id 'estate' is kept for the estate's own report")
    return value


def _network(value: str) -> str:
    try:
        return str(ipaddress.ip_network(value))
    except ValueError as error:
        raise TextError(f"không phải mạng CIDR: {value!r}", f"not a CIDR network: {value!r} ({error})") from None


def time_zone(value: str) -> str:
    """The name of a time zone as the IANA data base has it; not one that is another zone on another machine, or counts
    leap seconds. Raises TextError."""
    if value.startswith(("posix", "right/")) or value in ("localtime", "Factory"):
        raise TextError(
            f"{value!r} không phải tên múi giờ cố định; viết như Asia/Ho_Chi_Minh",
            f"{value!r} is not the name of one time zone; write one like Asia/Ho_Chi_Minh",
        )
    try:
        return ZoneInfo(value).key
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise TextError(f"múi giờ không tồn tại: {value!r}", f"unknown time zone: {value!r}") from None


Address = Annotated[str, AfterValidator(_address)]
Network = Annotated[str, AfterValidator(_network)]
Url = Annotated[str, StringConstraints(max_length=2000), AfterValidator(ascii_url)]
Port = Annotated[int, Field(ge=1, le=65535)]
Window = Annotated[str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]-([01][0-9]|2[0-3]):[0-5][0-9]$")]


class Row(BaseModel):
    """Strict: no unknown key, no coercion."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


class ContactRow(Row):
    email: Annotated[str, StringConstraints(pattern=r"^[^@\s<>,;\"]{1,64}@[^@\s<>,;\"]{1,255}$")]
    role: Literal["security", "owner", "operator", "reader"]
    language: Language | None = None


class AuthorisationRow(Row):
    document: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    valid_from: date
    valid_until: date
    window: Window | None = None
    timezone: Annotated[str, AfterValidator(time_zone)] = "Asia/Ho_Chi_Minh"
    addresses: tuple[Network, ...] = ()
    source: tuple[Address, ...] = ()


class AgencyRow(Row):
    id: Annotated[Id, AfterValidator(_free)]
    name: Text
    parent: Id | None = None
    policy: Id | None = None
    contacts: tuple[ContactRow, ...] = ()
    authorisation: AuthorisationRow | None = None
    formerly: tuple[Id, ...] = ()


class AssetRow(Row):
    id: Id
    agency: Id
    url: Url
    level: Annotated[int, Field(ge=1, le=5)]
    zone: Word = "internet"
    tags: tuple[Word, ...] = ()
    address: Address | None = None
    ports: tuple[Port, ...] | None = None
    endpoints: tuple[Url, ...] = ()
    trust_anchors: tuple[Word, ...] = ()
    policy: Id | None = None
    status: Literal["active", "retired"] = "active"
    authorisation: AuthorisationRow | None = None
