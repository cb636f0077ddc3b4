"""How an asset stands by all runs that are finished: what history tells, and schedules and rechecks go by."""

from dataclasses import dataclass
from datetime import datetime

from checks.model.policy import Severity


@dataclass(frozen=True, slots=True)
class Standing:
    """One asset, each control by the latest run that judged it."""

    at: datetime
    """When the latest run over it was begun."""
    worst: Severity | None
    """Of the findings that fail, count already and are not waived."""
    silent: int
    """So many of the latest runs, one after the other, could not assess anything of it; counted up to MOST_SILENT."""
    unsettled: tuple[str, ...]
    """Controls that fail, or that could not be assessed, if only at one place; sorted."""
    whole: datetime | None = None
    """When the latest whole scan over it was begun; None: only rechecks are known."""
    whole_run: str = ""
    """The id of that scan."""


MOST_SILENT = 8
