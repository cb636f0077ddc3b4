"""The breaker: a run in which far more than usual could not be assessed is held back from publication.

Such a run mostly tells of the way to the servers, not of the servers: a cut line, a firewall that shut the scanner out,
a scanner that broke. Its findings stand in history; what is held is that reports are made of it as of any other run.

Usual is the middle one of the coverages that earlier runs had over the same assets, so that one bad run before
this one does not become the measure. Coverage is that of `checks.score`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from statistics import median_low
from typing import Literal

from checks.model.canonical import STRICT

EARLIER = 5
"""Earlier runs that tell what is usual."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """When a run is held. Basis points."""

    fall: int = 2000
    """Coverage this far below the usual one holds a run."""
    floor: int = 5000
    """So does coverage below this, unless it is usual: an estate that never answers is not news in every run."""


@dataclass(frozen=True, slots=True)
class Hold:
    """Why a run is held."""

    __pydantic_config__ = STRICT

    reason: Literal["coverage_fell", "coverage_low"]
    coverage: int
    """Of the run, in basis points."""
    usual: int | None
    """Of earlier runs over the same assets; None: there are none."""


def held(coverage: int | None, earlier: Iterable[int | None], bounds: Bounds | None = None) -> Hold | None:
    """Why the run with this coverage is held, or None.

    `earlier` are the coverages of earlier runs over the assets of this one, newest first; the latest EARLIER of them
    count, where None is that of a run to which nothing of these assets applied. A run to which nothing applies is not
    held: it says nothing, and says so.
    """
    limits = bounds or Bounds()
    if coverage is None:
        return None
    known = list(islice((each for each in earlier if each is not None), EARLIER))
    usual = median_low(known) if known else None
    if usual is not None and coverage < usual - limits.fall:
        return Hold("coverage_fell", coverage, usual)
    if coverage < limits.floor and (usual is None or coverage < usual):
        return Hold("coverage_low", coverage, usual)
    return None
