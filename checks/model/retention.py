"""How long bodies of evidence are kept, and what was removed because they are older."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from checks.model.canonical import STRICT
from checks.model.text import TextError

PERIOD = re.compile(r"^([1-9][0-9]{0,3}) (day|month|year)s?$")
LEAST_DAYS = 180
"""What is younger is never removed: rules compare with earlier looks, and disputes are about them."""


@dataclass(frozen=True, slots=True)
class Period:
    """A span of the calendar."""

    __pydantic_config__ = STRICT

    number: int
    unit: Literal["day", "month", "year"]

    def before(self, moment: datetime) -> datetime:
        """The moment so long before; a day that its month lacks becomes the last one of it."""
        if self.unit == "day":
            return moment - timedelta(days=self.number)
        months = moment.year * 12 + moment.month - 1 - self.number * (12 if self.unit == "year" else 1)
        year, month = months // 12, months % 12 + 1
        return moment.replace(year=year, month=month, day=min(moment.day, monthrange(year, month)[1]))

    def __str__(self) -> str:
        return f"{self.number} {self.unit}{'' if self.number == 1 else 's'}"


def period(text: str) -> Period:
    """The span that is written as "5 years", "18 months" or "400 days".

    Raises TextError for anything else, and for less than LEAST_DAYS or more than a hundred years.
    """
    found = PERIOD.match(text)
    if found is None:
        raise TextError('cần dạng "5 years", "18 months", "400 days"', 'like "5 years", "18 months", "400 days"')
    number, unit = int(found[1]), found[2]
    days = number * {"day": 1, "month": 30, "year": 365}[unit]
    if not LEAST_DAYS <= days <= 36500:
        raise TextError(f"từ {LEAST_DAYS} ngày đến 100 năm", f"from {LEAST_DAYS} days to 100 years")
    match unit:
        case "day" | "month" | "year":
            return Period(number, unit)
    raise AssertionError(unit)


@dataclass(frozen=True, slots=True)
class Removal:
    """Bodies of evidence that were removed at once: an act."""

    __pydantic_config__ = STRICT

    at: datetime
    by: str
    rule: str
    """As configured: "5 years"."""
    before: datetime
    """Only runs that started before then refer to what was removed."""
    bodies: str
    """Digest of a list: of each observation the digest and the bytes that its body had."""
    number: int
    size: int
    """Bytes of all together."""
