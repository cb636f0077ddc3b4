"""What an entry of the table of disagreements is."""

from dataclasses import dataclass
from typing import Literal

from tests.oracles.questions import Ours, Peer, Theirs

Right = Literal["ours", "theirs", "both"]
"""`both`: each answers what it asks; the demands differ, or one says under another name what the other says here."""


@dataclass(frozen=True)
class Disagreement:
    """One reason for which two verdicts differ, with every case of it."""

    peer: Peer
    questions: tuple[str, ...]
    ours: Ours
    theirs: Theirs
    cases: tuple[str, ...]
    """It holds for each of these under each of the questions."""
    right: Right
    why: str
    source: str
    """What decides it."""


def words(text: str) -> tuple[str, ...]:
    """Ids parted by white space."""
    return tuple(text.split())
