"""The files of a report: made in memory, and put on the disk whole or not at all."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from checks.model.text import Language
from reports.atomic import replacing
from reports.formats.interface import Format

Report = TypeVar("Report")


@dataclass(frozen=True, slots=True)
class File:
    """One file of a report."""

    name: str
    """Its path below the folder of reports, as in "so-mau.vi.pdf"."""
    data: bytes = field(repr=False)


def write(chosen: Format[Report], report: Report, language: Language, path: Path) -> None:
    """Write the report to `path`. Raises what `put` and the format raise (`reports.formats.interface`)."""
    put(chosen.render(report, language), path)


def put(data: bytes, path: Path) -> None:
    """Put a file to `path`, whole or not at all: what stood there stays until the new file is safe.

    Raises OSError where it cannot be written.
    """
    with replacing(path) as file:
        file.write(data)
