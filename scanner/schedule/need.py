"""When an asset needs to be looked at again, and how far, by what the last looks found. Pure: no clock.

A whole look is fresh for some days. Within them what was in order is not looked at again; what was not is, the sooner
the worse it is, by a recheck of just that. An asset that answers nothing is asked less and less often, so that a dead
name costs a look in 90 days and one that was down for an hour is seen tomorrow.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from checks.model.policy import Severity
from checks.model.standing import Standing

AGAIN: Mapping[Severity, timedelta] = {
    "critical": timedelta(hours=12),
    "high": timedelta(days=1),
    "medium": timedelta(days=4),
}
"""After the latest look, by the severity of the worst open finding; what is less severe waits for the whole look."""
SILENT_FIRST = timedelta(days=1)
SILENT_LAST = timedelta(days=90)
"""After the first look that saw nothing, doubled with each further one up to the last."""


@dataclass(frozen=True, slots=True)
class Needed:
    """Assets that are due, by id."""

    whole: frozenset[str]
    """To be looked at as a whole."""
    again: frozenset[str]
    """Whose whole look is fresh, and of which only what was not in order is looked at again."""


def whole_due(standing: Standing | None, now: datetime, fresh: timedelta) -> datetime:
    """When an asset is to be looked at as a whole; now where it never was."""
    if standing is None or standing.whole is None:
        return now
    if standing.silent:
        doublings = min(standing.silent - 1, 7)  # 128 days, which is past the last
        return standing.at + min(SILENT_LAST, SILENT_FIRST * (1 << doublings))
    return standing.whole + fresh


def again_due(standing: Standing | None) -> datetime | None:
    """When what was not in order is to be looked at again; None where that can wait for the whole look."""
    wait = None if standing is None or standing.worst is None else AGAIN.get(standing.worst)
    return None if standing is None or standing.silent or wait is None else standing.at + wait


def needed(
    assets: Iterable[str],
    standings: Mapping[str, Standing],
    now: datetime,
    following: datetime | None,
    fresh: timedelta,
) -> Needed:
    """The assets that are due now, or would be before the following slot, which would be too late for them."""
    horizon = now if following is None else max(now, following)
    whole: set[str] = set()
    again: set[str] = set()
    for each in assets:
        standing = standings.get(each)
        early = again_due(standing)
        if standing is None or standing.whole is None or whole_due(standing, now, fresh) < horizon:
            whole.add(each)
        elif early is not None and early < horizon:
            again.add(each)
    return Needed(frozenset(whole), frozenset(again))
