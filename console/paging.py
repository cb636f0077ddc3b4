"""Long lists page by page (`?page=`)."""

from dataclasses import dataclass

from console.request import Request


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


def part(request: Request, total: int, size: int) -> Part:
    """The page that the URL names of so many lines; the nearest, where it names one that there is not."""
    asked = request.GET.get("page", "1")
    pages = max(1, -(-total // size))
    number = min(max(1, int(asked)), pages) if asked.isdecimal() and len(asked) < 10 else 1
    return Part(number, pages, (number - 1) * size, number * size)
