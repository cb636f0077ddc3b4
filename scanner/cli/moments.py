"""Moments and periods that options name, by the local calendar."""

from datetime import date, datetime, time, timedelta
from typing import Annotated, TypeVar
from zoneinfo import ZoneInfo

import typer

from scanner.cli.errors import Usage
from scanner.cli.language import say

LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")
"""Whose calendar the dates of findings follow."""
AsOfOption = Annotated[
    str | None,
    typer.Option(
        "--as-of",
        metavar="DATE",
        help=say(
            "Như vào cuối ngày này (2026-03-31), hoặc vào lúc này (2026-03-31T09:00+07:00): chỉ theo các đợt đã kết "
            "thúc và các việc đã làm đến khi đó.",
            "As it stood at the end of that day (2026-03-31), or at that time (2026-03-31T09:00+07:00): by the runs "
            "that were finished and the acts that were done until then.",
        ),
    ),
]
SinceOption = Annotated[
    str | None, typer.Option("--from", metavar="DATE", help=say("Từ đầu ngày này.", "From the beginning of that day."))
]
UntilOption = Annotated[
    str | None, typer.Option("--to", metavar="DATE", help=say("Đến cuối ngày này.", "Up to the end of that day."))
]


def moment(option: str, value: str) -> datetime:
    """The moment that an option names: the end of a day, or a time with a zone. Raises Usage, also for the future."""
    written = _written(option, value)
    now = datetime.now(LOCAL)
    if isinstance(written, datetime):
        found = written
        late = found > now
    else:
        found = _begin(written + timedelta(days=1)) - timedelta(microseconds=1)
        late = written > now.date()
    if late:
        raise Usage(f"{option}: {value} còn ở phía trước", f"{option}: {value} is yet to come")
    return found


def beginning(option: str, value: str) -> datetime:
    """The same, but of a day its beginning. Raises Usage."""
    written = _written(option, value)
    return written if isinstance(written, datetime) else _begin(written)


def as_of(value: str | None) -> datetime | None:
    """What `--as-of` names; None where it is left out. Raises Usage."""
    return None if value is None else moment("--as-of", value)


def period(since: str | None, until: str | None) -> tuple[datetime | None, datetime | None]:
    """What `--from` and `--to` name. Raises Usage, also where the one is after the other."""
    begin = None if since is None else beginning("--from", since)
    end = None if until is None else moment("--to", until)
    if begin is not None and begin > (end or datetime.now(LOCAL)):
        raise Usage("--from sau --to", "--from is after --to")
    return begin, end


def local_day(when: datetime) -> date:
    """The day on which a moment falls."""
    return when.astimezone(LOCAL).date()


def shown(when: datetime) -> str:
    """A moment in tables, to the minute."""
    return f"{when.astimezone(LOCAL):%Y-%m-%d %H:%M}"


def _begin(day: date) -> datetime:
    return datetime.combine(day, time(), LOCAL)


Day = TypeVar("Day", date, datetime)


def _known(day: Day) -> Day:
    """A day that there was any Khiên on, or may be. Raises ValueError: not every calendar goes beyond."""
    if not 2000 <= day.year < 3000:
        raise ValueError(day)
    return day


def _written(option: str, value: str) -> date | datetime:
    try:
        if len(value) <= len("2026-03-31"):
            return _known(date.fromisoformat(value))
        found = _known(datetime.fromisoformat(value))
    except ValueError:
        raise Usage(
            f"{option}: viết ngày như 2026-03-31, hoặc giờ như 2026-03-31T09:00+07:00",
            f"{option}: a day is written as 2026-03-31, a time as 2026-03-31T09:00+07:00",
        ) from None
    if found.tzinfo is None:
        raise Usage(
            f"{option}: giờ cần múi giờ, như {value}+07:00", f"{option}: a time needs its zone, as {value}+07:00"
        )
    return found
