"""How often: the words of `every:` in khien.yaml, and the moments that they mean.

    hour                         hour at :15
    day at 22:30                 monday,thursday at 22:30
    month on 1 at 22:30          month on 1,15 at 22:30

A day that a month does not have is its last one. Where the clock is put forward over a time, that moment comes as much
later; where it is put back and a time comes twice, the first one counts (RFC 5545, 3.3.5). Every hour that passes has
one moment of `hour`, whatever the clock is put to. Pure: no clock.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from checks.model.text import TextError

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
"""In the order of date.weekday()."""
_HOUR = re.compile(r"hour(?: at :([0-5][0-9]))?")
_DAYS = re.compile(r"([a-z]+(?:,[a-z]+)*) at ([01][0-9]|2[0-3]):([0-5][0-9])")
_MONTH = re.compile(r"month on ([1-9][0-9]?(?:,[1-9][0-9]?)*) at ([01][0-9]|2[0-3]):([0-5][0-9])")
_DAY = timedelta(days=1)
_HOUR_LONG = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Every:
    """A recurrence. Without `at` it is hourly, at `minute`; otherwise on `weekdays` or on `days` of the month."""

    at: time | None = None
    """Of the local day."""
    minute: int = 0
    weekdays: tuple[int, ...] = ()
    """As date.weekday() numbers them."""
    days: tuple[int, ...] = ()
    """Of the month, 1 to 31."""

    def moments(self, zone: ZoneInfo, after: datetime, until: datetime) -> Iterator[datetime]:
        """The moments in UTC that are later than one and not later than the other, in order, each once."""
        found = self._hourly(zone, after, until) if self.at is None else self._daily(self.at, zone, after, until)
        last = after
        for moment in found:
            if last < moment <= until:
                yield moment
                last = moment

    def _hourly(self, zone: ZoneInfo, after: datetime, until: datetime) -> Iterator[datetime]:
        hour = after.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
        while hour <= until:
            yield hour + timedelta(minutes=(self.minute - hour.astimezone(zone).minute) % 60)
            hour += _HOUR_LONG

    def _daily(self, at: time, zone: ZoneInfo, after: datetime, until: datetime) -> Iterator[datetime]:
        day, last = (moment.astimezone(zone).date() for moment in (after - _DAY, until + _DAY))
        while day <= last:
            if self._falls_on(day):
                yield moment_of(day, at, zone)
            day += _DAY

    def _falls_on(self, day: date) -> bool:
        if self.weekdays:
            return day.weekday() in self.weekdays
        last = calendar.monthrange(day.year, day.month)[1]
        return any(min(each, last) == day.day for each in self.days)


def moment_of(day: date, at: time, zone: ZoneInfo) -> datetime:
    """A time of a day in UTC; of a time that comes twice the first, of one that is left out as much later."""
    return datetime.combine(day, at, zone).astimezone(UTC)


def weekday(word: str) -> int:
    """The number of a day of the week. Raises TextError."""
    if word not in DAYS:
        days = " ".join(DAYS)
        raise TextError(f"không có ngày {word!r}; viết một trong: {days}", f"there is no day {word!r}: one of {days}")
    return DAYS.index(word)


def parse(written: str) -> Every:
    """What the words of `every:` mean. Raises TextError."""
    if found := _HOUR.fullmatch(written):
        return Every(minute=int(found[1] or 0))
    if found := _MONTH.fullmatch(written):
        days = tuple(sorted({int(each) for each in found[1].split(",")}))
        if days[-1] > 31:
            raise TextError(f"tháng không có ngày {days[-1]}", f"no month has a day {days[-1]}")
        return Every(at=time(int(found[2]), int(found[3])), days=days)
    if found := _DAYS.fullmatch(written):
        words = found[1].split(",")
        named = range(7) if words == ["day"] else sorted({weekday(each) for each in words})
        return Every(at=time(int(found[2]), int(found[3])), weekdays=tuple(named))
    like = "'hour', 'hour at :15', 'day at 22:30', 'monday,thursday at 22:30', 'month on 1 at 22:30'"
    raise TextError(f"{written[:80]!r} không phải chu kỳ; viết như {like}", f"{written[:80]!r} is none of {like}")
