"""Long lists page by page (`?page=`). A table that is taken as CSV is whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from console.request import Request

PAGE = 50
"""Lines on a page, where nothing says otherwise."""

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Part:
    """A page of a list."""

    number: int
    """1, 2, 3 ..."""
    pages: int
    """How many there are; at least one."""
    start: int
    end: int
    """Places in the list, from 0; the end is that of the next part."""
    name: str = "page"
    """The parameter: a page with two lists has one for each."""

    def of(self, lines: Sequence[T]) -> Sequence[T]:
        """Those of the whole list that stand on the page."""
        return lines[self.start : self.end]


def part(request: Request, total: int, size: int = PAGE, name: str = "page") -> Part:
    """The page that the URL names of so many lines; the nearest, where it names one that there is not."""
    asked = request.GET.get(name, "1")
    pages = max(1, -(-total // size))
    number = min(max(1, int(asked)), pages) if asked.isascii() and asked.isdecimal() and len(asked) < 10 else 1
    return Part(number, pages, (number - 1) * size, number * size, name)
