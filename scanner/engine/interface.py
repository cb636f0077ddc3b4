"""The seam between a run and whatever looks for it."""

from collections.abc import Generator, Sequence
from typing import Protocol

from checks.model.evidence import Evidence
from checks.model.target import Target


class Engine(Protocol):
    """Takes targets, gives evidence."""

    def look(self, targets: Sequence[Target]) -> Generator[Evidence, None, None]:
        """Exactly one piece of evidence for each target, as it arrives, in any order.

        Closing the generator ends what is under way.
        """
        ...
