"""What a section of the report is: a name, a title, and a function that writes its pieces."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reportlab.platypus import Flowable

from checks.model.text import Text
from reports.model import AgencyReport
from reports.pdf.typesetter import Typesetter


@dataclass(frozen=True, slots=True)
class Section:
    """One appendix."""

    name: str
    """How the letter refers to it."""
    title: Text
    write: Callable[[AgencyReport, Typesetter], Iterator[Flowable]]
    """Its pieces, without its head, in order."""
