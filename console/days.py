"""Days that people name: what was so at the end of one of them, in Viet Nam's time."""

from datetime import UTC, date, datetime, time, timedelta

from console import audit_words as words
from console.request import Request, Unclear
from reports.messages.figures import VIETNAM_TIME, local_date

FIRST_YEAR = 2000
"""Before there was any Khiên; not every calendar goes beyond."""


def named(request: Request, name: str) -> date | None:
    """The day that a parameter of the URL names; None where it is left out. Raises Unclear, also for days to come."""
    return written(request.GET.get(name, ""))


def written(text: str) -> date | None:
    """The same of the text itself."""
    if not text.strip():
        return None
    try:
        found = date.fromisoformat(text.strip())
    except ValueError:
        raise Unclear(words.NO_DAY) from None
    if not FIRST_YEAR <= found.year or found > today():
        raise Unclear(words.NO_DAY)
    return found


def today() -> date:
    """The day that it is."""
    return local_date(datetime.now(UTC))


def begin(day: date) -> datetime:
    """The first moment of a day."""
    return datetime.combine(day, time(), VIETNAM_TIME)


def end(day: date) -> datetime:
    """The last moment of a day."""
    return begin(day + timedelta(days=1)) - timedelta(microseconds=1)
