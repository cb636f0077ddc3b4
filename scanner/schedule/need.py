"""When an asset needs to be looked at again, by what the last looks found. Pure: no clock.

The worse the worst open finding, the sooner. An asset that answers nothing is asked less and less often, so that a dead
name costs a look in 90 days and one that was down for an hour is seen tomorrow.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from checks.model.policy import Severity
from checks.model.standing import Standing

AGAIN: Mapping[Severity, timedelta] = {
    "critical": timedelta(hours=12),
    "high": timedelta(days=1),
    "medium": timedelta(days=4),
}
"""By the severity of the worst open finding."""
CLEAN = timedelta(days=7)
"""Where nothing worse than low is open."""
SILENT_FIRST = timedelta(days=1)
SILENT_LAST = timedelta(days=90)
"""After the first look that saw nothing, doubled with each further one up to the last."""


def due(standing: Standing | None, now: datetime) -> datetime:
    """When an asset is to be looked at; now where it never was."""
    if standing is None:
        return now
    if standing.silent:
        doublings = min(standing.silent - 1, 7)  # 128 days, which is past the last
        return standing.at + min(SILENT_LAST, SILENT_FIRST * (1 << doublings))
    return standing.at + (CLEAN if standing.worst is None else AGAIN.get(standing.worst, CLEAN))


def needed(
    assets: Iterable[str], standings: Mapping[str, Standing], now: datetime, following: datetime | None
) -> frozenset[str]:
    """The assets that are due now, or would be before the following slot, which would be too late for them."""
    horizon = now if following is None else max(now, following)
    return frozenset(each for each in assets if due(standings.get(each), now) < horizon or standings.get(each) is None)
