"""What a section of a report is: a name, a title, and a function that writes its pieces; how its tables begin."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from reportlab.lib.units import mm
from reportlab.platypus import CondPageBreak, Flowable

from checks.model.text import Text
from reports.pdf.typesetter import Typesetter

NUMERALS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
TABLE_START = 50 * mm
"""A heading with its table begins on the next page where less than this is left."""

Report = TypeVar("Report", contravariant=True)


@dataclass(frozen=True, slots=True)
class Section(Generic[Report]):
    """One appendix of a kind of report."""

    name: str
    """How the letter refers to it."""
    title: Text
    write: Callable[[Report, Typesetter], Iterator[Flowable]]
    """Its pieces, without its head, in order."""


def numerals(sections: Sequence[Section[Any]]) -> dict[str, str]:
    """The numeral of each section's appendix by the section's name: its place in the tuple gives it."""
    return {section.name: numeral for section, numeral in zip(sections, NUMERALS, strict=False)}


def before_table(title: Text, typesetter: Typesetter) -> Iterator[Flowable]:
    """A heading above a table that may be long: both begin on the next page where there is little room left."""
    yield CondPageBreak(TABLE_START)
    yield typesetter.heading(typesetter.say(title), "h1_table", 1)
