"""When certificates end, counted for people (pure)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from reports.estate.model import EstateCertificate

SOON, NEAR = 7, 30
"""Days within which an expiry is told apart."""
MONTHS = 12


@dataclass(frozen=True, slots=True)
class Expiry:
    """How many of some certificates end when."""

    total: int
    expired: int
    soon: int
    """Of those that are valid, those that end within SOON days."""
    near: int
    """Within NEAR days, the former among them."""


@dataclass(frozen=True, slots=True)
class Month:
    """The certificates that end in one month and have not ended yet."""

    first: date
    """Its first day."""
    certificates: tuple[EstateCertificate, ...]


def expiry(certificates: Iterable[EstateCertificate], today: date) -> Expiry:
    """The figures of some certificates."""
    seen = [each.seen for each in certificates]
    return Expiry(
        total=len(seen),
        expired=sum(each.expired(today) for each in seen),
        soon=sum(each.expires_within(SOON, today) for each in seen),
        near=sum(each.expires_within(NEAR, today) for each in seen),
    )


def calendar(certificates: Sequence[EstateCertificate], today: date) -> tuple[Month, ...]:
    """This month and the eleven after it, each with what ends in it from today on."""
    firsts = [_month(today, step) for step in range(MONTHS + 1)]
    return tuple(
        Month(first, tuple(each for each in certificates if max(first, today) <= each.seen.ends < after))
        for first, after in pairwise(firsts)
    )


def _month(day: date, step: int) -> date:
    months = day.year * 12 + day.month - 1 + step
    return date(months // 12, months % 12 + 1, 1)
