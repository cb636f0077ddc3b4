"""The rules: on which days something is told, to whom, and where it may go (pure).

Contacts are those of the inventory, by their role; a reminder may reach those above them.
"""

import ipaddress
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, get_args
from urllib.parse import urlsplit

from checks.model.alert import Alert
from checks.model.asset import Agency, Contact

Role = Literal["security", "owner", "operator", "reader"]
Reach = Role | Literal["parent", "province"]
"""A role among the agency's own contacts; those of the agency above it; those of the province."""
ROLES: tuple[Role, ...] = get_args(Role)


@dataclass(frozen=True, slots=True)
class Steps:
    """How many days before and after a date it is told of. Each step of one date is told once."""

    certificates: tuple[int, ...] = (30, 14, 7, 1)
    """Before the last day of a certificate."""
    authorisations: tuple[int, ...] = (30, 7, 1)
    """Before the last day of an authorisation."""
    due: tuple[int, ...] = (1,)
    """After the day on which a fault is due; negative: before it."""


@dataclass(frozen=True, slots=True)
class Reminder:
    """Who is told of a fault from so many days after it is due; before that, the days are negative."""

    days: int
    to: tuple[Reach, ...]


REMINDERS = (
    Reminder(-7, ("security", "operator")),
    Reminder(-1, ("security", "operator")),
    Reminder(0, ("security", "operator", "owner")),
    Reminder(7, ("security", "operator", "owner")),
    Reminder(14, ("security", "operator", "owner", "parent")),
    Reminder(30, ("security", "operator", "owner", "parent", "province")),
)
"""Those of whoever asks for reminders and says nothing more."""


@dataclass(frozen=True, slots=True)
class Routing:
    """The rules."""

    to: tuple[Role, ...] = ("security", "operator")
    """Who of an agency is told of its alerts."""
    reminders: tuple[Reminder, ...] = ()
    province: str | None = None
    """Id of the agency that is told of the whole estate."""


def recipients(alert: Alert, agencies: Mapping[str, Agency], routing: Routing) -> tuple[Contact, ...]:
    """Who is told of an alert of an agency, each address once."""
    agency = agencies[alert.agency]
    found: dict[str, Contact] = {}
    for each in _reached(agency, _reach(alert, routing), agencies, routing):
        found.setdefault(each.email.lower(), each)
    return tuple(found.values())


def province(agencies: Mapping[str, Agency], routing: Routing) -> tuple[Contact, ...]:
    """Who is told of the estate; nobody where no agency is named for it."""
    agency = agencies.get(routing.province or "")
    return () if agency is None else _own(agency, routing.to)


def _reach(alert: Alert, routing: Routing) -> tuple[Reach, ...]:
    """By the latest reminder whose day is reached."""
    step = alert.params.get("step") if alert.kind == "due" else None
    past = [each for each in routing.reminders if isinstance(step, int) and each.days <= step]
    return max(past, key=lambda each: each.days).to if past else routing.to


def _reached(
    agency: Agency, to: tuple[Reach, ...], agencies: Mapping[str, Agency], routing: Routing
) -> Iterable[Contact]:
    roles = tuple(each for each in to if each in ROLES)
    yield from _own(agency, roles) if roles else ()
    if "parent" in to:
        yield from _above(agency, agencies, routing.to)
    if "province" in to:
        yield from province(agencies, routing)


def _own(agency: Agency, roles: Iterable[str]) -> tuple[Contact, ...]:
    """The contacts with one of the roles; all of them where none has: an alert that reaches nobody helps nobody."""
    return tuple(each for each in agency.contacts if each.role in roles) or agency.contacts


def _above(agency: Agency, agencies: Mapping[str, Agency], roles: Iterable[str]) -> tuple[Contact, ...]:
    """The contacts of the nearest agency above that has some. The inventory has no circle of parents."""
    while agency.parent is not None and agency.parent in agencies:
        agency = agencies[agency.parent]
        if agency.contacts:
            return _own(agency, roles)
    return ()


def next_day(due: Iterable[date], steps: Sequence[int], today: date) -> date | None:
    """The next day after today on which something that is due is told of; `steps` are days after it is due."""
    return min((on for each in due for step in steps if (on := each + timedelta(days=step)) > today), default=None)


def may_go_to(url: str) -> bool:
    """Whether a webhook may be there: by HTTPS, or in the clear on this machine; never with a password in the URL."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        return False
    if not host or port == 0 or "@" in parts.netloc or parts.fragment:
        return False
    return parts.scheme == "https" or (parts.scheme == "http" and _loopback(host))


def _loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
