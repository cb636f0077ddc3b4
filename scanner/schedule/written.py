"""`schedules:` and `blackouts:` of khien.yaml as they are written. Strict: a misspelling is an error at its place."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from checks.model.canonical import canonical
from checks.model.task import FRESH_DAYS, Task
from checks.model.text import Text, TextError
from policies.explain import nearest
from scanner.inventory.rows import Id, Word, time_zone
from scanner.schedule.every import parse, weekday
from scanner.schedule.model import Blackout, CatchUp, Overrun, Schedule, Window
from scanner.schedule.slots import next_slot

Place = tuple[str | int, ...]
_WINDOW = re.compile(r"(?:([a-z]+(?:,[a-z]+)*) )?([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")
_FIRST, _LAST = date(2000, 1, 1), date(2999, 12, 31)
"""Days of a blackout: those before and after could not be reckoned with in every time zone."""
_SOME_DAY = datetime(2026, 1, 1, tzinfo=UTC)
"""Whether the slots of a schedule can lie inside its windows is tried from here on."""


class _Row(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def window(written: str) -> Window:
    """ "22:00-05:00", or "saturday,sunday 08:00-18:00". Raises TextError."""
    found = _WINDOW.fullmatch(written)
    if found is None:
        like = "'22:00-05:00', 'saturday,sunday 08:00-18:00'"
        raise TextError(
            f"{written[:80]!r} không phải khung giờ; viết như {like}", f"{written[:80]!r} is none of {like}"
        )
    weekdays = {weekday(each) for each in found[1].split(",")} if found[1] else range(7)
    start, end = (time(int(found[each]), int(found[each + 1])) for each in (2, 4))
    return Window(start, end, tuple(sorted(weekdays)))


def _checked_window(written: str) -> str:
    window(written)
    return written


def _checked_every(written: str) -> str:
    parse(written)
    return written


class BlackoutRow(_Row):
    """Days without scheduled scans; one day where `until` is left out."""

    name: Annotated[str, StringConstraints(min_length=1, max_length=100)]
    first: Annotated[date, Field(alias="from")]
    last: Annotated[date | None, Field(alias="until")] = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.last is not None and self.last < self.first:
            raise TextError("ngày cuối trước ngày đầu", "until is before from")
        if self.first < _FIRST or (self.last or self.first) > _LAST:
            raise TextError(f"ngày từ {_FIRST} đến {_LAST}", f"days from {_FIRST} to {_LAST}")
        return self

    def blackout(self) -> Blackout:
        """The settled value."""
        return Blackout(self.name, self.first, self.last or self.first)


class WhatRow(_Row):
    """Which assets: those that fit every list that is given."""

    estate: Literal[True] | None = None
    agencies: Annotated[tuple[Id, ...], Field(min_length=1)] | None = None
    tags: Annotated[tuple[Word, ...], Field(min_length=1)] | None = None
    zones: Annotated[tuple[Word, ...], Field(min_length=1)] | None = None
    policies: Annotated[tuple[Id, ...], Field(min_length=1)] | None = None

    @model_validator(mode="after")
    def _something(self) -> Self:
        lists = (self.agencies, self.tags, self.zones, self.policies)
        if (self.estate is None) == all(each is None for each in lists):
            raise TextError(
                "cần 'estate: true' (toàn bộ), hoặc agencies, tags, zones, policies",
                "either 'estate: true', or some of agencies, tags, zones, policies",
            )
        return self


class ScheduleRow(_Row):
    """One entry of `schedules:`."""

    name: Id
    what: WhatRow
    every: Annotated[str, AfterValidator(_checked_every)]
    timezone: Annotated[str, AfterValidator(time_zone)] = "Asia/Ho_Chi_Minh"
    windows: tuple[Annotated[str, AfterValidator(_checked_window)], ...] = ()
    blackouts: tuple[BlackoutRow, ...] = ()
    jitter_minutes: Annotated[int, Field(ge=0, le=720)] = 0
    at_most_minutes: Annotated[int, Field(ge=1, le=10080)] | None = None
    catch_up: CatchUp = "once"
    overrun: Overrun = "pause"
    quick: bool = False
    need: bool = False
    fresh_days: Annotated[int, Field(ge=1, le=90)] = FRESH_DAYS

    @model_validator(mode="after")
    def _can_start(self) -> Self:
        if parse(self.every).at is None and self.jitter_minutes >= 60:
            raise TextError(
                "jitter_minutes phải dưới 60 khi chạy mỗi giờ", "jitter_minutes is below 60 where every is hour"
            )
        if next_slot(self.schedule(()), _SOME_DAY) is None:
            raise TextError("every không bao giờ rơi vào windows", "every never falls inside windows")
        return self

    def schedule(self, common: Sequence[BlackoutRow]) -> Schedule:
        """The settled value, with the blackouts that hold for every schedule."""
        return Schedule(
            name=self.name,
            task=self._task(),
            every=parse(self.every),
            zone=ZoneInfo(self.timezone),
            windows=tuple(window(each) for each in self.windows),
            blackouts=tuple(each.blackout() for each in (*common, *self.blackouts)),
            jitter=timedelta(minutes=self.jitter_minutes),
            at_most=None if self.at_most_minutes is None else timedelta(minutes=self.at_most_minutes),
            catch_up=self.catch_up,
            overrun=self.overrun,
            written=canonical(
                self.model_dump(mode="json", by_alias=True, include={"every", "timezone", "windows"})
            ).decode(),
        )

    def _task(self) -> Task:
        what = self.what
        return Task(
            agencies=what.agencies or (),
            tags=what.tags or (),
            zones=what.zones or (),
            policies=what.policies or (),
            quick=self.quick,
            need=self.need,
            fresh_days=self.fresh_days,
        )


def repeated(rows: Sequence[ScheduleRow]) -> Iterator[tuple[Place, Text]]:
    """Names that are used twice, with the place of the second."""
    seen: set[str] = set()
    for index, row in enumerate(rows):
        if row.name in seen:
            yield ("schedules", index, "name"), Text(f"tên lặp lại: {row.name!r}", f"duplicate name: {row.name!r}")
        seen.add(row.name)


def unknown(rows: Sequence[ScheduleRow], known: Mapping[str, Iterable[str]]) -> Iterator[tuple[Place, Text]]:
    """What a schedule names that there is not: it would silently scan nothing. `known` is by the key of `what`."""
    for index, row in enumerate(rows):
        for key, names in known.items():
            for position, name in enumerate(getattr(row.what, key) or ()):
                if name not in names:
                    near = nearest(name, names)
                    message = Text(f"danh mục không có {name!r}{near.vi}", f"not in the inventory: {name!r}{near.en}")
                    yield ("schedules", index, "what", key, position), message
