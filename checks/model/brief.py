"""A finding in brief: all of it that comparing two moments, counting, and following ages ask for. Without its texts,
parameters and commands it is a fifth as long, and it stays the same while only what was seen is another."""

from datetime import date
from typing import NamedTuple

from checks.model.finding import Verdict
from checks.model.policy import Severity


class BriefInstance(NamedTuple):
    """One thing that fails a control."""

    key: str
    reason: str
    first_seen: date | None
    due: date | None


class Brief(NamedTuple):
    """What is said of a control at an asset; the fields are those of a finding."""

    control: str
    policy: str
    check: str
    check_version: int
    severity: Severity
    verdict: Verdict
    announced: date | None
    waived: bool
    """Whether a waiver lies over it."""
    gaps: int
    """Places of the asset at which it could not be assessed."""
    instances: tuple[BriefInstance, ...]
    asset: str = ""
    """Empty where it goes without saying, and one value stands for the same said of many."""
    evidence: str = ""
    """Equal for equal evidence of an asset; empty where nobody asks."""

    @property
    def counts(self) -> bool:
        """Whether a fail of it counts: it is not waived, and no longer only announced."""
        return not self.waived and self.announced is None

    @property
    def settled(self) -> bool:
        """Whether there is nothing more to look at."""
        return self.verdict in ("pass", "not_applicable") and not self.gaps

    @property
    def due(self) -> date | None:
        """The earliest date by which an instance is due."""
        return min((each.due for each in self.instances if each.due is not None), default=None)
