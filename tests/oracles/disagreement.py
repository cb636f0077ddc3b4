"""What an entry of the table of disagreements is."""

from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Literal

from tests.oracles.peers import Peer, Theirs
from tests.oracles.questions import Compared, Ours

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
    because: tuple[str, ...]
    """What is found in each of them (`Compared.because`), so that another fault, or a wrong one, is not explained too:
    all of it is of one of these, and all of these are there. A reason alone, or a pattern of reason and thing."""
    right: Right
    why: str
    source: str
    """What decides it."""

    def explains(self, found: Compared) -> bool:
        """Whether a difference that the entry names is of what the entry says."""
        matches = {each: {one for one in self.because if _matches(each, one)} for each in found.because}
        return all(matches.values()) and set().union(*matches.values()) == set(self.because)


def _matches(found: str, one: str) -> bool:
    return found.partition(":")[0] == one or fnmatchcase(found, one)


def words(text: str) -> tuple[str, ...]:
    """Ids parted by white space."""
    return tuple(text.split())
