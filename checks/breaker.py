"""The breaker: a run in which far more than usual could not be assessed is held back from publication.

Such a run mostly tells of the way to the servers, not of the servers: a cut line, a firewall that shut the scanner out,
a scanner that broke. Its findings stand in history; what is held is that reports are made of it as of any other run.

Usual is the middle one of the coverages that earlier runs had over the same assets, so that one bad run before
this one does not become the measure. Coverage is that of `checks.score`.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from statistics import median_low
from typing import Literal

from checks.model.canonical import STRICT
from checks.model.finding import Finding
from checks.score import score

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


def held(
    findings: Sequence[Finding], earlier: Iterable[Collection[Finding]], bounds: Bounds | None = None
) -> Hold | None:
    """Why the run with these findings is held, or None.

    `earlier` are the findings of earlier runs, newest first; the latest EARLIER that judged any of the same assets
    count. A run to which nothing applies is not held: it says nothing, and says so.
    """
    limits = bounds or Bounds()
    coverage = score(findings).coverage
    if coverage is None:
        return None
    assets = {each.asset for each in findings}
    known: list[int] = []
    for run in earlier:
        then = score(each for each in run if each.asset in assets).coverage
        if then is not None:
            known.append(then)
        if len(known) == EARLIER:
            break
    usual = median_low(known) if known else None
    if usual is not None and coverage < usual - limits.fall:
        return Hold("coverage_fell", coverage, usual)
    if coverage < limits.floor and (usual is None or coverage < usual):
        return Hold("coverage_low", coverage, usual)
    return None
