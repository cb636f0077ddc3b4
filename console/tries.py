"""How often somebody may fail to sign in before they must wait.

Counted are the failures of the last WINDOW: of one name from one source, of one name from anywhere, and from one source
whatever the name. So a stranger who guesses must wait soon, and cannot keep out somebody elsewhere before having failed
PER_NAME times. Names that nobody has are counted alike: nothing tells them apart. A code of the second factor has but
six digits, so of those few are taken in a day, wherever they come from. That somebody is kept out is put on record.
"""

from datetime import datetime, timedelta
from typing import Literal

from django.http import HttpRequest

from checks.model.act import Actor
from console import journal
from console.limits import MINUTE
from console.models import FailedTry, User
from console.request import address_of, source_of

Limit = Literal["name and address", "name", "address", "codes"]
WINDOW = timedelta(minutes=15)
PER_PAIR, PER_NAME, PER_ADDRESS = 5, 30, 60
CODES = 20
"""Wrong codes of one name within KEPT."""
KEPT = timedelta(days=1)
TOLD = 3
"""So often in a minute it is put on record that somebody is kept out: whoever attacks from everywhere fills no log."""


def must_wait(request: HttpRequest, name: str, now: datetime, *, code: bool = False) -> bool:
    """Whether no more tries are taken now."""
    return bool(_reached(name, source_of(request), now, code))


def failed(request: HttpRequest, name: str, now: datetime, *, code: bool = False) -> None:
    """Count a failure, and forget those that count no more."""
    FailedTry.objects.filter(at__lt=now - KEPT).delete()
    FailedTry.objects.create(name=name, address=source_of(request), at=now, code=code)
    limits = _reached(name, source_of(request), now, code)
    if limits and not MINUTE.wait("kept out", TOLD, now):
        known = User.objects.filter(name=name).first()
        agencies = () if known is None else journal.concerned(known)
        subject = "" if known is None else name  # what nobody is called may be a password in the wrong field
        after = {"address": address_of(request), "limits": list(limits)}
        journal.note("user.kept_out", Actor("", "console"), subject, agencies, after)


def succeeded(request: HttpRequest, name: str, now: datetime) -> int:
    """Forget the failures of a name from this source; how many there were of it in the last day, from anywhere."""
    failures = FailedTry.objects.filter(name=name, at__gt=now - KEPT)
    count = failures.count()
    failures.filter(address=source_of(request)).delete()
    return count


def _reached(name: str, source: str, now: datetime, code: bool) -> tuple[Limit, ...]:
    """The limits that have been reached."""
    recent = FailedTry.objects.filter(at__gt=now - WINDOW)
    codes = FailedTry.objects.filter(at__gt=now - KEPT, name=name, code=True)
    counts: tuple[tuple[Limit, bool], ...] = (
        ("name and address", recent.filter(name=name, address=source).count() >= PER_PAIR),
        ("name", recent.filter(name=name).count() >= PER_NAME),
        ("address", recent.filter(address=source).count() >= PER_ADDRESS),
        ("codes", code and codes.count() >= CODES),
    )
    return tuple(limit for limit, over in counts if over)
